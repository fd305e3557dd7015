"""What the enums of changepolicy.v1 have in common; :mod:`changepolicy.enums` has them."""

from __future__ import annotations

import enum
import functools
from typing import Any, TypeVar

from changepolicy import _schema

Self = TypeVar("Self", bound="ProtoEnum")

_UNRECOGNIZED = "UNRECOGNIZED_"


class ProtoEnum(str, enum.Enum):
    """What all enums have in common."""

    #: As in protobuf.
    number: int

    def __new__(cls: type[Self], name: str, number: int = 0) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.number = number
        return member

    @classmethod
    def of(cls: type[Self], number: int) -> Self:
        """The member with this number."""
        found = _members_by_number(cls).get(number)
        if found is not None:
            return found  # type: ignore[return-value]
        name = f"{_UNRECOGNIZED}{number}"
        unknown = str.__new__(cls, name)
        unknown._name_ = unknown._value_ = name
        unknown.number = number
        return unknown

    @classmethod
    def _missing_(cls: type[Self], value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        if value.startswith(_UNRECOGNIZED) and value[len(_UNRECOGNIZED) :].lstrip("-").isdigit():
            return cls.of(int(value[len(_UNRECOGNIZED) :]))
        prefix = _schema.enum_prefix(_schema.ENUMS[cls.__qualname__])
        return cls.__members__.get(value[len(prefix) :]) if value.startswith(prefix) else None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ProtoEnum) and type(other) is not type(self):
            return False
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def _order(self, other: object) -> int:
        if type(other) is not type(self):
            # Texts would be ordered by the alphabet, in which HIGH is before LOW.
            raise TypeError(
                f"{self!r} has no order with {other!r}; compare with {type(self).__name__} members"
            )
        return self.number - other.number

    def __lt__(self, other: object) -> bool:
        return self._order(other) < 0

    def __le__(self, other: object) -> bool:
        return self._order(other) <= 0

    def __gt__(self, other: object) -> bool:
        return self._order(other) > 0

    def __ge__(self, other: object) -> bool:
        return self._order(other) >= 0

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), (self._value_,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self._value_}"

    def __str__(self) -> str:
        return str(self._value_)

    def __format__(self, format_spec: str) -> str:
        return str.__format__(self, format_spec)


@functools.cache
def _members_by_number(kind: type[ProtoEnum]) -> dict[int, ProtoEnum]:
    members: dict[int, ProtoEnum] = {}
    for member in kind:
        members.setdefault(member.number, member)
    return members


@functools.cache
def enum_class(name: str) -> Any:
    """The enum of changepolicy.v1 of this name."""
    proto = _schema.ENUMS[name]
    prefix = _schema.enum_prefix(proto)
    members = [
        (value.name[len(prefix) :], (value.name[len(prefix) :], value.number))
        for value in proto.value
    ]
    make: Any = ProtoEnum
    return make(name, members, module="changepolicy.enums", qualname=name)
