"""What must hold of an import when a key of a payload is taken away: nothing is invented."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

from command import CommandTest, Result

Path = tuple[Any, ...]
Payload = dict[str, Any]

# Lists of records, each told by its id, or by its number.
RECORDS = ("approvals", "vetoes", "evidence", "deployments", "history", "revisions")


def paths_of(value: Any, path: Path = ()) -> list[Path]:
    """Every key of every map in it."""
    found: list[Path] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(value, dict):
            found.append((*path, key))
        if isinstance(inner, (dict, list)):
            found += paths_of(inner, (*path, key))
    return found


def without(value: Any, path: Path) -> Any:
    copied = copy.deepcopy(value)
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return copied


def mark_of(number: int) -> str:
    return f"n{number:05d}n"


def renamed(payload: Payload, names: dict[str, str]) -> Callable[[int], list[Payload]]:
    """A payload as often as wanted, each with other names: `names` gives by a text of it what
    stands there instead, with the mark for `{}`, or a number to count from where there is none.
    """
    text = json.dumps(payload)

    def build(number: int) -> list[Payload]:
        other = text
        for old, new in names.items():
            mark = mark_of(number) if "{}" in new else ""
            other = other.replace(old, new.format(mark) if mark else str(int(new) + number))
        return [json.loads(other)]

    return build


def leaves(value: Any, path: Path = ()) -> set[Path]:
    if isinstance(value, dict):
        return {leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))}
    if isinstance(value, list):
        return {leaf for inner in value for leaf in leaves(inner, path)}
    return {(*path, json.dumps(value))}


def facts(change: dict[str, Any]) -> set[Path]:
    """What it tells beside records: each fact by its path, with its value."""
    return leaves({key: inner for key, inner in change.items() if key not in RECORDS})


def standing(change: dict[str, Any]) -> set[tuple[str, str]]:
    return {(v["id"], v["by"]) for v in change.get("vetoes", []) if "lifted_by" not in v}


def approving(change: dict[str, Any]) -> list[dict[str, Any]]:
    """Approvals with all that decides anything."""
    return [
        {key: value for key, value in a.items() if key not in ("id", "comment")}
        for a in change.get("approvals", [])
        if a.get("kind") == "APPROVAL_KIND_APPROVED"
    ]


def is_told_by(approval: dict[str, Any], expected: list[dict[str, Any]]) -> bool:
    """Whether it is one of these. It may have lost its time, but not what it is limited to."""
    times = ("happened_at", "recorded_at")
    return any(
        approval == {key: value for key, value in e.items() if key not in times or key in approval}
        for e in expected
    )


def withdrawn(change: dict[str, Any]) -> set[str]:
    """Who withdrew, which must not be lost."""
    return {
        a["by"] for a in change.get("approvals", []) if a.get("kind") == "APPROVAL_KIND_WITHDRAWN"
    }


def concluded(change: dict[str, Any], conclusion: str) -> set[tuple[str, str]]:
    """Evidence by id and type, deployments by their environment."""
    word = f"CONCLUSION_{conclusion}"
    return {
        (e["id"], e["type"]) for e in change.get("evidence", []) if e.get("conclusion") == word
    } | {
        ("deployment", d.get("environment", "ENVIRONMENT_UNSPECIFIED"))
        for d in change.get("deployments", [])
        if d.get("conclusion") == word
    }


class VanishingTest(CommandTest):
    """Imports lines of payloads by the built-in mappings whose names begin with `mappings`."""

    mappings = ""
    # Fields of which another value takes the place of one that vanished.
    replaced: frozenset[str] = frozenset()

    def import_lines(self, payloads: list[Payload], *arguments: str) -> Result:
        self.write("all.jsonl", "".join(json.dumps(each) + "\n" for each in payloads))
        return self.run_here("import", "--mapping", self.mappings, "all.jsonl", *arguments)

    def change_of(self, payloads: list[Payload]) -> dict[str, Any]:
        result = self.import_lines(payloads, "--format", "json")
        self.assertEqual(0, result.code, result)
        change: dict[str, Any] = result.json()["change"]
        return change

    def assert_nothing_invented(
        self,
        build: Callable[[int], list[Payload]],
        may_lose_objections: Callable[[Path], bool] = lambda path: False,
    ) -> tuple[int, int]:
        """Takes away each key of each payload of `build(0)`, all variants in one run. The texts of
        `build(n)` have `mark_of(n)` where others have another. Gives how many variants were
        compared, and how many refused.
        """
        whole = build(0)
        expected = self.change_of(whole)
        variants = [(i, path) for i, payload in enumerate(whole) for path in paths_of(payload)]
        payloads: list[Payload] = []
        lines_of: list[range] = []
        for number, (index, path) in enumerate(variants, start=1):
            variant = build(number)
            variant[index] = without(variant[index], path)
            lines_of.append(range(len(payloads) + 1, len(payloads) + len(variant) + 1))
            payloads += variant
        result = self.import_lines(payloads, "--format", "jsonl")
        self.assertIn(result.code, (0, 3), result)
        refused = {int(line) for line in re.findall(r"all\.jsonl:(\d+)\S*: error", result.err)}
        changes: dict[str, list[str]] = {}
        for line in result.json_lines():
            text = json.dumps(line["change"])
            for mark in set(re.findall(r"n[0-9]{5}n", text)):
                changes.setdefault(mark, []).append(text)
        compared = 0
        for number, (index, path) in enumerate(variants, start=1):
            if refused & set(lines_of[number - 1]):
                continue
            mark = mark_of(number)
            with self.subTest(payload=index, without=path):
                self.assertEqual(1, len(changes.get(mark, [])), changes.get(mark))
                change = json.loads(changes[mark][0].replace(mark, mark_of(0)))
                compared += 1
                new = {
                    fact for fact in facts(change) - facts(expected) if fact[0] not in self.replaced
                }
                self.assertEqual(set(), new)
                for approval in approving(change):
                    self.assertTrue(is_told_by(approval, approving(expected)), approval)
                self.assertLessEqual(concluded(change, "PASSED"), concluded(expected, "PASSED"))
                self.assertLessEqual(concluded(expected, "FAILED"), concluded(change, "FAILED"))
                if may_lose_objections((index, *path)):
                    continue
                self.assertLessEqual(withdrawn(expected), withdrawn(change))
                # Where its giver vanished, an objection may stand in another name.
                self.assertLessEqual(len(standing(expected)), len(standing(change)))
        return compared, len(refused)
