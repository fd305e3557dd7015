"""`changepolicy due`: exit codes, filters, formats, and the way of an obligation into the ledger."""

import csv
import io
import unittest

from command import (
    ALLOWED, BAD_INPUT, DENIED, PROJECT, SAAS, SAAS_OPTIONS, UNDECIDED, CommandTest, Result,
)

EMERGENCY = (PROJECT / "tests" / "subjects" / "emergency.yaml").read_text(encoding="utf-8")

# A policy with one obligation, so that the answers are plain.
POLICY = """\
policy: {id: tiny, title: Tiny, version: "1"}
clauses: {C-1: {title: What went out is looked back upon}}
roles: [lead]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals: [{id: free, title: Nobody, needs: {none: true}, clause: C-1}]
obligations:
  - id: review
    title: Look back
    at: [DEPLOY]
    met_if: reviews.held()
    owner_part: REQUESTER
    due_after: duration("48h")
    starts_at: DECISION
    message: Look back on {{change.id}}
    clause: C-1
"""
PEOPLE = """\
directory:
  people: [{id: ann, accounts: [ann@firm.example]}, {id: bob}]
  roles: [{id: lead, members: [bob]}]
  training: [{person: bob, course: safety, completed_at: 2026-01-01, expires_at: 2026-04-01}]
"""
CHANGE = """\
id: C-1
state: IMPLEMENTING
team: web
people: {requester: ANN@firm.example}
deployments: [{id: d, environment: PRODUCTION, happened_at: 2026-03-02T10:00:00Z}]
"""
OWED = "C-1-review"


class DueTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", POLICY)
        self.write("people.yaml", PEOPLE)
        self.write("change.yaml", CHANGE)

    def ask(self, *arguments: str, now: str = "2026-03-03", files: tuple[str, ...] = ("change.yaml",)
            ) -> Result:
        return self.run_here(
            "due", *files, "--policy", "policy.yaml", "--organization", "people.yaml", "--now", now,
            *arguments,
        )

    def ids(self, *arguments: str, code: int = ALLOWED, **options: object) -> list[str]:
        result = self.ask("--format", "json", *arguments, **options)  # type: ignore[arg-type]
        self.assert_code(code, result)
        return [item["id"] for item in result.json().get("items", [])]

    def test_exit_codes_are_exact_at_the_deadline(self) -> None:
        self.assert_code(ALLOWED, self.ask(now="2026-03-04T09:59:59Z"))
        result = self.ask(now="2026-03-04T10:00:00Z")
        self.assert_code(DENIED, result)
        self.assert_says(result.out, "now 2026-03-04T10:00:00Z", "1 overdue",
                         "!!  2026-03-04T10:00:00Z  ann    review: Look back on C-1",
                         result=result)
        self.write("change.yaml", CHANGE.replace("deployments", "material_updates")
                   .replace("id: d, environment: PRODUCTION", "material: RUNBOOK"))
        result = self.ask(now="2026-04-01")
        # Something is overdue as well, and the greatest code counts.
        self.assert_code(UNDECIDED, result)
        self.assert_says(result.out, "Not known\n  C-1-review  change.history", result=result)

    def test_what_is_asked_about(self) -> None:
        self.assertEqual([OWED, "safety"], self.ids())
        self.assertEqual([OWED, "safety"], self.ids("--until", "29d"))
        self.assertEqual([OWED], self.ids("--until", "695h59m"))
        self.assertEqual([OWED], self.ids("--until", "2026-03-04T10:00:00Z"))
        self.assertEqual([], self.ids("--until", "2026-03-04T09:59:59Z"))
        self.assertEqual([OWED], self.ids("--owner", "Ann@FIRM.example"))
        self.assertEqual(["safety"], self.ids("--owner", "bob"))
        self.assertEqual([OWED], self.ids("--team", "web"))
        self.assertEqual([], self.ids("--overdue"))
        late = "2026-03-05"
        self.assertEqual([OWED], self.ids("--overdue", now=late, code=DENIED))
        # What is left out does not count.
        self.assertEqual(["safety"], self.ids("--owner", "bob", now=late))

    def test_without_records(self) -> None:
        self.assertEqual(["safety"], self.ids(files=()))

    def test_csv(self) -> None:
        result = self.ask("--format", "csv")
        (row, other) = csv.DictReader(io.StringIO(result.out))
        self.assertEqual(("ann", "web", "2026-03-04T10:00:00Z", "false", "RECORD", "C-1"),
                         (row["owner"], row["team"], row["due_at"], row["overdue"], row["source"],
                          row["clauses"]))
        self.assertEqual("TRAINING", other["kind"])

    def test_the_ledger_lists_what_it_was_given(self) -> None:
        result = self.ask("--format", "ledger")
        self.assert_code(ALLOWED, result)
        self.write("owed.yaml", result.out)
        again = self.run_here("due", "change.yaml", "--policy", "policy.yaml", "--organization",
                              "people.yaml", "owed.yaml", "--now", "2026-03-05", "--format", "json")
        self.assert_code(DENIED, again)
        (item, _) = again.json()["items"]
        self.assertEqual((OWED, "DUE_SOURCE_LEDGER", True),
                         (item["id"], item["source"], item["overdue"]))
        # Nothing is left to be written into the ledger.
        nothing = self.run_here("due", "change.yaml", "--policy", "policy.yaml", "--organization",
                                "people.yaml", "owed.yaml", "--now", "2026-03-05", "--format",
                                "ledger")
        self.assertIn("ledger: {}", nothing.out)
        self.write("nothing.yaml", nothing.out)
        read = self.run_here("due", "--organization", "nothing.yaml", "--policy", "policy.yaml",
                             "--now", "2026-03-05")
        self.assert_code(ALLOWED, read)

    def test_the_ledger_says_what_is_not_known(self) -> None:
        self.write("change.yaml", "id: C-1\nstate: IMPLEMENTING\n")
        result = self.ask("--format", "ledger")
        self.assert_code(UNDECIDED, result)
        self.assert_says(result.out, "# C-1-review: not known: change.history",
                         "# C-1-review: no team is stated", result=result)
        self.write("owed.yaml", result.out)
        self.assert_code(UNDECIDED, self.run_here("due", "--organization", "owed.yaml", "--policy",
                                                  "policy.yaml", "--now", "2026-03-05"))

    def test_records_that_cannot_be_read(self) -> None:
        self.write("bad.yaml", "id: C-2\nstat: DRAFT\n")
        result = self.ask(files=("bad.yaml", "change.yaml", "gone.yaml"))
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "bad.yaml:2:1: error: unknown field `stat`", "gone.yaml",
                         result=result)
        self.assert_says(result.out, OWED[4:], "bad.yaml: could not be read", result=result)

    def test_mistakes(self) -> None:
        for arguments, words, remedy in (
            (("--until", "soon"), ("--until", "`soon`"), "30d"),
            (("--until", ""), ("--until", "a value is expected"), "--help"),
            (("--until", "2026-02-30"), ("--until", "`2026-02-30`"), "a date"),
            (("--owner", ""), ("--owner",), "--help"),
            (("--format", "yaml"), ("--format",), "due --help"),
        ):
            with self.subTest(arguments):
                result = self.ask(*arguments)
                self.assert_refused(result, *words)
                self.assert_helps(result, remedy)

    def test_a_misspelt_name_is_no_good_news(self) -> None:
        for option, name, meant in (("--owner", "qa_led", "qa_lead"), ("--team", "prodct", "product")):
            with self.subTest(option=option):
                result = self.run_here("due", *SAAS_OPTIONS, option, name)
                self.assert_code(BAD_INPUT, result)
                self.assertEqual("", result.out)
                self.assertIn(f"did you mean `{meant}`?", result.err)
                self.assert_code(ALLOWED, self.run_here("due", *SAAS_OPTIONS, option, meant))

    def test_the_same_in_any_order(self) -> None:
        for number in range(3):
            self.write(f"c{number}.yaml", CHANGE.replace("C-1", f"C-{number}"))
        files = ("c0.yaml", "c1.yaml", "c2.yaml")
        self.assertEqual(self.ask("--format", "json", files=files).raw,
                         self.ask("--format", "json", files=files[::-1]).raw)


class RoundTripTest(CommandTest):
    """An emergency, its papers never written, and the next emergency of the same team."""

    def setUp(self) -> None:
        super().setUp()
        without_papers = EMERGENCY.replace(
            "id: CHG-1063", "id: CHG-1063\nstate: VERIFYING", 1)
        self.write("emergency.yaml", without_papers)
        self.write("next.yaml", EMERGENCY.replace("id: CHG-1063", "id: CHG-1070\nstate: ASSESSED", 1))

    def decide(self, *ledger: str, now: str) -> tuple[int, list[str]]:
        # Three days later the organization was taken again.
        taken = self.write("organization.yaml", (SAAS / "organization.yaml").read_text(
            encoding="utf-8").replace("2025-10-14T12:00:00Z", now))
        result = self.run_here(
            "check", "next.yaml", "--transition", "approve", "--organization", taken, *ledger,
            "--now", now, "--format", "json",
        )
        return result.code, [outcome["rule"] for outcome in result.json()["outcomes"]
                             if outcome["status"] == "STATUS_UNSATISFIED"]

    def test_overdue_papers_bring_the_board(self) -> None:
        now = "2025-10-15T12:00:00Z"
        taken = self.write("taken.yaml", (SAAS / "organization.yaml").read_text(
            encoding="utf-8").replace("2025-10-14T12:00:00Z", now))
        result = self.run_here("due", "emergency.yaml", "--organization", taken, "--now", now,
                               "--until", "7d", "--format", "ledger")
        self.assert_code(ALLOWED, result)
        self.assertIn("CHG-1063-emergency-papers", result.out)
        self.write("owed.yaml", result.out)
        # Deployed at 14:32 on the 14th: the papers are due 48 hours later.
        before, after = "2025-10-16T14:31:59Z", "2025-10-16T14:32:00Z"
        self.assertNotIn("emergency-board-approval", self.decide("owed.yaml", now=before)[1])
        code, blocking = self.decide("owed.yaml", now=after)
        self.assert_code(DENIED, Result((), code, b"", ""))
        self.assertIn("emergency-board-approval", blocking)
        # Without the entry nobody knows of them.
        self.assertNotIn("emergency-board-approval", self.decide(now=after)[1])
        # The papers are there: the entry is done, and the board is not asked.
        self.write("owed.yaml", result.out.replace(
            "      recorded_at:", '      done_at: "2025-10-16T10:00:00Z"\n      recorded_at:'))
        self.assertNotIn("emergency-board-approval", self.decide("owed.yaml", now=after)[1])


if __name__ == "__main__":
    unittest.main()
