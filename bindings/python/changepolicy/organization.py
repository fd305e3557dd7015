"""Organizations: who people are and what they may do, and what is scheduled and owed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Union

from google.protobuf.message import Message

from changepolicy import _native, _schema
from changepolicy._inputs import (
    BINARY,
    JSON,
    Document,
    message_of,
    read_document,
    read_documents,
    read_text,
)
from changepolicy.errors import Issue

_TYPE = "Organization"


class Organization:
    """A directory and a ledger, checked and indexed once.

    Immutable; threads may share it. Keep it and pass it to every question: a policy prepares itself
    for an organization once, and for each new one again.
    """

    def __init__(self, native: _native.Organization) -> None:
        """Not called directly; see :meth:`load`, :meth:`loads` and :meth:`from_dict`."""
        self._native = native

    @classmethod
    def load(cls, documents: Document | Sequence[Document]) -> Organization:
        """Reads a file, or a list of files that together are a directory and a ledger.

        The ending of a name tells the format: ``.yaml``, ``.json``, ``.textproto``, ``.binpb``. A
        document may also be a mapping, a message, or a tuple of a name and a text.

        Raises InvalidInput with every issue, its place and its remedy; OSError for a file that
        cannot be read; TypeError. Takes time linear in the size of the organization.
        """
        return cls(_native.load_organization(read_documents(documents, _TYPE, "organization")))

    @classmethod
    def loads(cls, text: str | bytes, *, format: str = "yaml") -> Organization:
        """Reads a text. ``format``: ``yaml`` (JSON is YAML too), ``json``, ``textproto`` or
        ``binpb``. Raises as :meth:`load` does."""
        return cls(_native.load_organization([read_text(text, format, "organization")]))

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Organization:
        """From a mapping with the field names of ``changepolicy.v1.Organization``. Raises as
        :meth:`load` does."""
        return cls(_native.load_organization([read_document(mapping, _TYPE, "organization")]))

    def with_ledger(self, ledger: Message | Mapping[str, Any] | str | bytes) -> Organization:
        """The same directory with another ledger: a message, a mapping, JSON or serialized bytes.
        Nothing of the directory is computed again. Raises InvalidInput; TypeError."""
        return Organization(self._native.with_ledger(*message_of(ledger, "Ledger", "ledger")))

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Warnings and notices: what is accepted, and likely not what was meant."""
        return tuple(Issue(*issue) for issue in self._native.issues())

    @property
    def message(self) -> Any:
        """The changepolicy.v1.Organization, a copy of your own."""
        return _schema.message_class(_TYPE).FromString(self._native.message(BINARY))

    def to_json(self) -> str:
        """The organization as JSON, with the names of fields of the .proto files."""
        return self._native.message(JSON).decode()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._native.message(BINARY),)

    def __repr__(self) -> str:
        message = self.message
        parts = [
            f"{len(getattr(message.directory, part))} {part}"
            for part in ("people", "roles", "teams", "services")
            if getattr(message.directory, part)
        ]
        return f"<Organization: {', '.join(parts) or 'of nobody'}>"


def _restored(content: bytes) -> Organization:
    return Organization.loads(content, format="binpb")


#: What is taken for an organization: one that was loaded is by far the quickest.
OrganizationLike = Union[
    Organization, str, "os.PathLike[str]", Mapping[str, Any], Message, bytes, None
]


def organization_of(value: OrganizationLike) -> Organization | None:
    """The organization that an argument stands for; None: one of nobody."""
    if value is None or isinstance(value, Organization):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Organization.loads(bytes(value), format="binpb")
    if isinstance(value, (list, tuple)):
        raise TypeError("`organization`: several documents are given to `Organization.load`")
    return Organization.load(value)
