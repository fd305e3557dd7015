"""Decisions: what they say, whatever way the subject came, and the same as the command's."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from example import (
    CHANGE,
    COMMAND,
    NO_COMMAND,
    NOW,
    POOR,
    SAAS,
    SMALL_APPROVED,
    SMALL_CHANGE,
    SMALL_NOW,
    UTC,
    change,
    utc,
)

import changepolicy
from changepolicy import (
    Category,
    Decision,
    Detail,
    Organization,
    Policy,
    RiskLevel,
    Status,
    Transition,
    Verdict,
    v1,
)


def test_a_change_that_may_go_ahead(policy: Policy, organization: Organization) -> None:
    decision = policy.check(CHANGE, organization=organization, now=NOW, transition="SCHEDULE")
    assert decision.allowed
    assert decision.verdict is Verdict.ALLOWED
    assert decision.verdict == "ALLOWED"
    assert decision.subject_id == "CHG-1042"
    assert decision.transition is Transition.SCHEDULE
    assert decision.category is Category.NORMAL
    assert decision.risk_level >= RiskLevel.HIGH
    assert decision.risk_score > 0
    assert decision.now == utc(14, 14, 40)
    assert decision.blocking == ()
    assert decision.missing_roles == decision.suggestions == decision.missing_facts == ()
    assert decision.policy_digest == policy.digest
    assert decision.valid_until is not None
    assert decision.valid_until > decision.now
    assert all(outcome.holds for outcome in decision.outcomes)
    cab = next(outcome for outcome in decision.outcomes if outcome.id == "cab-approval")
    assert cab.status is Status.SATISFIED
    assert cab.title
    assert cab.approval is not None
    assert {assigned.person for slot in cab.approval.slots for assigned in slot.assigned}
    assert "CHG-1042" in repr(decision)
    assert str(decision).startswith("ALLOWED")


def test_a_poor_change_is_not_allowed(policy: Policy, organization: Organization) -> None:
    decision = policy.check(POOR, organization=organization, now=NOW)
    assert not decision.allowed
    assert decision.verdict is Verdict.DENIED
    assert "role cab" in decision.missing_roles
    assert "ada" in decision.suggestions
    assert "change.kinds" in decision.missing_facts
    assert "held by peer-review" in repr(decision)
    unsatisfied = [o for o in decision.blocking if o.status is Status.UNSATISFIED]
    assert unsatisfied
    tests = next(o for o in decision.outcomes if o.id == "tests-complete")
    assert tests.text == "C-1 has not passed unit, integration, regression and security tests"
    assert tests.remedy.startswith("Run what is missing")
    assert tests.clauses == ("CM-5.2",)
    # What is missing is what the command prints.
    text = decision.text()
    for outcome in decision.blocking:
        assert outcome.id in text
    assert tests.text in text and tests.remedy in text
    assert len(decision.text(verbose=True)) > len(text)


def test_who_is_missing(small: Policy, people: Organization) -> None:
    decision = small.check(SMALL_CHANGE, organization=people, now=SMALL_NOW, transition="DEPLOY")
    (peer,) = decision.outcomes
    assert (peer.title, peer.text, peer.remedy) == ("A colleague", "", "Ask one.")
    assert decision.missing_roles == ("role engineer",)
    assert decision.suggestions == ("bob",)
    assert small.check(
        SMALL_APPROVED, organization=people, now=SMALL_NOW, transition="DEPLOY"
    ).allowed


def test_the_subject_in_every_form(policy: Policy, organization: Organization) -> None:
    expected = policy.check(CHANGE, organization=organization, now=NOW)
    text = json.dumps(json.loads(changepolicy_json(CHANGE)))
    message = v1.ChangeRequest.FromString(changepolicy_binary(text))
    shuffled = dict(reversed(list(CHANGE.items())))
    for subject in (
        text,
        text.encode(),
        message,
        message.SerializeToString(),
        bytearray(message.SerializeToString()),
        memoryview(message.SerializeToString()),
        shuffled,
        {"change": CHANGE},
        json.dumps({"change": json.loads(text)}),
    ):
        decision = policy.check(subject, organization=organization, now=NOW)
        assert decision.bytes == expected.bytes, type(subject)
        assert decision == expected and hash(decision) == hash(expected)
        assert decision.digest == expected.digest


def changepolicy_json(subject: dict[str, Any]) -> bytes:
    from changepolicy._values import json_bytes

    return json_bytes(subject, "subject")


def changepolicy_binary(text: str) -> bytes:
    from changepolicy import _native

    return _native.convert("ChangeRequest", 2, text.encode(), 1)


def test_now_in_every_form(small: Policy, people: Organization) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=8))
    expected = small.check(SMALL_APPROVED, organization=people, now="2026-01-03")
    for now in (
        SMALL_NOW,
        SMALL_NOW.astimezone(zone),
        datetime.date(2026, 1, 3),
        "2026-01-03T00:00:00Z",
        "2026-01-03T08:00:00+08:00",
    ):
        assert small.check(SMALL_APPROVED, organization=people, now=now) == expected, now
    finer = small.check(
        SMALL_APPROVED, organization=people, now=SMALL_NOW + datetime.timedelta(microseconds=7)
    )
    assert finer.now == SMALL_NOW + datetime.timedelta(microseconds=7)


def test_transition_and_detail_in_every_form(small: Policy, people: Organization) -> None:
    def check(**rest: Any) -> Decision:
        return small.check(SMALL_CHANGE, organization=people, now=SMALL_NOW, **rest)

    expected = check(transition="DEPLOY")
    for transition in (Transition.DEPLOY, "TRANSITION_DEPLOY", v1.TRANSITION_DEPLOY):
        assert check(transition=transition) == expected
    assert check(transition=None) == check(transition=0) == check()
    full = check(detail="FULL")
    for detail in (Detail.FULL, "DETAIL_FULL", 3):
        assert check(detail=detail) == full
    assert full.detail is Detail.FULL
    assert full.explanation is not None and check().explanation is None
    assert check(detail="VERDICT").verdict == full.verdict
    assert check(subject_digest=True).subject_digest.startswith("sha256:")
    assert check().subject_digest == ""


def test_releases_say_what_they_are(policy: Policy, organization: Organization) -> None:
    release = {"id": "R-1", "version": "1.0.0", "state": "PLANNED"}
    expected = policy.check(release, organization=organization, now=NOW)
    assert expected.subject_kind == "RELEASE"
    for subject, kind in (
        (json.dumps(release), None),
        ({"release": release}, None),
        (json.dumps({"release": release}), None),
        ({"release": release}, "release"),
        (v1.Release(id="R-1", version="1.0.0", state=v1.RELEASE_STATE_PLANNED), None),
        (
            v1.Release(
                id="R-1", version="1.0.0", state=v1.RELEASE_STATE_PLANNED
            ).SerializeToString(),
            "release",
        ),
    ):
        assert policy.check(subject, organization=organization, now=NOW, kind=kind) == expected
    grouped = {"id": "R-1", "changes": []}
    assert policy.check(grouped, now=NOW).subject_kind == "RELEASE"
    assert policy.check(json.dumps(grouped), now=NOW).subject_kind == "RELEASE"
    assert policy.check(json.dumps(grouped).encode(), now=NOW).subject_kind == "RELEASE"
    # What only its kind can tell.
    assert policy.check({"id": "R-1"}, now=NOW, kind="release").subject_kind == "RELEASE"
    assert policy.check({"id": "R-1"}, now=NOW).subject_kind == "CHANGE"
    with pytest.raises(changepolicy.InvalidInput, match="this is a release"):
        policy.check({"release": release}, now=NOW, kind="change")


@pytest.mark.skipif(not Path(COMMAND).exists(), reason=NO_COMMAND)
@pytest.mark.parametrize(
    "subject", ["standard-patch", "schema-migration", "emergency-fix", "major-release"]
)
def test_decisions_are_those_of_the_command(
    policy: Policy, organization: Organization, subject: str, tmp_path: Path
) -> None:
    def ask(*arguments: str) -> Any:
        answer = subprocess.run(
            [
                COMMAND,
                "check",
                str(SAAS / f"{subject}.yaml"),
                "--organization",
                str(SAAS / "organization.yaml"),
                "--now",
                NOW,
                "--format",
                "jsonl",
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return json.loads(answer.stdout)

    # The log has as a message what the command read from YAML.
    ask("--log", str(tmp_path / "log"), "--log-origin", "example.com/changes")
    with changepolicy.AuditLog.open(tmp_path / "log", read_only=True) as log:
        (entry,) = log
    mine = policy.check(entry.subject, organization=organization, now=NOW)
    line = ask()
    assert mine.digest == line["decision_digest"]
    assert mine.verdict == Verdict(line["verdict"])
    assert entry.decision is not None
    assert entry.decision.verdict == mine.verdict


@pytest.mark.skipif(not Path(COMMAND).exists(), reason=NO_COMMAND)
def test_the_text_is_that_of_the_command(
    policy: Policy, organization: Organization, tmp_path: Path
) -> None:
    file = tmp_path / "change.json"
    file.write_bytes(changepolicy_json(POOR))
    answer = subprocess.run(
        [
            COMMAND,
            "check",
            str(file),
            "--organization",
            str(SAAS / "organization.yaml"),
            "--now",
            NOW,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    decision = policy.check(POOR, organization=organization, now=NOW)
    assert decision.text() in answer.stdout


def test_a_decision_is_neither_true_nor_false(small: Policy, people: Organization) -> None:
    decision = small.check(SMALL_APPROVED, organization=people, now=SMALL_NOW)
    with pytest.raises(TypeError, match=r"`decision\.allowed`"):
        if decision:  # type: ignore[truthy-bool]
            pass
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(small.approvals(SMALL_APPROVED, organization=people, now=SMALL_NOW))


def test_a_decision_cannot_be_changed(small: Policy, people: Organization) -> None:
    decision = small.check(SMALL_CHANGE, organization=people, now=SMALL_NOW)
    for name in ("verdict", "allowed", "bytes", "anything"):
        with pytest.raises(AttributeError):
            setattr(decision, name, Verdict.ALLOWED)
        with pytest.raises(AttributeError):
            delattr(decision, name)
    decision.message.verdict = v1.VERDICT_ALLOWED  # a copy
    assert not decision.allowed
    assert decision.message.verdict == v1.VERDICT_DENIED
    assert copy.deepcopy(decision) == decision


def test_a_decision_travels(small: Policy, people: Organization) -> None:
    decision = small.check(SMALL_CHANGE, organization=people, now=SMALL_NOW)
    there = pickle.loads(pickle.dumps(decision))
    assert there == decision and hash(there) == hash(decision)
    assert there.digest == decision.digest
    assert str(there) == repr(there) == repr(decision)
    with pytest.raises(changepolicy.FailedPrecondition, match=r"text\(policy=policy\)"):
        there.text()
    assert there.text(policy=small) == decision.text()
    assert [o.text for o in pickle.loads(pickle.dumps(decision.outcomes))] == [
        o.text for o in decision.outcomes
    ]
    assert Decision(decision.bytes) == decision


def test_as_dict_and_json(small: Policy, people: Organization) -> None:
    decision = small.check(SMALL_CHANGE, organization=people, now=SMALL_NOW, transition="DEPLOY")
    parsed = decision.to_dict()
    assert parsed["verdict"] == "VERDICT_DENIED"
    assert parsed["now"] == "2026-01-03T00:00:00Z"
    assert parsed["outcomes"][0]["rule"] == "peer"
    assert json.loads(decision.to_json()) == parsed
    assert decision.outcomes[0].to_dict() == parsed["outcomes"][0]
    assert changepolicy.decision_digest(parsed) == decision.digest
    for form in (decision, decision.bytes, decision.message, decision.to_json()):
        assert changepolicy.decision_digest(form) == decision.digest


def test_organizations_in_every_form(small: Policy, people: Organization, tmp_path: Path) -> None:
    expected = small.check(SMALL_APPROVED, organization=people, now=SMALL_NOW)
    file = tmp_path / "people.json"
    file.write_text(people.to_json())
    for organization in (
        file,
        str(file),
        people.message,
        people.message.SerializeToString(),
        json.loads(people.to_json()),
        pickle.loads(pickle.dumps(people)),
    ):
        assert small.check(SMALL_APPROVED, organization=organization, now=SMALL_NOW) == expected
    assert not small.check(SMALL_APPROVED, now=SMALL_NOW).allowed
    with pytest.raises(TypeError, match="loads"):
        small.check(SMALL_APPROVED, organization=people.to_json(), now=SMALL_NOW)
    with pytest.raises(TypeError, match=r"Organization\.load"):
        small.check(SMALL_APPROVED, organization=[file], now=SMALL_NOW)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        small.check(SMALL_APPROVED, organization="not-there.yaml", now=SMALL_NOW)


def test_an_engine_is_made_once_for_an_organization(people: Organization) -> None:
    import gc

    from example import SMALL_ORGANIZATION, SMALL_POLICY

    policy = Policy.loads(SMALL_POLICY)
    assert policy._engine(people) is policy._engine(people)
    assert policy._engine(None) is policy._engine()
    passing = Organization.from_dict(SMALL_ORGANIZATION)
    assert policy._engine(passing) is not policy._engine(people)
    assert len(policy._engines) == 2
    del passing
    gc.collect()
    assert len(policy._engines) == 1


def test_a_ledger_is_swapped(policy: Policy, organization: Organization) -> None:
    frozen = organization.with_ledger(
        {"taken_at": "2025-10-16T00:00:00Z", "work": []}
        if hasattr(v1.Ledger(), "work")
        else {"taken_at": "2025-10-16T00:00:00Z"}
    )
    before = policy.check(CHANGE, organization=organization, now=NOW)
    after = policy.check(CHANGE, organization=frozen, now=NOW)
    assert after.directory_digest == before.directory_digest
    assert after.ledger_digest != before.ledger_digest


def test_clock_alone_changes_the_answer(policy: Policy, organization: Organization) -> None:
    decision = policy.check(CHANGE, organization=organization, now=NOW, detail="FULL")
    assert decision.valid_until is not None
    later = policy.check(CHANGE, organization=organization, now=decision.valid_until)
    just_before = policy.check(
        CHANGE,
        organization=organization,
        now=decision.valid_until - datetime.timedelta(microseconds=1),
    )
    assert just_before.allowed and not later.allowed


def test_instants_are_in_utc(policy: Policy, organization: Organization) -> None:
    decision = policy.check(change(title="x"), organization=organization, now=NOW)
    assert decision.calendar is not None and decision.calendar.start is not None
    assert decision.calendar.start == utc(16, 14, 30)
    assert decision.calendar.start.tzinfo is UTC
