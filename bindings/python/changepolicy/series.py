"""The versions of one policy, one after the other."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Optional

from changepolicy import _native, answers
from changepolicy._asking import DetailLike, TransitionLike, asked
from changepolicy._inputs import BINARY, Kind, Subject, subject_of
from changepolicy._records import optional_instant
from changepolicy._values import Instant, instant_text, items_of
from changepolicy.organization import OrganizationLike, organization_of
from changepolicy.policy import Policy


class Choice(NamedTuple):
    """The version that decides about a subject."""

    policy: Policy
    #: It decides because a later version that is in force lets the subject stay with it until then;
    #: None: it is itself the one in force.
    grandfathered_until: Optional[datetime.datetime]


class PolicySeries:
    """Versions of a policy, from the first to the last: which of them decides about a subject.

    That is the version in force at the instant of the question, unless it declares that such
    subjects stay with the one before it (``policy.grandfathering``). Immutable; threads may share
    it.
    """

    def __init__(self, versions: Iterable[Policy]) -> None:
        """Raises InvalidInput, with issues, for none at all; versions of different policies; a
        version twice; one without ``effective_from``, or that is not in force later than the one
        before it."""
        policies = tuple(items_of(versions, "versions"))
        for policy in policies:
            if not isinstance(policy, Policy):
                raise TypeError(f"`versions`: a {type(policy).__name__} is no Policy")
        self._versions = policies
        self._native = _native.make_series([policy._native for policy in policies])

    @property
    def versions(self) -> Sequence[Policy]:
        """From the first to the last."""
        return self._versions

    def choose(self, subject: Subject | None = None, *, now: Instant, kind: Kind = None) -> Choice:
        """The version that decides about the subject; without one, that which is in force.

        Raises FailedPrecondition where no version is in force; InvalidInput; TypeError.
        """
        given = None if subject is None else subject_of(subject, kind)
        native, until = self._native.choose(given, instant_text(now, "now"))
        return Choice(self._version(native.digest), optional_instant(until))

    def check(
        self,
        subject: Subject,
        *,
        now: Instant,
        organization: OrganizationLike = None,
        transition: TransitionLike = None,
        detail: DetailLike = None,
        subject_digest: bool = False,
        kind: Kind = None,
    ) -> answers.Decision:
        """As Policy.check, by the version for the subject; promises nothing beyond the instant at
        which another version takes over. Raises FailedPrecondition where no version is in force."""
        made = organization_of(organization)
        # The answer is that of the series; the policy's own engine is for the audit log.
        question = asked(
            self._versions[-1]._engine(made) if self._versions else _nobody(),
            subject,
            now,
            transition,
            detail,
            subject_digest,
            kind,
        )
        content = _native.series_decide(
            self._native,
            None if made is None else made._native,
            (question.kind, question.encoding, question.subject),
            *question[4:],
            BINARY,
        )
        decision = answers.Decision(content)
        policy = self._version(decision.policy_digest)
        return answers.Decision(content, policy, question._replace(engine=policy._engine(made)))

    def _version(self, digest: str) -> Policy:
        for policy in self._versions:
            if policy.digest == digest:
                return policy
        raise LookupError(digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return PolicySeries, (self._versions,)

    def __repr__(self) -> str:
        versions = [policy.message.policy.version for policy in self._versions]
        return f"<PolicySeries {', '.join(versions)}>"


def _nobody() -> Any:
    raise AssertionError("a series has a version")
