"""docs/python.md and docs/cel.md: every example runs, and prints what the page says."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from example import TOP

import changepolicy

GUIDE = TOP / "docs" / "python.md"
CEL = TOP / "docs" / "cel.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With the files of the page, and the tests in it."""
    for _, name, block in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("page", "least"), [(GUIDE, 41), (CEL, 4)], ids=["python", "cel"])
def test_examples(folder: Path, page: Path, least: int) -> None:
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.REPORT_NDIFF)
    shown: list[str] = []
    blocks = [match for match in BLOCK.finditer(text) if match[1] == "pycon"]
    for match in blocks:
        line = text[: match.start(3)].count("\n")
        test = doctest.DocTestParser().get_doctest(match[3], names, page.name, str(page), line)
        runner.run(test, out=shown.append, clear_globs=False)
        names = test.globs
    assert runner.failures == 0, "".join(shown)
    assert runner.tries >= least


def test_tests(folder: Path) -> None:
    package = str(Path(changepolicy.__file__).parents[1])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    for plugin in ((), ("-p", "changepolicy.pytest_plugin")):
        done = subprocess.run(
            [*command, *plugin],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            timeout=120,
            env={**os.environ, "PYTHONPATH": package},
        )
        # Installed, the plugin is there by itself, and naming it again is refused.
        if done.returncode == 0:
            break
    assert "2 passed" in done.stdout, done.stdout + done.stderr
