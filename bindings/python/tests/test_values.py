"""Python values on their way into the library, and what is wrong with them."""

from __future__ import annotations

import collections
import datetime
import enum
import json
import math
import types
from typing import Any

import pytest
from example import UTC

from changepolicy import InvalidInput, RiskLevel, Verdict
from changepolicy._values import instant_text, json_bytes, length_text

EAST = datetime.timezone(datetime.timedelta(hours=8, seconds=30))


@pytest.mark.parametrize(
    "value,text",
    [
        ("tomorrow", "tomorrow"),  # the library says that this is no instant
        (datetime.datetime(2026, 1, 31, 9, 30, tzinfo=UTC), "2026-01-31T09:30:00Z"),
        (datetime.datetime(2026, 1, 31, 9, 30, 0, 5, tzinfo=UTC), "2026-01-31T09:30:00.000005Z"),
        (datetime.datetime(2026, 1, 31, 8, 0, 30, tzinfo=EAST), "2026-01-31T00:00:00Z"),
        (datetime.datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime.date(2026, 1, 31), "2026-01-31"),
    ],
)
def test_instants(value: Any, text: str) -> None:
    assert instant_text(value, "now") == text


def test_a_time_that_is_there_twice() -> None:
    zoneinfo = pytest.importorskip("zoneinfo")
    zone = zoneinfo.ZoneInfo("America/New_York")
    first = datetime.datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    assert instant_text(first, "now") == "2026-11-01T05:30:00Z"
    assert instant_text(first.replace(fold=1), "now") == "2026-11-01T06:30:00Z"


@pytest.mark.parametrize(
    "value,raised,words",
    [
        (datetime.datetime(2026, 1, 31), TypeError, r"`now`: .* has no zone.*tzinfo"),
        (datetime.datetime(1, 1, 1, tzinfo=EAST), InvalidInput, "years 1 to 9999"),
        (None, TypeError, "a NoneType is no instant"),
        (1769851800, TypeError, "a int is no instant"),
        (b"2026-01-31", TypeError, "a bytes is no instant"),
    ],
)
def test_what_is_no_instant(value: Any, raised: Any, words: str) -> None:
    with pytest.raises(raised, match=words):
        instant_text(value, "now")


@pytest.mark.parametrize(
    "value,text",
    [
        (datetime.timedelta(hours=2, minutes=30), "9000s"),
        (datetime.timedelta(microseconds=1), "0.000001s"),
        (datetime.timedelta(seconds=-1, microseconds=-500000), "-1.500000s"),
        (datetime.timedelta(microseconds=-1), "-0.000001s"),
        (datetime.timedelta(seconds=-3), "-3s"),
        (datetime.timedelta(0), "0s"),
        ("2h30m", "2h30m"),
    ],
)
def test_lengths(value: Any, text: str) -> None:
    assert length_text(value, "length") == text


def test_what_is_no_length() -> None:
    with pytest.raises(TypeError, match="a int is no length"):
        length_text(30, "length")  # type: ignore[arg-type]


class Color(enum.Enum):
    RED = "red"


def test_values_of_a_mapping() -> None:
    mapping = types.MappingProxyType(
        {
            "none": None,
            "flag": True,
            "numbers": (1, 2.5, 2**63),
            "text": "é\U0001f600",
            "at": datetime.datetime(2026, 1, 31, tzinfo=UTC),
            "on": datetime.date(2026, 1, 31),
            "for": datetime.timedelta(minutes=1),
            "bytes": b"\x00\xff",
            "view": memoryview(b"a"),
            "set": {"b", "a"},
            "frozen": frozenset(["x"]),
            "queue": collections.deque([1]),
            "inner": collections.OrderedDict(a=collections.ChainMap({"b": 1})),
            "verdict": Verdict.ALLOWED,
            "color": Color.RED,
            "keys": {1: "one"},
        }
    )
    assert json.loads(json_bytes(mapping, "subject")) == {
        "none": None,
        "flag": True,
        "numbers": [1, 2.5, 2**63],
        "text": "é\U0001f600",
        "at": "2026-01-31T00:00:00Z",
        "on": "2026-01-31",
        "for": "60s",
        "bytes": "AP8=",
        "view": "YQ==",
        "set": ["a", "b"],
        "frozen": ["x"],
        "queue": [1],
        "inner": {"a": {"b": 1}},
        "verdict": "ALLOWED",
        "color": "red",
        "keys": {"1": "one"},
    }


def _circle() -> Any:
    circle: dict[str, Any] = {"a": {}}
    circle["a"]["b"] = [circle]
    return circle


def _deep(levels: int) -> Any:
    made: Any = []
    for _ in range(levels):
        made = [made]
    return made


@pytest.mark.parametrize(
    "value,raised,words",
    [
        (math.nan, InvalidInput, r"`subject\.x`: nan is no number"),
        (-math.inf, InvalidInput, r"`subject\.x`: -inf is no number"),
        ({"y": [0, math.nan]}, InvalidInput, r"`subject\.x\.y\[1\]`"),
        (_circle(), InvalidInput, r"`subject\.x\.a\.b\[0\]` contains itself"),
        (_deep(100_000), InvalidInput, "nested deeper than 100 levels"),
        (10**5000, InvalidInput, r"`subject\.x`: the number does not fit into 64 bits"),
        ("a\ud800", InvalidInput, r"`subject\.x`: '\\ud800' at 1 is half of a surrogate pair"),
        ({"\udfff": 1}, InvalidInput, r"`subject\.x`: '\\udfff' at 0"),
        (object(), TypeError, r"`subject\.x`: a object is no value of a record"),
        (1j, TypeError, r"`subject\.x`: a complex is no value"),
        (datetime.time(1), TypeError, "a time is no value"),
        (datetime.datetime(2026, 1, 31), TypeError, r"`subject\.x`: .*has no zone"),
        ({b"y": 1}, TypeError, r"`subject\.x`: b'y' is no name of a field"),
        ({(1, 2): 1}, TypeError, r"`subject\.x`: \(1, 2\) is no name of a field"),
        ({1, "a"}, TypeError, "has no order; give a list"),
        ([{"y": iter([])}], TypeError, r"`subject\.x\[0\]\.y`: a list_iterator is no value"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_value_of_a_mapping(value: Any, raised: Any, words: str) -> None:
    with pytest.raises(raised, match=words):
        json_bytes({"id": "x", "x": value}, "subject")


def test_enums() -> None:
    assert Verdict("ALLOWED") is Verdict("VERDICT_ALLOWED") is Verdict.of(1) is Verdict.ALLOWED
    assert (Verdict.ALLOWED.number, str(Verdict.ALLOWED), f"{Verdict.ALLOWED:>8}") == (
        1,
        "ALLOWED",
        " ALLOWED",
    )
    assert repr(Verdict.ALLOWED) == "Verdict.ALLOWED"
    assert Verdict.ALLOWED == "ALLOWED" and Verdict.ALLOWED != "DENIED"
    assert {"ALLOWED": 1}[Verdict.ALLOWED] == 1
    with pytest.raises(ValueError, match="nonsense"):
        Verdict("nonsense")
    with pytest.raises(ValueError, match="1"):
        Verdict(1)  # type: ignore[arg-type]


def test_enums_are_ordered_by_number() -> None:
    assert RiskLevel.LOW < RiskLevel.MEDIUM < RiskLevel.HIGH < RiskLevel.CRITICAL
    assert RiskLevel.HIGH >= RiskLevel.HIGH and RiskLevel.HIGH <= RiskLevel.HIGH
    assert max(RiskLevel.HIGH, RiskLevel.LOW) is RiskLevel.HIGH
    # By the alphabet HIGH would be below LOW.
    for compare in (
        lambda: RiskLevel.HIGH < "LOW",
        lambda: RiskLevel.HIGH < "LOW",
        lambda: RiskLevel.HIGH >= Verdict.ALLOWED,
    ):
        with pytest.raises(TypeError, match="has no order"):
            compare()


def test_members_of_two_enums_are_different() -> None:
    from changepolicy import Status

    assert Status.ERROR != Verdict.ERROR
    assert Status.ERROR == "ERROR" == Verdict.ERROR
    assert len({Status.ERROR, Verdict.ERROR}) == 2


def test_a_number_of_a_later_version() -> None:
    import pickle

    later = Verdict.of(99)
    assert later == "UNRECOGNIZED_99" and later.number == 99
    assert later not in set(Verdict) and later is not Verdict.ALLOWED
    assert later == Verdict.of(99) and later > Verdict.ALLOWED
    assert pickle.loads(pickle.dumps(later)) == later
    assert pickle.loads(pickle.dumps(Verdict.ALLOWED)) is Verdict.ALLOWED
