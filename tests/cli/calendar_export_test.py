"""`changepolicy calendar export`: iCalendar, HTML and SVG that other programs can read."""

import html.parser
import os
import re
import unittest
import xml.etree.ElementTree
from typing import Any

from command import ALLOWED, BAD_INPUT, SAAS_OPTIONS, UNDECIDED, CommandTest, Result

ORGANIZATION = """\
directory:
  name: "Firm; <b>&, Söhne"
  services: [{id: shop}]
  calendar:
    windows:
      - id: night
        title: "Night <script>alert(1)</script> & \\"more\\""
        clause: CM-6.1
        times: [{zone: America/New_York, start: "2026-01-01T01:00:00", end: "2026-01-01T04:00:00",
                 rrule: FREQ=DAILY}]
    freezes: [{id: off, holidays: [sg], scope: {services: [shop]}}]
    holidays:
      - {id: sg, country: SG, zone: Asia/Singapore, days: [{date: "2026-03-07", name: A day}]}
    trains:
      - {id: big, title: Big, kind: major, code_freeze: 2026-03-07T10:00:00Z,
         release: 2026-06-01T10:00:00Z}
ledger:
  scheduled:
    - {subject_id: C-1, title: "Patch, the; shop\\nand more", services: [shop], people: [ann],
       start: 2026-03-07T22:00:00Z, end: 2026-03-08T00:00:00Z}
    - {subject_id: C-2, services: [shop], start: 2026-03-07T23:00:00Z, end: 2026-03-08T01:00:00Z}
"""
UNTIMED = "    - {subject_id: C-3, services: [shop], end: 2026-03-08T01:00:00Z}\n"
SPAN = ("--from", "2026-03-07", "--until", "2026-03-08")

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "path", "rect", "use", "line"}


class Balance(html.parser.HTMLParser):
    """Every element that is opened is closed in its order; what is loaded from outside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.outside: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and not (value or "").startswith(("#", "data:")):
                self.outside.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


class ExportTest(CommandTest):
    def export(self, *arguments: str | os.PathLike[str], text: str = ORGANIZATION,
               **options: Any) -> Result:
        self.write("firm.yaml", text)
        return self.run_here(
            "calendar", "export", "--organization", "firm.yaml", "--now", "2026-03-01", *arguments,
            **options,
        )

    def events(self, ics: bytes) -> dict[str, dict[str, Any]]:
        """By the beginning of their UIDs."""
        self.write("read.ics", ics)
        result = self.run_here("calendar", "import", "read.ics", "--as", "events",
                               "--format", "json")
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        return {event["uid"].split("@")[0]: event for event in result.json()["events"]}

    def times(self, event: dict[str, Any]) -> tuple[str, str]:
        self.assertEqual("UTC", event["times"]["zone"])
        return event["times"]["start"], event["times"].get("end", "")

    def test_icalendar_is_read_back(self) -> None:
        result = self.export("--format", "ics", *SPAN)
        self.assert_code(ALLOWED, result)
        self.assertEqual("", result.err)
        events = self.events(result.raw)
        self.assertEqual(
            {
                "window-night-20260307T060000Z": ("2026-03-07T06:00:00", "2026-03-07T09:00:00"),
                # New York has two hours of it on the 8th.
                "window-night-20260308T060000Z": ("2026-03-08T06:00:00", "2026-03-08T08:00:00"),
                # Singapore's 7th of March.
                "freeze-off-20260306T160000Z": ("2026-03-06T16:00:00", "2026-03-07T16:00:00"),
                "work-C-1-20260307T220000Z": ("2026-03-07T22:00:00", "2026-03-08T00:00:00"),
                "work-C-2-20260307T230000Z": ("2026-03-07T23:00:00", "2026-03-08T01:00:00"),
                # The release is out of the span, and a moment has no end.
                "train-big-code-freeze-20260307T100000Z": ("2026-03-07T10:00:00", ""),
            },
            {uid: self.times(event) for uid, event in events.items()},
        )
        work = events["work-C-1-20260307T220000Z"]
        self.assertEqual("C-1 Patch, the; shop\nand more", work["title"])
        self.assertIn("Conflict with C-2: same service: shop", work["description"])
        self.assertEqual(["Conflict"], work["categories"])
        window = events["window-night-20260307T060000Z"]
        self.assertIn('Night <script>alert(1)</script> & "more"', window["title"])
        self.assertTrue(window["transparent"])
        self.assertIn("Clause: CM-6.1", window["description"])

    def test_icalendar_keeps_to_the_form(self) -> None:
        raw = self.export("--format", "ics").raw
        self.assertTrue(raw.startswith(b"BEGIN:VCALENDAR\r\n"))
        self.assertTrue(raw.endswith(b"END:VCALENDAR\r\n"))
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"))
        self.assertLessEqual(max(map(len, raw.split(b"\r\n"))), 75)
        # 92 days from now.
        starts = re.findall(rb"DTSTART:(\w+)", raw)
        self.assertEqual(b"20260301T060000Z", min(starts))
        self.assertEqual(b"20260531T050000Z", max(starts))
        uids = re.findall(rb"UID:(.*)\r", raw)
        self.assertEqual(len(uids), len(set(uids)))

    def test_it_can_be_an_organization_again(self) -> None:
        self.write("windows.ics", self.export("--format", "ics", *SPAN).raw)
        read = self.run_here("calendar", "import", "windows.ics", "--as", "freezes")
        self.assert_code(ALLOWED, read)
        self.write("again.yaml", read.out)
        shown = self.run_here("calendar", "show", "--organization", "again.yaml", "--now",
                              "2026-03-01", *SPAN, "--format", "json")
        self.assert_code(ALLOWED, shown)
        starts = {period["start"] for period in shown.json()["freezes"]}
        self.assertLessEqual({"2026-03-07T06:00:00Z", "2026-03-08T06:00:00Z"}, starts)

    def test_work_without_a_time_is_told_and_no_event(self) -> None:
        for form in ("ics", "html", "svg"):
            with self.subTest(form):
                result = self.export("--format", form, text=ORGANIZATION + UNTIMED)
                self.assert_code(UNDECIDED, result)
                self.assertIn("warning: ", result.err)
                self.assertIn("`C-3`", result.err)
                self.assertNotIn("1970", result.out)
                self.assertEqual(form != "ics", "C-3" in result.out)

    def test_html_is_well_formed_and_needs_nothing_else(self) -> None:
        result = self.export(*SPAN, "--zone", "America/New_York")
        self.assert_code(ALLOWED, result)
        page = Balance()
        page.feed(result.out)
        page.close()
        self.assertEqual(([], [], []), (page.open, page.wrong, page.outside))
        self.assertTrue(result.out.lower().startswith("<!doctype html>"))
        self.assert_says(page.text, "Firm; <b>&, Söhne", "C-1", "Night <script>", result=result)
        self.assertNotIn("<script>alert", result.out)
        self.assertNotIn("http://", result.out.replace("http://www.w3.org/", ""))

    def test_svg_is_well_formed(self) -> None:
        result = self.export("--format", "svg", *SPAN, "--zone", "America/New_York")
        self.assert_code(ALLOWED, result)
        root = xml.etree.ElementTree.fromstring(result.raw)
        self.assertEqual("{http://www.w3.org/2000/svg}svg", root.tag)
        text = " ".join(root.itertext())
        self.assert_says(text, "C-1", "C-2", result=result)
        self.assertNotIn("<script>", result.out)
        self.assertNotIn("NaN", result.out)

    def test_of_nothing(self) -> None:
        for form in ("ics", "html", "svg"):
            with self.subTest(form):
                result = self.export("--format", form, text="directory: {name: Nobody}\n")
                self.assert_code(ALLOWED, result)
                self.assertIn("Nobody", result.out)
                if form == "ics":
                    self.assertNotIn("VEVENT", result.out)
                if form == "svg":
                    xml.etree.ElementTree.fromstring(result.raw)

    def test_the_same_wherever_it_is_written(self) -> None:
        for form in ("ics", "html", "svg"):
            with self.subTest(form):
                runs = {
                    self.run_here("calendar", "export", *SAAS_OPTIONS, "--format", form,
                                  env=env).raw
                    for env in (
                        {}, {}, {"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "LC_ALL": ""},
                        {"TZ": "America/New_York", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"},
                    )
                }
                self.assertEqual(1, len(runs))

    def test_into_a_file(self) -> None:
        for form in ("ics", "html", "svg"):
            with self.subTest(form):
                printed = self.export("--format", form)
                result = self.export("--format", form, "--output", f"plan.{form}")
                self.assert_code(ALLOWED, result)
                self.assertEqual(("", ""), (result.out, result.err))
                self.assertEqual(printed.raw, (self.folder / f"plan.{form}").read_bytes())
        # What was there is replaced, to its end.
        self.write("plan.svg", b"x" * 1_000_000)
        printed = self.export("--format", "svg", *SPAN)
        self.assert_code(ALLOWED, self.export("--format", "svg", *SPAN, "--output", "plan.svg"))
        self.assertEqual(printed.raw, (self.folder / "plan.svg").read_bytes())
        self.assertEqual(printed.raw, self.export("--format", "svg", *SPAN, "--output", "-").raw)
        # It is written where something could not be computed as well, which the exit code says.
        result = self.export("--output", "part.html", text=ORGANIZATION + UNTIMED)
        self.assert_code(UNDECIDED, result)
        self.assertIn("C-3", (self.folder / "part.html").read_text(encoding="utf-8"))

    def test_a_file_that_cannot_be_written(self) -> None:
        (self.folder / "folder").mkdir()
        names = ["no/such/folder/plan.html", "folder"]
        names += ["/dev/full"] if os.path.exists("/dev/full") else []
        for name in names:
            with self.subTest(name):
                result = self.export("--output", name)
                self.assert_refused(result, "cannot be written", place=name)
                self.assert_helps(result, "in which you may write")
                self.assertEqual("", result.out)

    def test_mistakes_name_the_place_and_the_remedy(self) -> None:
        for arguments, words, remedy in (
            (("--format", "pdf"), ("--format", "pdf"), "calendar export --help"),
            (("--format", "json"), ("--format", "json"), "--help"),
            (("--output", ""), ("--output", "a value is expected"), "--help"),
            (("--zone", "Mars"), ("--zone", "`Mars`"), "IANA"),
            (("--from", "2026-03-32"), ("--from", "`2026-03-32`"), "2026-03-01T22:00"),
            (("--until", "2026-02-01"), ("--until",), "--from"),
            (("--until", "2036-02-01"), ("--until", "five years"), "shorter"),
            (("--out", "x"), ("--out",), "calendar export --help"),
        ):
            with self.subTest(arguments):
                result = self.export(*arguments, *(() if "--output" in arguments else
                                                   ("--output", "plan.html")))
                self.assert_refused(result, *words)
                self.assert_helps(result, remedy)
                self.assertFalse((self.folder / "plan.html").exists())
        result = self.export(text="")
        self.assert_refused(result, "the document is empty", place="firm.yaml")
        self.assert_code(BAD_INPUT, self.run_here("calendar", "export", "--organization", "gone"))


if __name__ == "__main__":
    unittest.main()
