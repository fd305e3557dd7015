"""`changepolicy check`: verdicts, exit codes, formats and options on the small firm."""

import dataclasses
import datetime
import hashlib
import json
import os
import re
import struct
import subprocess
import unittest

import records
from command import (
    ALLOWED,
    BAD_INPUT,
    COMMAND,
    DENIED,
    SAAS,
    SAAS_NOW,
    SAAS_OPTIONS,
    TIMEOUT_SECONDS,
    UNDECIDED,
    CommandTest,
    Result,
)

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclasses.dataclass(frozen=True)
class Example:
    """A subject of examples/saas and what its README says of it."""

    file: str
    code: int
    headline: str
    second_line: str
    words: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return str(SAAS / self.file)


EXAMPLES = (
    Example(
        "standard-patch.yaml", ALLOWED, "ALLOWED  change CHG-1057: deploy", "standard, risk LOW"
    ),
    Example(
        "schema-migration.yaml",
        ALLOWED,
        "ALLOWED  change CHG-1042: schedule",
        "normal, risk HIGH (10)",
    ),
    Example(
        "emergency-fix.yaml",
        ALLOWED,
        "ALLOWED  change CHG-1063: deploy",
        "emergency, risk CRITICAL",
        (
            "Owed once it goes ahead",
            "emergency-papers           hana by 2025-10-16T14:40:00Z",
            "emergency-tests            qa_lead by 2025-10-16T14:40:00Z",
            "emergency-review           change_manager by 2025-10-19T14:40:00Z",
            "emergency-dpo-review       dpo by 2025-10-19T14:40:00Z",
        ),
    ),
    Example(
        "major-release.yaml",
        DENIED,
        "DENIED  release REL-2.0.0: approve",
        "major, risk HIGH (12)",
        (
            "no release-officers ",
            "needs 1 of role cto: ada; needs 1 of role dpo: nobody yet  [RM-4.2]",
            "-> Ask CTO and DPO; they are two people.",
            "change CHG-1042 may not be deployed yet (DENIED): at-planned-time",
            "change CHG-1051 may not be deployed yet (DENIED): peer-review",
            "ben for role dpo (release-officers)",
        ),
    ),
)
PATHS = tuple(example.path for example in EXAMPLES)


class VerdictTest(CommandTest):
    def test_the_examples_get_what_their_readme_says(self) -> None:
        for example in EXAMPLES:
            with self.subTest(example.file):
                result = self.run_here("check", example.path, *SAAS_OPTIONS)
                self.assert_code(example.code, result)
                self.assertEqual("", result.err)
                self.assertEqual(example.headline, result.lines[1], str(result))
                self.assertIn(example.second_line, result.lines[2], str(result))
                self.assert_says(result.out, *example.words, result=result)

    def test_the_try_paragraphs_of_the_readme(self) -> None:
        # Example, text that is replaced, replacement, exit code, words.
        edits = (
            (
                "standard-patch.yaml",
                "assets: [build-01, build-02]",
                "assets: [build-01, build-02, build-03]",
                DENIED,
                (
                    "DENIED  change CHG-1057",
                    "normal, risk",
                    "no peer-review",
                    "no tested-by-engineering",
                ),
            ),
            (
                "schema-migration.yaml",
                "implementers: [gopal]",
                "implementers: [dina]",
                DENIED,
                ("DENIED  change CHG-1042", "no cab-approval", "for role cab (cab-approval)"),
            ),
            (
                "major-release.yaml",
                "  - {id: a2, by: ada, kind: APPROVED, revision: 1, ",
                "  - {id: a9, by: ben, kind: APPROVED, revision: 1, "
                "happened_at: 2025-10-13T06:00:00Z, recorded_at: 2025-10-13T06:00:00Z}\n"
                "  - {id: a2, by: ada, kind: APPROVED, revision: 1, ",
                ALLOWED,
                ("ALLOWED  release REL-2.0.0: approve",),
            ),
        )
        for file, old, new, code, words in edits:
            with self.subTest(file):
                text = (SAAS / file).read_text(encoding="utf-8")
                self.assertIn(old, text)
                edited = self.write(file, text.replace(old, new))
                result = self.run_here("check", edited, *SAAS_OPTIONS)
                self.assert_code(code, result)
                self.assert_says(result.out, *words, result=result)

    def test_instants_and_transitions(self) -> None:
        # Example, --now, --transition, exit code, headline, word.
        cases = (
            # The planned interval is half-open and includes the reserve for the rollback.
            (
                0,
                "2025-10-14T14:29:59Z",
                "",
                DENIED,
                "DENIED  change CHG-1057: deploy",
                "at-planned-time",
            ),
            (
                0,
                "2025-10-14T14:30:00Z",
                "",
                ALLOWED,
                "ALLOWED  change CHG-1057: deploy",
                "17 rules hold",
            ),
            (
                0,
                "2025-10-14T15:59:59Z",
                "",
                ALLOWED,
                "ALLOWED  change CHG-1057: deploy",
                "17 rules hold",
            ),
            (
                0,
                "2025-10-14T16:00:00Z",
                "",
                DENIED,
                "DENIED  change CHG-1057: deploy",
                "at-planned-time",
            ),
            (0, "2025-10-14T22:40:00+08:00", "", ALLOWED, "ALLOWED  change CHG-1057: deploy", ""),
            # Before the policy was in force.
            (0, "2020-01-01", "", UNDECIDED, "ERROR  change CHG-1057: deploy", "in force"),
            (0, SAAS_NOW, "deploy", ALLOWED, "ALLOWED  change CHG-1057: deploy", ""),
            (0, SAAS_NOW, "DEPLOY", ALLOWED, "ALLOWED  change CHG-1057: deploy", ""),
            (0, SAAS_NOW, "TRANSITION_DEPLOY", ALLOWED, "ALLOWED  change CHG-1057: deploy", ""),
            (
                0,
                SAAS_NOW,
                "close",
                UNDECIDED,
                "ERROR  change CHG-1057: close",
                "CLOSE is not legal",
            ),
            (1, SAAS_NOW, "schedule", ALLOWED, "ALLOWED  change CHG-1042: schedule", ""),
            (
                1,
                SAAS_NOW,
                "deploy",
                UNDECIDED,
                "ERROR  change CHG-1042: deploy",
                "DEPLOY is not legal",
            ),
            (
                3,
                SAAS_NOW,
                "approve",
                DENIED,
                "DENIED  release REL-2.0.0: approve",
                "release-officers",
            ),
            (
                3,
                SAAS_NOW,
                "submit",
                UNDECIDED,
                "ERROR  release REL-2.0.0: submit",
                "SUBMIT is not legal",
            ),
        )
        for index, now, transition, code, headline, word in cases:
            with self.subTest(file=EXAMPLES[index].file, now=now, transition=transition):
                asked = ("--transition", transition) if transition else ()
                organization = ("--organization", str(SAAS / "organization.yaml"))
                result = self.run_here("check", PATHS[index], *organization, "--now", now, *asked)
                self.assert_code(code, result)
                self.assertEqual(headline, result.lines[1], str(result))
                self.assertIn(word, result.out, str(result))

    def test_without_an_organization_nothing_is_allowed(self) -> None:
        for path in PATHS:
            with self.subTest(path):
                result = self.run_here("check", path, "--now", SAAS_NOW)
                self.assertIn(result.code, (DENIED, UNDECIDED), str(result))
                self.assertNotIn("ALLOWED", result.lines[1])

    def test_a_release_without_state_is_unknown(self) -> None:
        path = self.write("release.yaml", "id: R-1\nversion: 1.0.0\n")
        result = self.run_here("check", path, *SAAS_OPTIONS)
        self.assert_code(UNDECIDED, result)
        self.assertEqual("UNKNOWN  release R-1: no step", result.lines[1], str(result))
        self.assertIn("state release.state or ask for a transition", result.out)


class ManyFilesTest(CommandTest):
    def test_the_exit_code_is_the_greatest(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        self.write("allowed.json", records.as_json(records.change("A", False)))
        self.write("denied.json", records.as_json(records.change("D", True)))
        self.write("unknown.json", records.as_json(records.change("U", None)))
        self.write("invalid.json", '{"id": ')
        cases = (
            ("allowed", ALLOWED),
            ("allowed allowed", ALLOWED),
            ("denied", DENIED),
            ("allowed denied", DENIED),
            ("denied allowed", DENIED),
            ("unknown", UNDECIDED),
            ("unknown denied allowed", UNDECIDED),
            ("allowed denied unknown", UNDECIDED),
            ("invalid", BAD_INPUT),
            ("invalid allowed", BAD_INPUT),
            ("allowed invalid unknown", BAD_INPUT),
        )
        for names, code in cases:
            for form in ("text", "json", "jsonl", "binary"):
                with self.subTest(names=names, format=form):
                    files = [f"{name}.json" for name in names.split()]
                    result = self.run_here(
                        "check", *files, "--policy", policy, "--now", records.NOW, "--format", form
                    )
                    self.assert_code(code, result)

    def test_one_line_each_and_a_summary(self) -> None:
        result = self.run_here("check", *PATHS, *SAAS_OPTIONS)
        self.assert_code(DENIED, result)
        rows = [re.split(r" {2,}", line.strip(), maxsplit=2) for line in result.lines[1:5]]
        self.assertEqual(
            [
                ["ALLOWED", "CHG-1057"],
                ["ALLOWED", "CHG-1042"],
                ["ALLOWED", "CHG-1063"],
                ["DENIED", "REL-2.0.0", "release-officers UNSATISFIED"],
            ],
            rows,
            str(result),
        )
        self.assertEqual(["", "ALLOWED  3", "DENIED   1"], result.lines[5:], str(result))


class FormatTest(CommandTest):
    def check(self, *arguments: str) -> Result:
        return self.run_here("check", *arguments, *SAAS_OPTIONS)

    def test_json_has_the_decision(self) -> None:
        for example in EXAMPLES:
            with self.subTest(example.file):
                result = self.check(example.path, "--format", "json")
                self.assert_code(example.code, result)
                decision = result.json()
                verdict, kind, identifier = example.headline.split(":")[0].split()
                self.assertEqual(f"VERDICT_{verdict}", decision["verdict"])
                self.assertEqual(f"SUBJECT_KIND_{kind.upper()}", decision["subject_kind"])
                self.assertEqual(identifier, decision["subject_id"])
                self.assertEqual(SAAS_NOW, decision["now"])
                self.assertEqual(4, decision["semantics_version"])
                self.assertEqual(example.path, decision["source"])
                self.assertRegex(decision["decision_digest"], DIGEST)
                self.assertTrue(decision["outcomes"])
                for outcome in decision["outcomes"]:
                    self.assertTrue(outcome["rule"])
                    self.assertTrue(outcome["clauses"], outcome["rule"])

    def test_json_lines_have_a_record_each(self) -> None:
        result = self.check(*PATHS, "--format", "jsonl")
        self.assert_code(DENIED, result)
        lines = result.json_lines()
        self.assertEqual(list(PATHS), [line["source"] for line in lines])
        self.assertEqual(
            ["CHG-1057", "CHG-1042", "CHG-1063", "REL-2.0.0"],
            [line["subject_id"] for line in lines],
        )
        self.assertEqual(4, len({line["decision_digest"] for line in lines}))
        for line in lines:
            self.assertRegex(line["decision_digest"], DIGEST)

    def test_json_and_json_lines_say_the_same(self) -> None:
        for path in PATHS:
            pretty = self.check(path, "--format", "json").json()
            self.assertEqual([pretty], self.check(path, "--format", "jsonl").json_lines())

    def test_several_records_as_json_are_a_stream_of_objects(self) -> None:
        result = self.check(*PATHS, "--format", "json")
        decoder = json.JSONDecoder()
        text, sources = result.out, []
        while text.strip():
            decision, end = decoder.raw_decode(text.lstrip())
            sources.append(decision["source"])
            text = text.lstrip()[end:]
        self.assertEqual(list(PATHS), sources)

    def test_a_record_that_cannot_be_read_has_its_line(self) -> None:
        bad = self.write("bad.yaml", "id: CHG-1\nstate: SCHEDULD\n")
        result = self.check(str(bad), PATHS[0], "--format", "jsonl")
        self.assert_code(BAD_INPUT, result)
        first, second = result.json_lines()
        self.assertEqual({"source", "invalid"}, set(first))
        self.assertEqual(str(bad), first["source"])
        self.assertIn("did you mean `SCHEDULED`?", first["invalid"])
        self.assertEqual("VERDICT_ALLOWED", second["verdict"])

    def test_binary_is_what_the_digest_is_over(self) -> None:
        for path in PATHS:
            with self.subTest(path):
                binary = self.check(path, "--format", "binary")
                digest = self.check(path, "--format", "json").json()["decision_digest"]
                self.assertEqual(digest, f"sha256:{hashlib.sha256(binary.raw).hexdigest()}")
                self.assertGreater(len(binary.raw), 500)
                # Field 1 of Decision, semantics_version, is 4.
                self.assertEqual(b"\x08\x04", binary.raw[:2])

    def test_binary_of_several_has_lengths_before_each(self) -> None:
        rest = self.check(*PATHS, "--format", "binary").raw
        parts = []
        while rest:
            (size,) = struct.unpack("<I", rest[:4])
            self.assertLessEqual(size, len(rest) - 4)
            parts.append(rest[4 : 4 + size])
            rest = rest[4 + size :]
        alone = [self.check(path, "--format", "binary").raw for path in PATHS]
        self.assertEqual(alone, parts)

    def test_no_colour_where_there_is_no_terminal(self) -> None:
        for environment in ({"TERM": "xterm-256color"}, {"TERM": "xterm", "CLICOLOR_FORCE": ""}):
            for command in ("check", "approvers", "explain"):
                with self.subTest(command=command, environment=environment):
                    result = self.run_here(command, *PATHS, *SAAS_OPTIONS, env=environment)
                    self.assertIn("CHG-1057", result.out)
                    self.assertNotIn(b"\x1b", result.raw)
                    self.assertNotIn("\x1b", result.err)

    def test_a_usual_decision_fits_a_screen(self) -> None:
        for example in EXAMPLES:
            with self.subTest(example.file):
                result = self.check(example.path)
                self.assertLessEqual(len(result.lines), 24, str(result))
                widest = max(len(line) for line in result.lines)
                self.assertLessEqual(widest, 100, str(result))
                self.assertTrue(result.out.endswith("\n"))

    def test_no_line_ends_with_blanks(self) -> None:
        for result in (self.check(PATHS[0]), self.check(*PATHS)):
            self.assertIn("CHG-1057", result.out)
            for line in result.lines:
                self.assertEqual(line.rstrip(), line, str(result))


class NowTest(CommandTest):
    def test_the_instant_that_was_given_is_printed(self) -> None:
        result = self.run_here("check", PATHS[0], *SAAS_OPTIONS)
        self.assertRegex(result.lines[0], r"^now 2025-10-14T14:40:00(Z|\+00:00)$")
        self.assertIn("at 2025-10-14T14:40:00Z", result.lines[3])

    def test_without_now_the_clock_is_used_and_printed(self) -> None:
        second = datetime.timedelta(seconds=1)
        for command in ("check", "approvers", "explain"):
            with self.subTest(command):
                before = datetime.datetime.now(datetime.UTC) - second
                result = self.run_here(command, PATHS[0])
                after = datetime.datetime.now(datetime.UTC) + second
                found = re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", result.out)
                self.assertIsNotNone(found, f"the instant is not printed: {result}")
                assert found is not None
                printed = datetime.datetime.fromisoformat(found[0].replace("Z", "+00:00"))
                self.assertTrue(before <= printed <= after, f"{before} {printed} {after}")

    def test_the_instant_that_was_printed_gives_the_same_again(self) -> None:
        first = self.run_here("check", PATHS[1])
        now = first.lines[0].removeprefix("now ")
        self.assertEqual(first.out, self.run_here("check", PATHS[1], "--now", now).out)

    def test_forms_of_an_instant(self) -> None:
        for text in (SAAS_NOW, "2025-10-14T14:40:00+00:00", "2025-10-14T22:40:00+08:00"):
            with self.subTest(text):
                result = self.run_here("check", PATHS[0], "--now", text, "--format", "json")
                self.assertEqual(SAAS_NOW, result.json()["now"])
        result = self.run_here("check", PATHS[0], "--now", "2025-10-14", "--format", "json")
        self.assertEqual("2025-10-14T00:00:00Z", result.json()["now"])


class DetailTest(CommandTest):
    def test_more_detail_never_changes_the_answer(self) -> None:
        for example in EXAMPLES:
            answers = set()
            sizes = []
            for detail in ("verdict", "reasons", "rules", "full"):
                result = self.run_here(
                    "check", example.path, *SAAS_OPTIONS, "--detail", detail, "--format", "json"
                )
                decision = result.json()
                statuses = [
                    (each["rule"], each["status"])
                    for each in decision["outcomes"]
                    if each["status"] != "STATUS_NOT_APPLICABLE"
                ]
                answers.add((result.code, decision["verdict"], decision["transition"], *statuses))
                sizes.append(len(result.raw))
                text = self.run_here("check", example.path, *SAAS_OPTIONS, "--detail", detail)
                self.assert_code(example.code, text)
                self.assertEqual(example.headline, text.lines[1], str(text))
            with self.subTest(example.file):
                self.assertEqual(1, len(answers), answers)
                self.assertLess(sizes[0], sizes[1])

    def test_valid_until_is_never_too_late(self) -> None:
        for example in EXAMPLES:
            with self.subTest(example.file):
                until = [
                    self.run_here(
                        "check", example.path, *SAAS_OPTIONS, "--detail", detail, "--format", "json"
                    ).json()["valid_until"]
                    for detail in ("reasons", "full")
                ]
                self.assertLessEqual(until[0], until[1])

    def test_a_verdict_without_reasons_reads_well(self) -> None:
        result = self.run_here("check", PATHS[3], *SAAS_OPTIONS, "--detail", "verdict")
        self.assertIn("no release-officers", result.out)
        self.assertNotIn("[]", result.out, f"an empty list of clauses: {result}")

    def test_verbose_shows_every_rule(self) -> None:
        for example in EXAMPLES:
            with self.subTest(example.file):
                decision = self.run_here(
                    "check", example.path, *SAAS_OPTIONS, "--format", "json", "--detail", "rules"
                ).json()
                result = self.run_here("check", example.path, *SAAS_OPTIONS, "--verbose")
                self.assert_code(example.code, result)
                marks = {
                    line.split()[1]: line.split()[0]
                    for line in result.lines
                    if re.match(r"  (ok|no|--|\?\?) \S", line)
                }
                expected = {
                    "STATUS_SATISFIED": "ok",
                    "STATUS_UNSATISFIED": "no",
                    "STATUS_NOT_APPLICABLE": "--",
                }
                self.assertEqual(
                    {each["rule"]: expected[each["status"]] for each in decision["outcomes"]}, marks
                )

    def test_verbose_shows_the_facts_that_were_read(self) -> None:
        result = self.run_here("check", PATHS[0], *SAAS_OPTIONS, "--verbose")
        self.assert_says(
            result.out,
            'change.rollback.known_good_state = "build-image 2025.9.2"',
            'people.of(Part.IMPLEMENTER) = ["eli"]',
            "calendar.inside_window = true",
            result=result,
        )

    def test_usual_output_counts_what_it_leaves_out(self) -> None:
        decision = self.run_here("check", PATHS[0], *SAAS_OPTIONS, "--format", "json").json()
        statuses = [each["status"] for each in decision["outcomes"]]
        result = self.run_here("check", PATHS[0], *SAAS_OPTIONS)
        self.assertIn(
            f"{statuses.count('STATUS_SATISFIED')} rules hold, "
            f"{decision['rules_not_applicable']} do not apply",
            result.out,
        )

    def test_rules_that_do_not_apply_are_counted_and_listed_on_request(self) -> None:
        options = (PATHS[0], *SAAS_OPTIONS, "--format", "json")
        reasons = self.run_here("check", *options).json()
        rules = self.run_here("check", *options, "--detail", "rules").json()
        applies = [each for each in rules["outcomes"] if each["status"] != "STATUS_NOT_APPLICABLE"]
        self.assertEqual(applies, reasons["outcomes"])
        self.assertEqual(
            len(rules["outcomes"]) - len(applies), reasons["rules_not_applicable"], "left out"
        )
        self.assertGreater(reasons["rules_not_applicable"], 0)


class StandardInputTest(CommandTest):
    def test_a_record_comes_from_standard_input(self) -> None:
        content = (SAAS / "standard-patch.yaml").read_bytes()
        result = self.run_here("check", "-", *SAAS_OPTIONS, stdin=content)
        self.assert_code(ALLOWED, result)
        self.assertEqual(EXAMPLES[0].headline, result.lines[1])
        line = self.run_here("check", "-", *SAAS_OPTIONS, "--format", "jsonl", stdin=content)
        file = self.run_here("check", PATHS[0], *SAAS_OPTIONS, "--format", "jsonl")
        self.assertEqual("-", line.json_lines()[0]["source"])
        self.assertEqual(
            file.json_lines()[0]["decision_digest"], line.json_lines()[0]["decision_digest"]
        )

    def test_every_encoding_is_told_apart(self) -> None:
        policy = self.write("policy.yaml", records.POLICY)
        contents = (
            records.as_json(records.change("C-1")).encode(),
            b"id: C-1\nstate: SCHEDULED\nrollback: {irreversible: false}\n",
            records.as_binary("C-1"),
        )
        digests = set()
        for content in contents:
            with self.subTest(content):
                options = ("--policy", policy, "--now", records.NOW, "--format", "jsonl")
                result = self.run_here("check", "-", *options, stdin=content)
                self.assert_code(ALLOWED, result)
                digests.add(result.json_lines()[0]["decision_digest"])
        self.assertEqual(1, len(digests))

    def test_nothing_on_standard_input(self) -> None:
        result = self.run_here("check", "-", *SAAS_OPTIONS)
        self.assert_refused(result, "empty")


class OutputTest(CommandTest):
    def test_an_answer_that_could_not_be_written_is_no_success(self) -> None:
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        for form in ("text", "json", "jsonl", "binary"):
            with self.subTest(form), open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [str(COMMAND), "check", PATHS[0], *SAAS_OPTIONS, "--format", form],
                    stdout=full,
                    stderr=subprocess.PIPE,
                    timeout=TIMEOUT_SECONDS,
                    check=False,
                )
                self.assertNotEqual(ALLOWED, done.returncode, "the answer is lost")
                self.assertIn(b"error: ", done.stderr)


class HelpTest(CommandTest):
    def test_help_and_version(self) -> None:
        cases = (
            (("--version",), r"^\d+\.\d+\.\d+\n$"),
            (("--help",), r"check(.|\n)*approvers(.|\n)*explain(.|\n)*policy"),
            (
                ("check", "--help"),
                r"--now(.|\n)*--transition(.|\n)*--format(.|\n)*0 allowed, 1 denied",
            ),
            (("policy", "--help"), r"init(.|\n)*lint(.|\n)*clauses(.|\n)*schema(.|\n)*test"),
        )
        for arguments, pattern in cases:
            with self.subTest(arguments):
                result = self.run_here(*arguments)
                self.assert_code(ALLOWED, result)
                self.assertRegex(result.out, pattern)


if __name__ == "__main__":
    unittest.main()
