"""examples/kubernetes against a count of its own: totals of the approval rules, and each record.

The files are read line by line, since PyYAML need not be there and the command's reader is what is
tested.
"""

import collections
import os
import pathlib
import re
import unittest
from typing import Any

import reviews
from command import PROJECT, CommandTest

KUBERNETES = PROJECT / "examples" / "kubernetes"
DATA = pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
STAGES = ("alpha", "beta", "stable")
EMERITUS_FROM = "2026-07-24"
NOW = "2026-07-25"
VERDICTS = {"satisfied": "ALLOWED", "missing": "DENIED", "unknown": "UNKNOWN"}


def scalar(text: str) -> str:
    text = text.strip()
    if text and text[0] in "\"'":
        return text[1 : text.index(text[0], 1)]
    return re.sub(r"\s*#.*", "", text)


def read(path: pathlib.Path) -> dict[str, Any]:
    """Keys of the first level with a text, a list, or one level of keys below; no more is needed."""
    found: dict[str, Any] = {}
    key = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if match := re.match(r"\s*-(?:\s+(.*))?$", line):
            if isinstance(found.get(key), list):
                found[key].append(scalar(match[1] or ""))
        elif match := re.match(r"([\w-]+):(.*)$", line):
            key = match[1]
            value = re.sub(r"^\s*#.*", "", match[2]).strip()
            if value.startswith("["):
                found[key] = [scalar(each) for each in value[1:-1].split(",") if each.strip()]
            else:
                found[key] = scalar(value) if value else []
        elif match := re.match(r"\s+([\w-]+):(.*)$", line):
            if found[key] == []:
                found[key] = {}
            if not isinstance(found[key], dict):
                continue
            found[key][match[1]] = scalar(match[2])
    return found


def aliases(path: pathlib.Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = collections.defaultdict(set)
    alias = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\s+([\w-]+):", line):
            alias = match[1]
        elif match := re.match(r"\s+- *([\w-]+)", line):
            found[alias].add(match[1].lower())
    return found


def handle(text: str) -> str:
    return text.replace("@", "").strip().lower()


def handles(value: Any) -> list[str]:
    return [handle(each) for each in value or []]


def date(enhancement: dict[str, Any]) -> str:
    for field in ("last-updated", "creation-date"):
        text = enhancement.get(field) or ""
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return text
    return "1970-01-01"


class Roster:
    def __init__(self, folder: pathlib.Path) -> None:
        groups = aliases(folder / "OWNERS_ALIASES")
        self.now = groups["prod-readiness-approvers"]
        self.before = groups["prod-readiness-approvers-emeritus"]

    def may_approve(self, person: str, at: str) -> bool:
        return person in self.now or (person in self.before and at < EMERITUS_FROM)


def judge(
    enhancement: dict[str, Any], review: dict[str, Any], roster: Roster
) -> tuple[str, set[str]]:
    """How an enhancement comes out under the approval rules, and whether it is self-approved."""
    release = re.fullmatch(r"v?1\.(\d+)", enhancement.get("latest-milestone") or "")
    stage = enhancement.get("stage") or None
    stage = stage if stage in STAGES else None
    if release and int(release[1]) < 21:
        return "satisfied", set()
    # A rule that needs the release or the stage to be known.
    if not release or stage is None:
        return "unknown", set()
    authors = {each for each in handles(enhancement.get("authors")) if reviews.person(each)}
    at = date(enhancement)
    givers = {
        each: handle(review[each]["approver"])
        for each in STAGES
        if isinstance(review.get(each), dict) and review[each].get("approver")
    }
    eligible = {each: who for each, who in givers.items() if roster.may_approve(who, at)}
    parts = {"AUTHOR"} if authors & set(eligible.values()) else set()
    if eligible.get(stage, None) in {None, *authors}:
        return "missing", parts
    return ("satisfied" if authors else "unknown"), parts


def facts(enhancement: dict[str, Any]) -> dict[str, bool]:
    nominees = handles(enhancement.get("approvers"))
    placeholders = ("", "tbd", "na", "none", "todo", "unknown", "-", "?")
    return {
        "no_approver": not nominees,
        "placeholder_only": bool(nominees) and all(
            each.replace("/", "").replace(".", "") in placeholders for each in nominees
        ),
        "self_nominated": bool(set(nominees) & set(handles(enhancement.get("authors")))),
    }


class KubernetesTest(CommandTest):
    def compare(self, folder: pathlib.Path) -> None:
        roster = Roster(folder)
        by_number = {
            each["kep-number"]: each
            for each in map(read, sorted((folder / "prod-readiness").glob("**/*.yaml")))
        }
        paths = sorted((folder / "kep_yaml").glob("**/kep.yaml"))
        enhancements = [read(path) for path in paths]
        judged = [
            judge(each, by_number.get(each["kep-number"], {}), roster) for each in enhancements
        ]
        arguments = [
            "approvers", folder, "--policy", KUBERNETES / "policy.yaml",
            "--mapping", KUBERNETES / "kep-mapping.yaml",
            "--organization-mapping", KUBERNETES / "roster-mapping.yaml",
            KUBERNETES / "people-mapping.yaml", "--now", NOW, "--format", "jsonl",
        ]
        counted = self.run_here(*arguments, "--totals").json()["totals"]
        annotations = counted.pop("annotations")
        self.assertEqual(reviews.totals(judged), counted)
        stated = [facts(each) for each in enhancements]
        self.assertEqual(
            {name: sum(each[name] for each in stated) for name in stated[0]}, annotations
        )
        answers = {answer["source"]: answer for answer in self.run_here(*arguments).json_lines()}
        self.assertEqual(len(paths), len(answers))
        for path, (outcome, parts) in zip(paths, judged):
            with self.subTest(path.parent.name):
                answer = answers[path.relative_to(folder).as_posix()]
                self.assertEqual(f"VERDICT_{VERDICTS[outcome]}", answer["verdict"])
                self.assertEqual(
                    parts,
                    {each["detail"] for rule in answer["outcomes"]
                     for each in rule.get("approval", {}).get("not_counted", ())
                     if each["reason"] == "NOT_COUNTED_APART"},
                )

    def test_the_excerpt(self) -> None:
        self.compare(KUBERNETES / "data")

    def test_all_records_at_hand(self) -> None:
        folder = DATA / "kubernetes_keps"
        if not folder.is_dir():
            self.skipTest(f"{folder} is not there")
        self.compare(folder)


if __name__ == "__main__":
    unittest.main()
