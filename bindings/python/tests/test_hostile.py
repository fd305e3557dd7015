"""Whatever comes in is an answer or a clear error, never a crash."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import pytest
from example import CHANGE, SMALL_APPROVED, SMALL_NOW, SMALL_POLICY

import changepolicy
from changepolicy import Decision, Error, Organization, Policy, _native, cel, v1
from changepolicy._values import json_bytes

try:
    import hypothesis
    from hypothesis import strategies
except ImportError:
    hypothesis = None  # type: ignore[assignment]

#: In the failure text, so that a failure can be had again.
SEED = 20260131
BINARY = _native.convert("ChangeRequest", 2, json_bytes(CHANGE, "x"), 1)


def ask(policy: Policy, subject: Any, **rest: Any) -> Decision | Error:
    """The decision or the error; anything else that is raised fails the test."""
    try:
        return policy.check(subject, now=SMALL_NOW, **rest)
    except Error as error:
        assert str(error), "an error without a text"
        return error


def mutations(content: bytes, count: int) -> list[bytes]:
    chance = random.Random(SEED)
    made = []
    for _ in range(count):
        bytes_ = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            where = chance.randrange(len(bytes_))
            what = chance.randrange(4)
            if what == 0:
                bytes_[where] = chance.randrange(256)
            elif what == 1:
                del bytes_[where : where + chance.randint(1, 20)]
                bytes_ = bytes_ or bytearray(b"x")
            elif what == 2:
                bytes_[where:where] = chance.randbytes(chance.randint(1, 8))
            else:
                bytes_[where] ^= 1 << chance.randrange(8)
        made.append(bytes(bytes_))
    return made


def test_truncated_messages(small: Policy, people: Organization) -> None:
    for end in range(len(BINARY)):
        found = ask(small, BINARY[:end], organization=people)
        assert isinstance(found, (Decision, Error)), f"{end} bytes"


def test_mutated_messages(small: Policy, people: Organization) -> None:
    for content in mutations(BINARY, 2000):
        for kind in ("change", "release"):
            ask(small, content, organization=people, kind=kind)


def test_mutated_json(small: Policy, people: Organization) -> None:
    text = json_bytes(CHANGE, "x")
    for content in mutations(text, 1000):
        ask(small, content.decode("utf-8", "surrogateescape"), organization=people)
        ask(small, content.decode("utf-8", "replace"), organization=people)


def test_random_bytes(small: Policy) -> None:
    chance = random.Random(SEED)
    for size in list(range(64)) * 20:
        content = chance.randbytes(size)
        ask(small, content)
        ask(small, content.decode("latin-1"))
        for load in (Policy.loads, Organization.loads):
            for format in ("yaml", "json", "textproto", "binpb"):
                try:
                    load(content, format=format)
                except Error as error:
                    assert str(error)
        try:
            changepolicy.decision_digest(content)
            Decision(content).text(policy=small)
            repr(Decision(content))
            Decision(content)._repr_html_()
        except Error:
            pass


def test_mutated_policies() -> None:
    for content in mutations(SMALL_POLICY.encode(), 1000):
        try:
            policy = Policy.loads(content)
        except Error as error:
            assert str(error)
        else:
            ask(policy, SMALL_APPROVED)
            repr(policy)


@pytest.mark.parametrize("size", [2**24 - 200, 2**24 + 1, 3 * 2**24])
def test_subjects_that_are_large(small: Policy, size: int) -> None:
    for subject in (
        {"id": "x", "title": "t" * size},
        v1.ChangeRequest(id="x", title="t" * size),
        b"\x0a" * size,
        "[" * size,
        " " * size,
    ):
        assert isinstance(ask(small, subject), (Decision, Error))


def test_subjects_over_a_limit_are_errors(small: Policy) -> None:
    for subject in (
        {"id": "x", "title": "t" * 2**25},
        v1.ChangeRequest(id="x", title="t" * 2**25).SerializeToString(),
    ):
        error = ask(small, subject)
        assert isinstance(error, Error), repr(error)


def test_deep_messages(small: Policy) -> None:
    # A revision holds a snapshot, which holds revisions.
    content = b"\x0a\x01x"
    field = v1.ChangeRequest.DESCRIPTOR.fields_by_name["revisions"].number
    snapshot = v1.Revision.DESCRIPTOR.fields_by_name["snapshot"].number

    def wrapped(number: int, inner: bytes) -> bytes:
        tag = number << 3 | 2
        head = bytes([tag]) if tag < 128 else bytes([tag & 127 | 128, tag >> 7])
        size, length = len(inner), b""
        while True:
            length += bytes([size & 127 | (128 if size > 127 else 0)])
            size >>= 7
            if size == 0:
                return head + length + inner

    for _ in range(300):
        content = b"\x0a\x01x" + wrapped(field, wrapped(snapshot, content))
    assert isinstance(ask(small, content), (Decision, Error))


def test_arguments_of_every_type(small: Policy, people: Organization, tmp_path: Path) -> None:
    log = changepolicy.AuditLog.open(tmp_path / "log", create=True, origin="example.com/log")
    junk: list[Any] = [
        None,
        True,
        0,
        -1,
        2**70,
        1.5,
        float("nan"),
        1j,
        "",
        "x",
        "\0",
        "\ud800",
        b"",
        b"\xff",
        bytearray(b"x"),
        memoryview(b"x"),
        [],
        [None],
        (),
        ("a",),
        ("a", "b"),
        {},
        {"x": 1},
        {1: 2},
        set(),
        object(),
        int,
        len,
        small,
        people,
        v1.Decision(),
        range(3),
        iter([]),
    ]
    functions = [
        lambda x: small.check(x, now=SMALL_NOW),
        lambda x: small.check(SMALL_APPROVED, now=x),
        lambda x: small.check(SMALL_APPROVED, now=SMALL_NOW, organization=x),
        lambda x: small.check(SMALL_APPROVED, now=SMALL_NOW, transition=x),
        lambda x: small.check(SMALL_APPROVED, now=SMALL_NOW, detail=x),
        lambda x: small.check(SMALL_APPROVED, now=SMALL_NOW, kind=x),
        lambda x: small.checklist(role=x),
        lambda x: small.due(x, now=SMALL_NOW),
        lambda x: small.lint(now=SMALL_NOW, population=x),
        lambda x: small.compare(small, x, now=SMALL_NOW),
        lambda x: small.compare(x, [], now=SMALL_NOW),
        lambda x: people.with_ledger(x),
        Policy.load,
        Policy.loads,
        Policy.from_dict,
        Policy.builtin,
        lambda x: Policy.loads(SMALL_POLICY, overlays=x),
        Organization.load,
        Organization.loads,
        Organization.from_dict,
        lambda x: changepolicy.PolicySeries(x),
        lambda x: changepolicy.Calendar(small, x),
        lambda x: changepolicy.Calendar(small, people).next_slots(x, now=SMALL_NOW),
        lambda x: changepolicy.Calendar(small, people).freeze_impact(x, now=SMALL_NOW),
        lambda x: changepolicy.Calendar(small, people).find_freeze(x),
        lambda x: changepolicy.Calendar(small, people).plan_train(x, [], now=SMALL_NOW),
        lambda x: changepolicy.Calendar(small, people).next_slots(
            SMALL_APPROVED, now=SMALL_NOW, count=x
        ),
        lambda x: changepolicy.AuditLog.open(x),
        changepolicy.decision_digest,
        changepolicy.generate_log_key,
        lambda x: changepolicy.check_inclusion(x, 0, 1, [], b"x" * 32),
        lambda x: changepolicy.check_inclusion(b"x", x, 1, [], b"x" * 32),
        lambda x: changepolicy.check_inclusion(b"x", 0, 1, x, b"x" * 32),
        lambda x: cel.compile(x),
        lambda x: cel.compile("1", variables=x),
        lambda x: cel.compile("1", libraries=x),
        lambda x: cel.compile("1", functions=x),
        lambda x: cel.compile("1", fields_of=x),
        lambda x: cel.compile("x", variables={"x": "dyn"}).evaluate(x),
        lambda x: cel.compile("x", variables={"x": "dyn"}).evaluate(x=x),
        lambda x: cel.compile("x", container=x),
        lambda x: cel.compile("1").estimate_cost(list=x),
        lambda x: cel.compile("1").evaluate(unknown=x),
        lambda x: cel.compile("1").residual(unknown=x),
        lambda x: cel.compile("1", messages=x),
        lambda x: Decision(x).verdict,
        lambda x: Policy.builtin_text(x),
        lambda x: log.append(x, recorded_at=SMALL_NOW),
        lambda x: log.append_all(x, recorded_at=SMALL_NOW),
        lambda x: log.append_event(x, policy=small, recorded_at=SMALL_NOW),
        lambda x: log.append_event({}, policy=x, recorded_at=SMALL_NOW),
        lambda x: log.append_event({}, policy=small, recorded_at=x),
        lambda x: log.append_event({}, policy=small, recorded_at=SMALL_NOW, recorded_by=x),
        lambda x: log.erase(x, reason="x", recorded_at=SMALL_NOW),
        lambda x: log.erase(["nobody"], reason=x, recorded_at=SMALL_NOW),
        lambda x: log.read(x),
        lambda x: list(log.entries(x)),
        lambda x: list(log.entries(0, x)),
        lambda x: log.read_bytes(x),
        lambda x: log.read_blob(x),
        lambda x: log.read_blob_message(x, "Ledger"),
        lambda x: log.read_blob_message("sha256:x", x),
        lambda x: log.root(x),
        lambda x: log.prove_inclusion(x),
        lambda x: log.prove_inclusion(0, x),
        lambda x: log.prove_consistency(x),
        lambda x: log.make_checkpoint(x),
        lambda x: log.add_cosignatures(x),
        lambda x: log.verify(keys=x),
        lambda x: log.verify(checkpoints=x),
        lambda x: log.verify(progress=x),
        lambda x: log.replay(first=x),
        lambda x: log.replay(end=x),
        lambda x: log.replay(threads=x),
        lambda x: log.replay(listed=x),
        lambda x: changepolicy.AuditLog.open(tmp_path / "new", create=True, origin=x).close(),
        lambda x: changepolicy.AuditLog.open(tmp_path / "log", busy_seconds=x).close(),
    ]
    # Files that are not there are Python's to complain about.
    allowed = (Error, TypeError, OSError)
    for number, function in enumerate(functions):
        for value in junk:
            try:
                function(value)
            except allowed as error:
                where = f"function {number}, {value!r}: {error!r}"
                assert str(error), where
                # What pybind11 and Python say by themselves names no argument.
                assert "incompatible function arguments" not in str(error), where
                assert isinstance(error, (Error, OSError)) or "`" in str(error), where
            except ValueError as error:
                # Of the expression language: values that it does not have.
                assert "`" in str(error) or "uint" in str(error), f"{number}: {error!r}"
    log.close()


@pytest.mark.skipif(hypothesis is None, reason="hypothesis is not installed")
def test_mappings_of_every_shape(small: Policy, people: Organization) -> None:
    scalars = (
        strategies.none()
        | strategies.booleans()
        | strategies.integers()
        | strategies.floats()
        | strategies.text()
        | strategies.binary()
        | strategies.datetimes()
        | strategies.dates()
        | strategies.timedeltas()
    )
    names = strategies.sampled_from(
        [field.name for field in v1.ChangeRequest.DESCRIPTOR.fields] + ["x"]
    ) | strategies.text(max_size=3)
    values = strategies.recursive(
        scalars,
        lambda inner: (
            strategies.lists(inner, max_size=3) | strategies.dictionaries(names, inner, max_size=3)
        ),
        max_leaves=8,
    )

    @hypothesis.settings(
        max_examples=300,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategies.dictionaries(names, values, max_size=5))
    def check(subject: dict[str, Any]) -> None:
        try:
            ask(small, subject, organization=people)
        except TypeError as error:
            assert "`subject" in str(error)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check()
