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
    """The paragraphs after the headline, each by its first line with single blanks."""
    found: dict[str, list[str]] = {}
    for paragraph in result.out.strip("\n").split("\n\n")[1:]:
        first, *rest = (re.sub(r" {2,}", " ", line.strip()) for line in paragraph.split("\n"))
        found[first] = rest
    return found


TABLE = "rule status asks for filled by missing"


class ApproversTest(CommandTest):
    def test_the_examples(self) -> None:
        cases = (
            (
                NORMAL,
                ALLOWED,
                "Approvals of CHG-1042: ALLOWED",
                {
                    # Whoever counts for one rule is not listed as ineligible for another.
                    TABLE: [
                        "ok peer-review SATISFIED 1 of role change_reviewer or own team or leads of"
                        " hana -",
                        "own team",
                        "ok cab-approval SATISFIED 2 of role cab dina, leo -",
                        "ok dpo-approval SATISFIED 1 of role dpo ben -",
                    ],
                },
            ),
            (
                EMERGENCY,
                ALLOWED,
                "Approvals of CHG-1063: ALLOWED",
                {
                    TABLE: [
                        "ok emergency-approval SATISFIED 1 of role cto or role emergency_approver"
                        " dina -"
                    ],
                },
            ),
            (
                RELEASE,
                DENIED,
                "Approvals of REL-2.0.0: DENIED, 1 approval is missing",
                {
                    TABLE: [
                        "ok release-readiness SATISFIED 1 of role release_approver or role chen -",
                        "release_manager",
                        "ok release-officers UNSATISFIED 1 of role cto ada -",
                        "no release-officers UNSATISFIED 1 of role dpo nobody 1",
                    ],
                    "Whom to ask": ["ben for role dpo (release-officers)"],
                    "Of note": ["release-officers -> Ask CTO and DPO; they are two people."],
                },
            ),
        )
        for path, code, headline, expected in cases:
            with self.subTest(path):
                result = self.run_here("approvers", path, *SAAS_OPTIONS)
                self.assert_code(code, result)
                self.assertEqual("", result.err)
                self.assertEqual([f"now {SAAS_NOW}", headline], result.lines[:2])
                self.assertEqual(expected, sections(result), str(result))
                for line in result.lines:
                    self.assertLessEqual(len(line), 100)
                    self.assertEqual(line.rstrip(), line)

    def test_verbose_lists_everybody_under_every_rule(self) -> None:
        result = self.run_here("approvers", NORMAL, *SAAS_OPTIONS, "--verbose")
        self.assert_code(ALLOWED, result)
        self.assertEqual(
            [
                "ben a4 not eligible for peer-review, cab-approval",
                "dina a2 not eligible for peer-review, dpo-approval",
                "hana a1 not eligible for cab-approval, dpo-approval",
                "leo a3 not eligible for peer-review, dpo-approval",
            ],
            sections(result)["Who did not count"],
        )

    def test_several_records_stand_apart(self) -> None:
        result = self.run_here("approvers", STANDARD, NORMAL, *SAAS_OPTIONS)
        self.assert_code(ALLOWED, result)
        self.assertIn("\n\nApprovals of CHG-1042: ALLOWED\n", result.out)

    def test_binary_is_the_message_of_json(self) -> None:
        one = self.run_here("approvers", NORMAL, *SAAS_OPTIONS, "--format", "binary")
        self.assert_code(ALLOWED, one)
        # ApprovalsAnswer.subject_id is field 1.
        self.assertTrue(one.raw.startswith(records.bytes_field(1, b"CHG-1042")), one.raw[:20])
        two = self.run_here("approvers", NORMAL, RELEASE, *SAAS_OPTIONS, "--format", "binary")
        self.assert_code(DENIED, two)
        first = len(one.raw)
        self.assertEqual(first.to_bytes(4, "little") + one.raw, two.raw[: 4 + first])
        second = int.from_bytes(two.raw[4 + first : 8 + first], "little")
        self.assertEqual(len(two.raw), 8 + first + second)

    def test_who_does_not_count_and_why(self) -> None:
        # Text of the migration, what stands in its place, exit code, lines of the answer.
        cases = (
            (
                "by: hana, kind: APPROVED",
                "by: gopal, kind: APPROVED",
                DENIED,
                (
                    "no  peer-review   UNSATISFIED",
                    "gopal .*stay apart .*(REQUESTER|AUTHOR)",
                    "Whom to ask\\n  farah  for ",
                ),
            ),
            (
                "by: hana, kind: APPROVED",
                "by: hanna, kind: APPROVED",
                DENIED,
                ("peer-review   UNSATISFIED", r"hanna .*does not know this account"),
            ),
            (
                "by: hana, kind: APPROVED",
                "by: deploy-bot, kind: APPROVED",
                DENIED,
                ("peer-review   UNSATISFIED", "deploy-bot .*service account"),
            ),
            (
                "by: hana, kind: APPROVED",
                "by: TBD, kind: APPROVED",
                DENIED,
                ("peer-review   UNSATISFIED", "  TBD  .*a placeholder is no person"),
            ),
            (
                "by: hana, kind: APPROVED",
                'by: "HANA@harbourline.example", kind: APPROVED',
                ALLOWED,
                ("peer-review   SATISFIED .* hana  ",),
            ),
            (
                "by: leo, kind: APPROVED",
                "by: dina, kind: APPROVED",
                DENIED,
                ("no  cab-approval  UNSATISFIED  2 of role cab .* dina  .* 1\n", "Whom to ask\n"),
            ),
            (
                "by: leo, kind: APPROVED, revision: 1, happened_at: 2025-10-08",
                "by: leo, kind: APPROVED, revision: 1, happened_at: 2025-11-08",
                DENIED,
                ("no  cab-approval  UNSATISFIED  2 of role cab .* dina  .* 1\n",),
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
            ("free  SATISFIED", (change, "--policy", policy, "--now", records.NOW)),
            ("standard-preapproved  SATISFIED", (STANDARD, *SAAS_OPTIONS)),
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
