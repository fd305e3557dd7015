"""One question to an engine: the arguments in the form in which the native module takes them."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Union

from changepolicy import _native, enums
from changepolicy._inputs import BINARY, Kind, Subject, detail_number, enum_text, subject_of
from changepolicy._values import Instant, instant_text

#: A member of Transition, its name (``"DEPLOY"``), its number; None: the next legal one.
TransitionLike = Optional[Union["enums.Transition", str, int]]
#: A member of Detail, its name (``"FULL"``), its number; None: REASONS.
DetailLike = Optional[Union["enums.Detail", str, int]]


#: The fields of an :class:`Asked`, which decisions keep as they are: making one of them takes
#: longer than the rest of a decision in Python, and few decisions are asked what they were asked.
#: The instant is a text, or the datetime that was given.
AskedFields = tuple[_native.Engine, int, int, bytes, Instant, Optional[str], int, bool]


class Asked(NamedTuple):
    """What an engine was asked."""

    engine: _native.Engine
    kind: int
    encoding: int
    subject: bytes
    now: str
    transition: str | None
    detail: int
    subject_digest: bool

    @classmethod
    def of(cls, fields: AskedFields) -> Asked:
        engine, kind, encoding, subject, now, transition, detail, digest = fields
        text = instant_text(now, "now")
        return cls(engine, kind, encoding, subject, text, transition, detail, digest)

    def answer(self, question: str) -> bytes:
        """The answer to one of the engine's questions, serialized."""
        ask: Any = getattr(self.engine, question)
        content: bytes = ask(*self[1:], BINARY)
        return content


def asked(
    engine: _native.Engine,
    subject: Subject,
    now: Instant,
    transition: TransitionLike = None,
    detail: DetailLike = None,
    subject_digest: bool = False,
    kind: Kind = None,
    name: str = "subject",
) -> Asked:
    """Checks and turns the arguments of a question."""
    return Asked(
        engine,
        *subject_of(subject, kind, name),
        instant_text(now, "now"),
        enum_text(transition, "transition"),
        detail_number(detail),
        bool(subject_digest),
    )
