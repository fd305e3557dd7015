"""The plugin of pytest, in runs of pytest of its own."""

from __future__ import annotations

import importlib.metadata
import json
from typing import Any

import pytest
from example import SMALL_APPROVED, SMALL_CHANGE, SMALL_ORGANIZATION, SMALL_POLICY

from changepolicy import pytest_plugin

pytest_plugins = ["pytester"]

TESTS = f"""
from changepolicy.pytest_plugin import assert_allowed, assert_denied, assert_verdict
APPROVED = {SMALL_APPROVED!r}
BARE = {SMALL_CHANGE!r}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.path / "policy.yaml").write_text(SMALL_POLICY)
    (pytester.path / "people.json").write_text(json.dumps(SMALL_ORGANIZATION))
    pytester.makeini(
        "[pytest]\nchangepolicy_policy = policy.yaml\nchangepolicy_organization = people.json\n"
        "changepolicy_now = 2026-01-03\n"
    )
    return pytester


def run(project: pytest.Pytester, tests: str, *arguments: str) -> Any:
    project.makepyfile(TESTS + tests)
    # Where the package is installed, its entry point names the plugin already.
    installed = any(
        entry.value == "changepolicy.pytest_plugin"
        for distribution in importlib.metadata.distributions()
        for entry in distribution.entry_points
    )
    plugin = () if installed else ("-p", "changepolicy.pytest_plugin")
    return project.runpytest_inprocess(*plugin, *arguments)


def test_what_holds_passes(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
def test_it(changepolicy_policy, changepolicy_organization, changepolicy_now):
    decision = assert_allowed(APPROVED, transition="DEPLOY")
    assert decision.allowed
    assert decision.policy_digest == changepolicy_policy.digest
    assert_denied(BARE, transition="DEPLOY")
    assert_denied(BARE, transition="DEPLOY", because="peer")
    assert_denied(BARE, transition="DEPLOY", because=["peer"])
    assert_verdict({**BARE, "state": None}, "UNKNOWN")
    assert changepolicy_now == "2026-01-03"
    other = changepolicy_policy.check(APPROVED, organization=changepolicy_organization,
                                      now=changepolicy_now, transition="DEPLOY")
    assert other == decision
""",
    )
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["changepolicy: small 1.0, sha256:*"])


def test_what_does_not_hold_is_explained(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
def test_allowed():
    assert_allowed(BARE, transition="DEPLOY")

def test_denied():
    assert_denied(APPROVED, transition="DEPLOY")

def test_because():
    assert_denied(BARE, transition="DEPLOY", because="pear")

def test_because_of_what_holds():
    assert_verdict(APPROVED, "ALLOWED", transition="DEPLOY", because="peer")
""",
    )
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        [
            "*S-1: DEPLOY is DENIED, and ALLOWED was expected",
            "*no peer*needs 1 of role engineer: nobody yet*",
            "*bob for role engineer*",
            "*S-1: DEPLOY is ALLOWED, and DENIED was expected",
            "*`pear` is no rule of DEPLOY; did you mean `peer`?",
            "*held back by peer",
            "*but `peer` is SATISFIED",
            "*held back by nothing",
        ]
    )
    # Only the test's own lines are shown, not the plugin's.
    result.stdout.no_fnmatch_line("*pytest_plugin.py:*")


def test_the_command_line_goes_first(project: pytest.Pytester) -> None:
    (project.path / "elsewhere").mkdir()
    (project.path / "elsewhere" / "mine.yaml").write_text(
        SMALL_POLICY.replace("id: small", "id: mine")
    )
    result = run(
        project,
        """
def test_it(changepolicy_policy):
    assert changepolicy_policy.message.policy.id == "mine"
    assert_denied(APPROVED)
""",
        "--changepolicy-policy=elsewhere/mine.yaml",
        "--changepolicy-now=2026-01-01T12:00:00Z",
    )
    result.assert_outcomes(passed=1)


def test_overlays(project: pytest.Pytester) -> None:
    (project.path / "team.yaml").write_text(
        "overlay: {of: small, reason: we are careful}\n"
        "approvals: [{id: peer, needs: {at_least: 2, of: {role: engineer}}}]\n"
    )
    with (project.path / "tox.ini").open("a") as file:
        file.write("\nchangepolicy_overlays = team.yaml\n")
    result = run(
        project,
        """
def test_it():
    assert_denied(APPROVED, transition="DEPLOY")
""",
    )
    result.assert_outcomes(passed=1)


def test_without_settings(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
import changepolicy
def test_given():
    policy = changepolicy.Policy.builtin("starter")
    assert_verdict({"id": "x"}, "UNKNOWN", policy=policy, now="2026-01-03")

def test_missing():
    assert_allowed(BARE)
""",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*no policy is given: pass `policy=`*--changepolicy-policy*"])


def test_a_policy_that_is_wrong_is_said_at_once(project: pytest.Pytester) -> None:
    (project.path / "policy.yaml").write_text(SMALL_POLICY + "gate: []\n")
    result = run(project, "def test_it(): pass\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*policy.yaml:*unknown field `gate`*"])


def test_outside_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_plugin, "_RUNS", [])
    with pytest.raises(pytest.UsageError, match="not running"):
        pytest_plugin.assert_allowed(SMALL_APPROVED)
