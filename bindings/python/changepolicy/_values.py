"""Python values on their way into the library: instants, lengths, mappings as JSON."""

from __future__ import annotations

import base64
import datetime
import enum
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, TypeVar, Union

from changepolicy.errors import InvalidInput

T = TypeVar("T")

#: A datetime with a zone, a date (midnight UTC), or a text in RFC 3339.
Instant = Union[datetime.datetime, datetime.date, str]
#: A timedelta, or a text like ``2h30m``.
Length = Union[datetime.timedelta, str]

# As deep as the library reads.
_DEEPEST = 100
_INTEGERS = range(-(2**63), 2**64)
_MICROSECOND = datetime.timedelta(microseconds=1)


def instant_text(value: Instant, name: str) -> str:
    """RFC 3339. What is no instant as text is left to the library to complain about."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.datetime):
        if value.tzinfo is datetime.timezone.utc:
            return value.isoformat()[:-6] + "Z"
        if value.utcoffset() is None:
            raise TypeError(
                f"`{name}`: {value!r} has no zone, so it names no instant; give it one, like "
                "`value.replace(tzinfo=datetime.timezone.utc)`"
            )
        try:
            moment = value.astimezone(datetime.timezone.utc)
        except OverflowError:
            raise InvalidInput(
                f"`{name}`: {value!r} lies outside of years 1 to 9999 in UTC", path=name
            ) from None
        return moment.isoformat()[:-6] + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(
        f"`{name}`: a {type(value).__name__} is no instant; give a datetime with a zone, a date, "
        "or a text like `2026-01-31T09:30:00Z`"
    )


def optional_instant_text(value: Instant | None, name: str) -> str | None:
    return None if value is None else instant_text(value, name)


def length_text(value: Length, name: str) -> str:
    """Like ``5400s``."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.timedelta):
        seconds, rest = divmod(value // _MICROSECOND, 1_000_000)
        if rest and seconds < 0:
            seconds, rest = seconds + 1, 1_000_000 - rest
            return f"-{-seconds}.{rest:06}s"
        return f"{seconds}.{rest:06}s" if rest else f"{seconds}s"
    raise TypeError(
        f"`{name}`: a {type(value).__name__} is no length of time; give a timedelta, or a text "
        "like `2h30m`"
    )


def utf8(text: str, name: str) -> bytes:
    """The text as bytes."""
    try:
        return text_of(text, name).encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            f"`{name}`: {text[error.start : error.start + 1]!r} at {error.start} is half of a "
            "surrogate pair and no Unicode text",
            path=name,
        ) from None


# ---- Arguments that go to the native module as they are: its own complaints name no argument


def text_of(value: str, name: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise TypeError(f"`{name}`: a {type(value).__name__} is no text")
    return value


def optional_text_of(value: str | None, name: str) -> str | None:
    return None if value is None else text_of(value, name)


def texts_of(values: Iterable[str], name: str) -> list[str]:
    """Several texts."""
    if isinstance(values, str):
        raise TypeError(f"`{name}`: give a list of texts, not a single one")
    return [
        text_of(value, f"{name}[{index}]") for index, value in enumerate(items_of(values, name))
    ]


def bytes_of(value: bytes, name: str) -> bytes:
    """Bytes."""
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise TypeError(f"`{name}`: a {type(value).__name__} is not bytes")
    return bytes(value)


def list_of_bytes(values: Iterable[bytes], name: str) -> list[bytes]:
    """Several bytes."""
    if isinstance(values, (bytes, bytearray, memoryview)):
        raise TypeError(f"`{name}`: give a list of bytes, not a single one")
    return [
        bytes_of(value, f"{name}[{index}]") for index, value in enumerate(items_of(values, name))
    ]


def items_of(values: Iterable[T], name: str) -> Iterator[T]:
    """What there is in a list or another iterable."""
    try:
        return iter(values)
    except TypeError:
        raise TypeError(f"`{name}`: a {type(values).__name__} is no list") from None


def number_of(value: int, name: str, bits: int = 64) -> int:
    """A number that fits into a signed integer of so many bits."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"`{name}`: a {type(value).__name__} is no whole number")
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise InvalidInput(f"`{name}`: the number does not fit into {bits} bits", path=name)
    return int(value)


# ---- Mappings


def json_bytes(mapping: Mapping[str, Any], name: str) -> bytes:
    """The mapping as JSON, as the library reads it.

    Beside what JSON has, values may be datetimes, dates, timedeltas, bytes, enums, sets, mappings
    and sequences of any class. Complaints name the path.
    """
    try:
        return json.dumps(mapping, default=_plain, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        blame(mapping, name)
        raise InvalidInput(f"`{name}`: {error}", path=name) from None


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime.datetime, datetime.date)):
        return instant_text(value, "")
    if isinstance(value, datetime.timedelta):
        return length_text(value, "")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError(type(value).__name__)


def blame(value: Any, path: str, within: tuple[int, ...] = ()) -> None:
    """Raises for the first part, in order, that cannot be written as JSON."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if int(value) not in _INTEGERS:
            raise InvalidInput(f"`{path}`: the number does not fit into 64 bits", path=path)
    elif isinstance(value, str):
        utf8(value, path)
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise InvalidInput(f"`{path}`: {value} is no number that a record can hold", path=path)
    elif isinstance(value, (datetime.datetime, datetime.date)):
        instant_text(value, path)
    elif isinstance(value, (datetime.timedelta, bytes, bytearray, memoryview)):
        return
    elif isinstance(value, enum.Enum):
        blame(value.value, path, within)
    elif isinstance(value, (Mapping, Set, Sequence)):
        if id(value) in within:
            raise InvalidInput(f"`{path}` contains itself", path=path)
        if len(within) >= _DEEPEST:
            raise InvalidInput(f"`{path}`: nested deeper than {_DEEPEST} levels", path=path)
        _blame_parts(value, path, (*within, id(value)))
    else:
        raise TypeError(
            f"`{path}`: a {type(value).__name__} is no value of a record; give None, bool, int, "
            "float, str, bytes, datetime, date, timedelta, an enum, a mapping or a sequence"
        )


def _blame_parts(
    value: Mapping[Any, Any] | Set[Any] | Sequence[Any], path: str, within: tuple[int, ...]
) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, (str, int, float, type(None))):
                raise TypeError(f"`{path}`: {key!r} is no name of a field; names are texts")
            if isinstance(key, str):
                utf8(key, path)
            blame(inner, f"{path}.{key}", within)
    elif isinstance(value, Set):
        for inner in value:
            if not isinstance(inner, str):
                raise TypeError(
                    f"`{path}`: a set of {type(inner).__name__} has no order; give a list"
                )
    else:
        for index, inner in enumerate(value):
            blame(inner, f"{path}[{index}]", within)
