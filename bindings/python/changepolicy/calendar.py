"""Questions about time: when a change could go out, what conflicts, what a freeze would hit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.message import Message

from changepolicy import _native, _schema, answers, records
from changepolicy._inputs import BINARY, Kind, Subject, message_of, subject_of, subjects_of
from changepolicy._values import (
    Instant,
    Length,
    instant_text,
    length_text,
    number_of,
    optional_instant_text,
    text_of,
)
from changepolicy.organization import OrganizationLike, organization_of
from changepolicy.policy import Policy


class Calendar:
    """The calendars of a policy and an organization together, and the work that the ledger has.

        calendar = Calendar(policy, organization)
        slots = calendar.next_slots(change, now=now, count=3)
        if slots.slots:
            propose(slots.slots[0].start)

    Immutable; threads may share it. No slot is ever given where something is unknown or could not
    be computed: answers name it in ``problems`` and ``unknown``. Instants are as everywhere: a
    datetime with a zone, a date or a text in RFC 3339. Raises InvalidInput and TypeError as Policy
    does.
    """

    def __init__(self, policy: Policy, organization: OrganizationLike = None) -> None:
        """``organization``: None is one of nobody, without a calendar of its own."""
        if not isinstance(policy, Policy):
            raise TypeError(f"`policy`: a {type(policy).__name__} is no Policy")
        self._policy = policy
        self._organization = organization_of(organization)
        self._engine = policy._engine(self._organization)

    def next_slots(
        self,
        subject: Subject,
        *,
        now: Instant,
        from_: Instant | None = None,
        until: Instant | None = None,
        count: int = 1,
        length: Length | None = None,
        kind: Kind = None,
    ) -> answers.SlotsAnswer:
        """The next times at which the subject could be deployed: open windows, no freeze, no
        conflict, everybody there, notices sent early enough, approvals and evidence still good.

        Starts in [``from_``, ``until``) are searched, by default from ``now`` on for 366 days, at
        most five years. ``count``: slots wanted, 1 to 1000; each is a range of starts that are all
        as good. ``length``: of the work with its rollback reserve, a timedelta or a text like
        ``2h30m``; by default that of its schedule.
        """
        return answers.SlotsAnswer(
            _native.next_slots(
                self._engine,
                subject_of(subject, kind),
                instant_text(now, "now"),
                optional_instant_text(from_, "from_"),
                optional_instant_text(until, "until"),
                number_of(count, "count", 32),
                None if length is None else length_text(length, "length"),
                BINARY,
            )
        )

    def conflicts(self, *, now: Instant) -> answers.ConflictsAnswer:
        """Every pair of scheduled work that is in each other's way."""
        return answers.ConflictsAnswer(
            _native.conflicts(self._engine, instant_text(now, "now"), BINARY)
        )

    def freeze_impact(
        self, freeze: Message | Mapping[str, Any] | str | bytes, *, now: Instant
    ) -> answers.FreezeImpactAnswer:
        """The scheduled work that a freeze would hit, whether or not it is declared already: a
        ``changepolicy.v1.Freeze`` as a message, a mapping, JSON or serialized bytes."""
        encoding, content = message_of(freeze, "Freeze", "freeze")
        return answers.FreezeImpactAnswer(
            _native.freeze_impact(self._engine, encoding, content, instant_text(now, "now"), BINARY)
        )

    def find_freeze(self, id: str) -> Any:
        """The changepolicy.v1.Freeze with this id, of the organization, then of the policy. Raises
        NotFound."""
        content = _native.find_freeze(self._engine, text_of(id, "id"), BINARY)
        return _schema.message_class("Freeze").FromString(content)

    def schedule(self, *, now: Instant, from_: Instant, until: Instant) -> answers.ForwardSchedule:
        """Everything that is planned in [``from_``, ``until``), at most five years."""
        return answers.ForwardSchedule(
            _native.forward_schedule(
                self._engine,
                instant_text(now, "now"),
                instant_text(from_, "from_"),
                instant_text(until, "until"),
                BINARY,
            )
        )

    def departures(self, *, from_: Instant, until: Instant) -> tuple[records.TrainDeparture, ...]:
        """Departures of release trains of which some date lies in [``from_``, ``until``), by
        release."""
        found = _native.departures(
            self._engine, instant_text(from_, "from_"), instant_text(until, "until"), BINARY
        )
        message = _schema.message_class("TrainDeparture")
        return tuple(records.TrainDeparture(message.FromString(content)) for content in found)

    def plan_train(
        self, train: str, changes: Iterable[Subject], *, now: Instant
    ) -> answers.TrainPlan:
        """Which of the changes go with a train, in which order, and why others do not. ``train``: a
        departure's id, a train's id for its next departure, or ``major``, ``minor``, ``patch`` for
        the next one of this kind. Raises NotFound where none departs within five years."""
        return answers.TrainPlan(
            _native.plan_train(
                self._engine,
                text_of(train, "train"),
                subjects_of(changes, "change", "changes"),
                instant_text(now, "now"),
                BINARY,
            )
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Calendar, (self._policy, self._organization)

    def __repr__(self) -> str:
        return f"<Calendar of {self._policy!r} and {self._organization!r}>"
