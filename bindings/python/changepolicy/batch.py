"""Many decisions at a time; :meth:`changepolicy.Policy.check_many` is the way in.

An iterable of changes and releases gives an iterator of :class:`Decision` and
:class:`DecisionError`, one for each and in order. Columns of Arrow and pandas are decided as
columns, in :mod:`changepolicy._columns`. docs/batch.md is the guide.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from google.protobuf.message import Message

from changepolicy import _native
from changepolicy._asking import DetailLike, TransitionLike
from changepolicy._inputs import (
    BINARY,
    CHANGE,
    RELEASE,
    Kind,
    Subject,
    SubjectTuple,
    detail_number,
    enum_text,
    kind_number,
    subject_of,
)
from changepolicy._progress import Progress, check_progress, reporting
from changepolicy._values import Instant, instant_text
from changepolicy.decision import SLOTS, Decision
from changepolicy.errors import Error, InvalidInput

if TYPE_CHECKING:
    from changepolicy.policy import Policy

__all__ = ["BATCH_SIZE", "DecisionError", "subject_bytes"]

#: Rows of one call of the library: so many that calls cost nothing, so few that Ctrl-C is soon
#: heard, and that the answers of a call are some megabytes.
BATCH_SIZE = 4096


_MESSAGES = {CHANGE: "ChangeRequest", RELEASE: "Release"}


class DecisionError:
    """Stands where a decision would, for a row that cannot be decided: it is no such message, has
    no id, or exceeds a limit of the policy. The rows around it are decided.

    ``allowed`` is False, so that who only looks there does not take it for a yes.
    """

    __slots__ = ("error", "index")

    allowed = False

    def __init__(self, index: int, error: Error | TypeError) -> None:
        #: Which row it was, from 0.
        self.index = index
        #: Why there is no decision, to be read or raised.
        self.error = error

    @property
    def message(self) -> str:
        """Why there is no decision."""
        return str(self.error)

    def __bool__(self) -> bool:
        raise TypeError(
            "a DecisionError is neither true nor false; ask for what you mean, like "
            "`decision.allowed`, or `isinstance(decision, DecisionError)`"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DecisionError):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[int, type, str]:
        return self.index, type(self.error), self.message

    def __repr__(self) -> str:
        return f"<DecisionError row {self.index}: {self.message!r}>"


def subject_bytes(subject: Subject, kind: Kind = None) -> bytes:
    """A change or a release as the bytes of its message, which a binary column holds; they are
    shorter than JSON, and read faster. Takes what ``Policy.check`` takes. Raises InvalidInput for
    what is no such subject; LimitExceeded; TypeError."""
    number, encoding, content = subject_of(subject, kind)
    return _native.convert(_MESSAGES[number], encoding, content, BINARY)


class Question(NamedTuple):
    """What is asked about every row."""

    engine: _native.Engine
    #: None: each row says itself what it is.
    kind: int | None
    #: None: each row has its own.
    now: str | None
    transition: str | None
    detail: int
    subject_digest: bool
    threads: int

    def decide(
        self, policy: Policy, subjects: list[SubjectTuple] | list[bytes]
    ) -> tuple[list[Decision | Error], int]:
        """The decision about each, or the reason why there is none, and how many have none. Bytes
        alone are a serialized message of the kind that is asked for, or of a change."""
        return _native.decided_many(
            Decision,
            SLOTS,
            policy,
            self.engine,
            subjects,
            self.kind or CHANGE,
            self.now or "",
            self.transition,
            self.detail,
            self.subject_digest,
            self.threads,
        )


def question_of(
    engine: _native.Engine,
    now: Instant | None,
    transition: TransitionLike = None,
    detail: DetailLike = None,
    subject_digest: bool = False,
    kind: Kind = None,
    threads: int = 0,
) -> Question:
    """Checks and turns the arguments that all rows share. An instant of None is let pass."""
    if not isinstance(threads, int) or isinstance(threads, bool):
        raise TypeError(f"`threads`: a {type(threads).__name__} is no number")
    if not 0 <= threads < 2**31:
        raise InvalidInput(
            f"`threads`: {threads} is no number of threads; give 0 for as many as there are "
            "processors",
            path="threads",
        )
    question = Question(
        engine,
        kind_number(kind),
        None if now is None else instant_text(now, "now"),
        enum_text(transition, "transition"),
        detail_number(detail),
        bool(subject_digest),
        threads,
    )
    # Nothing is decided, but the question is read: what is wrong for every row is said at once.
    _native.decide_many(
        engine,
        [],
        question.now or "1970-01-01",
        question.transition,
        question.detail,
        question.subject_digest,
        threads,
    )
    return question


def check_batch_size(batch_size: int) -> None:
    if not isinstance(batch_size, int) or isinstance(batch_size, bool):
        raise TypeError(f"`batch_size`: a {type(batch_size).__name__} is no number")
    if batch_size < 1:
        raise InvalidInput(f"`batch_size`: {batch_size} rows are none", path="batch_size")


def check_iterable(
    policy: Policy,
    question: Question,
    subjects: Iterable[Subject],
    kind: Kind,
    batch_size: int,
    progress: Progress,
) -> Iterator[Decision | DecisionError]:
    """Decides subjects as they are asked for, a batch at a time."""
    if isinstance(subjects, (str, bytes, bytearray, memoryview, Mapping, Message)):
        raise TypeError(
            f"`rows`: a {type(subjects).__name__} is a single subject; give a list, or ask `check`"
        )
    try:
        rows = iter(subjects)
    except TypeError:
        raise TypeError(
            f"`rows`: a {type(subjects).__name__} is neither iterable nor a column; give changes "
            "and releases, a pyarrow or pandas table or column, or what speaks Arrow"
        ) from None
    if question.now is None:
        raise InvalidInput("`now`: give the instant for which the answers hold", path="now")
    total = len(subjects) if isinstance(subjects, Sized) else None
    check_progress(progress)
    return _decisions(policy, question, rows, kind, batch_size, progress, total)


def _decisions(
    policy: Policy,
    question: Question,
    rows: Iterator[Subject],
    kind: Kind,
    batch_size: int,
    progress: Progress,
    total: int | None,
) -> Iterator[Decision | DecisionError]:
    first = 0
    with reporting(progress, total) as count:
        while True:
            given = list(itertools.islice(rows, batch_size))
            if not given:
                return
            answers, failed = _answers(policy, question, given, kind, first)
            count(len(given))
            if failed == 0:
                yield from answers
            else:
                for index, answer in enumerate(answers, first):
                    yield answer if isinstance(answer, Decision) else DecisionError(index, answer)
            first += len(given)


def _answers(
    policy: Policy, question: Question, given: list[Subject], kind: Kind, first: int
) -> tuple[list[Any], int]:
    """For each subject its Decision, or why there is none, and how many have none."""
    # Serialized messages, which nearly all are, pass as they stand: anything that Python did for
    # each would take longer than all else that is done for it here.
    if _native.are_messages(given):
        return question.decide(policy, given)
    read = [_read(subject, kind, index) for index, subject in enumerate(given, first)]
    decided, failed = question.decide(policy, [row for row in read if isinstance(row, tuple)])
    following = iter(decided)
    answers = [next(following) if isinstance(row, tuple) else row for row in read]
    return answers, failed + len(read) - len(decided)


def _read(subject: Any, kind: Kind, index: int) -> Union[SubjectTuple, Error, TypeError]:
    try:
        return subject_of(subject, kind)
    except (Error, TypeError):
        pass
    # Which row it is, is written down only where there is something to say about it.
    try:
        return subject_of(subject, kind, f"rows[{index}]")
    except (Error, TypeError) as error:
        return error
