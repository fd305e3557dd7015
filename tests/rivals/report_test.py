"""The table: who is ahead says so, and what was not run says why."""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(os.environ["CHANGEPOLICY_PROJECT"]) / "benchmarks/rivals"))

import report  # noqa: E402  (it stands in the folder that was just named)

MACHINE = {"cpu": "a processor", "processors": 2, "memory_gib": 23.5, "system": "Linux 6",
           "load_before": 0.1}


def measured(engine, nanoseconds, **more):
    return {"engine": engine, "version": "1", "ns_per_decision": nanoseconds, "checked": 9, "of": 9,
            "load_ms": 2.0, "memory_bytes": 2**20, **more}


class ReportTest(unittest.TestCase):
    ROWS = [
        measured("libchangepolicy", 1000.0, rules=50, matches=1),
        measured("slow", 20500.0, rules=50, matches=1, checked=3),
        measured("quick", 250.0, rules=50, matches=1),
        {"engine": "absent", "rules": 50, "matches": 1, "why": "not run: there is no `go`"},
        measured("libchangepolicy", 3.0e6, scenario="gdrive 5", policies=6),
        measured("slow", 6.0e6, scenario="gdrive 5", policies=6),
    ]

    def test_lines(self):
        page = report.markdown(MACHINE, self.ROWS)
        for line in ("| libchangepolicy | 1 | 1 µs |",
                     "| slow | 1 | 20.5 µs (20.5×) |",
                     "| quick | 1 | **250 ns (0.25×, ahead)** |",
                     "| absent | 1 | not run |",
                     "| published scenario | gdrive 5 (6 policies) |",
                     "| slow | 6 ms (2×) |",
                     "| quick | 2 ms, 1 MiB |",
                     "- absent: not run: there is no `go`",
                     "- slow: 1; 50 rules, 1 matches: 3 of 9 checked"):
            self.assertIn(line, page.splitlines())
        self.assertIn("a processor, 2 processors, 23.5 GiB", page)

    def test_the_terminal_has_no_markup(self):
        lines = report.text(MACHINE, self.ROWS).splitlines()
        self.assertIn("quick            1        250 ns (0.25×, ahead)", lines)


if __name__ == "__main__":
    unittest.main()
