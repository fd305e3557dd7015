"""The demonstrations that the examples come with."""

import os
import pathlib
import re
import subprocess
import unittest

from command import COMMAND, PROJECT, SAAS, TIMEOUT_SECONDS, CommandTest

CEL = PROJECT / "examples" / "cel"
KUBERNETES = PROJECT / "examples" / "kubernetes"


class DemoTest(CommandTest):
    def demo(self, script: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if name != "KUBERNETES_KEPS"
        }
        return subprocess.run(
            ["bash", str(script), *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=environment,
            timeout=3 * TIMEOUT_SECONDS,
            check=False,
        )

    def test_the_small_firm(self) -> None:
        done = self.demo(SAAS / "demo.sh", str(COMMAND))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("", done.stderr)
        headlines = [
            line for line in done.stdout.splitlines() if line.startswith(("ALLOWED", "DENIED"))
        ]
        self.assertEqual(
            [
                "ALLOWED  change CHG-1057: deploy",
                "ALLOWED  change CHG-1042: schedule",
                "ALLOWED  change CHG-1063: deploy",
                "DENIED  release REL-2.0.0: approve",
            ],
            headlines,
        )
        codes = [line for line in done.stdout.splitlines() if line.startswith("exit code")]
        self.assertEqual(["exit code 0"] * 3 + ["exit code 1"], codes)
        self.assertIn("ben for role dpo (release-officers)", done.stdout)

    def test_expressions_over_a_message(self) -> None:
        done = self.demo(CEL / "demo.sh", str(COMMAND))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("", done.stderr)
        questions = (CEL / "questions.txt").read_text(encoding="utf-8").splitlines()
        answers = (CEL / "answers.txt").read_text(encoding="utf-8").splitlines()
        blocks = [block.splitlines() for block in done.stdout.strip().split("\n\n")]
        self.assertEqual(questions, [block[0] for block in blocks])
        # Of an error the command says where it is, too.
        said = [re.sub(r"^expression:\d+:\d+: ", "", block[1]) for block in blocks]
        self.assertEqual(answers, said)
        codes = [2 if answer.startswith("error") else 0 for answer in answers]
        self.assertEqual([f"exit code {code}" for code in codes], [block[-1] for block in blocks])

    def test_kubernetes(self) -> None:
        done = self.demo(KUBERNETES / "demo.sh", str(COMMAND))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("", done.stderr)
        enhancements, exceptions, release = done.stdout.split("\n== ")
        rows = {
            line.split()[1]: line.split()[0] for line in enhancements.splitlines() if "KEP-" in line
        }
        self.assertEqual(
            {
                "KEP-1591": "ALLOWED",
                "KEP-859": "ALLOWED",
                "KEP-2372": "DENIED",
                "KEP-268": "UNKNOWN",
                "KEP-5517": "ALLOWED",
                "KEP-5832": "DENIED",
                "KEP-5941": "DENIED",
            },
            rows,
        )
        self.assertIn("production-readiness-alpha UNSATISFIED", enhancements)
        self.assertIn("merge-freeze WAIVED", exceptions)
        self.assertRegex(exceptions, r"\nALLOWED  7\nDENIED   6\n")
        self.assertIn("ALLOWED  release v1.35.0: deploy", release)

    def test_without_a_command_they_fail(self) -> None:
        for script in (SAAS / "demo.sh", KUBERNETES / "demo.sh"):
            with self.subTest(script):
                self.assertIn("check", script.read_text(encoding="utf-8"))
                done = self.demo(script, str(self.folder / "no-such-command"))
                self.assertNotEqual(0, done.returncode, done.stdout)
                self.assertIn("no-such-command", done.stderr)


if __name__ == "__main__":
    unittest.main()
