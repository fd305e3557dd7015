"""What goes into an audit log and what comes out; :mod:`changepolicy.audit` has it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional, Union

from google.protobuf.message import Message

from changepolicy import _schema, answers, records
from changepolicy._records import printable
from changepolicy.enums import SubjectKind
from changepolicy.policy import Policy

#: A message, a mapping, JSON text or serialized bytes.
MessageLike = Union[Message, Mapping[str, Any], str, bytes]


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
