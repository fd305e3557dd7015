"""How many changes are decided in a second: one at a time, many at a time, on threads, on Spark.

    pip install "./bindings/python[arrow,spark]" pyyaml
    python examples/python/batch_rates.py --rows 200000

The built-in policy and the organization of examples/saas decide changes of the shape of its
changes, all of them in one run on one machine. Each way has to come to the same decisions. Spark is
left out, and it is said why, where there is no pyspark or no Java.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import changepolicy
import pyarrow as pa
from changepolicy import Decision, Organization, Policy
from pyarrow import dataset, parquet

import batch_sample

_ONE_BY_ONE = 20_000
_FILES = 8


class Measured(NamedTuple):
    """One way of deciding, as it went."""

    way: str
    rows: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


class Run:
    """The ways, over the same changes. Of each the quickest of `repeat` runs counts."""

    def __init__(self, rows: int, repeat: int, folder: pathlib.Path) -> None:
        self.table = batch_sample.changes(rows)
        self.repeat = repeat
        self.folder = folder
        self.policy = Policy.builtin("saas")
        self.organization = Organization.load(batch_sample.ORGANIZATION)
        self.measured: list[Measured] = []
        self.expected: list[int] = []
        self.changes = _written(self.table, folder / "changes")

    def measure(
        self, way: str, decide: Callable[[], Any], marks: Callable[[Any], list[int]]
    ) -> None:
        """Times a way, and compares its decisions with those of the ways before it."""
        best, count = float("inf"), 0
        for _ in range(self.repeat):
            start = time.perf_counter()
            decided = decide()
            best = min(best, time.perf_counter() - start)
            found = marks(decided)
            count = len(found)
            self.expected = self.expected or found
            if not count or found[: len(self.expected)] != self.expected[:count]:
                sys.exit(f"{way}: other decisions than those of `{self.measured[0].way}`")
            if count > len(self.expected):
                self.expected = found
        self.measured.append(Measured(way, count, best))
        print(f"    {way}: {self.measured[-1].rate:,.0f} rows/s", file=sys.stderr)

    # ---- One machine

    def one_by_one(self) -> None:
        few = self.table["change"].slice(0, _ONE_BY_ONE).to_pylist()

        def decide() -> list[int]:
            return _marks(
                self.policy.check(
                    change, organization=self.organization, now=batch_sample.NOW, kind="change"
                )
                for change in few
            )

        self.measure("`check` of each", decide, list)

    def list_of_bytes(self, threads: int) -> None:
        changes = self.table["change"].to_pylist()

        def decide() -> list[int]:
            return _marks(
                self.policy.check_many(
                    changes,
                    organization=self.organization,
                    now=batch_sample.NOW,
                    threads=threads,
                    progress=False,
                )
            )

        self.measure(f"`check_many` of a list, {_threads(threads)}", decide, list)

    def arrow(self, threads: int) -> None:
        self.measure(
            f"`check_many` of an Arrow table, {_threads(threads)}",
            lambda: self.decided(self.table, threads),
            lambda table: _marks_of(table["decision"]),
        )

    def parquet(self, threads: int) -> None:
        """A batch after the other, so that memory is bounded whatever the number of rows."""
        output = self.folder / "decisions.parquet"

        def decide() -> pathlib.Path:
            rows = dataset.dataset(self.changes).scanner().to_reader()
            decided = self.decided(rows, threads)
            with parquet.ParquetWriter(output, decided.schema) as writer:
                for batch in decided:
                    writer.write_batch(batch)
            return output

        self.measure(f"Parquet, one process, {_threads(threads)}", decide, _marks_in)

    def decided(self, rows: Any, threads: int) -> Any:
        return self.policy.check_many(
            rows,
            organization=self.organization,
            now=batch_sample.NOW,
            column="change",
            keep=["number"],
            threads=threads,
            progress=False,
        )

    # ---- Many machines, or what behaves like them

    def spark(self, master: str) -> float:
        """The seconds until there was a session."""
        from changepolicy import spark

        start = time.perf_counter()
        session = _session(master, self.folder)
        started = time.perf_counter() - start

        def decide(changes: pathlib.Path) -> pathlib.Path:
            output = self.folder / "decisions"
            spark.decide_parquet(
                session,
                str(changes),
                str(output),
                column="change",
                policy=self.policy,
                organization=self.organization,
                now=batch_sample.NOW,
                keep=["number"],
                mode="overwrite",
            )
            return output

        try:
            # Its workers start with the first job.
            decide(_written(self.table.slice(0, 1000), self.folder / "few"))
            self.measure(f"Parquet, Spark, `{master}`", lambda: decide(self.changes), _marks_in)
        finally:
            session.stop()
        return started


def _written(table: pa.Table, folder: pathlib.Path) -> pathlib.Path:
    """The table as a directory of Parquet."""
    folder.mkdir()
    size = -(-table.num_rows // _FILES)
    for place in range(_FILES):
        parquet.write_table(table.slice(place * size, size), folder / f"part-{place}.parquet")
    return folder


# Decisions are told apart by a number each: all of them together are some gigabytes.


def _marks(decisions: Iterable[Any]) -> list[int]:
    return [hash(decision.bytes) if isinstance(decision, Decision) else 0 for decision in decisions]


def _marks_of(column: Any) -> list[int]:
    return [hash(decision) for chunk in column.chunks for decision in chunk.to_pylist()]


def _marks_in(output: pathlib.Path) -> list[int]:
    found: dict[int, int] = {}
    for batch in dataset.dataset(output).to_batches(columns=["number", "decision"]):
        numbers, decisions = (column.to_pylist() for column in batch.columns)
        found.update(zip(numbers, map(hash, decisions)))
    return [found[number] for number in sorted(found)]


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _session(master: str, folder: pathlib.Path) -> Any:
    from pyspark.sql import SparkSession

    work = folder / "work"
    work.mkdir()
    package = str(pathlib.Path(changepolicy.__file__).parents[1])
    # On one machine the workers import what this process imports.
    os.environ.update(
        PYSPARK_PYTHON=sys.executable,
        PYTHONPATH=os.pathsep.join([package, os.environ.get("PYTHONPATH", "")]),
        SPARK_WORKER_DIR=str(work),
        SPARK_LOCAL_IP="127.0.0.1",
    )
    session = (
        SparkSession.builder.master(master)
        .appName("changepolicy")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.local.dir", str(folder))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _why_no_spark() -> str | None:
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        return "pyspark is not installed"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java"
    return None


def _table(measured: list[Measured]) -> str:
    first = measured[0].rate
    lines = ["| way | rows | seconds | rows per second | times the first |", "|---" * 5 + "|"]
    lines += [
        f"| {way} | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} "
        f"| {rows / seconds / first:.2f} |"
        for way, rows, seconds in measured
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeat", type=int, default=1, help="the quickest run counts")
    parser.add_argument("--master", default="local-cluster[2,1,1024]", help="of Spark")
    parser.add_argument("--without-spark", action="store_true")
    given = parser.parse_args()
    if min(given.rows, given.threads, given.repeat) < 1:
        parser.error("--rows, --threads and --repeat count from 1")
    busy = os.getloadavg()[0]
    why = "as asked" if given.without_spark else _why_no_spark()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(given.rows, given.repeat, pathlib.Path(folder))
        run.one_by_one()
        for threads in dict.fromkeys((1, given.threads)):
            run.list_of_bytes(threads)
        for threads in dict.fromkeys((1, given.threads)):
            run.arrow(threads)
        run.parquet(given.threads)
        started = run.spark(given.master) if why is None else 0.0
    print(
        f"{given.rows:,} changes of {run.table['change'].nbytes / given.rows:,.0f} bytes; "
        f"{os.cpu_count()} processors, {busy:.1f} of them busy before; "
        f"Python {platform.python_version()}, pyarrow {pa.__version__}.",
        f"Spark took {started:.0f} s to start." if why is None else f"Spark is left out: {why}.",
        "",
        _table(run.measured),
        sep="\n",
    )


if __name__ == "__main__":
    main()
