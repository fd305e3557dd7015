"""Payloads as Gitea and Forgejo send them, small: webhooks, and answers of the REST interface."""

from typing import Any

from vanishing import Payload, mark_of

SERVER = "https://gitea.example"


def sha(letter: str = "a") -> str:
    return letter * 40


def user(name: str) -> Payload:
    return {"login": name, "username": name}


def name_of(number: int = 0) -> str:
    return f"acme/shop-{mark_of(number)}"


def repository(number: int = 0) -> Payload:
    return {"id": 3, "full_name": name_of(number)}


def pull(updated: str, letter: str = "a", number: int = 0, **fields: Any) -> Payload:
    url = f"{SERVER}/{name_of(number)}/pulls/7"
    return {
        "id": 70,
        "url": url,
        "number": 7,
        "user": user("ann"),
        "title": "Faster search",
        "body": "An index by word.",
        "requested_reviewers": [user("bob"), user("cy")],
        "state": "open",
        "draft": False,
        "html_url": url,
        "merged": False,
        "merged_at": None,
        "merged_by": None,
        "base": {"label": "main", "ref": "main", "sha": sha("c"), "repo": repository(number)},
        "head": {"label": "faster", "ref": "faster", "sha": sha(letter), "repo": None},
        "created_at": "2026-03-02T10:00:00+01:00",
        "updated_at": updated,
        "closed_at": None,
        **fields,
    }


def event(action: str, request: Payload, sender: str = "ann", **parts: Any) -> Payload:
    return {
        "action": action,
        "number": 7,
        "pull_request": request,
        "requested_reviewer": None,
        "repository": {"full_name": "any"},
        "sender": user(sender),
        "commit_id": "",
        "review": None,
        **parts,
    }


def reviewed(by: str, word: str, at: str, letter: str = "a", number: int = 0) -> Payload:
    """Webhooks pull_request_approved, _rejected and _comment."""
    review = {"type": f"pull_request_review_{word}", "content": "as I see it"}
    return event("reviewed", pull(at, letter, number), by, review=review)


def status(
    state: str, letter: str = "a", context: str = "ci/unit", identity: int = 5, number: int = 0
) -> Payload:
    """Webhook status."""
    return {
        "commit": {"id": sha(letter), "message": "Faster search"},
        "context": context,
        "created_at": "2026-03-02T10:30:00+01:00",
        "description": "",
        "id": identity,
        "repository": repository(number),
        "sender": user("ci"),
        "sha": sha(letter),
        "state": state,
        "target_url": "https://ci.example/5",
        "updated_at": "2026-03-02T10:31:00+01:00",
    }


def rest_review(
    identity: int, by: str, state: str, at: str, number: int = 0, **fields: Any
) -> Payload:
    return {
        "id": identity,
        "user": user(by),
        "team": None,
        "state": state,
        "body": "",
        "commit_id": sha("a"),
        "stale": False,
        "official": True,
        "dismissed": False,
        "comments_count": 0,
        "submitted_at": at,
        "updated_at": at,
        "html_url": f"{SERVER}/{name_of(number)}/pulls/7#issuecomment-{identity}",
        "pull_request_url": f"{SERVER}/{name_of(number)}/pulls/7",
        **fields,
    }


def rest_status(
    state: str, letter: str = "a", context: str = "ci/unit", identity: int = 5, number: int = 0
) -> Payload:
    return {
        "id": identity,
        "status": state,
        "target_url": "https://ci.example/5",
        "description": "",
        "url": f"{SERVER}/api/v1/repos/{name_of(number)}/statuses/{sha(letter)}",
        "context": context,
        "creator": user("ci"),
        "created_at": "2026-03-02T09:30:00Z",
        "updated_at": "2026-03-02T09:31:00Z",
    }


def commit_of(number: int = 0) -> str:
    return mark_of(number).ljust(40, "b")


def whole(number: int = 0) -> list[Payload]:
    """An approval of a commit that another follows, an objection that is taken back, statuses."""
    before, after = {"number": number}, {"letter": "b", "number": number}
    payloads = [
        event("opened", pull("2026-03-02T10:00:00+01:00", **before)),
        reviewed("bob", "approved", "2026-03-02T10:10:00+01:00", **before),
        reviewed("cy", "rejected", "2026-03-02T10:20:00+01:00", **before),
        reviewed("eve", "rejected", "2026-03-02T10:25:00+01:00", **before),
        event("synchronized", pull("2026-03-02T11:00:00+01:00", **after)),
        reviewed("cy", "approved", "2026-03-02T11:10:00+01:00", **after),
        reviewed("dan", "comment", "2026-03-02T11:20:00+01:00", **after),
        status("success", "b", number=number),
        status("failure", "b", "ci/security", 6, number),
    ]
    # Statuses know only their commit, which has to be another for each.
    commit = commit_of(number)
    for payload in payloads[4:7]:
        payload["pull_request"]["head"]["sha"] = commit
    payloads[8]["updated_at"] = "2026-03-02T10:32:00+01:00"
    for payload in payloads[7:]:
        payload["sha"] = payload["commit"]["id"] = commit
    return payloads


def whole_of_rest(number: int = 0) -> list[Payload]:
    """What REST answers: a pull request, its reviews with their fate, a sum of statuses."""
    commit = commit_of(number)
    request = pull("2026-03-02T12:00:00+01:00", number=number)
    request["head"]["sha"] = commit
    statuses: list[Payload] = [
        rest_status("success", number=number),
        rest_status("failure", "a", "ci/security", 6, number),
    ]
    statuses[1]["updated_at"] = "2026-03-02T09:32:00Z"
    return [
        request,
        rest_review(11, "bob", "APPROVED", "2026-03-02T09:10:00Z", number),
        rest_review(12, "cy", "REQUEST_CHANGES", "2026-03-02T09:20:00Z", number),
        rest_review(13, "cy", "APPROVED", "2026-03-02T09:40:00Z", number),
        rest_review(14, "eve", "APPROVED", "2026-03-02T09:41:00Z", number, dismissed=True),
        rest_review(15, "dan", "COMMENT", "2026-03-02T09:42:00Z", number),
        rest_review(16, "fay", "REQUEST_REVIEW", "2026-03-02T09:43:00Z", number),
        rest_review(17, "gus", "REQUEST_CHANGES", "2026-03-02T09:44:00Z", number, dismissed=True),
        {
            "state": "failure",
            "sha": commit,
            "total_count": 2,
            "statuses": statuses,
            "repository": repository(number),
            "commit_url": "",
            "url": "",
        },
    ]


def issue(number: int = 0, **fields: Any) -> Payload:
    return {
        "action": "opened",
        "number": 4,
        "issue": {
            "id": 40,
            "url": f"{SERVER}/api/v1/repos/{name_of(number)}/issues/4",
            "html_url": f"{SERVER}/{name_of(number)}/issues/4",
            "number": 4,
            "user": user("ann"),
            "title": "Search is slow",
            "body": "Ten seconds.",
            "labels": [],
            "state": "open",
            "assignees": [user("bob")],
            "created_at": "2026-03-02T10:00:00+01:00",
            "updated_at": "2026-03-02T10:00:00+01:00",
            "closed_at": None,
            "pull_request": None,
            "repository": {"id": 3, "name": "shop", "owner": "acme", "full_name": name_of(number)},
            **fields,
        },
        "repository": repository(number),
        "sender": user("ann"),
    }


def commit(letter: str, author: str, username: str, *paths: str) -> Payload:
    person = {"name": author.title(), "email": f"{author}@shop.example", "username": username}
    return {
        "id": sha(letter),
        "message": f"Faster {letter}\n\nMuch.\n",
        "url": f"{SERVER}/c/{letter}",
        "author": person,
        "committer": person,
        "timestamp": "2026-03-02T10:00:00+01:00",
        "added": None,
        "removed": [],
        "modified": list(paths),
    }


def push(number: int = 0, **fields: Any) -> Payload:
    commits = [commit("b", "ann", "ann", "a.py", "b.py"), commit("a", "bob", "", "b.py")]
    return {
        "ref": "refs/heads/main",
        "before": sha("c"),
        "after": sha("b"),
        "compare_url": f"{SERVER}/compare",
        "commits": commits,
        "total_commits": 2,
        "head_commit": commits[0],
        "repository": repository(number),
        "pusher": user("dan"),
        "sender": user("dan"),
        **fields,
    }


def release(number: int = 0, action: str = "published", **fields: Any) -> Payload:
    return {
        "action": action,
        "release": {
            "id": 9,
            "tag_name": "v1.2.0",
            "target_commitish": "main",
            "name": "Search",
            "body": "Faster search.",
            "url": f"{SERVER}/api/v1/repos/{name_of(number)}/releases/9",
            "html_url": f"{SERVER}/{name_of(number)}/releases/tag/v1.2.0",
            "draft": False,
            "prerelease": False,
            "created_at": "2026-03-02T10:00:00+01:00",
            "published_at": "2026-03-02T11:00:00+01:00",
            "author": user("ann"),
            "assets": [],
            **fields,
        },
        "repository": repository(number),
        "sender": user("ann"),
    }
