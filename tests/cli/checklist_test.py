"""`changepolicy checklist`: for the policy, for a role, for one subject."""

import unittest

from command import ALLOWED, SAAS, SAAS_OPTIONS, CommandTest

POLICY = """\
policy: {id: tiny, title: Tiny, version: "3"}
clauses: {C-1: {title: What went out was tested}}
roles: [qa, dev]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals: [{id: peer, title: A colleague, at: [APPROVE], needs: {at_least: 1, of: {role: dev}}, remedy: Ask one., clause: C-1}]
gates:
  - id: tested
    title: Tests ran
    at: [DEPLOY]
    must: size(change.assets) > 0
    remedy: Run them.
    supplied_by: [qa]
    supplied_by_parts: [TESTER]
    clause: C-1
"""


class ChecklistTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", POLICY)

    def test_of_the_policy(self) -> None:
        result = self.run_here("checklist", "--policy", "policy.yaml")
        self.assert_code(ALLOWED, result)
        self.assertEqual("""\
# Checklist

Tiny, 3

## Change: approve

- [ ] **A colleague**: Ask one. [C-1]
  by dev

## Change: deploy

- [ ] **Tests ran**: Run them. [C-1]
  by qa; the tester

## Release: approve

- [ ] **A colleague**: Ask one. [C-1]
  by dev
""", result.out)

    def test_is_limited(self) -> None:
        for arguments, steps in (
            (("--role", "qa"), [("CHANGE", "DEPLOY")]),
            (("--transition", "approve"), [("CHANGE", "APPROVE"), ("RELEASE", "APPROVE")]),
            (("--kind", "release"), [("RELEASE", "APPROVE")]),
            (("--kind", "release", "--role", "qa"), []),
        ):
            with self.subTest(arguments):
                result = self.run_here("checklist", "--policy", "policy.yaml", "--format", "json",
                                       *arguments)
                self.assert_code(ALLOWED, result)
                self.assertEqual(
                    [(f"SUBJECT_KIND_{kind}", f"TRANSITION_{step}") for kind, step in steps],
                    [(each["subject_kind"], each["transition"])
                     for each in result.json().get("steps", [])])

    def test_of_a_subject(self) -> None:
        self.write("change.yaml", "id: C-1\nstate: SCHEDULED\nassets: [db]\n")
        result = self.run_here("checklist", "change.yaml", "--policy", "policy.yaml", "--now",
                               "2026-03-01")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.out, "# Checklist for C-1", "- [x] **Tests ran**", result=result)
        self.assertNotIn("A colleague", result.out)
        self.write("change.yaml", "id: C-1\nstate: SCHEDULED\n")
        result = self.run_here("checklist", "change.yaml", "--policy", "policy.yaml", "--now",
                               "2026-03-01")
        self.assertIn("- [ ] **Tests ran** (not known)", result.out)

    def test_of_the_examples(self) -> None:
        result = self.run_here("checklist", SAAS / "emergency-fix.yaml", *SAAS_OPTIONS)
        self.assert_code(ALLOWED, result)
        self.assert_says(
            result.out, "- [x] **An emergency fix works somewhere else first**",
            "- [ ] **Write down what the emergency left out** (afterwards)", result=result)
        # An emergency has no board to go to.
        self.assertNotIn("Two members of the advisory board", result.out)

    def test_mistakes(self) -> None:
        self.write("a.yaml", "id: A\n")
        self.write("two.jsonl", '{"id": "A"}\n{"id": "B"}\n')
        for arguments, words, remedy in (
            (("--role", "qaa"), ("no role `qaa`", "did you mean `qa`?"), "policy show"),
            (("--transition", "deply"), ("--transition", "`deply`"), "did you mean `deploy`?"),
            (("--format", "text"), ("--format",), "checklist --help"),
            (("two.jsonl",), ("two.jsonl", "holds 2 records"), "one record"),
            (("gone.yaml",), ("gone.yaml",), ""),
            (("a.yaml", "two.jsonl"), ("At Most 1",), "checklist --help"),
        ):
            with self.subTest(arguments):
                result = self.run_here("checklist", *arguments, "--policy", "policy.yaml")
                self.assert_refused(result, *words)
                if remedy:
                    self.assert_helps(result, remedy)


if __name__ == "__main__":
    unittest.main()
