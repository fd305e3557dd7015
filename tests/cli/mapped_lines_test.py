"""Foreign records as JSON lines through a mapping: one record per line, complaints with the line."""

import json
import unittest

import records
from command import ALLOWED, BAD_INPUT, CommandTest, Result

MAPPING = """\
mapping: {id: lines, title: Lines, to: CHANGE}
sources:
  - {id: line, files: ["*.jsonl"]}
fields:
  id: line.key
  state: '"SCHEDULED"'
  rollback.irreversible: line.irreversible
annotations:
  place: file
"""


class MappedLinesTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", records.POLICY)
        self.write("mapping.yaml", MAPPING)

    def ask(self, command: str, *arguments: str) -> Result:
        return self.run_here(
            command, "all.jsonl", "--mapping", "mapping.yaml", "--policy", "policy.yaml",
            "--now", records.NOW, *arguments,
        )

    def test_each_line_is_a_record(self) -> None:
        lines = [json.dumps({"key": f"C-{i}", "irreversible": False}) for i in range(3)]
        # Blank lines, a byte order mark and Windows' ends of lines are no records.
        self.write("all.jsonl", "\ufeff" + lines[0] + "\r\n\r\n" + lines[1] + "\n  \n" + lines[2])
        for command in ("check", "approvers", "explain"):
            with self.subTest(command):
                result = self.ask(command, "--format", "jsonl")
                self.assert_code(ALLOWED, result)
                self.assertEqual(
                    [("all.jsonl:1", "C-0"), ("all.jsonl:3", "C-1"), ("all.jsonl:5", "C-2")],
                    [(line["place"], line["subject_id"]) for line in result.json_lines()],
                )

    def test_a_bad_line_is_named_and_the_rest_goes_on(self) -> None:
        good = json.dumps({"key": "C-1", "irreversible": False})
        self.write("all.jsonl", f'{good}\n{{"key": "C-2", }}\n{good}\n{{"kee": 1}}\n')
        for command in ("check", "approvers", "explain"):
            with self.subTest(command):
                result = self.ask(command, "--format", "jsonl")
                self.assert_code(BAD_INPUT, result)
                self.assert_says(
                    result.err, "all.jsonl:2:", "all.jsonl:4: error: ", "`id`", result=result
                )
                self.assertEqual(
                    [("all.jsonl:2", True), ("all.jsonl:1", False), ("all.jsonl:3", False),
                     ("all.jsonl:4", True)],
                    [(line["source"], "invalid" in line) for line in result.json_lines()],
                )

    def test_no_record_at_all_is_no_permission(self) -> None:
        self.write("all.jsonl", "\n")
        for command in ("check", "approvers", "explain"):
            with self.subTest(command):
                self.assert_refused(self.ask(command), "all.jsonl", "it is empty")


if __name__ == "__main__":
    unittest.main()
