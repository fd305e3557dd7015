#!/usr/bin/env python3
"""Writes the stubs of what the package makes at import: stubs.py DESCRIPTORS FOLDER.

DESCRIPTORS is what `protoc --descriptor_set_out --include_source_info` writes of changepolicy.v1;
the comments of the .proto files become docstrings. Into FOLDER, that of the package, go
enums.pyi, records.pyi and v1/__init__.pyi. The build runs this; the stubs are never committed.
"""

from __future__ import annotations

import keyword
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from google.protobuf import descriptor_pb2

PACKAGE = "changepolicy.v1"
Field = descriptor_pb2.FieldDescriptorProto

SCALARS = {
    Field.TYPE_DOUBLE: "float",
    Field.TYPE_FLOAT: "float",
    Field.TYPE_BOOL: "bool",
    Field.TYPE_STRING: "str",
    Field.TYPE_BYTES: "bytes",
}
WELL_KNOWN = {
    "Any": "any_pb2",
    "Duration": "duration_pb2",
    "Timestamp": "timestamp_pb2",
    "Struct": "struct_pb2",
    "Value": "struct_pb2",
    "ListValue": "struct_pb2",
}
RECORDS_OF_WELL_KNOWN = {
    "Duration": "datetime.timedelta",
    "Timestamp": "datetime.datetime",
    "Struct": "abc.Mapping[builtins.str, typing.Any]",
    "Value": "typing.Any",
    "ListValue": "tuple[typing.Any, ...]",
}


class Message(NamedTuple):
    """A message with its place in the file, by which its comments are found."""

    proto: Any
    path: tuple[int, ...]
    comments: dict[tuple[int, ...], str]


class Enum(NamedTuple):
    """An enum, likewise."""

    proto: Any
    path: tuple[int, ...]
    comments: dict[tuple[int, ...], str]


def comments_of(file: Any) -> dict[tuple[int, ...], str]:
    """What is written above and beside each element."""
    return {
        tuple(location.path): " ".join(
            f"{location.leading_comments} {location.trailing_comments}".split()
        )
        for location in file.source_code_info.location
    }


def messages_of(files: Any) -> Iterator[Message]:
    for file in files:
        comments = comments_of(file)
        for index, message in enumerate(file.message_type):
            yield Message(message, (4, index), comments)


def enums_of(files: Any) -> Iterator[Enum]:
    for file in files:
        comments = comments_of(file)
        for index, enum in enumerate(file.enum_type):
            yield Enum(enum, (5, index), comments)


def doc(text: str, indent: int) -> list[str]:
    """A docstring, or nothing."""
    if not text:
        return []
    pad = " " * indent
    quoted = text.replace("\\", "\\\\").replace('"""', "'''")
    # A quote at the end would run into the docstring's own.
    closed = f'"""{quoted} """' if quoted.endswith('"') else f'"""{quoted}"""'
    return [f"{pad}{line}" for line in textwrap.wrap(closed, 99 - indent)]


def local(type_name: str) -> str:
    """`RuleOutcome` for `.changepolicy.v1.RuleOutcome`; empty for another package."""
    prefix = f".{PACKAGE}."
    return type_name[len(prefix) :] if type_name.startswith(prefix) else ""


def map_entry(message: Any, field: Any) -> Any:
    """The entry of a field that is a map; None for others."""
    for nested in message.nested_type:
        if nested.options.map_entry and field.type_name.endswith(f".{message.name}.{nested.name}"):
            return nested
    return None


# ---- Enums


def enums_stub(files: Any) -> list[str]:
    lines = [
        "from changepolicy._enums import ProtoEnum as ProtoEnum",
    ]
    for enum in enums_of(files):
        prefix = enum.proto.value[0].name[: -len("UNSPECIFIED")]
        lines += [
            "",
            f"class {enum.proto.name}(ProtoEnum):",
            *doc(enum.comments.get(enum.path, ""), 4),
        ]
        for index, value in enumerate(enum.proto.value):
            name = value.name[len(prefix) :]
            lines.append(f'    {name} = "{name}"')
            lines += doc(enum.comments.get((*enum.path, 2, index), ""), 4)
    return lines


# ---- Records


def record_type(field: Any) -> str:
    """Of a single value."""
    if field.type == Field.TYPE_ENUM:
        return f"enums.{local(field.type_name)}" if local(field.type_name) else "builtins.int"
    if field.type == Field.TYPE_MESSAGE:
        name = local(field.type_name)
        if name:
            return name if "." not in name else "Record"
        known = field.type_name.rpartition(".")[2]
        return RECORDS_OF_WELL_KNOWN.get(known, "typing.Any")
    return f"builtins.{SCALARS.get(field.type, 'int')}"


def record_field_type(message: Any, field: Any) -> str:
    entry = map_entry(message, field)
    if entry is not None:
        return f"abc.Mapping[{record_type(entry.field[0])}, {record_type(entry.field[1])}]"
    one = record_type(field)
    if field.label == Field.LABEL_REPEATED:
        return f"tuple[{one}, ...]"
    if (field.type == Field.TYPE_MESSAGE or field.HasField("oneof_index")) and one != "typing.Any":
        return f"{one} | None"
    return one


def records_stub(files: Any) -> list[str]:
    lines = [
        "import builtins",
        "import datetime",
        "import typing",
        "from collections import abc",
        "",
        "from changepolicy import enums",
        "from changepolicy._records import Record as Record",
    ]
    for message in messages_of(files):
        lines += [
            "",
            f"class {message.proto.name}(Record):",
            *doc(message.comments.get(message.path, ""), 4),
        ]
        for index, field in enumerate(message.proto.field):
            name = f"{field.name}_" if keyword.iskeyword(field.name) else field.name
            text = doc(message.comments.get((*message.path, 2, index), ""), 8)
            head = f"    def {name}(self) -> {record_field_type(message.proto, field)}:"
            lines += ["    @property", head if text else f"{head} ...", *text]
        if not message.proto.field:
            lines.append("    ...")
    return lines


# ---- Messages


def message_type(field: Any) -> str:
    if field.type == Field.TYPE_MESSAGE:
        name = local(field.type_name)
        if name:
            return name
        known = field.type_name.rpartition(".")[2]
        return f"{WELL_KNOWN[known]}.{known}"
    if field.type == Field.TYPE_ENUM:
        return "builtins.int"
    return f"builtins.{SCALARS.get(field.type, 'int')}"


def message_field(message: Any, field: Any) -> tuple[str, str, bool]:
    """The type of the attribute, that of the argument of the constructor, and whether the attribute
    can be assigned."""
    entry = map_entry(message, field)
    if entry is not None:
        key, value = message_type(entry.field[0]), message_type(entry.field[1])
        kind = "MessageMap" if entry.field[1].type == Field.TYPE_MESSAGE else "ScalarMap"
        return f"containers.{kind}[{key}, {value}]", f"abc.Mapping[{key}, {value}]", False
    one = message_type(field)
    if field.label == Field.LABEL_REPEATED:
        kind = "Composite" if field.type == Field.TYPE_MESSAGE else "Scalar"
        return (f"containers.Repeated{kind}FieldContainer[{one}]", f"abc.Iterable[{one}]", False)
    return one, one, field.type != Field.TYPE_MESSAGE


def message_stub(proto: Any, path: tuple[int, ...], comments: Any, indent: int) -> list[str]:
    pad = " " * indent
    lines = [
        f"{pad}class {proto.name}(message.Message):",
        *doc(comments.get(path, ""), indent + 4),
        f"{pad}    DESCRIPTOR: descriptor.Descriptor",
    ]
    for index, nested in enumerate(proto.nested_type):
        if not nested.options.map_entry:
            lines += message_stub(nested, (*path, 3, index), comments, indent + 4)
    arguments = []
    for index, field in enumerate(proto.field):
        if keyword.iskeyword(field.name):
            continue  # there with getattr alone
        attribute, argument, assigned = message_field(proto, field)
        text = comments.get((*path, 2, index), "")
        if assigned:
            lines.append(f"{pad}    {field.name}: {attribute}")
            lines += doc(text, indent + 4)
        else:
            body = doc(text, indent + 8)
            head = f"{pad}    def {field.name}(self) -> {attribute}:"
            lines += [f"{pad}    @property", head if body else f"{head} ...", *body]
        arguments.append(f"{pad}        {field.name}: {argument} | None = ...,")
    if arguments:
        lines += [
            f"{pad}    def __init__(",
            f"{pad}        self,",
            f"{pad}        *,",
            *arguments,
            f"{pad}    ) -> None: ...",
        ]
    return lines


def messages_stub(files: Any) -> list[str]:
    lines = [
        "import builtins",
        "import typing",
        "from collections import abc",
        "",
        "from google.protobuf import (",
        "    any_pb2,",
        "    descriptor,",
        "    duration_pb2,",
        "    message,",
        "    struct_pb2,",
        "    timestamp_pb2,",
        ")",
        "from google.protobuf.internal import containers, enum_type_wrapper",
    ]
    for enum in enums_of(files):
        lines += [
            "",
            f"{enum.proto.name}: enum_type_wrapper._EnumTypeWrapper[builtins.int]",
            *doc(enum.comments.get(enum.path, ""), 0),
        ]
        for index, value in enumerate(enum.proto.value):
            lines.append(f"{value.name}: typing.Final = {value.number}")
            lines += doc(enum.comments.get((*enum.path, 2, index), ""), 0)
    for each in messages_of(files):
        lines += ["", *message_stub(each.proto, each.path, each.comments, 0)]
    return lines


def main() -> None:
    descriptors, folder = Path(sys.argv[1]), Path(sys.argv[2])
    found = descriptor_pb2.FileDescriptorSet.FromString(descriptors.read_bytes())
    files = sorted((file for file in found.file if file.package == PACKAGE), key=lambda f: f.name)
    (folder / "v1").mkdir(parents=True, exist_ok=True)
    for name, lines in (
        ("enums.pyi", enums_stub(files)),
        ("records.pyi", records_stub(files)),
        ("v1/__init__.pyi", messages_stub(files)),
    ):
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
