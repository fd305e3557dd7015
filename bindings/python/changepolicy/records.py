"""The messages of changepolicy.v1 as immutable Python values.

What a Decision consists of (``RuleOutcome``, ``RiskPoint``, ``Slot`` ...) comes back as these.
Every field of the message is an attribute: enums are members of :mod:`changepolicy.enums`, instants
are datetimes in UTC and lengths timedeltas (both None where unset, cut to microseconds), lists are
tuples, maps are read-only mappings, and a message is a record again, or None where it is unset. A
field whose name is a keyword of Python has an underscore behind it: ``from_``.

Records are equal where their messages are, and can be hashed.
"""

from __future__ import annotations

from typing import Any

from changepolicy import _schema
from changepolicy._records import Record, record_class

__all__ = ["Record", *sorted(name for name in _schema.MESSAGES if "." not in name)]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"changepolicy.records has no `{name}`")
    return record_class(name)


def __dir__() -> list[str]:
    return __all__
