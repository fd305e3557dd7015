"""`changepolicy check --format=github|sarif|junit` and `--summary`, as other systems read them."""

import json
import os
import re
import threading
import unittest
import xml.etree.ElementTree as ET
from typing import Any

import records
from command import ALLOWED, BAD_INPUT, DENIED, UNDECIDED, CommandTest, Result
from comment_test import HOSTILE, PEOPLE, POLICY, change

FORMATS = ("github", "sarif", "junit")
# As GitHub's runner reads a line: src/Runner.Common/ActionCommand.cs.
COMMAND = re.compile(r"^::(\w+) ([^:]*)::(.*)$")
SARIF_LEVELS = {"none", "note", "warning", "error"}


def unescape(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def annotations(result: Result) -> list[tuple[str, dict[str, str], str]]:
    """Kind, properties and message of each; every line of the output is one."""
    found = []
    for line in result.out.split("\n")[:-1]:
        command = COMMAND.match(line)
        assert command is not None, line
        kind, text, message = command.groups()
        properties = dict(pair.split("=", 1) for pair in text.split(","))
        found.append((kind, {k: unescape(v) for k, v in properties.items()}, unescape(message)))
    return found


class FormatsTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", POLICY)
        self.write("people.yaml", PEOPLE)
        approval = {"id": "a", "by": "bob", "kind": "APPROVED"}
        safe = {"rollback": {"irreversible": False}, "approvals": [approval]}
        self.write("yes.json", change("Y", **safe))
        self.write("open.json", change("O", approvals=[approval]))
        self.write("broken.json", '{"id": ')
        self.write("step.json", change("S", **safe).replace("SCHEDULED", "CLOSED"))
        self.write(
            "hostile.json", change(f"C {HOSTILE}", title=HOSTILE, rollback={"irreversible": True})
        )
        self.write(
            "no.yaml",
            "id: N\nstate: SCHEDULED\npeople: {authors: [ann]}\ntitle: '50%, a: b'\n"
            "rollback:\n  irreversible: true\n",
        )

    def check(self, form: str, *arguments: str) -> Result:
        return self.run_here(
            "check",
            *arguments,
            "--format",
            form,
            "--policy",
            "policy.yaml",
            "--organization",
            "people.yaml",
            "--now",
            records.NOW,
        )

    def sarif(self, *arguments: str) -> dict[str, Any]:
        log = self.check("sarif", *arguments).json()
        self.assertEqual("2.1.0", log["version"])
        (run,) = log["runs"]
        return run

    def junit(self, *arguments: str) -> ET.Element:
        return ET.fromstring(self.check("junit", *arguments).raw)

    def test_exit_codes_are_those_of_check(self) -> None:
        for files, code in (
            (("yes.json",), ALLOWED),
            (("no.yaml",), DENIED),
            (("yes.json", "no.yaml"), DENIED),
            (("open.json", "no.yaml"), UNDECIDED),
            (("step.json",), UNDECIDED),
            (("yes.json", "broken.json"), BAD_INPUT),
            (("missing.json",), BAD_INPUT),
        ):
            for form in FORMATS:
                with self.subTest(files=files, form=form):
                    self.assert_code(code, self.check(form, *files))

    def test_what_is_not_allowed_is_never_green(self) -> None:
        for file in ("no.yaml", "open.json", "step.json", "broken.json", "hostile.json"):
            with self.subTest(file):
                kinds = [kind for kind, _, _ in annotations(self.check("github", file))]
                self.assertIn("error", kinds)
                self.assertNotIn("notice", kinds)
                levels = [result["level"] for result in self.sarif(file)["results"]]
                self.assertIn("error", levels)
                suites = self.junit(file)
                self.assertLess(0, int(suites.get("failures", 0)) + int(suites.get("errors", 0)))
                verdict = suites.find(".//testcase[@name='verdict']")
                assert verdict is not None
                self.assertIn(verdict[0].tag, ("failure", "error"))
        self.assertEqual(["notice"], [a[0] for a in annotations(self.check("github", "yes.json"))])
        self.assertEqual([], self.sarif("yes.json")["results"])
        suites = self.junit("yes.json")
        self.assertEqual(["0", "0"], [suites.get("failures"), suites.get("errors")])

    def test_annotations_point_to_the_fact(self) -> None:
        found = annotations(self.check("github", "no.yaml"))
        self.assertEqual(["error", "error"], [kind for kind, _, _ in found])
        self.assertEqual(
            {"file": "no.yaml", "line": "6", "title": "DENIED change N: deploy: reversible"},
            found[1][1],
        )
        self.assertEqual(
            "50%, a: b cannot be taken back\n-> Plan a way back.\n"
            "Who can supply it: role engineer\nClauses: C-2",
            found[1][2],
        )
        raw = self.check("github", "no.yaml").out
        self.assertIn("title=DENIED change N%3A deploy%3A reversible::50%25, a: b cannot", raw)
        self.assertEqual("1", annotations(self.check("github", "broken.json"))[0][1]["line"])
        self.write("two.jsonl", change("A") + "\n" + change("B") + "\n")
        lines = {a[1]["line"] for a in annotations(self.check("github", "two.jsonl"))}
        self.assertEqual({"1", "2"}, lines)

    def test_a_pipe_is_read_once(self) -> None:
        pipe = self.folder / "pipe.json"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_text, args=(change("P"),))
        writer.start()
        found = annotations(self.check("github", "pipe.json"))
        writer.join()
        self.assertEqual({"1"}, {properties["line"] for _, properties, _ in found})

    def test_no_record_gives_a_command(self) -> None:
        self.write(f"{HOSTILE[:9].replace('/', '')}##[error]x,line=7.json", '{"id": "##[error]",}')
        self.write("words.yaml", "id: W\n::set-output name=a::b: ##[set-env name=P]q\n")
        names = [path.name for path in self.folder.iterdir() if "##" in path.name]
        for file in ("hostile.json", "words.yaml", *names):
            with self.subTest(file):
                result = self.check("github", file)
                for kind, properties, _ in annotations(result):
                    self.assertEqual("error", kind)
                    self.assertEqual({"file", "line", "title"}, set(properties))
                self.assertNotIn("\r", result.out)
                self.assertNotRegex(result.err, r"(?m)^\s*::|##\[")

    def test_ten_annotations_of_each_kind(self) -> None:
        good = json.loads((self.folder / "yes.json").read_text())
        for bad, count in ((0, 10), (0, 12), (5, 0), (6, 0), (30, 25)):
            with self.subTest(bad=bad, good=count):
                lines = [change(f"B{i}", rollback={"irreversible": True}) for i in range(bad)]
                lines += [json.dumps({**good, "id": f"G{i}"}) for i in range(count)]
                self.write("many.jsonl", "\n".join(lines) + "\n")
                found = annotations(self.check("github", "many.jsonl"))
                for kind, wanted in (("error", 2 * bad), ("notice", count)):
                    messages = [message for k, _, message in found if k == kind]
                    self.assertEqual(min(wanted, 10), len(messages))
                    if wanted > 10:
                        self.assertIn(
                            f"{wanted - 9} annotations of this kind left out", messages[-1]
                        )

    def test_the_summary_is_appended(self) -> None:
        summary = self.write("summary.md", "before\n")
        result = self.check("github", "no.yaml", "--summary", "summary.md")
        self.assert_code(DENIED, result)
        text = summary.read_text(encoding="utf-8")
        self.assertTrue(text.startswith("before\n\n"), text)
        self.assertIn("### ❌ DENIED: change N: deploy", text)
        self.assertNotIn("<!--", text)
        self.assert_code(ALLOWED, self.check("text", "yes.json", "--summary", "new.md"))
        self.assertIn("### ✅ ALLOWED", (self.folder / "new.md").read_text(encoding="utf-8"))
        # The environment by itself means nothing.
        self.run_here(
            "check",
            "yes.json",
            "--policy",
            "policy.yaml",
            "--format",
            "github",
            env={"GITHUB_STEP_SUMMARY": str(self.folder / "unasked.md")},
        )
        self.assertFalse((self.folder / "unasked.md").exists())

    def test_a_summary_that_cannot_be_written(self) -> None:
        result = self.check("github", "yes.json", "--summary", "no-folder/summary.md")
        self.assert_code(UNDECIDED, result)
        self.assertIn("could not be written", result.err)
        self.assert_refused(self.check("github", "yes.json", "--summary", ""), "--summary")
        self.write("full.md", "x" * (1 << 20))
        result = self.check("github", "yes.json", "--summary", "full.md")
        self.assert_code(UNDECIDED, result)
        self.assertIn("one MiB is full", result.err)
        self.write("nearly.md", "x" * ((1 << 20) - 3000))
        self.write("many.jsonl", "".join(change(f"B{i}") + "\n" for i in range(50)))
        self.check("github", "many.jsonl", "--summary", "nearly.md")
        text = (self.folder / "nearly.md").read_bytes()
        self.assertLessEqual(len(text), 1 << 20)
        self.assertIn(b"left out", text)

    def test_sarif_has_what_the_schema_requires(self) -> None:
        files = ("no.yaml", "open.json", "step.json", "broken.json", "hostile.json", "yes.json")
        run = self.sarif(*files, "--clause-url", "https://wiki.example/{clause}")
        driver = run["tool"]["driver"]
        self.assertEqual("changepolicy", driver["name"])
        rules = driver["rules"]
        self.assertEqual(len(rules), len({rule["id"] for rule in rules}))
        self.assertLessEqual({"peer", "reversible"}, {rule["id"] for rule in rules})
        (peer,) = (rule for rule in rules if rule["id"] == "peer")
        self.assertEqual("https://wiki.example/C-1", peer["helpUri"])
        self.assertEqual(["C-1"], peer["properties"]["clauses"])
        self.assertEqual(["soc2/CC8.1"], peer["properties"]["tags"])
        self.assertEqual("An engineer", peer["shortDescription"]["text"])
        (invocation,) = run["invocations"]
        self.assertIs(False, invocation["executionSuccessful"])
        self.assertEqual(BAD_INPUT, invocation["exitCode"])
        prints = []
        for result in run["results"]:
            self.assertEqual(result["ruleId"], rules[result["ruleIndex"]]["id"])
            self.assertEqual("fail", result["kind"])
            self.assertIn(result["level"], SARIF_LEVELS)
            self.assertTrue(result["message"]["text"])
            for location in result["locations"]:
                physical = location["physicalLocation"]
                self.assertRegex(
                    physical["artifactLocation"]["uri"],
                    r"^(?:[A-Za-z0-9._~/@!$&'()*+,;=-]|%[0-9A-F]{2})+$",
                )
                self.assertLessEqual(1, physical["region"]["startLine"])
            prints.append(result["partialFingerprints"]["changepolicyFinding/v1"])
        self.assertEqual(len(prints), len(set(prints)))
        self.assertNotIn("helpUri", json.dumps(self.sarif("no.yaml")))

    def test_fingerprints_stay(self) -> None:
        def prints(*arguments: str) -> list[str]:
            return [
                result["partialFingerprints"]["changepolicyFinding/v1"]
                for result in self.sarif(*arguments)["results"]
            ]

        before = prints("no.yaml")
        text = (self.folder / "no.yaml").read_text(encoding="utf-8")
        self.write("moved.yaml", "# moved\n\n" + text.replace("50%", "60%"))
        self.assertEqual(before, prints("moved.yaml"))
        self.write("other.yaml", text.replace("id: N", "id: M"))
        self.assertEqual(set(), set(before) & set(prints("other.yaml")))

    def test_junit_counts_and_cases(self) -> None:
        files = ("no.yaml", "open.json", "broken.json", "hostile.json", "yes.json")
        root = self.junit(*files)
        self.assertEqual("testsuites", root.tag)
        suites = root.findall("testsuite")
        self.assertEqual(len(files), len(suites))
        for element in (root, *suites):
            cases = element.findall(".//testcase")
            self.assertEqual(str(len(cases)), element.get("tests"))
            for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
                self.assertEqual(str(len(element.findall(f".//{tag}"))), element.get(name))
        reversible = suites[0].find("testcase[@name='reversible']/failure")
        assert reversible is not None
        self.assertEqual("50%, a: b cannot be taken back", reversible.get("message"))
        self.assertEqual("UNSATISFIED", reversible.get("type"))
        self.assertIn("\nclauses: C-2", reversible.text or "")
        self.assertIsNotNone(suites[1].find("testcase[@name='reversible']/error"))
        self.assertIn("set-output", "".join(suites[3].itertext()))

    def test_rules_that_do_not_apply_are_skipped(self) -> None:
        self.write(
            "policy.yaml",
            POLICY.replace('    must: "!change', '    applies_if: "false"\n    must: "!change'),
        )
        skipped = self.junit("no.yaml").find(".//testcase[@name='reversible']/skipped")
        assert skipped is not None
        self.assertEqual("does not apply", skipped.get("message"))

    def test_what_is_not_logged_is_not_green(self) -> None:
        for form in FORMATS:
            with self.subTest(form):
                log = self.write(f"{form}.log", "no log\n")
                result = self.check(
                    form, "yes.json", "--log", str(log), "--log-origin", "o.example"
                )
                self.assertNotEqual(ALLOWED, result.code, str(result))
                self.assertNotIn("::notice", result.out)


if __name__ == "__main__":
    unittest.main()
