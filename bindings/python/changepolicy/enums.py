"""The enums of changepolicy.v1 as Python enums whose members are texts.

    decision.verdict == "ALLOWED"
    decision.verdict is Verdict.ALLOWED
    decision.risk_level >= RiskLevel.HIGH

A member is its name without the prefix, compares with texts, and is ordered by its number among
members of the same enum. ``Verdict.of(1)``, ``Verdict("ALLOWED")`` and
``Verdict("VERDICT_ALLOWED")`` are the same; ``Verdict.ALLOWED.number`` is 1. A number that this
version does not know is a member of its own, ``UNRECOGNIZED_7``, and equals none of the others.
"""

from __future__ import annotations

from typing import Any

from changepolicy import _schema
from changepolicy._enums import ProtoEnum, enum_class

__all__ = ["ProtoEnum", *sorted(name for name in _schema.ENUMS if "." not in name)]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"changepolicy.enums has no `{name}`")
    # Found without this function from then on.
    found = globals()[name] = enum_class(name)
    return found


def __dir__() -> list[str]:
    return __all__
