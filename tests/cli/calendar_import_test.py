"""`changepolicy calendar import`: iCalendar files from outside, and the calendars that are shipped."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import unittest
from typing import Any

from command import BAD_INPUT, COMMAND, PROJECT, TIMEOUT_SECONDS, CommandTest, Result

DATA = pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
CALENDARS = PROJECT / "examples" / "calendars"
SINGAPORE = PROJECT / "policies" / "holidays" / "singapore.yaml"

EVENT = """BEGIN:VCALENDAR
PRODID:-//Test//EN
VERSION:2.0
X-WR-CALNAME:Our team
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
SUMMARY:{title}
{times}
END:VEVENT
END:VCALENDAR
"""


def event(times: str, uid: str = "1@x", title: str = "Patching") -> str:
    return EVENT.format(times=times, uid=uid, title=title)


class CalendarTest(CommandTest):
    def run_command(self, *arguments: str | os.PathLike[str], code: int = 0) -> Result:
        result = self.run_here(*arguments)
        self.assert_code(code, result)
        return result


class ImportTest(CalendarTest):
    def read(self, text: str, *options: str, code: int = 0) -> Result:
        path = self.write("calendar.ics", text)
        return self.run_command("calendar", "import", path, *options, code=code)

    def test_windows_as_yaml(self) -> None:
        result = self.read(
            event(
                "DTSTART;TZID=Europe/Berlin:20260105T220000\nDURATION:PT4H\n"
                "RRULE:FREQ=WEEKLY;UNTIL=20260330T200000Z\nEXDATE;TZID=Europe/Berlin:20260112T220000",
                uid="patch-night@team",
            ),
            "--as",
            "windows",
            "--id-prefix",
            "team-",
        )
        self.assertEqual(
            "directory:\n  calendar:\n    windows:\n      - id: team-patch-night\n"
            "        title: Patching\n        times:\n          - zone: Europe/Berlin\n"
            '            start: "2026-01-05T22:00:00"\n            duration: PT4H\n'
            '            rrule: "FREQ=WEEKLY;UNTIL=20260330T220000"\n            exdates:\n'
            '              - "2026-01-12T22:00:00"\n',
            result.out,
        )

    def test_what_is_printed_is_an_organization(self) -> None:
        frozen = self.read(
            event("DTSTART;VALUE=DATE:20260217"), "--as", "freezes", "--zone", "Asia/Singapore"
        )
        own = self.write("own.yaml", frozen.out)
        change = CALENDARS / "new-year.yaml"
        asked = ("--policy", CALENDARS / "policy.yaml", "--now", "2026-02-01")
        team = CALENDARS / "team.yaml"
        denied = self.run_command(
            "check", change, *asked, "--organization", team, SINGAPORE, own, code=1
        )
        self.assertIn("freeze", denied.out)

    def test_a_day_is_twenty_four_hours(self) -> None:
        # 2026-05-01, Labour Day, from its first second to its last, and no second more.
        template = (CALENDARS / "new-year.yaml").read_text(encoding="utf-8")
        for start, end, code in (
            ("2026-04-30T23:00:00+08:00", "2026-05-01T00:00:00+08:00", 0),
            ("2026-04-30T23:00:00+08:00", "2026-05-01T00:00:01+08:00", 1),
            ("2026-05-01T23:59:59+08:00", "2026-05-02T01:00:00+08:00", 1),
            ("2026-05-02T00:00:00+08:00", "2026-05-02T01:00:00+08:00", 0),
        ):
            text = re.sub(
                r"schedule: .*",
                f'schedule: {{start: "{start}", end: "{end}", rollback_reserve: 0s}}',
                template,
            )
            self.run_command(
                "check", self.write("change.yaml", text), "--policy", CALENDARS / "policy.yaml",
                "--organization", CALENDARS / "team.yaml", SINGAPORE,
                "--now", "2026-02-01", code=code,
            )

    def test_holidays_expand_within_the_years(self) -> None:
        text = event("DTSTART;VALUE=DATE:20200501\nDTEND;VALUE=DATE:20200503\nRRULE:FREQ=YEARLY")
        result = self.read(
            text, "--as", "holidays", "--zone", "Europe/Berlin", "--from", "2026", "--to", "2027",
            "--country", "DE", "--format", "json",
        )
        (holidays,) = result.json()["directory"]["calendar"]["holidays"]
        self.assertEqual("our-team", holidays["id"])
        self.assertEqual(("2026-01-01", "2027-12-31"),
                         (holidays["known_from"], holidays["known_until"]))
        self.assertEqual(
            ["2026-05-01", "2026-05-02", "2027-05-01", "2027-05-02"],
            [day["date"] for day in holidays["days"]],
        )
        for missing in (("--zone", "UTC"), ("--from", "2026", "--to", "2027")):
            self.assertIn("error:", self.read(text, "--as", "holidays", *missing,
                                              code=BAD_INPUT).err)

    def test_a_time_without_zone_is_none(self) -> None:
        text = event("DTSTART:20260105T220000\nDURATION:PT4H", title="Night")
        self.read(text)  # as an event it may have none
        refused = self.read(text, "--as", "windows", code=BAD_INPUT)
        self.assertIn("the event `Night` of 2026-01-05T22:00:00 has no zone", refused.err)
        self.assertIn("--zone", refused.err)
        self.assertEqual("", refused.out)
        read = self.read(text, "--as", "windows", "--zone", "Asia/Tokyo")
        self.assertIn("zone: Asia/Tokyo", read.out)

    def test_moments_and_tentative_windows_are_named(self) -> None:
        moment = self.read(event("DTSTART:20260105T220000Z"), "--as", "freezes")
        self.assertIn("takes no time and is left out", moment.err)
        tentative = event("DTSTART:20260105T220000Z\nDURATION:PT1H\nSTATUS:TENTATIVE")
        self.assertIn("tentative", self.read(tentative, "--as", "windows").err)
        self.assertIn("id: patching", self.read(tentative, "--as", "freezes").out)

    def test_an_exception_replaces_its_instance(self) -> None:
        text = event("DTSTART:20260105T220000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3")
        other = event("DTSTART:20260106T120000Z\nDURATION:PT2H\nRECURRENCE-ID:20260106T220000Z")
        text = text.replace("END:VCALENDAR\n", "") + other[other.index("BEGIN:VEVENT"):]
        result = self.read(text, "--as", "freezes", "--format", "json")
        (freeze,) = result.json()["directory"]["calendar"]["freezes"]
        self.assertEqual(["2026-01-06T22:00:00"], freeze["times"][0]["exdates"])
        self.assertEqual("2026-01-06T12:00:00", freeze["times"][1]["start"])

    def test_ids_are_unique_over_all_files(self) -> None:
        one = self.write("one.ics", event("DTSTART;VALUE=DATE:20260217", uid="9F2"))
        two = self.write("two.ics", event("DTSTART;VALUE=DATE:20260218", uid="9F3"))
        result = self.run_command("calendar", "import", one, two, "--as", "freezes", "--zone",
                                  "UTC", "--format", "json")
        freezes = result.json()["directory"]["calendar"]["freezes"]
        self.assertEqual(["patching", "patching-2"], [each["id"] for each in freezes])

    def test_everything_that_is_wrong_is_said_and_nothing_printed(self) -> None:
        bad = self.write("bad.ics", event("DTSTART:20260105\nGEO:x"))
        good = self.write("good.ics", event("DTSTART;VALUE=DATE:20260218"))
        missing = self.folder / "missing.ics"
        result = self.run_command("calendar", "import", bad, good, missing, code=BAD_INPUT)
        self.assertEqual("", result.out)
        for words in ("bad.ics:9:1: error: DTSTART", "bad.ics:10:1: error: GEO", "no such file"):
            self.assertIn(words, result.err)
        self.assertIn("VALUE=DATE", result.err)
        lenient = self.run_command("calendar", "import", bad, "--lenient", "--format", "jsonl")
        self.assertEqual("2026-01-05", lenient.json_lines()[0]["times"]["start"])

    def test_arguments(self) -> None:
        path = self.write("calendar.ics", event("DTSTART;VALUE=DATE:20260218"))
        for options in (
            ("--as", "trains"),
            ("--as", "windows", "--format", "jsonl"),
            ("--zone", "Mars/Olympus"),
        ):
            result = self.run_command("calendar", "import", path, *options, code=BAD_INPUT)
            self.assertIn("error:", result.err)

    def test_the_same_twice(self) -> None:
        path = self.write("calendar.ics", event("DTSTART;VALUE=DATE:20260218"))
        one = self.run_command("calendar", "import", path)
        self.assertEqual(one.raw, self.run_command("calendar", "import", path).raw)


class SamplesTest(CalendarTest):
    """Published files, where they are at hand."""

    def files(self, pattern: str) -> list[pathlib.Path]:
        found = sorted(DATA.glob(pattern))
        if not found:
            self.skipTest(f"no {pattern} below {DATA}")
        return found

    def test_valid_ones_are_accepted(self) -> None:
        for path in self.files("ical4j_samples/valid/*.ics"):
            with self.subTest(path.name):
                result = self.run_command("calendar", "import", path, "--format", "jsonl")
                self.assertLessEqual(
                    len(result.lines), path.read_text(encoding="utf-8").count("BEGIN:VEVENT")
                )

    def test_invalid_ones_are_refused(self) -> None:
        for path in self.files("ical4j_samples/invalid/*.ics"):
            with self.subTest(path.name):
                result = self.run_command("calendar", "import", path, code=BAD_INPUT)
                self.assertRegex(result.err, rf"{re.escape(path.name)}:\d+:1: error: ")

    def test_kubernetes(self) -> None:
        (path,) = self.files("kubernetes_release/releases/release-1.35/schedule.ics")
        refused = self.run_command("calendar", "import", path, code=BAD_INPUT)
        self.assertIn("blank line", refused.err)
        self.assertIn("DTSTAMP", refused.err)
        read = self.run_command("calendar", "import", path, "--lenient", "--format", "json")
        events = self.write("events.json", read.out)
        self.same_as_excerpt(events, "kubernetes-mapping.yaml")

    def test_openstack_and_node(self) -> None:
        self.files("openstack_releases/doc/source/caracal/schedule.yaml")
        self.same_as_excerpt(DATA / "openstack_releases" / "doc", "openstack-mapping.yaml")
        trains = self.mapped(DATA / "nodejs_release", "nodejs-mapping.yaml")["trains"]
        for train in self.mapped(CALENDARS / "data" / "nodejs", "nodejs-mapping.yaml")["trains"]:
            self.assertIn(train, trains)

    def mapped(self, path: pathlib.Path, mapping: str) -> dict[str, Any]:
        result = self.run_command("calendar", "import", path, "--mapping", CALENDARS / mapping,
                                  "--format", "json")
        return result.json()["directory"]["calendar"]

    def same_as_excerpt(self, whole: pathlib.Path, mapping: str) -> None:
        excerpt = CALENDARS / "data" / mapping.split("-", maxsplit=1)[0]
        if mapping.startswith("kubernetes"):
            read = self.run_command("calendar", "import", excerpt / "schedule.ics", "--lenient",
                                    "--format", "json")
            (self.folder / "excerpt").mkdir()
            excerpt = self.write("excerpt/events.json", read.out)
        self.assertEqual(self.mapped(whole, mapping), self.mapped(excerpt, mapping))


class SingaporeTest(CommandTest):
    def days(self) -> dict[str, str]:
        text = SINGAPORE.read_text(encoding="utf-8")
        return dict(re.findall(r'{date: "([\d-]+)", name: (.*)}', text))

    def test_a_sunday_is_kept_on_the_next_day(self) -> None:
        days = self.days()
        for text, name in days.items():
            day = datetime.date.fromisoformat(text)
            self.assertTrue(2024 <= day.year <= 2027)
            if day.weekday() == 6 and "observed" not in name:
                following = (day + datetime.timedelta(days=1)).isoformat()
                self.assertIn(following, days, name)

    def test_against_the_data(self) -> None:
        path = DATA / "holidays" / "SG_COMMON.json"
        if not path.is_file():
            self.skipTest(f"no {path}")
        published = json.loads(path.read_text(encoding="utf-8"))
        days = self.days()
        self.assertEqual({day for day in published if "2024" <= day[:4] <= "2027"}, set(days))
        for day, name in days.items():
            self.assertEqual("observed" in published[day], "observed" in name)


class DemoTest(CommandTest):
    def test_demo(self) -> None:
        done = subprocess.run(
            ["sh", CALENDARS / "demo.sh", COMMAND],
            capture_output=True, text=True, encoding="utf-8", timeout=3 * TIMEOUT_SECONDS,
            check=False,
        )
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        verdicts = [line.split()[:3] for line in done.stdout.splitlines()
                    if line.startswith(("ALLOWED", "DENIED"))]
        self.assertEqual(
            [["DENIED", "change", "CHG-1:"], ["ALLOWED", "change", "CHG-2:"],
             ["DENIED", "change", "CHG-3:"]],
            verdicts,
        )


if __name__ == "__main__":
    unittest.main()
