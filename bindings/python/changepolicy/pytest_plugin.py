"""Tests of changes and of policies with pytest. Installed with the package; no import is needed.

    # pyproject.toml
    [tool.pytest.ini_options]
    changepolicy_policy = "policy.yaml"            # or builtin:saas
    changepolicy_organization = "organization.yaml"
    changepolicy_now = "2026-01-31T09:30:00Z"

    # test_changes.py
    from changepolicy.pytest_plugin import assert_allowed, assert_denied

    def test_patch():
        assert_allowed(patch, transition="DEPLOY")
        assert_denied({**patch, "approvals": []}, transition="DEPLOY", because="peer-review")

A test that fails says what the command would say: what is missing, and who can supply it. Files are
relative to the file with the settings; ``--changepolicy-policy``, ``--changepolicy-organization``
and ``--changepolicy-now`` on the command line go before them. The fixtures ``changepolicy_policy``,
``changepolicy_organization`` and ``changepolicy_now`` give what was set; every function takes
``policy``, ``organization`` and ``now`` instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional

import pytest

from changepolicy._asking import TransitionLike
from changepolicy._inputs import BUILTIN, Kind, Subject
from changepolicy._values import Instant
from changepolicy.answers import Decision
from changepolicy.enums import Verdict
from changepolicy.errors import Error
from changepolicy.organization import Organization, OrganizationLike
from changepolicy.policy import Policy

__all__ = ["assert_allowed", "assert_denied", "assert_verdict"]

_SETTINGS = {
    "policy": "the policy that changes are held against: a file, or builtin:NAME",
    "organization": "the organization: a file",
    "now": "the instant of every question, in RFC 3339",
}


# ---- Settings


class _Settings:
    """What one run of pytest was told; files are read when they are first asked for."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._read: dict[str, Any] = {}

    def value(self, name: str) -> str:
        """As it was written, with files made absolute; empty where nothing was."""
        option: Optional[str] = self._config.getoption(f"changepolicy_{name}")
        if option:
            folder = self._config.invocation_params.dir
        else:
            option = str(self._config.getini(f"changepolicy_{name}"))
            folder = (self._config.inipath or self._config.rootpath / "unset").parent
        if not option or name == "now" or option.startswith(BUILTIN):
            return option
        return str(Path(folder) / option)

    def overlays(self) -> list[str]:
        folder = (self._config.inipath or self._config.rootpath / "unset").parent
        return [str(folder / overlay) for overlay in self._config.getini("changepolicy_overlays")]

    def policy(self) -> Policy:
        if "policy" not in self._read:
            self._read["policy"] = self._load(
                lambda: Policy.load(self._needed("policy"), overlays=self.overlays())
            )
        found: Policy = self._read["policy"]
        return found

    def organization(self) -> Organization | None:
        if "organization" not in self._read:
            file = self.value("organization")
            self._read["organization"] = (
                self._load(lambda: Organization.load(file)) if file else None
            )
        found: Organization | None = self._read["organization"]
        return found

    def now(self) -> str:
        return self._needed("now")

    def _needed(self, name: str) -> str:
        value = self.value(name)
        if not value:
            raise pytest.UsageError(
                f"no {name} is given: pass `{name}=`, set `changepolicy_{name}` in the file with "
                f"pytest's settings, or `--changepolicy-{name}`"
            )
        return value

    @staticmethod
    def _load(load: Any) -> Any:
        try:
            return load()
        except (Error, OSError) as error:
            raise pytest.UsageError(str(error)) from error


# Of the run that is under way, the innermost last: pytest may run inside of pytest.
_RUNS: list[_Settings] = []


def _settings() -> _Settings:
    if not _RUNS:
        raise pytest.UsageError("pytest is not running: give policy=, organization= and now=")
    return _RUNS[-1]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("changepolicy", "changes held against a policy")
    for name, help_text in _SETTINGS.items():
        group.addoption(f"--changepolicy-{name}", default=None, help=help_text)
        parser.addini(f"changepolicy_{name}", help_text, default="")
    parser.addini(
        "changepolicy_overlays",
        "files laid over the policy, in their order",
        type="args",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    _RUNS.append(_Settings(config))


def pytest_unconfigure() -> None:
    _RUNS.pop()


def pytest_report_header() -> list[str]:
    settings = _settings()
    if not settings.value("policy"):
        return []
    policy = settings.policy()
    header = policy.message.policy
    return [f"changepolicy: {header.id} {header.version}, {policy.digest}"]


@pytest.fixture(scope="session")
def changepolicy_policy() -> Policy:
    """The policy that was set."""
    return _settings().policy()


@pytest.fixture(scope="session")
def changepolicy_organization() -> Organization | None:
    """The organization that was set; None where none was."""
    return _settings().organization()


@pytest.fixture(scope="session")
def changepolicy_now() -> str:
    """The instant that was set."""
    return _settings().now()


# ---- Assertions


def assert_allowed(
    subject: Subject,
    *,
    transition: TransitionLike = None,
    policy: Policy | None = None,
    organization: OrganizationLike = None,
    now: Instant | None = None,
    kind: Kind = None,
) -> Decision:
    """That the change or release may go ahead; the decision. Otherwise the test fails with the
    decision's text: what is missing, and who can supply it."""
    __tracebackhide__ = True
    return assert_verdict(
        subject,
        Verdict.ALLOWED,
        transition=transition,
        policy=policy,
        organization=organization,
        now=now,
        kind=kind,
    )


def assert_denied(
    subject: Subject,
    *,
    because: str | Iterable[str] = (),
    transition: TransitionLike = None,
    policy: Policy | None = None,
    organization: OrganizationLike = None,
    now: Instant | None = None,
    kind: Kind = None,
) -> Decision:
    """That the change or release may not go ahead, with the verdict DENIED; the decision.
    ``because``: ids of rules each of which must hold it back."""
    __tracebackhide__ = True
    return assert_verdict(
        subject,
        Verdict.DENIED,
        because=because,
        transition=transition,
        policy=policy,
        organization=organization,
        now=now,
        kind=kind,
    )


def assert_verdict(
    subject: Subject,
    verdict: Verdict | str,
    *,
    because: str | Iterable[str] = (),
    transition: TransitionLike = None,
    policy: Policy | None = None,
    organization: OrganizationLike = None,
    now: Instant | None = None,
    kind: Kind = None,
) -> Decision:
    """That the answer is this verdict (``"UNKNOWN"``: facts are missing); the decision."""
    __tracebackhide__ = True
    expected = Verdict(verdict)
    decision = (policy if policy is not None else _settings().policy()).check(
        subject,
        now=now if now is not None else _settings().now(),
        organization=_settings().organization() if organization is None and _RUNS else organization,
        transition=transition,
        kind=kind,
    )
    if decision.verdict != expected:
        raise AssertionError(
            f"{decision.subject_id}: {decision.transition} is {decision.verdict}, and {expected} "
            f"was expected\n\n{decision.text()}"
        )
    rules = [because] if isinstance(because, str) else list(because)
    holding = [outcome.id for outcome in decision.blocking]
    for rule in rules:
        if rule not in holding:
            raise AssertionError(_not_because(decision, rule, holding))
    return decision


def _not_because(decision: Decision, rule: str, holding: list[str]) -> str:
    states = {outcome.id: str(outcome.status) for outcome in decision.outcomes}
    if rule in states:
        what = f"`{rule}` is {states[rule]}"
    else:
        near = difflib.get_close_matches(rule, states, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        what = f"`{rule}` is no rule of {decision.transition}{hint}"
    return (
        f"{decision.subject_id}: {decision.transition} is {decision.verdict}, but {what}\n"
        f"held back by {', '.join(holding) or 'nothing'}\n\n{decision.text()}"
    )
