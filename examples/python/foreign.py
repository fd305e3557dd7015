"""Foreign records, read as the command reads them.

What a file may say in two ways decides nothing: a key that is given twice, and a value that is no
text where one is asked for, make a bad record. Plain YAML scalars mean what they mean in YAML 1.2:
`2024-01-31` and `no` are texts.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any, NoReturn

_UPPER_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class BadRecord(ValueError):
    """A record that cannot be read, or does not say what it has to."""


def mapping_of(value: Any) -> dict[str, Any]:
    """The record as a mapping. Raises BadRecord for anything else."""
    if not isinstance(value, dict):
        raise BadRecord(f"a mapping is expected, not {_kind(value)}")
    return value


def list_of(value: Any) -> list[Any]:
    """A list; empty for null. Raises BadRecord for anything else."""
    if value is not None and not isinstance(value, list):
        raise BadRecord(f"a list is expected, not {_kind(value)}")
    return value or []


def text(value: Any) -> str:
    """A text, or a number or truth value as text. Raises BadRecord for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(int(value)) if value == int(value) else repr(value)
    raise BadRecord(f"a text is expected, not {_kind(value)}")


def lower(value: str) -> str:
    """Capitals A to Z made small; other letters belong to names that are not ours to fold."""
    return value.translate(_UPPER_TO_LOWER)


def _kind(value: Any) -> str:
    return "null" if value is None else f"a {type(value).__name__}"


# ---- JSON


def json_lines(path: pathlib.Path) -> Iterator[tuple[str, str]]:
    """The lines of a file that are not blank, each with its name: `FILE:LINE`."""
    content = path.read_bytes().decode("utf-8", "surrogateescape")
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield f"{path.name}:{number}", line


def read_json(line: str) -> Any:
    """Raises BadRecord."""
    try:
        value = json.loads(line, object_pairs_hook=_pairs, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()  # Half of a surrogate pair is no text.
        return value
    except (ValueError, RecursionError) as error:
        raise BadRecord(str(error)) from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadRecord(f"`{key}` is given a second time")
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise BadRecord(f"{name} is no number of JSON")


# ---- YAML


def read_yaml(path: pathlib.Path) -> Any:
    """The only document of a file. Needs PyYAML. Raises BadRecord."""
    try:
        import yaml
    except ImportError:
        raise SystemExit(
            "these records are YAML, which needs PyYAML: `pip install pyyaml`, or Debian's "
            "python3-yaml"
        ) from None

    class Loader(yaml.SafeLoader):
        """With the scalars of YAML 1.2, and every key once."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            pairs = [
                (text(self.construct_object(key)), self.construct_object(value, deep=True))
                for key, value in node.value
            ]
            return _pairs(pairs)

    Loader.yaml_implicit_resolvers = {}
    for tag, pattern, first in (
        ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
        (
            "float",
            r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
            list("-+.0123456789"),
        ),
    ):
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
    try:
        return yaml.load(path.read_bytes().decode("utf-8"), Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadRecord(" ".join(str(error).split())) from None
