"""The seam to C by itself: what the package never hands over is refused there, and not misread."""

from __future__ import annotations

from typing import Any

import pytest
from example import NOW, change

from changepolicy import Decision, InvalidInput, Organization, Policy, _native
from changepolicy._values import json_bytes
from changepolicy.decision import _SLOTS, decided

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
        (Decision, list(_SLOTS), *_SLOTS),
        (Decision, _SLOTS, b""),
        (Decision, _SLOTS, *range(len(_SLOTS) + 1)),
        (Decision, ("_bytes",), b""),
        (Organization, _SLOTS[:1], b""),
        (b"", _SLOTS[:1], b""),
    ],
)
def test_only_slots_of_the_class_are_filled(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="filled: "):
        _native.filled(*arguments)
