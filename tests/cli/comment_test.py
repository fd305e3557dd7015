"""`changepolicy comment`: a decision as Markdown that a bot may post, whatever a record says."""

import json
import re
import unittest

import records
from command import (
    ALLOWED,
    BAD_INPUT,
    DENIED,
    SAAS,
    SAAS_OPTIONS,
    UNDECIDED,
    CommandTest,
    Result,
)

POLICY = """\
policy: {id: team, title: A team, version: "1"}
clauses:
  C-1: {title: Others approve what somebody wrote, controls: [soc2/CC8.1]}
  C-2: {title: What cannot be taken back is not done}
roles: [engineer]
risk: {levels: [{level: LOW, from: 0}]}
categories:
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
separation: {apart: [AUTHOR]}
approvals:
  - {id: peer, title: An engineer, needs: {at_least: 1, of: {role: engineer}}, clause: C-1}
gates:
  - id: reversible
    at: [DEPLOY]
    must: "!change.rollback.irreversible"
    message: "{{change.title}} cannot be taken back"
    remedy: Plan a way back.
    supplied_by: [engineer]
    clause: C-2
"""
PEOPLE = """\
directory:
  people:
    - {id: ann, accounts: [ann-on-github, ann@firm.example]}
    - {id: bob, accounts: [bob-on-github]}
  roles: [{id: engineer, members: [ann, bob]}]
"""
HOSTILE = (
    "x\n::set-output name=a::b\r\n::error::c\n/close\n# Approved ✅\n</details><script>alert(1)"
    "</script> <img src=x onerror=y> [here](javascript:z) ![i](http://evil.example/i.png) @ann-on-"
    "github @team/all #1 GH-2 owner/repo#3 !4 ~label http://evil.example www.evil.example "
    "| a | b | `code` --> <!-- \x1b[31m\x9b\u202e\u2028 ##[set-env name=P]q"
)


def change(identifier: str, **more: object) -> str:
    record = {"id": identifier, "state": "SCHEDULED", "people": {"authors": ["ann"]}}
    return json.dumps({**record, **more})


class CommentTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", POLICY)
        self.write("people.yaml", PEOPLE)

    def comment(self, *arguments: str) -> Result:
        return self.run_here(
            "comment",
            *arguments,
            "--policy",
            "policy.yaml",
            "--organization",
            "people.yaml",
            "--now",
            records.NOW,
        )

    def test_says_what_is_missing_and_who_can_supply_it(self) -> None:
        self.write("c.json", change("CHG-1", title="More cache", rollback={"irreversible": True}))
        result = self.comment("c.json", "--clause-url", "https://wiki.example/p#{clause}")
        self.assert_code(DENIED, result)
        self.assertEqual("<!-- changepolicy:check -->", result.lines[0])
        self.assert_says(
            result.out,
            "### ❌ DENIED: change CHG-1: deploy",
            "Title: More cache",
            "| ❌ | peer | needs 1 of role engineer: nobody yet | bob for role engineer "
            "| [C-1](<https://wiki.example/p#C-1>) |",
            "| ❌ | reversible | More cache cannot be taken back<br>&rarr; Plan a way back. "
            "| role engineer | [C-2](<https://wiki.example/p#C-2>) |",
            result=result,
        )
        self.assertNotIn("✅", result.out)
        self.assertNotIn("@", result.out)

    def test_says_which_steps_open_the_gate(self) -> None:
        self.write("c.json", change("CHG-1"))
        result = self.comment("c.json")
        self.assert_code(DENIED, result)
        self.assert_says(
            result.out,
            "| ❓ | reversible | not known: change.rollback.irreversible<br>&rarr; state what is "
            "not known | role engineer | C-2 |",
            "<details><summary>To open the gate: 2 steps</summary>\n\n1. ",
            "Ask bob to approve, as engineer\n",
            "\n</details>\n",
            result=result,
        )

    def test_allowed_is_green_and_nothing_else_is(self) -> None:
        approval = {"id": "a", "by": "bob", "kind": "APPROVED"}
        safe = {"rollback": {"irreversible": False}, "approvals": [approval]}
        self.write("yes.json", change("Y", **safe))
        self.write("no.json", change("N"))
        self.write("open.json", change("O", approvals=[approval]))
        self.write("broken.json", '{"id": ')
        self.write("step.json", change("S", **safe).replace("SCHEDULED", "CLOSED"))
        for file, code, headline in (
            ("yes.json", ALLOWED, "### ✅ ALLOWED: change Y: deploy"),
            ("no.json", DENIED, "### ❌ DENIED: change N: deploy"),
            ("open.json", UNDECIDED, "### ❓ UNKNOWN: change O: deploy"),
            ("broken.json", BAD_INPUT, "### ⚠️ INVALID: broken.json"),
            ("step.json", UNDECIDED, "### ⚠️ ERROR: change S: no step"),
        ):
            with self.subTest(file):
                result = self.comment(file)
                headings = [line for line in result.lines if line.startswith("### ")]
                check = self.run_here(
                    "check",
                    file,
                    "--policy",
                    "policy.yaml",
                    "--organization",
                    "people.yaml",
                    "--now",
                    records.NOW,
                )
                self.assert_code(check.code, result)
                self.assert_code(code, result)
                self.assertEqual([headline], headings, str(result))
        result = self.comment("yes.json", "open.json", "no.json")
        self.assert_code(UNDECIDED, result)
        self.assert_says(
            result.out,
            "### ❓ UNKNOWN: 3 records",
            "| ✅ | ALLOWED | change Y: deploy",
            result=result,
        )

    def test_text_of_records_is_text(self) -> None:
        self.write("c.json", change(f"C {HOSTILE}", title=HOSTILE, rollback={"irreversible": True}))
        result = self.comment("c.json")
        self.assert_code(DENIED, result)
        out = result.out
        # Nothing that a platform acts on: mentions, references, commands, addresses.
        for pattern in (
            r"@\w",
            r"(?<![&\w])#\d",
            r"GH-\d",
            r"!\d",
            r"(?m)^\s*/",
            r"(?m)^\s*::",
            r"##\[",
            r"://",
            r"(?i)www\.\w",
            r"(?<!\\)`",
            r"(?<!\\)\[(?!C-)",
            r"(?<!\\)<script",
            r"(?<!\\)<img",
            r"✅ ALLOWED",
            r"(?m)^# ",
        ):
            self.assertIsNone(re.search(pattern, out), f"{pattern}: {result}")
        tags = set(re.findall(r"(?<!\\)<[^>]*(?<!\\)>", out))
        self.assertEqual({"<!-- changepolicy:check -->", "<br>"}, tags, str(result))
        self.assertEqual(out.count("<details>"), out.count("\n</details>\n"))
        self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]", out))
        for row in (line for line in result.lines if line.startswith("| ❌")):
            self.assertEqual(6, len(re.findall(r"(?<!\\)\|", row)), row)

    def test_mentions_only_on_request_and_only_those_who_are_asked(self) -> None:
        self.write("c.json", change("CHG-1", title="@ann-on-github"))
        self.assertNotIn("@bob", self.comment("c.json").out)
        result = self.comment("c.json", "--mention")
        self.assertEqual(["@bob-on-github"], re.findall(r"@[\w-]+", result.out), str(result))
        # Who has several logins, or none, is named.
        for accounts in ("[bob-1, bob-2]", "[bob@firm.example]", "[bob_x]", "[]"):
            with self.subTest(accounts):
                self.write("people.yaml", PEOPLE.replace("[bob-on-github]", accounts))
                result = self.comment("c.json", "--mention")
                self.assertEqual([], re.findall(r"@[\w-]+", result.out), str(result))
                self.assertIn("bob for role engineer", result.out)

    def test_the_key_of_the_marker(self) -> None:
        self.write("c.json", change("CHG-1"))
        result = self.comment("c.json", "--key", "gate.production")
        self.assertEqual("<!-- changepolicy:gate.production -->", result.lines[0])
        for key in ("", "a b", "a--b", "a>", "-", "a\n", "x" * 65):
            with self.subTest(key):
                self.assert_refused(self.comment("c.json", "--key", key), "--key")
        for url in ("javascript:{clause}", "https://wiki.example/", "https://x/{clause})<b>"):
            with self.subTest(url):
                self.assert_refused(self.comment("c.json", "--clause-url", url), "--clause-url")

    def test_has_room_on_github(self) -> None:
        many = "\n".join(change(f"CHG-{i}", title="@ü" * 200) for i in range(300))
        self.write("many.jsonl", many + "\n")
        result = self.comment("many.jsonl")
        self.assert_code(DENIED, result)
        self.assertLess(60000, len(result.raw))
        self.assertLessEqual(len(result.raw), 65536)
        self.assertRegex(result.lines[-1], r"^\d+ lines left out: there is room for 65536 bytes\.$")
        self.assertEqual(result.out.count("<details>"), result.out.count("</details>"))

    def test_the_small_firm(self) -> None:
        result = self.run_here("comment", SAAS / "major-release.yaml", *SAAS_OPTIONS)
        self.assert_code(DENIED, result)
        self.assert_says(
            result.out,
            "### ❌ DENIED: release REL-2.0.0: approve",
            "| ben for role dpo | RM-4.2 |",
            "<details><summary>5 rules hold, 0 do not apply</summary>",
            "change CHG-1042 may not be deployed yet",
            "Holds until 2025-10-20T00:00:00Z",
            result=result,
        )


if __name__ == "__main__":
    unittest.main()
