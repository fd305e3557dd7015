"""The seam to C by itself: what the package never hands over is refused there, and not misread."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from example import NOW, change

from changepolicy import Decision, InvalidInput, Organization, Policy, _native, enums, v1
from changepolicy._asking import Asked
from changepolicy._inputs import subject_of
from changepolicy._values import instant_text, json_bytes
from changepolicy.batch import subject_bytes
from changepolicy.decision import SLOTS, decided

RIGHT: tuple[Any, ...] = (1, 2, json_bytes(change(), "x"), NOW, "DEPLOY", 0, False, 1)


@pytest.fixture(scope="module")
def engine(policy: Policy, organization: Organization) -> _native.Engine:
    return policy._engine(organization)


def with_argument(at: int, value: object) -> tuple[Any, ...]:
    return (*RIGHT[:at], value, *RIGHT[at + 1 :])


@pytest.mark.parametrize(
    "arguments",
    [
        RIGHT[:-1],
        (*RIGHT, 1),
        with_argument(0, "1"),
        with_argument(0, 2**31),
        with_argument(1, None),
        with_argument(2, "{}"),
        with_argument(2, bytearray(b"{}")),
        with_argument(3, None),
        with_argument(3, b"2026-01-01"),
        with_argument(4, 5),
        with_argument(5, -(2**70)),
        with_argument(6, 1),
        with_argument(7, 1.0),
    ],
)
def test_arguments_of_another_type(engine: _native.Engine, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="Engine: "):
        engine.decide(*arguments)


def test_arguments_that_c_refuses(engine: _native.Engine) -> None:
    for at, value, path in (
        (0, 3, "subject.kind"),
        (1, 0, "subject.encoding"),
        (3, "yesterday", "now"),
        (3, "2026-02-30T00:00:00Z", "now"),
        (3, "2026-01-31T09:30:00Z\0", "now"),
        (3, "\ud800", "now"),
        (4, "DEPLOI", "transition"),
        (5, 5, "detail"),
        (5, -1, "detail"),
        (7, 3, "output"),
    ):
        with pytest.raises(InvalidInput) as raised:
            engine.decide(*with_argument(at, value))
        assert raised.value.path == path


def test_questions_belong_to_an_engine(engine: _native.Engine) -> None:
    with pytest.raises(TypeError):
        type(engine).decide(object(), *RIGHT)  # type: ignore[arg-type]
    assert engine.decide(*RIGHT) == engine.decide(*RIGHT)


def test_a_filled_decision_is_one(policy: Policy, engine: _native.Engine) -> None:
    content = engine.decide(*RIGHT)
    fields = (engine, *RIGHT[:-1])
    made, filled = Decision(content, policy, fields), decided(content, policy, fields)
    assert filled == made and hash(filled) == hash(made) and filled.bytes == content
    assert filled.text() == made.text() and filled.outcomes == made.outcomes
    assert filled._asked == made._asked == fields
    with pytest.raises(AttributeError):
        filled.allowed = True  # type: ignore[misc]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (Decision,),
        (Decision, list(SLOTS), *SLOTS),
        (Decision, SLOTS, b""),
        (Decision, SLOTS, *range(len(SLOTS) + 1)),
        (Decision, ("_bytes",), b""),
        (Organization, SLOTS[:1], b""),
        (b"", SLOTS[:1], b""),
    ],
)
def test_only_slots_of_the_class_are_filled(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="filled: "):
        _native.filled(*arguments)


# ---- Decisions made in one call


UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)
SUBJECT = subject_bytes(change())


class Moment(datetime.datetime):
    """What somebody made of a datetime."""


def plainly(
    engine: _native.Engine, policy: Policy, subject: object, now: object, transition: object
) -> Decision | None:
    return engine.decided(Decision, SLOTS, policy, subject, now, transition)


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        "2026-01-31",
        datetime.datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
        datetime.datetime(2026, 1, 31, 9, 30, 59, 999999, tzinfo=UTC, fold=1),
        datetime.datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        datetime.datetime(1, 1, 1, tzinfo=UTC),
        datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime.datetime(2000, 2, 29, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("transition", [None, "", "DEPLOY"])
def test_a_decision_in_one_call_is_the_same(
    policy: Policy, engine: _native.Engine, now: Any, transition: str | None
) -> None:
    made = plainly(engine, policy, SUBJECT, now, transition)
    text = instant_text(now, "now")
    assert made is not None
    assert made.bytes == engine.decide(1, 1, SUBJECT, text, transition, 0, False, 1)
    assert made._policy is policy
    assert made._asked == Asked(engine, 1, 1, SUBJECT, text, transition, 0, False)
    assert made._asked.answer("decide") == made.bytes


@pytest.mark.parametrize(
    ("subject", "now", "transition"),
    [
        (bytearray(SUBJECT), NOW, None),
        (change(), NOW, None),
        (b"", NOW, None),
        (b'{"id": "C-1"}', NOW, None),
        (SUBJECT, datetime.datetime(2026, 1, 31), None),
        (SUBJECT, datetime.datetime(2026, 1, 31, tzinfo=datetime.timezone(HOUR)), None),
        (SUBJECT, Moment(2026, 1, 31, tzinfo=UTC), None),
        (SUBJECT, datetime.date(2026, 1, 31), None),
        (SUBJECT, None, None),
        (SUBJECT, NOW, enums.Transition.DEPLOY),
        (SUBJECT, NOW, 4),
    ],
)
def test_what_is_not_plain_is_left_to_python(
    policy: Policy, engine: _native.Engine, subject: object, now: object, transition: object
) -> None:
    assert plainly(engine, policy, subject, now, transition) is None


def test_one_call_refuses_as_the_question_does(policy: Policy, engine: _native.Engine) -> None:
    for subject, now, transition, path in (
        (SUBJECT[:-1], NOW, None, ""),
        (b"\x12\x01a", NOW, None, ""),
        (SUBJECT, "yesterday", None, "now"),
        (SUBJECT, NOW + "\0", None, "now"),
        (SUBJECT, NOW, "DEPLOI", "transition"),
    ):
        with pytest.raises(InvalidInput) as raised:
            plainly(engine, policy, subject, now, transition)
        assert raised.value.path == path
        with pytest.raises(InvalidInput) as other:
            engine.decide(1, 1, subject, now, transition, 0, False, 1)
        assert str(raised.value) == str(other.value)
        # What was decided before is not decided again.
        assert plainly(engine, policy, SUBJECT, NOW, None) is not None
    with pytest.raises(TypeError, match="decided: "):
        engine.decided(Decision, SLOTS, policy, SUBJECT, NOW)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="decided: "):
        engine.decided(Decision, SLOTS[1:], policy, SUBJECT, NOW, None)


def test_many_are_the_same(policy: Policy, engine: _native.Engine) -> None:
    rows = [subject_of(SUBJECT), (1, 1, b"\xff"), subject_of(change())]
    made, failed = _native.decided_many(
        Decision, SLOTS, policy, engine, rows, 2, NOW, "DEPLOY", 2, True, 1
    )
    assert failed == 1
    contents = _native.decide_many(engine, rows, NOW, "DEPLOY", 2, True, 1)
    assert isinstance(made[1], InvalidInput) and str(made[1]) == str(contents[1])
    for row in (0, 2):
        decision = made[row]
        assert isinstance(decision, Decision) and decision.bytes == contents[row]
        assert decision._policy is policy
        assert decision._asked == Asked(engine, *rows[row], NOW, "DEPLOY", 2, True)
    for wrong in ([1], [b""], [(1, 1)], [(1, 1, "x")], [("1", 1, b"")], [(2**40, 1, b"")]):
        with pytest.raises(TypeError, match="decide_many: "):
            _native.decide_many(engine, wrong, NOW, None, 0, False, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [1, 2])
def test_bytes_alone_are_a_message_of_the_kind(
    policy: Policy, engine: _native.Engine, kind: int
) -> None:
    many = (Decision, SLOTS, policy, engine)
    question = (kind, NOW, None, 0, False, 1)
    rows = [SUBJECT, b"\xff", b""]
    alone, failed = _native.decided_many(*many, rows, *question)
    tuples, failed_too = _native.decided_many(*many, [(kind, 1, row) for row in rows], *question)
    assert failed == failed_too == sum(not isinstance(answer, Decision) for answer in alone)
    assert failed >= 2
    for one, other in zip(alone, tuples):
        assert type(one) is type(other)
        if isinstance(one, Decision) and isinstance(other, Decision):
            assert one.bytes == other.bytes and one._asked == other._asked
        else:
            assert str(one) == str(other)
    with pytest.raises(TypeError, match="decided_many: this is no slot of the class"):
        _native.decided_many(
            Organization,  # type: ignore[arg-type]
            SLOTS,
            policy,
            engine,
            [SUBJECT],
            *question,
        )


class Bytes(bytes):
    """What somebody made of bytes."""


@pytest.mark.parametrize(
    ("rows", "are"),
    [
        ([], True),
        ([SUBJECT, b"\xff"], True),
        ([SUBJECT, b""], False),
        ([b'{"id": "C-1"}'], False),
        ([bytearray(SUBJECT)], False),
        ([SUBJECT, Bytes(SUBJECT)], False),
        ([SUBJECT, (1, 1, SUBJECT)], False),
        ([None], False),
    ],
)
def test_messages_are_told_from_what_is_to_be_read(rows: list[Any], are: bool) -> None:
    assert _native.are_messages(rows) is are
    with pytest.raises(TypeError, match="are_messages: "):
        _native.are_messages(tuple(rows))  # type: ignore[arg-type]


def test_a_long_answer_is_followed_by_a_short_one(policy: Policy, engine: _native.Engine) -> None:
    """What a thread keeps for its answers is given back after one that is very long."""
    given = v1.ChangeRequest.FromString(SUBJECT)
    given.id = "C" * (3 << 20)
    long = engine.decide(1, 1, given.SerializeToString(), NOW, None, 0, False, 1)
    assert v1.Decision.FromString(long).subject_id == given.id
    short = engine.decide(1, 1, SUBJECT, NOW, None, 0, False, 1)
    assert v1.Decision.FromString(short).subject_id != given.id and len(short) < len(long)


def test_the_verdict_is_that_of_the_message(policy: Policy, engine: _native.Engine) -> None:
    content = engine.decide(*RIGHT)
    assert _native.decision_verdict(content) == v1.Decision.FromString(content).verdict != 0
    # Long ones are read without Python's lock.
    long = v1.Decision(subject_id="x" * 100_000, verdict=2).SerializeToString()
    assert _native.decision_verdict(long) == 2
    assert Decision(long).verdict is enums.Verdict.DENIED
    with pytest.raises(InvalidInput):
        _native.decision_verdict(content[:-1])
    with pytest.raises(TypeError):
        _native.decision_verdict("x")  # type: ignore[arg-type]
