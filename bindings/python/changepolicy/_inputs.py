"""What users hand over: documents, subjects, messages."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, Union

from google.protobuf.message import EncodeError, Message

from changepolicy import _schema
from changepolicy._enums import ProtoEnum
from changepolicy._values import items_of, json_bytes, utf8
from changepolicy.errors import InvalidInput

#: A file by its name (or ``builtin:NAME``), a name and its text, a mapping, or a message.
Document = Union[
    str, "os.PathLike[str]", "tuple[str, Union[str, bytes]]", Mapping[str, Any], Message
]
#: A change or a release: a message, a mapping, JSON (text or bytes), or the serialized message.
Subject = Union[Message, Mapping[str, Any], str, bytes, bytearray, memoryview]
#: ``"change"`` or ``"release"``; None where the subject says it itself.
Kind = Optional[str]

SubjectTuple = tuple[int, int, bytes]

BINARY = 1
JSON = 2
CHANGE = 1
RELEASE = 2

BUILTIN = "builtin:"
BRACE = ord("{")
_KINDS = {"change": CHANGE, "release": RELEASE}
_KIND_OF_MESSAGE = {"changepolicy.v1.ChangeRequest": CHANGE, "changepolicy.v1.Release": RELEASE}
_ENDINGS = {"yaml": ".yaml", "json": ".json", "textproto": ".textproto", "binpb": ".binpb"}


# ---- Documents


def read_document(document: Document, type_name: str, name: str) -> tuple[str, bytes]:
    """A document's name and text. Raises OSError for a file that cannot be read."""
    if isinstance(document, Mapping):
        return f"{name}.json", json_bytes(document, name)
    if isinstance(document, Message):
        return f"{name}.binpb", message_bytes(document, type_name, name)
    if isinstance(document, tuple) and len(document) == 2:
        label, text = document
        if isinstance(label, str) and isinstance(text, (str, bytes)):
            return label, utf8(text, label) if isinstance(text, str) else text
    if not isinstance(document, (str, os.PathLike)):
        raise TypeError(
            f"`{name}`: a {type(document).__name__} is no document; give the name of a file, a "
            "mapping, a message, or a tuple of a name and a text"
        )
    path = os.fspath(document)
    if not isinstance(path, str):
        raise TypeError(f"`{name}`: give the name of a file as a text, not as bytes")
    if path.startswith(BUILTIN):
        return path, b""
    if "\n" in path or path.lstrip().startswith("{"):
        raise TypeError(
            f"`{name}`: this is a document's text, and the name of a file is asked for; "
            "give it to `loads`, or as a tuple of a name and the text"
        )
    if "\0" in path or not utf8(path, name):
        raise InvalidInput(f"`{name}`: {path!r} cannot be the name of a file", path=name)
    with open(path, "rb") as file:
        return path, file.read()


def read_text(text: str | bytes, format: str, name: str) -> tuple[str, bytes]:
    """A document that is given as text, with a name that tells its format."""
    if format not in _ENDINGS:
        raise InvalidInput(
            f"`format`: {format!r} is none; write one of {', '.join(_ENDINGS)}", path="format"
        )
    if isinstance(text, str):
        return f"{name}{_ENDINGS[format]}", utf8(text, name)
    if isinstance(text, (bytes, bytearray, memoryview)):
        return f"{name}{_ENDINGS[format]}", bytes(text)
    raise TypeError(f"`text`: a {type(text).__name__} is no text; give str or bytes")


def read_documents(
    documents: Document | Sequence[Document], type_name: str, name: str
) -> list[tuple[str, bytes]]:
    """One document, or a list of them. A tuple of two is a name and a text."""
    if isinstance(documents, list):
        return [read_document(document, type_name, name) for document in documents]
    return [read_document(documents, type_name, name)]  # type: ignore[arg-type]


# ---- Messages


def _encoding_of(content: bytes) -> int:
    """No message of the schema begins with the byte that is `{`: that would be a group."""
    return JSON if content[:1] == b"{" else BINARY


def message_bytes(message: Message, type_name: str, name: str) -> bytes:
    """A message of changepolicy.v1, of whatever class, serialized."""
    full_name = message.DESCRIPTOR.full_name
    if full_name != f"{_schema.PACKAGE}.{type_name}":
        raise TypeError(f"`{name}`: a `{full_name}` is no changepolicy.v1.{type_name}")
    return _serialized(message, name)


def _serialized(message: Message, name: str) -> bytes:
    try:
        content: bytes = message.SerializeToString()
    except (EncodeError, ValueError) as error:
        raise InvalidInput(f"`{name}`: {error}", path=name) from None
    return content


def message_of(value: Any, type_name: str, name: str) -> tuple[int, bytes]:
    """The encoding and the bytes of a message, a mapping, JSON text or serialized bytes."""
    if isinstance(value, Message):
        return BINARY, message_bytes(value, type_name, name)
    if isinstance(value, Mapping):
        return JSON, json_bytes(value, name)
    if isinstance(value, str):
        return JSON, utf8(value, name)
    if isinstance(value, (bytes, bytearray, memoryview)):
        content = bytes(value)
        return _encoding_of(content), content
    raise TypeError(
        f"`{name}`: a {type(value).__name__} is no {type_name}; give a message, a mapping, JSON "
        "text or serialized bytes"
    )


# ---- Subjects


def kind_number(kind: Kind) -> int | None:
    """1 for a change, 2 for a release; None where it is not said."""
    if kind is None:
        return None
    number = _KINDS.get(kind.lower()) if isinstance(kind, str) else None
    if number is None:
        raise InvalidInput(f"`kind`: {kind!r} is none; write 'change' or 'release'", path="kind")
    return number


def subject_of(subject: Subject, kind: Kind = None, name: str = "subject") -> SubjectTuple:
    """The subject's kind, encoding and bytes."""
    wanted = None if kind is None else kind_number(kind)
    # First what asks most often, and what is told most quickly: classes of `abc` are slow to tell.
    if type(subject) is bytes and subject and subject[0] != BRACE:
        return wanted or CHANGE, BINARY, subject
    if isinstance(subject, Message):
        found = _KIND_OF_MESSAGE.get(subject.DESCRIPTOR.full_name)
        if found is None or (wanted is not None and wanted != found):
            asked = "a ChangeRequest or a Release" if wanted is None else f"a {kind}"
            raise TypeError(f"`{name}`: a `{subject.DESCRIPTOR.full_name}` is not {asked}")
        return found, BINARY, _serialized(subject, name)
    if isinstance(subject, (dict, Mapping)):
        return wanted or _kind_by_fields(subject), JSON, json_bytes(subject, name)
    if isinstance(subject, str):
        return wanted or _kind_by_text(subject), JSON, utf8(subject, name)
    if isinstance(subject, (bytes, bytearray, memoryview)):
        content = bytes(subject)
        if _encoding_of(content) == BINARY:
            return wanted or CHANGE, BINARY, content
        return wanted or _kind_by_text(content.decode(errors="replace")), JSON, content
    raise TypeError(
        f"`{name}`: a {type(subject).__name__} is no change or release; give a message, a mapping, "
        "JSON text or serialized bytes"
    )


def subjects_of(subjects: Iterable[Subject], kind: Kind, name: str) -> list[SubjectTuple]:
    """All of them, each of its own kind where none is said."""
    if isinstance(subjects, (str, bytes, Mapping, Message)):
        raise TypeError(f"`{name}`: give a list of subjects, not a single one")
    return [
        subject_of(subject, kind, f"{name}[{index}]")
        for index, subject in enumerate(items_of(subjects, name))
    ]


def _kind_by_fields(subject: Mapping[str, Any]) -> int:
    """As the command tells a file of a release from one of a change."""
    if len(subject) == 1:
        (key,) = subject
        if key in _KINDS:
            return _KINDS[key]
    return RELEASE if "version" in subject or "changes" in subject else CHANGE


def _kind_by_text(text: str) -> int:
    # Most are changes that name none of these: parsing twice is for those that may be none.
    if not any(word in text for word in ('"release"', '"version"', '"changes"', "\\u")):
        return CHANGE
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return CHANGE
    return _kind_by_fields(parsed) if isinstance(parsed, dict) else CHANGE


# ---- Other arguments


def enum_text(value: Any, name: str) -> str | None:
    """A member of an enum, its name, or its number as in protobuf; None for none."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value) if isinstance(value, ProtoEnum) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return _number_text(value, name)
    raise TypeError(f"`{name}`: a {type(value).__name__} is no {name}; give a name like 'DEPLOY'")


def _number_text(value: int, name: str) -> str:
    for member in _schema.ENUMS["Transition"].value:
        if member.number == value:
            return "" if value == 0 else str(member.name)
    raise InvalidInput(f"`{name}`: {value} is the number of none", path=name)


def detail_number(value: Any) -> int:
    """Of a detail: 1 VERDICT, 2 REASONS, 3 FULL; 0 for None."""
    if value is None:
        return 0
    if isinstance(value, ProtoEnum):
        return value.number
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= 3:
            raise InvalidInput(
                f"`detail`: {value} is none; give VERDICT, REASONS or FULL", path="detail"
            )
        return value
    if isinstance(value, str):
        names = [member.name for member in _schema.ENUMS["Detail"].value]
        for name in (value, f"DETAIL_{value}"):
            if name in names:
                return names.index(name)
        raise InvalidInput(
            f"`detail`: {value!r} is none; write VERDICT, REASONS or FULL", path="detail"
        )
    raise TypeError(f"`detail`: a {type(value).__name__} is none; write VERDICT, REASONS or FULL")
