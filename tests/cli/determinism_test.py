"""The same question gives the same bytes, whatever the order, the encoding or the environment."""

import copy
import json
import random
import unittest
from typing import Any

import records
from command import ALLOWED, DENIED, SAAS, SAAS_OPTIONS, CommandTest

PATHS = tuple(
    str(SAAS / name)
    for name in (
        "standard-patch.yaml",
        "schema-migration.yaml",
        "emergency-fix.yaml",
        "major-release.yaml",
    )
)
FORMATS = ("text", "json", "jsonl", "binary")

# A change that the built-in policy reads in many places; its lists are sets.
CHANGE: dict[str, Any] = {
    "id": "CHG-2001",
    "title": "Größere Tabellen: ein Index für 発注",
    "tracker": {"system": "jira", "key": "CHG-2001"},
    "state": "ASSESSED",
    "kinds": ["DATABASE_SCHEMA", "APPLICATION_CODE", "CONFIGURATION"],
    "services": [{"id": "client-portal"}, {"id": "ledger-db"}, {"id": "invoicing"}],
    "assets": ["portal-app", "ledger-db-primary"],
    "environments": ["PRODUCTION", "STAGING"],
    "team": "product",
    "impact": {
        "availability": "LOW",
        "security": "NONE",
        "data_integrity": "MEDIUM",
        "data_classes": ["PERSONAL", "CONFIDENTIAL"],
        "answers": {"b": "2", "a": "1", "c": "3"},
    },
    "people": {"requester": "gopal", "owner": "farah", "authors": ["gopal", "farah"]},
    "rollback": {"known_good_state": "portal 1.9.3", "irreversible": False, "duration": "15m"},
    "facts": {"z": 1, "y": "two", "x": [True, None]},
    "revisions": [
        {
            "number": 1,
            "by": "gopal",
            "happened_at": "2025-10-06T02:00:00Z",
            "recorded_at": "2025-10-06T02:00:00Z",
        }
    ],
    "approvals": [
        {
            "id": f"a{number}",
            "by": by,
            "kind": "APPROVED",
            "revision": 1,
            "happened_at": "2025-10-08T06:00:00Z",
            "recorded_at": "2025-10-08T06:00:00Z",
        }
        for number, by in enumerate(("hana", "dina", "leo", "ben", "gopal", "nobody"))
    ],
}


def shuffled(value: Any, random_: random.Random, lists: bool) -> Any:
    """The same value with keys, and where `lists` the elements of lists, in another order."""
    if isinstance(value, dict):
        entries = [
            (key, shuffled(each, random_, lists and key != "facts")) for key, each in value.items()
        ]
        random_.shuffle(entries)
        return dict(entries)
    if isinstance(value, list):
        elements = [shuffled(each, random_, lists) for each in value]
        if lists:
            random_.shuffle(elements)
        return elements
    return value


class DeterminismTest(CommandTest):
    def test_twice_the_same_bytes(self) -> None:
        for form in FORMATS:
            for detail in ("verdict", "reasons", "full"):
                with self.subTest(format=form, detail=detail):
                    arguments = (
                        "check",
                        *PATHS,
                        *SAAS_OPTIONS,
                        "--format",
                        form,
                        "--detail",
                        detail,
                    )
                    first, second = self.run_here(*arguments), self.run_here(*arguments)
                    self.assert_code(DENIED, first)
                    self.assertTrue(first.raw)
                    self.assertEqual(first.raw, second.raw)

    def test_approvers_and_explain_too(self) -> None:
        for command in ("approvers", "explain"):
            for form in ("text", "json", "jsonl"):
                with self.subTest(command=command, format=form):
                    arguments = (command, *PATHS, *SAAS_OPTIONS, "--format", form)
                    first, second = self.run_here(*arguments), self.run_here(*arguments)
                    self.assertTrue(first.raw)
                    self.assertEqual(first.raw, second.raw)

    def test_the_environment_is_not_read(self) -> None:
        environments = (
            {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"},
            {"TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
            {"TZ": "No/Such_Zone", "LANG": "C", "LC_ALL": "POSIX", "HOME": "/nonexistent"},
            {"TZ": "", "LC_NUMERIC": "fr_FR.UTF-8", "LC_TIME": "ja_JP.UTF-8", "COLUMNS": "20"},
            {"CHANGEPOLICY_NOW": "2001-01-01", "NOW": "2001-01-01", "SOURCE_DATE_EPOCH": "1"},
        )
        for form in FORMATS:
            usual = self.run_here("check", *PATHS, *SAAS_OPTIONS, "--format", form)
            self.assert_code(DENIED, usual)
            self.assertTrue(usual.raw)
            for environment in environments:
                with self.subTest(format=form, environment=environment):
                    other = self.run_here(
                        "check", *PATHS, *SAAS_OPTIONS, "--format", form, env=environment
                    )
                    self.assertEqual(usual.raw, other.raw)
                    self.assertEqual(usual.code, other.code)

    def test_a_date_is_the_same_instant_in_every_zone(self) -> None:
        arguments = ("check", PATHS[0], "--now", "2025-10-14", "--format", "jsonl")
        answers = {
            self.run_here(*arguments, env={"TZ": zone}).raw
            for zone in ("UTC", "Asia/Singapore", "America/Los_Angeles")
        }
        self.assertEqual(1, len(answers))
        self.assertIn(b'"now":"2025-10-14T00:00:00Z"', answers.pop())

    def test_keys_in_another_order(self) -> None:
        source = random.Random(7)
        usual = None
        for turn in range(6):
            record = shuffled(CHANGE, source, lists=False) if turn else CHANGE
            self.write("change.json", json.dumps(record, ensure_ascii=turn % 2 == 0, indent=turn))
            for form in FORMATS:
                with self.subTest(turn=turn, format=form):
                    options = (*SAAS_OPTIONS, "--transition", "approve", "--format", form)
                    result = self.run_here("check", "change.json", *options)
                    self.assert_code(DENIED, result)
                    self.assertIn(b"CHG-2001", result.raw)
                    if turn == 0:
                        usual = {**(usual or {}), form: result.raw}
                    self.assertEqual((usual or {})[form], result.raw)

    def test_elements_of_sets_in_another_order(self) -> None:
        source = random.Random(11)
        digests = set()
        for _ in range(8):
            self.write("change.json", json.dumps(shuffled(CHANGE, source, lists=True)))
            result = self.run_here(
                "check", "change.json", *SAAS_OPTIONS, "--transition", "approve", "--format", "json"
            )
            digests.add(result.json()["decision_digest"])
        self.assertEqual(1, len(digests))

    def test_the_digest_notices_a_difference(self) -> None:
        def digest(record: dict[str, Any]) -> str:
            self.write("change.json", json.dumps(record))
            result = self.run_here(
                "check", "change.json", *SAAS_OPTIONS, "--transition", "approve", "--format", "json"
            )
            return str(result.json()["decision_digest"])

        without = copy.deepcopy(CHANGE)
        without["approvals"].pop(0)
        self.assertNotEqual(digest(CHANGE), digest(without))

    def test_files_in_another_order_give_the_same_per_record(self) -> None:
        def lines(paths: tuple[str, ...]) -> list[str]:
            result = self.run_here("check", *paths, *SAAS_OPTIONS, "--format", "jsonl")
            self.assert_code(DENIED, result)
            return result.lines

        there, back = lines(PATHS), lines(PATHS[::-1])
        self.assertEqual(there, back[::-1])
        for path, line in zip(PATHS, there, strict=True):
            alone = self.run_here("check", path, *SAAS_OPTIONS, "--format", "jsonl")
            self.assertEqual([line], alone.lines)

    def test_every_encoding_gives_the_same_decision(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        text = records.as_json(records.change("C-1"))
        files = (
            self.write(
                "block.yaml", "id: C-1\nstate: SCHEDULED\nrollback:\n  irreversible: false\n"
            ),
            self.write("flow.yaml", text),
            self.write(
                "windows.yaml", "id: C-1\r\nstate: SCHEDULED\r\nrollback: {irreversible: false}\r\n"
            ),
            self.write("marked.yaml", b"\xef\xbb\xbf" + text.encode()),
            self.write("wrapped.yaml", f"change: {text}\n"),
            self.write("plain.json", text),
            self.write("line.jsonl", text + "\n\n"),
            self.write("text.textproto", records.as_textproto("C-1")),
            self.write("text.txtpb", records.as_textproto("C-1")),
            self.write("bytes.binpb", records.as_binary("C-1")),
            self.write("bytes.pb", records.as_binary("C-1")),
        )
        options = ("--policy", policy, "--now", records.NOW)
        digests = {}
        for file in files:
            result = self.run_here("check", file.name, *options, "--format", "jsonl")
            with self.subTest(file.name):
                self.assert_code(ALLOWED, result)
            digests[file.name] = result.json_lines()[0]["decision_digest"]
        self.assertEqual(1, len(set(digests.values())), digests)

    def test_the_digest_is_the_same_through_explain(self) -> None:
        # More detail is another Decision, but always the same one.
        full = ("--detail", "full", "--format", "json")
        for path in PATHS:
            checked = self.run_here("check", path, *SAAS_OPTIONS, *full).json()
            explained = self.run_here("explain", path, *SAAS_OPTIONS, "--format", "json").json()
            self.assertEqual(checked, explained)


if __name__ == "__main__":
    unittest.main()
