"""`changepolicy documents`: which document of a change is weak, and why."""

import json
import sys
import unittest

from command import CommandTest
import records


def change(**documents: str) -> str:
    texts = {
        "description": "Add two columns to the table of users and read from them.",
        "rationale": "Invoices to the European Union must show both parts of a name.",
        "impact_analysis": "No other service reads that table of the client portal.",
        "risk_assessment": "Names may be split wrongly; the old column stays for a month.",
        "testing_plan": "Unit and integration suites, and a rehearsal on a copy of the data.",
        "rollback_strategy": "Deploy the version before again; it reads the old column.",
    } | documents
    lines = ["id: C-1", "state: SCHEDULED", "documents:"]
    lines += [f"  {name}: {{text: {json.dumps(text)}}}" for name, text in texts.items()]
    return "\n".join(lines) + "\n"


class DocumentsTest(CommandTest):
    def documents(self, text: str, *arguments: str, name: str = "change.yaml"):
        self.write(name, text)
        return self.run_here("documents", name, "--now", records.NOW, *arguments)

    def test_all_sound(self) -> None:
        result = self.documents(change())
        self.assert_code(0, result)
        self.assertEqual(6, result.out.count("  ok  "), str(result))

    def test_each_weakness_is_named(self) -> None:
        cases = {
            "TBD": "a placeholder, `tbd`",
            "": "missing",
            "Describe how you will take the change back": "the template",
            "Go back.": "too short, 2 of 8 words",
            "Deploy deploy deploy deploy deploy deploy again again again again": "over and over",
            "This was thought about at length by all of us on Monday.": "says nothing of the way back",
            "Add two columns to the table of users and read from them.": "says what the description says",
        }
        for text, words in cases.items():
            with self.subTest(text=text):
                result = self.documents(change(rollback_strategy=text))
                self.assert_code(1, result)
                self.assertIn(words, result.out, str(result))
                self.assertEqual(5, result.out.count("  ok  "), str(result))

    def test_what_is_needed_later_is_no_fault(self) -> None:
        text = change(rollback_strategy="TBD").replace("SCHEDULED", "SUBMITTED")
        result = self.documents(text)
        self.assert_code(0, result)
        self.assertIn("needed later, to approve", result.out)
        self.assertIn("a placeholder", result.out)

    def test_json(self) -> None:
        result = self.documents(change(testing_plan="n/a"), "--format", "json")
        self.assert_code(1, result)
        answer = json.loads(result.out)
        weak = [each for each in answer["documents"] if not each.get("sound")]
        self.assertEqual(["documents.testing_plan"], [each["field"] for each in weak][:1])
        self.assertEqual(
            [{"kind": "WEAKNESS_KIND_PLACEHOLDER", "detail": "n/a"}], weak[0]["weaknesses"]
        )

    def test_the_changes_of_a_release(self) -> None:
        release = "id: R-1\nversion: 1.0.0\nchanges:\n  - {id: C-1}\n  - {id: C-2}\n"
        result = self.documents(release, name="release.yaml")
        self.assert_code(1, result)
        self.assertIn("documents of change C-1", result.out)
        self.assertIn("documents of change C-2", result.out)

    def test_bad_input(self) -> None:
        result = self.documents("id: [")
        self.assert_code(3, result)
        self.assertIn("change.yaml", result.err)


if __name__ == "__main__":
    sys.exit(unittest.main())
