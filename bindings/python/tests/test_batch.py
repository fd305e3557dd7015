"""Many decisions at a time, of iterables: no package but the library's own is needed."""

from __future__ import annotations

import itertools
import os
import pickle
import signal
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from example import CHANGE, NOW, POOR, change, utc

import changepolicy
from changepolicy import (
    AuditLog,
    Decision,
    DecisionError,
    InvalidInput,
    LimitExceeded,
    Organization,
    Policy,
    _native,
    batch,
    v1,
)
from changepolicy._values import json_bytes

RELEASE = {"id": "REL-1", "version": "2.0.0", "state": "CANDIDATE"}


def subjects() -> list[Any]:
    """In each of the ways in which a subject may come."""
    return [
        CHANGE,
        POOR,
        json_bytes(change(id="CHG-2", approvals=None), "change").decode(),
        v1.ChangeRequest(id="CHG-3"),
        v1.ChangeRequest(id="CHG-4").SerializeToString(),
        RELEASE,
    ]


# ---- What comes out


def test_each_row_is_what_check_gives(policy: Policy, organization: Organization) -> None:
    given = subjects()
    decisions = list(policy.check_many(given, organization=organization, now=NOW))
    assert [d.bytes for d in decisions if isinstance(d, Decision)] == [
        policy.check(subject, organization=organization, now=NOW).bytes for subject in given
    ]
    first = decisions[0]
    assert isinstance(first, Decision)
    assert first.allowed
    assert str(first) == str(policy.check(CHANGE, organization=organization, now=NOW))


def test_the_question_is_asked_of_each(policy: Policy, organization: Organization) -> None:
    asked: dict[str, Any] = {
        "organization": organization,
        "now": utc(14, 14, 40),
        "transition": "DEPLOY",
        "detail": "FULL",
        "subject_digest": True,
    }
    decisions = list(policy.check_many([CHANGE, POOR], **asked))
    assert decisions == [policy.check(CHANGE, **asked), policy.check(POOR, **asked)]


@pytest.mark.parametrize("threads", [0, 1, 2, 7])
@pytest.mark.parametrize("batch_size", [1, 3, 4096])
def test_neither_threads_nor_batches_change_anything(
    policy: Policy, organization: Organization, threads: int, batch_size: int
) -> None:
    given = [change(id=f"CHG-{n}", **({"approvals": None} if n % 3 else {})) for n in range(100)]
    decisions = list(
        policy.check_many(
            given, organization=organization, now=NOW, threads=threads, batch_size=batch_size
        )
    )
    assert [d.subject_id for d in decisions if isinstance(d, Decision)] == [
        f"CHG-{n}" for n in range(100)
    ]
    assert [d.allowed for d in decisions] == [n % 3 == 0 for n in range(100)]


def test_rows_that_are_wrong_leave_the_others_alone(
    policy: Policy, organization: Organization
) -> None:
    loop: dict[str, Any] = {"id": "C-1"}
    loop["title"] = loop
    given = [
        CHANGE,
        None,
        5,
        {"id": ""},
        {"idd": "x"},
        "{",
        b"\xff",
        loop,
        {"id": "\ud800"},
        v1.Policy(),
        json_bytes({"id": "C-2", "title": "x" * 20_000_000}, "x").decode(),
        POOR,
    ]
    rows = list(policy.check_many(given, organization=organization, now=NOW, batch_size=5))
    assert len(rows) == len(given)
    wrong = [row for row in rows if isinstance(row, DecisionError)]
    assert [row.index for row in wrong] == list(range(1, 11))
    assert isinstance(rows[0], Decision)
    assert isinstance(rows[11], Decision)
    assert [type(row.error) for row in wrong] == [
        TypeError,
        TypeError,
        InvalidInput,
        InvalidInput,
        InvalidInput,
        InvalidInput,
        InvalidInput,
        InvalidInput,
        TypeError,
        LimitExceeded,
    ]
    assert "rows[1]" in wrong[0].message
    assert "idd" in wrong[3].message
    assert "at most 16777216 bytes" in wrong[9].message
    assert wrong[6].message == "`rows[7].title` contains itself"
    assert isinstance(wrong[3].error, InvalidInput)
    assert wrong[3].error.path == "idd"


def test_an_error_is_no_yes() -> None:
    policy = Policy.builtin()
    (row,) = policy.check_many([{"id": ""}], now=NOW)
    assert isinstance(row, DecisionError)
    assert row.allowed is False
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(row)
    with pytest.raises(InvalidInput):
        raise row.error
    assert "row 0" in repr(row)
    again = pickle.loads(pickle.dumps(row))
    assert again == row
    assert hash(again) == hash(row)
    assert row != DecisionError(1, row.error)
    assert row != "row"


def test_the_kind_is_that_of_each_row_or_of_all(policy: Policy) -> None:
    both = list(policy.check_many([RELEASE, CHANGE], now=NOW))
    assert both == [policy.check(RELEASE, now=NOW), policy.check(CHANGE, now=NOW)]
    release, wrong = policy.check_many([RELEASE, v1.ChangeRequest(id="C")], now=NOW, kind="release")
    assert release == both[0]
    assert isinstance(wrong, DecisionError)
    assert isinstance(wrong.error, TypeError)


def test_subjects_as_bytes(policy: Policy) -> None:
    for subject in subjects():
        content = batch.subject_bytes(subject)
        kind = "release" if subject is RELEASE else "change"
        assert policy.check(content, now=NOW, kind=kind) == policy.check(subject, now=NOW)
        assert batch.subject_bytes(content, kind=kind) == content
    assert v1.ChangeRequest.FromString(batch.subject_bytes(CHANGE)).id == "CHG-1042"
    for wrong, error in [
        ("{", InvalidInput),
        ({"idd": 1}, InvalidInput),
        (b"\xff", InvalidInput),
        (5, TypeError),
    ]:
        with pytest.raises(error):
            batch.subject_bytes(wrong)  # type: ignore[arg-type]


def test_decisions_go_into_the_log(
    policy: Policy, organization: Organization, tmp_path: Any
) -> None:
    with AuditLog.open(tmp_path / "log", create=True, origin="example.com/changes") as log:
        rows = policy.check_many([CHANGE, POOR], organization=organization, now=NOW)
        decisions = [row for row in rows if isinstance(row, Decision)]
        assert log.append_all(decisions, recorded_at=NOW) == [0, 1]
        assert log.replay().same == 2


# ---- What it takes


def test_it_reads_as_far_as_it_is_asked(policy: Policy) -> None:
    read = 0

    def endless() -> Iterator[Any]:
        nonlocal read
        while True:
            read += 1
            yield POOR

    rows = policy.check_many(endless(), now=NOW, batch_size=10)
    assert read == 0
    assert len(list(itertools.islice(rows, 10))) == 10
    assert read == 10
    next(rows)
    assert read == 20


def test_what_the_iterable_raises_comes_through(policy: Policy) -> None:
    def broken() -> Iterator[Any]:
        yield POOR
        yield POOR
        raise OSError("the disk is gone")

    rows = policy.check_many(broken(), now=NOW, batch_size=1)
    assert isinstance(next(rows), Decision)
    assert isinstance(next(rows), Decision)
    with pytest.raises(OSError, match="the disk is gone"):
        next(rows)


def test_there_may_be_none(policy: Policy) -> None:
    assert list(policy.check_many([], now=NOW)) == []
    assert list(policy.check_many(iter(()), now=NOW)) == []


def test_ctrl_c_ends_it(policy: Policy) -> None:
    # A process in the background has the signal ignored, and Python then leaves it so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            for _ in policy.check_many(itertools.repeat(POOR, 1_000_000), now=NOW):
                pass
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_others_run_meanwhile(policy: Policy, organization: Organization) -> None:
    # Python takes its lock from nobody, so that the other thread only gets it where it is given.
    engine = policy._engine(organization)
    rows = [(1, 2, json_bytes(CHANGE, "change"))] * 4096
    started, ran = threading.Event(), threading.Event()

    def other() -> None:
        started.wait()
        ran.set()

    thread = threading.Thread(target=other)
    before = sys.getswitchinterval()
    thread.start()
    sys.setswitchinterval(1000)
    try:
        started.set()
        _native.decide_many(engine, rows, NOW, None, 0, False, 1)
        assert ran.is_set()
    finally:
        sys.setswitchinterval(before)
        thread.join()


# ---- What is wrong for every row


@pytest.mark.parametrize(
    "wrong, kind, text",
    [
        ({"now": None}, InvalidInput, "`now`"),
        ({"now": "yesterday"}, InvalidInput, "yesterday"),
        ({"now": 5}, TypeError, "`now`"),
        ({"transition": "FLY"}, InvalidInput, "FLY"),
        ({"detail": "SOME"}, InvalidInput, "SOME"),
        ({"kind": "incident"}, InvalidInput, "incident"),
        ({"organization": 5}, TypeError, "organization"),
        ({"threads": -1}, InvalidInput, "`threads`"),
        ({"threads": 2**31}, InvalidInput, "`threads`"),
        ({"threads": "two"}, TypeError, "`threads`"),
        ({"threads": True}, TypeError, "`threads`"),
        ({"batch_size": 0}, InvalidInput, "`batch_size`"),
        ({"batch_size": 1.5}, TypeError, "`batch_size`"),
        ({"progress": "yes"}, TypeError, "`progress`"),
        ({"column": "change"}, TypeError, "`column`"),
        ({"now_column": "at"}, TypeError, "`now_column`"),
        ({"keep": ["id"]}, TypeError, "`keep`"),
        ({"encoding": "json"}, TypeError, "`encoding`"),
    ],
)
def test_it_is_said_before_anything_is_read(
    policy: Policy, wrong: dict[str, Any], kind: type[Exception], text: str
) -> None:
    def unread() -> Iterator[Any]:
        pytest.fail("a row was read")
        yield

    asked: dict[str, Any] = {"now": NOW, **wrong}
    with pytest.raises(kind, match=text):
        policy.check_many(unread(), **asked)


@pytest.mark.parametrize("rows", [CHANGE, "{}", b"", bytearray(), v1.ChangeRequest(id="C")])
def test_a_single_subject_is_not_many(policy: Policy, rows: Any) -> None:
    with pytest.raises(TypeError, match="a single subject"):
        policy.check_many(rows, now=NOW)


@pytest.mark.parametrize("rows", [None, 5, object(), Policy])
def test_what_is_no_iterable(policy: Policy, rows: Any) -> None:
    with pytest.raises(TypeError, match="neither iterable nor a column"):
        policy.check_many(rows, now=NOW)


# ---- Progress


def test_a_function_is_told(policy: Policy) -> None:
    told: list[tuple[int, int | None]] = []
    rows = [POOR] * 25

    def tell(done: int, total: int | None) -> None:
        told.append((done, total))

    assert len(list(policy.check_many(rows, now=NOW, batch_size=10, progress=tell))) == 25
    assert told == [(10, 25), (20, 25), (25, 25)]
    told.clear()
    assert len(list(policy.check_many(iter(rows), now=NOW, batch_size=20, progress=tell))) == 25
    assert told == [(20, None), (25, None)]


class Bar:
    """Stands for tqdm."""

    made: ClassVar[list[Bar]] = []

    def __init__(self, total: int | None, **options: Any) -> None:
        self.total = total
        self.options = options
        self.done = 0
        self.closed = False
        Bar.made.append(self)

    def update(self, rows: int) -> None:
        self.done += rows

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Bar]:
    module = types.ModuleType("tqdm.auto")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", types.ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    monkeypatch.setattr(Bar, "made", [])
    return Bar.made


@pytest.mark.parametrize(
    "progress, terminal, delay", [(True, False, 0), (True, True, 0), (None, True, 2)]
)
def test_a_bar(
    policy: Policy,
    bars: list[Bar],
    monkeypatch: pytest.MonkeyPatch,
    progress: bool | None,
    terminal: bool,
    delay: int,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert len(list(policy.check_many([POOR] * 5, now=NOW, progress=progress))) == 5
    bars = Bar.made
    assert [(bar.total, bar.done, bar.closed) for bar in bars] == [(5, 5, True)]
    assert bars[0].options["delay"] == delay


@pytest.mark.parametrize("progress, terminal", [(False, True), (None, False)])
def test_no_bar(
    policy: Policy,
    bars: list[Bar],
    monkeypatch: pytest.MonkeyPatch,
    progress: bool | None,
    terminal: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert len(list(policy.check_many([POOR], now=NOW, progress=progress))) == 1
    assert Bar.made == []


def test_a_bar_that_cannot_be_drawn(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ModuleNotFoundError, match=r"changepolicy\[tqdm\]"):
        policy.check_many([POOR], now=NOW, progress=True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert len(list(policy.check_many([POOR], now=NOW))) == 1


# ---- Capsules


def test_capsules_that_nobody_took(policy: Policy) -> None:
    schema, values = _native.new_arrow_capsules()
    assert _native.arrow_address(schema) != _native.arrow_address(values)
    _native.arrow_schema()
    engine = policy._engine()
    for given in [(schema, values), (values, schema), (None, None), (5, "x")]:
        with pytest.raises((ValueError, changepolicy.Error)):
            _native.decide_arrow(engine, 1, 1, given, None, NOW, None, 0, False, 1)
    with pytest.raises(ValueError):
        _native.arrow_address(5)


def test_columns_need_pyarrow(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    class Column:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            pytest.fail("nobody can take it")

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r"changepolicy\[arrow\]"):
        policy.check_many(Column(), now=NOW)
