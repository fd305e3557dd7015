"""Tracefiles of LCOV through `changepolicy import`, as evidence of coverage."""

import os
import unittest
from typing import Any

from command import ALLOWED, CommandTest, Result

TRACE = """TN:unit
SF:/src/a.c
FN:1,main
FN:9,other
FNDA:1,main
FNDA:0,other
FNF:2
FNH:1
DA:1,1
DA:2,0,checksum
DA:3,7
LF:3
LH:2
BRDA:1,0,0,4
BRDA:1,0,1,-
BRDA:2,0,0,-
BRDA:2,0,1,-
BRF:4
BRH:1
end_of_record
SF:/src/b.c
DA:1,1
LF:1
LH:1
end_of_record
"""
TOTALS = "TN:\nSF:/src/a.c\nLF:10\nLH:9\nBRF:4\nBRH:2\nFNF:3\nFNH:3\nend_of_record\n"


class LcovTest(CommandTest):
    def ask(self, *arguments: str | os.PathLike[str]) -> Result:
        return self.run_here("import", "--mapping", "lcov", "--format", "jsonl", *arguments)

    def evidence(self, text: str | bytes, *given: str) -> dict[str, dict[str, Any]]:
        """By type."""
        self.write("coverage.info", text)
        result = self.ask("coverage.info", *(word for each in given for word in ("--given", each)))
        self.assert_code(ALLOWED, result)
        (line,) = result.json_lines()
        return {each["type"]: each for each in line["change"]["evidence"]}

    def conclusion(self, text: str, *given: str, kind: str = "coverage") -> str:
        found = self.evidence(text, *given)[kind].get("conclusion", "unknown")
        return str(found).removeprefix("CONCLUSION_")

    def refused(self, text: str | bytes, *words: str) -> None:
        self.write("coverage.info", text)
        self.assert_refused(self.ask("coverage.info", "--given", "minimum=1"), *words)

    def test_lines_branches_and_functions_are_counted(self) -> None:
        self.assertEqual(
            {"coverage": "3 of 4 lines covered, 75.0%",
             "coverage-branches": "1 of 4 branches covered, 25.0%",
             "coverage-functions": "1 of 2 functions covered, 50.0%"},
            {kind: each["reason"] for kind, each in self.evidence(TRACE).items()})
        self.assertEqual({"unit", "unit-branches", "unit-functions"},
                         set(self.evidence(TRACE, "type=unit")))

    def test_the_least_percentages(self) -> None:
        for given, kind, expected in (
            ((), "coverage", "NEUTRAL"),
            (("minimum=75",), "coverage", "PASSED"),
            (("minimum=75",), "coverage-branches", "NEUTRAL"),
            (("minimum=75.01",), "coverage", "FAILED"),
            (("minimum=nan",), "coverage", "FAILED"),
            (("minimum_branches=25",), "coverage-branches", "PASSED"),
            (("minimum_branches=26",), "coverage-branches", "FAILED"),
            (("minimum_functions=50",), "coverage-functions", "PASSED"),
            (("minimum_functions=51",), "coverage-functions", "FAILED"),
        ):
            with self.subTest(given=given, kind=kind):
                self.assertEqual(expected, self.conclusion(TRACE, *given, kind=kind))

    def test_what_the_caller_knows(self) -> None:
        found = self.evidence(TRACE, "revision=9f3c2ab", "trust=REPORTED", "environment=TEST",
                              "source=ci", "happened_at=2026-03-02T10:00:00Z")["coverage"]
        self.assertEqual(
            ("9f3c2ab", "TRUST_REPORTED", "ENVIRONMENT_TEST", "ci", "2026-03-02T10:00:00Z"),
            tuple(found[name] for name in
                  ("revision", "trust", "environment", "source", "happened_at")))

    def test_totals_stand_in_for_what_is_not_listed(self) -> None:
        self.assertEqual(
            ["9 of 10 lines covered, 90.0%", "2 of 4 branches covered, 50.0%",
             "3 of 3 functions covered, 100.0%"],
            [each["reason"] for each in self.evidence(TOTALS).values()])
        self.assertEqual("12 of 14 lines covered, 85.7%",
                         self.evidence(TRACE + TOTALS.replace("a.c", "c.c"))["coverage"]["reason"])

    def test_totals_only_make_it_worse(self) -> None:
        worse = TRACE.replace("LF:3", "LF:9")
        self.assertEqual("FAILED", self.conclusion(worse, "minimum=75"))
        self.assertIn("the totals of 1 files differ", self.evidence(worse)["coverage"]["reason"])
        better = TRACE.replace("LH:2", "LH:3")
        self.assertEqual("FAILED", self.conclusion(better, "minimum=76"))
        without = "".join(
            line for line in TRACE.splitlines(keepends=True) if line[:2] not in ("LF", "LH"))
        self.assertEqual("PASSED", self.conclusion(without, "minimum=75"))
        self.assertEqual("3 of 4 lines covered, 75.0%",
                         self.evidence(without)["coverage"]["reason"])

    def test_no_lines_are_not_all_lines(self) -> None:
        empty = "TN:\nSF:/src/a.c\nLF:0\nLH:0\nend_of_record\n"
        self.assertEqual("unknown", self.conclusion(empty, "minimum=0"))
        self.assertEqual(["coverage"], list(self.evidence(empty)))
        untold = TRACE + "SF:/src/c.c\nend_of_record\n"
        self.assertEqual("unknown", self.conclusion(untold, "minimum=1"))
        self.assertIn("of 1 files no lines are told", self.evidence(untold)["coverage"]["reason"])

    def test_a_file_for_several_tests_is_not_counted_twice(self) -> None:
        twice = TRACE + TRACE.replace("TN:unit", "TN:system")
        self.assertEqual("unknown", self.conclusion(twice, "minimum=1"))

    def test_lcov_2(self) -> None:
        text = ("TN:\n# comment\nSF:a.c\nVER:1\nFNL:0,1,9\nFNA:0,4,main\nFNF:1\nFNH:1\n"
                "DA:1,4\nBRDA:1,e0,a > b, c,3\nMCDC:1,2,t,3,0,x\nMRF:1\nend_of_record\n\n")
        found = self.evidence(text)
        self.assertEqual("1 of 1 branches covered, 100.0%", found["coverage-branches"]["reason"])
        self.assertEqual("1 of 1 functions covered, 100.0%", found["coverage-functions"]["reason"])

    def test_what_is_cut_off_is_refused(self) -> None:
        self.refused("", "empty")
        self.refused("TN:\n", "no mapping covers it")
        self.refused("# nothing\n", "no mapping covers it")
        for end in range(len("TN:unit\nSF:"), len(TRACE) - 2):
            if not TRACE[:end].endswith("end_of_record"):
                self.write(f"cut/{end:03}.info", TRACE[:end])
        result = self.ask(*sorted((self.folder / "cut").iterdir()))
        # Only after a whole file it is a whole text.
        first = TRACE.index("end_of_record") + len("end_of_record\n")
        self.assertEqual([f"{self.folder}/cut/{first:03}.info"],
                         [line["change"]["id"] for line in result.json_lines()])

    def test_what_is_wrong_is_refused(self) -> None:
        for old, new, words in (
            ("DA:3,7", "DA:3", "a count that is no whole number"),
            ("DA:3,7", "DA:3,-7", "a count that is no whole number"),
            ("DA:3,7", "DA:3,many", "a count that is no whole number"),
            ("DA:3,7", "DA:3,1e3", "a count that is no whole number"),
            ("DA:3,7", "DA:3,", "a count that is no whole number"),
            ("DA:3,7", "DA:3,00", "a count that is no whole number"),
            ("LF:3", "LF:-3", "a count that is no whole number"),
            ("LF:3", "LF:3\nLF:4", "a total stands twice"),
            ("LF:3", "LF:99999999999999999999", "field `evidence`"),
            ("BRDA:1,0,0,4", "BRDA:1,0,0,x", "a count that is no whole number"),
            ("DA:3,7", "DA 3", "a line that tracefiles do not have"),
            ("DA:3,7", "XX:3", "a line that tracefiles do not have"),
            ("SF:/src/b.c\n", "", "has not one `SF:`"),
            ("SF:/src/b.c\n", "SF:/src/b.c\nSF:/src/c.c\n", "has not one `SF:`"),
            ("end_of_record\nSF:", "end_of_records\nSF:", "a line that tracefiles"),
        ):
            with self.subTest(new=new):
                self.assertIn(old, TRACE)
                self.refused(TRACE.replace(old, new), words)
        self.refused(TOTALS.replace("LH:9", "LH:11"), "more is covered than there is")

    def test_windows_line_ends_and_a_mark_of_byte_order(self) -> None:
        def reasons(text: str | bytes) -> list[str]:
            return [each["reason"] for each in self.evidence(text).values()]

        self.assertEqual(reasons(TRACE), reasons(TRACE.replace("\n", "\r\n")))
        self.assertEqual(reasons(TRACE), reasons(b"\xef\xbb\xbf" + TRACE.encode()))
        self.assertEqual(reasons(TRACE), reasons(TRACE.removesuffix("\n")))

    def test_no_byte_that_is_changed_is_a_crash(self) -> None:
        data = TRACE.encode()
        files = [
            self.write(f"all/{i:03}.info", data[:i] + bytes([data[i] ^ 1 << i % 7]) + data[i + 1:])
            for i in range(len(data))
        ]
        result = self.ask(*files)
        self.assertGreater(len(result.json_lines()), 20)
        self.assertGreater(result.err.count("error: "), 20)

    def test_many_lines(self) -> None:
        def file(i: int) -> str:
            lines = "".join(f"DA:{n},{n % 2}\n" for n in range(1, 201))
            return f"SF:/src/{i}.c\n{lines}LF:200\nLH:100\nend_of_record\n"

        found = self.evidence("".join(file(i) for i in range(250)), "minimum=50")
        self.assertEqual("25000 of 50000 lines covered, 50.0%", found["coverage"]["reason"])
        self.assertEqual("CONCLUSION_PASSED", found["coverage"]["conclusion"])

    def test_explain(self) -> None:
        self.write("coverage.info", TRACE)
        result = self.run_here("import", "--mapping", "lcov", "coverage.info", "--explain")
        self.assert_code(ALLOWED, result)
        for words in ("coverage.info by lcov", 'evidence = [{"id": "coverage-'):
            self.assertIn(words, result.out)


if __name__ == "__main__":
    unittest.main()
