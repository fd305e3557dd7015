"""Issues like those that Jira answers with, as small as its mapping needs them."""

from typing import Any

from vanishing import Payload, mark_of

NAMES = {
    "customfield_10042": "Change type",
    "customfield_10043": "Change risk",
    "customfield_10044": "Planned start",
    "customfield_10045": "Planned end",
    "customfield_10046": "Backout plan",
    "customfield_10050": "Approvals",
}


def key(number: int = 0) -> str:
    return f"OPS-{mark_of(number)}"


def person(name: str) -> Payload:
    """Of Jira Cloud."""
    return {"accountId": f"557058:{name}", "displayName": name.title(), "active": True}


def paragraph(*texts: str) -> Payload:
    return {"type": "paragraph", "content": [{"type": "text", "text": text} for text in texts]}


def document(*blocks: Payload) -> Payload:
    """A rich text as version 3 has it (ADF)."""
    return {"type": "doc", "version": 1, "content": list(blocks)}


def approval(identity: str, decisions: dict[str, str], completed: str | None = None) -> Payload:
    decided = [d for d in decisions.values() if d != "pending"]
    return {
        "id": identity,
        "name": "Waiting for approval",
        "finalDecision": decided[0] if decided else "pending",
        "approvers": [
            {"approver": person(name), "approverDecision": decision}
            for name, decision in decisions.items()
        ],
        "createdDate": {"iso8601": "2026-03-02T10:30:00+0100"},
        **({"completedDate": {"iso8601": completed}} if completed else {}),
    }


def edit(identity: str, at: str, by: str, *items: tuple[str, str | None, str | None]) -> Payload:
    return {
        "id": identity,
        "author": person(by),
        "created": at,
        "items": [
            {"field": field, "fieldtype": "jira", "fromString": before, "toString": after}
            for field, before, after in items
        ],
    }


def changelog(*edits: Payload, total: int | None = None) -> Payload:
    total = len(edits) if total is None else total
    return {"startAt": 0, "maxResults": 100, "total": total, "histories": list(edits)}


def fields(**more: Any) -> Payload:
    return {
        "summary": "Clear sessions",
        "project": {"key": "OPS"},
        "issuetype": {"name": "Change"},
        "status": {"name": "Awaiting implementation"},
        "resolution": None,
        "priority": {"name": "High"},
        "reporter": person("ann"),
        "assignee": person("dan"),
        "created": "2026-03-02T10:00:00.000+0100",
        "updated": "2026-03-02T14:00:00.000+0100",
        "description": "Resend the table.",
        **more,
    }


def issue(
    number: int = 0, *, log: Payload | None = None, named: bool = False, **more: Any
) -> Payload:
    answer: Payload = {
        "id": "10002",
        "key": key(number),
        "self": f"https://acme.atlassian.net/rest/api/3/issue/{mark_of(number)}",
        "fields": fields(**more),
    }
    if log is not None:
        answer["changelog"] = log
    if named:
        answer["names"] = NAMES
    return answer


def whole_issue(number: int = 0) -> list[Payload]:
    """Version 3 with names and changelog, and a webhook before it."""
    hook = {
        "timestamp": 1772442000000,
        "webhookEvent": "jira:issue_updated",
        "user": person("ann"),
        "issue": issue(number, updated="2026-03-02T10:20:00.000+0100", status={"name": "Planning"}),
        "changelog": {
            "id": "501",
            "items": edit("", "", "ann", ("status", "To Do", "Planning"))["items"],
        },
    }
    answer = issue(
        number,
        log=changelog(
            edit("501", "2026-03-02T10:20:00.000+0100", "ann", ("status", "To Do", "Planning")),
            edit(
                "502",
                "2026-03-02T11:30:00.000+0100",
                "dan",
                ("status", "Planning", "Awaiting implementation"),
                ("Rank", "1", "2"),
            ),
            edit("503", "2026-03-02T12:00:00.000+0100", "ann", ("description", "x", "y")),
        ),
        named=True,
        description=document(paragraph("Resend the ", "table.")),
        customfield_10042={"value": "Standard", "id": "10101"},
        customfield_10043={"value": "Medium", "id": "10102"},
        customfield_10044="2026-03-07T23:00:00.000+0100",
        customfield_10045="2026-03-08T00:30:00.000+0100",
        customfield_10046=document(paragraph("Reboot.")),
        customfield_10050=[
            approval("7", {"bob": "approved"}, "2026-03-02T11:00:00+0100"),
            approval("8", {"cy": "declined", "eve": "pending"}, "2026-03-02T11:10:00+0100"),
        ],
    )
    return [hook, answer]
