"""Questions about time, on what docs/calendars.md shows."""

from __future__ import annotations

import datetime
import pickle
from typing import Any

import pytest
from example import UTC

import changepolicy
from changepolicy import Calendar, InvalidInput, Organization, Policy, v1

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=UTC)
NEW_YORK = "America/New_York"


def at(day: int, hour: int = 0, minute: int = 0) -> datetime.datetime:
    """In March 2026."""
    return datetime.datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def _work(subject: str, start: datetime.datetime, hours: int, **rest: Any) -> dict[str, Any]:
    return {
        "subject_id": subject,
        "environments": ["PRODUCTION"],
        "start": start,
        "end": start + datetime.timedelta(hours=hours),
        "recorded_at": at(1),
        **rest,
    }


FREEZE = {
    "id": "quarter-end",
    "title": "Books are closed",
    "times": [{"zone": NEW_YORK, "start": "2026-03-28T00:00:00", "end": "2026-04-02T00:00:00"}],
    "scope": {"services": ["payments"]},
}
ORGANIZATION = {
    "directory": {
        "taken_at": at(2),
        "name": "Harbour Example",
        "people": [{"id": "ann"}, {"id": "bob"}],
        "services": [
            {"id": "shop", "depends_on": ["payments"]},
            {"id": "cart", "part_of": "shop"},
            {"id": "payments", "assets": ["pay-db"]},
        ],
        "calendar": {
            "windows": [
                {
                    "id": "saturday-night",
                    "times": [
                        {
                            "zone": NEW_YORK,
                            "start": "2026-01-03T22:00:00",
                            "end": "2026-01-04T04:00:00",
                            "rrule": "FREQ=WEEKLY",
                        }
                    ],
                    "scope": {"environments": ["PRODUCTION"]},
                }
            ],
            "freezes": [FREEZE],
            "trains": [
                {
                    "id": "monthly",
                    "kind": "minor",
                    "cadence": {
                        "zone": NEW_YORK,
                        "start": "2026-01-13T10:00:00",
                        "rrule": "FREQ=MONTHLY;BYDAY=2TU",
                        "feature_freeze_before": "14d",
                        "code_freeze_before": datetime.timedelta(days=5),
                        "candidate_before": "1d",
                    },
                }
            ],
        },
    },
    "ledger": {
        "taken_at": at(2),
        "scheduled": [
            _work("CHG-7", at(8, 3), 2, assets=["pay-db"], people=["ann"]),
            _work("CHG-8", at(8, 4), 2, services=["shop"], people=["bob"]),
            _work("CHG-9", at(29, 3), 1, services=["payments", "shop"], people=["bob"]),
        ],
    },
}
CHANGE = {
    "id": "CHG-12",
    "state": "APPROVED",
    "services": [{"id": "shop"}],
    "environments": ["PRODUCTION"],
    "schedule": {"start": at(8, 4), "end": at(8, 5), "rollback_reserve": "1h"},
    "people": {"requester": "ann", "implementers": ["ann"]},
}


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar(Policy.builtin("starter"), Organization.from_dict(ORGANIZATION))


def test_next_slots(calendar: Calendar) -> None:
    answer = calendar.next_slots(CHANGE, now=NOW, count=2)
    assert answer.length == datetime.timedelta(hours=2)
    assert (answer.from_, answer.now) == (NOW, NOW)
    assert len(answer.slots) == 2
    slot = answer.slots[0]
    assert slot.start is not None and slot.end is not None and slot.latest_start is not None
    assert slot.end - slot.start == answer.length
    assert slot.start <= slot.latest_start
    assert slot.windows == ("saturday-night",)
    assert {obstacle.kind for obstacle in answer.obstacles} >= {"WINDOW"}
    longer = calendar.next_slots(CHANGE, now=NOW, length=datetime.timedelta(hours=5))
    assert longer == calendar.next_slots(CHANGE, now=NOW, length="5h")
    assert longer.length == datetime.timedelta(hours=5)
    # Nothing is open within a single day of the week.
    none = calendar.next_slots(CHANGE, now=NOW, from_=at(2), until=datetime.date(2026, 3, 3))
    assert none.slots == ()


@pytest.mark.parametrize(
    "arguments,raised,words",
    [
        ({"count": 0}, None, ""),
        ({"count": -1}, InvalidInput, "count"),
        ({"count": 1001}, InvalidInput, "count"),
        ({"count": 2**40}, InvalidInput, "32 bits"),
        ({"count": "2"}, TypeError, "`count`: a str is no whole number"),
        ({"length": "long"}, InvalidInput, "length"),
        ({"length": 3}, TypeError, "`length`: a int"),
        ({"from_": at(3), "until": at(2)}, InvalidInput, "until|from"),
        ({"until": "2099-01-01"}, InvalidInput, "until: at most"),
    ],
)
def test_spans_that_are_none(calendar: Calendar, arguments: Any, raised: Any, words: str) -> None:
    if raised is None:
        assert len(calendar.next_slots(CHANGE, now=NOW, **arguments).slots) == 1
        return
    with pytest.raises(raised, match=words):
        calendar.next_slots(CHANGE, now=NOW, **arguments)


def test_conflicts(calendar: Calendar) -> None:
    answer = calendar.conflicts(now=NOW)
    assert answer.works == 3
    (conflict,) = answer.conflicts
    assert (conflict.one, conflict.other) == ("CHG-7", "CHG-8")
    assert (conflict.start, conflict.end) == (at(8, 4), at(8, 5))


def test_freezes(calendar: Calendar) -> None:
    freeze = calendar.find_freeze("quarter-end")
    assert isinstance(freeze, v1.Freeze) and freeze.title == "Books are closed"
    with pytest.raises(changepolicy.NotFound, match="quarter-ende"):
        calendar.find_freeze("quarter-ende")
    expected = calendar.freeze_impact(freeze, now=NOW)
    assert [hit.subject_id for hit in expected.hits] == ["CHG-9"]
    for form in (FREEZE, freeze.SerializeToString()):
        assert calendar.freeze_impact(form, now=NOW) == expected  # type: ignore[arg-type]
    later = {
        **FREEZE,
        "times": [{"zone": NEW_YORK, "start": "2026-05-01T00:00:00", "end": "2026-05-02T00:00:00"}],
    }
    assert calendar.freeze_impact(later, now=NOW).hits == ()
    with pytest.raises(InvalidInput, match="Amerika"):
        calendar.freeze_impact(
            {**FREEZE, "times": [{"zone": "Amerika/X", "start": "2026-05-01"}]}, now=NOW
        )
    with pytest.raises(TypeError, match="`id`: a int is no text"):
        calendar.find_freeze(3)  # type: ignore[arg-type]


def test_schedule(calendar: Calendar) -> None:
    schedule = calendar.schedule(now=NOW, from_=at(1), until=datetime.date(2026, 4, 1))
    assert schedule.organization == "Harbour Example"
    assert [work.subject_id for work in schedule.works] == ["CHG-7", "CHG-8", "CHG-9"]
    assert {window.id for window in schedule.windows} == {"saturday-night"}
    assert [freeze.id for freeze in schedule.freezes] == ["quarter-end"]
    assert [departure.id for departure in schedule.departures]
    with pytest.raises(InvalidInput, match="five years"):
        calendar.schedule(now=NOW, from_=at(1), until="2099-01-01")


def test_trains(calendar: Calendar) -> None:
    departures = calendar.departures(from_=at(1), until=at(31))
    assert at(10, 14) in [departure.release for departure in departures]
    plan = calendar.plan_train("monthly", [CHANGE, {"id": "CHG-13"}], now=NOW)
    assert plan == calendar.plan_train("minor", [{"id": "CHG-13"}, CHANGE], now=NOW)
    assert {left.change for left in plan.left_out} | set(plan.changes) == {"CHG-12", "CHG-13"}
    assert plan.departure is not None and plan.departure.release == at(10, 14)
    with pytest.raises(changepolicy.NotFound, match="weekly"):
        calendar.plan_train("weekly", [CHANGE], now=NOW)
    with pytest.raises(TypeError, match="a list of subjects"):
        calendar.plan_train("monthly", CHANGE, now=NOW)
    with pytest.raises(TypeError, match="`train`: a NoneType is no text"):
        calendar.plan_train(None, [CHANGE], now=NOW)  # type: ignore[arg-type]


def test_a_calendar_travels(calendar: Calendar) -> None:
    again = pickle.loads(pickle.dumps(calendar))
    assert again.conflicts(now=NOW) == calendar.conflicts(now=NOW)
    assert repr(calendar).startswith("<Calendar of <Policy ")
    with pytest.raises(TypeError, match="a str is no Policy"):
        Calendar("policy.yaml")  # type: ignore[arg-type]
    assert Calendar(Policy.builtin("starter")).conflicts(now=NOW).works == 0
