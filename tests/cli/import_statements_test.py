"""Statements of in-toto and SLSA through `changepolicy import`."""

import json
import unittest

from command import ALLOWED
from evidence_files import D1, EvidenceTest, passing, sarif, statement, test_result
from signed_statement import STATEMENT
from vanishing import paths_of, without


class StatementTest(EvidenceTest):
    def test_test_result(self) -> None:
        found = self.one(
            "in-toto",
            test_result(passedTests=["a"], warnedTests=[], failedTests=[]),
            "--given",
            "type=unit",
            "--given",
            "environment=STAGING",
        )
        del found["id"]
        self.assertEqual(
            {
                "type": "unit",
                "conclusion": "CONCLUSION_PASSED",
                "digest": f"sha256:{D1}",
                "environment": "ENVIRONMENT_STAGING",
                "url": "https://ci.example/1",
                "reason": "result PASSED: 1 passed, 0 with warnings, 0 failed",
            },
            found,
        )

    def test_lists_of_tests_count_before_the_result(self) -> None:
        for result, passed, warned, failed, expected in (
            ("PASSED", ["a"], [], ["b"], "FAILED"),
            ("PASSED", ["a"], ["b"], [], "NEUTRAL"),
            ("WARNED", ["a"], [], [], "NEUTRAL"),
            ("FAILED", ["a"], [], [], "FAILED"),
            ("PASSED", [], [], [], "SKIPPED"),
        ):
            with self.subTest(result=result, passed=passed, warned=warned, failed=failed):
                self.assertEqual(
                    expected,
                    self.conclusion(
                        "in-toto",
                        test_result(
                            result, passedTests=passed, warnedTests=warned, failedTests=failed
                        ),
                    ),
                )

    def test_an_unknown_result_stays_unknown(self) -> None:
        self.write("file.json", json.dumps(test_result("GREAT")))
        result = self.ask("in-toto", "file.json")
        self.assert_code(ALLOWED, result)
        self.assert_says(result.err, "has no word for `GREAT`", result=result)
        self.assertNotIn("conclusion", result.json_lines()[0]["change"]["evidence"][0])

    def test_each_subject_is_evidence_of_its_own(self) -> None:
        subjects = [
            {"name": "a", "digest": {"sha256": "AB" * 32}},
            {"name": "b", "digest": {"gitCommit": "c" * 40}},
        ]
        found = self.evidence("in-toto", {**test_result(), "subject": subjects})
        self.assertEqual(
            [("sha256:" + "ab" * 32, None), (None, "c" * 40)],
            [(e.get("digest"), e.get("revision")) for e in found],
        )
        self.assertEqual(2, len({e["id"] for e in found}))

    def test_a_subject_without_a_digest_is_refused(self) -> None:
        for subjects in ([], [{"name": "a"}], [{"name": "a", "digest": {}}]):
            with self.subTest(subjects):
                self.write("file.json", json.dumps({**test_result(), "subject": subjects}))
                self.assert_refused(self.ask("in-toto", "file.json"), "evidence")

    def test_provenance_of_both_forms(self) -> None:
        v1 = statement(
            "https://slsa.dev/provenance/v1",
            {
                "buildDefinition": {
                    "buildType": "t",
                    "externalParameters": {},
                    "resolvedDependencies": [
                        {"uri": "git+https://git.example/shop", "digest": {"gitCommit": "c" * 40}},
                        {"uri": "pkg:deb/x", "digest": {"sha256": "e" * 64}},
                    ],
                },
                "runDetails": {
                    "builder": {"id": "https://builder.example"},
                    "metadata": {
                        "invocationId": "https://ci.example/2",
                        "finishedOn": "2026-03-01T10:00:00Z",
                    },
                },
            },
        )
        v02 = statement(
            "https://slsa.dev/provenance/v0.2",
            {
                "builder": {"id": "https://builder.example"},
                "buildType": "t",
                "materials": [
                    {"uri": "git+https://git.example/shop", "digest": {"sha1": "c" * 40}}
                ],
                "metadata": {
                    "buildInvocationId": "https://ci.example/2",
                    "buildFinishedOn": "2026-03-01T10:00:00Z",
                },
            },
            _type="https://in-toto.io/Statement/v0.1",
        )
        for content in (v1, v02):
            with self.subTest(content["predicateType"]):
                found = self.one("slsa", content)
                del found["id"]
                self.assertEqual(
                    {
                        "type": "provenance",
                        "conclusion": "CONCLUSION_PASSED",
                        "digest": f"sha256:{D1}",
                        "revision": "c" * 40,
                        "source": "https://builder.example",
                        "url": "https://ci.example/2",
                        "happened_at": "2026-03-01T10:00:00Z",
                    },
                    found,
                )

    def test_verification_summaries(self) -> None:
        predicate = {
            "verifier": {"id": "https://v.example"},
            "verificationResult": "PASSED",
            "timeVerified": "2026-03-01T10:00:00Z",
            "verifiedLevels": ["SLSA_BUILD_LEVEL_2"],
        }
        kind = "https://slsa.dev/verification_summary/v1"
        self.assertEqual(
            {("slsa-vsa", f"sha256:{D1}", None), ("SLSA_BUILD_LEVEL_2", f"sha256:{D1}", None)},
            passing(self.evidence("slsa", statement(kind, predicate))),
        )
        failed = {**predicate, "verificationResult": "FAILED"}
        found = self.one("slsa", statement(kind, failed))
        self.assertEqual(("slsa-vsa", "CONCLUSION_FAILED"), (found["type"], found["conclusion"]))

    def test_properties_of_a_simple_verification_result(self) -> None:
        found = self.evidence(
            "in-toto",
            statement(
                "https://in-toto.io/attestation/svr/v0.2",
                {
                    "verifier": {"id": "https://v.example"},
                    "timeCreated": "2026-03-01T10:00:00Z",
                    "properties": ["A_1", "B_2"],
                },
            ),
        )
        self.assertEqual(["A_1", "B_2"], [e["type"] for e in found])
        self.assertEqual({"https://v.example"}, {e["source"] for e in found})

    def test_other_predicates_are_named(self) -> None:
        self.write("file.json", json.dumps(statement("https://example.com/poem/v1", {})))
        self.assert_refused(
            self.ask("in-toto", "file.json"), "file.json: error: no mapping covers it"
        )

    def test_what_nobody_reads_is_refused(self) -> None:
        self.write("file.json", json.dumps(test_result()))
        self.assert_refused(
            self.ask("in-toto", "file.json", "--given", "enviroment=STAGING"),
            "`--given enviroment=` is read by none",
        )
        self.assert_refused(
            self.ask("in-toto", "file.json", "--given", "type"), "is not NAME=VALUE"
        )
        self.assert_refused(self.ask("in-toto", "file.json", "--given", "environment=MOON"), "MOON")

    def test_the_caller_cannot_give_what_only_a_signature_gives(self) -> None:
        self.assertEqual(
            "TRUST_REPORTED",
            self.one("in-toto", test_result(), "--given", "trust=REPORTED")["trust"],
        )
        self.assertNotIn("trust", self.one("in-toto", test_result(), "--given", "trust=SIGNED"))

    def test_into_a_change_and_a_release(self) -> None:
        self.write("file.json", json.dumps(test_result()))
        for kind in ("change", "release"):
            with self.subTest(kind):
                self.write("subject.json", json.dumps({kind: {"id": "X-1"}}))
                for _ in range(2):
                    result = self.run_here(
                        "import", "--mapping", "in-toto", "file.json", "--into", "subject.json"
                    )
                    self.assert_code(ALLOWED, result)
                subject = json.loads((self.folder / "subject.json").read_text())[kind]
                self.assertEqual("X-1", subject["id"])
                self.assertEqual(1, len(subject["evidence"]))

    def test_an_empty_file_and_one_cut_off(self) -> None:
        self.write("file.json", " \n")
        self.assert_refused(self.ask("in-toto", "file.json"), "file.json: error: it is empty")
        text = json.dumps(test_result(), indent=1)
        self.write("file.json", text[: len(text) // 2])
        self.assert_refused(self.ask("in-toto", "file.json"), place="file.json:")

    def test_a_key_that_vanished_makes_nothing_better(self) -> None:
        for mapping, content in (
            (
                "in-toto",
                test_result("FAILED", passedTests=["a"], warnedTests=[], failedTests=["b"]),
            ),
            ("in-toto", test_result("PASSED", passedTests=[], warnedTests=[], failedTests=[])),
            ("slsa", json.loads(STATEMENT)),
            (
                "sarif",
                sarif(
                    [{"ruleId": "r", "level": "error"}, {"ruleId": "s", "kind": "pass"}],
                    [{"id": "r", "properties": {"security-severity": "9.1"}}],
                    invocations=[{"executionSuccessful": False}],
                ),
            ),
        ):
            intact = passing(self.evidence(mapping, content))
            for path in paths_of(content):
                with self.subTest(mapping=mapping, without=path):
                    self.write("file.json", json.dumps(without(content, path)))
                    result = self.ask(mapping, "file.json")
                    found = [
                        e
                        for line in result.json_lines()
                        for e in line["change"].get("evidence", [])
                    ]
                    if path[-1] not in ("passedTests", "results"):
                        self.assertLessEqual(passing(found), intact, str(result))


if __name__ == "__main__":
    unittest.main()
