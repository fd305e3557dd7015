"""Messages of the schema, records made of them, and how they show themselves."""

from __future__ import annotations

import datetime
import pickle
from typing import Any

import pytest
from example import SMALL_CHANGE, SMALL_NOW

import changepolicy
from changepolicy import Decision, InvalidInput, Organization, Policy, _schema, enums, records, v1
from changepolicy._records import record_class


def test_the_schema_is_as_the_package_takes_it() -> None:
    for name, enum in _schema.ENUMS.items():
        prefix = _schema.enum_prefix(enum)
        assert enum.value[0].number == 0, name
        for value in enum.value:
            assert value.name.startswith(prefix), value.name
            member = getattr(enums, name).of(value.number)
            assert member == value.name[len(prefix) :]
            assert getattr(v1, value.name) == value.number
    for name in _schema.MESSAGES:
        if "." not in name:
            message = getattr(v1, name)
            assert message.DESCRIPTOR.full_name == f"changepolicy.v1.{name}"
            assert getattr(records, name)(message())._set_fields() == []
    assert set(v1.__all__) == set(dir(v1))
    for module in (v1, enums, records):
        with pytest.raises(AttributeError, match="Nonsense"):
            module.Nonsense  # noqa: B018


def test_messages_are_apart_from_the_users_own() -> None:
    from google.protobuf import descriptor_pool

    assert v1.Decision.DESCRIPTOR.file.pool is not descriptor_pool.Default()
    assert v1.Verdict.Name(v1.VERDICT_ALLOWED) == "VERDICT_ALLOWED"
    assert v1.Verdict.Value("VERDICT_DENIED") == v1.VERDICT_DENIED == 2
    change = v1.ChangeRequest(id="C-1")
    change.schedule.start.FromJsonString("2026-01-31T09:30:00Z")
    assert change.schedule.start.ToDatetime() == datetime.datetime(2026, 1, 31, 9, 30)
    assert pickle.loads(pickle.dumps(change)) == change


def _another_class(name: str) -> Any:
    """As a user has it who generated classes from the same files."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    from changepolicy import _native

    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(_native.descriptors()).file:
        pool.AddSerializedFile(file.SerializeToString())
    return _schema.class_of(pool.FindMessageTypeByName(f"changepolicy.v1.{name}"))


def test_messages_of_other_classes_are_taken(small: Policy, people: Organization) -> None:
    mine = v1.ChangeRequest(id="S-1", state=v1.CHANGE_STATE_SCHEDULED)
    other = _another_class("ChangeRequest")(id="S-1", state=v1.CHANGE_STATE_SCHEDULED)
    assert type(mine) is not type(other)
    assert small.check(other, organization=people, now=SMALL_NOW) == small.check(
        mine, organization=people, now=SMALL_NOW
    )
    assert Policy.load(_another_class("Policy").FromString(small.message.SerializeToString()))
    with pytest.raises(TypeError, match=r"`changepolicy\.v1\.Policy` is not a ChangeRequest or"):
        small.check(small.message, now=SMALL_NOW)


@pytest.fixture
def decision(small: Policy, people: Organization) -> Decision:
    return small.check(SMALL_CHANGE, organization=people, now=SMALL_NOW, transition="DEPLOY")


def test_fields_have_the_types_of_python(decision: Decision) -> None:
    assert decision.now == SMALL_NOW
    assert isinstance(decision.outcomes, tuple)
    (outcome,) = decision.outcomes
    assert outcome.facts == () or isinstance(outcome.facts[0].known, bool)
    assert outcome.approval is not None
    assert outcome.approval.slots[0].needed == 1
    assert outcome.separation is None
    assert decision.aftercare is None
    assert decision.outcomes is decision.outcomes
    made = records.SlotsAnswer(v1.SlotsAnswer())
    assert made.from_ is None and made.length is None
    message = v1.SlotsAnswer()
    message.length.FromTimedelta(datetime.timedelta(seconds=-1.5))
    getattr(message, "from").seconds = 5
    made = records.SlotsAnswer(message)
    assert made.length == datetime.timedelta(seconds=-1.5)
    assert made.from_ == datetime.datetime(1970, 1, 1, 0, 0, 5, tzinfo=datetime.timezone.utc)
    # Presence of what may be unset.
    problem = records.LogProblem(v1.LogProblem(before_index=0))
    assert (problem.first_bad_index, problem.before_index) == (None, 0)


def test_maps_and_values_of_any_type() -> None:
    change = v1.ChangeRequest(id="C-1")
    change.impact.answers["b"] = "no"
    change.impact.answers["a"] = "yes"
    record = record_class("ChangeRequest")(change)
    assert list(record.impact.answers.items()) == [("a", "yes"), ("b", "no")]
    with pytest.raises(TypeError):
        record.impact.answers["c"] = "x"
    edit = v1.Edit(path="x")
    edit.set.struct_value.update({"a": [1, "x", None, True, {"b": 2}]})
    value = records.Edit(edit).set
    assert value["a"] == (1.0, "x", None, True, {"b": 2.0})


def test_instants_of_every_year(decision: Decision) -> None:
    for text in (
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "1969-12-31T23:59:59.500000Z",
    ):
        message = decision.message
        message.now.FromJsonString(text)
        now = Decision(message.SerializeToString()).now
        assert now is not None
        assert now.isoformat().replace("+00:00", "Z") == text


def test_records_are_values(decision: Decision) -> None:
    (outcome,) = decision.outcomes
    again = Decision(decision.bytes).outcomes[0]
    assert outcome == again and hash(outcome) == hash(again)
    assert outcome.approval == pickle.loads(pickle.dumps(outcome.approval))
    assert outcome != decision and outcome != 3
    with pytest.raises(AttributeError, match="cannot be changed"):
        outcome.rule = "x"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del outcome.rule
    with pytest.raises(AttributeError):
        outcome.rool  # type: ignore[attr-defined]  # noqa: B018


def test_bytes_that_are_no_answer() -> None:
    broken = Decision(b"\xff\xff")
    with pytest.raises(InvalidInput, match=r"no serialized changepolicy\.v1\.Decision"):
        broken.verdict  # noqa: B018
    with pytest.raises(InvalidInput):
        broken.to_dict()
    with pytest.raises(TypeError, match="from bytes, not from a str"):
        Decision("x")  # type: ignore[arg-type]
    empty = Decision(b"")
    assert empty.verdict is enums.Verdict.UNSPECIFIED and not empty.allowed
    assert (empty.category, empty.risk_level, empty.risk_score) == (
        enums.Category.UNSPECIFIED,
        enums.RiskLevel.UNSPECIFIED,
        0,
    )
    later = decision_of_a_later_version()
    assert not later.allowed and later.verdict == "UNRECOGNIZED_9"


def decision_of_a_later_version() -> Decision:
    return Decision(v1.Decision(subject_id="x", verdict=9).SerializeToString())


def test_what_holds_a_step_back() -> None:
    message = v1.Decision(subject_id="x")
    for status in v1.Status.values():
        message.outcomes.add(rule=v1.Status.Name(status), status=status)
    decision = Decision(message.SerializeToString())
    assert [outcome.id for outcome in decision.outcomes if outcome.holds] == [
        "STATUS_NOT_APPLICABLE",
        "STATUS_SATISFIED",
        "STATUS_WAIVED",
        "STATUS_OVERRIDDEN",
    ]
    assert [outcome for outcome in decision.outcomes if not outcome.holds] == list(
        decision.blocking
    )
    assert "STATUS_UNKNOWN" in repr(decision)


def test_only_open_slots_of_the_chosen_branch_are_missing() -> None:
    message = v1.Decision(subject_id="x")
    chosen = message.outcomes.add(rule="chosen", status=v1.STATUS_UNSATISFIED).approval
    chosen.slots.add(of="role full", needed=1, chosen=True).assigned.add(person="ann")
    chosen.slots.add(of="role open", needed=2, chosen=True).assigned.add(person="bob")
    chosen.slots.add(of="role other", needed=1)
    free = message.outcomes.add(rule="free", status=v1.STATUS_UNSATISFIABLE).approval
    free.slots.add(of="role any", needed=1)
    free.suggestions.add(person="cy")
    held = message.outcomes.add(rule="held", status=v1.STATUS_SATISFIED).approval
    held.slots.add(of="role spare", needed=1)
    held.suggestions.add(person="dan")
    decision = Decision(message.SerializeToString())
    assert decision.missing_roles == ("role any", "role open")
    assert decision.suggestions == ("cy",)


HOSTILE = "<script>alert('x')</script>\n\x1b[31mALLOWED\u202e"


def test_hostile_ids_do_not_reach_terminals_and_pages() -> None:
    message = v1.Decision(subject_id=HOSTILE, policy_id=HOSTILE)
    message.outcomes.add(rule=HOSTILE, status=v1.STATUS_UNSATISFIED, clauses=[HOSTILE])
    message.remarks.add(id=HOSTILE, about=[HOSTILE])
    decision = Decision(message.SerializeToString())
    for shown in (
        repr(decision),
        str(decision),
        repr(decision.outcomes[0]),
        repr(decision.remarks[0]),
    ):
        assert "\x1b" not in shown and "\n" not in shown and "\u202e" not in shown
    lint = changepolicy.answers.LintAnswer(
        v1.LintAnswer(outcomes=message.outcomes).SerializeToString()
    )
    for page in (decision._repr_html_(), lint._repr_html_(), decision.remarks[0]._repr_html_()):
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_the_page_of_a_decision(decision: Decision) -> None:
    page = decision._repr_html_()
    assert "<b style='color:#cf222e'>DENIED</b> DEPLOY of S-1" in page
    assert "A colleague" in page and "C-1" in page


def test_long_values_are_cut() -> None:
    record = records.FactRead(v1.FactRead(path="p" * 500, known=True))
    assert repr(record) == f"FactRead(path='{'p' * 57}...', known=True)"
    change = record_class("ChangeRequest")(v1.ChangeRequest(assets=list("abcdefgh")))
    assert repr(change) == "ChangeRequest(assets=['a', 'b', 'c', 'd', ...])"
