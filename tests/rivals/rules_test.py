"""The generated rules: what the files say is what the rules mean, and our command agrees."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(os.environ["CHANGEPOLICY_PROJECT"])
COMMAND = os.environ["CHANGEPOLICY_COMMAND"]
sys.path.insert(0, str(PROJECT / "benchmarks/rivals/scenario"))

import generate  # noqa: E402  (it stands in the folder that was just named)


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class RulesTest(unittest.TestCase):
    RULES, CHANGES = 500, 40

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name) / "one"
        generate.generate(cls.folder, cls.RULES, cls.CHANGES)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_the_same_arguments_give_the_same_bytes(self):
        again = self.folder.parent / "again"
        # Another process has other hashes of texts.
        subprocess.run([sys.executable, "-B", generate.__file__, str(again), "--rules",
                        str(self.RULES), "--changes", str(self.CHANGES)], check=True)
        for path in sorted(self.folder.iterdir()):
            self.assertEqual(path.read_bytes(), (again / path.name).read_bytes(), path.name)

    def test_every_answer_by_the_plain_reading(self):
        rules = read_lines(self.folder / "rules.jsonl")
        self.assertEqual(self.RULES, len(rules))
        self.assertEqual(self.RULES, len({rule["id"] for rule in rules}))
        for matches in generate.MATCHES:
            rows = read_lines(self.folder / f"changes-{matches}.jsonl")
            self.assertEqual(self.CHANGES, len({row["change"]["id"] for row in rows}))
            for row in rows:
                change = row["change"]
                matching = [rule for rule in rules if generate.applies(rule, change)]
                unmet = sorted(rule["id"] for rule in matching if not generate.is_met(rule, change))
                self.assertEqual(matches + 1, len(matching))
                self.assertEqual(sorted(rule["id"] for rule in matching), row["matching"])
                self.assertEqual(unmet, row["unmet"])
                self.assertEqual("DENIED" if unmet else "ALLOWED", row["verdict"])

    def test_both_verdicts_are_there(self):
        for matches in (0, 1):
            rows = read_lines(self.folder / f"changes-{matches}.jsonl")
            self.assertEqual({"ALLOWED", "DENIED"}, {row["verdict"] for row in rows})

    def test_few_profiles_and_few_changes_are_enough(self):
        for rules in (50, 400, 1000):
            generate.generate(self.folder.parent / f"{rules}", rules, 16)

    def test_our_command_gives_the_same_answers(self):
        folder = self.folder.parent / "few"
        generate.generate(folder, 50, 8)
        scenario = json.loads((folder / "scenario.json").read_text())
        self.assertEqual(["policy.yaml"], scenario["documents"])
        self.check_our_answers(folder, ["--policy", str(folder / "policy.yaml")])

    def test_overlays_hold_what_one_document_cannot(self):
        folder = self.folder.parent / "split"
        generate.generate(folder, 50, 8)
        most = 4000
        texts = list(generate.ours.policy(read_lines(folder / "rules.jsonl"), most))
        self.assertGreater(len(texts), 2)
        policy = []
        for number, text in enumerate(texts):
            self.assertLessEqual(len(text[text.index("gates:"):]), most + len("gates:\n"))
            path = folder / f"part-{number}.yaml"
            path.write_text(text)
            policy += ["--overlay" if number else "--policy", str(path)]
        self.check_our_answers(folder, policy)

    def check_our_answers(self, folder, policy):
        scenario = json.loads((folder / "scenario.json").read_text())
        subprocess.run([COMMAND, "policy", "lint", *policy, "--now", scenario["now"]],
                       check=True, capture_output=True)
        for matches in generate.MATCHES:
            rows = read_lines(folder / f"changes-{matches}.jsonl")
            asked = subprocess.run(
                [COMMAND, "check", str(folder / f"ours-{matches}.jsonl"), *policy,
                 "--now", scenario["now"], "--transition", "DEPLOY", "--format", "jsonl"],
                check=False, capture_output=True, text=True)
            answers = [json.loads(line) for line in asked.stdout.splitlines()]
            self.assertEqual(len(rows), len(answers), asked.stderr)
            for row, answer in zip(rows, answers):
                decision = answer.get("decision", answer)
                self.assertEqual(row["verdict"], decision["verdict"].removeprefix("VERDICT_"))
                unmet = sorted(outcome["rule"] for outcome in decision["outcomes"]
                               if outcome["status"] == "STATUS_UNSATISFIED")
                self.assertEqual(row["unmet"], unmet)


if __name__ == "__main__":
    unittest.main()
