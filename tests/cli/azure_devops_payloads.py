"""Payloads as Azure DevOps sends them, small: service hooks, and answers of the REST interface."""

from typing import Any

from vanishing import Payload, mark_of


def sha(letter: str = "a") -> str:
    return letter * 40


def person(name: str) -> Payload:
    return {"displayName": name.title(), "id": f"id-{name}", "uniqueName": f"{name}@shop.example"}


def name_of(number: int = 0) -> str:
    return f"Fabrikam/shop-{mark_of(number)}"


def pull(
    letter: str = "a", votes: dict[str, int] | None = None, number: int = 0, **fields: Any
) -> Payload:
    repository = {
        "id": f"repository-{mark_of(number)}",
        "name": f"shop-{mark_of(number)}",
        "project": {"id": "project", "name": "Fabrikam", "state": "wellFormed"},
    }
    return {
        "repository": repository,
        "pullRequestId": 7,
        "status": "active",
        "createdBy": person("ann"),
        "creationDate": "2026-03-02T09:00:00.589889Z",
        "title": "Faster search",
        "description": "An index by word.",
        "sourceRefName": "refs/heads/faster",
        "targetRefName": "refs/heads/main",
        "mergeStatus": "succeeded",
        "isDraft": False,
        "lastMergeSourceCommit": {"commitId": sha(letter), "url": "https://dev.azure.example/c"},
        "reviewers": [
            {"reviewerUrl": None, "vote": vote, **person(name)}
            for name, vote in (votes or {}).items()
        ],
        "url": f"https://dev.azure.example/{mark_of(number)}/7",
        **fields,
    }


def hook(at: str, resource: Payload, kind: str = "git.pullrequest.updated") -> Payload:
    return {
        "id": "notification",
        "eventType": kind,
        "publisherId": "tfs",
        "message": {"text": "something happened"},
        "resource": resource,
        "resourceVersion": "1.0",
        "createdDate": at,
    }


def build(
    result: str, letter: str = "a", identity: int = 5, number: int = 0, **fields: Any
) -> Payload:
    resource = {
        "id": identity,
        "buildNumber": "20260302.1",
        "status": "completed",
        "result": result,
        "finishTime": "2026-03-02T10:30:00Z",
        "definition": {"id": 3, "name": "ci"},
        "project": {"id": "project", "name": "Fabrikam"},
        "repository": {"id": "repository", "type": "TfsGit", "name": "shop"},
        "sourceBranch": "refs/pull/7/merge",
        "sourceVersion": sha(mark_of(number)[1]),
        "triggerInfo": {"pr.number": "7", "pr.sourceSha": sha(letter)},
        "_links": {"web": {"href": "https://dev.azure.example/build/5"}},
        **fields,
    }
    return hook("2026-03-02T10:31:00Z", resource, "build.complete")


def whole(number: int = 0) -> list[Payload]:
    """An approval, an objection that is taken back, a new commit, and a vote that is lost."""
    return [
        hook(
            "2026-03-02T09:00:01Z",
            pull(votes={"bob": 0, "cy": 0}, number=number),
            "git.pullrequest.created",
        ),
        hook("2026-03-02T10:00:00Z", pull(votes={"bob": 10, "cy": 0}, number=number)),
        hook("2026-03-02T10:10:00Z", pull(votes={"bob": 10, "cy": -10}, number=number)),
        hook("2026-03-02T11:00:00Z", pull("b", votes={"bob": 10, "cy": -10}, number=number)),
        hook(
            "2026-03-02T12:00:00Z", pull("b", votes={"bob": 0, "cy": 5, "dan": -5}, number=number)
        ),
    ]
