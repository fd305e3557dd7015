"""The audit log: decisions with all that they were made from, and what happened besides."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Optional, Union

from google.protobuf.message import Message

from changepolicy import _native, _schema, answers, records
from changepolicy._inputs import message_of
from changepolicy._records import printable
from changepolicy._values import Instant, instant_text, utf8
from changepolicy.enums import SubjectKind
from changepolicy.errors import FailedPrecondition, InvalidInput
from changepolicy.policy import Policy

__all__ = [
    "AuditLog",
    "Blob",
    "Erased",
    "Event",
    "KeyChange",
    "LogEntry",
    "LogKey",
    "check_consistency",
    "check_inclusion",
    "generate_log_key",
]

#: Told how much is done, some hundred times. What it raises is raised once the call is over.
Progress = Callable[[int, int], object]
#: A message, a mapping, JSON text or serialized bytes.
MessageLike = Union[Message, Mapping[str, Any], str, bytes]

# Entries that are read at once while a log is walked through.
_CHUNK = 256


class Event(NamedTuple):
    """Something that happened: a ``changepolicy.v1.EventRecord``. The policy says what of it are
    personal data."""

    policy: Policy
    event: MessageLike


class KeyChange(NamedTuple):
    """Checkpoints are signed with another key from here on: a ``changepolicy.v1.KeyChange``."""

    key_change: MessageLike


@dataclasses.dataclass(frozen=True)
class Erased:
    """What was erased."""

    #: Of the entry that records it.
    index: int
    #: How many kept values are gone.
    openings: int


class Blob(NamedTuple):
    """A document that entries name by its digest, with personal data as far as they are there."""

    message: Any
    #: Some of it is gone.
    erased: bool


class LogKey(NamedTuple):
    """An Ed25519 key that signs checkpoints, in the texts of Go's sumdb/note."""

    #: ``PRIVATE+KEY+...``: secret.
    signer: str
    #: ``name+hash+key``: for everybody.
    verifier: str

    def __repr__(self) -> str:
        return f"LogKey(signer=<secret>, verifier={self.verifier!r})"


class LogEntry:
    """An entry as it was read, opened where its personal data are still there."""

    __slots__ = ("_bytes", "_decision", "_kind", "_subject", "erased", "index", "record")

    def __init__(self, read: tuple[int, bool, int, bytes, bytes, bytes]) -> None:
        """Not called directly; see :meth:`AuditLog.read`."""
        index, erased, kind, message, subject, decision = read
        #: Its place in the log, from 0.
        self.index = index
        #: Whether personal data of it are gone.
        self.erased = erased
        #: The AuditEntry, as a record; texts that are gone are commitments.
        self.record = records.AuditEntry(_schema.message_class("AuditEntry").FromString(message))
        self._bytes = message
        self._kind = kind
        self._subject = subject
        self._decision = decision

    @property
    def message(self) -> Any:
        """The changepolicy.v1.AuditEntry; a copy of your own."""
        return _schema.message_class("AuditEntry").FromString(self._bytes)

    @property
    def recorded_at(self) -> Optional[datetime.datetime]:
        """When it was written, as the writer says."""
        return self.record.recorded_at

    @property
    def recorded_by(self) -> str:
        """The system or account that wrote it, as it says."""
        return self.record.recorded_by

    @property
    def subject_kind(self) -> SubjectKind:
        """What ``subject`` is; UNSPECIFIED where the entry is no decision."""
        return SubjectKind.of(self._kind)

    @property
    def subject(self) -> Any:
        """What was decided about, a changepolicy.v1.ChangeRequest or Release; None where the entry
        is no decision."""
        if self._kind == 0:
            return None
        name = "ChangeRequest" if self._kind == 1 else "Release"
        return _schema.message_class(name).FromString(self._subject)

    @property
    def decision(self) -> Optional[answers.Decision]:
        """The decision; None where the entry is none."""
        return answers.Decision(self._decision) if self._kind != 0 else None

    def to_dict(self) -> dict[str, Any]:
        """The AuditEntry with the names of fields of the .proto files."""
        return self.record.to_dict()

    def __repr__(self) -> str:
        if self.decision is not None:
            what = repr(self.decision)
        else:
            what = next(
                (
                    printable(name)
                    for name in ("event", "erasure", "key_change")
                    if getattr(self.record, name) is not None
                ),
                "empty",
            )
        return f"<LogEntry {self.index}: {what}{', erased' if self.erased else ''}>"


class AuditLog:
    """A log in one file, to which is only added.

        with AuditLog.open("changes.cplog", create=True, origin="example.com/changes") as log:
            decision = policy.check(change, organization=organization, now=now)
            index = log.append(decision, recorded_at=now, recorded_by="deploy-bot")
            note = log.make_checkpoint([key.signer])

    Every entry is a leaf of a Merkle tree (RFC 9162); a checkpoint is its signed root: who keeps
    one can tell whether anything before it was changed (docs/audit.md).

    Threads may share a log, and are committed together where they meet; several processes may write
    one file, each waits for the others. Besides their own errors all calls raise FailedPrecondition
    for a log that is closed, Unavailable where another writer holds the file, LimitExceeded where
    the disk is full, PermissionDenied where the file cannot be written, DataLoss where it is
    damaged, InvalidInput and TypeError for arguments. After an error nothing of the call is in the
    log.
    """

    def __init__(self, native: _native.AuditLog, path: str) -> None:
        """Not called directly; see :meth:`open`."""
        self._native = native
        self._path = path

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        create: bool = False,
        origin: str | None = None,
        read_only: bool = False,
        busy_seconds: int = 10,
    ) -> AuditLog:
        """Opens a log. ``create``: make the file where there is none; it then needs ``origin``, its
        name in checkpoints, best an address without scheme. ``read_only``: nothing is written.
        ``busy_seconds``: how long another writer is waited for.

        Raises NotFound; InvalidInput for an origin that a checkpoint cannot carry;
        FailedPrecondition for a file that is no log, of a later format, or of another origin.
        """
        file = os.fspath(path)
        if not isinstance(file, str):
            raise TypeError("`path`: give it as a text, not as bytes")
        if busy_seconds < 1:
            raise InvalidInput(
                f"`busy_seconds`: {busy_seconds} is less than 1", path="busy_seconds"
            )
        return cls(_native.AuditLog(file, create, read_only, origin, busy_seconds), file)

    def close(self) -> None:
        """Closes it, once calls of other threads are over. Closing twice is allowed."""
        self._native.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._native.closed

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The file."""
        return self._path

    @property
    def origin(self) -> str:
        """Its name in checkpoints."""
        return self._native.origin()

    def __len__(self) -> int:
        """How many entries it has."""
        return self._native.size()

    def __bool__(self) -> bool:
        # Without it an empty log would be false, like an empty list.
        return True

    def __repr__(self) -> str:
        return f"<AuditLog {self._path!r}{', closed' if self.closed else ''}>"

    # ---- Writing

    def append(
        self,
        item: answers.Decision | Event | KeyChange,
        *,
        recorded_at: Instant,
        recorded_by: str | None = None,
    ) -> int:
        """Adds an entry; its index, once it lies on the disk.

        A Decision that this process asked for is logged with all that it was made from: policy,
        organization, subject and question. ``recorded_at``: when, as the caller says; the library
        reads no clock.
        """
        return self.append_all([item], recorded_at=recorded_at, recorded_by=recorded_by)[0]

    def append_all(
        self,
        items: Iterable[answers.Decision | Event | KeyChange],
        *,
        recorded_at: Instant,
        recorded_by: str | None = None,
    ) -> list[int]:
        """Adds all or none, in one commit, which is about as fast for hundreds as for one."""
        batch = _native.AuditItems(instant_text(recorded_at, "recorded_at"), recorded_by)
        for item in items:
            if isinstance(item, answers.Decision):
                _add_decision(batch, item)
            elif isinstance(item, Event):
                if not isinstance(item.policy, Policy):
                    raise TypeError(f"`policy`: a {type(item.policy).__name__} is no Policy")
                batch.add_event(
                    item.policy._native, *message_of(item.event, "EventRecord", "event")
                )
            elif isinstance(item, KeyChange):
                batch.add_key_change(*message_of(item.key_change, "KeyChange", "key_change"))
            else:
                raise TypeError(
                    f"a {type(item).__name__} is nothing that a log holds; give a Decision, an "
                    "Event or a KeyChange"
                )
        return self._native.append(batch)

    def append_event(
        self,
        event: MessageLike,
        *,
        policy: Policy,
        recorded_at: Instant,
        recorded_by: str | None = None,
    ) -> int:
        """Adds something that happened: a ``changepolicy.v1.EventRecord``, like ``{"deployment":
        {...}}``. The policy says what of it are personal data."""
        return self.append(Event(policy, event), recorded_at=recorded_at, recorded_by=recorded_by)

    def erase(
        self,
        values: Sequence[str],
        *,
        reason: str,
        recorded_at: Instant,
        recorded_by: str | None = None,
    ) -> Erased:
        """Erases personal data that are or contain one of these values, and all that a logged
        directory says of the same person, and records that it did. The tree stays. Raises NotFound
        where there is none."""
        if isinstance(values, str):
            raise TypeError("`values`: give a list of texts, not a single one")
        return Erased(
            *self._native.erase(
                list(values), reason, instant_text(recorded_at, "recorded_at"), recorded_by
            )
        )

    # ---- Reading

    def read(self, index: int) -> LogEntry:
        """The entry at ``index``, from 0. Raises NotFound beyond the end."""
        return LogEntry(self._native.read(index))

    def entries(self, first: int = 0, end: int | None = None) -> Iterator[LogEntry]:
        """Entries [``first``, ``end``) in order, of the log as it is at the first step."""
        last = len(self) if end is None else min(end, len(self))
        index = first
        while index < last:
            found = self._native.read_some(index, min(_CHUNK, last - index))
            if not found:
                return
            yield from (LogEntry(entry) for entry in found)
            index += len(found)

    def __getitem__(self, index: int) -> LogEntry:
        """As of a list: from 0, or from the end where it is negative. Raises IndexError."""
        if not isinstance(index, int):
            raise TypeError("an entry is asked for by its index; `entries` gives several")
        size = len(self)
        place = index + size if index < 0 else index
        if not 0 <= place < size:
            raise IndexError(f"the log has {size} entries, and none at {index}")
        return self.read(place)

    def __iter__(self) -> Iterator[LogEntry]:
        return self.entries()

    def read_bytes(self, index: int) -> bytes:
        """The bytes of an entry: the leaf of the tree. Raises NotFound beyond the end."""
        return self._native.read_bytes(index)

    def read_blob(self, name: str) -> bytes:
        """A blob by its name, ``sha256:<hex>``, as it is stored. Raises NotFound."""
        return self._native.read_blob(name)

    def read_blob_message(self, name: str, type: str) -> Blob:
        """The same as a message of changepolicy.v1 of this name, like ``Directory``, with personal
        data as far as they are there."""
        content, erased = self._native.read_blob_message(name, type)
        return Blob(_schema.message_class(type).FromString(content), erased)

    def openings(self) -> list[Any]:
        """Personal data in the clear, a changepolicy.v1.Opening each, by commitment."""
        message = _schema.message_class("Opening")
        return [message.FromString(content) for content in self._native.openings()]

    # ---- Proofs and checkpoints

    def root(self, size: int | None = None) -> bytes:
        """The root hash over the first ``size`` entries (None: all), 32 bytes. Raises OutOfRange
        beyond the log."""
        return self._native.root(len(self) if size is None else size)

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """That the entry is in the tree of the first ``size`` entries (RFC 9162, section 2.1.3):
        hashes of 32 bytes. Raises OutOfRange."""
        return self._native.prove_inclusion(index, len(self) if size is None else size)

    def prove_consistency(self, earlier: int, size: int | None = None) -> list[bytes]:
        """That the tree of ``size`` entries goes on from that of ``earlier`` (section 2.1.4)."""
        return self._native.prove_consistency(earlier, len(self) if size is None else size)

    def make_checkpoint(self, signers: Sequence[str]) -> str:
        """Signs the log as it is with each of the keys (``PRIVATE+KEY+...``, whose name must be the
        origin), keeps the note and returns it."""
        if isinstance(signers, str):
            raise TypeError("`signers`: give a list of keys, not a single one")
        return self._native.make_checkpoint(list(signers)).decode()

    def add_cosignatures(self, note: str) -> None:
        """Adds signatures of others (witnesses) on a checkpoint that the log has kept. Raises
        NotFound where it kept none with this text."""
        self._native.add_cosignatures(utf8(note, "note"))

    def checkpoints(self) -> list[str]:
        """All that were kept, in the order in which they were made."""
        return [note.decode(errors="replace") for note in self._native.checkpoints()]

    # ---- Checking

    def verify(
        self,
        *,
        keys: Sequence[str] = (),
        witnesses: Sequence[str] = (),
        checkpoints: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> answers.VerificationReport:
        """Reads and hashes everything again; ``passed`` of the report says whether all is well.

        ``keys``: verifier keys of the log (``name+hash+key``); without any only hashes are checked.
        ``witnesses``: verifier keys whose cosignatures are counted. ``checkpoints``: notes that you
        kept: the log must be what it was, or more.
        """
        for name, texts in (("keys", keys), ("witnesses", witnesses), ("checkpoints", checkpoints)):
            if isinstance(texts, str):
                raise TypeError(f"`{name}`: give a list of texts, not a single one")
        kept = [utf8(note, "checkpoints") for note in checkpoints]
        return answers.VerificationReport(
            self._native.verify(list(keys), list(witnesses), kept, progress)
        )

    def replay(
        self,
        *,
        first: int = 0,
        end: int | None = None,
        threads: int = 0,
        listed: int = 1000,
        progress: Progress | None = None,
    ) -> answers.ReplayReport:
        """Decides every logged decision of the entries [``first``, ``end``) again, from what is
        stored, and compares the bytes. ``threads``: 0 is as many as the machine has processors.
        ``listed``: how many entries are listed that did not come out the same; all are counted.
        Writes nothing."""
        if end is not None and end <= first:
            return answers.ReplayReport(b"")
        return answers.ReplayReport(
            self._native.replay(first, end if end is not None else 0, threads, listed, progress)
        )


def _add_decision(batch: _native.AuditItems, decision: answers.Decision) -> None:
    asked = decision._asked
    if asked is None:
        raise FailedPrecondition(
            "this decision does not know what it was made from (it was pickled, or made from "
            "bytes); ask again, and log that"
        )
    batch.add_decision(
        asked.engine,
        (asked.kind, asked.encoding, asked.subject),
        asked.now,
        asked.transition,
        asked.detail,
        asked.subject_digest,
        decision.bytes,
    )


# ---- Without a log


def generate_log_key(name: str) -> LogKey:
    """A new key, from the machine's randomness; ``name`` is the log's origin. Raises InvalidInput
    for a name with blanks or ``+``."""
    return LogKey(*_native.generate_log_key(name))


def check_inclusion(
    entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """That these bytes are the entry at ``index`` of the tree of ``size`` entries with this root.
    Raises DataLoss where the proof does not show it; InvalidInput for what is no proof of such a
    tree. O(log size)."""
    _native.check_inclusion(entry, index, size, list(proof), root)


def check_consistency(
    earlier: int, size: int, proof: Sequence[bytes], earlier_root: bytes, root: bytes
) -> None:
    """That the tree of ``size`` entries goes on from that of ``earlier``. Raises as
    :func:`check_inclusion` does."""
    _native.check_consistency(earlier, size, list(proof), earlier_root, root)
