"""The demonstrations that the examples come with."""

import os
import pathlib
import re
import subprocess
import unittest

from command import COMMAND, PROJECT, SAAS, TIMEOUT_SECONDS, CommandTest

CEL = PROJECT / "examples" / "cel"
KUBERNETES = PROJECT / "examples" / "kubernetes"


LIBUV = PROJECT / "examples" / "libuv"


def totals(text: str) -> dict[str, str]:
    """The numbers that `approvers --totals` prints below the instant."""
    lines = text.strip().split("\nnow ", 1)[1].splitlines()[1:]
    return {name.strip(): number for name, number in (line.rsplit(None, 1) for line in lines)}


class DemoTest(CommandTest):
    def demo(
        self, script: pathlib.Path, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("KUBERNETES_KEPS", "LIBUV_REVIEWS")
        }
        environment.update(variables)
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

    def test_a_pull_request_payload_by_payload(self) -> None:
        done = self.demo(PROJECT / "examples" / "import" / "demo.sh", str(COMMAND))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("", done.stderr)
        self.assertEqual(
            ["DENIED, 1 approval is missing", "ALLOWED", "DENIED", "ALLOWED", "ALLOWED"],
            re.findall(r"^Approvals of acme/shop#7: (.*)$", done.stdout, re.MULTILINE),
        )
        self.assertIn("peer  vetoed by cy.young (review-12)", done.stdout)
        suite = PROJECT / "examples" / "import" / "shop.suite.yaml"
        tested = subprocess.run([str(COMMAND), "policy", "test", str(suite)], capture_output=True,
                                text=True, timeout=TIMEOUT_SECONDS, check=False)
        self.assertEqual(0, tested.returncode, tested.stdout)
        self.assertEqual("5 of 5 cases passed in 1 suite\n", tested.stdout)

    def test_three_lives(self) -> None:
        done = self.demo(PROJECT / "examples" / "lifecycle" / "demo.sh", str(COMMAND))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("", done.stderr)
        headlines = re.findall(
            r"^(ALLOWED|DENIED|ERROR|UNKNOWN)  (?:change|release) (\S+): (.*)$",
            done.stdout,
            re.MULTILINE,
        )
        steps = {
            subject: [(verdict, step) for verdict, named, step in headlines if named == subject]
            for subject in ("CHG-1042", "CHG-1063", "REL-2.0.0")
        }
        self.assertEqual(
            ["submit", "assess", "approve", "approve", "schedule", "deploy", "deploy", "verify"]
            + ["review", "close", "cancel"],
            [step for _, step in steps["CHG-1042"]],
        )
        self.assertEqual(
            [("ALLOWED", "submit"), ("ALLOWED", "deploy"), ("ALLOWED", "review")]
            + [("DENIED", "close")],
            steps["CHG-1063"],
        )
        self.assertEqual(("ALLOWED", "roll back"), steps["REL-2.0.0"][-1])
        self.assertIn("next: roll back", done.stdout)
        self.assertIn("legal: verify, roll back", done.stdout)

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
        enhancements, approvals, exceptions, release = done.stdout.split("\n== ")
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
        self.assertEqual(
            {
                "records": "7",
                "satisfied": "4",
                "missing": "1",
                "unsatisfiable": "0",
                "unknown": "2",
                "error": "0",
                "bad records": "0",
                "self-approved": "1",
                "as AUTHOR": "1",
                "no_approver": "1",
                "placeholder_only": "1",
                "self_nominated": "1",
            },
            totals(approvals),
        )
        self.assertIn("merge-freeze WAIVED", exceptions)
        self.assertRegex(exceptions, r"\nALLOWED  7\nDENIED   6\n")
        self.assertIn("ALLOWED  release v1.35.0: deploy", release)

    def test_libuv(self) -> None:
        done = self.demo(LIBUV / "demo.sh", str(COMMAND))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("", done.stderr)
        author, committer, one = done.stdout.split("\n== ")
        self.assertLessEqual(
            {"records": "30", "satisfied": "19", "missing": "11", "self-approved": "0"}.items(),
            totals(author).items(),
        )
        self.assertLessEqual(
            {"records": "30", "satisfied": "17", "missing": "13", "as COMMITTER": "8"}.items(),
            totals(committer).items(),
        )
        self.assertIn("DENIED, 1 approval is missing", one)

    def test_libuv_on_another_file(self) -> None:
        lines = (LIBUV / "data" / "commits.jsonl").read_text(encoding="utf-8").splitlines()
        for name, more, code in (("few.jsonl", [], 0), ("few.txt", [], 0), ("bad.txt", ["{"], 1)):
            with self.subTest(name):
                path = self.write(name, "\n".join(lines[:5] + more))
                done = self.demo(LIBUV / "demo.sh", str(COMMAND), LIBUV_REVIEWS=str(path))
                self.assertEqual(code, done.returncode, done.stderr)
                for section in done.stdout.split("\n== "):
                    counted = totals(section)
                    self.assertEqual(str(5 + len(more)), counted["records"])
                    self.assertEqual(str(len(more)), counted["bad records"])
        done = self.demo(LIBUV / "demo.sh", str(COMMAND), LIBUV_REVIEWS="no-such-file.txt")
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn("no-such-file.txt", done.stderr)

    def test_without_a_command_they_fail(self) -> None:
        for script in (SAAS / "demo.sh", KUBERNETES / "demo.sh", LIBUV / "demo.sh"):
            with self.subTest(script):
                self.assertRegex(script.read_text(encoding="utf-8"), "check|approvers")
                done = self.demo(script, str(self.folder / "no-such-command"))
                self.assertNotEqual(0, done.returncode, done.stdout)
                self.assertIn("no-such-command", done.stderr)


if __name__ == "__main__":
    unittest.main()
