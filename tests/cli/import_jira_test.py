"""The mapping of Jira: rich text, changelogs, custom fields, approvals, and keys that vanished.

The issues are the tests' own; the set of ../shared/data is read as well where it is there.
"""

import json
import os
import pathlib
import re
import unittest
from typing import Any

import jira_payloads as jira
from command import ALLOWED, BAD_INPUT, PROJECT
from jira_payloads import approval, changelog, document, edit, issue, paragraph
from vanishing import Path, Payload, VanishingTest, renamed, standing, withdrawn

DATA = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data")) / "jira"
)
# By file, the words that are no words of Jira and so are named.
ISSUES = {
    "rest_api_2_issue_FOO-123_GET": {"urgency": "normal"},
    "issues_in_sprint": {"state": "ready"},
}
# Comments, properties, what a new issue answers, priorities, filters, transitions that are open.
NOT_COVERED = {
    "rest_api_2_comment_list_POST",
    "rest_api_2_issue_FOO-123_comment_10000_pin_PUT",
    "rest_api_2_issue_FOO-123_comment_GET",
    "rest_api_2_issue_FOO-123_properties_Bar1_GET",
    "rest_api_2_issue_FOO-123_properties_Bar1_PUT",
    "rest_api_2_issue_FOO-123_properties_GET",
    "rest_api_2_issue_POST",
    "all_priorities",
    "search_filters",
    "transitions",
}


class ImportJiraTest(VanishingTest):
    mappings = "jira"
    # What is left of a text of which a part vanished.
    replaced = frozenset({"documents"})

    def test_an_issue_with_names_and_changelog(self) -> None:
        change = self.change_of(jira.whole_issue())
        self.assertEqual(
            (jira.key(), "CHANGE_STATE_SCHEDULED", "CATEGORY_STANDARD", "URGENCY_HIGH"),
            (change["id"], change["state"], change["claimed_category"], change["urgency"]),
        )
        self.assertEqual(
            {"requester": "557058:ann", "implementers": ["557058:dan"], "nominees": ["557058:eve"]},
            change["people"],
        )
        self.assertEqual(
            {"start": "2026-03-07T22:00:00Z", "end": "2026-03-07T23:30:00Z"}, change["schedule"]
        )
        documents = change["documents"]
        self.assertEqual(
            ("Resend the table.\n", "Reboot.\n"),
            (documents["description"]["text"], documents["rollback_strategy"]["text"]),
        )
        self.assertEqual({"stated_risk": "MEDIUM"}, change["facts"])
        self.assertEqual(
            [
                ("ASSESS", "557058:ann", "2026-03-02T09:20:00Z"),
                ("SCHEDULE", "557058:dan", "2026-03-02T10:30:00Z"),
            ],
            [
                (s["transition"].removeprefix("TRANSITION_"), s["by"], s["happened_at"])
                for s in change["history"]
            ],
        )
        self.assertEqual(
            [
                ("557058:bob", "APPROVED", "2026-03-02T10:00:00Z"),
                ("557058:cy", "WITHDRAWN", "2026-03-02T10:10:00Z"),
            ],
            [
                (a["by"], a["kind"].removeprefix("APPROVAL_KIND_"), a["happened_at"])
                for a in change["approvals"]
            ],
        )
        self.assertEqual({("approval-8-557058:cy", "557058:cy")}, standing(change))
        self.assertEqual(
            [
                (1, "2026-03-02T09:00:00Z", None),
                (2, "2026-03-02T11:00:00Z", ["documents.description"]),
            ],
            [(r["number"], r["happened_at"], r.get("edited")) for r in change["revisions"]],
        )

    def test_rich_text(self) -> None:
        item: Payload = {"type": "listItem", "content": [paragraph("one")]}
        row: Payload = {
            "type": "tableRow",
            "content": [
                {"type": "tableCell", "content": [{"type": "bulletList", "content": [item]}]}
            ],
        }
        rich = document(
            {
                "type": "heading",
                "attrs": {"level": 1},
                "content": [{"type": "text", "text": "Why"}],
            },
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Ask "},
                    {"type": "mention", "attrs": {"id": "1", "text": "@Ann"}},
                    {"type": "hardBreak"},
                    {"type": "inlineCard", "attrs": {"url": "https://example.com"}},
                ],
            },
            {"type": "rule"},
            {"type": "table", "content": [row]},
            {"type": "paragraph"},
        )
        change = self.change_of([issue(description=rich)])
        self.assertEqual(
            "Why\nAsk @Ann\nhttps://example.com\none\n", change["documents"]["description"]["text"]
        )
        for empty in (None, "", " ", document(), document({"type": "paragraph"})):
            with self.subTest(empty):
                self.assertNotIn("documents", self.change_of([issue(description=empty)]))

    def test_a_server_without_account_ids(self) -> None:
        ann: Payload = {"name": "amiller", "key": "JIRAUSER1", "displayName": "Ann"}
        change = self.change_of([issue(reporter=ann, assignee=None)])
        self.assertEqual("amiller", change["people"]["requester"])
        self.assertNotIn("implementers", change["people"])

    def test_a_closed_issue_says_whether_it_was_done(self) -> None:
        for resolution, state in (
            (None, "CLOSED"),
            ({"name": "Done"}, "CLOSED"),
            ({"name": "Won't Do"}, "CANCELLED"),
            ({"name": "Declined"}, "REJECTED"),
            ({"name": "Odd"}, None),
        ):
            with self.subTest(resolution):
                change = self.change_of([issue(status={"name": "Done"}, resolution=resolution)])
                self.assertEqual(state and f"CHANGE_STATE_{state}", change.get("state"))
        short = issue(status={"name": "Done"})
        del short["fields"]["resolution"]
        self.assertNotIn("state", self.change_of([short]))

    def test_words_that_are_not_known_are_named(self) -> None:
        record = issue(
            named=True, status={"name": "Erledigt"}, customfield_10042={"value": "Comprehensive"}
        )
        result = self.import_lines([record], "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assert_says(
            result.err,
            "the table `state` of `jira-issue` has no word for `erledigt`",
            "the table `category` of `jira-issue` has no word for `comprehensive`",
            result=result,
        )
        self.assertNotIn("state", result.json()["change"])
        self.assertNotIn("claimed_category", result.json()["change"])

    def test_custom_fields_without_names_say_nothing_until_a_copy_names_them(self) -> None:
        record = issue(customfield_10042={"value": "Standard"}, customfield_10044="2026-03-07")
        self.assertNotIn("claimed_category", self.change_of([record]))
        builtin = (PROJECT / "policies" / "mappings" / "jira-issue.yaml").read_text("utf-8")
        own = """own_fields: '{"customfield_10042": "category", "customfield_10044": "start"}'"""
        self.assertIn("own_fields: '{}'", builtin)
        self.write("own.yaml", builtin.replace("own_fields: '{}'", own))
        self.write("issue.json", json.dumps(record))
        result = self.run_here("import", "--mapping", "own.yaml", "issue.json", "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual("CATEGORY_STANDARD", result.json()["change"]["claimed_category"])
        # A date alone is no instant.
        self.assertNotIn("start", result.json()["change"].get("schedule", {}))

    def test_two_custom_fields_of_one_name_say_nothing(self) -> None:
        record = issue(
            named=True,
            customfield_10042={"value": "Standard"},
            customfield_10099={"value": "Normal"},
        )
        record["names"] = {**jira.NAMES, "customfield_10099": "Change Type"}
        self.assertNotIn("claimed_category", self.change_of([record]))

    def test_a_custom_field_of_another_name_has_no_meaning(self) -> None:
        record = issue(named=True, customfield_1={"value": "Standard"}, customfield_2="More.")
        record["names"] = {"customfield_1": "category", "customfield_2": "Description"}
        change = self.change_of([record])
        self.assertNotIn("claimed_category", change)
        self.assertEqual("Resend the table.", change["documents"]["description"]["text"])

    def test_searches_and_other_envelopes(self) -> None:
        one, two = issue(1), issue(2)
        result = self.import_lines([{"issues": [one, two], "total": 2}], "--format", "jsonl")
        self.assert_code(ALLOWED, result)
        self.assertEqual(
            [jira.key(1), jira.key(2)], [line["change"]["id"] for line in result.json_lines()]
        )
        self.assertEqual(jira.key(), self.change_of([{"expand=names": issue()}])["id"])
        for other in (
            {"webhookEvent": "comment_created", "issue": issue(), "comment": {"id": "1"}},
            {"webhookEvent": "jira:issue_deleted", "issue": issue()},
            {"expand": "transitions", "transitions": [{"id": "2", "name": "Close"}]},
            {"id": "1", "key": "OPS-1", "self": "https://x"},
            {},
        ):
            with self.subTest(other):
                self.assert_code(BAD_INPUT, self.import_lines([other]))

    def test_an_abbreviated_issue(self) -> None:
        change = self.change_of([{"key": "OPS-1", "fields": {"summary": "S", "reporter": None}}])
        self.assertEqual(("OPS-1", "S"), (change["id"], change["title"]))
        for name in ("state", "urgency", "created_at", "revisions"):
            self.assertNotIn(name, change)

    def test_an_old_webhook_has_a_word_where_others_have_a_map(self) -> None:
        change = self.change_of([issue(priority="Minor")])
        self.assertEqual("URGENCY_LOW", change["urgency"])

    def test_a_move_back_is_no_step(self) -> None:
        log = changelog(
            edit("1", "2026-03-02T10:20:00.000+0100", "ann", ("status", "In Progress", "To Do")),
            edit("2", "2026-03-02T10:30:00.000+0100", "ann", ("status", "To Do", "In Progress")),
        )
        steps = self.change_of([issue(log=log)])["history"]
        self.assertEqual(["2026-03-02T09:30:00Z"], [s["happened_at"] for s in steps])

    def test_when_several_decided_nobody_knows_when_each_did(self) -> None:
        asked = approval("7", {"bob": "approved", "cy": "approved"}, "2026-03-02T11:00:00+0100")
        for given in self.change_of([issue(customfield_1=[asked])])["approvals"]:
            self.assertNotIn("happened_at", given)

    def test_what_the_service_desk_answers(self) -> None:
        asked = {
            **approval("7", {"bob": "approved"}, "2026-03-02T11:00:00+0100"),
            "_links": {
                "self": "https://acme.atlassian.net/rest/servicedeskapi/request/"
                f"{jira.key()}/approval/7"
            },
        }
        expected = self.change_of([issue(customfield_1=[asked])])
        self.assertEqual(expected, self.change_of([issue(), {"values": [asked], "size": 1}]))
        self.assertEqual(expected, self.change_of([issue(), asked]))

    def test_who_declined_objects_until_they_approve(self) -> None:
        first = approval("7", {"bob": "declined"}, "2026-03-02T11:00:00+0100")
        later = approval("8", {"bob": "approved"}, "2026-03-02T12:00:00+0100")
        declined = self.change_of([issue(customfield_1=[first])])
        self.assertEqual({("approval-7-557058:bob", "557058:bob")}, standing(declined))
        self.assertEqual({"557058:bob"}, withdrawn(declined))
        self.assertEqual(set(), standing(self.change_of([issue(customfield_1=[first, later])])))

    def counts(self, record: Payload) -> bool:
        """Whether the approval of the issue counts."""
        example = PROJECT / "examples" / "import"
        accounts = (example / "organization.yaml").read_text("utf-8")
        self.write(
            "organization.yaml", re.sub(r"accounts: \[(\w+)\]", r"accounts: [557058:\1]", accounts)
        )
        change = self.import_lines([record])
        self.assert_code(ALLOWED, change)
        self.write("change.yaml", change.out)
        result = self.run_here(
            "approvers",
            "change.yaml",
            "--policy",
            example / "policy.yaml",
            "--organization",
            "organization.yaml",
            "--now",
            "2026-03-03",
        )
        # Nobody told the authors, so that the rule itself stays open.
        self.assertIn(result.code, (1, 2), result)
        return re.search(r"1 of role engineer +bob\.jones", result.out) is not None

    def test_an_approval_is_void_when_something_that_is_read_was_edited_since(self) -> None:
        asked = [approval("7", {"bob": "approved"}, "2026-03-02T11:00:00+0100")]
        after = "2026-03-02T12:00:00.000+0100"
        for log, counts in (
            (changelog(edit("1", after, "ann", ("Rank", "1", "2"))), True),
            (changelog(edit("1", after, "ann", ("description", "x", "y"))), False),
            (
                changelog(
                    edit("1", "2026-03-02T10:30:00.000+0100", "ann", ("description", "x", "y"))
                ),
                True,
            ),
            (changelog(edit("1", after, "ann", ("Rank", "1", "2")), total=2), False),
            (None, False),
        ):
            with self.subTest(log):
                self.assertEqual(counts, self.counts(issue(log=log, customfield_1=asked)))
        untouched = issue(customfield_1=asked, updated="2026-03-02T10:00:00.000+0100")
        self.assertTrue(self.counts(untouched))

    def test_the_example(self) -> None:
        file = PROJECT / "examples" / "import" / "jira.json"
        result = self.run_here("import", "--mapping", "jira", file, "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        change = result.json()["change"]
        self.assertEqual("CATEGORY_STANDARD", change["claimed_category"])
        self.assertEqual("CHANGE_STATE_ASSESSED", change["state"])

    def test_a_key_that_vanished_invents_nothing(self) -> None:
        def is_where_approvals_stand(path: Path) -> bool:
            return path == (1, "fields", "customfield_10050")

        compared, refused = self.assert_nothing_invented(
            jira.whole_issue, may_lose_objections=is_where_approvals_stand
        )
        self.assertGreater(compared, 100)
        self.assertGreater(refused, 10)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/jira")
    def test_every_answer_of_the_set_is_imported_or_named(self) -> None:
        seen: set[str] = set()
        for file in sorted(DATA.rglob("*.json")):
            with self.subTest(file.name):
                result = self.run_here("import", "--mapping", "jira", file, "--format", "json")
                if file.stem not in ISSUES:
                    self.assertIn(file.stem, NOT_COVERED)
                    self.assert_code(BAD_INPUT, result)
                    self.assert_says(
                        result.err, f"{file}", "error: no mapping covers it", result=result
                    )
                    continue
                self.assert_code(ALLOWED, result)
                self.assertEqual(len(ISSUES[file.stem]), result.err.count("has no word"))
                for table, word in ISSUES[file.stem].items():
                    self.assert_says(
                        result.err,
                        f"the table `{table}` of `jira-issue` has no word for `{word}`",
                        result=result,
                    )
                seen.add(file.stem)
                payload = json.loads(file.read_text(encoding="utf-8"))
                record = payload["issues"][0] if "issues" in payload else payload["fields=*all"]
                self.compare(record, result.json()["change"])
        self.assertEqual(set(ISSUES), seen)

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/jira")
    def test_a_key_of_the_set_that_vanished_invents_nothing(self) -> None:
        for file in sorted(DATA.rglob("*.json")):
            if file.stem in ISSUES:
                payload = json.loads(file.read_text(encoding="utf-8"))
                names = {"FOO-123": "FOO-{}", "AR-86": "AR-{}"}
                compared, refused = self.assert_nothing_invented(renamed(payload, names))
                self.assertGreater(compared, 50)
                self.assertGreater(refused, 0)

    def compare(self, record: Payload, change: dict[str, Any]) -> None:
        """What a policy reads, taken from the answer without a mapping."""
        shown = record["fields"]
        self.assertEqual(record["key"], change["id"])
        self.assertEqual(shown.get("summary"), change.get("title"))
        people = change.get("people", {})
        if shown.get("reporter"):
            self.assertEqual(shown["reporter"]["accountId"], people["requester"])
        if shown.get("assignee"):
            self.assertEqual([shown["assignee"]["name"]], people["implementers"])
        self.assertEqual(
            {"Backlog": "CHANGE_STATE_DRAFT"}.get(shown["status"]["name"]), change.get("state")
        )


if __name__ == "__main__":
    unittest.main()
