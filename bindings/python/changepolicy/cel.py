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
``timedelta``, messages, and :class:`UInt` for a uint. They come back as the same; what is finer
than a microsecond is cut.

A text that does not compile raises :class:`CelSyntaxError` with every issue; an evaluation that
fails raises :class:`CelError`; one that depends on what was named as unknown raises
:class:`Unknown`. Python values that the language does not have raise ``TypeError``, and those out
of range ``ValueError``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Optional

from google.protobuf.message import Message

from changepolicy import _native
from changepolicy._cel_values import (
    CelFound,
    CelResult,
    CelValue,
    EnumValue,
    Opaque,
    OptionalValue,
    Schema,
    Type,
    TypeSpec,
    UInt,
    as_declared,
    fill,
    messages_in,
    to_python,
    type_text,
)
from changepolicy._values import items_of, number_of, text_of, texts_of
from changepolicy.errors import Error, InvalidInput, Issue

__all__ = [
    "CelError",
    "CelSyntaxError",
    "Conditions",
    "Cost",
    "EnumValue",
    "Expression",
    "Found",
    "Issue",
    "Opaque",
    "OptionalValue",
    "Residual",
    "Type",
    "UInt",
    "Unknown",
    "compile",
    "compile_conditions",
    "evaluate",
]


# ---- What goes wrong


class CelSyntaxError(InvalidInput):
    """The text does not compile; ``issues`` holds everything that is wrong."""


class CelError(Error):
    """The expression has no value.

    ``code`` says what kind of error it is, by its name in google.rpc.Code: NOT_FOUND,
    UNIMPLEMENTED (no such overload), OUT_OF_RANGE, INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
    ``line`` and ``column`` count from 1; 0 where the place is not known.
    """

    def __init__(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[Any, ...]:
        return CelError, (self.code, self.message, self.line, self.column)

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}" if self.line else self.message


class Unknown(Error):
    """The answer depends on ``paths``, which were named as not known."""

    code = "FAILED_PRECONDITION"

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)
        super().__init__("not known: " + ", ".join(self.paths))

    def __reduce__(self) -> tuple[Any, ...]:
        return Unknown, (self.paths,)


# ---- Expressions


class Residual(NamedTuple):
    """What is left when everything is computed that does not hang on an unknown."""

    #: Has, whatever the unknowns turn out to be, the value of the original.
    expression: Expression
    #: Paths of the unknowns that could still change it, sorted; none is left out.
    open: tuple[str, ...]


class Cost(NamedTuple):
    """What an evaluation costs, in the units of cel-go."""

    #: Of one in which nothing fails.
    min: int
    #: Of any over inputs within the sizes; None: no bound is known.
    max: Optional[int]


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
        return self._program.type()

    @property
    def variables(self) -> list[str]:
        """Names of the variables that it refers to, sorted."""
        return self._references(1)

    @property
    def paths(self) -> list[str]:
        """Selections from variables as far as they go, like ``order.customer.name``; sorted."""
        return self._references(2)

    @property
    def functions(self) -> list[str]:
        """Names of the functions that it calls, namespaces included, operators by their names in
        the language (``_&&_``); sorted."""
        return self._references(3)

    def _references(self, what: int) -> list[str]:
        return [name.decode() for name in self._program.references(what)]

    def unparse(self) -> str:
        """The text as a person would write it: on one line, parentheses only where they are needed.
        It compiles to an equal tree."""
        return self._program.unparse()

    def dump(self) -> str:
        """The tree that it was parsed to, macros expanded, in a stable notation: ``_+_(x, 1)``."""
        return self._program.dump()

    def evaluate(
        self,
        bindings: Mapping[str, Any] | Message | None = None,
        /,
        *,
        unknown: Iterable[str] = (),
        **named: Any,
    ) -> Any:
        """The value. Variables are given in a mapping, by name, or both; of an expression that was
        compiled with ``fields_of`` as a message.

        ``unknown`` names variables and fields that are not known yet, like ``order.total``; a
        variable of that name goes into the mapping. An int is taken for a variable that is declared
        ``double`` or ``uint``.

        Raises CelError, Unknown; TypeError and ValueError for what is no value of the language.
        """
        result = CelResult.FromString(
            self._program.evaluate(
                _bound(bindings, named, self._schema, self._types), texts_of(unknown, "unknown")
            )
        )
        answer = _answer(result, self._schema)
        if isinstance(answer, (CelError, Unknown)):
            raise answer
        return answer

    def residual(
        self,
        bindings: Mapping[str, Any] | Message | None = None,
        /,
        *,
        unknown: Iterable[str] = (),
        **named: Any,
    ) -> Residual:
        """What is left when everything is computed that does not hang on an unknown; arguments as
        of :meth:`evaluate`.

            partial = cel.compile("a > 1 && b > 1", variables={"a": int, "b": int})
            partial.residual(a=2, unknown=["b"]).expression.unparse()         # 'b > 1'

        Raises InvalidInput for an input that does not fit; TypeError and ValueError.
        """
        program, paths = self._program.residual(
            _bound(bindings, named, self._schema, self._types), texts_of(unknown, "unknown")
        )
        rest = Expression("", program, self._schema, self._types)
        rest._text = rest.unparse()
        return Residual(rest, tuple(path.decode() for path in paths))

    def estimate_cost(
        self, *, string: int = 0, bytes: int = 0, list: int = 0, map: int = 0
    ) -> Cost:
        """What an evaluation will cost, before any; linear in the expression. The arguments are the
        most that ``size()`` may give for values of the input: code points, bytes, elements,
        entries; 0 stands for 1,000, 10,000, 100 and 100."""
        sizes = {"string": string, "bytes": bytes, "list": list, "map": map}
        for name, size in sizes.items():
            if number_of(size, name) < 0:
                raise InvalidInput(f"`{name}`: {size} is less than 0", path=name)
        least, most = self._program.estimate_cost(string, bytes, list, map)
        return Cost(least, None if most == 2**64 - 1 else most)

    def __repr__(self) -> str:
        return f"<cel.Expression {self._text!r}: {self.type}>"


class Found(NamedTuple):
    """Which of many conditions hold."""

    #: Numbers of those that are true, from 0, rising.
    holds: tuple[int, ...]
    #: By number, those that are neither true nor false: an error, an unknown, or the value where it
    #: is no bool.
    undecided: dict[int, Any]


class Conditions:
    """Many conditions that are asked about one thing after another: rules of access, routes,
    notices. Most are not evaluated for it; docs/cel.md says which. Immutable; threads may share
    them.

        rules = cel.compile_conditions(
            ["role == 'nurse' && action in ['read', 'write']", "role == 'clerk'"],
            variables={"role": str, "action": str},
        )
        rules.find(role="nurse", action="read").holds                          # (0,)
    """

    def __init__(
        self,
        texts: Iterable[str],
        native: _native.CelConditions,
        schema: Schema,
        types: Mapping[str, str],
    ) -> None:
        """Not called directly; see :func:`compile_conditions`."""
        self._texts = tuple(texts)
        self._native = native
        self._schema = schema
        self._types = dict(types)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that were compiled; each has the number of its place."""
        return self._texts

    def __len__(self) -> int:
        return len(self._texts)

    def find(
        self,
        bindings: Mapping[str, Any] | Message | None = None,
        /,
        *,
        unknown: Iterable[str] = (),
        **named: Any,
    ) -> Found:
        """Which conditions hold; arguments as of :meth:`Expression.evaluate`.

        Raises InvalidInput for an input that does not fit the variables: all of it is looked at,
        and not only what a condition reads. TypeError and ValueError.
        """
        found = CelFound.FromString(
            self._native.find(
                _bound(bindings, named, self._schema, self._types), texts_of(unknown, "unknown")
            )
        )
        undecided = {one.condition: _answer(one.result, self._schema) for one in found.undecided}
        return Found(tuple(found.holds), undecided)

    def __repr__(self) -> str:
        return f"<cel.Conditions: {len(self)}>"


def _answer(result: CelResult, schema: Schema) -> Any:
    """The value; of a result that has none, the exception that says why."""
    kind = result.WhichOneof("kind")
    if kind == "error":
        error = result.error
        return CelError(error.code, error.message, error.line, error.column)
    if kind == "unknown":
        return Unknown(result.unknown.paths)
    return to_python(result.value, schema)


def _bound(
    bindings: Mapping[str, Any] | Message | None,
    named: Mapping[str, Any],
    schema: Schema,
    types: Mapping[str, str],
) -> list[tuple[str, bytes]]:
    if isinstance(bindings, Message):
        # The message whose fields are variables has no name.
        return [("", _serialized(bindings, "message", schema)), *_bound(None, named, schema, types)]
    if bindings is not None and not isinstance(bindings, Mapping):
        raise TypeError(
            f"`bindings`: a {type(bindings).__name__} is no mapping of variables to values"
        )
    return [
        (
            text_of(name, "name of a variable"),
            _serialized(as_declared(python, types.get(name)), name, schema),
        )
        for name, python in [*(bindings or {}).items(), *named.items()]
    ]


def _serialized(python: Any, path: str, schema: Schema) -> bytes:
    value = CelValue()
    fill(value, python, path, schema)
    content: bytes = value.SerializeToString()
    return content


def _callback(
    signature: str, function: Callable[..., Any], schema: Schema
) -> Callable[[tuple[bytes, ...]], bytes | str]:
    if not callable(function):
        raise TypeError(f"`{signature}`: a {type(function).__name__} cannot be called")
    result_type = text_of(signature, "signature of a function").rpartition("->")[2].strip()

    def call(arguments: tuple[bytes, ...]) -> bytes | str:
        try:
            values = [to_python(CelValue.FromString(value), schema) for value in arguments]
            return _serialized(as_declared(function(*values), result_type), "result", schema)
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    return call


def _mapping(given: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f"`{name}`: a {type(given).__name__} is no mapping")
    return given or {}


class _Environment:
    """What expressions may name."""

    def __init__(
        self,
        variables: Mapping[str, TypeSpec] | None,
        fields_of: type[Message] | None,
        functions: Mapping[str, Callable[..., Any]] | None,
        messages: Iterable[type[Message] | Message],
        container: str,
        libraries: Iterable[str] | None,
        typed_enums: bool,
        check: bool,
    ) -> None:
        schema = Schema()
        for message in items_of(messages, "messages"):
            kind = message if isinstance(message, type) else type(message)
            if not issubclass(kind, Message):
                raise TypeError(
                    f"`messages`: a {kind.__name__} is no message, nor a class of messages"
                )
            schema.add(message.DESCRIPTOR, kind)
        types = {
            text_of(name, "name of a variable"): type_text(name, spec, schema)
            for name, spec in _mapping(variables, "variables").items()
        }
        fields = None if fields_of is None else type_text("fields_of", fields_of, schema)
        callbacks = [
            (signature, _callback(signature, function, schema))
            for signature, function in _mapping(functions, "functions").items()
        ]
        self.schema = schema
        self.types = types
        self.native = _native.CelEnvironment(
            schema.serialized(),
            list(types.items()),
            callbacks,
            fields,
            text_of(container, "container"),
            None if libraries is None else texts_of(libraries, "libraries"),
            bool(typed_enums),
            bool(check),
        )


@contextlib.contextmanager
def _syntax() -> Iterator[None]:
    """Issues of a text are told as such."""
    try:
        yield
    except InvalidInput as error:
        if not error.issues:
            raise
        raise CelSyntaxError(error.message, path=error.path, issues=error.issues) from None


def compile(
    text: str,
    *,
    variables: Mapping[str, TypeSpec] | None = None,
    fields_of: type[Message] | None = None,
    functions: Mapping[str, Callable[..., Any]] | None = None,
    messages: Iterable[type[Message] | Message] = (),
    container: str = "",
    libraries: Iterable[str] | None = None,
    typed_enums: bool = False,
    check: bool = True,
) -> Expression:
    """Compiles an expression.

    ``variables``: each name with its type. ``fields_of``: a class of messages whose fields are
    variables too, by their names. ``functions``: your own, by their signatures: ``shout(string) ->
    string``, ``shop.vat(double) -> double``, or ``string.shout(int) -> string`` for one that is
    called on a value. They are called with Python values, must give the same for the same, may be
    called by several threads, and what they raise is the error of the call. ``messages``: classes
    that the expression names, or that are given for variables declared ``dyn``. ``container``: the
    package in which names are looked up. ``libraries``: names of the extensions that may be used;
    all by default. ``typed_enums``: enums are types of their own instead of ints. ``check``: find
    all types, and refuse what cannot work.

    Raises CelSyntaxError with every issue; InvalidInput for a type, signature, name or library that
    is none; TypeError.
    """
    text_of(text, "text")
    environment = _Environment(
        variables, fields_of, functions, messages, container, libraries, typed_enums, check
    )
    with _syntax():
        program = environment.native.compile(text)
    return Expression(text, program, environment.schema, environment.types)


def compile_conditions(
    texts: Iterable[str],
    *,
    variables: Mapping[str, TypeSpec] | None = None,
    fields_of: type[Message] | None = None,
    functions: Mapping[str, Callable[..., Any]] | None = None,
    messages: Iterable[type[Message] | Message] = (),
    container: str = "",
    libraries: Iterable[str] | None = None,
    typed_enums: bool = False,
    check: bool = True,
) -> Conditions:
    """Compiles many conditions, of which it is asked which hold; arguments as of :func:`compile`.

    Raises CelSyntaxError with every issue of every text, the path of each saying which
    (``texts[3]``), also that one gives no bool; InvalidInput for what :func:`compile` raises it
    for; TypeError.
    """
    given = texts_of(texts, "texts")
    environment = _Environment(
        variables, fields_of, functions, messages, container, libraries, typed_enums, check
    )
    with _syntax():
        native = environment.native.compile_conditions(given)
    return Conditions(given, native, environment.schema, environment.types)


def evaluate(text: str, bindings: Mapping[str, Any] | None = None, /, **named: Any) -> Any:
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
