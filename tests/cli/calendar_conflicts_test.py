"""`changepolicy calendar conflicts`: pairs of work, what a freeze would hit, and what is refused."""

import os
import unittest

from command import ALLOWED, BAD_INPUT, DENIED, UNDECIDED, CommandTest, Result

ORGANIZATION = """\
directory:
  services: [{id: shop, depends_on: [db]}, {id: db}, {id: mail}, {id: cart, part_of: shop}]
  calendar:
    holidays:
      - id: us
        country: US
        zone: America/New_York
        days: [{date: "2026-03-08", name: Clocks}, {date: "2026-11-01", name: Clocks again}]
        known_from: "2026-01-01"
        known_until: "2026-12-31"
    freezes:
      - {id: days-off, holidays: [us]}
      - id: close.v2
        clause: CM-6.1
        scope: {services: [shop]}
        times: [{zone: UTC, start: "2026-03-10T00:00:00", end: "2026-03-12T00:00:00"}]
"""
NOW = ("--now", "2026-03-01")


class ConflictsTest(CommandTest):
    def ask(self, works: str, *arguments: str | os.PathLike[str], stdin: bytes = b"") -> Result:
        """`works`, a line each: id, start, end, and what else is said of it."""
        text = ORGANIZATION
        if works:
            text += "ledger:\n  scheduled:\n"
        for line in works.strip().splitlines():
            name, start, end, *more = line.split(maxsplit=3)
            fields = [f"subject_id: {name}"]
            fields += [f"start: {start}"] if start != "-" else []
            fields += [f"end: {end}"] if end != "-" else []
            text += f"    - {{{', '.join(fields + more)}}}\n"
        self.write("firm.yaml", text)
        return self.run_here(
            "calendar", "conflicts", "--organization", "firm.yaml", *NOW, *arguments, stdin=stdin
        )

    def pairs(self, works: str) -> list[tuple[str, ...]]:
        answer = self.ask(works, "--format", "json").json()
        return [
            (each["one"], each["other"], each["start"], each["end"])
            for each in answer.get("conflicts", [])
        ]

    def hits(self, result: Result) -> list[str]:
        return [hit["subject_id"] for hit in result.json().get("hits", [])]

    def test_touching_work_does_not_conflict(self) -> None:
        works = """
            C-1 2026-03-09T05:00:00Z 2026-03-09T06:00:00Z services: [db]
            C-2 2026-03-09T06:00:00Z 2026-03-09T07:00:00Z services: [db]
        """
        result = self.ask(works)
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        self.assertEqual(
            ["now 2026-03-01T00:00:00Z", "No conflicts between 2 pieces of work"], result.lines
        )
        # One second more, and they meet for that second.
        works = works.replace("06:00:00Z services", "06:00:01Z services")
        result = self.ask(works)
        self.assert_code(DENIED, result)
        self.assert_says(
            result.out, "1 conflict between 2 pieces of work", "C-1 and C-2", "(1 s)",
            "same service: db", result=result,
        )
        self.assertEqual(
            [("C-1", "C-2", "2026-03-09T06:00:00Z", "2026-03-09T06:00:01Z")], self.pairs(works)
        )

    def test_every_pair_is_listed(self) -> None:
        works = """
            C-3 2026-03-09T07:00:00Z 2026-03-09T09:00:00Z services: [mail], people: [ann]
            C-1 2026-03-09T05:00:00Z 2026-03-09T10:00:00Z services: [db]
            C-2 2026-03-09T06:00:00Z 2026-03-09T08:00:00Z services: [shop], people: [ann]
            C-4 2026-03-09T05:00:00Z 2026-03-09T10:00:00Z services: [other]
        """
        self.assertEqual(
            [
                ("C-1", "C-2", "2026-03-09T06:00:00Z", "2026-03-09T08:00:00Z"),
                ("C-2", "C-3", "2026-03-09T07:00:00Z", "2026-03-09T08:00:00Z"),
            ],
            self.pairs(works),
        )
        # In New York, which has changed its clocks the day before, it is four hours earlier.
        result = self.ask(works, "--zone", "America/New_York")
        self.assert_says(
            result.out, "1. C-1 and C-2\n   both under way Mon 9 Mar 2026 02:00 to 04:00 (2 h)",
            "related: db and shop", "same person: ann", "EDT, UTC-04:00", result=result,
        )

    def test_work_without_a_time_is_not_taken_for_harmless(self) -> None:
        works = "C-1 2026-03-09T05:00:00Z - services: [db]\n"
        for options in ((), ("--freeze", "close.v2")):
            result = self.ask(works, *options)
            self.assert_code(UNDECIDED, result)
            self.assert_says(result.out, "Could not be computed", "`C-1`", result=result)
            answer = self.ask(works, *options, "--format", "json")
            self.assert_code(UNDECIDED, answer)
            self.assertIn("`C-1`", answer.json()["problems"][0])
        # What is certain stays so.
        works += """C-2 2026-03-11T05:00:00Z 2026-03-11T06:00:00Z services: [shop]
                    C-3 2026-03-11T05:30:00Z 2026-03-11T06:00:00Z services: [shop]"""
        for options in ((), ("--freeze", "close.v2")):
            result = self.ask(works, *options)
            self.assert_code(DENIED, result)
            self.assertIn("`C-1`", result.out)
        self.assert_code(UNDECIDED, self.ask("C-1 2026-03-09T05:00:00Z 2026-03-09T05:00:00Z"))

    def test_no_work_is_no_conflict(self) -> None:
        self.assert_code(ALLOWED, self.ask(""))
        self.assert_code(ALLOWED, self.ask("", "--freeze", "days-off"))
        result = self.run_here("calendar", "conflicts", *NOW)
        self.assert_code(ALLOWED, result)

    def test_a_freeze_is_half_open(self) -> None:
        # [10th, 12th): work that ends as it begins, and work that begins as it ends.
        works = """
            before 2026-03-09T22:00:00Z 2026-03-10T00:00:00Z services: [shop]
            first  2026-03-09T22:00:00Z 2026-03-10T00:00:01Z services: [cart]
            other  2026-03-10T10:00:00Z 2026-03-10T11:00:00Z services: [mail]
            last   2026-03-11T23:59:59Z 2026-03-12T04:00:00Z services: [shop]
            after  2026-03-12T00:00:00Z 2026-03-12T04:00:00Z services: [shop]
        """
        result = self.ask(works, "--freeze", "close.v2", "--format", "json")
        self.assert_code(DENIED, result)
        self.assertEqual(["first", "last"], self.hits(result))
        self.assertEqual(
            {"id": "close.v2", "start": "2026-03-10T00:00:00Z", "end": "2026-03-12T00:00:00Z",
             "clause": "CM-6.1"},
            result.json()["hits"][0]["freeze"],
        )
        text = self.ask(works, "--freeze", "close.v2")
        self.assert_code(DENIED, text)
        self.assert_says(
            text.out, "Freeze close.v2: hits 2 pieces of work", "[CM-6.1]", "has to move",
            result=text,
        )

    def test_a_holiday_is_a_local_day(self) -> None:
        # New York's 8th of March has 23 hours and its 1st of November 25: from 05:00Z to 04:00Z,
        # and from 04:00Z to 05:00Z.
        works = """
            march-before    2026-03-08T04:00:00Z 2026-03-08T05:00:00Z
            march-first     2026-03-08T04:00:00Z 2026-03-08T05:00:01Z
            march-last      2026-03-09T03:59:59Z 2026-03-09T05:00:00Z
            march-after     2026-03-09T04:00:00Z 2026-03-09T05:00:00Z
            november-before 2026-11-01T03:00:00Z 2026-11-01T04:00:00Z
            november-first  2026-11-01T03:00:00Z 2026-11-01T04:00:01Z
            november-last   2026-11-02T04:59:59Z 2026-11-02T06:00:00Z
            november-after  2026-11-02T05:00:00Z 2026-11-02T06:00:00Z
        """
        result = self.ask(works, "--freeze", "days-off", "--format", "json")
        self.assertEqual(
            ["march-first", "march-last", "november-first", "november-last"], self.hits(result)
        )

    def test_days_that_nobody_knows_are_frozen(self) -> None:
        result = self.ask(
            "C-1 2027-01-01T05:00:00Z 2027-01-01T06:00:00Z", "--freeze", "days-off",
            "--format", "json",
        )
        self.assert_code(DENIED, result)
        self.assertEqual(["C-1"], self.hits(result))
        self.assertIn("days-off: ", result.json()["problems"][0])

    NEW = """\
id: new
overrun_allowed: true
emergency_may_cross: true
times: [{zone: America/New_York, start: "2026-03-08T01:00:00", end: "2026-03-08T04:00:00"}]
"""
    # From 06:00Z to 08:00Z: that night has no hour from two to three.
    WORKS = """
        begun 2026-03-08T05:00:00Z 2026-03-08T06:30:00Z services: [db]
        fire  2026-03-08T06:00:00Z 2026-03-08T06:30:00Z services: [db], category: EMERGENCY
        move  2026-03-08T07:59:59Z 2026-03-08T09:00:00Z services: [db]
        free  2026-03-08T08:00:00Z 2026-03-08T09:00:00Z services: [db]
    """

    def test_a_freeze_that_is_not_declared_yet(self) -> None:
        self.write("new", self.NEW)
        self.write("new.yaml", self.NEW)
        for name, stdin in (("new.yaml", b""), ("./new", b""), ("new", b""), (
            os.fspath(self.folder / "new.yaml"), b""), ("-", self.NEW.encode())):
            with self.subTest(name):
                result = self.ask(self.WORKS, "--freeze", name, "--format", "json", stdin=stdin)
                self.assert_code(DENIED, result)
                hits = result.json()["hits"]
                self.assertEqual(
                    [("begun", True, False), ("fire", False, True), ("move", False, False)],
                    [(hit["subject_id"], hit.get("may_finish", False), hit.get("may_cross", False))
                     for hit in hits],
                )
                self.assertEqual(
                    ("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z"),
                    (hits[0]["freeze"]["start"], hits[0]["freeze"]["end"]),
                )
        text = self.ask(self.WORKS, "--freeze", "new.yaml", "--zone", "America/New_York")
        self.assert_says(
            text.out, "began before it", "an emergency, may cross", "has to move",
            "01:00 to 04:00", result=text,
        )

    def test_what_is_declared_comes_before_a_file_of_that_name(self) -> None:
        self.write("close.v2", self.NEW)
        result = self.ask(self.WORKS, "--freeze", "close.v2")
        self.assert_code(ALLOWED, result)
        self.assertIn("Freeze close.v2: hits no planned work", result.out)
        self.assert_code(DENIED, self.ask(self.WORKS, "--freeze", "./close.v2"))

    def test_a_freeze_that_cannot_be_understood_is_refused(self) -> None:
        times = 'times: [{zone: UTC, start: "2026-03-09T05:30:00", end: "2026-03-12T00:00:00"}]'
        for name, text, word, remedy in (
            ("no-id", f"{{{times}}}", "has no id", "give it one"),
            ("no-times", "{id: new}", "says when it is", "write `times"),
            ("no-end", '{id: new, times: [{zone: UTC, start: "2026-03-09T05:30:00"}]}',
             "exactly one of `end` and `duration`", "write `duration: 4h`"),
            ("backwards", f"{{id: new, {times.replace('2026-03-12', '2026-03-01')}}}",
             "the end `2026-03-01T00:00:00` is not after the start", "exchange them"),
            ("zone", f"{{id: new, {times.replace('UTC', 'Amerika/New_York')}}}",
             "unknown zone `Amerika/New_York`", "did you mean `America/New_York`?"),
            ("date", f"{{id: new, {times.replace('03-12', '02-30')}}}", "2026-02-30", "write"),
            ("rule", f"{{id: new, {times.replace('}', ', rrule: FREQ=DAYLY}')}}}",
             "`FREQ=DAYLY` is not one of", None),
            ("holidays", "{id: new, holidays: [uss]}", "`uss`", "did you mean `us`?"),
            ("field", f"{{id: new, time: 1, {times}}}", "unknown field `time`", "`times`"),
            ("organization", ORGANIZATION, "unknown field `directory`", "`times`"),
            ("empty", "", "the document is empty", "write something"),
            ("yaml", "id: [", "yaml.yaml:1", None),
        ):
            with self.subTest(name):
                self.write(f"{name}.yaml", text)
                result = self.ask(self.WORKS, "--freeze", f"{name}.yaml")
                self.assert_refused(result, word, place=f"{name}.yaml")
                if remedy is not None:
                    self.assert_helps(result, remedy)

    def test_a_slip_in_a_scope_is_told(self) -> None:
        for scope, words in (
            ("services: [shpo]", ("service `shpo`", "did you mean `shop`?")),
            ("services: [shop], teams: [x]", ()),  # no team is declared, and any may be meant
            ("services: [shop, cart]", ()),
        ):
            with self.subTest(scope):
                self.write("new.yaml", self.NEW + f"scope: {{{scope}}}\n")
                result = self.ask(self.WORKS, "--freeze", "new.yaml")
                self.assert_says(result.err, *words, result=result)
                self.assertEqual(bool(words), "warning: " in result.err, str(result))

    def test_mistakes_name_the_place_and_the_remedy(self) -> None:
        for arguments, place, words, remedy in (
            (("--freeze", "close.v3"), "--freeze", ("`close.v3`", "did you mean `close.v2`?"),
             "a file that holds one"),
            (("--freeze", "missing.yaml"), "--freeze", ("no such file", "`missing.yaml`"),
             "name one that is declared"),
            (("--freeze", ""), "--freeze", ("a value is expected",), "--help"),
            (("--freeze", "."), ".:", ("is a folder",), "name a file in it"),
            (("--zone", "Amerika/New_York"), "--zone", ("`Amerika/New_York`",),
             "did you mean `America/New_York`?"),
            (("--zone", ""), "--zone", ("no zone",), "IANA"),
            (("--format", "jsonl"), "--format", ("jsonl",), "--help"),
            (("--freezes", "x"), "--freezes", (), "calendar conflicts --help"),
            (("firm.yaml",), "firm.yaml", ("not expected",), "--help"),
        ):
            with self.subTest(arguments):
                result = self.ask("", *arguments)
                self.assert_refused(result, *words, place=place)
                self.assert_helps(result, remedy)
        for text, place in (("", "firm.yaml: error"), (None, "gone.yaml: no such file")):
            name = "gone.yaml" if text is None else self.write("firm.yaml", text).name
            result = self.run_here("calendar", "conflicts", "--organization", name, *NOW)
            self.assert_refused(result, place)
            self.assert_helps(result)
        result = self.run_here("calendar", "conflicts", "--now", "2026-02-30")
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "--now: `2026-02-30` is no instant", result=result)
        self.assert_helps(result, "2026-01-31T09:30:00Z")

    def test_the_help_names_the_exit_codes(self) -> None:
        result = self.run_here("calendar", "conflicts", "--help")
        self.assert_says(
            " ".join(result.out.split()), "0 none, 1 some, 2 none is known", "3 bad input",
            result=result,
        )


if __name__ == "__main__":
    unittest.main()
