"""The C library by ctypes: a policy with an organization, and what they decide.

Needs nothing but libchangepolicy.so.1 where the loader looks for it.
"""

import ctypes
import dataclasses
import enum
import json
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any


class Code(enum.IntEnum):
    """changepolicy_status."""

    OK = 0
    UNKNOWN = 2  # one that a later library has
    INVALID_ARGUMENT = 3
    NOT_FOUND = 5
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    OUT_OF_RANGE = 11
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15

    @classmethod
    def _missing_(cls, value: object) -> "Code":
        return cls.UNKNOWN


class Kind(enum.IntEnum):
    """changepolicy_kind."""

    CHANGE = 1
    RELEASE = 2


class Encoding(enum.IntEnum):
    """changepolicy_encoding."""

    BINARY = 1
    JSON = 2


class ChangepolicyError(Exception):
    """What the library refused: why, and where (empty: at no place)."""

    def __init__(self, code: Code, path: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.code.name}{self.path and ' '}{self.path}: {self.message}"


@dataclasses.dataclass(frozen=True)
class Document:
    """A document by its name; a policy that is built in (`builtin:saas`) has no text."""

    name: str
    text: bytes = b""


@dataclasses.dataclass(frozen=True)
class Decision:
    """An answer. Only `VERDICT_ALLOWED` means yes."""

    verdict: str
    digest: str
    message: bytes  # a serialized changepolicy.v1.Decision


class _Document(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("text", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class _Subject(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int32), ("encoding", ctypes.c_int32),
                ("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class _Message(ctypes.Structure):
    _fields_ = [("encoding", ctypes.c_int32), ("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class _Question(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_size_t), ("now", ctypes.c_char_p),
                ("transition", ctypes.c_char_p), ("detail", ctypes.c_int32),
                ("subject_digest", ctypes.c_int32), ("role", ctypes.c_char_p)]


class _Handle(ctypes.c_void_p):
    """A pointer of the library. A class of its own, so that ctypes makes no number of it."""


_HANDLES = ctypes.POINTER(_Handle)
_library = ctypes.CDLL("libchangepolicy.so.1")  # its functions run without Python's lock


def _declare(name: str, result: Any, *arguments: Any) -> Any:
    function: Any = getattr(_library, "changepolicy_" + name)
    function.restype = result
    function.argtypes = arguments
    return function


_error_path = _declare("error_path", ctypes.c_char_p, _Handle)
_error_message = _declare("error_message", ctypes.c_char_p, _Handle)
_error_free = _declare("error_free", None, _Handle)
_bytes_data = _declare("bytes_data", ctypes.c_void_p, _Handle)
_bytes_size = _declare("bytes_size", ctypes.c_size_t, _Handle)
_bytes_free = _declare("bytes_free", None, _Handle)
_convert = _declare("convert", ctypes.c_int32, ctypes.c_char_p, ctypes.POINTER(_Message),
                    ctypes.c_int32, _HANDLES, _HANDLES)
_policy_load = _declare("policy_load", ctypes.c_int32, ctypes.POINTER(_Document), ctypes.c_size_t,
                        _HANDLES, _HANDLES)
_policy_free = _declare("policy_free", None, _Handle)
_organization_load = _declare("organization_load", ctypes.c_int32, ctypes.POINTER(_Document),
                              ctypes.c_size_t, _HANDLES, _HANDLES)
_organization_free = _declare("organization_free", None, _Handle)
_engine_create = _declare("engine_create", ctypes.c_int32, _Handle, _Handle, _HANDLES, _HANDLES)
_engine_free = _declare("engine_free", None, _Handle)
_decide = _declare("decide", ctypes.c_int32, _Handle, ctypes.POINTER(_Subject),
                   ctypes.POINTER(_Question), ctypes.c_int32, _HANDLES, _HANDLES)
_decision_digest = _declare("decision_digest", ctypes.c_int32, ctypes.POINTER(_Message), _HANDLES,
                            _HANDLES)


def _call(function: Callable[..., int], *arguments: Any) -> _Handle:
    """Calls a function that ends in an out parameter and an error; gives what it hands out."""
    result, error = _Handle(), _Handle()
    code = function(*arguments, ctypes.byref(result), ctypes.byref(error))
    if code == Code.OK:
        return result
    try:  # without memory there may be no error object, which then has no text
        raise ChangepolicyError(Code(code), _error_path(error).decode(),
                                _error_message(error).decode())
    finally:
        _error_free(error)


def _take(handle: _Handle) -> bytes:
    """The bytes, which are then freed."""
    try:
        return ctypes.string_at(_bytes_data(handle), _bytes_size(handle))
    finally:
        _bytes_free(handle)


def _text(name: str, text: str) -> bytes:
    """For C, where a text ends at its first NUL."""
    encoded = text.encode("utf-8", "surrogateescape")  # a file's name may be any bytes
    if b"\0" in encoded:
        raise ChangepolicyError(Code.INVALID_ARGUMENT, name, "the text holds a NUL")
    return encoded


def _documents(documents: Sequence[Document]) -> tuple[Any, int]:
    array = (_Document * len(documents))()
    for i, document in enumerate(documents):
        name = _text(f"documents[{i}].name", document.name)
        array[i] = _Document(name, document.text, len(document.text))
    return array, len(documents)


def convert(message_type: str, message: bytes, given: Encoding, wanted: Encoding) -> bytes:
    """A message of changepolicy.v1, by its name, from one encoding to another."""
    return _take(_call(_convert, _text("type", message_type),
                       ctypes.byref(_Message(given, message, len(message))), wanted))


class Engine:
    """Decides. Any number of threads may use one at once; close it when none does any longer."""

    def __init__(self, policy: Sequence[Document], organization: Sequence[Document]) -> None:
        """Takes a policy with its overlays, and what together is a directory and a ledger."""
        self._handle = _Handle()
        loaded = _call(_policy_load, *_documents(policy))
        try:
            people = _call(_organization_load, *_documents(organization))
            try:
                self._handle = _call(_engine_create, loaded, people)
            finally:
                _organization_free(people)
        finally:
            _policy_free(loaded)

    def decide(self, kind: Kind, subject: bytes, now: str, transition: str = "") -> Decision:
        """Decides a change or a release in JSON; without a transition the next one."""
        question = _Question(ctypes.sizeof(_Question), _text("now", now),
                             _text("transition", transition))
        message = _take(_call(_decide, self._handle,
                              ctypes.byref(_Subject(kind, Encoding.JSON, subject, len(subject))),
                              ctypes.byref(question), Encoding.BINARY))
        digest = _take(_call(_decision_digest, ctypes.byref(
            _Message(Encoding.BINARY, message, len(message)))))
        fields = json.loads(convert("Decision", message, Encoding.BINARY, Encoding.JSON))
        return Decision(fields.get("verdict", "VERDICT_UNSPECIFIED"), digest.decode(), message)

    def close(self) -> None:
        """Frees the engine. Closing twice does nothing."""
        _engine_free(self._handle)
        self._handle = _Handle()

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()
