"""`changepolicy policy clauses --tests`: which cases show each clause."""

import unittest

from command import ALLOWED, BAD_INPUT, DENIED, PROJECT, CommandTest

POLICY = """\
policy: {id: tiny, title: Tiny, version: "1"}
clauses: {C-1: {title: It is tested}, C-2: {title: Nobody has to approve}}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-2}]
approvals: [{id: free, at: DEPLOY, needs: {none: true}, clause: C-2}]
gates: [{id: tested, at: DEPLOY, must: size(change.assets) > 1, clause: C-1}]
"""
SUITE = """\
title: Two | three
policies: [policy.yaml]
now: 2026-03-02
changes: {c: {id: C-1, state: SCHEDULED, assets: [db]}}
cases:
  - {name: fails, change: c, expect: {verdict: DENIED, blocked_by: [tested]}}
  - {name: holds, change: c, with: [{path: "assets[+]", set: web}], expect: {rules: {tested: SATISFIED}}}
"""
REFUSED = """\
  - {name: claims, change: c, with: [{path: claimed_category, set: NORMAL}], expect: {verdict: DENIED}}
"""


class ClausesTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", POLICY)
        self.write("tests/a.suite.yaml", SUITE.replace("policy.yaml", "../policy.yaml"))

    def ask(self, *arguments: str):  # type: ignore[no-untyped-def]
        return self.run_here("policy", "clauses", "--policy", "policy.yaml", "--tests", "tests",
                             *arguments)

    def test_a_table(self) -> None:
        result = self.ask()
        self.assert_code(DENIED, result)
        self.assertEqual("""\
| clause | passes in | fails alone in | shown on |
|---|---|---|---|
| C-1 | Two \\| three: holds | Two \\| three: fails | subject |
| C-2 | Two \\| three: fails (and 1 more) | **none** | **nothing** |

1 of 2 clauses are shown by tests
""", result.out)

    def test_every_clause(self) -> None:
        self.write("policy.yaml", POLICY.replace(
            "approvals: [{id: free, at: DEPLOY, needs: {none: true}, clause: C-2}]",
            "roles: [lead]\napprovals: [{id: free, at: DEPLOY, needs: {at_least: 1, of: {role: lead}},"
            " clause: C-2}]"))
        self.write("tests/a.suite.yaml", SUITE.replace("policy.yaml", "../policy.yaml").replace(
            "{verdict: DENIED, blocked_by: [tested]}", "{blocked_by: [tested, free]}") + """\
  - name: nobody approves
    change: c
    with: [{path: "assets[+]", set: web}]
    expect: {blocked_by: [free]}
  - name: an approval
    change: c
    organization_with: [{path: "directory.people[+]", set: {id: ann}}, {path: "directory.people[+]", set: {id: bob}},
                        {path: "directory.roles[+]", set: {id: lead, members: [ann]}}]
    with: [{path: "approvals[+]", set: {id: a, by: ann, kind: APPROVED, happened_at: 2026-03-01}},
           {path: people.authors, set: [bob]}, {path: people.requester, set: bob}]
    expect: {blocked_by: [tested]}
""")
        self.assert_code(ALLOWED, self.ask())

    def test_json(self) -> None:
        result = self.ask("--format", "json")
        self.assert_code(DENIED, result)
        (one, two) = result.json()
        self.assertEqual(
            {"clause": "C-1", "shown": True, "cases": {"subject": {
                "passes": [{"suite": "Two | three", "case": "holds"}],
                "fails_alone": [{"suite": "Two | three", "case": "fails"}]}}}, one)
        self.assertEqual(("C-2", False, []),
                         (two["clause"], two["shown"], two["cases"]["subject"]["fails_alone"]))

    def test_what_shows_nothing_is_named(self) -> None:
        self.write("tests/b.suite.yaml",
                   SUITE.replace("policies: [policy.yaml]\n", "").replace("title: Two | three", ""))
        self.write("tests/c.suite.yaml", SUITE.replace("policy.yaml", "../policy.yaml").replace(
            "DENIED, blocked", "ALLOWED, blocked"))
        result = self.ask()
        self.assert_code(DENIED, result)
        self.assert_says(result.err, "tests/b.suite.yaml: asks another policy, and shows nothing",
                         "Two | three: fails: failed, and shows nothing", result=result)
        self.assertIn("| C-1 | Two \\| three: holds (and 1 more) | Two \\| three: fails |", result.out)

    def test_mistakes(self) -> None:
        result = self.run_here("policy", "clauses", "--policy", "policy.yaml", "--tests", "gone")
        self.assert_refused(result, "gone")
        self.write("empty/readme.txt", "")
        result = self.run_here("policy", "clauses", "--policy", "policy.yaml", "--tests", "empty")
        self.assert_refused(result, "no suite")
        self.write("tests/b.suite.yaml", "cases: 7\n")
        self.assert_refused(self.ask(), "tests/b.suite.yaml:1:8")
        self.assert_code(BAD_INPUT, self.run_here("policy", "clauses", "--format", "json"))

    def test_the_built_in_policy(self) -> None:
        result = self.run_here("policy", "clauses", "--tests", PROJECT / "tests" / "policy")
        self.assert_code(ALLOWED, result)
        self.assertIn("\n56 of 56 clauses are shown by tests\n", result.out)


if __name__ == "__main__":
    unittest.main()
