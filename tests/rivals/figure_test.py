"""The figure: where its lines go, and that the one in docs is drawn from the run that is kept."""
import json
import os
import pathlib
import sys
import unittest
import xml.etree.ElementTree as xml

PROJECT = pathlib.Path(os.environ["CHANGEPOLICY_PROJECT"])
sys.path.insert(0, str(PROJECT / "benchmarks/rivals"))

import figure  # noqa: E402  (it stands in the folder that was just named)

SVG = "{http://www.w3.org/2000/svg}"


def row(engine, rules, nanoseconds, matches=0):
    return {"engine": engine, "rules": rules, "matches": matches, "ns_per_decision": nanoseconds}


def drawn(rows):
    return xml.fromstring(figure.svg(rows))


def points(line):
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


class FigureTest(unittest.TestCase):
    def test_powers_of_ten_are_equally_far_apart(self):
        axis = figure.Axis([50, 100_000], 400)
        self.assertEqual([10, 100, 1000, 10_000, 100_000], axis.powers())
        self.assertEqual([0, 100, 200, 300, 400], [axis.at(power) for power in axis.powers()])

    def test_one_value_has_an_axis(self):
        self.assertEqual([100, 1000], figure.Axis([100], 10).powers())

    def test_ten_times_the_rules_at_ten_times_the_time_go_up_ours_stays(self):
        page = drawn([row("slow", rules, 10.0 * rules) for rules in (10, 100, 1000)]
                     + [row("libchangepolicy", rules, 100.0) for rules in (10, 1000)])
        slow, ours = (points(line) for line in page.iter(f"{SVG}polyline"))
        self.assertEqual(3, len(slow))
        steps = [(after[0] - before[0], before[1] - after[1]) for before, after in zip(slow, slow[1:])]
        self.assertEqual(steps[0], steps[1])
        self.assertGreater(steps[0][1], 0)
        self.assertEqual(ours[0][1], ours[1][1])
        # The same time is at the same height.
        self.assertEqual(slow[0], ours[0])

    def test_processor_time_is_drawn_where_it_is_told(self):
        one = figure.svg([row("one", 10, 100.0), row("one", 100, 1000.0)])
        told = [{**row("one", 10, 7.0), "ns_processor": 100.0},
                {**row("one", 100, 8.0), "ns_processor": 1000.0}]
        self.assertEqual(one, figure.svg(told))

    def test_a_panel_for_each_number_of_matches_and_a_style_for_each_engine(self):
        engines = ["libchangepolicy", *(f"rival {number} <&>" for number in range(12))]
        page = drawn([row(engine, rules, 1000.0, matches) for engine in engines
                      for rules in (50, 500) for matches in (0, 1, 20)])
        lines = list(page.iter(f"{SVG}polyline"))
        self.assertEqual(3 * len(engines), len(lines))
        styles = {(line.get("stroke"), line.get("stroke-dasharray")) for line in lines}
        self.assertEqual(len(engines), len(styles))
        texts = [text.text for text in page.iter(f"{SVG}text")]
        for text in ("0 matches", "1 match", "20 matches", *engines):
            self.assertEqual(1, texts.count(text), text)

    def test_what_was_not_run_and_published_scenarios_are_left_out(self):
        page = drawn([row("libchangepolicy", 50, 1000.0), {**row("one", 50, 1.0), "why": "not run"},
                      {"engine": "two", "scenario": "gdrive 5", "ns_per_decision": 5.0}])
        self.assertEqual(1, len(list(page.iter(f"{SVG}polyline"))))
        self.assertNotIn("one", [text.text for text in page.iter(f"{SVG}text")])

    def test_without_rows_it_is_empty(self):
        self.assertEqual([], list(drawn([]).iter(f"{SVG}polyline")))

    def test_the_documented_one_is_of_the_run_that_is_kept(self):
        kept = json.loads((PROJECT / "benchmarks/rivals/measured.json").read_text())
        self.assertEqual(figure.svg(kept["rows"]), (PROJECT / "docs/rivals.svg").read_text())


if __name__ == "__main__":
    unittest.main()
