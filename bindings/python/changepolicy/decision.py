"""Decisions: the answer to everything that is asked about a change or a release at an instant."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message

from changepolicy import _native, _schema, enums, records
from changepolicy._answer import HOLDS, Answer
from changepolicy._asking import Asked
from changepolicy._records import BINARY, Record, printable
from changepolicy.errors import Error, FailedPrecondition

if TYPE_CHECKING:
    from changepolicy._asking import AskedFields
    from changepolicy.policy import Policy

__all__ = ["Decision", "Outcome"]

# Inside of a class that has an attribute `bytes`, that name is the attribute.
_Bytes = bytes

# Of a policy's message: what stands between `{{` and `}}` was computed.
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)


# Looked up once: they are asked of every decision.
_VERDICTS = {verdict.number: verdict for verdict in enums.Verdict}
_ALLOWED = enums.Verdict.ALLOWED


class Outcome(records.RuleOutcome):
    """How one rule came out, with the policy's words about it."""

    __slots__ = ("_texts",)

    _texts: Mapping[str, str]

    def __init__(self, message: Message, texts: Mapping[str, str]) -> None:
        super().__init__(message)
        object.__setattr__(self, "_texts", texts)

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule

    @property
    def holds(self) -> bool:
        """Whether it lets the transition through: satisfied, excused, or does not apply."""
        return self.status in HOLDS

    @property
    def title(self) -> str:
        """The rule in one line, as the policy has it; may be empty."""
        return self._texts.get("title", "")

    @property
    def text(self) -> str:
        """The policy's message for the case that the rule does not hold, with its values filled
        in; empty where it has none, or where the values were not computed."""
        values = [parameter.value for parameter in self.parameters]
        pieces = _EXPRESSION.split(self._texts.get("message", ""))
        if len(pieces) != len(values) + 1:
            return ""
        return pieces[0] + "".join(map("".join, zip(values, pieces[1:])))

    @property
    def remedy(self) -> str:
        """What to do, in one sentence, as the policy has it; may be empty."""
        return self._texts.get("remedy", "")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored_outcome, (self._serialized(), dict(self._texts))


def _restored_outcome(content: bytes, texts: Mapping[str, str]) -> Outcome:
    return Outcome(_schema.message_class("RuleOutcome").FromString(content), texts)


class Decision(Answer, records.Decision):
    """The answer to everything that is asked about a change or a release at an instant.

    decision.allowed            # only this means yes
    decision.verdict            # Verdict.ALLOWED, DENIED, UNKNOWN or ERROR
    print(decision)             # as the command prints it: why, and what to do
    """

    __slots__ = ("_fields_asked", "_policy")

    #: By which policy, whose words are needed for texts; None after pickling.
    _policy: Policy | None
    _fields_asked: AskedFields | None

    def __init__(
        self, content: _Bytes, policy: Policy | None = None, asked: AskedFields | None = None
    ) -> None:
        super().__init__(content)
        object.__setattr__(self, "_policy", policy)
        object.__setattr__(self, "_fields_asked", asked)

    @property
    def _asked(self) -> Asked | None:
        """What was asked, for the audit log; None after pickling."""
        return None if self._fields_asked is None else Asked.of(self._fields_asked)

    @property
    def verdict(self) -> enums.Verdict:
        """The answer: ``ALLOWED``, ``DENIED``, ``UNKNOWN`` or ``ERROR``."""
        # What is asked of nearly all, and alone of many, is read without the message.
        values = self._values
        if values is None:
            values = self._kept()
        verdict: enums.Verdict | None = values.get("verdict")
        if verdict is None:
            try:
                number = _native.decision_verdict(self._bytes)
            except Error:
                return super().verdict  # which says what the bytes are not
            verdict = _VERDICTS.get(number) or enums.Verdict.of(number)
            values["verdict"] = verdict
        return verdict

    @property
    def allowed(self) -> bool:
        """Whether the transition may go ahead. An unknown fact or an error never gives it."""
        return self.verdict is _ALLOWED

    @property
    def category(self) -> enums.Category:
        """The category of a change, as computed."""
        if self.categorization is None:
            return enums.Category.UNSPECIFIED
        return self.categorization.category

    @property
    def risk_level(self) -> enums.RiskLevel:
        """The level of risk, unknown facts counted at their worst."""
        return enums.RiskLevel.UNSPECIFIED if self.risk is None else self.risk.level

    @property
    def risk_score(self) -> int:
        """The sum of the points of risk factors."""
        return 0 if self.risk is None else self.risk.score

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Approval rules, pairs of parts that must stay apart, and gates, in this order and each in
        the policy's."""
        values = self._kept()
        if "outcomes" not in values:
            message: Any = self._read()
            values["outcomes"] = tuple(
                Outcome(
                    outcome,
                    self._policy.words(outcome.kind, outcome.rule)
                    if self._policy is not None
                    else {},
                )
                for outcome in message.outcomes
            )
        found: tuple[Outcome, ...] = values["outcomes"]
        return found

    @property
    def blocking(self) -> tuple[Outcome, ...]:
        """The outcomes that hold the transition back, in the order of ``outcomes``."""
        return tuple(outcome for outcome in self.outcomes if not outcome.holds)

    @property
    def missing_roles(self) -> tuple[str, ...]:
        """Whom the approval rules that do not hold still ask for, each as its slot says it (``role
        cab``, ``owners of service api``); sorted, once each."""
        missing: set[str] = set()
        for outcome in self.blocking:
            slots = outcome.approval.slots if outcome.approval is not None else ()
            chosen = [slot for slot in slots if slot.chosen] or slots
            missing.update(slot.of for slot in chosen if len(slot.assigned) < slot.needed)
        return tuple(sorted(missing))

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Whom to ask, by the directory's ids: people who would complete the approvals; sorted."""
        return tuple(
            sorted(
                {
                    suggestion.person
                    for outcome in self.blocking
                    if outcome.approval is not None
                    for suggestion in outcome.approval.suggestions
                }
            )
        )

    @property
    def missing_facts(self) -> tuple[str, ...]:
        """Facts that nobody stated and on which a rule waits, by path; sorted, once each."""
        return tuple(sorted({path for outcome in self.blocking for path in outcome.unknown}))

    @property
    def digest(self) -> str:
        """``sha256:<hex>`` of the normative part: the same through every binding."""
        return _native.decision_digest(BINARY, self._bytes)

    def text(self, *, verbose: bool = False, policy: Policy | None = None) -> str:
        """The decision as the command prints it, in the policy's words. ``verbose``: every rule
        with the facts that it read.

        Raises FailedPrecondition where the policy is not known, after pickling: give it.
        """
        words = policy if policy is not None else self._policy
        if words is None:
            raise FailedPrecondition(
                "the text needs the policy's words, which do not travel with a decision; "
                "give it: `decision.text(policy=policy)`"
            )
        return _native.decision_text(words._native, BINARY, self._bytes, verbose)

    def __str__(self) -> str:
        return repr(self) if self._policy is None else self.text().rstrip("\n")

    def __repr__(self) -> str:
        parts = [f"{self.subject_id} {self.transition}: {self.verdict}"]
        if self.category.number:
            parts.append(str(self.category))
        if self.risk_level.number:
            parts.append(f"risk {self.risk_level} ({self.risk_score})")
        shut = [outcome.rule for outcome in self.blocking]
        if shut:
            parts.append(f"held by {', '.join(shut[:5])}{', ...' if len(shut) > 5 else ''}")
        return f"<Decision {printable(', '.join(parts))}>"

    def _repr_html_(self) -> str:
        return _decision_html(self)


#: Of a Decision, in the order in which the native module fills them.
SLOTS: tuple[Any, ...] = tuple(
    vars(owner)[name]
    for owner, name in (
        (Answer, "_bytes"),
        (Record, "_given"),
        (Record, "_values"),
        (Decision, "_policy"),
        (Decision, "_fields_asked"),
    )
)


def decided(content: bytes, policy: Policy, asked: AskedFields) -> Decision:
    """``Decision(content, policy, asked)``, without the detours of an unchangeable class."""
    return _native.filled(Decision, SLOTS, content, None, None, policy, asked)


_COLORS = {"ALLOWED": "#1a7f37", "DENIED": "#cf222e"}
_UNDECIDED = "#9a6700"


def _decision_html(decision: Decision) -> str:
    color = _COLORS.get(str(decision.verdict), _UNDECIDED)
    head = (
        f"<b style='color:{color}'>{html.escape(str(decision.verdict))}</b> "
        f"{html.escape(str(decision.transition))} of {html.escape(decision.subject_id)}"
    )
    facts = [
        f"{name} {html.escape(str(value))}"
        for name, value in (
            ("category", decision.category if decision.category.number else ""),
            (
                "risk",
                f"{decision.risk_level} ({decision.risk_score})"
                if decision.risk_level.number
                else "",
            ),
            ("valid until", decision.valid_until or ""),
        )
        if value != ""
    ]
    rows = "".join(_outcome_html(outcome) for outcome in decision.outcomes)
    return (
        f"<div><p>{head}{'<br>' if facts else ''}{', '.join(facts)}</p>"
        "<table><tr><th>rule</th><th>status</th><th>what it asks</th><th>clauses</th></tr>"
        f"{rows}</table></div>"
    )


def _outcome_html(outcome: Outcome) -> str:
    weight = "normal" if outcome.holds else "bold"
    cells = (
        outcome.rule,
        str(outcome.status),
        outcome.title if outcome.holds else outcome.text or outcome.title,
        ", ".join(outcome.clauses),
    )
    return (
        "<tr>"
        + "".join(
            f"<td style='text-align:left;font-weight:{weight}'>{html.escape(cell)}</td>"
            for cell in cells
        )
        + "</tr>"
    )
