"""Counts of the examples' totals that do not go through the engine, its mappings or its readers."""

import collections
from typing import Any

NOBODY = ("", "tbd", "tba", "na", "none", "todo", "nobody", "unassigned", "notapplicable")


def person(value: Any) -> str | None:
    """A name without capitals and blanks around it; None for nobody."""
    name = "" if value is None else str(value).strip().lower()
    return None if "".join(filter(str.isalnum, name)) in NOBODY else name


def parties(commit: dict[str, Any]) -> tuple[str | None, str | None, set[str]]:
    """Author, committer and reviewers."""
    reviewers = {person(each) for each in commit.get("reviewers") or []} - {None}
    return person(commit.get("author")), person(commit.get("committer")), reviewers


def everybody(commits: list[dict[str, Any]]) -> set[str]:
    found: set[str | None] = set()
    for author, committer, reviewers in map(parties, commits):
        found |= {author, committer, *reviewers}
    return found - {None}


def judge(commit: dict[str, Any], strict: bool, people: set[str]) -> tuple[str, set[str]]:
    """How a commit comes out, and the parts of its reviewers that do not count; `strict`: the
    committer does not count either."""
    author, committer, reviewers = parties(commit)
    apart = {author, committer} if strict else {author}
    parts = {"AUTHOR"} if author in reviewers else set()
    if strict and committer in reviewers and committer != author:
        parts.add("COMMITTER")
    if len(people - apart) < 2:
        return "unsatisfiable", parts
    if len(reviewers - apart) < 2:
        return "missing", parts
    return "unknown" if None in apart else "satisfied", parts


def totals(judged: list[tuple[str, set[str]]], bad: int = 0) -> dict[str, Any]:
    """As the command counts, without annotations."""
    outcomes = collections.Counter(outcome for outcome, _ in judged)
    parts = collections.Counter(part for _, each in judged for part in each)
    return {
        "records": len(judged) + bad,
        **{name: outcomes[name]
           for name in ("satisfied", "missing", "unsatisfiable", "unknown", "error")},
        "bad_records": bad,
        "self_approved": sum(bool(each) for _, each in judged),
        "self_approved_by_part": dict(parts),
    }
