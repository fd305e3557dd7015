"""The audit log: writing, reading, proving, checking, and what is wrong."""

from __future__ import annotations

import datetime
import pickle
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from example import (
    CHANGE,
    COMMAND,
    NO_COMMAND,
    NOW,
    POOR,
    SMALL_APPROVED,
    SMALL_CHANGE,
    SMALL_NOW,
    SMALL_POLICY,
    UTC,
)

import changepolicy
from changepolicy import (
    AuditLog,
    DataLoss,
    Event,
    FailedPrecondition,
    InvalidInput,
    KeyChange,
    NotFound,
    Organization,
    OutOfRange,
    Policy,
    PolicySeries,
    Verdict,
    check_consistency,
    check_inclusion,
    generate_log_key,
    v1,
)

ORIGIN = "example.com/changes"
AT = datetime.datetime(2026, 1, 3, 12, tzinfo=UTC)
DEPLOYMENT = {
    "deployment": {
        "id": "run-1",
        "subject_id": "S-1",
        "environment": "PRODUCTION",
        "by": "ann",
        "happened_at": "2026-01-03T11:00:00Z",
        "recorded_at": "2026-01-03T11:00:00Z",
    }
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "changes.cplog"


@pytest.fixture
def log(path: Path) -> Iterator[AuditLog]:
    with AuditLog.open(path, create=True, origin=ORIGIN) as opened:
        yield opened


@pytest.fixture
def decision(small: Policy, people: Organization) -> changepolicy.Decision:
    return small.check(SMALL_APPROVED, organization=people, now=SMALL_NOW, transition="DEPLOY")


def test_a_decision_is_kept_with_what_it_was_made_from(
    log: AuditLog, path: Path, decision: changepolicy.Decision, small: Policy
) -> None:
    assert len(log) == 0 and log.origin == ORIGIN and log.path == str(path)
    assert log.append(decision, recorded_at=AT, recorded_by="deploy-bot") == 0
    entry = log.read(0)
    assert (entry.index, entry.erased, entry.recorded_by) == (0, False, "deploy-bot")
    assert entry.recorded_at == AT
    assert entry.subject_kind == "CHANGE"
    assert isinstance(entry.subject, v1.ChangeRequest)
    assert [approval.by for approval in entry.subject.approvals] == ["bob"]
    assert entry.decision is not None
    assert entry.decision.allowed
    assert entry.decision.outcomes == decision.outcomes
    assert entry.message.recorded_by == "deploy-bot"
    assert entry.record.decision is not None
    assert entry.record.decision.transition == "DEPLOY"
    assert entry.to_dict()["recorded_by"] == "deploy-bot"
    assert "S-1 DEPLOY: ALLOWED" in repr(entry)
    blob = log.read_blob_message(entry.record.decision.policy, "PolicyDocuments")
    assert blob.message.documents[0].text == SMALL_POLICY
    assert not blob.erased
    assert log.read_blob(entry.record.decision.policy) == blob.message.SerializeToString()
    report = log.replay()
    assert (report.decisions, report.same, report.passed) == (1, 1, True)


def test_questions_of_every_sort_are_replayed(
    log: AuditLog, policy: Policy, organization: Organization, people: Organization
) -> None:
    version = Policy.loads(
        SMALL_POLICY.replace('"1.0"', '"1.0", effective_from: 2026-01-01T00:00:00Z')
    )
    decisions = [
        policy.check(CHANGE, organization=organization, now=NOW),
        policy.check(POOR, organization=organization, now=NOW, detail="FULL"),
        policy.check(POOR, organization=organization, now=NOW, subject_digest=True),
        policy.check({"id": "R-1", "version": "1.0.0"}, organization=organization, now=NOW),
        policy.check(v1.ChangeRequest(id="C-2").SerializeToString(), now=NOW),
        PolicySeries([version]).check(SMALL_CHANGE, organization=people, now=SMALL_NOW),
    ]
    indexes = log.append_all(decisions, recorded_at=AT)
    assert indexes == list(range(6))
    told: list[tuple[int, int]] = []
    report = log.replay(progress=lambda done, total: told.append((done, total)), threads=2)
    assert (report.decisions, report.same, report.passed) == (6, 6, True), report
    assert told[-1] == (6, 6)
    assert [e.decision.verdict for e in log if e.decision is not None] == [
        d.verdict for d in decisions
    ]
    assert log.read(3).subject_kind == "RELEASE"
    assert isinstance(log.read(3).subject, v1.Release)
    assert log.replay(first=2, end=4).decisions == 2
    assert log.replay(first=4, end=4).decisions == 0


def test_events(log: AuditLog, small: Policy, decision: changepolicy.Decision) -> None:
    message = v1.EventRecord()
    message.approval.id = "a"
    message.approval.by = "bob"
    indexes = log.append_all(
        [
            Event(small, DEPLOYMENT),
            decision,
            Event(small, message),
            Event(small, message.SerializeToString()),
        ],
        recorded_at=AT,
    )
    assert indexes == [0, 1, 2, 3]
    assert log.append_event(DEPLOYMENT, policy=small, recorded_at=AT) == 4
    entry = log.read(0)
    assert (entry.subject, entry.decision, entry.subject_kind) == (None, None, "UNSPECIFIED")
    assert entry.record.event is not None and entry.record.event.deployment is not None
    assert entry.record.event.deployment.by == "ann"
    assert repr(entry) == "<LogEntry 0: event>"
    assert log.read(2).message.event.approval.by == "bob"


def test_nothing_is_added_where_one_is_wrong(
    log: AuditLog, small: Policy, decision: changepolicy.Decision
) -> None:
    for wrong, raised, words in (
        (Event(small, {"deploiment": {}}), InvalidInput, "did you mean `deployment`"),
        (Event(small, b"\xff\xff"), InvalidInput, "event"),
        (Event("policy.yaml", DEPLOYMENT), TypeError, "a str is no Policy"),  # type: ignore[arg-type]
        (KeyChange({"old_key": 3, "new": ""}), InvalidInput, "new"),
        (DEPLOYMENT, TypeError, "a dict is nothing that a log holds"),
        (pickle.loads(pickle.dumps(decision)), FailedPrecondition, "ask again"),
    ):
        with pytest.raises(raised, match=words):
            log.append_all([decision, wrong], recorded_at=AT)  # type: ignore[list-item]
    with pytest.raises(InvalidInput, match="recorded_at"):
        log.append(decision, recorded_at="now")
    with pytest.raises(TypeError, match="no zone"):
        log.append(decision, recorded_at=datetime.datetime(2026, 1, 1))
    assert len(log) == 0
    assert log.append_all([], recorded_at=AT) == []


def test_reading_as_a_list(log: AuditLog, small: Policy) -> None:
    for first in range(0, 600, 200):
        log.append_all(
            [
                Event(small, {"subject_id": f"S-{n}", **DEPLOYMENT})
                for n in range(first, first + 200)
            ],
            recorded_at=AT,
        )
    assert len(log) == 600
    assert [entry.index for entry in log] == list(range(600))
    assert [entry.index for entry in log.entries(250, 520)] == list(range(250, 520))
    assert [entry.index for entry in log.entries(598, 10_000)] == [598, 599]
    assert list(log.entries(600)) == []
    assert log[-1].index == 599 and log[0].index == 0
    for index in (600, -601):
        with pytest.raises(IndexError, match="600 entries"):
            log[index]
    with pytest.raises(TypeError, match="`entries`"):
        log[0:2]  # type: ignore[index]
    with pytest.raises(NotFound):
        log.read(600)
    with pytest.raises(NotFound):
        log.read_bytes(-1)
    assert bool(log)


def test_proofs(log: AuditLog, small: Policy) -> None:
    log.append_all([Event(small, DEPLOYMENT)] * 7, recorded_at=AT)
    earlier = log.root()
    log.append_all([Event(small, DEPLOYMENT)] * 6, recorded_at=AT)
    root = log.root()
    assert len(root) == 32 and log.root(7) == earlier
    for index in (0, 6, 12):
        proof = log.prove_inclusion(index)
        assert all(len(each) == 32 for each in proof)
        check_inclusion(log.read_bytes(index), index, 13, proof, root)
        with pytest.raises(DataLoss):
            check_inclusion(log.read_bytes(index) + b"x", index, 13, proof, root)
        with pytest.raises(DataLoss):
            check_inclusion(log.read_bytes(index), index, 13, proof, earlier)
    check_inclusion(log.read_bytes(3), 3, 7, log.prove_inclusion(3, 7), earlier)
    proof = log.prove_consistency(7)
    check_consistency(7, 13, proof, earlier, root)
    with pytest.raises(DataLoss):
        check_consistency(7, 13, proof, root, root)
    for wrong in (
        lambda: check_inclusion(b"x", 13, 13, proof, root),
        lambda: check_inclusion(b"x", -1, 13, proof, root),
        lambda: check_inclusion(b"x", 0, 13, [b"short"], root),
        lambda: check_consistency(14, 13, proof, earlier, root),
        lambda: check_consistency(7, 13, proof, b"", root),
    ):
        with pytest.raises((InvalidInput, DataLoss)):
            wrong()
    for beyond in (
        lambda: log.root(14),
        lambda: log.prove_inclusion(13),
        lambda: log.prove_consistency(3, 14),
    ):
        with pytest.raises((OutOfRange, NotFound, InvalidInput)):
            beyond()


def test_checkpoints_and_verification(
    log: AuditLog, path: Path, decision: changepolicy.Decision, small: Policy
) -> None:
    key = generate_log_key(ORIGIN)
    assert key.signer.startswith("PRIVATE+KEY+") and key.verifier.startswith(ORIGIN)
    assert "PRIVATE" not in repr(key)
    log.append(decision, recorded_at=AT)
    note = log.make_checkpoint([key.signer])
    assert note.startswith(f"{ORIGIN}\n1\n")
    assert log.checkpoints() == [note]
    told: list[tuple[int, int]] = []
    report = log.verify(
        keys=[key.verifier],
        checkpoints=[note],
        progress=lambda done, total: told.append((done, total)),
    )
    assert report.passed and report.signatures_checked
    assert (report.size, report.signed_size, report.checkpoints_verified) == (1, 1, 2)
    assert told[-1][0] == told[-1][1]
    assert log.verify().passed and not log.verify().signatures_checked
    log.append(Event(small, DEPLOYMENT), recorded_at=AT)
    longer = log.verify(keys=[key.verifier])
    assert (longer.passed, longer.size, longer.signed_size) == (True, 2, 1)
    other = log.verify(keys=[generate_log_key(ORIGIN).verifier])
    assert not other.passed
    assert "UNSIGNED" in [problem.kind for problem in other.problems]
    log.close()
    # A byte is changed behind the log's back.
    with sqlite3.connect(path) as database:
        database.execute("drop trigger entries_stay")
        database.execute("update entries set bytes = bytes || x'00' where idx = 0")
    database.close()
    with AuditLog.open(path, read_only=True) as again:
        damaged = again.verify(keys=[key.verifier])
    assert not damaged.passed
    assert any(problem.first_bad_index == 0 for problem in damaged.problems)


def test_keys_and_notes_that_are_wrong(log: AuditLog, decision: changepolicy.Decision) -> None:
    log.append(decision, recorded_at=AT)
    other = generate_log_key("example.com/other")
    for wrong in (
        lambda: log.make_checkpoint([other.signer]),
        lambda: log.make_checkpoint(["PRIVATE+KEY+x"]),
        lambda: log.make_checkpoint([]),
        lambda: log.verify(keys=["x"]),
        lambda: generate_log_key("a b"),
        lambda: generate_log_key(""),
    ):
        with pytest.raises(InvalidInput):
            wrong()
    with pytest.raises((InvalidInput, NotFound)):
        log.add_cosignatures("nonsense")
    for text_for_list in (
        lambda: log.make_checkpoint(other.signer),
        lambda: log.verify(keys=other.verifier),
        lambda: log.erase("ann", reason="x", recorded_at=AT),
    ):
        with pytest.raises(TypeError, match="not a single one"):
            text_for_list()


def test_another_key_takes_over(log: AuditLog, small: Policy) -> None:
    # Signing it is the command's (`audit rotate`); without, it is refused.
    one, two = generate_log_key(ORIGIN), generate_log_key(ORIGIN)
    change = v1.KeyChange(old_key=one.verifier, new_key=two.verifier, signature=b"x")
    with pytest.raises(DataLoss, match="is not signed by key"):
        log.append(KeyChange(change), recorded_at=AT)
    assert len(log) == 0


@pytest.mark.skipif(not Path(COMMAND).exists(), reason=NO_COMMAND)
def test_a_key_change_that_the_command_signed(path: Path, small: Policy, tmp_path: Path) -> None:
    one, two = generate_log_key(ORIGIN), generate_log_key(ORIGIN)
    (tmp_path / "one").write_text(one.signer + "\n")
    (tmp_path / "two").write_text(two.signer + "\n")
    with AuditLog.open(path, create=True, origin=ORIGIN) as log:
        log.append_event(DEPLOYMENT, policy=small, recorded_at=AT)
        log.make_checkpoint([one.signer])
    subprocess.run(
        [
            COMMAND,
            "audit",
            "rotate",
            str(path),
            "--old-key",
            str(tmp_path / "one"),
            "--new-key",
            str(tmp_path / "two"),
        ],
        check=True,
        timeout=60,
    )
    with AuditLog.open(path) as log:
        entry = log[-1]
        assert entry.record.key_change is not None
        assert entry.record.key_change.new_key == two.verifier
        assert repr(entry) == f"<LogEntry {entry.index}: key_change>"
        log.make_checkpoint([two.signer])
        assert log.verify(keys=[one.verifier]).passed


PERSONAL = SMALL_POLICY + "personal_data: {people: true, clause: C-1}\n"


def test_erasing(log: AuditLog, people: Organization) -> None:
    policy = Policy.loads(PERSONAL)
    log.append(policy.check(SMALL_APPROVED, organization=people, now=SMALL_NOW), recorded_at=AT)
    assert {opening.value for opening in log.openings()} >= {"ann", "bob"}
    key = generate_log_key(ORIGIN)
    note = log.make_checkpoint([key.signer])
    erased = log.erase(["bob"], reason="GDPR Art. 17, request 7", recorded_at=AT, recorded_by="dpo")
    assert erased.index == 1 and erased.openings >= 1
    assert "bob" not in {opening.value for opening in log.openings()}
    entry = log.read(0)
    assert entry.erased
    assert entry.subject.approvals[0].by.startswith("commitment:")
    assert log.read(1).record.erasure is not None
    assert repr(log.read(1)) == "<LogEntry 1: erasure>"
    assert log.replay().erased == 1 and log.replay().passed
    log.make_checkpoint([key.signer])
    report = log.verify(keys=[key.verifier], checkpoints=[note])
    assert report.passed and report.entries_erased == 1
    with pytest.raises(NotFound, match="keeps no value"):
        log.erase(["bob"], reason="again", recorded_at=AT)


def test_what_a_callback_raises_is_raised(log: AuditLog, decision: changepolicy.Decision) -> None:
    log.append(decision, recorded_at=AT)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log.verify(progress=stop)
    with pytest.raises(KeyboardInterrupt):
        log.replay(progress=stop)
    with pytest.raises(TypeError, match="`progress`: a int cannot be called"):
        log.verify(progress=3)  # type: ignore[arg-type]
    assert log.verify().passed


def test_opening(tmp_path: Path, path: Path, small: Policy) -> None:
    with pytest.raises(NotFound, match=r"changes\.cplog"):
        AuditLog.open(path)
    with pytest.raises(InvalidInput, match=r"name|origin"):
        AuditLog.open(path, create=True)
    with pytest.raises(InvalidInput, match="has a space"):
        AuditLog.open(path, create=True, origin="two words")
    with AuditLog.open(path, create=True, origin=ORIGIN) as log:
        log.append_event(DEPLOYMENT, policy=small, recorded_at=AT)
    with AuditLog.open(str(path), read_only=True) as log:
        assert len(log) == 1
        with pytest.raises((FailedPrecondition, InvalidInput), match="read"):
            log.append_event(DEPLOYMENT, policy=small, recorded_at=AT)
    with pytest.raises(FailedPrecondition, match=r"origin|example\.com"):
        AuditLog.open(path, origin="example.com/other")
    with pytest.raises(InvalidInput, match="NUL"):
        AuditLog.open("a\0b")
    with pytest.raises(InvalidInput, match="less than 1"):
        AuditLog.open(path, busy_seconds=0)
    with pytest.raises(TypeError, match="`path`: a bytes is no name"):
        AuditLog.open(str(path).encode())  # type: ignore[arg-type]
    other = tmp_path / "other.txt"
    other.write_text("no log at all, but long enough to be looked at\n" * 20)
    with pytest.raises((FailedPrecondition, DataLoss), match=r"other\.txt"):
        AuditLog.open(other)
    assert other.read_text().startswith("no log")


def test_a_log_that_is_closed(log: AuditLog, path: Path, decision: changepolicy.Decision) -> None:
    log.append(decision, recorded_at=AT)
    assert not log.closed
    log.close()
    log.close()
    assert log.closed and "closed" in repr(log) and bool(log)
    for use in (
        lambda: len(log),
        lambda: log.origin,
        lambda: log.append(decision, recorded_at=AT),
        lambda: log.read(0),
        lambda: list(log),
        lambda: log[0],
        lambda: log.read_bytes(0),
        lambda: log.read_blob("sha256:x"),
        lambda: log.openings(),
        lambda: log.root(),
        lambda: log.prove_inclusion(0, 1),
        lambda: log.checkpoints(),
        lambda: log.make_checkpoint([]),
        lambda: log.add_cosignatures("x"),
        lambda: log.verify(),
        lambda: log.replay(),
        lambda: log.erase(["x"], reason="x", recorded_at=AT),
    ):
        with pytest.raises(FailedPrecondition, match="the log is closed"):
            use()


def test_threads_write_one_log(log: AuditLog, small: Policy) -> None:
    failures: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            for number in range(10):
                log.append_event(
                    {"subject_id": f"{thread}-{number}", **DEPLOYMENT}, policy=small, recorded_at=AT
                )
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(log) == 80
    written = [entry.message.event.subject_id for entry in log]
    assert sorted(written) == sorted(f"{t}-{n}" for t in range(8) for n in range(10))
    assert log.verify().passed


def test_closing_while_others_read(path: Path, small: Policy) -> None:
    log = AuditLog.open(path, create=True, origin=ORIGIN)
    log.append_all([Event(small, DEPLOYMENT)] * 50, recorded_at=AT)
    started = threading.Barrier(5)
    outcomes: list[Any] = []

    def read() -> None:
        started.wait()
        try:
            while True:
                assert log.verify().passed
        except FailedPrecondition as error:
            outcomes.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    log.close()
    for thread in threads:
        thread.join(timeout=30)
    assert len(outcomes) == 4
    assert Verdict.ALLOWED
