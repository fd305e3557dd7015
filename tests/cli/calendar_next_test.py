"""`changepolicy calendar next`: exact slots, exit codes, many records, and what is refused."""

import os
import unittest
from typing import Any

from command import ALLOWED, BAD_INPUT, DENIED, SAAS, SAAS_OPTIONS, UNDECIDED, CommandTest, Result

ORGANIZATION = """\
directory:
  services: [{id: shop}, {id: mail}]
  calendar:
    windows:
      - id: night
        times:
          - zone: America/New_York
            start: "2026-01-01T01:00:00"
            end: "2026-01-01T04:00:00"
            rrule: FREQ=DAILY
"""
FREEZE = """\
    freezes:
      - {id: close, times: [{zone: UTC, start: "START", end: "END"}]}
"""
WORK = """\
ledger:
  scheduled: [{subject_id: C-9, services: [shop], start: START, end: END}]
"""
# An hour, and one to roll back.
CHANGE = """\
id: C-1
state: SCHEDULED
services: [{id: shop}]
environments: [PRODUCTION]
schedule: {start: 2026-03-04T10:00:00Z, end: 2026-03-04T11:00:00Z, rollback_reserve: 1h}
"""
NEW_YORK = ("--zone", "America/New_York")


class NextTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("change.yaml", CHANGE)
        self.write("firm.yaml", ORGANIZATION)
        self.taken("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z")

    def taken(self, directory: str, ledger: str) -> None:
        """As of when the organization is right; the built-in policy asks for that."""
        self.write(
            "taken.yaml", f"directory: {{taken_at: {directory}}}\nledger: {{taken_at: {ledger}}}\n"
        )

    def ask(
        self, *arguments: str | os.PathLike[str], file: str = "change.yaml", stdin: bytes = b""
    ) -> Result:
        return self.run_here(
            "calendar", "next", file, "--organization", "firm.yaml", "taken.yaml", "--now",
            "2026-03-01", *arguments, stdin=stdin,
        )

    def answer(self, *arguments: str, code: int = ALLOWED) -> Any:
        result = self.ask("--format", "json", *arguments)
        self.assert_code(code, result)
        return result.json()

    def slots(self, *arguments: str) -> list[tuple[str, str, str]]:
        """Start, end and latest start of each."""
        return [
            (slot["start"], slot["end"], slot["latest_start"])
            for slot in self.answer(*arguments)["slots"]
        ]

    def test_the_whole_work_lies_in_the_window(self) -> None:
        # 01:00-04:00 in New York is 06:00-09:00Z in winter.
        self.assertEqual(
            [
                ("2026-03-01T06:00:00Z", "2026-03-01T08:00:00Z", "2026-03-01T07:00:00Z"),
                ("2026-03-02T06:00:00Z", "2026-03-02T08:00:00Z", "2026-03-02T07:00:00Z"),
            ],
            self.slots("--count", "2"),
        )
        answer = self.answer()
        self.assertEqual(("C-1", "7200s"), (answer["subject_id"], answer["length"]))
        self.assertEqual(["night"], answer["slots"][0]["windows"])
        self.assertEqual(
            ("2026-03-01T00:00:00Z", "2027-03-02T00:00:00Z"), (answer["from"], answer["until"])
        )
        self.assertEqual(
            [{"kind": "OBSTACLE_KIND_WINDOW", "start": "2026-03-01T00:00:00Z",
              "end": "2026-03-01T06:00:00Z"}],
            answer["obstacles"],
        )

    def test_on_the_days_on_which_clocks_change(self) -> None:
        # On the 8th of March the window has two hours, so that two fit at one instant alone, ...
        spring = ("--from", "2026-03-08", *NEW_YORK)
        self.assertEqual(
            [("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z", "2026-03-08T06:00:00Z")],
            self.slots(*spring),
        )
        # ... and three do not.
        self.assertEqual(
            [("2026-03-09T05:00:00Z", "2026-03-09T08:00:00Z", "2026-03-09T05:00:00Z")],
            self.slots(*spring, "--length", "3h"),
        )
        # Four hours fit once a year, on the 1st of November.
        self.assertEqual(
            [("2026-11-01T05:00:00Z", "2026-11-01T09:00:00Z", "2026-11-01T05:00:00Z")],
            self.slots("--length", "PT4H"),
        )
        text = self.ask("--length", "240m", *NEW_YORK)
        self.assert_says(
            text.out, "Next slots of C-1: 1 range of starts", "4 h of work",
            "Sun 1 Nov 2026 01:00 -04:00  Sun 1 Nov 2026 04:00  the same", result=text,
        )

    def test_none_known_is_an_answer(self) -> None:
        answer = self.answer("--length", "14401s", code=DENIED)
        self.assertNotIn("slots", answer)
        (obstacle,) = answer["obstacles"]
        self.assertEqual("OBSTACLE_KIND_WINDOW", obstacle["kind"])
        self.assertNotIn("end", obstacle)  # all that follows
        result = self.ask("--length", "14401s")
        self.assert_code(DENIED, result)
        self.assert_says(
            result.out, "Next slots of C-1: none known", "4 h 1 s of work",
            "no maintenance window is open long enough", result=result,
        )
        # The last start that is searched is before --until.
        self.assert_code(DENIED, self.ask("--until", "2026-03-01T06:00:00Z"))
        self.assert_code(ALLOWED, self.ask("--until", "2026-03-01T06:00:01Z"))

    def test_freezes_and_other_work_are_half_open(self) -> None:
        for start, end, expected in (
            # It begins as the work ends, so that only the first start is left.
            ("2026-03-01T08:00:00", "2026-03-01T09:00:00",
             ("2026-03-01T06:00:00Z", "2026-03-01T06:00:00Z")),
            # It ends as the last start begins.
            ("2026-03-01T05:00:00", "2026-03-01T07:00:00",
             ("2026-03-01T07:00:00Z", "2026-03-01T07:00:00Z")),
            # A second more on either side, and it is the next night.
            ("2026-03-01T07:59:59", "2026-03-01T09:00:00",
             ("2026-03-02T06:00:00Z", "2026-03-02T07:00:00Z")),
            ("2026-03-01T05:00:00", "2026-03-01T07:00:01",
             ("2026-03-02T06:00:00Z", "2026-03-02T07:00:00Z")),
        ):
            for kind, name, text in (
                ("OBSTACLE_KIND_FREEZE", "close",
                 FREEZE.replace("START", start).replace("END", end)),
                ("OBSTACLE_KIND_CONFLICT", "C-9",
                 WORK.replace("START", start + "Z").replace("END", end + "Z")),
            ):
                with self.subTest(kind, start=start, end=end):
                    self.write("firm.yaml", ORGANIZATION + text)
                    answer = self.answer()
                    (slot,) = answer["slots"]
                    self.assertEqual(expected, (slot["start"], slot["latest_start"]))
                    if slot["start"] != "2026-03-01T06:00:00Z":
                        self.assertIn(
                            (kind, name),
                            [(each["kind"], each.get("id")) for each in answer["obstacles"]],
                        )

    def test_it_is_not_in_the_way_of_itself(self) -> None:
        work = WORK.replace("C-9", "C-1").replace("START", "2026-03-01T06:00:00Z")
        self.write("firm.yaml", ORGANIZATION + work.replace("END", "2026-03-01T09:00:00Z"))
        self.assertEqual("2026-03-01T06:00:00Z", self.slots()[0][0])

    def test_a_search_that_began_before_now_begins_now(self) -> None:
        answer = self.answer("--from", "2026-02-20", "--until", "2026-03-05")
        self.assertEqual("2026-03-01T00:00:00Z", answer["from"])
        self.assertEqual("2026-03-01T06:00:00Z", answer["slots"][0]["start"])
        # A window that is open already, from now on.
        self.assertEqual(
            [("2026-03-01T06:30:00Z", "2026-03-01T08:30:00Z", "2026-03-01T07:00:00Z")],
            self.slots("--from", "2026-03-01T06:30:00Z"),
        )

    def test_without_what_is_needed_there_is_no_slot(self) -> None:
        self.write("change.yaml", CHANGE.replace(", rollback_reserve: 1h", ""))
        answer = self.answer(code=UNDECIDED)
        self.assertNotIn("slots", answer)
        self.assertEqual(["change.schedule.rollback_reserve"], answer["unknown"])
        result = self.ask()
        self.assert_code(UNDECIDED, result)
        self.assert_says(
            result.out, "none known", "not known: change.schedule.rollback_reserve", result=result
        )
        self.assertNotIn("0 min of work", result.out)
        self.assertEqual("2026-03-01T06:00:00Z", self.slots("--length", "1h")[0][0])

    POLICY = """\
policy: {id: p, title: P, version: "1"}
clauses: {C-1: {title: Somebody approves}}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
limits: {LIMIT: 48h}
roles: [board]
approvals: [{id: board, title: Somebody, needs: {at_least: 1, of: {role: board}}, clause: C-1}]
"""

    def test_records_that_are_too_old_give_no_slot(self) -> None:
        old = "2020-01-01T00:00:00Z"
        for limit, part in (("directory_age", "directory"), ("ledger_age", "ledger")):
            self.write("policy.yaml", self.POLICY.replace("LIMIT", limit))
            for at, code in (("2026-02-27T00:00:01Z", ALLOWED), ("2026-02-27T00:00:00Z", UNDECIDED)):
                with self.subTest(limit, at=at):
                    self.taken(*((at, old) if part == "directory" else (old, at)))
                    answer = self.answer("--policy", "policy.yaml", code=code)
                    self.assertEqual(code == ALLOWED, "slots" in answer)
                    if code == UNDECIDED:
                        self.assertEqual([f"organization.{part}.taken_at"], answer["unknown"])
        # As for `check`, nobody knows how old it is where it does not say so.
        self.write("taken.yaml", "directory: {}\n")
        result = self.ask("--policy", "policy.yaml")
        self.assert_code(UNDECIDED, result)
        self.assertIn("not known: organization.ledger.taken_at", result.out)

    def test_a_slot_that_rests_on_something_unknown_is_not_found(self) -> None:
        scoped = FREEZE.replace("id: close", "id: close, scope: {services: [shop]}")
        scoped = scoped.replace("START", "2026-03-01T00:00:00").replace("END", "2026-03-02T00:00:00")
        self.write("firm.yaml", ORGANIZATION + scoped)
        self.write("change.yaml", CHANGE.replace("services: [{id: shop}]\n", ""))
        # The freeze may concern it, and counts.
        answer = self.answer(code=UNDECIDED)
        self.assertEqual("2026-03-02T06:00:00Z", answer["slots"][0]["start"])
        self.assertEqual(["change.services"], answer["unknown"])
        result = self.ask()
        self.assert_code(UNDECIDED, result)
        self.assertIn("Not known: change.services", result.out)

    def test_without_windows_nothing_is_restricted(self) -> None:
        self.write("firm.yaml", "directory: {services: [{id: shop}]}\n")
        self.assertEqual("2026-03-01T00:00:00Z", self.slots()[0][0])

    def test_many_records_each_on_its_own(self) -> None:
        self.write("unplanned.yaml", "id: C-2\nservices: [{id: mail}]\n")
        self.write("long.yaml", CHANGE.replace("C-1", "C-3").replace("1h}", "9h}"))
        self.write("all.jsonl", '{"id": "C-4"}\n{"id": }\n{"title": "none"}\n')
        self.write("release.yaml", 'release: {id: R-1, version: "1.0.0", changes: [{id: C-5}]}\n')
        files = ("long.yaml", "unplanned.yaml")
        result = self.ask(*files, "--format", "jsonl")
        # The greatest of 0, 1 and 2.
        self.assert_code(UNDECIDED, result)
        self.assertEqual(
            [("C-1", 1), ("C-3", 0), ("C-2", 0)],
            [(each["subject_id"], len(each.get("slots", []))) for each in result.json_lines()],
        )
        self.assert_code(DENIED, self.ask("long.yaml"))
        # What cannot be read is named, and the others are answered.
        result = self.ask("all.jsonl", "gone.yaml", "release.yaml", "--format", "jsonl",
                          "--length", "1h")
        self.assert_code(BAD_INPUT, result)
        self.assertEqual(
            ["C-1", "C-4", "R-1"], [each["subject_id"] for each in result.json_lines()]
        )
        self.assert_says(
            result.err, "all.jsonl:2:", "all.jsonl:3: error: id: the change has none",
            "gone.yaml: no such file", result=result,
        )
        stdin = self.ask(file="-", stdin=CHANGE.encode())
        self.assert_code(ALLOWED, stdin)
        self.assertIn("Next slots of C-1", stdin.out)

    def test_the_same_wherever_it_is_asked(self) -> None:
        files = [SAAS / "standard-patch.yaml", SAAS / "major-release.yaml"]
        here = [
            self.run_here("calendar", "next", *files, *SAAS_OPTIONS, "--count", "5", env=env).raw
            for env in ({}, {"TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"})
        ]
        self.assertEqual(here[0], here[1])
        # On Tuesdays and Thursdays from ten at night in Singapore.
        result = self.run_here("calendar", "next", files[0], *SAAS_OPTIONS, "--format", "json")
        slot = result.json()["slots"][0]
        self.assertEqual(
            ("2025-10-14T14:40:00Z", ["weekday-night"]), (slot["start"], slot["windows"])
        )

    def test_mistakes_name_the_place_and_the_remedy(self) -> None:
        for arguments, words, remedy in (
            (("--count", "0"), ("--count", "0 is not 1 to 1000"), "in between"),
            (("--count", "1001"), ("--count", "1001"), "--from"),
            (("--count", "-1"), ("--count",), "in between"),
            (("--count", "many"), ("--count", "many"), "--help"),
            (("--length", "0"), ("--length", "`0`"), "90m"),
            (("--length", "0h"), ("--length", "`0h`"), "more than nothing"),
            (("--length", "-1h"), ("--length", "`-1h`"), "90m"),
            (("--length=-1h",), ("--length", "`-1h`"), "90m"),
            (("--length", "x"), ("--length", "`x`"), "PT4H"),
            (("--length", ""), ("--length", "a value is expected"), "--help"),
            (("--length", "99999h"), ("--length", "`99999h`"), "ten years"),
            (("--from", "2026-13-01"), ("--from", "`2026-13-01`"), "2026-03-01T22:00"),
            (("--from", "2026-03-05", "--until", "2026-03-04"), ("--until", "--from"), "exchange"),
            (("--from", "2020-03-05"), ("--from", "before now"), "--now"),
            (("--from", "2020-03-05", "--until", "2020-03-06"), ("--until", "before now"),
             "--now"),
            (("--until", "2036-01-01"), ("five years after now",), "shorter"),
            (("--zone", "Asia/Singapor"), ("--zone", "`Asia/Singapor`"),
             "did you mean `Asia/Singapore`?"),
            (("--now", "2026-02-30"), ("--now",), "--help"),  # given twice
            (("--kind", "deployment"), ("--kind", "deployment"), "--help"),
            (("--format", "yaml"), ("--format", "yaml"), "--help"),
            (("--lenght", "1h"), ("--lenght",), "calendar next --help"),
            (("--policy", "saaas"), ("saaas",), "saas"),
        ):
            with self.subTest(arguments):
                result = self.ask(*arguments)
                self.assert_refused(result, *words)
                self.assert_helps(result, remedy)
        result = self.run_here("calendar", "next")
        self.assert_refused(result, "FILE")
        self.assert_helps(result, "calendar next --help")

    def test_mistakes_in_a_record(self) -> None:
        for text, words in (
            ("", ("the document is empty",)),
            ("id: C-1\nstat: SCHEDULED\n", (":2:1: error: unknown field `stat`", "`state`")),
            ("state: SCHEDULED\n", ("the change has none; give it",)),
            (CHANGE.replace("T11", "T09"), ("change.schedule.end: is not after the start",
                                            "exchange them")),
            (ORGANIZATION, ("this is an organization", "--organization")),
        ):
            with self.subTest(text):
                self.write("change.yaml", text)
                self.assert_refused(self.ask(), *words, place="change.yaml")


if __name__ == "__main__":
    unittest.main()
