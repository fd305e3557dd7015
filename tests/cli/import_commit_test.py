"""Messages by Conventional Commits 1.0.0 through `changepolicy import`."""

import json
import os
import pathlib
import re
import unittest
from typing import Any

from command import ALLOWED, PROJECT, CommandTest, Result

DATA = pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
EXAMPLES = DATA / "conventional_commits" / "spec_examples.json"
LIBUV = DATA / "libuv_reviews" / "libuv_commits_reviews.jsonl"


class CommitTest(CommandTest):
    def ask(self, *arguments: str | os.PathLike[str]) -> Result:
        return self.run_here("import", "--mapping", "conventional-commit", "--format", "jsonl",
                             *arguments)

    def changes(self, messages: list[Any], *arguments: str) -> list[dict[str, Any]]:
        self.write("messages.json", json.dumps(messages))
        result = self.ask("messages.json", *arguments)
        self.assert_code(ALLOWED, result)
        return [line["change"] for line in result.json_lines()]

    def facts(self, message: str) -> dict[str, Any]:
        (change,) = self.changes([message])
        facts: dict[str, Any] = change["facts"]
        return facts

    def test_a_file_with_one_message(self) -> None:
        self.write("message.txt", "feat(api)!: send mail\n\nMore words.\n\nRefs: #123\n")
        result = self.ask("message.txt", "--given", "id=CHG-1")
        self.assert_code(ALLOWED, result)
        self.assertEqual(
            [{"change": {
                "id": "CHG-1",
                "title": "send mail",
                "commits": [{"message": "feat(api)!: send mail\n\nMore words.\n\nRefs: #123"}],
                "facts": {"breaking": True, "commit_scope": "api", "commit_type": "feat",
                          "references": ["#123"]},
            }}],
            result.json_lines(),
        )

    def test_an_id_of_its_own(self) -> None:
        first, second = self.changes(["feat: x", "fix: y"])
        self.assertRegex(first["id"], "^commit-[0-9a-f]{16}$")
        self.assertNotEqual(first["id"], second["id"])
        (record,) = self.changes([{"id": "9f3c2ab", "message": "feat: x"}])
        self.assertEqual(("9f3c2ab", "9f3c2ab"), (record["id"], record["commits"][0]["id"]))

    def test_what_the_editor_shows_is_no_part_of_a_message(self) -> None:
        scissors = "# ------------------------ >8 ------------------------\n"
        for comment in ("# Please enter the commit message\n#\n# On branch main\n",
                        f"{scissors}# Do not touch\ndiff --git a/x b/x\nBREAKING CHANGE: y\n"):
            self.write("COMMIT_EDITMSG", f"fix: x\n\nRefs: 1\n{comment}")
            result = self.ask("COMMIT_EDITMSG")
            self.assert_code(ALLOWED, result)
            (line,) = result.json_lines()
            self.assertEqual([{"message": "fix: x\n\nRefs: 1"}], line["change"]["commits"])
            self.assertEqual(["1"], line["change"]["facts"]["references"])
            self.assertIs(False, line["change"]["facts"]["breaking"])

    def test_another_form_is_named_and_unknown(self) -> None:
        self.write("message.txt", "Merge branch 'x'\n\nRefs: 1\n")
        result = self.ask("message.txt")
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        self.assertEqual({"references": ["1"]}, line["change"]["facts"])
        self.assertEqual("Merge branch 'x'", line["change"]["title"])
        self.assert_says(result.err, "Merge branch 'x'", "unknown", result=result)

    def test_footers(self) -> None:
        for message, expected in (
            ("fix: x", []),
            ("fix: x\n\nRefs: #123", ["#123"]),
            ("fix: x\n\nRefs #123", ["#123"]),
            ("fix: x\n\nCloses #1\nfixes: ABC-2, ABC-3\n", ["#1", "ABC-2", "ABC-3"]),
            ("fix: x\n\nRefs: 676104e,\n a215868\nReviewed-by: Z", ["676104e", "a215868"]),
            ("fix: x\n\nBREAKING CHANGE: y\nRefs: 1", ["1"]),
            ("fix: x\n\nbody\n\nRefs: 1\n\nSigned-off-by: a <a@b>", ["1"]),
            ("fix: x\r\n\r\nRefs: 1\r\nCloses #2\r\n", ["1", "#2"]),
            # A footer needs a blank line before it, and a word with no blank in it.
            ("fix: x\nRefs: 1", []),
            ("fix: x\n\nwords\nRefs: 1", []),
            ("fix: x\n\nSee also: 1", []),
            ("fix: x\n\nRefs:1", []),
            # Words that only begin like one.
            ("fix: x\n\nFix #12 in the parser", []),
            ("fix: x\n\nReviewed-by: Z", []),
        ):
            with self.subTest(message):
                self.assertEqual(expected, self.facts(message)["references"])

    def test_what_breaks(self) -> None:
        for message, expected in (
            ("fix: x", False),
            ("fix!: x", True),
            ("fix: x\n\nBREAKING CHANGE: y", True),
            ("fix: x\n\nBREAKING-CHANGE: y", True),
            ("fix: x\n\nbody\n\nmore\n\nBREAKING CHANGE: y\n\nRefs: 1", True),
            ("fix: x\n\nbreaking change: y", False),
            ("fix: x BREAKING CHANGE: y", False),
            ("some words\n\nBREAKING CHANGE: y", True),
            ("some words", None),
        ):
            with self.subTest(message):
                self.assertEqual(expected, self.facts(message).get("breaking"))

    def test_what_is_no_message_is_refused(self) -> None:
        for name, content, words in (
            ("message.txt", "", "empty"),
            ("message.txt", " \n\n", ""),
            ("messages.json", '[{"message": 7}]', "no mapping covers it"),
            ("messages.json", '["commit 1234\\n"]', "no mapping covers it"),
            ("message.txt", b"feat: \xff\n", "message.txt"),
        ):
            with self.subTest(content):
                self.write(name, content)
                self.assert_refused(self.ask(name), words)

    def test_a_long_message_takes_no_long_time(self) -> None:
        facts = self.facts("feat: x\n\n" + "Refs: 1\n" * 200 + "\n" + "word " * 100_000)
        self.assertEqual(200, len(facts["references"]))

    def test_it_is_what_the_engine_reads(self) -> None:
        """The kind that a release calls for, by the message that was imported."""
        self.write("message.txt", "feat: x\n\nBREAKING CHANGE: y\n")
        result = self.run_here("import", "--mapping", "conventional-commit", "message.txt",
                               "--explain")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "facts.breaking = true", result=result)

    def test_the_suites_of_the_example(self) -> None:
        folder = PROJECT / "examples" / "import"
        result = self.run_here("policy", "test", folder / "texts.suite.yaml",
                               folder / "messages.suite.yaml")
        self.assert_code(ALLOWED, result)
        self.assertIn("5 of 5 cases passed", result.out)

    @unittest.skipUnless(EXAMPLES.is_file(), "no ../shared/data/conventional_commits")
    def test_the_examples_of_the_specification(self) -> None:
        result = self.ask(EXAMPLES)
        self.assert_code(ALLOWED, result)
        found = []
        for line in result.json_lines():
            facts = line["change"]["facts"]
            found.append((facts.get("commit_type"), facts.get("commit_scope"),
                          facts.get("breaking"), facts["references"]))
        self.assertEqual(
            [
                (None, None, None, []),
                ("feat", None, True, []),
                ("feat", None, True, []),
                ("feat", "api", True, []),
                ("feat", None, True, []),
                ("docs", None, False, []),
                ("feat", "lang", False, []),
                ("fix", None, False, ["#123"]),
                ("revert", None, False, ["676104e", "a215868"]),
            ],
            found,
        )
        self.assert_says(result.err, "<type>[optional scope]: <description>", result=result)

    @unittest.skipUnless(LIBUV.is_file(), "no ../shared/data/libuv_reviews")
    def test_subjects_of_a_real_history(self) -> None:
        """libuv writes `unix,stream: words`: a type has no comma, and one without it is a type."""
        with LIBUV.open(encoding="utf-8") as lines:
            subjects = [json.loads(line)["subject"] for line in lines]
        subjects = [subject for subject in subjects if subject.strip()]
        changes = self.changes(subjects)
        self.assertEqual(len(subjects), len(changes))
        kinds = [change["facts"].get("commit_type") for change in changes]
        self.assertEqual((330, 253), (len(kinds), sum(kind is not None for kind in kinds)))
        for subject, kind in zip(subjects, kinds, strict=True):
            word = re.match(r"([A-Za-z0-9_-]+)(\([^)]+\))?: ", subject)
            self.assertEqual(word[1].lower() if word else None, kind, subject)


if __name__ == "__main__":
    unittest.main()
