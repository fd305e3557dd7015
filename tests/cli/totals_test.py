"""`changepolicy approvers --totals`: each record once, self-approval by part, annotations."""

import json
import unittest
from typing import Any

from command import ALLOWED, BAD_INPUT, CommandTest, Result

NOW = "2026-01-31T09:30:00Z"

POLICY = """\
policy: {id: pairs, title: Pairs, version: "1"}
clauses:
  C-1: {title: Others approve}
roles: [board, empty]
risk:
  levels: [{level: LOW, from: 0}]
categories:
  - {id: normal, category: NORMAL, applies_if: "true", clause: C-1}
facts:
  - {name: officers, type: BOOL, meaning: whether officers are asked}
separation: {apart: [REQUESTER, AUTHOR, COMMITTER]}
approvals:
  - id: board
    title: Somebody of the board
    at: APPROVE
    applies_if: change.title != "free text"
    needs: {at_least: 1, of: {role: board}}
    clause: C-1
  - id: officers
    title: Somebody whom there is not
    at: APPROVE
    applies_if: facts.officers
    needs: {at_least: 1, of: {role: empty}}
    clause: C-1
"""
ORGANIZATION = """\
directory:
  people: [{id: ann}, {id: ben}, {id: cy}]
  roles: [{id: board, members: [ann, ben, cy]}, {id: empty}]
"""
MAPPING = """\
mapping: {id: pairs, title: Pairs, to: CHANGE}
sources:
  - {id: line, files: ["*.jsonl"]}
fields:
  id: line.id
  title: line.title
  state: '"ASSESSED"'
  people.requester: line.requester
  people.authors: line.authors
  people.committers: line.committers
  facts.officers: line.officers
  approvals: 'line.by.map(b, {"id": b, "by": b, "kind": "APPROVED"})'
annotations:
  never: line.id == "nothing"
  by_ann: '"ann" in line.by'
  how_many: size(line.by)
"""


def line(identifier: str, by: list[str], **other: Any) -> str:
    return json.dumps(
        {"id": identifier, "title": "t", "requester": "cy", "authors": ["ann"],
         "committers": ["ann", "ben"], "officers": False, "by": by, **other}
    )


class TotalsTest(CommandTest):
    def ask(self, *lines: str, arguments: tuple[str, ...] = ()) -> Result:
        self.write("policy.yaml", POLICY)
        self.write("organization.yaml", ORGANIZATION)
        self.write("mapping.yaml", MAPPING)
        self.write("all.jsonl", "\n".join(lines) + "\n")
        return self.run_here(
            "approvers", "all.jsonl", "--totals", "--policy", "policy.yaml", "--organization",
            "organization.yaml", "--mapping", "mapping.yaml", "--now", NOW, *arguments,
        )

    MIXED = (
        line("satisfied", ["ben"], committers=[]),
        line("missing", [], committers=[]),
        line("author", ["ann"], committers=[]),
        # Who holds several parts is counted under the first of them.
        line("author and committer", ["ann", "ben", "cy"]),
        line("nobody is left", []),
        line("no such officer", ["ben"], committers=[], officers=True),
        line("officers unknown", ["ben"], committers=[], officers=None),
        line("author unknown", ["ben"], committers=[], authors=["zed"]),
        line("no rule", ["ben"], title="free text"),
        line("title unknown", ["ben"], committers=[], title=None),
        '{"id": "bad", }',
        '{"id": "bad too"}',
        line("", ["ben"]),
    )
    EXPECTED = {
        "records": 13,
        "satisfied": 1,
        "missing": 2,
        "unsatisfiable": 3,
        "unknown": 3,
        "error": 1,
        "bad_records": 3,
        "self_approved": 2,
        "self_approved_by_part": {"REQUESTER": 1, "AUTHOR": 2, "COMMITTER": 1},
        "annotations": {"by_ann": 2, "never": 0},
    }

    def test_each_record_is_counted_once(self) -> None:
        for form in ("json", "jsonl"):
            with self.subTest(form):
                result = self.ask(*self.MIXED, arguments=("--format", form))
                self.assert_code(BAD_INPUT, result)
                self.assertEqual({"now": NOW, "totals": self.EXPECTED}, result.json())
                # The parts stand in their own order, the annotations by name.
                totals = result.json()["totals"]
                self.assertEqual(json.dumps(self.EXPECTED), json.dumps(totals))
                self.assertEqual(1 if form == "jsonl" else 22, len(result.lines), str(result))
                self.assert_says(result.err, "all.jsonl:11:", "all.jsonl:12: error: ",
                                 "all.jsonl:13: error: ", result=result)

    def test_as_text(self) -> None:
        result = self.ask(*self.MIXED)
        self.assert_code(BAD_INPUT, result)
        self.assertEqual(
            f"""\
now {NOW}
records         13
satisfied        1
missing          2
unsatisfiable    3
unknown          3
error            1
bad records      3
self-approved    2
  as REQUESTER   1
  as AUTHOR      2
  as COMMITTER   1
by_ann           2
never            0
""",
            result.out,
        )

    def test_the_order_of_records_makes_no_difference(self) -> None:
        self.assertEqual(self.ask(*self.MIXED).raw, self.ask(*reversed(self.MIXED)).raw)

    def test_the_exit_code_is_that_of_the_records(self) -> None:
        self.assert_code(ALLOWED, self.ask(self.MIXED[0]))
        for index, code in ((1, 1), (3, 1), (5, 1), (6, 2), (8, 2), (10, 3)):
            with self.subTest(self.MIXED[index]):
                self.assert_code(code, self.ask(self.MIXED[0], self.MIXED[index]))

    def test_they_are_no_message(self) -> None:
        result = self.ask(self.MIXED[0], arguments=("--format", "binary"))
        self.assert_refused(result, "--totals")
        self.assertIn("help: ", result.err)


if __name__ == "__main__":
    unittest.main()
