"""What goes wrong, and where.

    try:
        policy = changepolicy.Policy.load("policy.yaml")
    except changepolicy.InvalidInput as error:
        for issue in error.issues:
            print(issue.file, issue.line, issue.message, issue.help)

Every error of the library is an :class:`Error`. What Python itself complains about keeps its own
type: ``TypeError`` for an argument of a type that is not taken, ``OSError`` for a file that cannot
be read. No error ever means yes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

__all__ = [
    "DataLoss",
    "Error",
    "FailedPrecondition",
    "InternalError",
    "InvalidInput",
    "Issue",
    "LimitExceeded",
    "NotFound",
    "OutOfRange",
    "PermissionDenied",
    "Unavailable",
]


@dataclasses.dataclass(frozen=True)
class Issue:
    """Something wrong with a document, an expression or a message, at its place.

    Lines and columns count from 1, columns in code points; 0 where the place is not known.
    """

    #: ``error`` (it is refused), ``warning`` (likely not what was meant) or ``notice``.
    severity: str
    line: int
    column: int
    #: Code points that the caret underlines.
    length: int
    #: Stable, like ``unknown-field``.
    id: str
    message: str
    #: What to do; may be empty.
    help: str
    #: Of the element, like ``gates[3].must``.
    path: str
    file: str
    source_line: str
    #: All of it as the command prints it, with the line and a caret.
    text: str = dataclasses.field(repr=False)

    def __str__(self) -> str:
        return self.text


class Error(Exception):
    """Any error of the library. ``str()`` of it names the place and the remedy."""

    #: The name of its code in google.rpc.Code, like ``INVALID_ARGUMENT``.
    code = "UNKNOWN"

    def __init__(self, message: str, *, path: str = "", issues: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.message = message
        #: Where it is, of the first issue where there are several: a path in a document or message
        #: (``gates[3].must``), or the name of an argument; empty where no place is to blame.
        self.path = path
        #: What is wrong with documents, one by one; may be empty.
        self.issues = tuple(issues)

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self.message, self.path, self.issues)


def _remade(kind: type[Error], message: str, path: str, issues: tuple[Issue, ...]) -> Error:
    return kind(message, path=path, issues=issues)


class InvalidInput(Error, ValueError):
    """A document, a subject or an argument is wrong; the text says where and what to do."""

    code = "INVALID_ARGUMENT"

    @property
    def file(self) -> str:
        """The document of the first issue, as the caller named it; may be empty."""
        return self.issues[0].file if self.issues else ""

    @property
    def line(self) -> int:
        """The line of the first issue, from 1; 0 where the place is not known."""
        return self.issues[0].line if self.issues else 0

    @property
    def column(self) -> int:
        """The column of the first issue, from 1, in code points; 0 where it is not known."""
        return self.issues[0].column if self.issues else 0


class LimitExceeded(Error):
    """A limit was exceeded, or a disk is full; the text names it."""

    code = "RESOURCE_EXHAUSTED"


class NotFound(Error, LookupError):
    """There is nothing by this name or at this place."""

    code = "NOT_FOUND"


class FailedPrecondition(Error):
    """Right by itself, but not as things stand: a log that is closed, a file that is no log."""

    code = "FAILED_PRECONDITION"


class PermissionDenied(Error):
    """A log cannot be written by whoever runs this."""

    code = "PERMISSION_DENIED"


class OutOfRange(Error):
    """Beyond the end of a log."""

    code = "OUT_OF_RANGE"


class Unavailable(Error):
    """Worth trying again: another writer holds the log."""

    code = "UNAVAILABLE"


class DataLoss(Error):
    """A log is damaged, or a proof does not show what it should."""

    code = "DATA_LOSS"


class InternalError(Error):
    """A mistake of the library, or memory ran out."""

    code = "INTERNAL"


_BY_STATUS: dict[int, type[Error]] = {
    3: InvalidInput,
    5: NotFound,
    7: PermissionDenied,
    8: LimitExceeded,
    9: FailedPrecondition,
    11: OutOfRange,
    13: InternalError,
    14: Unavailable,
    15: DataLoss,
}


def from_status(status: int, message: str, path: str, issues: Sequence[tuple[Any, ...]]) -> Error:
    """What the native module raises for a call that failed. Not for users."""
    kind = _BY_STATUS.get(status, InternalError)
    # In C the arguments of a question are members of a struct.
    return kind(
        message.replace("`question.", "`"),
        path=path[len("question.") :] if path.startswith("question.") else path,
        issues=[Issue(*issue) for issue in issues],
    )
