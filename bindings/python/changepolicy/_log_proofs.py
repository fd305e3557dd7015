"""Keys and proofs of audit logs, without a log; :mod:`changepolicy.audit` has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from changepolicy import _native
from changepolicy._values import bytes_of, list_of_bytes, number_of, text_of


class LogKey(NamedTuple):
    """An Ed25519 key that signs checkpoints, in the texts of Go's sumdb/note."""

    #: ``PRIVATE+KEY+...``: secret.
    signer: str
    #: ``name+hash+key``: for everybody.
    verifier: str

    def __repr__(self) -> str:
        return f"LogKey(signer=<secret>, verifier={self.verifier!r})"


def generate_log_key(name: str) -> LogKey:
    """A new key, from the machine's randomness; ``name`` is the log's origin. Raises InvalidInput
    for a name with blanks or ``+``."""
    return LogKey(*_native.generate_log_key(text_of(name, "name")))


def check_inclusion(
    entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """That these bytes are the entry at ``index`` of the tree of ``size`` entries with this root.
    Raises DataLoss where the proof does not show it; InvalidInput for what is no proof of such a
    tree. O(log size)."""
    _native.check_inclusion(
        bytes_of(entry, "entry"),
        number_of(index, "index"),
        number_of(size, "size"),
        list_of_bytes(proof, "proof"),
        bytes_of(root, "root"),
    )


def check_consistency(
    earlier: int, size: int, proof: Sequence[bytes], earlier_root: bytes, root: bytes
) -> None:
    """That the tree of ``size`` entries goes on from that of ``earlier``. Raises as
    :func:`check_inclusion` does."""
    _native.check_consistency(
        number_of(earlier, "earlier"),
        number_of(size, "size"),
        list_of_bytes(proof, "proof"),
        bytes_of(earlier_root, "earlier_root"),
        bytes_of(root, "root"),
    )
