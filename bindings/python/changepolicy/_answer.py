"""What all answers have in common; :mod:`changepolicy.answers` has them."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError, Message

from changepolicy import _native, _schema
from changepolicy._records import BINARY, JSON, Record
from changepolicy.errors import InvalidInput

# Inside of a class that has an attribute `bytes`, that name is the attribute.
_Bytes = bytes

#: Statuses of rules that let a step through.
HOLDS = ("NOT_APPLICABLE", "SATISFIED", "WAIVED", "OVERRIDDEN")


class Answer(Record):
    """What all answers have in common."""

    __slots__ = ("_bytes",)

    _bytes: _Bytes

    def __init__(self, content: _Bytes) -> None:
        """``content``: the serialized message, as :attr:`bytes` gives it."""
        if not isinstance(content, bytes):
            raise TypeError(
                f"a `{type(self).__name__}` is made from bytes, not from a {type(content).__name__}"
            )
        object.__setattr__(self, "_bytes", content)
        object.__setattr__(self, "_given", None)
        object.__setattr__(self, "_values", None)

    @property
    def bytes(self) -> _Bytes:
        """The serialized message; equal answers have equal bytes."""
        return self._bytes

    @property
    def message(self) -> Any:
        """The protobuf message, of the class in :mod:`changepolicy.v1`; a copy of your own.

        Raises InvalidInput where the answer was made from bytes that are no such message.
        """
        try:
            return _schema.message_class(self._type).FromString(self._bytes)
        except DecodeError:
            raise InvalidInput(
                f"the bytes are no serialized changepolicy.v1.{self._type}"
            ) from None

    def to_json(self) -> str:
        """As the command prints it: names of fields as in the .proto files, enums by full names."""
        return self._json().decode()

    def _json(self) -> _Bytes:
        return _native.convert(self._type, BINARY, self._bytes, JSON)

    def _read(self) -> Message:
        if self._given is None:
            object.__setattr__(self, "_given", self.message)
        return self._given

    def _serialized(self) -> _Bytes:
        return self._bytes

    def __bool__(self) -> bool:
        raise TypeError(
            f"a {type(self).__name__} is neither true nor false; ask for what you mean, like "
            "`decision.allowed`, or `is not None`"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._bytes,)

    def __repr__(self) -> str:
        return f"<{super().__repr__()}>"
