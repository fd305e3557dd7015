"""Every evidence file of ../shared/data through `changepolicy import`, where the set is there."""

import os
import pathlib
import unittest
from typing import Any

from command import ALLOWED, PROJECT
from evidence_files import EvidenceTest

DATA = (
    pathlib.Path(os.environ.get("CHANGEPOLICY_DATA", PROJECT.parent / "shared" / "data"))
    / "release_evidence"
)
MAPPINGS = ("cobertura", "in-toto", "junit", "sarif", "slsa")


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
