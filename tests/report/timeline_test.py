"""The timeline as another program reads it: well-formed, complete, harmless, bounded, the same each
time."""
import html.parser
import os
import pathlib
import re
import subprocess
import time
import unittest
import xml.etree.ElementTree as ElementTree

TOOL = os.environ["CHANGEPOLICY_TIMELINE_TOOL"]
DATA = pathlib.Path(__file__).parent / "data"
SVG = "{http://www.w3.org/2000/svg}"
LEFT, RIGHT = 172, 1202  # of the part of the drawing that time runs over


def run(*arguments):
    return subprocess.run([TOOL, *map(str, arguments)], check=True, capture_output=True).stdout


def drawn(name, zone="Europe/Berlin"):
    return ElementTree.fromstring(run("svg", zone, DATA / f"{name}.yaml"))


class Page(html.parser.HTMLParser):
    """Elements, attributes, the texts of cells; and that what opens is closed."""

    VOID = {"meta", "br"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.ids, self.open, self.text = set(), [], [], [], []
        self.feed(text)
        self.close()

    def handle_startendtag(self, tag, attributes):
        self.note(tag, attributes)

    def handle_starttag(self, tag, attributes):
        self.note(tag, attributes)
        if tag not in self.VOID:
            self.open.append(tag)

    def note(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += [(tag, *each) for each in attributes]
        self.ids += [value for name, value in attributes if name == "id"]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


class Timeline(unittest.TestCase):
    def test_the_drawing_is_well_formed_and_says_what_it_shows(self):
        for name in ("two_weeks", "hostile", "empty"):
            root = drawn(name)
            self.assertEqual(root.tag, SVG + "svg")
            self.assertEqual(root.get("role"), "img")
            self.assertTrue(root.find(SVG + "title").text)
            self.assertTrue(root.find(SVG + "desc").text)

    def test_bars_stand_in_proportion_to_their_instants(self):
        bars = {}
        for bar in drawn("two_weeks").iter(SVG + "g"):
            if bar.get("class") == "bar":
                rect = bar.find(SVG + "rect")
                bars.setdefault(bar.get("data-id"), []).append(
                    (float(rect.get("x")), float(rect.get("width"))))
        # Hours after Monday 00:00 in Berlin; the night to the 29th has one less.
        hours = 14 * 24 - 1
        for work, start, length in (
                ("CHG-2045", 24 + 14, 1.5), ("CHG-2046", 48 + 22, 5), ("CHG-2049", 5 * 24 + 6, 7),
                ("CHG-2051", 6 * 24 + 1, 2), ("CHG-2052", 6 * 24 + 21, 5),
                ("CHG-2061", 12 * 24 + 5, 3), ("CHG-2054", 4 * 24 + 22, 53)):
            per_hour = (RIGHT - LEFT) / hours
            for x, width in bars[work]:
                self.assertAlmostEqual(x, LEFT + start * per_hour, delta=0.011, msg=work)
                self.assertAlmostEqual(width, max(3, length * per_hour), delta=0.011, msg=work)
        # Cut at the end of the span.
        (x, width), = bars["REL-WEB-112"]
        self.assertAlmostEqual(x + width, RIGHT, delta=0.011)

    def test_works_stand_in_each_lane_of_their_services(self):
        counts = {}
        for bar in drawn("two_weeks").iter(SVG + "g"):
            if bar.get("class") == "bar":
                counts[bar.get("data-id")] = counts.get(bar.get("data-id"), 0) + 1
        self.assertEqual(counts["CHG-2046"], 2)
        self.assertEqual(counts["CHG-2045"], 1)
        self.assertEqual(len([id for id in counts if id.startswith(("CHG", "REL"))]), 25)

    def test_every_conflict_appears_in_the_drawing_and_in_the_table(self):
        numbers = [text.text for text in drawn("two_weeks").iter(SVG + "text")
                   if text.get("class") == "pillt"]
        # Twice each; the first once more in the legend.
        self.assertEqual(sorted(numbers), list("111223344"))
        page = Page(run("html", "Europe/Berlin", DATA / "two_weeks.yaml").decode())
        self.assertEqual([id for id in page.ids if re.fullmatch(r"c\d+", id)],
                         ["c1", "c2", "c3", "c4"])
        self.assertEqual(sorted(href for _, name, href in page.attributes if name == "href"),
                         ["#c1", "#c1", "#c2", "#c2", "#c3", "#c3", "#c4", "#c4"])

    def test_what_a_person_needs_is_in_the_tables(self):
        text = "".join(Page(run("html", "Europe/Berlin", DATA / "two_weeks.yaml").decode()).text)
        for words in ("Example Bank", "Europe/Berlin (CET, UTC+01:00; from Sun 29 Mar 2026 CEST",
                      "Mon 23 Mar 2026 00:00 – Mon 6 Apr 00:00", "Tue 24 Mar 2026 09:30",
                      "tzdb 2026a", "23 h day", "Raise connection pool of payments",
                      "Mon 23 Mar 2026 22:00 – Tue 24 Mar 00:30", "2 h 30 min", "pay-db", "ben",
                      "production", "emergency", "routine", "needs first CHG-2049", "CM-7.1",
                      "Quarter-end close", "services cards, web-bank", "may cross it",
                      "Payments monthly", "CHG-2042, CHG-2048", "same person: hal",
                      "recorded Wed 18 Mar 2026 10:00", "minor"):
            self.assertIn(words, text)

    def test_foreign_text_stays_text(self):
        page = Page(run("html", "Europe/Berlin", DATA / "hostile.yaml").decode())
        self.assertEqual(page.open, [])
        self.assertEqual(page.tags - {
            "html", "head", "meta", "title", "style", "body", "main", "header", "p", "h1", "h2",
            "bdi", "dl", "div", "dt", "dd", "ul", "li", "b", "strong", "section", "figure", "svg",
            "g", "rect", "path", "circle", "text", "desc", "defs", "pattern", "table", "thead",
            "tbody", "tr", "th", "td", "small", "span", "a", "br", "footer"}, set())
        self.assertNotIn("script", page.tags)
        for tag, name, value in page.attributes:
            self.assertFalse(name.startswith("on"), (tag, name, value))
            if name in ("href", "src"):
                self.assertTrue(value.startswith("#"), value)
        text = "".join(page.text)
        for words in ("<script>alert('id')</script>", "]]> --> <!-- <?php", "' onload='alert(1)",
                      "שלום-1", "発注システム", "a\\nb\\u0007c <b>bold</b>", "\\u202eevil"):
            self.assertIn(words, text)
        root = drawn("hostile")
        self.assertEqual([e.tag for e in root.iter() if "script" in e.tag or "image" in e.tag], [])

    def test_nothing_is_loaded_and_nothing_runs(self):
        for kind in ("html", "svg"):
            text = run(kind, "UTC", DATA / "two_weeks.yaml").decode()
            self.assertNotIn("<script", text)
            self.assertNotIn("@import", text)
            self.assertEqual(re.findall(r"url\((?!#)", text), [])
            self.assertEqual([link for link in re.findall(r"https?://[^\"']*", text)
                              if link != "http://www.w3.org/2000/svg"], [])

    def test_an_empty_schedule_says_what_is_missing(self):
        text = "".join(Page(run("html", "UTC", DATA / "empty.yaml").decode()).text)
        for words in ("No change or release is planned in this time.", "No freeze holds",
                      "No maintenance window opens", "No release train", "Unnamed organization"):
            self.assertIn(words, text)

    def test_the_same_input_gives_the_same_bytes_whatever_the_environment(self):
        for kind in ("html", "svg"):
            command = [TOOL, kind, "Asia/Kolkata", DATA / "two_weeks.yaml"]
            outputs = {
                subprocess.run(command, check=True, capture_output=True,
                               env={**os.environ, **more}).stdout
                for more in ({}, {"TZ": "Pacific/Apia", "LC_ALL": "de_DE.UTF-8"}, {"TZ": "UTC"})}
            self.assertEqual(len(outputs), 1)

    def test_any_amount_of_work_gives_a_page_of_bounded_size(self):
        for services in (1, 300, 20000):
            start = time.monotonic()
            text = run("many", 20000, services).decode()
            self.assertLess(time.monotonic() - start, 10)
            self.assertLess(len(text), 1_500_000, services)
            self.assertIn("1,000 of 20,000 changes and releases are listed", text)
            self.assertIn("sums it up per lane and day", text)


if __name__ == "__main__":
    unittest.main()
