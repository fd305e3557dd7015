"""Values of the Common Expression Language in Python, and their way through protobuf."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Union

from google.protobuf import any_pb2, descriptor_pb2, duration_pb2, timestamp_pb2
from google.protobuf.message import DecodeError, Message

from changepolicy._schema import class_of, message_class

#: What stands for a type: its text, a Python type, or a class of messages.
TypeSpec = Union[str, type]

INT64 = range(-(2**63), 2**63)
_UINT64 = range(2**64)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_PREFIX = "type.googleapis.com/"
# More than this, a message of values would not be read back.
DEEPEST = 32
# Files of messages that every expression knows.
_WELL_KNOWN = {
    f"google/protobuf/{name}.proto"
    for name in ("any", "duration", "struct", "timestamp", "wrappers")
}


# ---- Values that Python has no type for


class UInt(int):
    """A uint: an int without sign, of 64 bits. To the language ``1u`` and ``1`` are two types."""

    def __new__(cls, value: int = 0) -> UInt:
        if int(value) not in _UINT64:
            raise ValueError(f"{value} is out of the range of uint, 0 to 2**64 - 1")
        return super().__new__(cls, value)

    def __repr__(self) -> str:
        return f"UInt({int(self)})"


class EnumValue(int):
    """A value of an enum that is a type of its own (``typed_enums``)."""

    #: The full name of the enum.
    type: str

    def __new__(cls, type: str, value: int) -> EnumValue:
        made = super().__new__(cls, value)
        made.type = type
        return made

    def __repr__(self) -> str:
        return f"EnumValue({self.type!r}, {int(self)})"


@dataclasses.dataclass(frozen=True)
class OptionalValue:
    """An optional value: ``OptionalValue(1)``, or ``OptionalValue.none()``."""

    value: Any = None
    present: bool = True

    @classmethod
    def none(cls) -> OptionalValue:
        """The one without a value."""
        return cls(present=False)


@dataclasses.dataclass(frozen=True)
class Type:
    """A type as a value, by its name: ``int``, ``google.protobuf.Timestamp``."""

    name: str


@dataclasses.dataclass(frozen=True)
class Opaque:
    """A value of a type that only a library of the language knows, as text. Never an input."""

    type: str
    text: str


# ---- Messages


CelValue, CelResult = message_class("CelValue"), message_class("CelResult")
CelFound = message_class("CelFound")


class Schema:
    """The messages that an expression knows, and what their classes are."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._pools: list[Any] = []
        self._classes: dict[str, type[Message]] = {}

    def add(self, descriptor: Any, message_class: type[Message] | None = None) -> None:
        if message_class is not None:
            self._classes.setdefault(descriptor.full_name, message_class)
        if not any(pool is descriptor.file.pool for pool in self._pools):
            self._pools.append(descriptor.file.pool)
        self._add_file(descriptor.file)

    def _add_file(self, file: Any) -> None:
        if file.name in self._files:
            return
        self._files[file.name] = file.serialized_pb
        for imported in file.dependencies:
            self._add_file(imported)

    def has(self, descriptor: Any) -> bool:
        return descriptor.file.name in self._files or descriptor.file.name in _WELL_KNOWN

    def serialized(self) -> bytes:
        files = descriptor_pb2.FileDescriptorSet()
        for content in self._files.values():
            files.file.add().ParseFromString(content)
        return files.SerializeToString()

    def find(self, name: str) -> type[Message] | None:
        if name in self._classes:
            return self._classes[name]
        for pool in self._pools:
            try:
                found: type[Message] = class_of(pool.FindMessageTypeByName(name))
                return found
            except KeyError:
                continue
        return None


_PYTHON_TYPES: dict[type, str] = {
    type(None): "null_type",
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    list: "list",
    dict: "map",
    datetime.datetime: "google.protobuf.Timestamp",
    datetime.timedelta: "google.protobuf.Duration",
}


def type_text(name: str, spec: TypeSpec, schema: Schema) -> str:
    if isinstance(spec, str):
        return spec
    if isinstance(spec, type) and issubclass(spec, Message):
        schema.add(spec.DESCRIPTOR, spec)
        return spec.DESCRIPTOR.full_name
    if isinstance(spec, type) and spec in _PYTHON_TYPES:
        return _PYTHON_TYPES[spec]
    raise TypeError(
        f"`{name}`: {spec!r} is no type of the language; write a text like `list(int)`, "
        "or give a class of messages"
    )


# ---- Python values to the language


def as_declared(python: Any, declared: str | None) -> Any:
    """An int where a double or a uint is declared, as one."""
    if not isinstance(python, int) or isinstance(python, (bool, UInt, EnumValue)):
        return python
    if declared == "double" and python in INT64:
        return float(python)
    return UInt(python) if declared == "uint" else python


def _pack(message: Message, value: Any) -> None:
    value.object_value.type_url = _PREFIX + message.DESCRIPTOR.full_name
    value.object_value.value = message.SerializePartialToString(deterministic=True)


def _timestamp(moment: datetime.datetime, path: str) -> Message:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"`{path}`: {moment!r} has no zone; give it a tzinfo")
    since = moment - _EPOCH
    return timestamp_pb2.Timestamp(
        seconds=since.days * 86400 + since.seconds, nanos=since.microseconds * 1000
    )


def _duration(length: datetime.timedelta) -> Message:
    micros = length // datetime.timedelta(microseconds=1)
    seconds, rest = divmod(abs(micros), 1_000_000)
    sign = -1 if micros < 0 else 1
    return duration_pb2.Duration(seconds=sign * seconds, nanos=sign * rest * 1000)


def fill(value: Any, python: Any, path: str, schema: Schema, depth: int = 0) -> None:
    """Writes a Python value into a CelValue; ``path`` names it in complaints."""
    if depth > DEEPEST:
        raise ValueError(f"`{path}`: nested deeper than {DEEPEST} levels")
    if python is None:
        value.null_value = 0
    elif isinstance(python, bool):
        value.bool_value = python
    elif isinstance(python, EnumValue):
        value.enum_value.type = python.type
        value.enum_value.value = int(python)
    elif isinstance(python, UInt):
        value.uint64_value = int(python)
    elif isinstance(python, int):
        if int(python) not in INT64:
            raise ValueError(f"`{path}`: {python} does not fit into 64 bits; up to 2**64, use UInt")
        value.int64_value = int(python)
    elif isinstance(python, float):
        value.double_value = python
    elif isinstance(python, str):
        try:
            value.string_value = python
        except (UnicodeError, ValueError):
            raise ValueError(f"`{path}`: the text is not Unicode: {python!r}") from None
    elif isinstance(python, (bytes, bytearray, memoryview)):
        value.bytes_value = bytes(python)
    elif isinstance(python, datetime.datetime):
        _pack(_timestamp(python, path), value)
    elif isinstance(python, datetime.timedelta):
        _pack(_duration(python), value)
    elif isinstance(python, Message):
        _fill_message(value, python, path, schema)
    else:
        _fill_other(value, python, path, schema, depth)


def _fill_message(value: Any, message: Message, path: str, schema: Schema) -> None:
    if not schema.has(message.DESCRIPTOR):
        name = message.DESCRIPTOR.full_name
        raise TypeError(
            f"`{path}`: `{name}` is not known to the expression; "
            f"compile it with messages=[{message.DESCRIPTOR.name}]"
        )
    _pack(message, value)


def _fill_other(value: Any, python: Any, path: str, schema: Schema, depth: int) -> None:
    if isinstance(python, Mapping):
        value.map_value.SetInParent()
        for key, inner in python.items():
            if not isinstance(key, (bool, int, str)):
                raise TypeError(
                    f"`{path}`: {key!r} cannot be the key of a map; keys are bool, int, UInt or str"
                )
            entry = value.map_value.entries.add()
            fill(entry.key, key, f"{path}[{key!r}]", schema, depth + 1)
            fill(entry.value, inner, f"{path}[{key!r}]", schema, depth + 1)
    elif isinstance(python, Sequence):
        value.list_value.SetInParent()
        for index, inner in enumerate(python):
            fill(value.list_value.values.add(), inner, f"{path}[{index}]", schema, depth + 1)
    elif isinstance(python, OptionalValue):
        value.optional_value.SetInParent()
        if python.present:
            fill(value.optional_value.value, python.value, path, schema, depth + 1)
    elif isinstance(python, Type):
        value.type_value = python.name
    else:
        raise TypeError(
            f"`{path}`: a {type(python).__name__} is no value of the language; give None, bool, "
            "int, float, str, bytes, a sequence, a mapping, datetime, timedelta or a message"
        )


# ---- And back


def to_python(value: Any, schema: Schema) -> Any:
    kind = value.WhichOneof("kind")
    if kind is None or kind == "null_value":
        return None
    if kind == "uint64_value":
        return UInt(value.uint64_value)
    if kind == "list_value":
        return [to_python(inner, schema) for inner in value.list_value.values]
    if kind == "map_value":
        return {
            to_python(entry.key, schema): to_python(entry.value, schema)
            for entry in value.map_value.entries
        }
    if kind == "object_value":
        return _message(value.object_value.type_url, value.object_value.value, schema)
    if kind == "enum_value":
        return EnumValue(value.enum_value.type, value.enum_value.value)
    if kind == "type_value":
        return Type(value.type_value)
    if kind == "optional_value":
        if not value.optional_value.HasField("value"):
            return OptionalValue.none()
        return OptionalValue(to_python(value.optional_value.value, schema))
    if kind == "opaque_value":
        return Opaque(value.opaque_value.type, value.opaque_value.text)
    return getattr(value, kind)


def _message(type_url: str, content: bytes, schema: Schema) -> Any:
    name = type_url.rpartition("/")[2]
    if name == "google.protobuf.Timestamp":
        moment = timestamp_pb2.Timestamp.FromString(content)
        return _EPOCH + datetime.timedelta(
            seconds=moment.seconds, microseconds=moment.nanos // 1000
        )
    if name == "google.protobuf.Duration":
        length = duration_pb2.Duration.FromString(content)
        # Towards zero, as protobuf's own conversion cuts.
        micros = int(length.nanos / 1000)
        return datetime.timedelta(seconds=length.seconds, microseconds=micros)
    message_class = schema.find(name)
    if message_class is None:
        return any_pb2.Any(type_url=type_url, value=content)
    message = message_class()
    try:
        message.MergeFromString(content)
    except DecodeError:
        # A proto2 message that lacks what it requires.
        return any_pb2.Any(type_url=type_url, value=content)
    return message


def messages_in(python: Any, depth: int = 0) -> Iterator[Message]:
    if isinstance(python, Message):
        yield python
    elif isinstance(python, Mapping) and depth <= DEEPEST:
        for inner in python.values():
            yield from messages_in(inner, depth + 1)
    elif isinstance(python, OptionalValue) and depth <= DEEPEST:
        yield from messages_in(python.value, depth + 1)
    elif isinstance(python, (str, bytes, bytearray, memoryview)):
        return
    elif isinstance(python, Sequence) and depth <= DEEPEST:
        for inner in python:
            yield from messages_in(inner, depth + 1)
