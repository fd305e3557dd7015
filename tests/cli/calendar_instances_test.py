"""`changepolicy calendar instances`: rules, dates, zones, limits, and what is refused."""

import json
import os
import pathlib
import unittest

from command import ALLOWED, PROJECT, UNDECIDED, CommandTest, Result

START = "1997-09-02T09:00:00"
VECTORS = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
    / "rrule_dateutil"
    / "rrule_vectors.json"
)


class InstancesTest(CommandTest):
    def instances(self, *arguments: str, stdin: bytes = b"") -> Result:
        return self.run_here("calendar", "instances", *arguments, stdin=stdin)

    def assert_gives(self, expected: list[str], *arguments: str, stdin: bytes = b"") -> Result:
        result = self.instances(*arguments, stdin=stdin)
        self.assert_code(ALLOWED, result)
        self.assertEqual(expected, result.lines, str(result))
        return result

    def test_rules_are_read_in_each_form(self) -> None:
        days = ["1997-09-02T09:00:00", "1997-09-03T09:00:00"]
        for rule in ("FREQ=DAILY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2", "rrule:freq=daily;count=2"):
            result = self.assert_gives(days, "--rule", rule, "--start", START)
            self.assertEqual("", result.err)
        for start in ("19970902T090000", "DTSTART:19970902T090000", "1997-09-02T09:00"):
            self.assert_gives(days, "--rule", "FREQ=DAILY;COUNT=2", "--start", start)

    def test_dates_are_printed_for_dates(self) -> None:
        for start in ("1997-09-02", "19970902", "DTSTART;VALUE=DATE:19970902"):
            self.assert_gives(
                ["1997-09-02", "1997-09-09"], "--rule", "FREQ=WEEKLY;COUNT=2", "--start", start
            )
        self.assert_gives(
            ["1997-09-02T00:00:00", "1997-09-02T12:00:00"],
            "--rule", "FREQ=HOURLY;INTERVAL=12;COUNT=2", "--start", "1997-09-02",
        )  # fmt: skip

    def test_with_a_zone_instants_are_printed(self) -> None:
        daily = ("--rule", "FREQ=DAILY;COUNT=3", "--zone", "America/New_York")
        # 01:30 twice is the first; 02:30 that there is not is an hour later.
        self.assert_gives(
            ["2026-10-31T01:30:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"],
            *daily, "--start", "2026-10-31T01:30:00",
        )  # fmt: skip
        self.assert_gives(
            ["2026-03-07T02:30:00-05:00", "2026-03-08T03:30:00-04:00", "2026-03-09T02:30:00-04:00"],
            *daily, "--start", "2026-03-07T02:30:00",
        )  # fmt: skip
        # The property brings its zone, and `Z` is one.
        self.assert_gives(
            ["1997-09-02T09:00:00-04:00"],
            "--rule", "FREQ=DAILY;COUNT=1",
            "--start", "DTSTART;TZID=America/New_York:19970902T090000",
        )  # fmt: skip
        self.assert_gives(
            ["1997-09-02T09:00:00Z"],
            "--rule", "FREQ=DAILY;COUNT=1", "--start", "19970902T090000Z",
        )  # fmt: skip

    def test_instants_ascend_and_stand_once_where_clocks_go_forward(self) -> None:
        # 02:30 that there is not and 03:30 are one instant: one in each hour that passes.
        self.assert_gives(
            [f"2026-03-08T{time}" for time in ("00:30:00-05:00", "01:30:00-05:00", "03:30:00-04:00", "04:30:00-04:00")],
            "--rule", "FREQ=HOURLY", "--start", "2026-03-08T00:30:00",
            "--zone", "America/New_York", "--limit", "4",
        )  # fmt: skip
        # Half an hour of gap: 02:00 and 02:15 are where 02:30 and 02:45 are.
        quarters = (
            "--rule", "FREQ=MINUTELY;INTERVAL=15", "--start", "2026-10-04T01:45:00",
            "--zone", "Australia/Lord_Howe",
        )  # fmt: skip
        expected = [
            f"2026-10-04T{time}"
            for time in ("01:45:00+10:30", "02:30:00+11:00", "02:45:00+11:00", "03:00:00+11:00")
        ]
        for limit in (1, 2, 3, 4):
            self.assert_gives(expected[:limit], *quarters, "--limit", str(limit))
        # With steps of 25 minutes 02:10 lies behind 02:35, and is printed so.
        self.assert_gives(
            ["2026-10-04T01:45:00+10:30", "2026-10-04T02:35:00+11:00", "2026-10-04T02:40:00+11:00"],
            "--rule", "FREQ=MINUTELY;INTERVAL=25", "--start", "2026-10-04T01:45:00",
            "--zone", "Australia/Lord_Howe", "--limit", "3",
        )  # fmt: skip
        # A day that Samoa did not have.
        self.assert_gives(
            ["2011-12-29T09:00:00-10:00", "2011-12-31T09:00:00+14:00", "2012-01-01T09:00:00+14:00"],
            "--rule", "FREQ=DAILY;COUNT=4", "--start", "2011-12-29T09:00:00",
            "--zone", "Pacific/Apia",
        )  # fmt: skip

    def test_until_is_an_instant_with_z(self) -> None:
        daily = ("--start", START, "--zone", "America/New_York")
        for until, count in (
            ("19970904T130000Z", 3),
            ("19970904T125959Z", 2),
            ("19970904T090000", 3),
            ("19970904", 2),  # its midnight
        ):
            result = self.instances("--rule", f"FREQ=DAILY;UNTIL={until}", *daily)
            self.assertEqual(count, len(result.lines), str(result))

    def test_dates_are_added_and_taken_out(self) -> None:
        self.assert_gives(
            ["1997-09-01T08:00:00", "1997-09-02T09:00:00", "1997-09-04T09:00:00",
             "1997-09-10T10:00:00"],
            "--rule", "FREQ=DAILY;COUNT=5", "--start", START,
            "--rdate", "19970910T100000,1997-09-01T08:00:00", "--rdate", "1997-09-04T09:00:00",
            "--exdate", "19970903T090000", "--exrule", "FREQ=DAILY;BYDAY=FR,SA,SU",
        )  # fmt: skip
        self.assert_gives(
            ["1997-09-02T09:00:00-04:00"],
            "--rule", "FREQ=DAILY;COUNT=2", "--start", START, "--zone", "America/New_York",
            "--exdate", "1997-09-03T13:00:00Z",
        )  # fmt: skip
        result = self.instances(
            "--rule", "FREQ=DAILY", "--start", START, "--exdate", "19970903T130000Z"
        )
        self.assert_refused(result, "--exdate", "instant")
        self.assert_helps(result, "--zone")

    def test_several_rules_are_one_list(self) -> None:
        self.assert_gives(
            ["1997-09-02T09:00:00", "1997-09-03T09:00:00", "1997-09-09T09:00:00",
             "1997-09-10T09:00:00"],
            "--rule", "FREQ=WEEKLY", "--rule", "FREQ=WEEKLY;BYDAY=TU,WE", "--start", START,
            "--limit", "4",
        )  # fmt: skip

    def test_texts_are_read_from_an_argument_and_from_standard_input(self) -> None:
        text = (
            "DTSTART:19970902T090000\nRRULE:FREQ=YEARLY;COUNT=1;BYDAY=TU\n"
            "RDATE:19970904T090000\nRDATE:19970909T090000\n"
        )
        days = ["1997-09-02T09:00:00", "1997-09-04T09:00:00", "1997-09-09T09:00:00"]
        self.assert_gives(days, "--text", text)
        self.assert_gives(days, "--text", text.replace("\n", "\\n"))
        self.assert_gives(days, "--text", "-", stdin=text.encode())
        folded = text.replace("\n", "\r\n").replace("YEARLY;", "YEAR\r\n LY;")
        self.assert_gives(days, "--text", "-", stdin=folded.encode())
        self.assert_gives(
            ["1997-09-02T09:00:00-04:00", "1997-09-04T09:00:00-04:00"],
            "--text",
            "DTSTART;TZID=America/New_York:19970902T090000\nRRULE:FREQ=DAILY;COUNT=3\n"
            "EXDATE;TZID=Europe/Paris:19970903T150000\n",
        )
        self.assert_refused(self.instances("--text", "DTSTART:19970902\nDTEND:1"), "DTEND")

    def test_only_what_is_asked_for(self) -> None:
        self.assert_gives(
            ["2026-01-01T09:00:00", "2026-01-02T09:00:00"],
            "--rule", "FREQ=DAILY", "--start", "0001-01-01T09:00:00",
            "--from", "2026-01-01", "--until", "2026-01-03",
        )  # fmt: skip

    def test_without_an_end_it_is_cut(self) -> None:
        result = self.instances("--rule", "FREQ=SECONDLY", "--start", "1970-01-01T00:00:00")
        self.assert_code(ALLOWED, result)
        self.assertEqual(1000, len(result.lines))
        self.assertEqual("note: cut after 1000 instances; --limit N shows more\n", result.err)
        result = self.instances("--rule", "FREQ=DAILY", "--start", START, "--limit", "3")
        self.assertEqual((3, ""), (len(result.lines), result.err))

    def test_what_never_fires_says_so(self) -> None:
        for rule in ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=31"):
            result = self.assert_gives([], "--rule", rule, "--start", START)
            self.assertEqual(f"note: `{rule}` never fires\n", result.err)

    def test_a_start_that_does_not_match_is_none(self) -> None:
        result = self.assert_gives(
            ["1997-09-08T09:00:00"], "--rule", "FREQ=WEEKLY;BYDAY=MO;COUNT=1", "--start", START
        )
        self.assertIn("note: the start is no instance of", result.err)

    def test_what_was_not_counted_is_undecided(self) -> None:
        result = self.instances(
            "--rule", "FREQ=SECONDLY;COUNT=900000000", "--start", START, "--from", "2020-01-01"
        )
        self.assert_code(UNDECIDED, result)
        self.assertIn("was followed for 2000000 steps", result.err)

    def test_bad_input_is_refused_by_name(self) -> None:
        for rule, word in (
            ("FREQ=MONTHLY;BYWEEKNO=20", "`BYWEEKNO` needs `FREQ=YEARLY`"),
            ("FREQ=WEEKLY;BYMONTHDAY=1", "`BYMONTHDAY` cannot stand with `FREQ=WEEKLY`"),
            ("FREQ=DAILY;BYDAY=1MO", "a numbered `BYDAY`"),
            ("FREQ=DAILY;COUNT=1;UNTIL=19970902", "`COUNT` and `UNTIL`"),
            ("FREQ=DAILY;BYSETPOS=1", "`BYSETPOS`"),
            ("FREQ=YEARLY;BYEASTER=0", "Easter"),
            ("FREQ=DAILY;BYHOUR=24", "found `24`"),
            ("", "unknown part"),
            ("\x1b[31m", "unknown part"),
        ):
            result = self.instances("--rule", rule, "--start", START)
            self.assert_refused(result, "--rule", word)
            self.assert_helps(result)
            self.assertNotIn("\x1b", result.err)
        for arguments, word in (
            (("--rule", "FREQ=DAILY"), "a start is needed"),
            (("--rule", "EXRULE:FREQ=DAILY", "--start", START), "`EXRULE` is not `RRULE`"),
            (("--rule", "FREQ=DAILY", "--start", "DTEND:" + START), "`DTEND` is not `DTSTART`"),
            (("--start", START), "there is no rule"),
            (("--rule", "FREQ=DAILY", "--start", "noon"), "--start: `noon` is no time"),
            (("--rule", "FREQ=DAILY", "--start", START, "--zone", "Mars"), "unknown zone `Mars`"),
            (("--rule", "FREQ=DAILY", "--start", START, "--from", "x"), "--from"),
            (("--rule", "FREQ=DAILY", "--start", START, "--rdate", "x"), "--rdate"),
        ):
            result = self.instances(*arguments)
            self.assert_refused(result, word)
            self.assert_helps(result)

    @unittest.skipUnless(VECTORS.is_file(), "no shared data")
    def test_published_vectors(self) -> None:
        counts = {"passed": 0, "Easter": 0, "forbidden": 0}
        for vector in json.loads(VECTORS.read_text(encoding="utf-8")):
            if vector["kind"] == "rrulestr":
                result = self.instances("--text", vector["text"])
            else:
                rule = f"FREQ={vector['freq']}"
                for name, value in vector["args"].items():
                    if name != "dtstart":
                        values = value if isinstance(value, list) else [value]
                        part = "BYDAY" if name == "byweekday" else name.upper()
                        rule += f";{part}={','.join(map(str, values))}"
                result = self.instances("--rule", rule, "--start", vector["args"]["dtstart"])
                if result.code != ALLOWED:
                    easter = "byeaster" in vector["args"]
                    self.assert_refused(result, "Easter" if easter else "`BY")
                    counts["Easter" if easter else "forbidden"] += 1
                    continue
            self.assertEqual(vector["expected"], result.lines, str(result))
            counts["passed"] += 1
        if sum(counts.values()) == 61:
            self.assertEqual({"passed": 42, "Easter": 9, "forbidden": 10}, counts)


if __name__ == "__main__":
    unittest.main()
