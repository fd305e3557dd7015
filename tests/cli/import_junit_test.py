"""JUnit reports through `changepolicy import`."""

import unittest

from evidence_files import D1, EvidenceTest, passing

PYTEST = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="3"
  timestamp="2026-03-01T10:00:00.5" hostname="h">
<testcase classname="a" name="b" time="0.1"/>
<testcase classname="a" name="c"><failure message="no">trace</failure></testcase>
<testcase classname="a" name="d"><skipped type="pytest.skip" message="later"/></testcase>
</testsuite></testsuites>
"""


def suite(cases: str, **attributes: str) -> str:
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<testsuite name="s"{told}>{cases}</testsuite>'


class JunitTest(EvidenceTest):
    def judge(self, text: str) -> tuple[str, str]:
        found = self.one("junit", text, name="report.xml")
        return found["conclusion"].removeprefix("CONCLUSION_"), found["reason"]

    def test_a_report_with_what_the_caller_knows(self) -> None:
        found = self.one(
            "junit",
            PYTEST,
            "--given",
            "type=unit",
            "--given",
            f"digest=sha256:{D1}",
            "--given",
            "trust=REPORTED",
            "--given",
            "source=ci",
            "--given",
            "zone=Europe/Berlin",
            name="report.xml",
        )
        del found["id"]
        self.assertEqual(
            {
                "type": "unit",
                "conclusion": "CONCLUSION_FAILED",
                "digest": f"sha256:{D1}",
                "trust": "TRUST_REPORTED",
                "source": "ci",
                "happened_at": "2026-03-01T09:00:00.500Z",
                "reason": "3 cases: 1 passed, 1 failed, 1 skipped",
            },
            found,
        )

    def test_a_time_without_a_zone_stays_unknown(self) -> None:
        self.assertNotIn("happened_at", self.one("junit", PYTEST, name="report.xml"))
        zoned = PYTEST.replace("10:00:00.5", "10:00:00Z")
        self.assertEqual(
            "2026-03-01T10:00:00Z", self.one("junit", zoned, name="report.xml")["happened_at"]
        )

    def test_what_a_case_says(self) -> None:
        for inside, attributes, conclusion, count in (
            ("", "", "PASSED", "1 passed, 0 failed, 0 skipped"),
            ("<system-out>x</system-out>", "", "PASSED", "1 passed"),
            ("<failure/>", "", "FAILED", "1 failed"),
            ("<error/>", "", "FAILED", "1 failed"),
            ("<failure/><skipped/>", "", "FAILED", "1 failed"),
            ("<skipped/>", "", "SKIPPED", "1 skipped"),
            # Surefire: run again in vain, or at last not in vain.
            ("<failure/><rerunFailure/>", "", "FAILED", "1 failed"),
            ("<rerunError/>", "", "FAILED", "1 failed"),
            ("<flakyFailure/><flakyError/>", "", "PASSED", "1 passed only when run again"),
            # pytest-rerunfailures.
            ("<rerun/>", "", "PASSED", "1 passed only when run again"),
            # GoogleTest.
            ("", 'status="run" result="completed"', "PASSED", "1 passed"),
            ("", 'status="notrun" result="suppressed"', "SKIPPED", "1 skipped"),
            ("<failure/>", 'status="run" result="completed"', "FAILED", "1 failed"),
            ("", 'status="Failed"', "FAILED", "1 failed"),
        ):
            with self.subTest(inside=inside, attributes=attributes):
                found = self.judge(suite(f"<testcase name='a' {attributes}>{inside}</testcase>"))
                self.assertEqual(conclusion, found[0])
                self.assertIn(count, found[1])

    def test_suites_in_suites(self) -> None:
        passed, failed = '<testcase name="a"/>', '<testcase name="b"><failure/></testcase>'
        nested = suite(passed + suite(passed + suite(passed)) + suite(""))
        self.assertEqual(("PASSED", "3 cases: 3 passed, 0 failed, 0 skipped"), self.judge(nested))
        nested = f"<testsuites>{suite(passed + suite(suite(failed)))}</testsuites>"
        self.assertEqual(("FAILED", "2 cases: 1 passed, 1 failed, 0 skipped"), self.judge(nested))

    def test_nothing_that_ran_is_no_pass(self) -> None:
        for text in (
            "<testsuites/>",
            '<testsuites tests="0"/>',
            suite(""),
            suite("", tests="5"),
            f"<testsuites>{suite('')}{suite('')}</testsuites>",
            suite("<testcase><skipped/></testcase>", tests="1", skipped="1"),
        ):
            with self.subTest(text):
                self.assertEqual("SKIPPED", self.judge(text)[0])

    def test_cases_are_counted_and_totals_can_only_make_it_worse(self) -> None:
        passed, failed = '<testcase name="a"/>', '<testcase name="b"><failure/></testcase>'
        differ = "; the totals of 1 suites differ from their cases, which were counted"
        for text, conclusion, words in (
            (suite(passed, tests="7", failures="0"), "PASSED", differ),
            (suite(passed, tests="many"), "PASSED", differ),
            (
                suite(passed + failed, tests="2", failures="0"),
                "FAILED",
                "1 failed, 0 skipped; the totals speak of no failure",
            ),
            (
                suite(passed, tests="1", failures="1"),
                "FAILED",
                "0 failed, 0 skipped; the totals or the suites speak of failures",
            ),
            (suite(passed, tests="1", errors="x"), "FAILED", "speak of failures"),
            (suite(passed + "<error/>"), "FAILED", "speak of failures"),
            (suite(passed, tests="1", skipped="1"), "SKIPPED", "1 passed"),
        ):
            with self.subTest(text):
                found = self.judge(text)
                self.assertEqual(conclusion, found[0])
                self.assertIn(words, found[1])

    def test_hostile_and_broken_texts_are_refused(self) -> None:
        for text, words in (
            ("", "it is empty"),
            ("<!DOCTYPE t [<!ENTITY e 'x'>]><testsuites>&e;</testsuites>", "the entity `e`"),
            ("<!DOCTYPE t [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><t>&e;</t>", "the entity `e`"),
            ("<testsuite>" * 100_000, "levels deep"),
            (PYTEST[:-20], "report.xml:7:"),
            (PYTEST.replace("</failure>", ""), "report.xml:5:"),
        ):
            with self.subTest(text[:60]):
                self.write("report.xml", text)
                self.assert_refused(self.ask("junit", "report.xml"), words)

    def test_whatever_is_taken_away_or_changed_nothing_gets_better(self) -> None:
        """Also what is no XML afterwards: then it is refused."""
        all_skipped = suite("<testcase><skipped/></testcase>", tests="1", skipped="1")
        for whole in (PYTEST, all_skipped):
            data = whole.encode()
            self.assertEqual(set(), passing(self.evidence("junit", whole, name="report.xml")))
            for begin in range(0, len(data)):
                variants = [
                    data[:begin] + bytes([data[begin] ^ (1 << begin % 7)]) + data[begin + 1 :]
                ]
                for end in (b">", b'"', b"/>"):
                    until = data.find(end, begin)
                    # One tag or attribute, not half of the report.
                    if data[begin : begin + 1] in (b"<", b" ") and until > 0:
                        variants.append(data[:begin] + data[until + len(end) :])
                for i, variant in enumerate(variants):
                    self.write(f"all/{begin}-{i}.xml", variant)
            result = self.ask("junit", "all")
            found = [e for line in result.json_lines() for e in line["change"]["evidence"]]
            self.assertGreater(len(found), 20)
            self.assertGreater(result.err.count(": error: "), 20)
            self.assertEqual(set(), passing(found), str(result))


if __name__ == "__main__":
    unittest.main()
