"""The Common Expression Language by itself, over Python values and your own protobuf messages.

    from changepolicy import cel

    cel.evaluate("size(names) > 1", {"names": ["ann", "bob"]})          # True

    dear = cel.compile("order.total > limit", variables={"order": Order, "limit": "double"})
    dear.type                                                           # 'bool'
    dear.evaluate(order=order, limit=99.5)

Types are written as the language writes them (``int``, ``list(string)``, ``map(string, dyn)``,
``optional_type(int)``, ``google.protobuf.Timestamp``), or are Python types (``int``, ``str``,
``float``, ``bool``, ``bytes``, ``list``, ``dict``, ``datetime``, ``timedelta``) or classes of
messages. Any protobuf message works: its descriptor is handed over, nothing is built.

Values: None, bool, int, float, str, bytes, sequences, mappings, ``datetime`` with a zone,
``timedelta``, messages, and :class:`UInt` for a uint. They come back as the same; what is finer than
a microsecond is cut.

A text that does not compile raises :class:`CelSyntaxError` with every issue; an evaluation that
fails raises :class:`CelError`; one that depends on what was named as unknown raises
:class:`Unknown`. Python values that the language does not have raise ``TypeError``, and those out of
range ``ValueError``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message

from changepolicy import _native
from changepolicy._cel_values import (
    INT64,
    CelResult,
    CelValue,
    EnumValue,
    Opaque,
    OptionalValue,
    Schema,
    Type,
    TypeSpec,
    UInt,
    fill,
    messages_in,
    to_python,
    type_text,
)

__all__ = [
    "CelError",
    "CelSyntaxError",
    "EnumValue",
    "Expression",
    "Issue",
    "Opaque",
    "OptionalValue",
    "Type",
    "UInt",
    "Unknown",
    "compile",
    "evaluate",
]


# ---- What goes wrong


@dataclasses.dataclass(frozen=True)
class Issue:
    """Something wrong with an expression, at its place: line and column count from 1."""

    id: str
    message: str
    help: str
    line: int
    column: int
    #: Characters that the caret underlines.
    length: int
    source_line: str
    #: All of it as the command prints it, with the line and a caret.
    text: str

    def __str__(self) -> str:
        return self.text


class CelSyntaxError(ValueError):
    """The text does not compile; ``issues`` holds everything that is wrong."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("\n".join(issue.text for issue in issues))
        self.issues = tuple(issues)


class CelError(Exception):
    """The expression has no value.

    ``code`` says what kind of error it is, by its name in google.rpc.Code: NOT_FOUND,
    UNIMPLEMENTED (no such overload), OUT_OF_RANGE, INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
    ``line`` and ``column`` count from 1; 0 where the place is not known.
    """

    def __init__(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}" if self.line else self.message


class Unknown(Exception):
    """The answer depends on ``paths``, which were named as not known."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)
        super().__init__("not known: " + ", ".join(self.paths))


# ---- Expressions


class Expression:
    """A compiled expression. Immutable; threads may share it, and evaluate without the GIL."""

    def __init__(
        self, text: str, program: _native.CelProgram, schema: Schema, types: Mapping[str, str]
    ) -> None:
        """Not called directly; see :func:`compile`."""
        self._text = text
        self._program = program
        self._schema = schema
        self._types = dict(types)

    @property
    def text(self) -> str:
        """The text that was compiled."""
        return self._text

    @property
    def type(self) -> str:
        """What it yields, as the language writes it: ``list(string)``; ``dyn`` when unchecked."""
        return self._program.type

    @property
    def variables(self) -> list[str]:
        """Names of the variables that it refers to, sorted."""
        return self._program.variables

    def evaluate(
        self,
        bindings: Mapping[str, Any] | None = None,
        /,
        *,
        unknown: Iterable[str] = (),
        **named: Any,
    ) -> Any:
        """The value. Variables are given in a mapping, by name, or both.

        ``unknown`` names variables and fields that are not known yet, like ``order.total``; a
        variable of that name goes into the mapping. An int is taken for a variable that is declared
        ``double`` or ``uint``.

        Raises CelError, Unknown; TypeError and ValueError for what is no value of the language.
        """
        values = [
            (name, self._bind(name, python))
            for name, python in {**(bindings or {}), **named}.items()
        ]
        result = CelResult.FromString(self._program.evaluate(values, list(unknown)))
        kind = result.WhichOneof("kind")
        if kind == "error":
            error = result.error
            raise CelError(error.code, error.message, error.line, error.column)
        if kind == "unknown":
            raise Unknown(result.unknown.paths)
        return to_python(result.value, self._schema)

    def _bind(self, name: str, python: Any) -> bytes:
        if isinstance(python, int) and not isinstance(python, (bool, UInt, EnumValue)):
            if self._types.get(name) == "double" and python in INT64:
                python = float(python)
            elif self._types.get(name) == "uint":
                python = UInt(python)
        value = CelValue()
        fill(value, python, name, self._schema)
        content: bytes = value.SerializeToString()
        return content

    def __repr__(self) -> str:
        return f"<cel.Expression {self._text!r}: {self.type}>"


def compile(
    text: str,
    *,
    variables: Mapping[str, TypeSpec] | None = None,
    messages: Iterable[type[Message] | Message] = (),
    container: str = "",
    libraries: Iterable[str] | None = None,
    typed_enums: bool = False,
    check: bool = True,
) -> Expression:
    """Compiles an expression.

    ``variables``: each name with its type. ``messages``: classes that the expression names, or that
    are given for variables declared ``dyn``. ``container``: the package in which names are looked
    up. ``libraries``: names of the extensions that may be used; all by default. ``typed_enums``:
    enums are types of their own instead of ints. ``check``: find all types, and refuse what cannot
    work.

    Raises CelSyntaxError with every issue; ValueError for a type, name or library that is none.
    """
    schema = Schema()
    for message in messages:
        schema.add(message.DESCRIPTOR, message if isinstance(message, type) else type(message))
    types = {
        name: type_text(name, spec, schema) for name, spec in (variables or {}).items()
    }
    program, issues = _native.compile_cel(
        text,
        descriptors=schema.serialized(),
        variables=list(types.items()),
        container=container,
        libraries=None if libraries is None else list(libraries),
        typed_enums=typed_enums,
        check=check,
    )
    if program is None:
        raise CelSyntaxError([Issue(*issue) for issue in issues])
    return Expression(text, program, schema, types)


def evaluate(
    text: str, bindings: Mapping[str, Any] | None = None, /, **named: Any
) -> Any:
    """Compiles and evaluates once. Messages are checked by their types, everything else is ``dyn``.

    Raises what :func:`compile` and :meth:`Expression.evaluate` do.
    """
    values = {**(bindings or {}), **named}
    variables: dict[str, TypeSpec] = {
        name: type(python) if isinstance(python, Message) else "dyn"
        for name, python in values.items()
    }
    messages = [message for python in values.values() for message in messages_in(python)]
    return compile(text, variables=variables, messages=messages).evaluate(values)
