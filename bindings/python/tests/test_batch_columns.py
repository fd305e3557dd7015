"""Many decisions at a time, of columns of Arrow, pandas and whatever else speaks Arrow."""

from __future__ import annotations

import datetime
import gc
import os
import signal
import threading
import types
from collections.abc import Iterator
from typing import Any

import pytest
from example import CHANGE, NOW, POOR, SAAS, UTC, change

from changepolicy import Decision, InvalidInput, Organization, Policy, _columns, _native
from changepolicy._values import json_bytes
from changepolicy.errors import LimitExceeded

pa = pytest.importorskip("pyarrow")

COLUMNS = [
    "id",
    "verdict",
    "category",
    "risk_score",
    "risk_level",
    "missing_roles",
    "unmet_gates",
    "decision",
    "error",
]


def jsons() -> list[str]:
    given = [CHANGE, POOR, change(id="CHG-2", approvals=None), change(id="CHG-3", evidence=None)]
    return [json_bytes(subject, "subject").decode() for subject in given]


def messages() -> list[bytes]:
    return [_native.convert("ChangeRequest", 2, text.encode(), 1) for text in jsons()]


@pytest.fixture(scope="module")
def expected(policy: Policy, organization: Organization) -> list[Decision]:
    return [policy.check(text, organization=organization, now=NOW) for text in jsons()]


@pytest.fixture
def ask(policy: Policy, organization: Organization) -> Any:
    def check_many(rows: Any, **asked: Any) -> Any:
        given = {"organization": organization, "now": NOW, **asked}
        return policy.check_many(rows, **given)

    return check_many


def assert_decided(answer: Any, expected: list[Decision]) -> None:
    """The rows of a table are those decisions."""
    rows = answer.to_pylist()
    assert [row["decision"] for row in rows] == [decision.bytes for decision in expected]
    for row, decision in zip(rows, expected):
        assert row["id"] == decision.subject_id
        assert row["verdict"] == decision.verdict
        assert row["category"] == decision.category
        assert row["risk_score"] == decision.risk_score
        assert row["risk_level"] == decision.risk_level
        assert tuple(row["missing_roles"]) == decision.missing_roles
        assert row["unmet_gates"] == [outcome.id for outcome in decision.blocking]
        assert row["error"] is None


# ---- What is taken, and what comes back


def test_a_column_is_decided_as_its_rows(ask: Any, expected: list[Decision]) -> None:
    for type_ in (pa.string(), pa.large_string()):
        assert_decided(ask(pa.array(jsons(), type_)), expected)
    for type_ in (pa.binary(), pa.large_binary()):
        assert_decided(ask(pa.array(messages(), type_)), expected)
        assert_decided(
            ask(pa.array([text.encode() for text in jsons()], type_), encoding="json"), expected
        )


@pytest.mark.skipif(not hasattr(pa, "string_view"), reason="this pyarrow has no views")
def test_views(ask: Any, expected: list[Decision]) -> None:
    assert_decided(ask(pa.array(jsons(), pa.string_view())), expected)
    assert_decided(ask(pa.array(messages(), pa.binary_view())), expected)


def test_what_comes_back_is_what_was_given(ask: Any, expected: list[Decision]) -> None:
    column = pa.array(jsons())
    table = pa.table({"change": column})
    for rows, kind in [
        (column, pa.RecordBatch),
        (pa.RecordBatch.from_arrays([column], names=["change"]), pa.RecordBatch),
        (pa.chunked_array([column]), pa.Table),
        (table, pa.Table),
    ]:
        answer = ask(rows)
        assert type(answer) is kind
        assert answer.schema.names == COLUMNS
        assert answer.schema == _columns.answer_schema()
        assert_decided(answer, expected)
    reader = ask(pa.RecordBatchReader.from_batches(table.schema, table.to_batches()))
    assert isinstance(reader, pa.RecordBatchReader)
    assert_decided(reader.read_all(), expected)


def test_slices_chunks_and_empty_chunks(ask: Any, expected: list[Decision]) -> None:
    texts = jsons()
    padded = pa.array(["x", None, *texts, "y"])
    assert_decided(ask(padded.slice(2, 4)), expected)
    assert_decided(ask(padded.slice(3, 2)), expected[1:3])
    empty = pa.array([], pa.string())
    chunked = pa.chunked_array([empty, texts[:1], empty, empty, texts[1:], empty])
    assert_decided(ask(chunked), expected)
    assert_decided(ask(chunked.slice(1, 2)), expected[1:3])
    # Columns of a table may be cut at other places each.
    table = pa.table(
        {
            "n": pa.chunked_array([[0, 1, 2], [3]]),
            "change": pa.chunked_array([texts[:1], texts[1:]]),
        }
    )
    answer = ask(table, column="change", keep=["n"])
    assert_decided(answer, expected)
    assert answer["n"].to_pylist() == [0, 1, 2, 3]


@pytest.mark.parametrize("batch_size", [1, 3, 4, 4096])
@pytest.mark.parametrize("threads", [0, 1, 2])
def test_neither_threads_nor_batches_change_anything(
    ask: Any, batch_size: int, threads: int
) -> None:
    texts = [json_bytes(change(id=f"CHG-{n}"), "change").decode() for n in range(150)]
    whole = ask(pa.array(texts), threads=1)
    parts = ask(pa.chunked_array([texts]), threads=threads, batch_size=batch_size)
    assert pa.Table.from_batches([whole]).equals(parts.combine_chunks())


def test_dictionaries_are_decoded(ask: Any, expected: list[Decision]) -> None:
    chosen = pa.array([1, 0, None, 1], pa.int8())
    answer = ask(pa.DictionaryArray.from_arrays(chosen, pa.array(jsons()[:2])))
    assert answer["verdict"].to_pylist() == ["DENIED", "ALLOWED", None, "DENIED"]
    assert answer["error"].to_pylist() == [None, None, "the row is null", None]
    moments = pa.array([datetime.datetime(2025, 10, 14, 14, 40, tzinfo=UTC)] * 4)
    table = pa.table({"change": jsons(), "at": moments.dictionary_encode()})
    assert_decided(ask(table, column="change", now=None, now_column="at"), expected)


def test_no_rows(ask: Any) -> None:
    for type_ in (pa.string(), pa.binary(), pa.large_string()):
        empty = pa.array([], type_)
        for rows in (
            empty,
            pa.chunked_array([], type_),
            pa.chunked_array([empty, empty]),
            pa.table({"change": empty}),
        ):
            answer = ask(rows)
            assert answer.num_rows == 0
            assert answer.schema == _columns.answer_schema()
    table = pa.table({"change": pa.array([], pa.string()), "n": pa.array([], pa.int8())})
    assert ask(table, column="change", keep=["n"]).schema.names == ["n", *COLUMNS]
    reader = ask(pa.RecordBatchReader.from_batches(table.schema, []), column="change")
    assert reader.read_all().num_rows == 0


def test_releases(policy: Policy) -> None:
    release = '{"id": "REL-1", "version": "2.0.0", "state": "CANDIDATE"}'
    answer = policy.check_many(pa.array([release]), now=NOW, kind="release")
    assert answer["decision"].to_pylist() == [policy.check(release, now=NOW, kind="release").bytes]
    # As a change it has fields that there are not.
    assert "version" in policy.check_many(pa.array([release]), now=NOW)["error"][0].as_py()


def test_the_question_is_asked_of_each(policy: Policy, organization: Organization) -> None:
    asked: dict[str, Any] = {
        "organization": organization,
        "now": NOW,
        "transition": "DEPLOY",
        "detail": "FULL",
        "subject_digest": True,
    }
    answer = policy.check_many(pa.array(jsons()), **asked)
    assert answer["decision"].to_pylist() == [policy.check(text, **asked).bytes for text in jsons()]


def test_each_row_at_its_own_instant(policy: Policy, organization: Organization) -> None:
    moments = [datetime.datetime(2025, 10, day, 14, 40, tzinfo=UTC) for day in (14, 15, 16)]
    expected = [
        policy.check(jsons()[0], organization=organization, now=moment) for moment in moments
    ]
    for unit, zone in [("us", "UTC"), ("s", "+02:00"), ("ns", "Asia/Singapore"), ("ms", "UTC")]:
        table = pa.table(
            {"at": pa.array(moments, pa.timestamp(unit, zone)), "change": [jsons()[0]] * 3}
        )
        answer = policy.check_many(
            table, organization=organization, column="change", now_column="at"
        )
        assert_decided(answer, expected)
    # The only other column is the subjects'.
    assert_decided(policy.check_many(table, organization=organization, now_column="at"), expected)
    table = pa.table(
        {"at": pa.array([None, moments[0]], pa.timestamp("us", "UTC")), "change": [jsons()[0]] * 2}
    )
    answer = policy.check_many(table, organization=organization, now_column="at")
    assert answer["verdict"].to_pylist() == [None, "ALLOWED"]
    assert "null" in answer["error"][0].as_py()


def test_columns_that_go_along(ask: Any, expected: list[Decision]) -> None:
    table = pa.table(
        {
            "n": pa.array([1, 2, 3, 4], pa.int8()),
            "change": jsons(),
            "list": [[1], [], None, [2, 3]],
            "label": pa.array(["a", "b", "a", None]).dictionary_encode(),
            "at": pa.array([datetime.datetime(2025, 10, 14, 14, 40, tzinfo=UTC)] * 4),
        }
    )
    keep = ["label", "change", "at", "n", "list"]
    for options in ({}, {"now": None, "now_column": "at"}):
        answer = ask(table, column="change", keep=keep, batch_size=3, **options)
        assert answer.schema.names == [*keep, *COLUMNS]
        assert answer.select(keep).equals(table.select(keep))
        assert_decided(answer, expected)


def test_a_reader_is_read_as_its_answer_is(ask: Any) -> None:
    read = 0
    schema = pa.schema([("change", pa.string())])

    def batches() -> Iterator[Any]:
        nonlocal read
        while True:
            read += 1
            yield pa.RecordBatch.from_arrays([pa.array(jsons())], schema=schema)

    reader = ask(pa.RecordBatchReader.from_batches(schema, batches()))
    assert read == 0
    assert reader.read_next_batch().num_rows == 4
    assert read == 1


def test_what_else_speaks_arrow(ask: Any, expected: list[Decision]) -> None:
    class Other:
        """Knows nothing of pyarrow, as far as can be seen."""

        def __init__(self, held: Any) -> None:
            self.held = held

    class Stream(Other):
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return self.held.__arrow_c_stream__(requested_schema)

    class Array(Other):
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return self.held.__arrow_c_array__(requested_schema)

    if not hasattr(pa.ChunkedArray, "__arrow_c_stream__"):
        pytest.skip("this pyarrow is older than capsules")
    table = pa.table({"n": [1, 2, 3, 4], "change": jsons()})
    assert_decided(ask(Stream(table), column="change"), expected)
    assert_decided(ask(Stream(table["change"])), expected)
    assert_decided(ask(Array(pa.array(jsons()))), expected)
    assert_decided(ask(Array(table.to_batches()[0]), column="change", keep=["n"]), expected)
    with pytest.raises(InvalidInput, match="int64"):
        ask(Stream(table["n"]))

    class Broken:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            return 5

    with pytest.raises(InvalidInput, match="`rows`"):
        ask(Broken())


def test_polars(ask: Any, expected: list[Decision]) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"n": [1, 2, 3, 4], "change": jsons()})
    answer = ask(frame, column="change", keep=["n"])
    assert isinstance(answer, pa.Table)
    assert_decided(answer, expected)
    assert_decided(ask(frame["change"]), expected)
    assert_decided(ask(polars.Series(messages())), expected)
    assert polars.DataFrame(answer)["verdict"].to_list() == [str(d.verdict) for d in expected]


def test_duckdb(ask: Any, expected: list[Decision]) -> None:
    duckdb = pytest.importorskip("duckdb")
    table = pa.table({"n": [1, 2, 3, 4], "change": jsons()})
    assert_decided(ask(duckdb.from_arrow(table).order("n").project("change")), expected)


# ---- pandas


def test_pandas(ask: Any, expected: list[Decision]) -> None:
    pandas = pytest.importorskip("pandas")
    index = ["a", "b", "a", "c"]
    frame = pandas.DataFrame({"change": jsons(), "n": [1, 2, 3, 4]}, index=index)
    answer = ask(frame, column="change", keep=["n"])
    assert isinstance(answer, pandas.DataFrame)
    assert list(answer.columns) == ["n", *COLUMNS]
    assert list(answer.index) == index
    assert list(answer["n"]) == [1, 2, 3, 4]
    assert list(answer["decision"]) == [decision.bytes for decision in expected]
    assert answer["risk_score"].dtype == "Int32"
    assert list(answer["missing_roles"].iloc[0]) == []
    assert tuple(answer["missing_roles"].iloc[1]) == expected[1].missing_roles
    series = ask(frame["change"])
    assert list(series.index) == index
    assert list(series.columns) == COLUMNS
    assert list(ask(pandas.Series(messages()))["verdict"]) == [str(d.verdict) for d in expected]
    assert list(ask(frame["change"].astype("category"))["verdict"]) == list(answer["verdict"])
    empty = ask(frame.iloc[:0], column="change", keep=["n"])
    assert list(empty.columns) == ["n", *COLUMNS]
    assert len(empty) == 0


def test_pandas_of_nothing_but_what_is_missing(ask: Any) -> None:
    pandas = pytest.importorskip("pandas")
    for values in ([], [None, None], [float("nan")]):
        series = pandas.Series(values, dtype=object)
        assert list(ask(series)["error"]) == ["the row is null"] * len(values)
    frame = pandas.DataFrame({"change": [jsons()[0]], "at": pandas.Series([None], dtype=object)})
    answer = ask(frame, column="change", now=None, now_column="at")
    assert "null" in answer["error"].iloc[0]


def test_pandas_with_what_is_missing_and_wrong(ask: Any) -> None:
    pandas = pytest.importorskip("pandas")
    answer = ask(pandas.Series([jsons()[0], None, "{", float("nan")], dtype=object))
    assert list(answer["verdict"].isna()) == [False, True, True, True]
    assert list(answer["error"].isna()) == [True, False, False, False]
    assert answer["risk_score"].isna().tolist() == [False, True, True, True]


def test_pandas_at_its_own_instants(ask: Any) -> None:
    pandas = pytest.importorskip("pandas")
    moments = pandas.to_datetime(["2025-10-14T14:40:00Z", None], utc=True)
    # Labels need not be texts.
    frame = pandas.DataFrame({7: [jsons()[0]] * 2, "at": moments})
    answer = ask(frame, column="7", now=None, now_column="at")
    assert answer["verdict"].iloc[0] == "ALLOWED"
    assert answer["error"].isna().tolist() == [True, False]
    with pytest.raises(InvalidInput, match="zone"):
        ask(
            frame.assign(at=frame["at"].dt.tz_localize(None)), column="7", now=None, now_column="at"
        )


@pytest.mark.parametrize(
    "values", [[1, "x"], [{"id": "C"}], [["x"]], [1.5], [object()], ["\ud800"]]
)
def test_pandas_with_objects_of_another_kind(ask: Any, values: list[Any]) -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(InvalidInput, match="`change`"):
        ask(pandas.DataFrame({"change": pandas.Series(values, dtype=object)}), column="change")


def test_pandas_with_a_column_twice(ask: Any) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([["x", "y"]], columns=["change", "change"])
    with pytest.raises(InvalidInput, match="several columns `change`"):
        ask(frame, column="change")


# ---- What is wrong


def test_rows_that_are_wrong_leave_the_others_alone(ask: Any) -> None:
    texts = [
        jsons()[0],
        None,
        "",
        "{",
        "[]",
        '{"idd": 1}',
        '{"id": ""}',
        "x" * 20_000_000,
        jsons()[1],
    ]
    answer = ask(pa.array(texts))
    assert answer["verdict"].to_pylist() == ["ALLOWED", *[None] * 7, "DENIED"]
    errors = answer["error"].to_pylist()
    assert [error is None for error in errors] == [True, *[False] * 7, True]
    assert errors[1] == "the row is null"
    assert "idd" in errors[5]
    assert len(errors[7]) <= 4000
    truncated = ask(pa.array([messages()[0][:-3], b"\xff\xff", b"", None, messages()[0]]))
    assert truncated["verdict"].to_pylist() == [None, None, None, None, "ALLOWED"]


WRONG_TYPES = [
    pa.int64(),
    pa.bool_(),
    pa.float64(),
    pa.null(),
    pa.binary(4),
    pa.list_(pa.string()),
    pa.struct([("id", pa.string())]),
    pa.timestamp("us", "UTC"),
    pa.decimal128(10, 2),
    pa.map_(pa.string(), pa.string()),
    pa.dictionary(pa.int8(), pa.int64()),
    pa.duration("s"),
]


@pytest.mark.parametrize("type_", WRONG_TYPES, ids=str)
@pytest.mark.parametrize("rows", [0, 2])
def test_a_column_of_another_type(ask: Any, type_: Any, rows: int) -> None:
    column = pa.array([None] * rows, type_)
    with pytest.raises(InvalidInput) as caught:
        ask(pa.table({"change": column, "n": column}), column="change")
    assert "column `change`" in str(caught.value)
    assert str(type_) in str(caught.value)
    assert caught.value.path == "change"


@pytest.mark.parametrize(
    "type_", [pa.timestamp("us"), pa.date32(), pa.string(), pa.int64()], ids=str
)
def test_instants_of_another_type(ask: Any, type_: Any) -> None:
    table = pa.table({"change": jsons(), "at": pa.array([None] * 4, type_)})
    with pytest.raises(InvalidInput) as caught:
        ask(table, column="change", now=None, now_column="at")
    assert "column `at`" in str(caught.value)
    assert str(type_) in str(caught.value)


@pytest.mark.parametrize(
    "asked, kind, text",
    [
        ({}, InvalidInput, "`column`: name the column .*`n`, `change`"),
        ({"column": "chnage"}, InvalidInput, "no column `chnage`; the columns are `n`, `change`"),
        ({"column": "twice"}, InvalidInput, "several columns `twice`"),
        ({"column": 5}, TypeError, "`column`"),
        ({"column": "change", "now_column": "at"}, InvalidInput, "either `now`"),
        ({"column": "change", "now": None}, InvalidInput, "either `now`"),
        ({"column": "change", "now": None, "now_column": "at"}, InvalidInput, "no column `at`"),
        ({"column": "change", "now": None, "now_column": 5}, TypeError, "`now_column`"),
        ({"column": "change", "keep": ["m"]}, InvalidInput, "no column `m`"),
        ({"column": "change", "keep": ["id"]}, InvalidInput, "column `id` of its own"),
        ({"column": "change", "keep": ["n", "n"]}, InvalidInput, "`n` is there twice"),
        ({"column": "change", "keep": "n"}, TypeError, "`keep`"),
        ({"column": "change", "keep": 5}, TypeError, "`keep`"),
        ({"column": "change", "keep": [1]}, TypeError, "`keep`"),
        ({"column": "change", "encoding": "yaml"}, InvalidInput, "'yaml'"),
        ({"column": "change", "encoding": 1}, InvalidInput, "`encoding`"),
        ({"column": "change", "encoding": "binary"}, InvalidInput, "column `change`"),
        ({"column": "change", "kind": "incident"}, InvalidInput, "incident"),
        ({"column": "change", "now": "yesterday"}, InvalidInput, "yesterday"),
        ({"column": "change", "transition": "FLY"}, InvalidInput, "FLY"),
        ({"column": "change", "progress": 1}, TypeError, "`progress`"),
    ],
)
def test_a_question_that_is_wrong(
    ask: Any, asked: dict[str, Any], kind: type[Exception], text: str
) -> None:
    columns = [[1], [jsons()[0]], ["C"], ["x"], ["x"]]
    table = pa.Table.from_arrays(
        [pa.array(column) for column in columns], names=["n", "change", "id", "twice", "twice"]
    )
    with pytest.raises(kind, match=text):
        ask(table, **asked)
    with pytest.raises(kind, match=text):
        ask(table.slice(0, 0), **asked)


def test_more_than_a_batch_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    class Huge:
        """Chunks that do not fit into one."""

        def combine_chunks(self) -> Any:
            return self

        def to_batches(self) -> list[Any]:
            return [None, None]

    with pytest.raises(LimitExceeded, match="2 GiB"):
        _columns._single(Huge())


def test_pyarrow_without_capsules(
    ask: Any, expected: list[Decision], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Old:
        """A class of pyarrow as it was before version 14."""

        def __init__(self, held: Any) -> None:
            self._export_to_c = held._export_to_c

    if not hasattr(pa.Array, "__arrow_c_array__"):
        pytest.skip("this pyarrow has none, and every test here does without")
    exported = _columns._exported(Old(pa.array(jsons())))
    assert pa.array(_columns.Capsules(*exported)).to_pylist() == jsons()
    batch = types.SimpleNamespace(_import_from_c=pa.RecordBatch._import_from_c)
    schema = types.SimpleNamespace(_import_from_c=pa.Schema._import_from_c)
    old = types.SimpleNamespace(RecordBatch=batch, Schema=schema)
    monkeypatch.setattr(_columns, "arrow", lambda: old)
    assert _columns.answer_schema().names == COLUMNS
    given = pa.RecordBatch.from_arrays([pa.array(jsons())], names=["change"])
    assert _columns._imported(*given.__arrow_c_array__()).equals(given)


# ---- How it runs


def test_a_function_is_told(ask: Any) -> None:
    told: list[tuple[int, int | None]] = []

    def tell(done: int, total: int | None) -> None:
        told.append((done, total))

    ask(pa.array(jsons()), batch_size=3, progress=tell)
    assert told == [(3, 4), (4, 4)]


def test_ctrl_c_ends_it(ask: Any) -> None:
    chunk = pa.array([jsons()[1]] * 4096)
    rows = pa.chunked_array([chunk] * 2000)
    # A process in the background has the signal ignored, and Python then leaves it so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(rows)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_answers_outlive_what_they_were_made_from(expected: list[Decision]) -> None:
    organization = Organization.load(SAAS / "organization.yaml")
    answer = Policy.builtin().check_many(pa.array(jsons()), organization=organization, now=NOW)
    del organization
    gc.collect()
    assert_decided(answer, expected)
    answer.validate(full=True)
