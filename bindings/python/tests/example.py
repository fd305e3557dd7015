"""Subjects, a policy and people for the tests."""

from __future__ import annotations

import copy
import datetime
import os
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[3]
SAAS = TOP / "examples" / "saas"
COMMAND = os.environ.get("CHANGEPOLICY_COMMAND", str(TOP / "build" / "changepolicy"))
NO_COMMAND = f"the command is not at {COMMAND}"

UTC = datetime.timezone.utc
#: CHANGE may be scheduled then.
NOW = "2025-10-14T14:40:00Z"


def utc(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """In October 2025."""
    return datetime.datetime(2025, 10, day, hour, minute, tzinfo=UTC)


def _recorded(happened: datetime.datetime, minutes: int = 0) -> dict[str, Any]:
    return {
        "happened_at": happened,
        "recorded_at": happened + datetime.timedelta(minutes=minutes),
    }


_DIGEST = "sha256:" + "2" * 64
_RUNS = [
    ("unit", "TEST", utc(6, 4)),
    ("integration", "STAGING", utc(9, 4)),
    ("regression", "STAGING", utc(9, 4, 10)),
    ("security", "STAGING", utc(9, 4, 20)),
    ("functional", "STAGING", utc(9, 4, 30)),
    ("performance", "STAGING", utc(9, 4, 40)),
    ("migration-rehearsal", "STAGING", utc(9, 5)),
    ("rollback-rehearsal", "STAGING", utc(9, 5, 30)),
]
_APPROVALS = [("hana", utc(7, 3)), ("dina", utc(8, 6)), ("leo", utc(8, 6, 5)), ("ben", utc(8, 8))]

#: A column is split in two: what examples/saas/schema-migration.yaml has, in Python's own types.
CHANGE: dict[str, Any] = {
    "id": "CHG-1042",
    "title": "Separate given and family names of portal users",
    "state": "APPROVED",
    "claimed_category": "NORMAL",
    "kinds": ["APPLICATION_CODE", "DATABASE_SCHEMA"],
    "services": [{"id": "client-portal"}],
    "assets": ("portal-app",),
    "environments": ["PRODUCTION"],
    "team": "product",
    "documents": {
        "description": {
            "text": "Add two columns for given and family name, fill them from the "
            "old one, and read from them."
        },
        "rationale": {
            "text": "Invoices to the European Union must show both parts of a name separately."
        },
        "impact_analysis": {
            "text": "The users table of the portal grows by two columns; no other service reads it."
        },
        "risk_assessment": {
            "text": "Names with several parts may be split wrongly; the old column "
            "stays for a month."
        },
        "testing_plan": {
            "text": "Unit and integration suites, a migration of last night's copy, "
            "and a manual check of a hundred names."
        },
        "rollback_strategy": {
            "text": "Deploy portal 1.9.3 again; it reads the old column, which is not touched."
        },
    },
    "impact": {
        "availability": "LOW",
        "performance": "LOW",
        "security": "NONE",
        "compliance": "LOW",
        "data_integrity": "MEDIUM",
        "client_facing": "LOW",
        "third_party": "NONE",
        "likelihood": "RARE",
        "data_classes": {"PERSONAL"},
        "jurisdictions": ["SG", "EU"],
        "user_interface": False,
    },
    "urgency": "MEDIUM",
    "schedule": {
        "start": utc(16, 14, 30),
        "end": utc(16, 15, 30),
        "rollback_reserve": datetime.timedelta(minutes=30),
        "expected_downtime": datetime.timedelta(0),
    },
    "people": {
        "requester": "gopal",
        "owner": "farah",
        "authors": ["gopal"],
        "implementers": ["gopal"],
        "testers": ["jun"],
        "deployers": ["eli"],
    },
    "artifact": {
        "name": "portal",
        "digest": _DIGEST,
        "revision": "9f3c2ab",
        "version": "2.0.0",
    },
    "rollback": {
        "known_good_state": "portal 1.9.3",
        "irreversible": False,
        "duration": datetime.timedelta(minutes=15),
    },
    "stated": [{"field": "third_parties", "by": "gopal", **_recorded(utc(6, 2))}],
    "created_at": utc(6, 2),
    "revisions": [{"number": 1, "by": "gopal", "source_digest": "9f3c2ab", **_recorded(utc(6, 2))}],
    "approvals": [
        {"id": f"a{number}", "by": by, "kind": "APPROVED", "revision": 1, **_recorded(at)}
        for number, (by, at) in enumerate(_APPROVALS, 1)
    ],
    "evidence": [
        {
            "id": f"e{number}",
            "type": type_,
            "conclusion": "PASSED",
            "digest": _DIGEST,
            "environment": environment,
            "source": "ci",
            "trust": "REPORTED",
            **_recorded(at, 5),
        }
        for number, (type_, environment, at) in enumerate(_RUNS, 1)
    ],
    "communications": [
        {
            "id": "c1",
            "audience": "STAKEHOLDERS",
            "notice": "UPCOMING",
            "channel": "chat",
            "by": "farah",
            **_recorded(utc(9, 6)),
        },
        {
            "id": "c2",
            "audience": "CLIENTS",
            "notice": "UPCOMING",
            "channel": "email",
            "by": "kavya",
            **_recorded(utc(9, 7)),
        },
    ],
}

#: Hardly anything is known about it.
POOR = {
    "id": "C-1",
    "state": "SCHEDULED",
    "environments": ["PRODUCTION"],
    "people": {"requester": "hana", "authors": ["gopal"]},
}


def change(**fields: Any) -> dict[str, Any]:
    """CHANGE with some fields replaced; None leaves one out."""
    made = copy.deepcopy(CHANGE)
    made.update(fields)
    return {name: value for name, value in made.items() if value is not None}


#: Two engineers, one of whom has to look at what the other does.
SMALL_POLICY = """
policy: {id: small, title: How we change things, version: "1.0"}
clauses: {C-1: Others look at the work}
roles: [engineer]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals:
  - id: peer
    title: A colleague
    at: [DEPLOY]
    applies_if: "true"
    needs: {at_least: 1, of: {role: engineer}}
    remedy: Ask one.
    clause: C-1
"""
SMALL_ORGANIZATION: dict[str, Any] = {
    "directory": {
        "people": [{"id": "ann"}, {"id": "bob"}],
        "roles": [{"id": "engineer", "members": ["ann", "bob"]}],
    }
}
SMALL_CHANGE: dict[str, Any] = {
    "id": "S-1",
    "state": "SCHEDULED",
    "people": {"requester": "ann", "authors": ["ann"]},
    "revisions": [{"number": 1, "by": "ann", "happened_at": "2026-01-01T00:00:00Z"}],
}
SMALL_APPROVED: dict[str, Any] = {
    **SMALL_CHANGE,
    "approvals": [
        {
            "id": "a",
            "by": "bob",
            "kind": "APPROVED",
            "revision": 1,
            "happened_at": "2026-01-02T00:00:00Z",
            "recorded_at": "2026-01-02T00:00:00Z",
        }
    ],
}
SMALL_NOW = datetime.datetime(2026, 1, 3, tzinfo=UTC)
