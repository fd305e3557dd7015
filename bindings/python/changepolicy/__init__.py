"""Decides whether a change or a release may go ahead, who must approve it, and why.

    import changepolicy

    engine = changepolicy.Engine.load(organization="organization.yaml")
    decision = engine.decide_change(change, now="2026-01-31T09:30:00Z", transition="DEPLOY")
    if decision["verdict"] == "VERDICT_ALLOWED":
        deploy()

Only ``VERDICT_ALLOWED`` means yes. A subject is a mapping (with the field names of
``changepolicy.v1``), its JSON text, or the serialized message; a decision comes back as a dict, or
as the serialized message from the methods that end in ``_bytes``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Union

from changepolicy import _native

__all__ = ["Document", "Engine", "InvalidInput", "decision_digest"]

#: A file (or ``builtin:NAME``), or a tuple of the name and the text of a document.
Document = Union[str, "os.PathLike[str]", "tuple[str, Union[str, bytes]]"]
Subject = Union[Mapping[str, Any], str, bytes]


class InvalidInput(ValueError):
    """A policy, an organization, a subject or an argument is wrong; the text says where."""


def _read(document: Document) -> tuple[str, bytes]:
    if isinstance(document, tuple):
        name, text = document
        return name, text.encode() if isinstance(text, str) else text
    path = os.fspath(document)
    if path.startswith("builtin:"):
        return path, b""
    with open(path, "rb") as file:
        return path, file.read()


def _documents(documents: Document | Sequence[Document]) -> list[tuple[str, bytes]]:
    if isinstance(documents, (str, os.PathLike)) or (
        isinstance(documents, tuple) and len(documents) == 2 and isinstance(documents[1], (str, bytes))
    ):
        documents = [documents]
    return [_read(document) for document in documents]


class Engine:
    """A policy and an organization, ready to decide. Immutable; threads may share it."""

    def __init__(self, session: _native.Session) -> None:
        self._session = session

    @classmethod
    def load(
        cls,
        policy: Document | Sequence[Document] = "builtin:saas",
        organization: Document | Sequence[Document] = (),
    ) -> Engine:
        """Reads a policy, overlays after it, and an organization.

        Raises InvalidInput with every problem, its place and its remedy; OSError for a file that
        cannot be read.
        """
        try:
            return cls(_native.Session(_documents(policy), _documents(organization)))
        except ValueError as error:
            raise InvalidInput(str(error)) from None

    @property
    def policy_digest(self) -> str:
        """``sha256:<hex>`` of the merged policy."""
        return self._session.policy_digest

    def decide_change(self, change: Subject, *, now: str, transition: str = "") -> dict[str, Any]:
        """Decides about a change. ``now`` is RFC 3339 or a date: the library reads no clock."""
        return self._decide_json(change, False, now, transition)

    def decide_release(self, release: Subject, *, now: str, transition: str = "") -> dict[str, Any]:
        """Decides about a release."""
        return self._decide_json(release, True, now, transition)

    def decide_change_bytes(self, change: Subject, *, now: str, transition: str = "") -> bytes:
        """The decision about a change, serialized: equal decisions give equal bytes."""
        return self._decide(change, False, False, now, transition)

    def decide_release_bytes(self, release: Subject, *, now: str, transition: str = "") -> bytes:
        """The decision about a release, serialized."""
        return self._decide(release, True, False, now, transition)

    def _decide_json(
        self, subject: Subject, release: bool, now: str, transition: str
    ) -> dict[str, Any]:
        return json.loads(self._decide(subject, release, True, now, transition))

    def _decide(
        self, subject: Subject, release: bool, json_out: bool, now: str, transition: str
    ) -> bytes:
        binary = isinstance(subject, bytes)
        if isinstance(subject, Mapping):
            subject = json.dumps(subject)
        if isinstance(subject, str):
            subject = subject.encode()
        try:
            return self._session.decide(
                subject,
                release=release,
                json_in=not binary,
                json_out=json_out,
                now=now,
                transition=transition,
            )
        except ValueError as error:
            raise InvalidInput(str(error)) from None


def decision_digest(decision: bytes) -> str:
    """``sha256:<hex>`` of the normative part of a serialized decision."""
    try:
        return _native.decision_digest(decision)
    except ValueError as error:
        raise InvalidInput(str(error)) from None
