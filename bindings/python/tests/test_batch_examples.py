"""The examples of many decisions run, and say what they should."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from example import TOP

import changepolicy

pa = pytest.importorskip("pyarrow")
pytest.importorskip("yaml")
EXAMPLES = TOP / "examples" / "python"


def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    package = str(Path(changepolicy.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-B", EXAMPLES / name, *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": package, "SPARK_LOCAL_IP": "127.0.0.1"},
        check=False,
    )


@pytest.fixture
def java() -> None:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is none")


def test_rates() -> None:
    done = run("batch_rates.py", "--rows", "300", "--threads", "2", "--without-spark")
    assert done.returncode == 0, done.stderr
    assert "Spark is left out: as asked." in done.stdout
    rates = re.findall(
        r"^\| (.+) \| 300 \| [\d.]+ \| [\d,]+ \| [\d.]+ \|$", done.stdout, re.MULTILINE
    )
    assert rates == [
        "`check` of each",
        "`check_many` of a list, 1 thread",
        "`check_many` of a list, 2 threads",
        "`check_many` of an Arrow table, 1 thread",
        "`check_many` of an Arrow table, 2 threads",
        "Parquet, one process, 2 threads",
    ]
    assert run("batch_rates.py", "--rows", "0").returncode == 2


@pytest.mark.usefixtures("java")
def test_rates_with_spark() -> None:
    done = run("batch_rates.py", "--rows", "300", "--master", "local[1]")
    assert done.returncode == 0, done.stderr
    assert "| Parquet, Spark, `local[1]` | 300 |" in done.stdout


@pytest.mark.usefixtures("java")
def test_a_directory_of_parquet(tmp_path: Path) -> None:
    done = run("spark_parquet.py", tmp_path / "decisions", "--rows", "60", "--master", "local[1]")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^verdicts\n +\d+  ALLOWED\n +\d+  DENIED\n\n", done.stdout, re.MULTILINE)
    assert "role cab" in done.stdout
    from pyarrow import parquet

    table = parquet.read_table(tmp_path / "decisions")
    assert sorted(table["number"].to_pylist()) == list(range(60))


@pytest.mark.usefixtures("java")
def test_a_policy_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("policy: {id: x}\ngates: 5\n")
    wrong = run("spark_parquet.py", tmp_path / "decisions", "--policy", tmp_path / "policy.yaml")
    assert wrong.returncode == 3
    assert "policy.yaml:2" in wrong.stderr
