"""docs/batch.md: the examples in Python run, and print what the page says."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pytest
from example import TOP

pytest.importorskip("pyarrow")

GUIDE = TOP / "docs" / "batch.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.REPORT_NDIFF)
    shown: list[str] = []
    for match in BLOCK.finditer(text):
        language, name, block = match.groups()
        if name:
            (tmp_path / name).write_text(block, encoding="utf-8")
        elif language == "pycon":
            line = text[: match.start(3)].count("\n")
            test = doctest.DocTestParser().get_doctest(block, names, GUIDE.name, str(GUIDE), line)
            runner.run(test, out=shown.append, clear_globs=False)
            names = test.globs
        elif language == "python":
            # Spark's is run by test_spark.py; here it has to be Python.
            ast.parse(block)
    assert runner.failures == 0, "".join(shown)
    assert runner.tries > 10
