"""Decisions over Apache Spark, on a cluster of two executors with a core each, on this machine."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from example import CHANGE, NOW, POOR, SAAS, SMALL_POLICY, TOP, UTC, change

import changepolicy
from changepolicy import (
    FailedPrecondition,
    InvalidInput,
    Organization,
    Policy,
    _columns,
    _native,
)
from changepolicy._values import json_bytes

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyspark", reason="there is no pyspark")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("Spark needs Java, and there is none", allow_module_level=True)

from pyspark.sql import SparkSession, types  # noqa: E402

from changepolicy import spark as cp_spark  # noqa: E402

ROWS = 1200
PARTITIONS = 6
#: So few that each partition has several batches.
BATCH = 50
PYTHON, EXECUTOR = "Python worker", "executor"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    # The workers are processes of their own, which import what this one does.
    package = str(Path(changepolicy.__file__).parents[1])
    folder = tmp_path_factory.mktemp("spark")
    environment = {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")]),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder),
        "TZ": "America/New_York",
    }
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    made = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("changepolicy")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", str(folder))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.shuffle.partitions", PARTITIONS)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH)
        .config("spark.sql.session.timeZone", "America/New_York")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def subject(n: int) -> Any:
    """Some can go ahead, some cannot, some are null, and some cannot be read."""
    if n % 11 == 7:
        return None
    if n % 13 == 5:
        return '{"id": "C", "nmae": "x"}'
    if n % 3 == 0:
        return json_bytes({**POOR, "id": f"C-{n}"}, "change").decode()
    return json_bytes(change(id=f"C-{n}", **({"approvals": None} if n % 2 else {})), "c").decode()


def message(text: str | None) -> bytes | None:
    if text is None or "nmae" in text:
        return None if text is None else b"\xff"
    return _native.convert("ChangeRequest", 2, text.encode(), 1)


@pytest.fixture(scope="module")
def table() -> Any:
    texts = [subject(n) for n in range(ROWS)]
    start = datetime.datetime(2025, 10, 14, 14, 40, tzinfo=UTC)
    return pa.table(
        {
            "n": pa.array(range(ROWS), pa.int64()),
            "change": pa.array(texts, pa.string()),
            "message": pa.array([message(text) for text in texts], pa.binary()),
            "at": pa.array(
                [start + datetime.timedelta(hours=n % 50) if n % 17 else None for n in range(ROWS)],
                pa.timestamp("us", "UTC"),
            ),
        }
    )


@pytest.fixture(scope="module")
def folder(table: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The table as a directory of Parquet, in several files."""
    from pyarrow import parquet

    made = tmp_path_factory.mktemp("parquet") / "changes"
    made.mkdir()
    size = ROWS // PARTITIONS
    for place in range(PARTITIONS):
        parquet.write_table(table.slice(place * size, size), made / f"part-{place}.parquet")
    return str(made)


@pytest.fixture
def frame(session: Any, folder: str) -> Any:
    return session.read.parquet(folder).repartition(PARTITIONS, "n")


@pytest.fixture
def asked(policy: Policy, organization: Organization) -> dict[str, Any]:
    return {"policy": policy, "organization": organization, "now": NOW, "keep": ["n"]}


@pytest.fixture(scope="module")
def expected(policy: Policy, organization: Organization, table: Any) -> list[dict[str, Any]]:
    """What a single machine gives, by number of the row."""
    rows: list[dict[str, Any]] = policy.check_many(
        table, organization=organization, now=NOW, column="change", keep=["n"]
    ).to_pylist()
    return rows


def rows_of(frame: Any) -> list[dict[str, Any]]:
    """The rows by number, in Python's own types."""
    rows = [
        {
            name: bytes(value) if isinstance(value, bytearray) else value
            for name, value in row.asDict().items()
        }
        for row in frame.collect()
    ]
    return sorted(rows, key=lambda row: row["n"])


# ---- Results


def test_rows_are_those_of_a_single_machine(
    frame: Any, asked: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    decided = cp_spark.decide(frame, column="change", **asked)
    assert decided.schema.fields[1:] == cp_spark.ANSWER.fields
    rows = rows_of(decided)
    assert rows == expected
    assert {row["verdict"] for row in rows} == {"ALLOWED", "DENIED", None}
    for n in range(0, ROWS, 97):
        text = subject(n)
        if text is not None and "nmae" not in text:
            decision = asked["policy"].check(text, organization=asked["organization"], now=NOW)
            assert rows[n]["decision"] == decision.bytes


def test_messages_and_what_goes_along(
    frame: Any, asked: dict[str, Any], expected: list[dict[str, Any]], table: Any
) -> None:
    decided = cp_spark.decide(
        frame, column="message", **{**asked, "keep": ["at", "message", "n"]}, threads=2
    )
    assert decided.columns[:3] == ["at", "message", "n"]
    rows = rows_of(decided)
    for row, other in zip(rows, expected):
        assert row["decision"] == other["decision"]
        assert (row["error"] is None) == (other["error"] is None)
    assert [row["message"] for row in rows] == table["message"].to_pylist()
    # Spark hands out times of the session's zone, without saying so.
    moments = [None if row["at"] is None else row["at"].astimezone(UTC) for row in rows]
    assert moments == table["at"].to_pylist()


def test_each_row_at_its_own_instant(
    frame: Any, asked: dict[str, Any], table: Any, policy: Policy, organization: Organization
) -> None:
    alone = policy.check_many(
        table, organization=organization, column="change", now_column="at", keep=["n"]
    ).to_pylist()
    decided = cp_spark.decide(frame, column="change", **{**asked, "now": None, "now_column": "at"})
    assert rows_of(decided) == alone


def test_the_question_is_asked_of_each(
    session: Any, policy: Policy, organization: Organization
) -> None:
    options: dict[str, Any] = {
        "organization": organization,
        "now": NOW,
        "transition": "DEPLOY",
        "detail": "FULL",
        "subject_digest": True,
    }
    text = json_bytes(CHANGE, "change").decode()
    frame = session.createDataFrame([(text,)], "change string")
    (row,) = cp_spark.decide(frame, column="change", policy=policy, **options).collect()
    assert bytes(row["decision"]) == policy.check(text, **options).bytes
    release = '{"id": "R-1", "version": "2.0.0"}'
    frame = session.createDataFrame([(release.encode(),)], "release binary")
    (row,) = cp_spark.decide(
        frame, column="release", policy=policy, now=NOW, kind="release", encoding="json"
    ).collect()
    assert bytes(row["decision"]) == policy.check(release, now=NOW, kind="release").bytes


def test_names_of_columns(session: Any, asked: dict[str, Any]) -> None:
    names = ["a.b", "back`tick", "with space", "select"]
    text = json_bytes(CHANGE, "change").decode()
    frame = session.createDataFrame([(text, 1, 2, 3)], names)
    decided = cp_spark.decide(frame, column="a.b", **{**asked, "keep": names[1:]})
    (row,) = decided.collect()
    assert row["verdict"] == "ALLOWED"
    assert [row[name] for name in names[1:]] == [1, 2, 3]


def test_no_rows(session: Any, asked: dict[str, Any]) -> None:
    frame = session.createDataFrame([], "n int, change string")
    assert cp_spark.decide(frame, column="change", **asked).collect() == []


def test_documents_are_taken_as_elsewhere(session: Any, policy: Policy) -> None:
    frame = session.createDataFrame([(json_bytes(CHANGE, "change").decode(),)], "change string")
    overlay = (
        "team.yaml",
        "policy: {id: team, version: '2'}\n"
        "overlay: {of: small, reason: we are careful}\n"
        "approvals: [{id: peer, needs: {at_least: 2, of: {role: engineer}}}]\n",
    )
    small = ("policy.yaml", SMALL_POLICY)
    merged = Policy.load(small, overlays=[overlay])
    assert merged.digest != Policy.load(small).digest
    for given, loaded in [
        ("builtin:saas", policy),
        (small, Policy.load(small)),
        ([small, overlay], merged),
    ]:
        (row,) = cp_spark.decide(
            frame, column="change", policy=given, organization=SAAS / "organization.yaml", now=NOW
        ).collect()
        organization = Organization.load(SAAS / "organization.yaml")
        alone = loaded.check(CHANGE, organization=organization, now=NOW)
        assert bytes(row["decision"]) == alone.bytes


def test_the_example_of_the_guide(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (TOP / "docs" / "batch.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    for _, name, block in blocks:
        if name:
            Path(name).write_text(block, encoding="utf-8")
    changes = session.createDataFrame([("A-1", '{"id": "C-1"}')], "tracker string, change string")
    changes.write.parquet(f"file://{tmp_path}/changes")
    (example,) = [block for language, _, block in blocks if language == "python"]
    names = {"changes": changes, "session": session}
    # The working directory of Spark is that of its start.
    example = example.replace('"changes"', f'"{tmp_path}/changes"')
    exec(example.replace('"decisions"', f'"{tmp_path}/decisions"'), names)
    assert [row["tracker"] for row in names["decided"].collect()] == ["A-1"]
    assert session.read.parquet(f"{tmp_path}/decisions").count() == 1


def test_a_directory_of_parquet(
    session: Any,
    folder: str,
    tmp_path: Path,
    asked: dict[str, Any],
    expected: list[dict[str, Any]],
) -> None:
    from pyarrow import parquet

    output = str(tmp_path / "decisions")
    decided = cp_spark.decide_parquet(session, folder, output, column="change", **asked)
    assert rows_of(decided) == expected
    assert (tmp_path / "decisions" / "_SUCCESS").exists()
    # Others read it as well.
    assert sorted(parquet.read_table(output).to_pylist(), key=lambda row: row["n"]) == expected
    with pytest.raises(Exception, match=r"(?i)already exists"):
        cp_spark.decide_parquet(session, folder, output, column="change", **asked)
    again = cp_spark.decide_parquet(
        session, folder, output, column="change", mode="overwrite", **asked
    )
    assert again.count() == ROWS


# ---- Machines that are lost


def parent_of(pid: int) -> int:
    # The name of the program stands in parentheses, and may hold anything.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def until_killed(decided: Callable[[Any], Iterator[Any]], marks: str) -> Any:
    """The function, which stops in the middle of the first partition that comes so far: it leaves
    the number of its process, and waits to be killed."""

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for place, batch in enumerate(decided(batches)):
            if place == 1:
                with contextlib.suppress(FileExistsError):
                    os.close(os.open(f"{marks}/taken", os.O_CREAT | os.O_EXCL))
                    Path(f"{marks}/writing").write_text(str(os.getpid()))
                    os.rename(f"{marks}/writing", f"{marks}/pid")
                    time.sleep(120)
                    raise RuntimeError("nobody killed it")
            yield batch

    return run


class Killer(threading.Thread):
    """Kills what is in the middle of deciding."""

    def __init__(self, marks: Path, target: str) -> None:
        super().__init__()
        self.marks = marks
        self.target = target
        self.killed = 0

    def run(self) -> None:
        end = time.monotonic() + 100
        while not (self.marks / "pid").exists():
            if time.monotonic() > end:
                return
            time.sleep(0.02)
        pid = int((self.marks / "pid").read_text())
        if self.target == EXECUTOR:
            # The executor's Java is the parent of the daemon that is the parent of its workers.
            pid = parent_of(parent_of(pid))
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            assert b"CoarseGrainedExecutorBackend" in command, command
        os.kill(pid, signal.SIGKILL)
        self.killed = pid


def failed_tasks(session: Any, group: str) -> int:
    tracker = session.sparkContext.statusTracker()
    stages = {
        stage
        for job in tracker.getJobIdsForGroup(group)
        for stage in tracker.getJobInfo(job).stageIds
    }
    found = [tracker.getStageInfo(stage) for stage in stages]
    return sum(info.numFailedTasks for info in found if info is not None)


@pytest.mark.parametrize("target", [PYTHON, EXECUTOR])
@pytest.mark.parametrize("to", ["rows", "Parquet"])
def test_what_is_killed_costs_nothing_but_time(
    session: Any,
    folder: str,
    asked: dict[str, Any],
    expected: list[dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    to: str,
) -> None:
    # Nothing is shuffled, so that the stage that fails is the one that is tried again.
    frame = session.read.parquet(folder)
    class_ = type(frame)
    original = class_.mapInArrow

    def map_in_arrow(self: Any, function: Any, schema: Any) -> Any:
        return original(self, until_killed(function, str(tmp_path)), schema)

    monkeypatch.setattr(class_, "mapInArrow", map_in_arrow)
    group = f"{target} to {to}"
    session.sparkContext.setJobGroup(group, group)
    killer = Killer(tmp_path, target)
    killer.start()
    if to == "rows":
        rows = rows_of(cp_spark.decide(frame, column="change", **asked))
    else:
        rows = rows_of(
            cp_spark.decide_parquet(
                session, folder, str(tmp_path / "decisions"), column="change", **asked
            )
        )
    killer.join()
    assert killer.killed
    assert failed_tasks(session, group) >= 1
    assert rows == expected


# ---- Workers


def test_an_engine_is_made_once(
    session: Any, frame: Any, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = type(frame).mapInArrow

    def map_in_arrow(self: Any, function: Any, schema: Any) -> Any:
        def counted(batches: Iterator[Any]) -> Iterator[Any]:
            from changepolicy import spark

            for _ in function(batches):
                pass
            engines = sorted(id(engine) for engine in spark._ENGINES.values())
            yield pa.RecordBatch.from_arrays(
                [pa.array([os.getpid()]), pa.array([str(engines)])], names=["pid", "engines"]
            )

        return original(self, counted, "pid long, engines string")

    monkeypatch.setattr(type(frame), "mapInArrow", map_in_arrow)
    # A policy that no other test has.
    asked["policy"] = Policy.loads(SMALL_POLICY.replace("How we change things", "As nobody does"))
    before = {
        row["pid"]: row["engines"]
        for row in cp_spark.decide(frame, column="change", **asked).collect()
    }
    after = cp_spark.decide(frame, column="change", **asked).collect()
    assert {row["pid"] for row in after} & set(before)
    for row in after:
        if row["pid"] in before:
            assert row["engines"] == before[row["pid"]]


def work_for(policy: Policy, organization: Organization | None = None) -> Any:
    question = _columns.column_question(
        changepolicy.batch.question_of(policy._engine(), NOW), "change", None, (), None
    )
    return cp_spark._Work.of(policy, organization, question)


def test_engines_are_remembered_by_their_documents(
    policy: Policy, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cp_spark, "_ENGINES", {})
    engine = cp_spark._engine(work_for(policy, organization))
    assert cp_spark._engine(work_for(Policy.builtin("saas"), organization)) is engine
    assert cp_spark._engine(work_for(policy)) is not engine
    for n in range(20):
        cp_spark._engine(work_for(Policy.loads(SMALL_POLICY.replace("1.0", f"1.{n}"))))
    assert len(cp_spark._ENGINES) == cp_spark._MOST_ENGINES
    assert cp_spark._engine(work_for(policy, organization)) is not engine


def test_workers_of_another_version(policy: Policy) -> None:
    work = work_for(policy)._replace(policy_digest="sha256:00", version="9.9.9", key="other")
    with pytest.raises(FailedPrecondition, match=r"9\.9\.9 on the driver"):
        cp_spark._engine(work)
    with pytest.raises(FailedPrecondition):
        next(cp_spark._decided(work, iter(())))


def test_the_columns_are_those_of_the_library() -> None:
    arrow = {
        types.StringType(): pa.string(),
        types.IntegerType(): pa.int32(),
        types.BinaryType(): pa.binary(),
    }
    schema = _columns.answer_schema()
    assert cp_spark.ANSWER.names == schema.names
    for field, other in zip(cp_spark.ANSWER.fields, schema):
        assert field.nullable == other.nullable
        if isinstance(field.dataType, types.ArrayType):
            assert field.dataType.elementType == types.StringType()
            assert pa.types.is_list(other.type)
            assert other.type.value_type == pa.string()
            assert field.dataType.containsNull == other.type.value_field.nullable
        else:
            assert arrow[field.dataType] == other.type


REMOTE = """
import sys
from pyspark.sql import SparkSession
from changepolicy import spark
session = SparkSession.builder.remote("local[1]").getOrCreate()
frame = session.createDataFrame([(sys.argv[1],), (None,)], "change string")
decided = spark.decide(frame, column="change", policy="builtin:saas", now="2025-10-14T14:40:00Z")
for row in decided.collect():
    print("decided", row["id"], row["verdict"], row["error"])
session.stop()
"""


def test_a_driver_that_is_remote(policy: Policy) -> None:
    for module in ("grpc", "grpc_status", "google.rpc"):
        pytest.importorskip(module, reason="Spark Connect needs grpc")
    package = str(Path(changepolicy.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", REMOTE, json_bytes(CHANGE, "change").decode()],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": package,
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
    )
    assert done.returncode == 0, done.stderr
    verdict = policy.check(CHANGE, now=NOW).verdict
    assert f"decided CHG-1042 {verdict} None\n" in done.stdout
    assert "decided None None the row is null\n" in done.stdout


# ---- What is wrong, said before anything runs


@pytest.mark.parametrize(
    "wrong, kind, text",
    [
        ({"policy": ("p.yaml", "policy: {id: x}\ngates: 5")}, InvalidInput, "p.yaml:2"),
        ({"policy": "builtin:none"}, InvalidInput, "none"),
        ({"policy": "/no/such/policy.yaml"}, OSError, "policy.yaml"),
        ({"policy": []}, InvalidInput, "empty"),
        ({"policy": 5}, TypeError, "`policy`"),
        ({"organization": {"directory": {"people": [{"idd": "a"}]}}}, InvalidInput, "idd"),
        ({"now": "yesterday"}, InvalidInput, "yesterday"),
        ({"now": None}, InvalidInput, "either `now`"),
        ({"now_column": "at"}, InvalidInput, "either `now`"),
        ({"now": None, "now_column": "n"}, InvalidInput, "column `n`, which is bigint"),
        ({"now": None, "now_column": "wall"}, InvalidInput, "column `wall`.*zone"),
        ({"transition": "FLY"}, InvalidInput, "FLY"),
        ({"kind": "incident"}, InvalidInput, "incident"),
        ({"threads": -1}, InvalidInput, "`threads`"),
        ({"encoding": "binary"}, InvalidInput, "column `change`"),
        ({"column": "chnage"}, InvalidInput, "no column `chnage`; the columns are `n`, `change`"),
        ({"column": "n"}, InvalidInput, "column `n`, which is bigint"),
        ({"column": "at"}, InvalidInput, "column `at`"),
        ({"column": "twice"}, InvalidInput, "several columns `twice`"),
        ({"keep": ["m"]}, InvalidInput, "no column `m`"),
        ({"keep": ["id"]}, InvalidInput, "column `id` of its own"),
        ({"keep": "n"}, TypeError, "`keep`"),
    ],
)
def test_it_is_said_on_the_driver(
    session: Any, asked: dict[str, Any], wrong: dict[str, Any], kind: type[Exception], text: str
) -> None:
    frame = session.range(1).selectExpr(
        "id n",
        "'{}' change",
        "current_timestamp() at",
        "cast(current_timestamp() as timestamp_ntz) wall",
        "1 twice",
        "2 twice",
        "'x' id",
    )
    group = "wrong"
    session.sparkContext.setJobGroup(group, group)
    with pytest.raises(kind, match=text):
        cp_spark.decide(frame, **{"column": "change", **asked, **wrong})
    assert list(session.sparkContext.statusTracker().getJobIdsForGroup(group)) == []
