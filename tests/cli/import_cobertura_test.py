"""Cobertura reports through `changepolicy import`."""

import unittest

from evidence_files import EvidenceTest


class CoverageTest(EvidenceTest):
    COBERTURA = """<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.75" lines-covered="3" lines-valid="4" version="7" timestamp="1772359200000">
<packages><package name="p"><classes><class name="c" filename="c.py">
<methods><method name="m"><lines><line number="1" hits="1"/></lines></method></methods>
<lines><line number="1" hits="1"/><line number="2" hits="5"/><line number="3" hits="0"/>
<line number="4" hits="1"/></lines></class></classes></package></packages></coverage>
"""

    def test_cobertura(self) -> None:
        found = self.one("cobertura", self.COBERTURA, name="coverage.xml")
        self.assertEqual(
            (
                "coverage",
                "CONCLUSION_NEUTRAL",
                "3 of 4 lines covered, 75.0%",
                "2026-03-01T10:00:00Z",
            ),
            tuple(found[field] for field in ("type", "conclusion", "reason", "happened_at")),
        )

    def test_the_least_percentage(self) -> None:
        for minimum, expected in (
            ("75", "PASSED"),
            ("75.01", "FAILED"),
            ("0", "PASSED"),
            ("nan", "FAILED"),
        ):
            with self.subTest(minimum):
                self.assertEqual(
                    expected,
                    self.conclusion(
                        "cobertura",
                        self.COBERTURA,
                        "--given",
                        f"minimum={minimum}",
                        name="coverage.xml",
                    ),
                )

    def test_lines_are_counted_and_rates_not_believed(self) -> None:
        text = self.COBERTURA.replace('lines-covered="3"', 'lines-covered="4"')
        self.assertIn(
            "the report's totals differ from its lines",
            self.one("cobertura", text, name="coverage.xml")["reason"],
        )
        none = '<coverage line-rate="1.0"><packages/></coverage>'
        self.assertEqual(
            "unknown",
            self.conclusion("cobertura", none, "--given", "minimum=1", name="coverage.xml"),
        )

    def test_a_line_without_hits_is_refused(self) -> None:
        for changed in ('hits="many"', ""):
            self.write("coverage.xml", self.COBERTURA.replace('hits="5"', changed))
            self.assert_refused(self.ask("cobertura", "coverage.xml"), "field `evidence`")


if __name__ == "__main__":
    unittest.main()
