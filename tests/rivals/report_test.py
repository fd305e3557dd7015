"""The tables: who is ahead says so, and what was not run says why; several rounds are one row."""
import json
import os
import pathlib
import sys
import unittest

PROJECT = pathlib.Path(os.environ["CHANGEPOLICY_PROJECT"])
sys.path.insert(0, str(PROJECT / "benchmarks/rivals"))

import report  # noqa: E402  (they stand in the folder that was just named)
import rounds  # noqa: E402

MACHINE = {"cpu": "a processor", "processors": 2, "memory_gib": 23.5, "system": "Linux 6",
           "load_before": 0.1}


def measured(engine, nanoseconds, **more):
    return {"engine": engine, "version": "1", "ns_per_decision": nanoseconds, "checked": 9, "of": 9,
            "load_ms": 2.0, "memory_bytes": 2**20, **more}


class RoundsTest(unittest.TestCase):
    def test_medians(self):
        rows = [measured("one", time, rules=50, matches=1, ns_processor=time / 2, checked=checked)
                for time, checked in ((30.0, 1), (10.0, 9), (20.0, 2))]
        other = measured("other", 5.0, rules=50, matches=1)
        one, same = rounds.together([rows[0], other, *rows[1:]])
        self.assertEqual((20.0, 10.0, 9), (one["ns_per_decision"], one["ns_processor"], one["checked"]))
        self.assertEqual(other, same)

    def test_what_was_measured_once_is_told(self):
        why = {"engine": "one", "rules": 50, "matches": 1, "why": "not run: too slow"}
        self.assertEqual([why], rounds.together([why, why]))
        row = measured("one", 10.0, rules=50, matches=1)
        self.assertEqual([row], rounds.together([row, why]))

    def test_a_wrong_answer_stays_one(self):
        wrong = {"engine": "one", "rules": 50, "matches": 1, "why": "failed: another answer to C-1"}
        row = measured("one", 10.0, rules=50, matches=1)
        self.assertEqual([wrong], rounds.together([row, wrong, row]))

    def test_sizes_and_scenarios_stay_apart(self):
        rows = [measured("one", 1.0, rules=50, matches=0), measured("one", 1.0, rules=50, matches=1),
                measured("one", 1.0, rules=500, matches=0), measured("one", 1.0, scenario="gdrive 5")]
        self.assertEqual(rows, rounds.together(rows))


class ReportTest(unittest.TestCase):
    ROWS = [
        measured("libchangepolicy", 1000.0, rules=50, matches=1),
        measured("slow", 20500.0, rules=50, matches=1, checked=3),
        measured("quick", 250.0, rules=50, matches=1),
        # Its processor time is less than what a clock says on a busy machine.
        measured("reader", 9000.0, rules=50, matches=1, ns_processor=500.0, ns_from_bytes=1500.0),
        {"engine": "absent", "rules": 50, "matches": 1, "why": "not run: there is no `go`"},
        measured("libchangepolicy", 3.0e6, scenario="gdrive 5", policies=6),
        measured("slow", 6.0e6, scenario="gdrive 5", policies=6),
    ]

    def test_lines(self):
        page = report.markdown(MACHINE, self.ROWS)
        for line in ("| libchangepolicy | 1 | 1 µs |",
                     "| slow | 1 | 20.5 µs (20.5×) |",
                     "| quick | 1 | **250 ns (0.25×, ahead)** |",
                     "| reader | 1 | **500 ns (0.5×, ahead)**; from bytes 1.5 µs (1.5×) |",
                     "| absent | 1 | not run |",
                     "| published scenario | gdrive 5 (6 policies) |",
                     "| slow | 6 ms (2×) |",
                     "| quick | 2 ms, 1 MiB |",
                     "- absent: not run: there is no `go`",
                     "- slow: 1; 50 rules, 1 matches: 3 of 9 checked"):
            self.assertIn(line, page.splitlines())
        self.assertIn("a processor, 2 processors, 23.5 GiB", page)

    def test_growth(self):
        times = {(50, 0): 1000.0, (50, 20): 3000.0, (10_000, 0): 1500.0, (10_000, 20): 3500.0,
                 (100_000, 0): 2000.0}
        page = report.markdown(MACHINE, [measured("libchangepolicy", time, rules=rules, matches=matches)
                                         for (rules, matches), time in times.items()])
        for line in ("| libchangepolicy, growth | 10,000 rules to 50 | 100,000 rules to 50 |",
                     "| 0 matches | 1.5× | 2× |", "| 20 matches | 1.17× |  |",
                     "| each match, with its reason | 100 ns |  |"):
            self.assertIn(line, page.splitlines())

    def test_great_ratios_are_whole_numbers(self):
        rows = [self.ROWS[0], measured("slow", 1.2345e6, rules=50, matches=1)]
        self.assertIn("| slow | 1 | 1.23 ms (1,234×) |", report.markdown(MACHINE, rows).splitlines())

    def test_the_documented_page_is_of_the_run_that_is_kept(self):
        kept = json.loads((PROJECT / "benchmarks/rivals/measured.json").read_text())
        self.assertEqual(report.markdown(kept["machine"], kept["rows"]),
                         (PROJECT / "benchmarks/rivals/measured.md").read_text())

    def test_the_terminal_has_no_markup(self):
        lines = report.text(MACHINE, self.ROWS).splitlines()
        self.assertIn("quick            1        250 ns (0.25×, ahead)", lines)


if __name__ == "__main__":
    unittest.main()
