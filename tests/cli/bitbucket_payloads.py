"""Payloads as Bitbucket sends them, small: those of the cloud, and those of a data center."""

from typing import Any

from vanishing import Payload, mark_of


def short(letter: str = "a") -> str:
    return letter * 12


def user(name: str) -> Payload:
    return {"type": "user", "uuid": "{" + name + "}", "nickname": name, "display_name": name}


def name_of(number: int = 0) -> str:
    return f"fabrikam/shop-{mark_of(number)}"


def pull(
    updated: str,
    letter: str = "a",
    opinions: dict[str, str | None] | None = None,
    number: int = 0,
    **fields: Any,
) -> Payload:
    """Of the cloud, with what its participants think."""
    repository = {"type": "repository", "full_name": name_of(number), "uuid": "{shop}"}
    participants = [
        {
            "type": "participant",
            "user": user(name),
            "role": "REVIEWER",
            "approved": state == "approved",
            "state": state,
        }
        for name, state in (opinions or {}).items()
    ]
    return {
        "type": "pullrequest",
        "id": 7,
        "title": "Faster search",
        "description": "An index by word.",
        "state": "OPEN",
        "author": user("ann"),
        "source": {
            "branch": {"name": "faster"},
            "commit": {"hash": short(letter)},
            "repository": repository,
        },
        "destination": {
            "branch": {"name": "main"},
            "commit": {"hash": short("c")},
            "repository": repository,
        },
        "participants": participants,
        "reviewers": [user("bob"), user("cy")],
        "created_on": "2026-03-02T09:00:00.123456+00:00",
        "updated_on": updated,
        "links": {"html": {"href": f"https://bitbucket.example/{name_of(number)}/pull-requests/7"}},
        **fields,
    }


def event(request: Payload, **parts: Payload) -> Payload:
    return {
        "actor": user("ann"),
        "repository": {"full_name": "any"},
        "pullrequest": request,
        **parts,
    }


def said(name: str, at: str) -> Payload:
    return {"date": at, "user": user(name)}


def status(
    state: str, letter: str = "a", key: str = "unit", at: str = "2026-03-02T12:30:00+00:00"
) -> Payload:
    commit = f"https://api.bitbucket.example/2.0/repositories/any/commit/{letter * 40}"
    return {
        "actor": user("ci"),
        "repository": {"full_name": "any"},
        "commit_status": {
            "type": "build",
            "name": "Unit tests",
            "key": key,
            "state": state,
            "url": "https://ci.example/5",
            "updated_on": at,
            "links": {"commit": {"href": commit}},
        },
    }


def whole(number: int = 0) -> list[Payload]:
    """An approval, an objection, a new commit that ends the first, an objection taken back."""
    first, second = "2026-03-02T09:00:00+00:00", "2026-03-02T11:00:00+00:00"
    bob, cy = "approved", "changes_requested"
    return [
        event(pull(first, number=number)),
        event(
            pull(first, opinions={"bob": bob}, number=number),
            approval=said("bob", "2026-03-02T10:00:00+00:00"),
        ),
        event(
            pull(first, opinions={"bob": bob, "cy": cy}, number=number),
            changes_request=said("cy", "2026-03-02T10:30:00+00:00"),
        ),
        event(pull(second, "b", {"bob": None, "cy": cy}, number)),
        event(
            pull(second, "b", {"bob": None, "cy": "approved"}, number),
            approval=said("cy", "2026-03-02T12:00:00+00:00"),
        ),
    ]


def server_pull(
    letter: str = "a",
    opinions: dict[str, tuple[str, str | None]] | None = None,
    number: int = 0,
    **fields: Any,
) -> Payload:
    """Of a data center: by reviewer the status, and the letter of the commit that they saw last."""
    repository = {"slug": f"shop-{mark_of(number)}", "id": 84, "project": {"key": "FAB"}}
    reviewers = []
    for name, (state, seen) in (opinions or {}).items():
        reviewer = {
            "user": {"name": name},
            "role": "REVIEWER",
            "approved": state == "APPROVED",
            "status": state,
        }
        if seen is not None:
            reviewer["lastReviewedCommit"] = seen * 40
        reviewers.append(reviewer)
    return {
        "id": 7,
        "version": 1,
        "title": "Faster search",
        "state": "OPEN",
        "createdDate": 1772442000123,
        "updatedDate": 1772442000123,
        "fromRef": {
            "id": "refs/heads/faster",
            "displayId": "faster",
            "latestCommit": letter * 40,
            "repository": repository,
        },
        "toRef": {
            "id": "refs/heads/main",
            "displayId": "main",
            "latestCommit": "c" * 40,
            "repository": repository,
        },
        "author": {
            "user": {"name": "ann"},
            "role": "AUTHOR",
            "approved": False,
            "status": "UNAPPROVED",
        },
        "reviewers": reviewers,
        "links": {"self": [{"href": f"https://bitbucket.example/{mark_of(number)}"}]},
        **fields,
    }


def server_event(key: str, at: str, request: Payload) -> Payload:
    return {"eventKey": key, "date": at, "actor": {"name": "any"}, "pullRequest": request}


def server_whole(number: int = 0) -> list[Payload]:
    return [
        server_event(
            "pr:opened",
            "2026-03-02T19:00:00+1000",
            server_pull("a", {"bob": ("UNAPPROVED", None)}, number),
        ),
        server_event(
            "pr:reviewer:approved",
            "2026-03-02T20:00:00+1000",
            server_pull("a", {"bob": ("APPROVED", "a")}, number),
        ),
        server_event(
            "pr:reviewer:needs_work",
            "2026-03-02T20:30:00+1000",
            server_pull("a", {"bob": ("APPROVED", "a"), "cy": ("NEEDS_WORK", "a")}, number),
        ),
        server_event(
            "pr:from_ref_updated",
            "2026-03-02T21:00:00+1000",
            server_pull("b", {"bob": ("APPROVED", "a"), "cy": ("NEEDS_WORK", "a")}, number),
        ),
        server_event(
            "pr:reviewer:unapproved",
            "2026-03-02T22:00:00+1000",
            server_pull("b", {"bob": ("APPROVED", "b"), "cy": ("UNAPPROVED", "a")}, number),
        ),
    ]
