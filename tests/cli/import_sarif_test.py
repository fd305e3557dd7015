"""SARIF reports through `changepolicy import`."""

import json
import unittest
from typing import Any

from evidence_files import D1, EvidenceTest, sarif
from vanishing import without


class SarifTest(EvidenceTest):
    def counts(self, content: Any) -> tuple[Any, ...]:
        found = self.one("sarif", content)
        return (
            found.get("conclusion", "unknown").removeprefix("CONCLUSION_"),
            *(found.get(f"findings_{s}") for s in ("critical", "high", "medium", "low")),
        )

    def test_levels(self) -> None:
        for level, expected in (
            ("error", ("FAILED", 0, 1, 0, 0)),
            ("warning", ("NEUTRAL", 0, 0, 1, 0)),
            ("note", ("NEUTRAL", 0, 0, 0, 1)),
            ("none", ("PASSED", 0, 0, 0, 0)),
            ("grave", ("unknown", None, None, None, None)),
        ):
            with self.subTest(level):
                self.assertEqual(expected, self.counts(sarif([{"ruleId": "r", "level": level}])))

    def test_a_level_comes_from_the_rule_where_the_result_has_none(self) -> None:
        rules = [{"id": "q"}, {"id": "r", "defaultConfiguration": {"level": "error"}}]
        error, warning = ("FAILED", 0, 1, 0, 0), ("NEUTRAL", 0, 0, 1, 0)
        for result, expected in (
            ({"ruleId": "r"}, error),
            ({"ruleIndex": 1}, error),
            ({"rule": {"index": 1}}, error),
            ({"ruleId": "r/part"}, error),
            ({"ruleId": "q"}, warning),
            ({"ruleId": "x"}, warning),
            ({"ruleIndex": -1}, warning),
            ({}, warning),
        ):
            with self.subTest(result):
                self.assertEqual(expected, self.counts(sarif([result], rules)))
        extended = sarif([{"rule": {"index": 0, "toolComponent": {"index": 0}}}])
        extended["runs"][0]["tool"]["extensions"] = [
            {"name": "e", "rules": [{"id": "r", "defaultConfiguration": {"level": "error"}}]}
        ]
        self.assertEqual(error, self.counts(extended))

    def test_the_score_of_a_rule_tells_the_severity(self) -> None:
        for score, expected in (
            ("9.8", (1, 0, 0, 0)),
            ("7.0", (0, 1, 0, 0)),
            ("4.0", (0, 0, 1, 0)),
            ("0.1", (0, 0, 0, 1)),
        ):
            rules = [{"id": "r", "properties": {"security-severity": score}}]
            with self.subTest(score):
                self.assertEqual(expected, self.counts(sarif([{"ruleId": "r"}], rules))[1:])

    def test_kinds_and_what_is_no_finding(self) -> None:
        passed = ("PASSED", 0, 0, 0, 0)
        for result, expected in (
            ({"kind": "pass"}, passed),
            ({"kind": "notApplicable"}, passed),
            ({"kind": "informational"}, passed),
            ({"kind": "open"}, ("unknown", 0, 0, 0, 0)),
            ({"kind": "review"}, ("unknown", 0, 0, 0, 0)),
            ({"level": "error", "baselineState": "absent"}, passed),
            ({"level": "error", "baselineState": "unchanged"}, ("FAILED", 0, 1, 0, 0)),
            ({"level": "error", "suppressions": [{"kind": "inSource"}]}, passed),
            (
                {"level": "error", "suppressions": [{"kind": "external", "status": "accepted"}]},
                passed,
            ),
            (
                {"level": "error", "suppressions": [{"kind": "external", "status": "rejected"}]},
                ("FAILED", 0, 1, 0, 0),
            ),
            (
                {
                    "level": "error",
                    "suppressions": [
                        {"kind": "inSource"},
                        {"kind": "external", "status": "underReview"},
                    ],
                },
                ("FAILED", 0, 1, 0, 0),
            ),
            ({"level": "error", "suppressions": []}, ("FAILED", 0, 1, 0, 0)),
        ):
            with self.subTest(result):
                self.assertEqual(expected, self.counts(sarif([{"ruleId": "r", **result}])))

    def test_a_run_that_does_not_tell_its_results_does_not_pass(self) -> None:
        unknown = ("unknown", None, None, None, None)
        self.assertEqual(unknown, self.counts(sarif(None)))
        self.assertEqual(unknown, self.counts(without(sarif([]), ("runs", 0, "results"))))
        self.assertEqual(
            unknown,
            self.counts(
                sarif(
                    [],
                    externalPropertyFileReferences={"results": [{"location": {"uri": "r.json"}}]},
                )
            ),
        )
        self.assertEqual(
            ("FAILED", 0, 0, 0, 0),
            self.counts(sarif([], invocations=[{"executionSuccessful": False}])),
        )

    def test_each_run_is_evidence(self) -> None:
        both = sarif([])
        both["runs"] += sarif([{"ruleId": "r", "level": "error"}])["runs"]
        found = self.evidence("sarif", both, "--given", f"digest=sha256:{D1}")
        self.assertEqual(
            ["CONCLUSION_PASSED", "CONCLUSION_FAILED"], [e["conclusion"] for e in found]
        )
        self.assertEqual({f"sha256:{D1}"}, {e["digest"] for e in found})
        self.write("file.json", json.dumps({"version": "2.1.0", "runs": []}))
        self.assert_refused(self.ask("sarif", "file.json"), "does not tell field `evidence`")


if __name__ == "__main__":
    unittest.main()
