"""Decides a directory of Parquet with Spark into another one, and says what holds changes back.

    pip install "./bindings/python[spark]" pyyaml
    python examples/python/spark_parquet.py decisions                      # a sample of changes
    python examples/python/spark_parquet.py decisions --changes changes \\
        --policy policy.yaml --organization organization.yaml --now 2026-01-31T09:30:00Z

`changes` has a column `change` of bytes or of JSON; its other columns go along. `--master` says
where it runs, and docs/batch.md how the package gets to the executors.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import tempfile
from typing import Any

from changepolicy import Error, Organization, Policy, spark
from pyarrow import parquet
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

import batch_sample


def session(master: str) -> SparkSession:
    # Workers on this machine import what this process imports.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return SparkSession.builder.appName("changepolicy").master(master).getOrCreate()


def sample(rows: int, folder: str) -> str:
    """A directory with a sample of changes."""
    path = pathlib.Path(folder) / "changes"
    path.mkdir()
    parquet.write_table(batch_sample.changes(rows), path / "part-0.parquet")
    return str(path)


def decide(changes: str, given: argparse.Namespace) -> Any:
    """The decisions, as a DataFrame over the directory that now has them."""
    # What is wrong with them is said before Spark starts.
    policy, organization = Policy.load(given.policy), Organization.load(given.organization)
    on = session(given.master)
    columns = on.read.parquet(changes).columns
    return spark.decide_parquet(
        on,
        changes,
        given.decisions,
        column="change",
        keep=[name for name in columns if name != "change"],
        policy=policy,
        organization=organization,
        now=given.now,
    )


def counts(title: str, column: str, rows: Any) -> None:
    """Prints how often each value is there, the most frequent first."""
    print(f"\n{title}")
    counted = rows.groupBy(column).count().orderBy(f.desc("count"), column).limit(10)
    for value, count in counted.collect():
        print(f"{count:>9,}  {value}")


def each(rows: Any, column: str) -> Any:
    """A row for each element of a column of lists."""
    return rows.select(f.explode(column).alias(column))


def summarize(decided: Any) -> None:
    counts("verdicts", "verdict", decided.where("error is null"))
    counts("rules that hold changes back", "unmet_gates", each(decided, "unmet_gates"))
    counts("who is missing", "missing_roles", each(decided, "missing_roles"))
    counts("rows without a decision", "error", decided.where("error is not null"))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("decisions", help="directory that is written")
    parser.add_argument("--changes", help="directory of Parquet; without it a sample is decided")
    parser.add_argument("--rows", type=int, default=2000, help="of the sample")
    parser.add_argument("--policy", default="builtin:saas")
    parser.add_argument("--organization", default=str(batch_sample.ORGANIZATION))
    parser.add_argument("--now", default=batch_sample.NOW)
    parser.add_argument("--master", default="local[*]", help="of Spark; all processors of this one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            summarize(decide(given.changes or sample(given.rows, folder), given))
        except (Error, AnalysisException) as error:
            print(f"spark_parquet: {error}", file=sys.stderr)
            return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
