"""`changepolicy policy test`: suites that pass, fail, or cannot be read, and their JUnit XML."""

import unittest
import xml.etree.ElementTree as ElementTree

import records
from command import ALLOWED, BAD_INPUT, DENIED, PROJECT, CommandTest

SUITE = """\
title: Tiny
policies: [policy.yaml]
now: 2026-01-31T09:30:00Z
changes:
  base: {id: C-1, state: SCHEDULED, rollback: {irreversible: false}}
cases:
"""
GOOD = (
    "  - {name: goes ahead, change: base,"
    " expect: {verdict: ALLOWED, rules: {reversible: SATISFIED}}}\n"
)
EDITED = (
    "  - name: is held\n    change: base\n    with: [{path: rollback.irreversible, set: true}]\n"
    "    expect: {verdict: DENIED, blocked_by: [reversible]}\n"
)
WRONG = (
    "  - {name: is wrong, change: base, expect:"
    " {verdict: DENIED, category: STANDARD, risk: HIGH, blocked_by: [reversible],"
    " rules: {free: UNSATISFIED}}}\n"
)


class SuiteTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", records.POLICY)

    def test_a_suite_that_passes(self) -> None:
        self.write("tiny.suite.yaml", SUITE + GOOD + EDITED)
        result = self.run_here("policy", "test", "tiny.suite.yaml")
        self.assert_code(ALLOWED, result)
        self.assertEqual("2 of 2 cases passed in 1 suite\n", result.out)
        self.assertEqual("", result.err)

    def test_verbose_names_the_cases_that_passed(self) -> None:
        self.write("tiny.suite.yaml", SUITE + GOOD + EDITED)
        result = self.run_here("policy", "test", "tiny.suite.yaml", "--verbose")
        self.assert_says(result.out, "Tiny: goes ahead", "Tiny: is held", result=result)

    def test_a_suite_that_fails_shows_what_differs(self) -> None:
        self.write("tiny.suite.yaml", SUITE + GOOD + WRONG)
        result = self.run_here("policy", "test", "tiny.suite.yaml")
        self.assert_code(DENIED, result)
        self.assert_says(
            result.out,
            "FAILED Tiny: is wrong",
            "expected verdict DENIED, found ALLOWED",
            "expected category STANDARD, found NORMAL by normal",
            "expected risk HIGH, found LOW",
            "expected to be held by reversible, found none",
            "expected free UNSATISFIED, found SATISFIED",
            "1 of 2 cases passed in 1 suite",
            result=result,
        )
        self.assertNotIn("goes ahead", result.out)

    def test_a_rule_that_the_policy_does_not_have(self) -> None:
        case = "  - {name: typo, change: base, expect: {rules: {reversibel: SATISFIED}}}\n"
        self.write("tiny.suite.yaml", SUITE + case)
        result = self.run_here("policy", "test", "tiny.suite.yaml")
        self.assert_code(DENIED, result)
        self.assert_says(result.out, "reversibel", "no such rule", result=result)

    def test_suites_that_cannot_be_read(self) -> None:
        # Content, place, words.
        cases = (
            (
                "title: A\ncases:\n  - nam: x\n",
                ":3:5: error: unknown field `nam`",
                "did you mean `name`?",
            ),
            (SUITE + GOOD.replace("ALLOWED", "ALOWED"), ":7:", "did you mean `ALLOWED`?"),
            ("title: [\n", ":", "not YAML"),
            ("", "", "empty"),
            ("[1, 2]\n", ":1:1", "expected a map"),
            (SUITE.replace("policy.yaml", "missing.yaml") + GOOD, "", "missing.yaml"),
        )
        for content, place, words in cases:
            with self.subTest(content[-60:]):
                self.write("tiny.suite.yaml", content)
                result = self.run_here("policy", "test", "tiny.suite.yaml")
                self.assert_code(BAD_INPUT, result)
                self.assert_says(result.err, f"tiny.suite.yaml{place}", words, result=result)

    def test_a_broken_policy_is_named_with_its_place(self) -> None:
        self.write("policy.yaml", records.POLICY.replace("at: [DEPLOY]", "at: [DEPLYO]"))
        self.write("tiny.suite.yaml", SUITE + GOOD)
        result = self.run_here("policy", "test", "tiny.suite.yaml")
        self.assert_code(BAD_INPUT, result)
        self.assert_says(result.err, "policy.yaml:14:10", "did you mean `DEPLOY`?", result=result)

    def test_cases_that_cannot_be_run_fail(self) -> None:
        for case, words in (
            ("  - {name: x, change: bsae, expect: {verdict: ALLOWED}}\n", "bsae"),
            (
                "  - {name: x, change_file: missing.yaml, expect: {verdict: ALLOWED}}\n",
                "missing.yaml: no such file",
            ),
            (
                "  - {name: x, change: base, with: [{path: rolback.x, set: 1}],"
                " expect: {verdict: ALLOWED}}\n",
                "rolback",
            ),
        ):
            with self.subTest(case):
                self.write("tiny.suite.yaml", SUITE + case)
                result = self.run_here("policy", "test", "tiny.suite.yaml")
                self.assertIn(result.code, (DENIED, BAD_INPUT), str(result))
                self.assertIn(words, result.out + result.err, str(result))
                self.assertIn("0 of 1 cases passed", result.out)

    def test_nothing_to_run_is_no_success(self) -> None:
        (self.folder / "empty").mkdir()
        self.write("none.suite.yaml", SUITE.replace("cases:\n", "cases: []\n"))
        folder = self.run_here("policy", "test", "empty")
        self.assert_code(BAD_INPUT, folder)
        self.assert_says(folder.err, "error: ", "empty", ".suite.yaml", result=folder)
        suite = self.run_here("policy", "test", "none.suite.yaml")
        self.assertNotEqual(ALLOWED, suite.code, f"it tested nothing: {suite}")

    def test_a_file_that_is_not_there(self) -> None:
        result = self.run_here("policy", "test", "missing.suite.yaml")
        self.assert_refused(result, "missing.suite.yaml: no such file")

    def test_a_folder_is_searched(self) -> None:
        self.write("suites/policy.yaml", records.POLICY)
        self.write("suites/a.suite.yaml", SUITE + GOOD)
        self.write("suites/deep/policy.yaml", records.POLICY)
        self.write("suites/deep/b.suite.yaml", SUITE.replace("Tiny", "Deep") + GOOD + EDITED)
        self.write("suites/notes.yaml", "no: [suite")
        result = self.run_here("policy", "test", "suites")
        self.assert_code(ALLOWED, result)
        self.assertEqual("3 of 3 cases passed in 2 suites\n", result.out)

    def test_the_suites_of_the_built_in_policy(self) -> None:
        result = self.run_here("policy", "test", PROJECT / "tests" / "policy")
        self.assert_code(ALLOWED, result)
        self.assertRegex(result.out, r"^(\d{3,}) of \1 cases passed in \d+ suites\n$")


class JUnitTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", records.POLICY)

    def junit(self, *files: str) -> ElementTree.Element:
        self.result = self.run_here("policy", "test", *files, "--junit", "junit.xml")
        try:
            return ElementTree.parse(self.folder / "junit.xml").getroot()
        except ElementTree.ParseError as error:
            self.fail(f"{error}: {(self.folder / 'junit.xml').read_bytes()!r}")

    def test_counts(self) -> None:
        self.write("a.suite.yaml", SUITE + GOOD + EDITED + WRONG)
        self.write("b.suite.yaml", SUITE.replace("Tiny", "Other") + GOOD)
        self.write("c.suite.yaml", "title: Broken\ncases:\n  - nam: x\n")
        root = self.junit("a.suite.yaml", "b.suite.yaml", "c.suite.yaml")
        self.assert_code(BAD_INPUT, self.result)
        self.assertEqual("testsuites", root.tag)
        counts = [
            tuple(suite.get(name) for name in ("name", "tests", "failures", "errors"))
            for suite in root.findall("testsuite")
        ]
        self.assertEqual(("Tiny", "3", "1", "0"), counts[0])
        self.assertEqual(("Other", "1", "0", "0"), counts[1])
        self.assertEqual("1", counts[2][3])
        self.assertEqual(
            ["goes ahead", "is held", "is wrong"],
            [case.get("name") for case in root.findall("testsuite[1]/testcase")],
        )
        failure = root.find("testsuite[1]/testcase[3]/failure")
        self.assertIsNotNone(failure)
        assert failure is not None
        self.assertIn("expected verdict DENIED, found ALLOWED", failure.get("message", ""))
        error = root.find("testsuite[3]/testcase/error")
        assert error is not None
        self.assertIn("did you mean `name`?", error.get("message", ""))

    def test_a_suite_with_an_error_counts_as_many_tests_as_it_lists(self) -> None:
        self.write("c.suite.yaml", "title: Broken\ncases:\n  - nam: x\n")
        suite = self.junit("c.suite.yaml").find("testsuite")
        assert suite is not None
        self.assertEqual(str(len(suite.findall("testcase"))), suite.get("tests"))

    def test_names_with_strange_characters(self) -> None:
        for name in ("<&>\"'", "a\\nb", "発注 größer", "\\e[31mred", "\\x01", "\\uFFFE", "]]>"):
            with self.subTest(name):
                case = f'  - {{name: "{name}", change: base, expect: {{verdict: ALLOWED}}}}\n'
                if '"' in name:
                    case = case.replace('"<&>"\'"', "'<&>\"'''")
                self.write("a.suite.yaml", SUITE + case)
                root = self.junit("a.suite.yaml")
                self.assert_code(ALLOWED, self.result)
                self.assertEqual(1, len(root.findall("testsuite/testcase")))

    def test_names_are_kept(self) -> None:
        self.write(
            "a.suite.yaml",
            SUITE + "  - {name: '<&> \"größer\"', change: base, expect: {verdict: ALLOWED}}\n",
        )
        case = self.junit("a.suite.yaml").find("testsuite/testcase")
        assert case is not None
        self.assertEqual('<&> "größer"', case.get("name"))

    def test_a_place_that_cannot_be_written(self) -> None:
        self.write("a.suite.yaml", SUITE + GOOD)
        result = self.run_here("policy", "test", "a.suite.yaml", "--junit", "no/folder/junit.xml")
        self.assert_code(BAD_INPUT, result)
        self.assertIn("no/folder/junit.xml: cannot be written", result.err)


if __name__ == "__main__":
    unittest.main()
