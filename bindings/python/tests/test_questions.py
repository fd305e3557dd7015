"""The other questions: about a subject, about several, about the policy and its versions."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from example import (
    CHANGE,
    NOW,
    POOR,
    SMALL_APPROVED,
    SMALL_CHANGE,
    SMALL_NOW,
    SMALL_POLICY,
    UTC,
    change,
    utc,
)

import changepolicy
from changepolicy import (
    AuditLog,
    Category,
    InvalidInput,
    Organization,
    Policy,
    PolicySeries,
    Priority,
    Status,
    Transition,
    Verdict,
    v1,
)


def test_categorize(policy: Policy, organization: Organization) -> None:
    answer = policy.categorize(CHANGE, organization=organization, now=NOW)
    assert answer.subject_id == "CHG-1042"
    assert answer.categorization is not None
    assert answer.categorization.category is Category.NORMAL
    assert answer.categorization.claimed is Category.NORMAL
    assert not answer.categorization.differs
    assert answer.risk is not None
    assert sum(point.points for point in answer.risk.points) == answer.risk.score
    assert answer.priority is not None
    assert answer.priority.priority is Priority.MODERATE
    assert isinstance(answer.message, v1.CategorizeAnswer)
    decision = policy.check(CHANGE, organization=organization, now=NOW)
    assert decision.risk == answer.risk
    assert repr(answer).startswith("<CategorizeAnswer(subject_id='CHG-1042'")


def test_approvals(policy: Policy, organization: Organization) -> None:
    answer = policy.approvals(CHANGE, organization=organization, now=NOW)
    assert answer.verdict is Verdict.ALLOWED
    assert "cab-approval" in [outcome.rule for outcome in answer.outcomes]
    bare = policy.approvals(change(approvals=None), organization=organization, now=NOW)
    assert bare.verdict is Verdict.DENIED
    asked = {
        suggestion.person
        for outcome in bare.outcomes
        if outcome.approval is not None
        for suggestion in outcome.approval.suggestions
    }
    assert asked
    assert "gopal" not in asked


def test_readiness(policy: Policy, organization: Organization) -> None:
    answer = policy.readiness(CHANGE, organization=organization, now=NOW)
    assert [step.transition for step in answer.transitions] == [
        Transition.SCHEDULE,
        Transition.DEPLOY,
    ]
    assert answer.transitions[0].verdict is Verdict.ALLOWED
    upto = policy.readiness(CHANGE, organization=organization, now=NOW, transition="SCHEDULE")
    assert [step.transition for step in upto.transitions] == [Transition.SCHEDULE]
    assert upto.verdict is Verdict.ALLOWED


def test_transition(policy: Policy, organization: Organization) -> None:
    legal = policy.transition(CHANGE, "SCHEDULE", organization=organization, now=NOW)
    assert (legal.transition, legal.legal, legal.verdict) == (
        Transition.SCHEDULE,
        True,
        Verdict.ALLOWED,
    )
    illegal = policy.transition(CHANGE, Transition.CLOSE, organization=organization, now=NOW)
    assert (illegal.legal, illegal.verdict) == (False, Verdict.ERROR)


def test_documents(policy: Policy, organization: Organization) -> None:
    answer = policy.documents(CHANGE, organization=organization, now=NOW)
    assert all(document.sound for document in answer.documents if document.needed)
    weak = policy.documents(
        change(documents={"rationale": {"text": "TBD"}}), organization=organization, now=NOW
    )
    kinds = {
        document.field: [weakness.kind for weakness in document.weaknesses]
        for document in weak.documents
    }
    assert kinds["documents.rationale"] == ["PLACEHOLDER"]
    assert kinds["documents.description"] == ["MISSING"]
    with pytest.raises(TypeError, match="is not a change"):
        policy.documents(v1.Release(id="R-1"), now=NOW)


def test_checklist(policy: Policy, organization: Organization) -> None:
    everything = policy.checklist()
    assert everything.policy_id == "saas-change-and-release"
    assert {step.subject_kind for step in everything.steps} == {"CHANGE", "RELEASE"}
    releases = policy.checklist(kind="release")
    assert {str(step.subject_kind) for step in releases.steps} == {"RELEASE"}
    mine = policy.checklist(role="cab")
    assert mine.role == "cab"
    assert all("cab" in item.roles for step in mine.steps for item in step.items)
    assert [step.transition for step in policy.checklist(transition="DEPLOY").steps] == [
        Transition.DEPLOY
    ] * len(policy.checklist(transition="DEPLOY").steps)
    about = policy.checklist(CHANGE, organization=organization, now=NOW)
    assert about.subject_id == "CHG-1042"
    assert Status.SATISFIED in {item.status for step in about.steps for item in step.items}
    with pytest.raises(InvalidInput, match="nobody"):
        policy.checklist(role="nobody")
    with pytest.raises(InvalidInput, match="`now`"):
        policy.checklist(CHANGE, organization=organization)


def test_due(policy: Policy, organization: Organization) -> None:
    answer = policy.due([CHANGE, POOR], organization=organization, now="2026-02-01")
    assert answer.now == datetime.datetime(2026, 2, 1, tzinfo=UTC)
    assert answer.items
    assert all(item.overdue for item in answer.overdue)
    assert {item.overdue for item in answer.items} == {True, False}
    until = policy.due(
        [CHANGE], organization=organization, now="2026-02-01", until=datetime.date(2026, 2, 3)
    )
    assert until.until == datetime.datetime(2026, 2, 3, tzinfo=UTC)
    assert len(until.items) < len(answer.items)
    assert policy.due(organization=organization, now="2026-02-01").items
    with pytest.raises(TypeError, match="a list of subjects"):
        policy.due(CHANGE, now="2026-02-01")
    with pytest.raises(TypeError, match=r"`subjects\[1\]`: a int is no change"):
        policy.due([CHANGE, 3], now="2026-02-01")  # type: ignore[list-item]


def test_lint(policy: Policy, organization: Organization) -> None:
    alone = policy.lint(now=NOW)
    with_people = policy.lint(now=NOW, organization=organization)
    assert with_people.outcomes[: len(alone.outcomes)] == alone.outcomes
    assert len(with_people.outcomes) > len(alone.outcomes)
    records: Any = {"changes": [json.loads(json.dumps(POOR))]}
    with_records = policy.lint(now=NOW, organization=organization, population=records)
    assert with_records.outcomes[: len(with_people.outcomes)] == with_people.outcomes
    assert with_records == policy.lint(
        now=NOW,
        organization=organization,
        population=v1.Population(
            changes=[
                v1.ChangeRequest(
                    id="C-1",
                    state=v1.CHANGE_STATE_SCHEDULED,
                    environments=[v1.ENVIRONMENT_PRODUCTION],
                    people={"requester": "hana", "authors": ["gopal"]},
                )
            ]
        ),
    )
    # Nobody is there: no approval could ever be given.
    nobody = policy.lint(now=NOW, organization={})
    assert "UNSATISFIABLE" in {outcome.status for outcome in nobody.complaints}


def test_compare(policy: Policy, organization: Organization) -> None:
    stricter = Policy.builtin(
        overlays=[
            (
                "o.yaml",
                """
overlay: {of: saas-change-and-release, reason: the board has grown}
approvals: [{id: cab-approval, needs: {at_least: 5, of: {role: cab}}}]
""",
            )
        ]
    )
    answer = policy.compare(stricter, [CHANGE, POOR], organization=organization, now=NOW)
    assert answer.subjects == 2
    (flip,) = answer.flips
    assert (flip.subject_id, flip.before, flip.after) == (
        "CHG-1042",
        Verdict.ALLOWED,
        Verdict.DENIED,
    )
    assert flip.newly_blocking == ("cab-approval",)
    assert policy.compare(policy, [CHANGE], organization=organization, now=NOW).flips == ()
    with pytest.raises(TypeError, match="a str is no Policy"):
        policy.compare("policy.yaml", [CHANGE], now=NOW)  # type: ignore[arg-type]


def _version(version: str, since: str, more: str = "") -> Policy:
    return Policy.loads(
        SMALL_POLICY.replace(
            'version: "1.0"', f'version: "{version}", effective_from: {since}{more}'
        )
    )


def test_versions_of_a_policy(people: Organization, tmp_path: Path) -> None:
    first = Policy.loads(
        SMALL_POLICY.replace(
            'version: "1.0"', 'version: "1.0", effective_from: 2026-01-01T00:00:00Z'
        ).replace("title: A colleague", "title: Somebody")
    )
    second = _version(
        "2.0",
        "2026-02-01T00:00:00Z",
        ", grandfathering: {changes_in: [SCHEDULED], until: 2026-03-01T00:00:00Z, reason: x}",
    )
    series = PolicySeries([first, second])
    assert repr(series) == "<PolicySeries 1.0, 2.0>"
    assert list(series.versions) == [first, second]
    assert series.choose(now="2026-01-15").policy is first
    assert series.choose(now="2026-02-15") == (second, None)
    old = {**SMALL_APPROVED, "created_at": "2026-01-02T00:00:00Z"}
    choice = series.choose(old, now="2026-02-15")
    assert choice.policy is first
    assert choice.grandfathered_until == datetime.datetime(2026, 3, 1, tzinfo=UTC)
    decision = series.check(old, organization=people, now="2026-02-15", transition="DEPLOY")
    assert decision.allowed
    assert (decision.policy_version, decision.policy_digest) == ("1.0", first.digest)
    assert decision.outcomes[0].title == "Somebody"
    assert "small 1.0" in str(decision)
    # What is logged names the version that decided.
    with AuditLog.open(tmp_path / "log", create=True, origin="example.com/x") as log:
        log.append(decision, recorded_at="2026-02-15")
        record = log.read(0).record.decision
        assert record is not None
        (document,) = log.read_blob_message(record.policy, "PolicyDocuments").message.documents
    assert "title: Somebody" in document.text
    assert series.check(old, organization=people, now="2026-03-01").policy_version == "2.0"
    with pytest.raises(changepolicy.FailedPrecondition, match="force"):
        series.choose(now="2025-12-31")
    with pytest.raises(changepolicy.FailedPrecondition, match="force"):
        series.check(old, now="2025-12-31")


def test_versions_that_are_no_series() -> None:
    first = _version("1.0", "2026-01-01T00:00:00Z")
    for versions, words in (
        ([], "version"),
        ([first, first], "1.0"),
        ([Policy.loads(SMALL_POLICY)], "effective_from"),
        ([_version("2.0", "2026-02-01T00:00:00Z"), first], "effective_from|force"),
    ):
        with pytest.raises(InvalidInput, match=words):
            PolicySeries(versions)
    with pytest.raises(TypeError, match="a str is no Policy"):
        PolicySeries(["policy.yaml"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "arguments,raised,words",
    [
        ({"now": "tomorrow"}, InvalidInput, "`now`: `tomorrow` is no instant"),
        ({"now": ""}, InvalidInput, "no instant"),
        ({"now": "2026-01-03\0x"}, InvalidInput, "`now`: holds a NUL"),
        ({"now": "\ud800"}, InvalidInput, "`now`: .*surrogate"),
        ({"transition": "FLY"}, InvalidInput, "`transition`: `FLY` is none"),
        ({"transition": "DEPLOI"}, InvalidInput, "did you mean `DEPLOY`"),
        ({"transition": 99}, InvalidInput, "`transition`: 99 is the number of none"),
        ({"transition": b"DEPLOY"}, TypeError, "a bytes is no transition"),
        ({"transition": True}, TypeError, "a bool is no transition"),
        ({"detail": "ALL"}, InvalidInput, "write VERDICT, REASONS or FULL"),
        ({"detail": 4}, InvalidInput, "`detail`: 4 is none"),
        ({"detail": 1.0}, TypeError, "a float is none"),
        ({"kind": "changes"}, InvalidInput, "write 'change' or 'release'"),
        ({"kind": 1}, InvalidInput, "write 'change' or 'release'"),
        ({"organization": 3}, TypeError, "a int is no document"),
    ],
)
def test_arguments_that_are_wrong(small: Policy, arguments: Any, raised: Any, words: str) -> None:
    with pytest.raises(raised, match=words) as caught:
        small.check(SMALL_CHANGE, **{"now": SMALL_NOW, **arguments})
    if isinstance(caught.value, InvalidInput) and "now" in arguments:
        assert caught.value.path == "now"


@pytest.mark.parametrize(
    "subject,raised,words",
    [
        (None, TypeError, "a NoneType is no change or release"),
        (3, TypeError, "a int is no change or release"),
        ([SMALL_CHANGE], TypeError, "a list is no change or release"),
        ({"id": "C-1", "poeple": {}}, InvalidInput, "did you mean `people`"),
        ({"id": "C-1", "state": "FLYING"}, InvalidInput, "`FLYING`"),
        ({"id": "C-1", "kinds": "x"}, InvalidInput, "kinds"),
        ({}, InvalidInput, "id"),
        ("", InvalidInput, "subject"),
        ("change.yaml", InvalidInput, "subject"),
        ("{", InvalidInput, "subject"),
        ("[]", InvalidInput, "list"),
        ("\ud800", InvalidInput, "surrogate"),
        (b"\xff\xff", InvalidInput, "subject"),
        ({"release": {"id": "R-1"}, "id": "x"}, InvalidInput, "release"),
    ],
)
def test_subjects_that_are_none(small: Policy, subject: Any, raised: Any, words: str) -> None:
    with pytest.raises(raised, match=words):
        small.check(subject, now=SMALL_NOW)


def test_positions_in_a_subject(small: Policy) -> None:
    with pytest.raises(InvalidInput) as raised:
        small.check('{"id": "C-1",\n "people": {"requestor": "ann"}}', now=SMALL_NOW)
    error = raised.value
    assert (error.path, error.line, error.column) == ("people.requestor", 2, 13)
    assert error.issues[0].help == "did you mean `requester`?"


def test_now_has_no_default(small: Policy) -> None:
    with pytest.raises(TypeError, match="now"):
        small.check(SMALL_CHANGE)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no instant"):
        small.check(SMALL_CHANGE, now=None)  # type: ignore[arg-type]
    assert small.check(SMALL_CHANGE, now=utc(1, 0)).now == utc(1, 0)
