"""The audit log: decisions with all that they were made from, and what happened besides."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any

from changepolicy import _native, _schema, answers
from changepolicy._inputs import message_of
from changepolicy._log_items import Blob, Erased, Event, KeyChange, LogEntry, MessageLike
from changepolicy._log_proofs import LogKey, check_consistency, check_inclusion, generate_log_key
from changepolicy._values import (
    Instant,
    instant_text,
    items_of,
    number_of,
    optional_text_of,
    text_of,
    texts_of,
    utf8,
)
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
# Entries that are read at once while a log is walked through.
_CHUNK = 256


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
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"`path`: a {type(path).__name__} is no name of a file")
        file = os.fspath(path)
        if not isinstance(file, str):
            raise TypeError("`path`: give it as a text, not as bytes")
        if number_of(busy_seconds, "busy_seconds", 32) < 1:
            raise InvalidInput(
                f"`busy_seconds`: {busy_seconds} is less than 1", path="busy_seconds"
            )
        return cls(
            _native.AuditLog(
                file,
                bool(create),
                bool(read_only),
                optional_text_of(origin, "origin"),
                int(busy_seconds),
            ),
            file,
        )

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
        batch = _native.AuditItems(
            instant_text(recorded_at, "recorded_at"), optional_text_of(recorded_by, "recorded_by")
        )
        for item in items_of(items, "items"):
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
                    f"`items`: a {type(item).__name__} is nothing that a log holds; give a "
                    "Decision, an Event or a KeyChange"
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
        return Erased(
            *self._native.erase(
                texts_of(values, "values"),
                text_of(reason, "reason"),
                instant_text(recorded_at, "recorded_at"),
                optional_text_of(recorded_by, "recorded_by"),
            )
        )

    # ---- Reading

    def read(self, index: int) -> LogEntry:
        """The entry at ``index``, from 0. Raises NotFound beyond the end."""
        return LogEntry(self._native.read(number_of(index, "index")))

    def entries(self, first: int = 0, end: int | None = None) -> Iterator[LogEntry]:
        """Entries [``first``, ``end``) in order, of the log as it is at the first step."""
        last = len(self) if end is None else min(number_of(end, "end"), len(self))
        index = number_of(first, "first")
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
        return self._native.read_bytes(number_of(index, "index"))

    def read_blob(self, name: str) -> bytes:
        """A blob by its name, ``sha256:<hex>``, as it is stored. Raises NotFound."""
        return self._native.read_blob(text_of(name, "name"))

    def read_blob_message(self, name: str, type: str) -> Blob:
        """The same as a message of changepolicy.v1 of this name, like ``Directory``, with personal
        data as far as they are there."""
        content, erased = self._native.read_blob_message(
            text_of(name, "name"), text_of(type, "type")
        )
        return Blob(_schema.message_class(type).FromString(content), erased)

    def openings(self) -> list[Any]:
        """Personal data in the clear, a changepolicy.v1.Opening each, by commitment."""
        message = _schema.message_class("Opening")
        return [message.FromString(content) for content in self._native.openings()]

    # ---- Proofs and checkpoints

    def root(self, size: int | None = None) -> bytes:
        """The root hash over the first ``size`` entries (None: all), 32 bytes. Raises OutOfRange
        beyond the log."""
        return self._native.root(self._size(size))

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """That the entry is in the tree of the first ``size`` entries (RFC 9162, section 2.1.3):
        hashes of 32 bytes. Raises OutOfRange."""
        return self._native.prove_inclusion(number_of(index, "index"), self._size(size))

    def prove_consistency(self, earlier: int, size: int | None = None) -> list[bytes]:
        """That the tree of ``size`` entries goes on from that of ``earlier`` (section 2.1.4)."""
        return self._native.prove_consistency(number_of(earlier, "earlier"), self._size(size))

    def _size(self, size: int | None) -> int:
        return len(self) if size is None else number_of(size, "size")

    def make_checkpoint(self, signers: Sequence[str]) -> str:
        """Signs the log as it is with each of the keys (``PRIVATE+KEY+...``, whose name must be the
        origin), keeps the note and returns it."""
        return self._native.make_checkpoint(texts_of(signers, "signers")).decode()

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
        return answers.VerificationReport(
            self._native.verify(
                texts_of(keys, "keys"),
                texts_of(witnesses, "witnesses"),
                [utf8(note, "checkpoints") for note in texts_of(checkpoints, "checkpoints")],
                _progress(progress),
            )
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
        begin = number_of(first, "first")
        if end is not None and number_of(end, "end") <= begin:
            return answers.ReplayReport(b"")
        return answers.ReplayReport(
            self._native.replay(
                begin,
                end if end is not None else 0,
                number_of(threads, "threads", 32),
                number_of(listed, "listed", 32),
                _progress(progress),
            )
        )


def _progress(progress: Progress | None) -> Progress | None:
    if progress is not None and not callable(progress):
        raise TypeError(f"`progress`: a {type(progress).__name__} cannot be called")
    return progress


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
