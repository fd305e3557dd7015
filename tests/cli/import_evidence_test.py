"""Evidence files through `changepolicy import`: reports, statements, signatures.

The files are the tests' own; the set of ../shared/data is read as well where it is there.
"""

import base64
import json
import os
import pathlib
import unittest
from typing import Any

from command import ALLOWED, BAD_INPUT, PROJECT, CommandTest, Result
from signed_statement import KEYS, SIGNATURES, STATEMENT
from vanishing import paths_of, without

DATA = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
    / "release_evidence"
)
MAPPINGS = ("cobertura", "in-toto", "junit", "sarif", "slsa")
D1 = "d1" * 32


def statement(predicate_type: str, predicate: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "shop.tar", "digest": {"sha256": D1}}],
        "predicateType": predicate_type,
        "predicate": predicate,
        **parts,
    }


def test_result(result: str = "PASSED", **lists: list[str]) -> dict[str, Any]:
    return statement(
        "https://in-toto.io/attestation/test-result/v0.1",
        {"result": result, "configuration": [], "url": "https://ci.example/1", **lists},
    )


def sarif(results: Any, rules: Any = (), **parts: Any) -> dict[str, Any]:
    run = {"tool": {"driver": {"name": "scan", "rules": list(rules)}}, "results": results, **parts}
    return {"version": "2.1.0", "runs": [run]}


def envelope(payload: str = STATEMENT, *signers: str, key_ids: bool = False) -> dict[str, Any]:
    signatures = [
        {"sig": SIGNATURES[each], **({"keyid": each} if key_ids else {})} for each in signers
    ]
    return {
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64.b64encode(payload.encode()).decode(),
        "signatures": signatures,
    }


def passing(evidence: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """What a policy may rest on, without the ids, which are those of the bytes."""
    return {
        (e["type"], e.get("digest"), e.get("trust"))
        for e in evidence
        if e.get("conclusion") == "CONCLUSION_PASSED"
    }


class EvidenceTest(CommandTest):
    def ask(self, mapping: str, *arguments: str | os.PathLike[str]) -> Result:
        return self.run_here("import", "--mapping", mapping, *arguments, "--format", "jsonl")

    def evidence(
        self, mapping: str, content: Any, *arguments: str, name: str = "file.json"
    ) -> list[dict[str, Any]]:
        self.write(name, content if isinstance(content, (str, bytes)) else json.dumps(content))
        result = self.ask(mapping, name, *arguments)
        self.assert_code(ALLOWED, result)
        return [e for line in result.json_lines() for e in line["change"].get("evidence", [])]

    def one(
        self, mapping: str, content: Any, *arguments: str, name: str = "file.json"
    ) -> dict[str, Any]:
        (found,) = self.evidence(mapping, content, *arguments, name=name)
        return found

    def conclusion(
        self, mapping: str, content: Any, *arguments: str, name: str = "file.json"
    ) -> str:
        found = self.one(mapping, content, *arguments, name=name)
        return str(found.get("conclusion", "unknown")).removeprefix("CONCLUSION_")


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


class SignatureTest(EvidenceTest):
    def setUp(self) -> None:
        super().setUp()
        for name, pem in KEYS.items():
            self.write(f"{name}.pem", pem)

    def trusts(self, content: Any, *keys: str) -> set[str]:
        arguments = [part for key in keys for part in ("--key", f"{key}.pem")]
        return {e.get("trust", "unknown") for e in self.evidence("slsa", content, *arguments)}

    def refuse(self, content: Any, *words: str, keys: tuple[str, ...] = ("ed25519",)) -> None:
        self.write("file.json", json.dumps(content))
        arguments = [part for key in keys for part in ("--key", f"{key}.pem")]
        result = self.ask("slsa", "file.json", *arguments)
        self.assert_refused(result, *words, place="file.json: error: ")
        self.assertEqual("", result.out)

    def test_every_kind_of_key(self) -> None:
        for name in SIGNATURES:
            with self.subTest(name):
                self.assertEqual(
                    {"TRUST_SIGNED"},
                    self.trusts(envelope(STATEMENT, name), name.removesuffix("-pss")),
                )

    def test_without_a_key_nothing_is_verified(self) -> None:
        self.assertEqual({"unknown"}, self.trusts(envelope(STATEMENT, "ed25519")))
        self.assertEqual({"unknown"}, self.trusts(json.loads(STATEMENT), "ed25519"))

    def test_of_several_signatures_and_keys_one_suffices(self) -> None:
        both = envelope(STATEMENT, "p256", "ed25519")
        self.assertEqual({"TRUST_SIGNED"}, self.trusts(both, "ed25519"))
        self.assertEqual({"TRUST_SIGNED"}, self.trusts(both, "other", "p256"))

    def test_the_alphabet_for_addresses_and_missing_padding(self) -> None:
        content = envelope(STATEMENT, "rsa")
        for strip in ("", "="):

            def spelled(text: str, strip: str = strip) -> str:
                return text.replace("+", "-").replace("/", "_").rstrip(strip or None)

            with self.subTest(strip):
                self.assertEqual(
                    {"TRUST_SIGNED"},
                    self.trusts(
                        {
                            **content,
                            "payload": spelled(content["payload"]),
                            "signatures": [{"sig": spelled(content["signatures"][0]["sig"])}],
                        },
                        "rsa",
                    ),
                )

    def test_a_bundle_of_sigstore(self) -> None:
        bundle = {
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "dsseEnvelope": envelope(STATEMENT, "p256"),
            "verificationMaterial": {},
        }
        self.assertEqual({"TRUST_SIGNED"}, self.trusts(bundle, "p256"))

    def test_lines_of_envelopes(self) -> None:
        lines = "".join(json.dumps(envelope(STATEMENT, "p256")) + "\n" for _ in range(2))
        found = self.evidence("slsa", lines, "--key", "p256.pem", name="all.intoto.jsonl")
        self.assertEqual(4, len(found))

    def test_a_changed_payload_is_an_error_that_names_it(self) -> None:
        changed = STATEMENT.replace("d1d1", "d2d1")
        self.refuse(envelope(changed, "ed25519"), "signed this payload")
        self.refuse(
            envelope(changed, "ed25519", key_ids=True), "`ed25519`", "is not over this payload"
        )
        self.refuse(
            envelope(STATEMENT, "ed25519", key_ids=True),
            "none of the keys that were given",
            "name `ed25519`",
            keys=("other",),
        )
        self.refuse(
            {**envelope(STATEMENT, "ed25519"), "payloadType": "application/json"},
            "`application/json`",
        )

    def test_envelopes_that_are_none(self) -> None:
        whole = envelope(STATEMENT, "ed25519")
        for part, words in (
            ({"signatures": []}, "has no signatures"),
            ({"signatures": [{}]}, "has no text `sig`"),
            ({"signatures": ["x"]}, "has no text `sig`"),
            ({"signatures": [{"sig": "???"}]}, "the signature: "),
            ({"payload": "a+b_"}, "mixes the two alphabets"),
            ({"payload": 1}, "has no text `payload`"),
            ({"signatures": [{"sig": "AAAA"}] * 101}, "more than 100 signatures"),
        ):
            for keys in ((), ("ed25519",)):
                with self.subTest(part, keys=keys):
                    self.refuse({**whole, **part}, words, keys=keys)
        for key in whole:
            with self.subTest(without=key):
                self.write("file.json", json.dumps(without(whole, (key,))))
                self.assert_refused(self.ask("slsa", "file.json"), "file.json: error: ")

    def test_keys_that_are_none(self) -> None:
        self.write("file.json", json.dumps(envelope(STATEMENT, "ed25519")))
        self.write("none.pem", "hello")
        self.write("bad.pem", KEYS["p256"].replace("MFkw", "MFkx"))
        for key, words in (
            ("none.pem", "it has no `-----BEGIN PUBLIC KEY-----`"),
            ("bad.pem", "cannot be read"),
            ("weak-rsa.pem", "too weak"),
            ("missing.pem", "missing.pem"),
        ):
            with self.subTest(key):
                self.assert_refused(self.ask("slsa", "file.json", "--key", key), words)

    def test_no_byte_of_an_envelope_can_be_changed(self) -> None:
        """A change is refused, or it is in a spelling that says the same."""
        whole = envelope(STATEMENT, "ed25519")
        intact = passing(self.evidence("slsa", whole, "--key", "ed25519.pem"))
        payload = base64.b64decode(whole["payload"])
        lines = []
        for i in range(len(payload)):
            changed = bytearray(payload)
            changed[i] ^= 1
            lines.append({**whole, "payload": base64.b64encode(changed).decode()})
        signature = base64.b64decode(SIGNATURES["ed25519"])
        for i in range(len(signature)):
            changed = bytearray(signature)
            changed[i] ^= 1
            lines.append({**whole, "signatures": [{"sig": base64.b64encode(changed).decode()}]})
        self.write("all.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        result = self.ask("slsa", "all.jsonl", "--key", "ed25519.pem")
        self.assert_code(BAD_INPUT, result)
        self.assertEqual("", result.out)
        self.assertEqual(len(lines), result.err.count(": error: "))
        text = json.dumps(whole).encode()
        for i in range(0, len(text), 7):
            changed = bytearray(text)
            changed[i] ^= 2
            self.write("file.json", bytes(changed))
            result = self.ask("slsa", "file.json", "--key", "ed25519.pem")
            found = [e for line in result.json_lines() for e in line["change"]["evidence"]]
            self.assertLessEqual(passing(found), intact, str(result))


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


class SharedDataTest(EvidenceTest):
    # What no mapping reads: other predicates, and inputs of another policy engine.
    NOT_COVERED = {
        "in_toto/reference_1.json",
        "in_toto/reference_2.json",
        "in_toto/release_1.json",
        "in_toto/release_3.json",
        "in_toto/scai_1.json",
        "kosli/evaluate/compliant-trail-input.json",
        "kosli/evaluate/params-required-attestations.json",
        "kosli/evaluate/score-input.json",
        "kosli/evaluate/trail-input.json",
        "kosli/policy-files/test-policy.yml",
    }

    @unittest.skipUnless(DATA.is_dir(), "no ../shared/data/release_evidence")
    def test_every_file_of_the_set_is_imported_or_named(self) -> None:
        imported: dict[str, list[tuple[Any, ...]]] = {}
        names = [name for each in MAPPINGS for name in ("--mapping", each)]
        for file in sorted(DATA.rglob("*")):
            name = str(file.relative_to(DATA))
            if not file.is_file() or file.name == "LICENSE":
                continue
            if file.suffix == ".txt":
                self.assert_refused(self.run_here("import", *names, file))
                continue
            with self.subTest(name):
                result = self.run_here("import", *names, file, "--format", "jsonl")
                if name in self.NOT_COVERED:
                    self.assert_refused(result, f"{file}: error: no mapping covers it")
                    continue
                self.assert_code(ALLOWED, result)
                imported[name] = [
                    (e["type"], e["conclusion"].removeprefix("CONCLUSION_"), e.get("digest"))
                    for line in result.json_lines()
                    for e in line["change"]["evidence"]
                ]
        svr_1, svr_2 = "sha256:3a244fd47e07d10...", "sha256:5d5b09f6dcb2d53..."
        expected = {
            "in_toto/svr_1.json": [
                ("SLSA_BUILD_LEVEL_3", "PASSED", svr_1),
                ("SLSA_SOURCE_LEVEL_3", "PASSED", svr_1),
                ("ORG_SOURCE_STATIC_ANALYSIS", "PASSED", svr_1),
                ("CONFORMA_HERMETIC_BUILD_TASK", "PASSED", svr_1),
                ("COMPANY_RELEASE_APPROVED", "PASSED", svr_1),
            ],
            "in_toto/svr_2.json": [
                ("VERIFIER_VULN_SCANNED_1", "PASSED", svr_2),
                ("VERIFIER_NO_CRITICAL_VULNERABILITIES", "PASSED", svr_2),
                ("VERIFIER_NO_HIGH_VULNERABILITIES", "PASSED", svr_2),
            ],
            "in_toto/test-result_1.json": [("test-result", "PASSED", None)],
            "kosli/report.xml": [("junit", "PASSED", None)],
        }
        self.assertEqual(expected, imported)


if __name__ == "__main__":
    unittest.main()
