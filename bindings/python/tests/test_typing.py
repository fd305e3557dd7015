"""The stubs that the build writes are those of what is made at import; mypy and ruff agree."""

from __future__ import annotations

import ast
import importlib.util
import keyword
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from example import TOP

import changepolicy
from changepolicy import _schema, enums, records, v1

PACKAGE = Path(changepolicy.__file__).parent
SOURCE = TOP / "bindings" / "python"


def stub(name: str) -> dict[str, Any]:
    """The statements of a stub, by the names that they define."""
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            found[statement.name] = statement
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found[statement.target.id] = statement
    return found


def members(statement: Any) -> set[str]:
    names = set()
    for inner in statement.body:
        if isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
            names.add(inner.name)
        elif isinstance(inner, ast.AnnAssign):
            names.add(inner.target.id)  # type: ignore[union-attr]
        elif isinstance(inner, ast.Assign):
            names.add(inner.targets[0].id)  # type: ignore[attr-defined]
    return names


def test_stubs_of_enums() -> None:
    found = stub("enums.pyi")
    assert set(found) | {"ProtoEnum"} == set(enums.__all__)
    for name, statement in found.items():
        assert members(statement) == set(getattr(enums, name).__members__), name
        assert ast.get_docstring(statement), f"{name} has no comment in its .proto file"


def test_stubs_of_records() -> None:
    found = stub("records.pyi")
    assert set(found) | {"Record"} == set(records.__all__)
    for name, statement in found.items():
        assert members(statement) == set(getattr(records, name)._fields), name


def test_stubs_of_messages() -> None:
    found = stub("v1/__init__.pyi")
    assert set(found) == set(v1.__all__)
    for name, message in _schema.MESSAGES.items():
        if "." not in name:
            missing = {field.name for field in message.field} - members(found[name])
            assert all(keyword.iskeyword(field) for field in missing), name


EXAMPLE = """
import datetime

import changepolicy
from changepolicy import AuditLog, Calendar, Organization, Policy, Verdict, cel, v1
from changepolicy.pytest_plugin import assert_allowed

policy = Policy.load("policy.yaml", overlays=["team.yaml"])
organization = Organization.load(["directory.yaml", "ledger.yaml"])
change = v1.ChangeRequest(id="C-1", state=v1.CHANGE_STATE_SCHEDULED)
change.people.requester = "ann"
change.schedule.start.FromDatetime(datetime.datetime.now(datetime.timezone.utc))
decision = policy.check(
    change,
    organization=organization,
    now=datetime.datetime.now(datetime.timezone.utc),
    transition="DEPLOY",
)
allowed: bool = decision.allowed
if decision.verdict is Verdict.DENIED:
    for outcome in decision.blocking:
        rule: str = outcome.id
        if outcome.approval is not None:
            people: list[str] = [s.person for s in outcome.approval.suggestions]
until: datetime.datetime | None = decision.valid_until
reveal_type(decision.outcomes[0].status)
reveal_type(decision.risk_level)
slots = Calendar(policy, organization).next_slots(change, now="2026-01-31")
for slot in slots.slots:
    reveal_type(slot.start)
with AuditLog.open("log", create=True, origin="example.com/changes") as log:
    index: int = log.append(decision, recorded_at="2026-01-31")
    reveal_type(log.read(index).decision)
assert_allowed(change, policy=policy, now="2026-01-31")
value = cel.compile("a > 1", variables={"a": int}).evaluate(a=2)
reveal_type(changepolicy.enums.Category.NORMAL.number)
"""
WRONG = {
    "policy.check(change)": "now",
    'policy.check(3, now="2026-01-31")': "arg-type",
    "decision.verdikt": "attr-defined",
    "decision.allowed = True": "misc",
    "decision.outcomes[0].statuus": "attr-defined",
    'v1.ChangeRequest(idd="x")': "call-arg",
    'log.append("x", recorded_at="2026-01-31")': "arg-type",
}


def mypy(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin"}
    # Where the package is installed mypy finds it by itself, and refuses to be told.
    if PACKAGE.parent.name not in ("site-packages", "dist-packages"):
        environment["MYPYPATH"] = str(PACKAGE.parent)
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--no-incremental",
            f"--config-file={SOURCE / 'pyproject.toml'}",
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=600,
        env=environment,
    )


needs_mypy = pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None or importlib.util.find_spec("google-stubs") is None,
    reason="mypy and types-protobuf are not installed; they come from PyPI",
)


@needs_mypy
def test_the_package_is_typed(tmp_path: Path) -> None:
    done = mypy("--package", "changepolicy", folder=tmp_path)
    assert done.returncode == 0, done.stdout


@needs_mypy
def test_programs_are_typed(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(EXAMPLE)
    done = mypy("program.py", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    shown = [line.split('"')[1] for line in done.stdout.splitlines() if "Revealed type" in line]
    assert shown == [
        "changepolicy.enums.Status",
        "changepolicy.enums.RiskLevel",
        "datetime.datetime | None",
        "changepolicy.decision.Decision | None",
        "int",
    ]


@needs_mypy
def test_mistakes_are_found(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(EXAMPLE + "\n".join(WRONG) + "\n")
    done = mypy("program.py", folder=tmp_path)
    first = EXAMPLE.count("\n") + 1
    found = {
        int(line.split(":")[1]): line for line in done.stdout.splitlines() if ": error: " in line
    }
    for number, (mistake, words) in enumerate(WRONG.items(), first):
        assert number in found, f"{mistake} is let pass"
        assert words in found[number], found[number]


@pytest.mark.skipif(
    importlib.util.find_spec("ruff") is None,
    reason="ruff is not installed; it comes from PyPI",
)
def test_ruff_has_nothing_to_say() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--quiet", str(SOURCE)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
