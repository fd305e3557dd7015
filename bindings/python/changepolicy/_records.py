"""What records have in common; :mod:`changepolicy.records` has them."""

from __future__ import annotations

import datetime
import functools
import html
import json
import keyword
import types
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Optional

from google.protobuf.message import Message

from changepolicy import _native, _schema
from changepolicy._enums import ProtoEnum, enum_class

BINARY = 1
JSON = 2

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_LONGEST_TEXT = 60
_MOST_ITEMS = 4
_DEEPEST_TABLE = 4

Field = _schema.FieldProto


class Record:
    """What all records have in common."""

    __slots__ = ("__weakref__", "_given", "_values")

    #: The name of the message, without the package.
    _type: ClassVar[str] = ""
    #: The names of its fields as attributes, in the order of the message, and whether each can be
    #: unset: None then, and otherwise its default.
    _fields: ClassVar[Mapping[str, bool]] = {}

    _given: Message
    #: What was read so far; None before anything was, which is how most decisions of a batch end.
    _values: dict[str, Any] | None

    def __init__(self, message: Message) -> None:
        """Not called directly; records come out of answers."""
        object.__setattr__(self, "_given", message)
        object.__setattr__(self, "_values", None)

    def _kept(self) -> dict[str, Any]:
        """What was read so far, to be added to."""
        values = self._values
        if values is None:
            values = {}
            object.__setattr__(self, "_values", values)
        return values

    def _read(self) -> Message:
        return self._given

    def _serialized(self) -> bytes:
        content: bytes = self._read().SerializeToString(deterministic=True)
        return content

    def to_dict(self) -> dict[str, Any]:
        """Names and values as the command prints them in JSON: enums with their prefix, instants as
        texts, what is unset left out."""
        parsed: dict[str, Any] = json.loads(self._json())
        return parsed

    def _json(self) -> bytes:
        return _native.convert(self._type, BINARY, self._serialized(), JSON)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self._type == other._type and self._serialized() == other._serialized()

    def __hash__(self) -> int:
        return hash((self._type, self._serialized()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self._type, self._serialized())

    def __copy__(self) -> Record:
        return self

    def __deepcopy__(self, memo: object) -> Record:
        return self

    def __repr__(self) -> str:
        parts = [f"{name}={_shown(value)}" for name, value in self._set_fields()]
        return f"{type(self).__name__}({', '.join(parts)})"

    def _set_fields(self) -> list[tuple[str, Any]]:
        return [
            (name, value)
            for name, may_be_unset in self._fields.items()
            for value in [getattr(self, name)]
            if (value is not None if may_be_unset else not _is_default(value))
        ]

    def _repr_html_(self) -> str:
        return _table(self, 0)


def _restored(kind: type[Record], name: str, content: bytes) -> Record:
    return kind(_schema.message_class(name).FromString(content))


def _is_default(value: Any) -> bool:
    return value.number == 0 if isinstance(value, ProtoEnum) else not value


# ---- As text and as HTML, for people


def printable(text: str) -> str:
    """The text on one line: what comes out of a record must not forge a line of a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _shown(value: Any) -> str:
    if isinstance(value, str) and not isinstance(value, ProtoEnum):
        return repr(value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 3] + "...")
    if isinstance(value, (ProtoEnum, datetime.datetime, datetime.timedelta)):
        return str(value)
    if isinstance(value, Record):
        return f"{type(value).__name__}(...)"
    if isinstance(value, tuple):
        if isinstance(value[0], Record):
            return f"[{len(value)} {type(value[0]).__name__}]"
        shown = [_shown(inner) for inner in value[:_MOST_ITEMS]]
        return f"[{', '.join(shown)}{', ...' if len(value) > _MOST_ITEMS else ''}]"
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)


def _table(record: Record, depth: int) -> str:
    rows = "".join(
        "<tr><th style='text-align:left;vertical-align:top'>"
        f"{html.escape(name)}</th><td style='text-align:left'>{_cell(value, depth)}</td></tr>"
        for name, value in record._set_fields()
    )
    return f"<table><caption>{html.escape(record._type)}</caption>{rows}</table>"


def _cell(value: Any, depth: int) -> str:
    if isinstance(value, Record):
        return _table(value, depth + 1) if depth < _DEEPEST_TABLE else "..."
    if isinstance(value, tuple):
        return "<br>".join(_cell(inner, depth) for inner in value)
    return html.escape(value if isinstance(value, str) else _shown(value))


# ---- Fields


def _instant(message: Any) -> datetime.datetime:
    return _EPOCH + datetime.timedelta(seconds=message.seconds, microseconds=message.nanos // 1000)


def _length(message: Any) -> datetime.timedelta:
    # Towards zero, as protobuf's own conversion cuts.
    return datetime.timedelta(seconds=message.seconds, microseconds=int(message.nanos / 1000))


def _any_value(message: Any) -> Any:
    """google.protobuf.Value, Struct and ListValue as what they stand for."""
    name = message.DESCRIPTOR.name
    if name == "Struct":
        return types.MappingProxyType(
            {key: _any_value(message.fields[key]) for key in sorted(message.fields)}
        )
    if name == "ListValue":
        return tuple(_any_value(inner) for inner in message.values)
    kind = message.WhichOneof("kind")
    if kind in ("struct_value", "list_value"):
        return _any_value(getattr(message, kind))
    return None if kind in (None, "null_value") else getattr(message, kind)


_WELL_KNOWN: dict[str, Callable[[Any], Any]] = {
    ".google.protobuf.Timestamp": _instant,
    ".google.protobuf.Duration": _length,
    ".google.protobuf.Struct": _any_value,
    ".google.protobuf.Value": _any_value,
    ".google.protobuf.ListValue": _any_value,
}


def _converter(field: Any) -> Callable[[Any], Any]:
    """From a single value of the field, as protobuf gives it."""
    if field.type == Field.TYPE_ENUM:
        name = _schema.local_name(field.type_name)
        if name is None:
            return int
        return lambda number: enum_class(name).of(number)
    if field.type == Field.TYPE_MESSAGE:
        if field.type_name in _WELL_KNOWN:
            return _WELL_KNOWN[field.type_name]
        name = _schema.local_name(field.type_name)
        if name is not None:
            return lambda message: record_class(name)(message)
    return lambda value: value


def _map_entry(field: Any) -> Any:
    name = _schema.local_name(field.type_name) if field.type == Field.TYPE_MESSAGE else None
    entry = _schema.MESSAGES.get(name) if name else None
    return entry if entry is not None and entry.options.map_entry else None


def _may_be_unset(field: Any) -> bool:
    if field.label == Field.LABEL_REPEATED:
        return False
    return bool(field.type == Field.TYPE_MESSAGE or field.HasField("oneof_index"))


def _reader(field: Any) -> Callable[[Any], Any]:
    """From a message to the value of its field."""
    name = field.name
    if field.label == Field.LABEL_REPEATED:
        entry = _map_entry(field)
        if entry is not None:
            convert = _converter(entry.field[1])
            return lambda message: types.MappingProxyType(
                {
                    key: convert(getattr(message, name)[key])
                    for key in sorted(getattr(message, name))
                }
            )
        convert = _converter(field)
        return lambda message: tuple(convert(value) for value in getattr(message, name))
    convert = _converter(field)
    if _may_be_unset(field):
        return lambda message: convert(getattr(message, name)) if message.HasField(name) else None
    return lambda message: convert(getattr(message, name))


def _attribute(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


def _property(field: Any) -> property:
    read = _reader(field)
    name = field.name

    def value(self: Record) -> Any:
        values = self._values
        if values is None:
            values = self._kept()
        if name not in values:
            values[name] = read(self._read())
        return values[name]

    return property(value)


@functools.cache
def record_class(name: str) -> Any:
    """The class of records for a message of changepolicy.v1, by its name without the package."""
    fields = _schema.MESSAGES[name].field
    members: dict[str, Any] = {_attribute(field.name): _property(field) for field in fields}
    members.update(
        __slots__=(),
        __module__="changepolicy.records",
        __qualname__=name,
        __doc__=f"A changepolicy.v1.{name}.",
        _type=name,
        _fields={_attribute(field.name): _may_be_unset(field) for field in fields},
    )
    return type(name, (Record,), members)


def optional_instant(text: str) -> Optional[datetime.datetime]:
    """An instant that the library hands out as a text; None for an empty one."""
    if not text:
        return None
    message = _schema.class_of(_schema.POOL.FindMessageTypeByName("google.protobuf.Timestamp"))()
    message.FromJsonString(text)
    return _instant(message)
