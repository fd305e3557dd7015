"""`changepolicy approvers` and `explain`: who must approve, who counts and why, rule by rule."""

import json
import re
import unittest

import records
from command import (
    ALLOWED,
    BAD_INPUT,
    DENIED,
    SAAS,
    SAAS_NOW,
    SAAS_OPTIONS,
    UNDECIDED,
    CommandTest,
    Result,
)

STANDARD, NORMAL, EMERGENCY, RELEASE = (
    str(SAAS / name)
    for name in (
        "standard-patch.yaml",
        "schema-migration.yaml",
        "emergency-fix.yaml",
        "major-release.yaml",
    )
)


def sections(result: Result) -> dict[str, list[str]]:
    """The paragraphs of the answer, each by its first line with single blanks."""
    found: dict[str, list[str]] = {}
    for paragraph in result.out.strip("\n").split("\n\n"):
        first, *rest = (re.sub(r" {2,}", " ", line.strip()) for line in paragraph.split("\n"))
        found[first] = rest
    return found


class ApproversTest(CommandTest):
    def test_the_examples(self) -> None:
        cases = (
            (
                NORMAL,
                ALLOWED,
                {
                    "Approvals of CHG-1042: ALLOWED": [],
                    "peer-review SATISFIED [CM-4.1, CM-2.2]": [
                        "ok 1 of role change_reviewer or own team or leads of own team: hana",
                        "not counted: ben, not eligible",
                        "not counted: dina, not eligible",
                        "not counted: leo, not eligible",
                    ],
                    "cab-approval SATISFIED [RR-1, CM-4.1, CM-2.2]": [
                        "ok 2 of role cab: dina, leo",
                        "not counted: ben, not eligible",
                        "not counted: hana, not eligible",
                    ],
                    "dpo-approval SATISFIED [RR-3]": [
                        "ok 1 of role dpo: ben",
                        "not counted: dina, not eligible",
                        "not counted: hana, not eligible",
                        "not counted: leo, not eligible",
                    ],
                },
            ),
            (
                EMERGENCY,
                ALLOWED,
                {
                    "Approvals of CHG-1063: ALLOWED": [],
                    "emergency-approval SATISFIED [CM-4.2, CM-2.3]": [
                        "ok 1 of role cto or role emergency_approver: dina"
                    ],
                },
            ),
            (
                RELEASE,
                DENIED,
                {
                    "Approvals of REL-2.0.0: DENIED": [],
                    "release-readiness SATISFIED [RM-4.1]": [
                        "ok 1 of role release_approver or role release_manager: chen",
                        "not counted: ada, not eligible",
                    ],
                    "release-officers UNSATISFIED [RM-4.2]": [
                        "ok 1 of role cto: ada",
                        "no 1 of role dpo: nobody yet",
                        "ask ben",
                        "not counted: chen, not eligible",
                    ],
                },
            ),
        )
        for path, code, expected in cases:
            with self.subTest(path):
                result = self.run_here("approvers", path, *SAAS_OPTIONS)
                self.assert_code(code, result)
                self.assertEqual("", result.err)
                headline, *_ = expected
                wanted = {f"now {SAAS_NOW}": [headline], **expected}
                del wanted[headline]
                self.assertEqual(wanted, sections(result), str(result))

    def test_who_does_not_count_and_why(self) -> None:
        # Text of the migration, what stands in its place, exit code, lines of the answer.
        cases = (
            (
                "by: hana, kind: APPROVED",
                "by: gopal, kind: APPROVED",
                DENIED,
                (
                    "peer-review  UNSATISFIED",
                    "not counted: gopal, .*stay apart .*(REQUESTER|AUTHOR)",
                    "ask farah",
                ),
            ),
            (
                "by: hana, kind: APPROVED",
                "by: hanna, kind: APPROVED",
                DENIED,
                ("peer-review  UNSATISFIED", r"not counted: hanna, .*does not know this account"),
            ),
            (
                "by: hana, kind: APPROVED",
                "by: deploy-bot, kind: APPROVED",
                DENIED,
                ("peer-review  UNSATISFIED", "not counted: deploy-bot, .*service account"),
            ),
            (
                "by: hana, kind: APPROVED",
                "by: TBD, kind: APPROVED",
                DENIED,
                ("peer-review  UNSATISFIED", "not counted: TBD, "),
            ),
            (
                "by: hana, kind: APPROVED",
                'by: "HANA@harbourline.example", kind: APPROVED',
                ALLOWED,
                ("peer-review  SATISFIED", "leads of own team: hana"),
            ),
            (
                "by: leo, kind: APPROVED",
                "by: dina, kind: APPROVED",
                DENIED,
                ("cab-approval  UNSATISFIED", "no 2 of role cab: dina", "ask "),
            ),
            (
                "by: leo, kind: APPROVED, revision: 1, happened_at: 2025-10-08",
                "by: leo, kind: APPROVED, revision: 1, happened_at: 2025-11-08",
                DENIED,
                ("cab-approval  UNSATISFIED", "no 2 of role cab: dina"),
            ),
        )
        text = (SAAS / "schema-migration.yaml").read_text(encoding="utf-8")
        for old, new, code, patterns in cases:
            with self.subTest(new=new):
                self.assertIn(old, text)
                edited = self.write("change.yaml", text.replace(old, new, 1))
                result = self.run_here("approvers", edited, *SAAS_OPTIONS)
                self.assert_code(code, result)
                for pattern in patterns:
                    self.assertRegex(result.out, pattern, str(result))
                self.assert_code(code, self.run_here("check", edited, *SAAS_OPTIONS))

    def test_an_unknown_person_is_named_by_check_too(self) -> None:
        text = (SAAS / "schema-migration.yaml").read_text(encoding="utf-8")
        edited = self.write("change.yaml", text.replace("by: hana,", "by: hanna,"))
        result = self.run_here("check", edited, *SAAS_OPTIONS, "--verbose")
        self.assert_code(DENIED, result)
        self.assertRegex(result.out, "hanna.*does not know this account")

    def test_whom_to_ask_is_somebody_who_would_count(self) -> None:
        result = self.run_here("approvers", RELEASE, *SAAS_OPTIONS, "--format", "json")
        text = (SAAS / "major-release.yaml").read_text(encoding="utf-8")
        self.assertIn('"ben"', result.out)
        approval = (
            "approvals:\n  - {id: a9, by: ben, kind: APPROVED, revision: 1, "
            "happened_at: 2025-10-13T06:00:00Z, recorded_at: 2025-10-13T06:00:00Z}\n"
        )
        head, _, tail = text.rpartition("\napprovals:\n")
        edited = self.write("release.yaml", f"{head}\n{approval}{tail}")
        answered = self.run_here("approvers", edited, *SAAS_OPTIONS)
        self.assert_code(ALLOWED, answered)
        self.assertIn("Approvals of REL-2.0.0: ALLOWED", answered.out)

    def test_json_and_json_lines(self) -> None:
        for path, code, identifier, verdict in (
            (NORMAL, ALLOWED, "CHG-1042", "VERDICT_ALLOWED"),
            (RELEASE, DENIED, "REL-2.0.0", "VERDICT_DENIED"),
        ):
            with self.subTest(path):
                pretty = self.run_here("approvers", path, *SAAS_OPTIONS, "--format", "json")
                lines = self.run_here("approvers", path, *SAAS_OPTIONS, "--format", "jsonl")
                self.assert_code(code, pretty)
                self.assert_code(code, lines)
                self.assertEqual([pretty.json()], lines.json_lines())
                self.assertEqual(identifier, pretty.json()["subject_id"])
                self.assertEqual(verdict, pretty.json()["verdict"])

    def test_without_an_organization_nobody_is_known(self) -> None:
        result = self.run_here("approvers", NORMAL, "--now", "2025-10-14T14:40:00Z")
        self.assert_code(UNDECIDED, result)
        self.assertIn("Approvals of CHG-1042: UNKNOWN", result.out)
        # The remedy is not to bring up to date what was never given.
        self.assertIn("--organization", result.out + result.err, str(result))

    def test_no_approval_needed_is_said(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        change = self.write("change.json", records.as_json(records.change("C-1", None)))
        for rule, arguments in (
            ("free  SATISFIED  [C-1]", (change, "--policy", policy, "--now", records.NOW)),
            ("standard-preapproved  SATISFIED  [CM-2.1]", (STANDARD, *SAAS_OPTIONS)),
        ):
            with self.subTest(rule):
                result = self.run_here("approvers", *arguments)
                self.assert_code(ALLOWED, result)
                self.assertIn(rule, result.out)
                self.assertRegex(result.out, r"no approval (is )?needed", str(result))

    def test_a_bad_record_among_good_ones(self) -> None:
        bad = self.write("bad.yaml", "id: CHG-1\nstat: DRAFT\n")
        for command in ("approvers", "explain"):
            with self.subTest(command):
                result = self.run_here(command, bad.name, STANDARD, *SAAS_OPTIONS)
                self.assert_code(BAD_INPUT, result)
                self.assert_says(result.err, "bad.yaml:2:1: error: ", "`state`", result=result)
                self.assertIn("CHG-1057", result.out)


class ExplainTest(CommandTest):
    def test_each_rule_with_clause_and_facts(self) -> None:
        for path, code in (
            (STANDARD, ALLOWED),
            (NORMAL, ALLOWED),
            (EMERGENCY, ALLOWED),
            (RELEASE, DENIED),
        ):
            with self.subTest(path):
                decision = self.run_here("explain", path, *SAAS_OPTIONS, "--format", "json").json()
                result = self.run_here("explain", path, *SAAS_OPTIONS)
                self.assert_code(code, result)
                # The line of a rule, and those below it that are indented deeper.
                blocks: dict[str, str] = {}
                rule = ""
                for line in result.lines:
                    if match := re.match(r"  (?:ok|no|--|\?\?) (\S+) ", line):
                        rule = match[1]
                        blocks[rule] = line
                    elif line.startswith("     ") and rule:
                        blocks[rule] += "\n" + line
                    else:
                        rule = ""
                self.assertEqual([each["rule"] for each in decision["outcomes"]], list(blocks))
                for outcome in decision["outcomes"]:
                    block = blocks[outcome["rule"]]
                    self.assertIn(f"[{', '.join(outcome['clauses'])}]", block)
                    for fact in outcome.get("facts", ()):
                        # A long value is shortened.
                        self.assertIn(f"{fact['path']} = {fact['value'][:40]}", block)

    def test_the_values_are_those_of_the_subject(self) -> None:
        result = self.run_here("explain", NORMAL, *SAAS_OPTIONS)
        self.assert_says(
            result.out,
            "ALLOWED  change CHG-1042: schedule",
            "ok cab-approval",
            "needs 2 of role cab: dina, leo",
            "-- emergency-approval",
            result=result,
        )

    def test_a_long_value_that_is_cut_says_so(self) -> None:
        result = self.run_here("explain", RELEASE, *SAAS_OPTIONS)
        self.assertIn("release.services = ", result.out)
        for line in result.lines:
            if " = " in line and line.count("[") + line.count("{") > line.count("]") + line.count(
                "}"
            ):
                self.assertRegex(line, r"(\.\.\.|…)", f"cut without a sign: {line}")

    def test_what_is_not_known_is_named(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        change = self.write("change.json", records.as_json(records.change("C-1", None)))
        result = self.run_here("explain", change, "--policy", policy, "--now", records.NOW)
        self.assert_code(UNDECIDED, result)
        self.assert_says(
            result.out,
            "UNKNOWN  change C-1: deploy",
            "?? reversible",
            "not known: change.rollback.irreversible  [C-1]",
            "change.rollback.irreversible = unknown",
            result=result,
        )

    def test_json_lines_are_a_line_each(self) -> None:
        result = self.run_here("explain", STANDARD, RELEASE, *SAAS_OPTIONS, "--format", "jsonl")
        self.assert_code(DENIED, result)
        self.assertEqual(
            ["CHG-1057", "REL-2.0.0"], [each["subject_id"] for each in result.json_lines()]
        )
        for line in result.lines:
            self.assertEqual("DETAIL_FULL", json.loads(line)["detail"])


if __name__ == "__main__":
    unittest.main()
