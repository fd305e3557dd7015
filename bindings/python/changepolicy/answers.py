"""Answers: records that know their bytes, and can be asked for more.

Each answer is the message of changepolicy.v1 of its name; :mod:`changepolicy.records` says how its
fields become attributes. Answers are immutable, compare by their bytes, and can be pickled. An
answer is neither true nor false: ``if decision:`` raises TypeError, because what was meant is
``if decision.allowed:``.
"""

from __future__ import annotations

from changepolicy import records
from changepolicy._answer import HOLDS, Answer
from changepolicy.decision import Decision, Outcome

__all__ = [
    "Answer",
    "ApprovalsAnswer",
    "CategorizeAnswer",
    "Checklist",
    "ConflictsAnswer",
    "Decision",
    "DocumentsAnswer",
    "DueAnswer",
    "ForwardSchedule",
    "FreezeImpactAnswer",
    "LintAnswer",
    "Outcome",
    "PolicyComparison",
    "ReadinessAnswer",
    "ReplayReport",
    "SlotsAnswer",
    "TrainPlan",
    "TransitionAnswer",
    "VerificationReport",
]


class CategorizeAnswer(Answer, records.CategorizeAnswer):
    """What kind of change it is, how risky and how pressing."""

    __slots__ = ()


class ApprovalsAnswer(Answer, records.ApprovalsAnswer):
    """Every approval rule that concerns the subject, who counts for it, who is missing."""

    __slots__ = ()


class ReadinessAnswer(Answer, records.ReadinessAnswer):
    """Every step that is still ahead, and what holds each."""

    __slots__ = ()


class TransitionAnswer(Answer, records.TransitionAnswer):
    """Whether a step is legal and may go ahead, and why not."""

    __slots__ = ()


class DocumentsAnswer(Answer, records.DocumentsAnswer):
    """Which of a change's documents is weak, and why."""

    __slots__ = ()


class Checklist(Answer, records.Checklist):
    """What there is to do at each step."""

    __slots__ = ()


class LintAnswer(Answer, records.LintAnswer):
    """How the lints came out."""

    __slots__ = ()

    @property
    def complaints(self) -> tuple[records.RuleOutcome, ...]:
        """The outcomes that do not hold, in the order of ``outcomes``."""
        return tuple(outcome for outcome in self.outcomes if outcome.status not in HOLDS)


class DueAnswer(Answer, records.DueAnswer):
    """What is owed, by whom and until when."""

    __slots__ = ()

    @property
    def overdue(self) -> tuple[records.DueItem, ...]:
        """The items whose instant has come, in the order of ``items``."""
        return tuple(item for item in self.items if item.overdue)


class PolicyComparison(Answer, records.PolicyComparison):
    """The subjects that two policies answer differently."""

    __slots__ = ()


class SlotsAnswer(Answer, records.SlotsAnswer):
    """The next times at which a subject could be deployed, and what is in the way."""

    __slots__ = ()


class ConflictsAnswer(Answer, records.ConflictsAnswer):
    """Every pair of scheduled work that is in each other's way."""

    __slots__ = ()


class FreezeImpactAnswer(Answer, records.FreezeImpactAnswer):
    """The scheduled work that a freeze would hit."""

    __slots__ = ()


class ForwardSchedule(Answer, records.ForwardSchedule):
    """Everything that is planned between two instants."""

    __slots__ = ()


class TrainPlan(Answer, records.TrainPlan):
    """Which changes go with a train, in which order, and why others do not."""

    __slots__ = ()


class VerificationReport(Answer, records.VerificationReport):
    """What checking an audit log found."""

    __slots__ = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with the log. Without keys only hashes were checked
        (``signatures_checked``), and signatures speak for the first ``signed_size`` entries."""
        return not self.problems


class ReplayReport(Answer, records.ReplayReport):
    """What came of deciding every logged decision again."""

    __slots__ = ()

    @property
    def passed(self) -> bool:
        """Whether every decision that could be asked again came out the same to the byte, and all
        could but those whose personal data are erased."""
        return not (self.different or self.failed or self.other_semantics)
