"""Decides whether a change or a release may go ahead, who must approve it, and why.

    from changepolicy import Organization, Policy

    policy = Policy.builtin("saas")
    organization = Organization.load("organization.yaml")
    decision = policy.check(change, organization=organization, now=now, transition="DEPLOY")
    if decision.allowed:
        deploy()
    else:
        print(decision)

Only ``decision.allowed`` means yes: an unknown fact, an error inside a rule or a rule that matches
nothing never gives it. The same policy, organization, subject and instant give the same bytes here,
in C++, in C and from the command.

What is where: :class:`Policy` has the questions, :class:`Organization` the people and the ledger,
:class:`PolicySeries` versions of a policy, :class:`Calendar` questions about time,
:class:`AuditLog` the log; :mod:`changepolicy.answers` and :mod:`changepolicy.records` what comes
back, :mod:`changepolicy.v1` the protobuf messages, :mod:`changepolicy.enums` the enums,
:mod:`changepolicy.errors` what goes wrong, :mod:`changepolicy.cel` the expression language by
itself. docs/python.md is the guide.
"""

from __future__ import annotations

from changepolicy import _native
from changepolicy.answers import Decision, Outcome
from changepolicy.audit import (
    AuditLog,
    Event,
    KeyChange,
    LogEntry,
    LogKey,
    check_consistency,
    check_inclusion,
    generate_log_key,
)
from changepolicy.batch import DecisionError
from changepolicy.calendar import Calendar
from changepolicy.enums import (
    Category,
    Detail,
    Priority,
    RiskLevel,
    Status,
    Transition,
    Verdict,
)
from changepolicy.errors import (
    DataLoss,
    Error,
    FailedPrecondition,
    InternalError,
    InvalidInput,
    Issue,
    LimitExceeded,
    NotFound,
    OutOfRange,
    PermissionDenied,
    Unavailable,
)
from changepolicy.organization import Organization
from changepolicy.policy import Policy, decision_digest
from changepolicy.series import Choice, PolicySeries

__version__ = _native.version()

__all__ = [
    "AuditLog",
    "Calendar",
    "Category",
    "Choice",
    "DataLoss",
    "Decision",
    "DecisionError",
    "Detail",
    "Error",
    "Event",
    "FailedPrecondition",
    "InternalError",
    "InvalidInput",
    "Issue",
    "KeyChange",
    "LimitExceeded",
    "LogEntry",
    "LogKey",
    "NotFound",
    "Organization",
    "OutOfRange",
    "Outcome",
    "PermissionDenied",
    "Policy",
    "PolicySeries",
    "Priority",
    "RiskLevel",
    "Status",
    "Transition",
    "Unavailable",
    "Verdict",
    "check_consistency",
    "check_inclusion",
    "decision_digest",
    "generate_log_key",
]
