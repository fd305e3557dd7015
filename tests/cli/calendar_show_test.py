"""`changepolicy calendar show`: exact instants, both formats, odd data, and what is refused."""

import os
import unittest
from typing import Any

from command import ALLOWED, BAD_INPUT, SAAS_OPTIONS, UNDECIDED, CommandTest, Result

NIGHTS = """\
directory:
  name: Firm
  calendar:
    windows:
      - id: night
        title: Night in New York
        clause: CM-6.1
        times:
          - zone: America/New_York
            start: "2026-01-01T01:00:00"
            end: "2026-01-01T04:00:00"
            rrule: FREQ=DAILY
"""
HOLIDAYS = """\
directory:
  calendar:
    freezes: [{id: off, holidays: [sg, us], emergency_may_cross: true}]
    holidays:
      - {id: sg, country: SG, zone: Asia/Singapore, days: [{date: "2026-05-01", name: Labour Day}]}
      - {id: us, country: US, zone: America/New_York, days: [{date: "2026-07-04", name: Fourth}]}
"""
NEW_YORK = ("--zone", "America/New_York")


def freeze(times: str, more: str = "") -> str:
    return f"directory: {{calendar: {{freezes: [{{id: close, times: [{{{times}}}]{more}}}]}}}}\n"


class ShowTest(CommandTest):
    def show(self, organization: str, *arguments: str | os.PathLike[str]) -> Result:
        self.write("firm.yaml", organization)
        return self.run_here(
            "calendar", "show", "--organization", "firm.yaml", "--now", "2026-03-01", *arguments
        )

    def answer(self, organization: str, *arguments: str, code: int = ALLOWED) -> Any:
        result = self.show(organization, "--format", "json", *arguments)
        self.assert_code(code, result)
        return result.json()

    def periods(self, organization: str, what: str, *arguments: str) -> list[tuple[str, str]]:
        return [
            (each["start"], each["end"])
            for each in self.answer(organization, *arguments).get(what, [])
        ]

    def test_a_window_on_the_days_on_which_clocks_change(self) -> None:
        # 01:00-04:00 is three hours; four where the clock is set back, two where it is set ahead.
        self.assertEqual(
            [
                ("2026-10-31T05:00:00Z", "2026-10-31T08:00:00Z"),
                ("2026-11-01T05:00:00Z", "2026-11-01T09:00:00Z"),
                ("2026-11-02T06:00:00Z", "2026-11-02T09:00:00Z"),
            ],
            self.periods(
                NIGHTS, "windows", "--from", "2026-10-31", "--until", "2026-11-02", *NEW_YORK
            ),
        )
        self.assertEqual(
            [
                ("2026-03-07T06:00:00Z", "2026-03-07T09:00:00Z"),
                ("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z"),
                ("2026-03-09T05:00:00Z", "2026-03-09T08:00:00Z"),
            ],
            self.periods(
                NIGHTS, "windows", "--from", "2026-03-07", "--until", "2026-03-09", *NEW_YORK
            ),
        )

    def test_those_days_as_text(self) -> None:
        autumn = self.show(NIGHTS, "--from", "2026-11-01", "--until", "2026-11-01", *NEW_YORK)
        self.assert_says(
            autumn.out,
            "Forward schedule of change: Firm",
            "Sun 1 Nov 2026 00:00 to 24:00",
            "Sun 1 Nov 2026  (25 h day: from EDT, UTC-04:00 to EST, UTC-05:00)",
            # One o'clock is twice; the first is meant.
            "open  01:00 -04:00-04:00  night  Night in New York, for everything  [CM-6.1]",
            "as of Sat 28 Feb 2026 19:00",
            result=autumn,
        )
        spring = self.show(NIGHTS, "--from", "2026-03-08", "--until", "2026-03-08", *NEW_YORK)
        self.assert_says(
            spring.out,
            "Sun 8 Mar 2026  (23 h day: from EST, UTC-05:00 to EDT, UTC-04:00)",
            "open  01:00-04:00  night",
            result=spring,
        )

    def test_a_holiday_lasts_a_local_day(self) -> None:
        self.assertEqual(
            [
                ("2026-04-30T16:00:00Z", "2026-05-01T16:00:00Z"),
                ("2026-07-04T04:00:00Z", "2026-07-05T04:00:00Z"),
            ],
            self.periods(HOLIDAYS, "freezes", "--until", "2026-12-31"),
        )
        result = self.show(
            HOLIDAYS, "--from", "2026-05-01", "--until", "2026-05-01", "--zone", "Asia/Singapore"
        )
        self.assert_says(
            result.out, "frozen  00:00-24:00  off", "emergencies may cross", result=result
        )

    def test_what_reaches_out_of_the_span_is_shown_whole(self) -> None:
        organization = freeze('zone: UTC, start: "2026-03-02T12:00:00", end: "2026-03-04T00:00:00"')
        whole = ("2026-03-02T12:00:00Z", "2026-03-04T00:00:00Z")
        for start, end, periods in (
            ("2026-03-02T13:00", "2026-03-02T14:00", [whole]),  # within it
            ("2026-03-03T23:59:59", "2026-03-05", [whole]),  # its last second
            ("2026-03-04", "2026-03-05", []),  # its end is no part of it
            ("2026-03-01", "2026-03-02T12:00", []),  # nor is the end of the span
            ("2026-03-01", "2026-03-02T12:00:01", [whole]),
            # The last date is included.
            ("2026-03-01", "2026-03-01", []),
            ("2026-03-01", "2026-03-02", [whole]),
        ):
            with self.subTest(start=start, end=end):
                self.assertEqual(
                    periods, self.periods(organization, "freezes", "--from", start, "--until", end)
                )
        result = self.show(organization, "--from", "2026-03-03", "--until", "2026-03-05")
        self.assert_says(
            result.out, "1 freeze", "Tue 3 Mar 2026\n  frozen  until 24:00  close", result=result,
        )

    def test_a_span_is_read_in_its_zone(self) -> None:
        for arguments, expected in (
            ((), ("2026-03-01T00:00:00Z", "2026-03-15T00:00:00Z")),
            (("--from", "2026-03-07", "--until", "2026-03-08", *NEW_YORK),
             ("2026-03-07T05:00:00Z", "2026-03-09T04:00:00Z")),
            (("--from", "2026-03-07T10:00:00+08:00", "--until", "2026-03-07T02:00:01Z"),
             ("2026-03-07T02:00:00Z", "2026-03-07T02:00:01Z")),
            # Half past one twice, and half past two not at all.
            (("--from", "2026-11-01T01:30", "--until", "2026-11-02", *NEW_YORK),
             ("2026-11-01T05:30:00Z", "2026-11-03T05:00:00Z")),
            (("--from", "2026-03-08T02:30", "--until", "2026-03-08", *NEW_YORK),
             ("2026-03-08T07:30:00Z", "2026-03-09T04:00:00Z")),
        ):
            with self.subTest(arguments):
                answer = self.answer(NIGHTS, *arguments)
                self.assertEqual(expected, (answer["from"], answer["until"]))
                self.assertEqual("2026-03-01T00:00:00Z", answer["now"])
                self.assertEqual("Firm", answer["organization"])

    def test_a_freeze_without_end_is_refused_and_one_for_ever_is_shown(self) -> None:
        result = self.show(freeze('zone: UTC, start: "2026-03-02T12:00:00"'))
        self.assert_refused(result, "exactly one of `end` and `duration`", place="firm.yaml")
        self.assert_helps(result, "`duration: 4h`")
        # Days that touch are one period.
        daily = freeze('zone: UTC, start: "2026-01-01T00:00:00", duration: 24h, rrule: FREQ=DAILY')
        (period,) = self.periods(daily, "freezes")
        self.assertLessEqual(period[0], "2026-03-01T00:00:00Z")
        self.assertGreaterEqual(period[1], "2026-03-15T00:00:00Z")
        # So are nested ones.
        nested = freeze(
            'zone: UTC, start: "2026-03-02T00:00:00", end: "2026-03-05T00:00:00"}, '
            '{zone: UTC, start: "2026-03-03T00:00:00", end: "2026-03-04T00:00:00"'
        )
        self.assertEqual(
            [("2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z")], self.periods(nested, "freezes")
        )

    WORKS = """\
directory: {services: [{id: shop}]}
ledger:
  scheduled:
    - {subject_id: C-1, title: One, services: [shop], start: 2026-03-02T00:00:00Z,
       end: 2026-03-02T02:00:00Z, category: NORMAL}
    - {subject_id: C-2, is_release: true, services: [shop], start: 2026-03-02T01:00:00Z, end: 2026-03-02T03:00:00Z}
    - {subject_id: later, services: [shop], start: 2026-06-02T01:00:00Z, end: 2026-06-02T03:00:00Z}
    - {subject_id: unrecorded, start: 2026-03-02T01:00:00Z, end: 2026-03-02T03:00:00Z,
       recorded_at: 2026-03-01T12:00:00Z}
"""

    EVENTS = """\
BEGIN:VCALENDAR
PRODID:-//Firm//EN
VERSION:2.0
X-WR-CALNAME:Team
BEGIN:VEVENT
UID:1
DTSTAMP:20260101T000000Z
SUMMARY:Patch night
DTSTART;TZID=America/New_York:20260301T010000
DTEND;TZID=America/New_York:20260301T040000
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
"""

    def test_a_file_of_another_program(self) -> None:
        self.write("team.ics", self.EVENTS)
        arguments = ("calendar", "show", "team.ics", "--now", "2026-03-01", "--format", "json")
        result = self.run_here(*arguments)
        self.assert_code(ALLOWED, result)
        works = result.json()["works"]
        # Two hours on the day on which the clocks go forward.
        self.assertEqual(
            [("2026-03-01T06:00:00Z", "2026-03-01T09:00:00Z"),
             ("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z")],
            [(work["start"], work["end"]) for work in works],
        )
        text = self.run_here(*arguments[:-2]).out
        self.assertIn("Team", text)
        self.assertIn("Patch night", text)

    def test_a_file_that_breaks_the_rules(self) -> None:
        self.write("team.ics", self.EVENTS.replace("UID:1\n", "UID:1\n\n"))
        self.write("cut.ics", self.EVENTS[:-20])
        strict = self.run_here("calendar", "show", "team.ics", "cut.ics", "--now", "2026-03-01")
        self.assert_code(BAD_INPUT, strict)
        self.assertIn("team.ics:7", strict.err)
        self.assertIn("cut.ics", strict.err)
        lenient = self.run_here(
            "calendar", "show", "team.ics", "--lenient", "--now", "2026-03-01"
        )
        self.assert_code(ALLOWED, lenient)
        self.assertIn("Patch night", lenient.out)

    def test_work_and_its_conflicts(self) -> None:
        answer = self.answer(self.WORKS)
        self.assertEqual(["C-1", "C-2"], [work["subject_id"] for work in answer["works"]])
        (conflict,) = answer["conflicts"]
        self.assertEqual(
            ("C-1", "C-2", "2026-03-02T01:00:00Z", "2026-03-02T02:00:00Z"),
            tuple(conflict[key] for key in ("one", "other", "start", "end")),
        )
        result = self.show(self.WORKS)
        self.assert_says(
            result.out, "1 change, 1 release, 1 conflict", "planned   00:00-02:00  C-1",
            "conflict  01:00-02:00  C-1", "with C-2: same service: shop", result=result,
        )

    def test_work_without_a_time_is_shown_wherever_one_looks(self) -> None:
        for fields in (
            "", "start: 2026-03-02T00:00:00Z", "end: 2026-03-02T00:00:00Z",
            "start: 2026-03-02T02:00:00Z, end: 2026-03-02T01:00:00Z",
            "start: 2026-03-02T02:00:00Z, end: 2026-03-02T02:00:00Z",
        ):
            for start in ("2020-01-01", "2026-03-01", "2030-01-01"):
                with self.subTest(fields, start=start):
                    text = f"ledger: {{scheduled: [{{subject_id: C-1, title: One, {fields}}}]}}"
                    text = text.replace(", }", "}")
                    result = self.show(text, "--from", start)
                    self.assert_code(UNDECIDED, result)
                    self.assert_says(
                        result.out, "Without a time\n  C-1  One", "Could not be computed", "`C-1`",
                        result=result,
                    )
                    self.assertNotIn("\n  planned", result.out)
                    answer = self.answer(text, "--from", start, code=UNDECIDED)
                    self.assertEqual("C-1", answer["works"][0]["subject_id"])
                    self.assertIn("`C-1`", answer["problems"][0])

    def test_nothing_is_an_answer(self) -> None:
        for arguments in ((), ("--organization", "nobody.yaml")):
            self.write("nobody.yaml", "directory: {name: Nobody}\n")
            result = self.run_here("calendar", "show", "--now", "2026-03-01", *arguments)
            self.assert_code(ALLOWED, result)
            self.assertIn("Nothing is planned, open or frozen in this time.", result.out)
        self.assert_code(ALLOWED, self.show(NIGHTS, "--from", "0001-01-01", "--until", "0001-01-02"))
        self.assert_code(ALLOWED, self.show(NIGHTS, "--from", "9999-12-01", "--until", "9999-12-30"))

    def test_several_files_are_one_organization(self) -> None:
        self.write("holidays.yaml", HOLIDAYS)
        result = self.run_here(
            "calendar", "show", "--organization", self.write("nights.yaml", NIGHTS),
            "holidays.yaml", "--now", "2026-05-01", "--until", "2026-05-01", "--format", "json",
        )
        self.assert_code(ALLOWED, result)
        self.assertEqual(1, len(result.json()["windows"]))
        self.assertEqual(1, len(result.json()["freezes"]))

    def test_the_same_wherever_it_is_asked(self) -> None:
        here = [
            self.run_here("calendar", "show", *SAAS_OPTIONS, env=env).raw
            for env in ({}, {"TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"})
        ]
        self.assertEqual(here[0], here[1])

    def test_records_cannot_paint_the_terminal(self) -> None:
        result = self.show(self.WORKS.replace("title: One", 'title: "\\e[31mOne"'))
        self.assert_code(ALLOWED, result)
        self.assertNotIn("\x1b", result.out)

    def test_mistakes_name_the_place_and_the_remedy(self) -> None:
        for arguments, words, remedy in (
            (("--zone", "Amerika/New_York"), ("--zone", "`Amerika/New_York`"),
             "did you mean `America/New_York`?"),
            (("--zone", "Mars"), ("--zone", "`Mars`"), "IANA"),
            (("--from", "2026-02-30"), ("--from", "`2026-02-30`"), "2026-03-01T22:00"),
            (("--from", ""), ("--from", "a value is expected"), "--help"),
            (("--until", "tomorrow"), ("--until", "`tomorrow`"), "2026-03-01T22:00"),
            (("--until", ""), ("--until", "a value is expected"), "--help"),
            (("--from", "2026-03-05", "--until", "2026-03-04"), ("--until", "--from"), "exchange"),
            (("--from", "2026-03-05T10:00", "--until", "2026-03-05T10:00"), ("--until",),
             "exchange"),
            (("--until", "2026-02-27"), ("--until is not after now",), "--from"),
            (("--until", "2031-03-06"), ("--until", "five years after now"), "shorter"),
            (("--from", "2000-01-01", "--until", "2006-01-01"), ("five years after --from",),
             "shorter"),
            (("--format", "jsonl"), ("--format", "jsonl"), "--help"),
            (("--form", "json"), ("--form",), "calendar show --help"),
            (("firm.yaml",), ("firm.yaml", "stands in no VCALENDAR"), "--organization"),
        ):
            with self.subTest(arguments):
                result = self.show(NIGHTS, *arguments)
                self.assert_refused(result, *words)
                self.assert_helps(result, remedy)

    def test_mistakes_in_the_organization(self) -> None:
        times = 'zone: UTC, start: "2026-03-02T12:00:00", end: "2026-03-04T00:00:00"'
        for text, words, remedy in (
            ("", ("the document is empty",), "write something"),
            (freeze(times.replace("UTC", "Amerika/New_York")), ("`Amerika/New_York`",),
             "did you mean `America/New_York`?"),
            (HOLIDAYS.replace("Asia/Singapore", "Asia/Singapor"), ("`Asia/Singapor`",),
             "did you mean `Asia/Singapore`?"),
            (HOLIDAYS.replace("2026-05-01", "2026-05-32"), ("`2026-05-32` is no date",), "write"),
            (HOLIDAYS.replace("[sg, us]", "[sh]"), ("`sh`",), "declare it in `holidays`"),
            (freeze(times.replace("03-04", "03-02").replace("T00", "T12")),
             ("is not after the start",), "exchange"),
        ):
            with self.subTest(text):
                result = self.show(text)
                self.assert_refused(result, *words, place="firm.yaml")
                self.assert_helps(result, remedy)
        result = self.run_here("calendar", "show", "--organization", "gone.yaml")
        self.assert_refused(result, "no such file", place="gone.yaml")
        self.assert_helps(result, "check the path")


if __name__ == "__main__":
    unittest.main()
