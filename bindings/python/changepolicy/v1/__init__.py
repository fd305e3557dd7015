"""The messages and enums of changepolicy.v1, as protobuf classes.

    from changepolicy import v1

    change = v1.ChangeRequest(id="CHG-1", state=v1.CHANGE_STATE_SCHEDULED)
    change.schedule.start.FromJsonString("2026-02-01T10:00:00Z")

They are made from the library's own descriptors, in a descriptor pool of their own: they work with
every version of protobuf, and beside classes that you generated from the same .proto files, whose
messages this package takes as well. Enums are as in generated modules: ``v1.Verdict.Name(1)``,
``v1.VERDICT_ALLOWED``.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.internal import enum_type_wrapper

from changepolicy import _schema

_ENUM_VALUES = {
    value.name: value.number
    for name, enum in _schema.ENUMS.items()
    if "." not in name
    for value in enum.value
}
__all__ = sorted(
    name for name in (*_schema.MESSAGES, *_schema.ENUMS, *_ENUM_VALUES) if "." not in name
)


def __getattr__(name: str) -> Any:
    found: Any
    if "." in name:
        raise AttributeError(name)
    if name in _ENUM_VALUES:
        found = _ENUM_VALUES[name]
    elif name in _schema.ENUMS:
        found = enum_type_wrapper.EnumTypeWrapper(
            _schema.POOL.FindEnumTypeByName(f"{_schema.PACKAGE}.{name}")
        )
    elif name in _schema.MESSAGES:
        found = _schema.message_class(name)
        # Where pickle looks for it.
        found.__module__ = __name__
    else:
        raise AttributeError(f"changepolicy.v1 has no `{name}`")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
