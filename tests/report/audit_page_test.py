"""Audit reports as other programs read them: the page is well-formed, reachable, harmless and bounded;
what is written as CSV can be read again; each is the same each time."""
import csv
import html.parser
import io
import os
import pathlib
import re
import subprocess
import time
import unittest

TOOL = os.environ["CHANGEPOLICY_AUDIT_TOOL"]
DATA = pathlib.Path(__file__).parent / "data"
QUARTER, HOSTILE = DATA / "audit_quarter.yaml", DATA / "audit_hostile.yaml"
VOID = {"meta", "br", "col", "path", "rect", "circle", "use"}


def run(*arguments, **more):
    return subprocess.run([TOOL, *map(str, arguments)], check=True, capture_output=True,
                          **more).stdout


class Page(html.parser.HTMLParser):
    """Elements in order, their attributes and texts; and that what opens is closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(text)
        self.close()

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


class AuditPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = {name: run("html", source).decode()
                     for name, source in (("quarter", QUARTER), ("hostile", HOSTILE),
                                          ("empty", 0), ("many", 100_000))}
        cls.pages = {name: Page(text) for name, text in cls.texts.items()}

    def test_is_well_formed(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                self.assertEqual(page.open, [])
                ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
                self.assertEqual(len(ids), len(set(ids)))
                for _, attributes in page.elements:
                    if "href" in attributes:
                        self.assertTrue(attributes["href"].startswith("#"), attributes)
                        self.assertIn(attributes["href"][1:], ids)
                    for other in attributes.get("aria-labelledby", "").split():
                        self.assertIn(other, ids)

    def test_headings_are_in_order(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
                self.assertEqual(levels[0], 1)
                self.assertEqual(levels.count(1), 1)
                for before, after in zip(levels, levels[1:]):
                    self.assertLessEqual(after, before + 1)

    def test_tables_and_drawings_say_what_they_are(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                self.assertGreater(len(page.all("th")), 5)
                for cell in page.all("th"):
                    self.assertIn(cell.get("scope"), ("row", "col"))
                for table in page.all("table"):
                    self.assertTrue(table["aria-labelledby"])
                for drawing in page.all("svg"):
                    self.assertTrue(drawing.get("aria-hidden") == "true" or
                                    drawing["role"] == "img" and drawing["aria-labelledby"])

    def test_nothing_is_loaded_and_nothing_runs(self):
        allowed = {"html", "head", "meta", "title", "style", "body", "main", "header", "section",
                   "p", "h1", "h2", "h3", "a", "b", "i", "bdi", "br", "code", "dd", "details",
                   "div", "dl", "dt", "li", "pre", "small", "span", "strong", "summary", "ul",
                   "table", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "svg", "defs",
                   "symbol", "pattern", "circle", "rect", "path", "use", "g", "text", "desc"}
        for name, page in self.pages.items():
            with self.subTest(name):
                self.assertEqual({tag for tag, _ in page.elements} - allowed, set())
                for tag, attributes in page.elements:
                    for attribute in attributes:
                        self.assertFalse(attribute.startswith("on"), (tag, attributes))
                        self.assertNotIn(attribute, ("src", "srcset", "action", "data"))
                style = self.texts[name].split("<style>")[1].split("</style>")[0]
                self.assertNotIn("@import", style)
                self.assertEqual(re.findall(r"url\((?!#)", style), [])

    def test_foreign_text_stays_text(self):
        text = "".join(self.pages["hostile"].text)
        for words in ("<script>alert('origin')</script>", "\"><img src=x onerror=alert(1)>",
                      "</title></style><svg onload=alert(2)>", "\\u202egnp.exe", "שלום-1",
                      "発注システム", "]]> --> <!-- <?php", "a\\nb\\u0007c", "\\u001b[2J",
                      "javascript:alert(1)", "http://evil.example/", "<stored>", "<semantics>"):
            self.assertIn(words, text)

    def test_is_bounded(self):
        start = time.process_time()
        text = run("html", 100_000)
        self.assertLess(time.process_time() - start, 10)
        self.assertLess(len(text), 1_000_000)

    def test_the_same_report_gives_the_same_bytes_whatever_the_environment(self):
        for kind in ("html", "text", "markdown", "csv"):
            outputs = {run(kind, QUARTER, env={**os.environ, **more})
                       for more in ({}, {"TZ": "Pacific/Apia", "LC_ALL": "de_DE.UTF-8"},
                                    {"TZ": "UTC"})}
            self.assertEqual(len(outputs), 1, kind)


class AuditValues(unittest.TestCase):
    NAMES = ["test", "id", "subject", "entry", "at", "text", "rules", "clauses", "controls"]

    def test_can_be_read_again(self):
        rows = list(csv.DictReader(io.StringIO(run("csv", QUARTER).decode()), strict=True))
        self.assertEqual(list(rows[0]), self.NAMES)
        self.assertEqual(len(rows), 11)
        self.assertEqual(rows[1]["subject"], "CHG-2231")
        self.assertEqual(rows[1]["clauses"].split(), ["CM-1.1", "CM-6.1"])
        self.assertEqual(rows[2]["text"], "The approval of the lead was given at "
                         "2026-02-27T06:00:00Z, after the implementation began")
        # Findings have the numbers of the page.
        page = run("html", QUARTER).decode()
        row = re.search(r'<tr id="f11">.*?</tr>', page, re.S).group()
        self.assertIn(rows[10]["subject"], row)

    def test_holds_no_formula_and_no_second_line(self):
        text = run("csv", HOSTILE).decode()
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
        self.assertEqual(len(rows), 3)
        self.assertEqual(len(text.splitlines()), 4)
        self.assertEqual(rows[0]["rules"], "'=cmd|' /C calc'!A0")
        for row in rows:
            for cell in row.values():
                self.assertNotRegex(cell, r"^\s*[=+\-@]")

    def test_has_every_finding(self):
        self.assertEqual(run("csv", 100_000).count(b"\n"), 100_001)


if __name__ == "__main__":
    unittest.main()
