"""Payloads like those that GitHub sends, as small as the mapping of pull requests needs them."""

import copy
from typing import Any

Payload = dict[str, Any]

REPOSITORY = "acme/shop"
API = f"https://api.github.com/repos/{REPOSITORY}"


def pull_request(number: int = 7, sha: str = "a" * 40, **fields: Any) -> Payload:
    pull: Payload = {
        "url": f"{API}/pulls/{number}",
        "html_url": f"https://github.com/{REPOSITORY}/pull/{number}",
        "number": number,
        "state": "open",
        "draft": False,
        "title": "Faster search",
        "body": "An index over names.",
        "user": {"login": "ann", "type": "User"},
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T09:00:00Z",
        "merged_at": None,
        "merged_by": None,
        "requested_reviewers": [{"login": "bob"}, {"login": "cy"}],
        "head": {"ref": "search", "sha": sha},
        "base": {"ref": "main", "sha": "b" * 40, "repo": {"full_name": REPOSITORY}},
    }
    pull.update(fields)
    return pull


def event(action: str, **parts: Any) -> Payload:
    return {
        "action": action,
        **copy.deepcopy(parts),
        "repository": {"full_name": REPOSITORY},
        "sender": {"login": "dan"},
    }


def pull_event(action: str = "opened", **fields: Any) -> Payload:
    pull = pull_request(**fields)
    return event(action, number=pull["number"], pull_request=pull)


def review(identity: int, by: str, state: str, at: str, number: int = 7, sha: str = "a" * 40,
           action: str = "submitted", sent_at: str = "") -> Payload:
    return event(
        action,
        review={
            "id": identity,
            "user": {"login": by},
            "body": None,
            "commit_id": sha,
            "submitted_at": at,
            "state": state,
            "pull_request_url": f"{API}/pulls/{number}",
        },
        pull_request=pull_request(number, sha, updated_at=sent_at or at),
    )


def check_run(identity: int, name: str, conclusion: str | None, at: str, sha: str = "a" * 40) -> Payload:
    return event(
        "completed" if conclusion else "created",
        check_run={
            "id": identity,
            "name": name,
            "head_sha": sha,
            "status": "completed" if conclusion else "in_progress",
            "conclusion": conclusion,
            "started_at": "2026-03-02T10:00:00Z",
            "completed_at": at if conclusion else None,
            "html_url": f"https://github.com/{REPOSITORY}/runs/{identity}",
            "app": {"slug": "github-actions"},
        },
    )


def deployment_status(identity: int, environment: str, state: str, at: str,
                      sha: str = "a" * 40) -> Payload:
    return event(
        "created",
        deployment={
            "id": identity,
            "sha": sha,
            "environment": environment,
            "creator": {"login": "deployer"},
            "created_at": "2026-03-02T10:30:00Z",
            "updated_at": "2026-03-02T10:30:00Z",
        },
        deployment_status={"id": identity + 1, "state": state, "updated_at": at},
    )


def whole_pull_request(number: int = 7, sha: str = "a" * 40) -> list[Payload]:
    """A pull request with all that can be folded into it."""
    return [
        pull_event("opened", number=number, sha=sha),
        review(11, "bob", "approved", "2026-03-02T10:00:00Z", number, sha),
        review(12, "cy", "changes_requested", "2026-03-02T10:05:00Z", number, sha),
        review(13, "eve", "approved", "2026-03-02T10:06:00Z", number, sha),
        review(14, "eve", "changes_requested", "2026-03-02T10:07:00Z", number, sha),
        check_run(21, "unit", "success", "2026-03-02T10:10:00Z", sha),
        check_run(22, "security", "failure", "2026-03-02T10:11:00Z", sha),
        deployment_status(31, "staging", "success", "2026-03-02T10:40:00Z", sha),
    ]


def rest_check_run(identity: int, name: str, conclusion: str, at: str) -> Payload:
    run: Payload = check_run(identity, name, conclusion, at)["check_run"]
    return {**run, "check_suite": {"id": identity + 1000}}


def rest_status(identity: int, context: str, state: str, at: str, sha: str = "a" * 40) -> Payload:
    """A status as REST lists it: its address alone tells the commit."""
    return {
        "url": f"{API}/statuses/{sha}",
        "id": identity,
        "context": context,
        "state": state,
        "target_url": None,
        "created_at": at,
        "updated_at": at,
    }


def rest_commit(sha: str, author: str | None, email: str, message: str) -> Payload:
    person = {"name": "Somebody", "email": email, "date": "2026-03-02T08:00:00Z"}
    return {
        "url": f"{API}/commits/{sha}",
        "sha": sha,
        "commit": {"message": message, "author": person, "committer": person},
        "author": None if author is None else {"login": author},
        "committer": {"login": "web-flow"},
        "parents": [{"sha": "b" * 40}],
    }


def rest_deployment(identity: int, environment: str, at: str, sha: str = "a" * 40) -> Payload:
    return {
        "url": f"{API}/deployments/{identity}",
        "id": identity,
        "sha": sha,
        "task": "deploy",
        "environment": environment,
        "creator": {"login": "deployer"},
        "created_at": at,
        "updated_at": at,
        "statuses_url": f"{API}/deployments/{identity}/statuses",
    }
