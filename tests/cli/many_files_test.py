"""Folders with many records: a line each, a summary that adds up, always the same order."""

import collections
import random
import unittest

import records
from command import ALLOWED, BAD_INPUT, UNDECIDED, CommandTest, Result

COUNT = 200
VERDICTS = ("ALLOWED", "DENIED", "UNKNOWN", "ALLOWED")
IRREVERSIBLE = (False, True, None, False)


class ManyFilesTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.policy = self.write("policy.yaml", records.POLICY)

    def fill(self, folder: str, seed: int) -> None:
        """Writes the records in an order by the seed, so that the file system has another one."""
        numbers = list(range(COUNT))
        random.Random(seed).shuffle(numbers)
        for number in numbers:
            record = records.change(f"CHG-{number:03}", IRREVERSIBLE[number % 4])
            self.write(f"{folder}/{number % 7}/change-{number:03}.json", records.as_json(record))
        self.write(f"{folder}/notes.txt", "no record")
        self.write(f"{folder}/3/README.md", "# no record")

    def check(self, *arguments: str) -> Result:
        return self.run_here("check", *arguments, "--policy", self.policy, "--now", records.NOW)

    def test_json_lines(self) -> None:
        self.fill("records", 1)
        result = self.check("records", "--format", "jsonl")
        self.assert_code(UNDECIDED, result)
        self.assertEqual("", result.err)
        lines = result.json_lines()
        self.assertEqual(COUNT, len(lines))
        self.assertEqual(COUNT, len({line["source"] for line in lines}))
        self.assertEqual(COUNT, len({line["decision_digest"] for line in lines}))
        for line in lines:
            number = int(line["subject_id"].removeprefix("CHG-"))
            self.assertEqual(f"records/{number % 7}/change-{number:03}.json", line["source"])
            self.assertEqual(f"VERDICT_{VERDICTS[number % 4]}", line["verdict"])

    def test_the_table_and_its_summary(self) -> None:
        self.fill("records", 2)
        result = self.check("records")
        self.assert_code(UNDECIDED, result)
        rows = [line.split() for line in result.lines[1 : COUNT + 1]]
        for row in rows:
            number = int(row[1].removeprefix("CHG-"))
            self.assertEqual(VERDICTS[number % 4], row[0])
            reason = {"ALLOWED": [], "DENIED": ["reversible", "UNSATISFIED"]}
            self.assertEqual(reason.get(row[0], ["reversible", "UNKNOWN"]), row[2:])
        self.assertEqual(COUNT, len({row[1] for row in rows}))
        expected = collections.Counter(VERDICTS[number % 4] for number in range(COUNT))
        summary = {
            verdict: int(count) for verdict, count in map(str.split, result.lines[COUNT + 2 :])
        }
        self.assertEqual(dict(expected), summary, str(result))

    def test_the_order_is_that_of_the_names(self) -> None:
        self.fill("records", 3)
        first = self.check("records", "--format", "jsonl")
        sources = [line["source"] for line in first.json_lines()]
        self.assertEqual(COUNT, len(sources))
        self.assertEqual(sorted(sources), sources)
        for seed in (4, 5):
            self.fill(f"other{seed}/records", seed)
            other = self.check(str(self.folder / f"other{seed}" / "records"), "--format", "jsonl")
            digests = [line["decision_digest"] for line in other.json_lines()]
            self.assertEqual([line["decision_digest"] for line in first.json_lines()], digests)
            here = self.run_here(
                "check",
                "records",
                "--policy",
                self.policy,
                "--now",
                records.NOW,
                cwd=self.folder / f"other{seed}",
            )
            self.assertEqual(self.check("records").raw, here.raw)

    def test_files_stand_in_the_order_in_which_they_are_named(self) -> None:
        self.fill("records", 6)
        names = [f"records/{number % 7}/change-{number:03}.json" for number in range(COUNT)]
        random.Random(6).shuffle(names)
        result = self.check(*names, "--format", "jsonl")
        self.assertEqual(names, [line["source"] for line in result.json_lines()])

    def test_json_lines_in_one_file(self) -> None:
        lines = [
            records.as_json(records.change(f"CHG-{number}", IRREVERSIBLE[number % 4]))
            for number in range(COUNT)
        ]
        self.write("all.jsonl", "\n".join(lines) + "\n")
        result = self.check("all.jsonl", "--format", "jsonl")
        self.assert_code(UNDECIDED, result)
        for number, line in enumerate(result.json_lines()):
            self.assertEqual(f"all.jsonl:{number + 1}", line["source"])
            self.assertEqual(f"CHG-{number}", line["subject_id"])
            self.assertEqual(f"VERDICT_{VERDICTS[number % 4]}", line["verdict"])

    def test_bad_records_are_counted_and_the_rest_is_decided(self) -> None:
        self.fill("records", 7)
        for number in range(0, COUNT, 10):
            self.write(f"records/{number % 7}/change-{number:03}.json", '{"id": "x", "stat": 1}')
        result = self.check("records")
        self.assert_code(BAD_INPUT, result)
        summary = {
            verdict: int(count) for verdict, count in map(str.split, result.lines[COUNT + 2 :])
        }
        self.assertEqual(20, summary["INVALID"])
        self.assertEqual(COUNT, sum(summary.values()))
        self.assertEqual(20, result.err.count("unknown field `stat`"))
        lines = self.check("records", "--format", "jsonl").json_lines()
        self.assertEqual(COUNT, len(lines))
        self.assertEqual(20, sum("invalid" in line for line in lines))

    def test_a_row_says_why_whatever_held_it(self) -> None:
        # Not a rule but a remark holds these: a newer schema, no state, a step that is not legal.
        self.write(
            "records/newer.binpb", records.as_binary("NEWER") + records.varint_field(19999, 1)
        )
        self.write("records/stateless.yaml", "id: STATELESS\nrollback: {irreversible: false}\n")
        self.write("records/closed.yaml", "id: CLOSED\nstate: CLOSED\n")
        result = self.check("records")
        self.assert_code(UNDECIDED, result)
        rows = {line.split()[1]: line.split() for line in result.lines[1:4]}
        self.assertEqual({"NEWER", "STATELESS", "CLOSED"}, set(rows), str(result))
        for name, row in rows.items():
            with self.subTest(name):
                self.assertIn(row[0], ("ERROR", "UNKNOWN"))
                self.assertGreater(len(row), 2, f"no reason: {result}")

    def test_two_records_of_the_same_id_can_be_told_apart(self) -> None:
        self.write("records/first.json", records.as_json(records.change("CHG-1", False)))
        self.write("records/second.json", records.as_json(records.change("CHG-1", True)))
        result = self.check("records")
        self.assertIn(
            "second.json", result.out + result.err, f"which of the two is denied? {result}"
        )

    def test_verbose_shows_each_in_full(self) -> None:
        self.write("records/a.json", records.as_json(records.change("A", False)))
        self.write("records/b.json", records.as_json(records.change("B", True)))
        result = self.check("records", "--verbose")
        self.assert_says(
            result.out,
            "ALLOWED  change A: deploy",
            "DENIED  change B: deploy",
            "B cannot be taken back  [C-1]",
            "change.rollback.irreversible = true",
            result=result,
        )

    def test_every_ending_that_is_read(self) -> None:
        text = records.as_json(records.change("C-1"))
        for name in ("a.yaml", "b.yml", "c.json", "d.jsonl"):
            self.write(f"records/{name}", text)
        for name in ("e.textproto", "f.txtpb"):
            self.write(f"records/{name}", records.as_textproto("C-1"))
        for name in ("g.binpb", "h.pb"):
            self.write(f"records/{name}", records.as_binary("C-1"))
        for name in ("i.txt", "j", "k.yaml.bak", "l.md"):
            self.write(f"records/{name}", "not a record: [")
        result = self.check("records", "--format", "jsonl")
        self.assert_code(ALLOWED, result)
        self.assertEqual(8, len(result.json_lines()), str(result))


if __name__ == "__main__":
    unittest.main()
