"""`changepolicy cel`: the language from a terminal, by itself and over plain documents."""

import pathlib
import unittest

from command import UNDECIDED, CommandTest, Result

TRUE, FALSE = 0, 1


class CelTest(CommandTest):
    def cel(self, *arguments: str | pathlib.Path, **options: object) -> Result:
        return self.run_here("cel", *arguments, **options)

    def assert_answer(self, expected: str, result: Result, code: int = 0) -> None:
        self.assert_code(code, result)
        self.assertEqual(expected + "\n", result.out, str(result))
        self.assertEqual("", result.err, str(result))


class AloneTest(CelTest):
    VALUES = (
        ("1 + 2", "3"),
        ("7u", "7u"),
        ("1.0 / 4.0", "0.25"),
        ("'a' + \"b\"", '"ab"'),
        ("'é'.size()", "1"),
        ("b'\\x01'", 'b"\\x01"'),
        ("[1, [2]]", "[1, [2]]"),
        ("{'a': {1: true}}", '{"a": {1: true}}'),
        ("null", "null"),
        ("type([])", "list"),
        ("duration('90s')", 'duration("90s")'),
        ("optional.none()", "optional.none()"),
        ("changepolicy.v1.Person{id: 'ann'}", 'changepolicy.v1.Person{id: "ann"}'),
    )

    def test_values(self) -> None:
        for expression, expected in self.VALUES:
            with self.subTest(expression):
                self.assert_answer(expected, self.cel(expression))

    def test_json(self) -> None:
        for expression, value, kind in (
            ("1 + 2", 3, "int"),
            ("9007199254740993", "9007199254740993", "int"),
            ("[1u, 'x', b'hi', null, 1.5]", [1, "x", "aGk=", None, 1.5], "list(dyn)"),
            ("{1: optional.of('a')}", {"1": "a"}, "map(int, optional_type(string))"),
            ("timestamp('2026-01-31T12:00:00Z')", "2026-01-31T12:00:00Z",
             "google.protobuf.Timestamp"),
            ("changepolicy.v1.Person{id: 'ann'}", {"id": "ann"}, "changepolicy.v1.Person"),
            ("type(1)", "int", "type(int)"),
        ):
            with self.subTest(expression):
                result = self.cel(expression, "--format", "json")
                self.assert_code(0, result)
                self.assertEqual({"value": value, "type": kind}, result.json(), str(result))

    def test_from_standard_input_and_from_a_file(self) -> None:
        self.assert_answer("3", self.cel("-", stdin=b"1 +\n2 // three\n"))
        self.write("sum.cel", "1 +\n2\n")
        self.assert_answer("3", self.cel("@sum.cel"))
        self.write("bad.cel", "1 +\n foo\n")
        self.assert_refused(self.cel("@bad.cel"), "undeclared name `foo`", place="bad.cel:2:2")
        self.assert_refused(self.cel("-", stdin=b"foo"), place="standard input:1:1")
        self.assert_refused(self.cel("@missing.cel"), "missing.cel: no such file")
        self.assert_refused(self.cel("-", "--input", "-"), "both be standard input")

    def test_type_and_tree(self) -> None:
        self.assert_answer("list(int)", self.cel("[1].map(x, x + 1)", "--type-only"))
        self.assert_answer("dyn", self.cel("1 + 1", "--type-only", "--unchecked"))
        self.assert_answer("_+_(1, 2)", self.cel("1 + 2", "--dump"))
        # Neither evaluates.
        self.assert_answer("int", self.cel("1 / 0", "--type-only"))

    def test_test(self) -> None:
        self.assert_answer("true", self.cel("1 < 2", "--test"), TRUE)
        self.assert_answer("false", self.cel("1 > 2", "--test"), FALSE)
        self.assert_refused(self.cel("1 + 2", "--test"), "expected `bool`")
        result = self.cel("x", "--test", "--var", "x:dyn=1")
        self.assert_code(UNDECIDED, result)
        self.assertIn("gave no bool", result.err)

    def test_unchecked(self) -> None:
        self.assert_refused(self.cel("1 + 'a' == 1 || true"), "`+` does not take")
        self.assert_answer("true", self.cel("1 + 'a' == 1 || true", "--unchecked"))
        self.assert_code(UNDECIDED, self.cel("1 + 'a'", "--unchecked"))

    def test_errors_of_the_evaluation(self) -> None:
        result = self.cel("[1, 2].map(x,\n  x / (x - 1))")
        self.assert_code(UNDECIDED, result)
        self.assertEqual("", result.out)
        self.assertEqual(
            ["expression:2:5: error: division by zero", " 2 |   x / (x - 1))", "   |     ^"],
            result.err.splitlines())
        result = self.cel("{'a': 1}['b']", "--format", "json")
        self.assert_code(UNDECIDED, result)
        self.assertEqual({"error": {"code": "NOT_FOUND", "message": 'no such key: "b"',
                                    "line": 1, "column": 9}}, result.json(), str(result))

    def test_every_mistake_with_its_place_and_a_suggestion(self) -> None:
        result = self.cel("siz('a') > 0 &&\n 'é'.startWith(1)")
        self.assert_refused(result, "did you mean `size`?", "did you mean `startsWith`?",
                            place="expression:1:1")
        self.assertIn("expression:2:", result.err)
        self.assertIn("^", result.err)
        self.assertEqual(2, result.err.count("error: "), str(result))
        self.assertEqual("", result.out)

    def test_what_is_no_expression(self) -> None:
        for text in ("", " ", "1 +", "(", "'a", "a b", "@", "1 2", "`", "\x01", "(" * 100_000):
            with self.subTest(text[:20]):
                self.assert_refused(self.cel(text))
        self.assert_refused(self.cel("-", stdin=b"'\xff'"))
        self.assert_refused(self.cel("-", stdin=b""))
        self.assert_refused(self.cel("-", stdin=b"1 + \x00"))
        self.assert_refused(self.cel("-", stdin=b"1 +" * 100_000), "100000")
        self.assert_refused(self.cel(), "an expression is expected")

    def test_time_and_output_are_bounded(self) -> None:
        many = "lists.range(1000)"
        result = self.cel(f"{many}.all(a, {many}.all(b, {many}.all(c, true)))")
        self.assert_code(UNDECIDED, result)
        self.assertIn("steps", result.err)
        text = "v"
        for _ in range(25):
            text = f"cel.bind(v, [v, v], {text})"
        result = self.cel(f"cel.bind(v, [1], {text})")
        self.assert_code(UNDECIDED, result)
        self.assertIn("more than 1000000 parts", result.err)

    def test_libraries(self) -> None:
        self.assert_answer('"a"', self.cel("'abc'.charAt(0)"))
        self.assert_answer('"a"', self.cel("--library", "strings", "'abc'.charAt(0)"))
        self.assert_refused(self.cel("'abc'.charAt(0)", "--library", "lists"), "library `strings`")
        self.assert_refused(self.cel("1", "--library", "string"), "did you mean `strings`?")
        listed = self.cel("--list-libraries")
        self.assert_code(0, listed)
        self.assertTrue(listed.out.startswith("standard: "), str(listed))
        self.assertIn("  string.contains(string) -> bool\n", listed.out)
        self.assertIn("  target.exists(a, b)\n", listed.out)
        self.assertNotIn("_+_", listed.out)
        libraries = self.cel("--list-libraries", "--format", "json").json()
        self.assertEqual("standard", libraries[0]["name"])
        strings = next(library for library in libraries if library["name"] == "strings")
        signatures = [function["signature"] for function in strings["functions"]]
        self.assertIn("string.charAt(int) -> string", signatures)

    def test_container_and_enums(self) -> None:
        self.assert_answer("3", self.cel("RiskLevel.RISK_LEVEL_HIGH", "--container",
                                         "changepolicy.v1"))
        self.assert_answer("RiskLevel.HIGH", self.cel(
            "changepolicy.v1.RiskLevel.RISK_LEVEL_HIGH", "--typed-enums"))


class VariableTest(CelTest):
    def test_values_with_and_without_types(self) -> None:
        for variable, expected, kind in (
            ("x=1", "1", "int"),
            ("x=1u", "1u", "uint"),
            ("x:double=1.0", "1", "double"),
            ("x='a=b:c'", '"a=b:c"', "string"),
            ('x="a"', '"a"', "string"),
            ("x=[1, 2]", "[1, 2]", "list(int)"),
            ("x:list(dyn)=[1, 2]", "[1, 2]", "list(dyn)"),
            ('x={"a": [1, true, null]}', '{"a": [1, true, null]}', "map(string, list(dyn))"),
            ('x={"a": "\\/"}', '{"a": "/"}', "dyn"),
            ("x=timestamp('2026-01-31T12:00:00Z')", 'timestamp("2026-01-31T12:00:00Z")',
             "google.protobuf.Timestamp"),
            ("x:int=2 * 3", "6", "int"),
            ("x=changepolicy.v1.Person{id: 'ann'}.id", '"ann"', "string"),
        ):
            with self.subTest(variable):
                self.assert_answer(expected, self.cel("x", "--var", variable))
                self.assert_answer(kind, self.cel("x", "--var", variable, "--type-only"))

    def test_several(self) -> None:
        self.assert_answer("3", self.cel("--var", "x=1", "--var", "a.b=2", "x + a.b"))
        # What would be taken for an option stands behind `--`.
        self.assert_answer("-1", self.cel("--var", "x=1", "--", "-x"))

    def test_mistakes(self) -> None:
        for variable, words in (
            ("x", ("has no value", "name=VALUE")),
            ("=1", ("is no name of a variable",)),
            ("1x=1", ("is no name of a variable",)),
            ("in=1", ("is no name of a variable",)),
            ("x:strng='a'", ("`strng` is no type", "did you mean `string`?")),
            ("x:int='a'", ()),
            ("x=ann", ("--var x:1:1", "undeclared name `ann`", "needs quotes")),
            ("x=", ("--var x",)),
            ("x=1/0", ("--var x", "division by zero")),
            ("x={'a': 1, 'a': 2}", ("in the map already",)),
        ):
            with self.subTest(variable):
                result = self.cel("x", "--var", variable)
                self.assertNotEqual(0, result.code, str(result))
                self.assert_says(result.err, "error: ", *words, result=result)
                self.assertEqual("", result.out)
        result = self.cel("x", "--var", "x:int='a'")
        self.assert_code(UNDECIDED, result)
        self.assertIn("`x` is declared `int`, and was given a `string`", result.err)
        self.assert_refused(self.cel("x", "--var", "x=1", "--var", "x=2"), "declared already")

    def test_a_value_sees_no_variable(self) -> None:
        self.assert_refused(self.cel("y", "--var", "x=1", "--var", "y=x"), "undeclared name `x`")


class DocumentTest(CelTest):
    def test_yaml_and_json(self) -> None:
        self.write("a.json", '{"a": {"b": [1, 2.0, "x", null, true]}, "big": 9223372036854775808}')
        self.write("a.yaml", "a:\n  b: [1, 2.0, x, null, true]\nbig: 9223372036854775808\n")
        for name in ("a.json", "a.yaml"):
            with self.subTest(name):
                self.assert_answer('[1, 2, "x", null, true]', self.cel("input.a.b", "--input", name))
                self.assert_answer("[int, double]", self.cel(
                    "[type(input.a.b[0]), type(input.a.b[1])]", "--input", name))
                self.assert_answer("9223372036854775808u", self.cel("input.big", "--input", name))
                self.assert_answer("2", self.cel("doc.a.b[0] + 1", "--input", name, "--as", "doc"))
                self.assert_answer("dyn", self.cel("input.a", "--input", name, "--type-only"))
        self.assert_answer("1", self.cel("input[0]", "--input", "-", stdin=b"[1]"))

    def test_what_is_no_document(self) -> None:
        deep = "[" * 40 + "]" * 40
        for name, content, words in (
            ("empty.yaml", b"", ("empty",)),
            ("blank.json", b" \n", ("empty",)),
            ("bad.json", b'{"a": }', ("bad.json:1:7",)),
            ("bad.yaml", b"a: [\n", ("bad.yaml:",)),
            ("twice.json", b'{"a": 1, "a": 2}', ("a second time",)),
            ("latin.yaml", b"a: \xe9\n", ("not UTF-8", "latin.yaml:1:4")),
            ("nul.json", b'{"a": "\x00"}', ("NUL",)),
            ("a.binpb", b"\x08\x01", ("no YAML or JSON", "--type")),
            ("deep.json", deep.encode(), ("deeper than 30 levels",)),
            ("huge.json", b'"' + b"a" * (17 << 20) + b'"', ("bytes", "split")),
            ("larger.json", b" " * (65 << 20), ("larger than 64 MiB",)),
        ):
            with self.subTest(name):
                self.write(name, content)
                self.assert_refused(self.cel("input", "--input", name), name, *words)
        self.assert_refused(self.cel("input", "--input", "missing.yaml"), "no such file")
        self.assert_refused(self.cel("input", "--input", "."), "is a folder")
        self.assert_refused(self.cel("1", "--as", "x"), "--type or --input")

    def test_unknown(self) -> None:
        self.write("a.json", '{"a": 1}')
        result = self.cel("input.b == 1", "--input", "a.json", "--unknown", "input.b")
        self.assert_answer("unknown input.b", result, UNDECIDED)


if __name__ == "__main__":
    unittest.main()
