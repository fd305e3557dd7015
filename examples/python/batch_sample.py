"""As many changes as one likes, of the shape of those in examples/saas, for the batch examples.

Each has an id of its own, and from every other approvals or evidence are left out, so that not all
of them may go ahead.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import yaml
from changepolicy import v1
from changepolicy.batch import subject_bytes

SAAS = pathlib.Path(__file__).resolve().parent.parent / "saas"
ORGANIZATION = SAAS / "organization.yaml"
#: When the examples may go ahead.
NOW = "2025-10-14T14:40:00Z"

_FILES = ("standard-patch", "schema-migration", "emergency-fix")
_CHUNK = 10_000


def changes(rows: int) -> pa.Table:
    """A table of `rows` changes: `number`, and `change`, the bytes of the message."""
    messages = _messages(rows)
    # In chunks, since a single one holds at most 2 GiB.
    chunks = [
        pa.array([next(messages) for _ in range(min(_CHUNK, rows - first))], pa.binary())
        for first in range(0, rows, _CHUNK)
    ]
    return pa.table(
        {
            "number": pa.array(range(rows), pa.int64()),
            "change": pa.chunked_array(chunks, pa.binary()),
        }
    )


def _messages(rows: int) -> Iterator[bytes]:
    examples = [_example(name) for name in _FILES]
    for number in range(rows):
        change = v1.ChangeRequest()
        change.CopyFrom(examples[number % len(examples)])
        change.id = f"CHG-{number}"
        if number % 2 == 1:
            _leave_out(change.approvals, number)
        if number % 5 == 1:
            _leave_out(change.evidence, number)
        yield change.SerializeToString()


def _example(name: str) -> Any:
    with open(SAAS / f"{name}.yaml", encoding="utf-8") as file:
        return v1.ChangeRequest.FromString(subject_bytes(yaml.safe_load(file)))


def _leave_out(parts: Any, number: int) -> None:
    if parts:
        del parts[number % len(parts)]
