"""`changepolicy import`: what is written, what is refused and in which words."""

import json
import unittest

from command import ALLOWED, BAD_INPUT, DENIED, CommandTest, Result

MAPPING = """\
mapping: {id: tickets, title: Tickets, to: CHANGE, libraries: [optionals]}
sources:
  - {id: ticket, when: has(record.key), key: record.key}
  - {id: votes, when: has(record.vote), many: true, key: record.of, order: instant(record.at)}
tables:
  risk: {values: {minor: LOW, major: HIGH}}
required: [id]
fields:
  id: ticket.key
  title: ticket.?title
  urgency: lookup("risk", at(ticket, "details.risk"))
  approvals: 'votes.map(v, {"id": text(v.id), "by": v.by, "kind": v.vote, "happened_at": instant(v.at)})'
"""


class ImportTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("tickets.yaml", MAPPING)
        self.write("ticket.json", json.dumps(
            {"key": "T-1", "title": "Faster search", "details": {"risk": "minor", "note": "x"}}))
        self.write("vote.json", json.dumps(
            {"of": "T-1", "id": 4, "by": "bob", "vote": "APPROVED", "at": "2026-03-02 10:00:00 +0100"}))

    def ask(self, *arguments: str, mapping: str = "tickets.yaml") -> Result:
        return self.run_here("import", "--mapping", mapping, *arguments)

    def refuses(self, result: Result, *texts: str) -> None:
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, *texts, result=result)

    def test_what_is_printed_is_read_by_check(self) -> None:
        result = self.ask("ticket.json", "vote.json")
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        self.assertEqual("change:", result.lines[0])
        self.write("change.yaml", result.out)
        for form in ("json", "jsonl", "binary"):
            with self.subTest(form):
                other = self.ask("ticket.json", "vote.json", "--format", form)
                name = f"change.{'binpb' if form == 'binary' else form}"
                (self.folder / name).write_bytes(other.raw)
                answers = [
                    self.run_here("check", file, "--now", "2026-03-03", "--format", "binary").raw
                    for file in ("change.yaml", name)
                ]
                self.assertEqual(*answers)

    def test_into_makes_the_file_and_adds_to_it(self) -> None:
        self.assert_code(ALLOWED, self.ask("ticket.json", "--into", "change.json"))
        change = json.loads((self.folder / "change.json").read_text())["change"]
        self.assertNotIn("approvals", change)
        change["team"] = "search"
        self.write("change.json", json.dumps({"change": change}))
        for _ in range(2):  # the second time adds nothing
            result = self.ask("ticket.json", "vote.json", "--into", "change.json")
            self.assert_code(ALLOWED, result)
            self.assertEqual("wrote change.json: 1 record\n", result.out)
            after = json.loads((self.folder / "change.json").read_text())["change"]
            self.assertEqual("search", after["team"])
            self.assertEqual(["2026-03-02T09:00:00Z"],
                             [a["happened_at"] for a in after["approvals"]])

    def test_into_adds_to_facts(self) -> None:
        self.write("facts.yaml", """\
mapping: {id: facts, to: CHANGE}
sources: [{id: ticket, when: has(record.key)}]
fields: {id: ticket.key, facts.rows: "3", facts.words: "['a', 'b']"}
""")
        self.write("change.yaml", "change: {id: T-1, facts: {rows: 2, tier: gold}}\n")
        for file in ("change.yaml", "new.yaml"):
            result = self.run_here("import", "--mapping", "facts.yaml", "ticket.json", "--into", file)
            self.assert_code(ALLOWED, result)
        text = (self.folder / "change.yaml").read_text()
        self.assertEqual(["rows: 3", "tier: \"gold\"", "words: [\"a\",\"b\"]"],
                         [line.strip() for line in text.splitlines()[3:]], text)

    def test_into_does_not_mix_two_subjects(self) -> None:
        self.write("other.yaml", "change: {id: T-2}\n")
        self.refuses(self.ask("ticket.json", "--into", "other.yaml"),
                     "it is about `T-1`, and other.yaml is about `T-2`")
        self.write("release.yaml", "release: {id: T-1}\n")
        self.refuses(self.ask("ticket.json", "--into", "release.yaml"), "are not of one kind")
        self.assertEqual("change: {id: T-2}\n", (self.folder / "other.yaml").read_text())

    def test_into_writes_nothing_where_a_record_is_bad(self) -> None:
        self.write("bad.json", "{}")
        self.refuses(self.ask("ticket.json", "bad.json", "--into", "change.yaml"), "bad.json: error")
        self.assertFalse((self.folder / "change.yaml").exists())

    def test_explain_names_values_and_what_was_not_read(self) -> None:
        result = self.ask("ticket.json", "vote.json", "--explain")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "ticket.json by tickets", '  urgency = "LOW"',
                         '    ticket.json: details.risk = "minor"', "  not read of ticket.json:",
                         "    details.note", '    vote.json: by = "bob"', result=result)

    def test_list(self) -> None:
        result = self.run_here("import", "--list")
        self.assert_code(ALLOWED, result)
        self.assertIn("github-pull-request", [line.split()[0] for line in result.lines])

    def test_a_word_without_a_table_entry_stays_unknown(self) -> None:
        self.write("ticket.json", '{"key": "T-1", "details": {"risk": "huge"}}')
        result = self.ask("ticket.json")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.err, "note: the table `risk` of `tickets` has no word for `huge`",
                         result=result)
        self.assertNotIn("urgency", result.out)

    def test_records_that_are_none(self) -> None:
        deep = '{"key":' + "[" * 5000 + "]" * 5000 + "}"
        for name, text, said in (
            ("empty.json", "", "empty.json"),
            ("seven.json", "7", "there is no record in it"),
            ("text.json", '"hello"', "text.json: error: no mapping covers it"),
            ("broken.json", '{"key": ', "broken.json:1:"),
            ("twice.json", '{"key": "a", "key": "b"}', "is given a second time"),
            ("deep.json", deep, "deep.json:1:"),
            ("other.json", '{"x": 1}', "other.json: error: no mapping covers it"),
            ("number.json", '{"key": 7}', "`key` of source `ticket` gives no text: 7"),
            ("null.json", '{"key": null}', "`key` of source `ticket` gives no text: null"),
        ):
            with self.subTest(name):
                self.write(name, text)
                result = self.ask(name)
                self.refuses(result, said)
                self.assertEqual("", result.out)

    def test_a_vote_without_its_ticket_is_named(self) -> None:
        self.refuses(self.ask("vote.json"), "vote.json: error: it belongs to none of the records")

    def test_a_missing_part_is_named_with_both_places(self) -> None:
        self.write("vote.json", '{"of": "T-1", "id": 4, "vote": "APPROVED", "at": "2026-03-02T10:00:00Z"}')
        self.refuses(self.ask("ticket.json", "vote.json"),
                     "ticket.json: error: field `approvals`: no such key: \"by\"",
                     "tickets.yaml:12:14 found no `by` in vote.json")

    def test_a_local_time_needs_a_zone(self) -> None:
        self.write("vote.json", '{"of": "T-1", "id": 4, "vote": "APPROVED", "at": "2026-03-02 10:00:00"}')
        self.refuses(self.ask("ticket.json", "vote.json"), "has no zone")

    def test_names_of_mappings(self) -> None:
        self.refuses(self.ask("ticket.json", mapping="githup"), "did you mean `github`?")
        self.refuses(self.ask("ticket.json", mapping="none.yaml"), "none.yaml: no such file")
        self.refuses(self.run_here("import", "ticket.json"), "--mapping is required")
        self.refuses(self.run_here("import", "--mapping", "github"), "RECORD is required")

    def test_a_typo_in_the_mapping_has_its_place(self) -> None:
        for wrong, right, said in (
            ("urgencyy", "urgency:", "tickets.yaml:11:13: error: unknown field `urgencyy`"),
            ('lookup("rsk"', 'lookup("risk"', "did you mean `risk`?"),
            ("ticket.keyy(", "ticket.key\n", "tickets.yaml:9:"),
            ("many: true, order: true", "many: true, key: record.of, order: instant(record.at)",
             "expected a timestamp, number or text, found `bool`"),
        ):
            with self.subTest(wrong):
                text = MAPPING.replace(right, wrong + (":" if right.endswith(":") else "")
                                       + ("\n" if right.endswith("\n") else ""), 1)
                self.write("tickets.yaml", text)
                self.refuses(self.ask("ticket.json"), said)


class LintTest(CommandTest):
    """`policy lint --mapping`."""

    def lint(self, *names: str) -> Result:
        return self.run_here("policy", "lint", "--mapping", *names)

    def test_one_without_complaints(self) -> None:
        self.write("tickets.yaml", MAPPING)
        result = self.lint("tickets.yaml", "github-issue")
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        self.assertEqual(
            ["tickets.yaml: nothing to complain about",
             "github-issue.yaml: nothing to complain about"], result.lines)

    def test_all_that_are_built_in(self) -> None:
        names = [line.split()[0] for line in self.run_here("import", "--list").lines]
        self.assertGreater(len(names), 4)
        result = self.lint(*names)
        self.assert_code(ALLOWED, result)
        self.assertEqual(len(names), len(result.lines))

    def test_what_nobody_reads_is_a_warning(self) -> None:
        self.write("tickets.yaml", MAPPING.replace('lookup("risk", at(ticket, "details.risk"))', "ticket.risk"))
        result = self.lint("tickets.yaml")
        self.assert_code(DENIED, result)
        self.assertEqual("", result.out)
        self.assert_says(result.err, "tickets.yaml:6:9: warning: no expression looks words up in the "
                         "table `risk`", "help: take it out of `tables`, or use it", result=result)

    def test_every_mapping_is_looked_at(self) -> None:
        self.write("typo.yaml", MAPPING.replace("title: ticket", "titel: ticket"))
        self.write("good.yaml", MAPPING)
        self.write("bad.yaml", MAPPING.replace("ticket.key", "tickt.key"))
        result = self.lint("typo.yaml", "good.yaml", "bad.yaml")
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "typo.yaml:10:10: error: unknown field `titel`",
                         "bad.yaml:9:7: error: undeclared name `tickt`", result=result)
        self.assertEqual(["good.yaml: nothing to complain about"], result.lines)

    def test_it_is_not_asked_beside_a_policy(self) -> None:
        self.write("tickets.yaml", MAPPING)
        for option in (("--policy", "saas"), ("--organization", "o.yaml"), ("--now", "2026-01-01")):
            with self.subTest(option):
                result = self.run_here("policy", "lint", "--mapping", "tickets.yaml", *option)
                self.assert_code(BAD_INPUT, result)
                self.assert_says(result.err, "--mapping", option[0], result=result)

    def test_a_mapping_to_an_organization(self) -> None:
        self.write("people.yaml", "mapping: {id: people, to: ORGANIZATION}\nsources: [{id: p}]\n"
                   "fields: {directory.roles: p.roles}\n")
        self.assert_code(ALLOWED, self.lint("people.yaml"))

    def test_what_is_no_mapping(self) -> None:
        self.write("empty.yaml", "")
        self.assert_code(BAD_INPUT, self.lint("empty.yaml"))
        result = self.lint("githup")
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "did you mean `github`?", result=result)
        self.assert_code(BAD_INPUT, self.lint("nowhere.yaml"))


if __name__ == "__main__":
    unittest.main()
