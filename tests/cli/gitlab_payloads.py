"""Payloads like those that GitLab sends, as small as its mappings need them."""

import copy
from typing import Any

from vanishing import Payload, mark_of

USERS: dict[str, int] = {"ann": 51, "bob": 52, "cy": 53, "dan": 54, "eve": 55}


def user(name: str, **more: Any) -> Payload:
    return {"id": USERS[name], "name": name.title(), "username": name, **more}


def path(number: int = 0) -> str:
    return f"acme/{mark_of(number)}"


def sha(number: int = 0, letter: str = "a") -> str:
    return mark_of(number) + letter * 33


def project(number: int = 0) -> Payload:
    return {
        "id": 5,
        "path_with_namespace": path(number),
        "web_url": f"https://git.example.com/{path(number)}",
    }


def request(
    action: str,
    by: str,
    at: str,
    number: int = 0,
    *,
    letter: str = "a",
    reviewers: list[Payload] | None = None,
    **fields: Any,
) -> Payload:
    """Webhook `merge_request`."""
    return {
        "object_kind": "merge_request",
        "event_type": "merge_request",
        "user": user(by),
        "project": project(number),
        "object_attributes": {
            "id": 9000 + number,
            "iid": 7,
            "author_id": USERS["ann"],
            "title": "Faster search",
            "description": "An index over names.",
            "state": "opened",
            "source_branch": "search",
            "target_branch": "main",
            "created_at": "2026-03-02 09:00:00 UTC",
            "updated_at": at,
            "last_commit": {"id": sha(number, letter)},
            "url": f"https://git.example.com/{path(number)}/-/merge_requests/7",
            "action": action,
            **fields,
        },
        "reviewers": [user("bob"), user("cy")] if reviewers is None else reviewers,
    }


def rest_request(number: int = 0, **fields: Any) -> Payload:
    return {
        "id": 9000 + number,
        "iid": 7,
        "project_id": 5,
        "title": "Faster search",
        "description": "An index over names.",
        "state": "opened",
        "source_branch": "search",
        "target_branch": "main",
        "created_at": "2026-03-02T10:00:00.000+01:00",
        "updated_at": "2026-03-02T13:00:00.000Z",
        "author": user("ann", state="active"),
        "reviewers": [user("bob", state="active")],
        "sha": sha(number),
        "references": {"short": "!7", "relative": "!7", "full": f"{path(number)}!7"},
        "web_url": f"https://git.example.com/{path(number)}/-/merge_requests/7",
        **fields,
    }


def snapshot(approvers: dict[str, str | None], at: str, number: int = 0) -> Payload:
    """What REST answers for the approvals of a merge request."""
    return {
        "id": 9000 + number,
        "iid": 7,
        "project_id": 5,
        "state": "opened",
        "updated_at": at,
        "approvals_required": 2,
        "approvals_left": 1,
        "approved_by": [
            {"user": user(name)} | ({"approved_at": given} if given else {})
            for name, given in approvers.items()
        ],
    }


def pipeline(
    status: str,
    jobs: list[Payload],
    number: int = 0,
    *,
    letter: str = "a",
    of_request: bool = False,
) -> Payload:
    return {
        "object_kind": "pipeline",
        "object_attributes": {
            "id": 40,
            "sha": sha(number, letter),
            "status": status,
            "created_at": "2026-03-02 10:00:00 UTC",
            "finished_at": "2026-03-02 10:20:00 UTC",
            "url": f"https://git.example.com/{path(number)}/-/pipelines/40",
        },
        "merge_request": {"id": 9000 + number, "iid": 7} if of_request else None,
        "project": project(number),
        "builds": copy.deepcopy(jobs),
    }


def job(
    identity: int,
    name: str,
    status: str,
    finished_at: str | None,
    environment: Payload | None = None,
) -> Payload:
    """A job as a pipeline tells it."""
    return {
        "id": identity,
        "name": name,
        "status": status,
        "created_at": "2026-03-02 10:00:00 UTC",
        "started_at": "2026-03-02 10:01:00 UTC",
        "finished_at": finished_at,
        "environment": environment,
    }


def build(
    identity: int, name: str, status: str, finished_at: str | None, number: int = 0
) -> Payload:
    return {
        "object_kind": "build",
        "sha": sha(number),
        "build_id": identity,
        "build_name": name,
        "build_status": status,
        "build_created_at": "2026-03-02 10:00:00 UTC",
        "build_started_at": "2026-03-02 10:01:00 UTC",
        "build_finished_at": finished_at,
        "repository": {"homepage": f"https://git.example.com/{path(number)}"},
        "environment": None,
    }


def deployment(
    identity: int, environment: str, status: str, at: str, number: int = 0, **more: Any
) -> Payload:
    return {
        "object_kind": "deployment",
        "deployment_id": identity,
        "status": status,
        "status_changed_at": at,
        "environment": environment,
        "project": project(number),
        "short_sha": sha(number)[:8],
        "user": user("dan"),
        "commit_url": f"https://git.example.com/{path(number)}/-/commit/{sha(number)}",
        **more,
    }


def rest_deployment(number: int = 0, **more: Any) -> Payload:
    return {
        "id": 61,
        "iid": 2,
        "status": "blocked",
        "sha": sha(number),
        "ref": "main",
        "created_at": "2026-03-02T11:00:00.000Z",
        "updated_at": "2026-03-02T11:00:00.000Z",
        "environment": {"id": 9, "name": "live", "tier": "production"},
        "user": user("dan"),
        "deployable": {
            "id": 25,
            "name": "deploy",
            "pipeline": {"web_url": f"https://git.example.com/{path(number)}/-/pipelines/1"},
        },
        "approvals": [
            {
                "user": user("bob"),
                "status": "approved",
                "created_at": "2026-03-02T11:05:00.000Z",
                "comment": "go",
            },
            {
                "user": user("cy"),
                "status": "rejected",
                "created_at": "2026-03-02T11:06:00.000Z",
                "comment": "wait",
            },
        ],
        **more,
    }


def whole_request(number: int = 0) -> list[Payload]:
    """A merge request with all that can be folded into it."""
    changes_requested = [
        user("bob", state="approved", re_requested=False),
        user("cy", state="requested_changes", re_requested=False),
    ]
    return [
        request("open", "ann", "2026-03-02 09:00:00 UTC", number),
        request("approval", "bob", "2026-03-02 10:00:00 UTC", number),
        request("approved", "eve", "2026-03-02 10:05:00 UTC", number),
        request("unapproval", "eve", "2026-03-02 10:30:00 UTC", number),
        request(
            "update",
            "cy",
            "2026-03-02 11:00:00 UTC",
            number,
            reviewers=changes_requested,
            detailed_merge_status="requested_changes",
        ),
        pipeline(
            "failed",
            [
                job(21, "unit", "success", "2026-03-02 10:10:00 UTC"),
                job(22, "security", "failed", "2026-03-02 10:11:00 UTC"),
            ],
            number,
        ),
        build(23, "smoke", "failed", "2026-03-02 10:41:00 UTC", number),
        deployment(31, "staging", "success", "2026-03-02 11:40:00 +0100", number),
        rest_deployment(number),
    ]
