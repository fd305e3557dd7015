"""A policy so small that its answers are plain, and changes under it in each encoding."""

import json
from typing import Any

NOW = "2026-01-31T09:30:00Z"

# One gate stands on DEPLOY: what is reversible is ALLOWED, what is not is DENIED, and where nobody
# said so it is UNKNOWN.
POLICY = """\
policy: {id: tiny, title: Tiny, version: "1"}
clauses:
  C-1: {title: What cannot be taken back is not done, controls: [soc2/CC8.1]}
risk:
  levels:
    - {level: LOW, from: 0}
categories:
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
approvals:
  - {id: free, title: Nobody has to approve, needs: {none: true}, clause: C-1}
gates:
  - id: reversible
    title: It can be taken back
    at: [DEPLOY]
    must: "!change.rollback.irreversible"
    message: "{{change.id}} cannot be taken back"
    remedy: Plan it so that it can be taken back.
    clause: C-1
"""


def change(identifier: str, irreversible: bool | None = False) -> dict[str, Any]:
    """A change that waits for its deployment; None: nobody said whether it can be taken back."""
    record: dict[str, Any] = {"id": identifier, "state": "SCHEDULED"}
    if irreversible is not None:
        record["rollback"] = {"irreversible": irreversible}
    return record


def as_json(record: dict[str, Any]) -> str:
    return json.dumps(record)


def as_textproto(identifier: str, irreversible: bool = False) -> str:
    return (
        f'id: "{identifier}"\nstate: CHANGE_STATE_SCHEDULED\n'
        f"rollback {{ irreversible: {str(irreversible).lower()} }}\n"
    )


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def varint_field(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def bytes_field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def as_binary(identifier: str, irreversible: bool = False) -> bytes:
    """ChangeRequest of proto/changepolicy/v1/change.proto: id 1, state 4, rollback 19."""
    return (
        bytes_field(1, identifier.encode())
        + varint_field(4, 5)
        + bytes_field(19, varint_field(2, int(irreversible)))
    )
