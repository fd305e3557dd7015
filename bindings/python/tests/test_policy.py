"""Policies and organizations: reading them, what they tell, what is wrong with them."""

from __future__ import annotations

import datetime
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from example import SMALL_ORGANIZATION, SMALL_POLICY, UTC

import changepolicy
from changepolicy import InvalidInput, Organization, Policy, v1

OVERLAY = """
overlay: {of: small, reason: we are careful}
approvals: [{id: peer, needs: {at_least: 2, of: {role: engineer}}}]
"""


def test_a_policy_in_every_form(tmp_path: Path) -> None:
    policy = Policy.loads(SMALL_POLICY)
    (tmp_path / "policy.yaml").write_text(SMALL_POLICY)
    (tmp_path / "policy.binpb").write_bytes(policy.message.SerializeToString())
    (tmp_path / "policy.json").write_text(policy.to_json())
    for same in (
        Policy.load(tmp_path / "policy.yaml"),
        Policy.load(str(tmp_path / "policy.binpb")),
        Policy.load(tmp_path / "policy.json"),
        Policy.load(("mine.yaml", SMALL_POLICY)),
        Policy.load(("mine.yaml", SMALL_POLICY.encode())),
        Policy.load(policy.message),
        Policy.load(policy.to_dict()),
        Policy.loads(SMALL_POLICY.encode()),
        Policy.loads(policy.to_json(), format="json"),
        Policy.loads(policy.message.SerializeToString(), format="binpb"),
        Policy.loads(str(policy.message), format="textproto"),
        Policy.from_dict(policy.to_dict()),
        pickle.loads(pickle.dumps(policy)),
    ):
        assert same.digest == policy.digest
        assert same.to_dict() == policy.to_dict()
    assert policy.digest.startswith("sha256:")
    assert repr(policy).startswith("<Policy 'small' 1.0: sha256:")
    assert isinstance(policy.message, v1.Policy)


def test_a_mapping_may_hold_values_of_python() -> None:
    mapping = Policy.loads(SMALL_POLICY).to_dict()
    since = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    mapping["policy"]["effective_from"] = since
    mapping["limits"] = {"ledger_age": datetime.timedelta(hours=36)}
    policy = Policy.from_dict(mapping)
    assert policy.message.policy.effective_from.ToDatetime(UTC) == since
    assert policy.message.limits.ledger_age.ToTimedelta() == datetime.timedelta(hours=36)


def test_overlays(tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(OVERLAY)
    plain = Policy.loads(SMALL_POLICY)
    for overlay in (tmp_path / "team.yaml", str(tmp_path / "team.yaml"), ("team.yaml", OVERLAY)):
        policy = Policy.loads(SMALL_POLICY, overlays=[overlay])
        assert policy.digest != plain.digest
        assert policy.message.approvals[0].needs.at_least == 2
        assert pickle.loads(pickle.dumps(policy)).digest == policy.digest
    with pytest.raises(TypeError, match="a list of documents"):
        Policy.loads(SMALL_POLICY, overlays=str(tmp_path / "team.yaml"))


def test_what_is_built_in() -> None:
    assert Policy.builtin().digest == Policy.builtin("saas").digest
    assert Policy.load("builtin:saas").digest == Policy.builtin().digest
    assert Policy.loads(Policy.builtin_text("starter")).digest == Policy.builtin("starter").digest
    with pytest.raises(InvalidInput, match="did you mean `saas`"):
        Policy.builtin("sass")
    with pytest.raises(changepolicy.NotFound, match="sass"):
        Policy.builtin_text("sass")


def test_every_issue_has_its_place(tmp_path: Path) -> None:
    text = SMALL_POLICY.replace("role: engineer", "role: enginer") + "gate: []\n"
    with pytest.raises(InvalidInput) as raised:
        Policy.load(("mine.yaml", text))
    error = raised.value
    assert isinstance(error, ValueError) and isinstance(error, changepolicy.Error)
    assert error.code == "INVALID_ARGUMENT"
    (issue,) = [issue for issue in error.issues if issue.id == "unknown-field"]
    assert (issue.severity, issue.file, issue.path) == ("error", "mine.yaml", "gate")
    assert (issue.line, issue.column) == (text.count("\n"), 1)
    assert "did you mean `gates`" in issue.help
    assert issue.text in str(error)
    assert "^^^^" in issue.text
    assert (error.file, error.line) == ("mine.yaml", error.issues[0].line)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.issues) == (InvalidInput, str(error), error.issues)
    # All documents are read before anything is said.
    with pytest.raises(InvalidInput) as raised:
        Policy.load(("mine.yaml", SMALL_POLICY), overlays=[("a.yaml", "x: 1"), ("b.yaml", "y: 1")])
    assert {issue.file for issue in raised.value.issues} >= {"a.yaml", "b.yaml"}


def test_warnings_are_kept() -> None:
    text = SMALL_POLICY + "\nroles: [engineer, nobody]\n"
    with pytest.raises(InvalidInput, match="a second time"):
        Policy.loads(text)
    policy = Policy.loads(SMALL_POLICY.replace("roles: [engineer]", "roles: [engineer, manager]"))
    assert all(issue.severity in ("warning", "notice") for issue in policy.issues)
    assert Organization.from_dict(SMALL_ORGANIZATION).issues == ()


@pytest.mark.parametrize(
    "load,raised,words",
    [
        (lambda: Policy.load("not-there.yaml"), FileNotFoundError, "not-there"),
        (lambda: Policy.load(SMALL_POLICY), TypeError, "`loads`"),
        (lambda: Policy.load('{"policy": {}}'), TypeError, "`loads`"),
        (lambda: Policy.load(b"policy.yaml"), TypeError, "a bytes is no document"),
        (lambda: Policy.load(None), TypeError, "a NoneType is no document"),
        (lambda: Policy.load(3), TypeError, "a int is no document"),
        (lambda: Policy.load(("a", "b", "c")), TypeError, "a tuple is no document"),
        (lambda: Policy.load(v1.Release()), TypeError, r"is no changepolicy\.v1\.Policy"),
        (lambda: Policy.loads(3), TypeError, "a int is no text"),
        (lambda: Policy.loads("", format="yml"), InvalidInput, "write one of yaml"),
        (lambda: Policy.loads(""), InvalidInput, "policy"),
        (lambda: Policy.loads("\ud800"), InvalidInput, "surrogate"),
        (lambda: Policy.loads(b"\xff\xff"), InvalidInput, "policy.yaml"),
        (lambda: Policy.load(("a\0b.yaml", SMALL_POLICY)), InvalidInput, "NUL"),
        (lambda: Policy.load(("builtin:saas", SMALL_POLICY)), InvalidInput, "built in"),
        (lambda: Policy.from_dict([("policy", {})]), TypeError, "a list is no mapping"),
        (lambda: Policy.from_dict({}), InvalidInput, "policy"),
        (
            lambda: Policy.from_dict({"policy": {"id": object()}}),
            TypeError,
            r"`policy\.policy\.id`",
        ),
        (lambda: Policy.builtin("a\ud800"), InvalidInput, "surrogate"),
        (lambda: Organization.load("not-there.yaml"), FileNotFoundError, "not-there"),
        (lambda: Organization.load([]), None, ""),
        (lambda: Organization.loads("directory: 3"), InvalidInput, "directory"),
        (lambda: Organization.from_dict({"directry": {}}), InvalidInput, "directory"),
        (lambda: Organization.load(v1.Policy()), TypeError, r"no changepolicy\.v1\.Organization"),
    ],
)
def test_what_is_no_document(load: Any, raised: Any, words: str) -> None:
    if raised is None:
        load()
        return
    with pytest.raises(raised, match=words):
        load()


def test_an_organization_of_several_files(tmp_path: Path) -> None:
    (tmp_path / "directory.json").write_text(json.dumps(SMALL_ORGANIZATION["directory"]))
    (tmp_path / "ledger.yaml").write_text("taken_at: 2026-01-02T00:00:00Z\nscheduled: []\n")
    organization = Organization.load([tmp_path / "directory.json", tmp_path / "ledger.yaml"])
    assert [person.id for person in organization.message.directory.people] == ["ann", "bob"]
    assert organization.message.ledger.taken_at.ToDatetime(UTC) == datetime.datetime(
        2026, 1, 2, tzinfo=UTC
    )
    assert repr(organization) == "<Organization: 2 people, 1 roles>"
    assert repr(Organization.load([])) == "<Organization: of nobody>"
    twice = {"directory": {"people": [{"id": "ann"}, {"id": "ann"}]}}
    with pytest.raises(InvalidInput, match="ann"):
        Organization.from_dict(twice)


def test_a_ledger_in_every_form() -> None:
    organization = Organization.from_dict(SMALL_ORGANIZATION)
    ledger = {"taken_at": datetime.datetime(2026, 1, 2, tzinfo=UTC)}
    expected = organization.with_ledger(ledger).message
    message = expected.ledger
    for form in (message, message.SerializeToString(), '{"taken_at": "2026-01-02T00:00:00Z"}'):
        assert organization.with_ledger(form).message == expected
    with pytest.raises(InvalidInput, match="taken_at"):
        organization.with_ledger({"taken": 1})
    with pytest.raises(TypeError, match="a int is no Ledger"):
        organization.with_ledger(1)  # type: ignore[arg-type]


def test_words_of_a_rule() -> None:
    policy = Policy.loads(SMALL_POLICY)
    assert policy.words("approval", "peer")["title"] == "A colleague"
    assert policy.words("gate", "peer") == {}
