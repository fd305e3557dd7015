"""The messages of changepolicy.v1 as the library itself describes them.

They live in a descriptor pool of their own: in the default one they would meet whatever version of
the same files another package has registered there.
"""

from __future__ import annotations

import functools
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from changepolicy import _native

PACKAGE = "changepolicy.v1"

#: Of the descriptors that are taken apart here: these are the same in every version of protobuf.
FieldProto = descriptor_pb2.FieldDescriptorProto

POOL = descriptor_pool.DescriptorPool()
#: By name without the package, nested ones as `Outer.Inner`.
MESSAGES: dict[str, descriptor_pb2.DescriptorProto] = {}
ENUMS: dict[str, descriptor_pb2.EnumDescriptorProto] = {}


def class_of(descriptor: Any) -> Any:
    """The class for a descriptor of whatever pool, by every version of protobuf."""
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    # Older ones make a new class at each call, unless the descriptor has one already.
    try:
        known = descriptor._concrete_class
    except (AttributeError, TypeError):
        known = None
    if known is not None:
        return known
    factory: Any = message_factory.MessageFactory(descriptor.file.pool)
    return factory.GetPrototype(descriptor)


@functools.cache
def message_class(name: str) -> Any:
    """The class of a message of changepolicy.v1, by its name without the package."""
    return class_of(POOL.FindMessageTypeByName(f"{PACKAGE}.{name}"))


def enum_prefix(proto: descriptor_pb2.EnumDescriptorProto) -> str:
    """What the names of the enum's values begin with, like `VERDICT_`."""
    return proto.value[0].name[: -len("UNSPECIFIED")]


def local_name(type_name: str) -> str | None:
    """`RuleOutcome` for `.changepolicy.v1.RuleOutcome`; None for a type of another package."""
    prefix = f".{PACKAGE}."
    return type_name[len(prefix) :] if type_name.startswith(prefix) else None


def _add(message: descriptor_pb2.DescriptorProto, outer: str) -> None:
    name = f"{outer}{message.name}"
    MESSAGES[name] = message
    for enum in message.enum_type:
        ENUMS[f"{name}.{enum.name}"] = enum
    for inner in message.nested_type:
        _add(inner, f"{name}.")


for _file in descriptor_pb2.FileDescriptorSet.FromString(_native.descriptors()).file:
    POOL.AddSerializedFile(_file.SerializeToString())
    if _file.package == PACKAGE:
        for _enum in _file.enum_type:
            ENUMS[_enum.name] = _enum
        for _message in _file.message_type:
            _add(_message, "")
