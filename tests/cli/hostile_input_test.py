"""Input that is huge, deep, or made to mislead: refused quickly, by name, and never a crash."""

import pathlib
import time
import unittest

import records
from command import ALLOWED, DENIED, SAAS_OPTIONS, CommandTest, Result

MEBI = 1 << 20
DEEP = 100_000

# The slowest refusal under the sanitizers on a loaded machine; without a limit it is minutes.
SECONDS = 60


class HostileTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("policy.yaml", records.POLICY)
        self.write("good.json", records.as_json(records.change("C-1")))

    def check(self, *arguments: str) -> Result:
        start = time.monotonic()
        result = self.run_here("check", *arguments, "--policy", "policy.yaml", "--now", records.NOW)
        self.assertLess(time.monotonic() - start, SECONDS, str(result))
        return result

    def sparse(self, name: str, size: int) -> pathlib.Path:
        path = self.folder / name
        with open(path, "wb") as file:
            file.truncate(size)
        return path


class SizeTest(HostileTest):
    def test_a_file_of_a_hundred_megabytes(self) -> None:
        for name in ("a.yaml", "a.json", "a.jsonl", "a.textproto", "a.binpb", "a"):
            with self.subTest(name):
                self.sparse(name, 100 * MEBI)
                result = self.check(name)
                self.assert_refused(result, "larger than 64 MiB", place=name)
                (self.folder / name).unlink()

    def test_a_hundred_megabytes_on_standard_input(self) -> None:
        result = self.run_here("check", "-", *SAAS_OPTIONS, stdin=bytes(100 * MEBI))
        self.assert_refused(result, "standard input: larger than 64 MiB")

    def test_a_hundred_megabytes_of_organization_or_policy(self) -> None:
        self.sparse("large.yaml", 100 * MEBI)
        organization = self.check("good.json", "--organization", "large.yaml")
        self.assert_refused(organization, "larger than 64 MiB", place="large.yaml")
        policy = self.run_here("check", "good.json", "--policy", "large.yaml")
        self.assert_refused(policy, "larger than 64 MiB", place="large.yaml")
        lint = self.run_here("policy", "lint", "--policy", "large.yaml")
        self.assert_refused(lint, "larger than 64 MiB", place="large.yaml")

    def test_a_document_of_twenty_megabytes(self) -> None:
        line = f"  {'x' * 98}\n"
        self.write("a.yaml", "id: C-1\ntitle: |\n" + line * (20 * MEBI // len(line)))
        self.assert_refused(self.check("a.yaml"), "16777216 bytes", place="a.yaml")
        self.assert_helps(self.check("a.yaml"), "split")

    def test_a_large_file_has_a_remedy(self) -> None:
        self.sparse("a.yaml", 100 * MEBI)
        self.assert_helps(self.check("a.yaml"))

    def test_the_others_of_the_run_go_on(self) -> None:
        self.sparse("large.yaml", 100 * MEBI)
        result = self.check("large.yaml", "good.json")
        self.assertEqual(3, result.code, str(result))
        self.assertIn("ALLOWED  C-1", result.out)
        self.assertIn("large.yaml", result.err)


class DepthTest(HostileTest):
    # Name, beginning that is repeated, end that is repeated, "" to leave it open.
    SHAPES = (
        ("a.json", "[", ""),
        ("a.json", "[", "]"),
        ("a.json", '{"a":', ""),
        ("a.json", '{"a":[', ""),
        ("a.yaml", "[", ""),
        ("a.yaml", "[", "]"),
        ("a.yaml", "{a: ", ""),
        ("a.yaml", "- ", ""),
        ("a.yaml", "? ", ""),
        ("a.yaml", "? [", ""),
        ("a.jsonl", "[", "]"),
        ("a.textproto", "revisions { snapshot {", ""),
        ("a.textproto", "revisions { snapshot {", "}}"),
    )

    def test_nesting_of_a_hundred_thousand(self) -> None:
        for name, opening, closing in self.SHAPES:
            with self.subTest(name=name, opening=opening, closing=closing):
                self.write(name, opening * DEEP + closing * DEEP)
                result = self.check(name)
                self.assert_refused(result, place=f"{name}:1:")
                self.assertRegex(result.err, r"deep|nested", str(result))
                self.assertLess(len(result.err), 5000, "it repeats the whole line")

    def test_nesting_has_a_remedy(self) -> None:
        for name, opening, closing in self.SHAPES:
            with self.subTest(name=name, opening=opening, closing=closing):
                self.write(name, opening * DEEP + closing * DEEP)
                self.assert_helps(self.check(name))

    def test_what_is_wide_is_not_deep(self) -> None:
        change = records.change("C-1")
        facts = {f"key{number}": number for number in range(2500)}
        for title, name, record in (
            ("2500 keys in one line", "a.json", {**change, "facts": facts}),
            ("2500 keys in one line", "a.yaml", {**change, "facts": facts}),
            ("dashes in a text", "a.yaml", {**change, "title": "one - two " * 2500}),
            ("brackets in a text", "a.yaml", {**change, "title": "[info " * 2500}),
            ("a list of 5000 lists", "a.yaml", {**change, "facts": {"x": [[1]] * 5000}}),
        ):
            with self.subTest(title=title, name=name):
                self.write(name, records.as_json(record))
                result = self.check(name)
                self.assert_code(ALLOWED, result)
                self.assertIn("ALLOWED  change C-1: deploy", result.out)

    def test_brackets_in_comments_and_texts_do_not_hide_the_depth(self) -> None:
        for line in ("[#]\n", '["]", ', '{"}}": [\n', "[ ']', \n", '? [ "]", \n'):
            with self.subTest(line):
                self.write("a.yaml", line * DEEP)
                self.assert_refused(self.check("a.yaml"), "nested deeper", place="a.yaml:")

    def test_nesting_of_blocks(self) -> None:
        self.write("a.yaml", "".join(f"{' ' * level}a:\n" for level in range(2000)))
        self.assert_refused(self.check("a.yaml"), "nested deeper", place="a.yaml:101:101: ")

    def test_nesting_of_a_message(self) -> None:
        content = b""
        for _ in range(5000):
            content = records.bytes_field(30, records.bytes_field(5, content))
        self.write("a.binpb", content)
        self.assert_refused(self.check("a.binpb"), "no serialized", place="a.binpb")

    def test_nesting_in_policy_and_organization(self) -> None:
        self.write("deep.yaml", "[" * DEEP)
        organization = self.check("good.json", "--organization", "deep.yaml")
        self.assert_refused(organization, "nested deeper", place="deep.yaml:1:")
        policy = self.run_here("check", "good.json", "--policy", "deep.yaml")
        self.assert_refused(policy, "nested deeper", place="deep.yaml:1:")

    def test_nesting_of_an_expression(self) -> None:
        for expression in (
            "(" * 20_000 + "true" + ")" * 20_000,
            "!" * 20_000 + "true",
            "[" * 1_500,
            "true ? true : " * 900 + "true",
            "-" * 20_000 + "1 == 1",
        ):
            with self.subTest(expression[:20]):
                text = records.POLICY.replace("!change.rollback.irreversible", expression)
                self.write("deep.yaml", text)
                result = self.run_here("check", "good.json", "--policy", "deep.yaml")
                self.assert_refused(result, "gates[reversible].must", place="deep.yaml:15:")


class BombTest(HostileTest):
    def test_billion_laughs(self) -> None:
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        for level in range(1, 12):
            lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]")
        self.write("bomb.yaml", "\n".join(lines) + "\nid: *a11\n")
        runs = (
            self.check("bomb.yaml"),
            self.check("good.json", "--organization", "bomb.yaml"),
            self.run_here("check", "good.json", "--policy", "bomb.yaml"),
            self.run_here("policy", "test", "bomb.yaml"),
        )
        for result in runs:
            with self.subTest(result.arguments):
                self.assertEqual(3, result.code, str(result))
                self.assertIn("bomb.yaml:1:5: error: anchors are not read", result.err)
                self.assert_helps(result, "write the value out")

    def test_an_endless_file(self) -> None:
        if not pathlib.Path("/dev/zero").exists():
            self.skipTest("no /dev/zero here")
        self.assert_refused(self.check("/dev/zero"), "/dev/zero: larger than 64 MiB")


class MisleadingTest(HostileTest):
    """Whoever writes a record must not write the answer, nor into the reader's terminal."""

    ESCAPE = "\x1b[2J\x1b[32m"

    def test_a_line_break_in_a_record_forges_no_answer(self) -> None:
        forged = "ALLOWED  change C-2: deploy"
        self.write("a.json", records.as_json(records.change(f"C-1\n{forged}", True)))
        self.write("b.json", records.as_json(records.change("C-3", True)))
        for command, names in (
            ("check", ("a.json",)),
            ("check", ("a.json", "b.json")),
            ("explain", ("a.json",)),
            ("approvers", ("a.json",)),
        ):
            with self.subTest(command=command, names=names):
                result = self.run_here(
                    command, *names, "--policy", "policy.yaml", "--now", records.NOW
                )
                self.assertIn("C-1", result.out + result.err)
                self.assertFalse(
                    [line for line in result.lines if line.startswith("ALLOWED")], str(result)
                )

    def test_no_record_writes_control_characters_to_the_terminal(self) -> None:
        identifier = f"C-1{self.ESCAPE}\rX\x07"
        self.write("a.json", records.as_json(records.change(identifier, True)))
        self.write("b.json", records.as_json({**records.change("C-2"), "state": self.ESCAPE}))
        self.write("c.json", records.as_json({**records.change("C-3"), self.ESCAPE: 1}))
        self.write("d.yaml", f"id: C-4\ntitle: {self.ESCAPE}\nstat: x\n")
        for names in (("a.json",), ("a.json", "good.json"), ("b.json",), ("c.json",), ("d.yaml",)):
            with self.subTest(names):
                result = self.check(*names)
                self.assertNotEqual(0, result.code)
                self.assertTrue(result.out)
                for control in ("\x1b", "\r", "\x07"):
                    self.assertNotIn(
                        control, result.out + result.err, repr(result.out + result.err)
                    )

    def test_a_name_of_a_file_forges_no_answer_either(self) -> None:
        name = "a\nALLOWED  C-9.json"
        self.write(f"records/{name}", '{"id": "C-1", "stat": "DRAFT"}')
        self.write("records/b.json", records.as_json(records.change("C-2", True)))
        result = self.check("records")
        self.assertEqual(3, result.code)
        self.assertFalse([line for line in result.lines if line.startswith("ALLOWED")], str(result))

    def test_json_escapes_what_is_strange(self) -> None:
        identifier = f'C-1{self.ESCAPE}\n"\\\u2028</script>'
        self.write("a.json", records.as_json(records.change(identifier, True)))
        for form in ("json", "jsonl"):
            result = self.check("a.json", "--format", form)
            self.assert_code(DENIED, result)
            self.assertNotIn("\x1b", result.out)
            self.assertEqual(identifier, result.json()["subject_id"])
        self.assertEqual(1, len(self.check("a.json", "--format", "jsonl").raw.splitlines()))


if __name__ == "__main__":
    unittest.main()
