"""`changepolicy cel`: the language from a terminal, over messages and documents of one's own."""

import json
import pathlib
import shutil
import subprocess
import unittest

from command import BAD_INPUT, UNDECIDED, CommandTest, Result

TRUE, FALSE = 0, 1

SHOP = """
syntax = "proto3";
package shop;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
import "parts/line.proto";
enum Color { BLACK = 0; RED = 1; }
message Order {
  message Address { string city = 1; }
  double total = 1;
  repeated parts.Line lines = 2;
  map<string, int64> stock = 3;
  map<int32, bool> flags = 4;
  Color color = 5;
  Address address = 6;
  google.protobuf.Any extra = 7;
  google.protobuf.Timestamp placed = 8;
  google.protobuf.Duration wait = 9;
  google.protobuf.StringValue note = 10;
  google.protobuf.Int64Value gift = 11;
  google.protobuf.Struct meta = 12;
  google.protobuf.FieldMask mask = 13;
  uint64 big = 14;
  bytes raw = 15;
  repeated Color colors = 16;
  float ratio = 17;
  string reply_to = 18 [json_name = "answerTo"];
  oneof way { string post = 19; int32 drone = 20; }
}
"""

LINE = """
syntax = "proto3";
package parts;
message Line { string name = 1; int32 count = 2; }
"""

OLD = """
syntax = "proto2";
package old;
message Part {
  required string name = 1;
  optional int32 level = 2 [default = 7];
  optional group Box = 3 { optional int32 size = 4; }
  extensions 100 to 200;
}
enum State { ON = 1; OFF = 2; }
message Machine { repeated Part parts = 1; optional State state = 2 [default = OFF]; }
extend Part { optional string label = 100; }
"""

ORDER_YAML = """\
total: 120.5
lines:
- {name: pen, count: 12}
- {name: ink, count: 1}
stock: {pen: 7}
flags: {1: true}
color: BLACK
address: {city: Graz}
extra: {"@type": type.googleapis.com/parts.Line, name: box}
placed: 2026-01-31T12:00:00Z
wait: 90m
note: soon
meta: {a: [1, x, null]}
mask: "total,lines"
big: 18446744073709551615
raw: aGk=
colors: [RED, BLACK]
ratio: 0.5
answerTo: ann
drone: 3
"""

ORDER_TEXTPROTO = """\
total: 120.5
lines { name: "pen" count: 12 }
lines { name: "ink" count: 1 }
stock { key: "pen" value: 7 }
flags { key: 1 value: true }
address { city: "Graz" }
extra { [type.googleapis.com/parts.Line] { name: "box" } }
placed { seconds: 1769860800 }
wait { seconds: 5400 }
note { value: "soon" }
meta { fields { key: "a" value { list_value {
  values { number_value: 1 } values { string_value: "x" } values { null_value: NULL_VALUE } } } } }
mask { paths: "total" paths: "lines" }
big: 18446744073709551615
raw: "hi"
colors: RED colors: BLACK
ratio: 0.5
reply_to: "ann"
drone: 3
"""

# What is asked of the order, and the answer.
ABOUT_THE_ORDER = (
    ("total > 100.0 && lines.exists(l, l.count > 9)", "true"),
    ("lines.map(l, l.name)", '["pen", "ink"]'),
    ("lines[1]", 'parts.Line{name: "ink", count: 1}'),
    ("stock['pen'] + 1", "8"),
    ("flags", "{1: true}"),
    ("color == shop.Color.BLACK", "true"),
    ("colors", "[1, 0]"),
    ("address.city", '"Graz"'),
    ("address == shop.Order.Address{city: 'Graz'}", "true"),
    ("extra.name", '"box"'),
    ("extra == parts.Line{name: 'box'}", "true"),
    ("placed", 'timestamp("2026-01-31T12:00:00Z")'),
    ("wait + duration('1h')", 'duration("9000s")'),
    ("note + '!'", '"soon!"'),
    ("gift", "null"),
    ("meta.a", '[1, "x", null]'),
    ("mask.paths", '["total", "lines"]'),
    ("big", "18446744073709551615u"),
    ("raw", 'b"hi"'),
    ("ratio", "0.5"),
    ("reply_to", '"ann"'),
    ("[post, string(drone)]", '["", "3"]'),
)


class CelTest(CommandTest):
    def setUp(self) -> None:
        super().setUp()
        self.write("protos/shop.proto", SHOP)
        self.write("protos/parts/line.proto", LINE)
        self.write("protos/old.proto", OLD)

    def cel(self, *arguments: str | pathlib.Path, **options: object) -> Result:
        return self.run_here("cel", *arguments, **options)

    def shop(self, expression: str, *arguments: str) -> Result:
        return self.cel(expression, "--proto", "protos/shop.proto", "--proto-path", "protos",
                        "--type", "shop.Order", *arguments)

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
            ("x={'a': 1, 'a': 2}", ("repeated key",)),
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


class MessageTest(CelTest):
    def test_every_format(self) -> None:
        self.write("order.yaml", ORDER_YAML)
        self.write("order.textproto", ORDER_TEXTPROTO)
        for name in ("order.yaml", "order.textproto"):
            for expression, expected in ABOUT_THE_ORDER:
                with self.subTest(name=name, expression=expression):
                    self.assert_answer(expected, self.shop(expression, "--input", name))

    def test_json_as_protobuf_writes_it(self) -> None:
        self.write("order.json", json.dumps({
            "total": "NaN", "color": 0, "colors": [1, "RED", 7], "big": "18446744073709551615",
            "stock": {"pen": "7"}, "flags": {"1": True}, "replyTo": "bob", "gift": "3",
            "extra": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "3s"},
            "note": None, "wait": "1.5s"}))
        for expression, expected in (
            ("total != total", "true"),
            ("colors", "[1, 1, 7]"),
            ("big", "18446744073709551615u"),
            ("stock.pen", "7"),
            ("flags[1]", "true"),
            ("reply_to", '"bob"'),
            ("gift + 1", "4"),
            ("extra", 'duration("3s")'),
            ("note", "null"),
            ("wait", 'duration("1.500s")'),
        ):
            with self.subTest(expression):
                result = self.shop(expression, "--input", "order.json")
                if expression == "wait":
                    self.assertIn("1.5", result.out)
                else:
                    self.assert_answer(expected, result)

    @unittest.skipIf(shutil.which("protoc") is None, "protoc is not installed")
    def test_serialized_and_descriptors(self) -> None:
        protos = self.folder / "protos"
        order = subprocess.run(
            ["protoc", f"--proto_path={protos}", "--encode=shop.Order", "shop.proto"],
            input=ORDER_TEXTPROTO.encode(), capture_output=True, check=True).stdout
        self.write("order.binpb", order)
        subprocess.run(
            ["protoc", f"--proto_path={protos}", "--include_imports",
             f"--descriptor_set_out={self.folder / 'shop.binpb'}", "shop.proto"], check=True)
        for expression, expected in ABOUT_THE_ORDER:
            with self.subTest(expression):
                self.assert_answer(expected, self.cel(
                    expression, "--descriptors", "shop.binpb", "--type", "shop.Order",
                    "--input", "order.binpb"))
        # Cut off in the middle of a field.
        self.write("cut.binpb", order[:-1])
        self.assert_refused(self.shop("total", "--input", "cut.binpb"), "no serialized shop.Order",
                            "whole", place="cut.binpb")
        self.write("cut-descriptors.binpb", (self.folder / "shop.binpb").read_bytes()[:-9])
        self.assert_refused(self.cel("1", "--descriptors", "cut-descriptors.binpb"),
                            "no serialized FileDescriptorSet", "protoc")

    def test_an_empty_serialized_message_is_one(self) -> None:
        self.write("empty.binpb", b"")
        self.assert_answer("0", self.shop("total", "--input", "empty.binpb"))
        self.assert_answer("shop.Order.Address{}", self.shop("address", "--input", "empty.binpb"))

    def test_the_whole_message_under_a_name(self) -> None:
        self.write("order.yaml", ORDER_YAML)
        whole = ("--as", "order", "--input", "order.yaml")
        self.assert_answer("true", self.shop("has(order.note) && !has(order.gift)", *whole))
        self.assert_answer("shop.Order", self.shop("order", "--as", "order", "--type-only"))
        self.assert_refused(self.shop("total", *whole), "undeclared name `total`")
        self.assert_refused(self.shop("order", "--as", "or der", "--type-only"), "is no name of a variable")

    def test_unknown_fields_and_variables(self) -> None:
        self.write("order.yaml", ORDER_YAML)
        given = ("--input", "order.yaml")
        self.assert_answer("unknown total", self.shop("total > 1.0", *given, "--unknown", "total"),
                           UNDECIDED)
        self.assert_answer("true", self.shop("total > 1.0 || drone == 3", *given,
                                             "--unknown", "total"))
        self.assert_answer("unknown address.city", self.shop(
            "address.city == 'Graz'", *given, "--unknown", "address.city"), UNDECIDED)
        result = self.shop("total > 1.0", "--unknown", "total", "--format", "json")
        self.assert_code(UNDECIDED, result)
        self.assertEqual({"unknown": {"paths": ["total"]}}, result.json())
        result = self.shop("total > 1.0", *given, "--unknown", "totl")
        self.assert_code(UNDECIDED, result)
        self.assertIn("did you mean `total`?", result.err)

    def test_mistakes_in_the_expression(self) -> None:
        for expression, words in (
            ("totl > 1.0", ("undeclared name `totl`", "did you mean `total`?")),
            ("lines[0].nam", ("`nam`", "did you mean `name`?")),
            ("total + 1", ("`double` and `int`",)),
            ("shop.Color.RDE", ("RDE",)),
            ("shop.Ordr{}", ("shop.Ordr",)),
        ):
            with self.subTest(expression):
                self.assert_refused(self.shop(expression, "--type-only"), *words,
                                    place="expression:1:")

    def test_mistakes_in_the_message(self) -> None:
        for name, content, words in (
            ("a.yaml", "totl: 1\n", ("a.yaml:1:1", "unknown field `totl`", "did you mean `total`?")),
            ("b.yaml", "lines: {name: x}\n", ("b.yaml:1:8", "expected a list")),
            ("c.yaml", "color: BLEU\n", ("c.yaml:1:8", "no Color")),
            ("d.yaml", "total: much\n", ("d.yaml:1:8", "expected a number")),
            ("e.yaml", "extra: {name: box}\n", ("e.yaml:1:8", "`@type`")),
            ("f.yaml", 'extra: {"@type": no.Such}\n', ("f.yaml:1:", "`no.Such` is no known")),
            ("g.yaml", 'extra: {"@type": parts.Line, nme: x}\n', ("did you mean `name`?",)),
            ("h.json", '{"big": -1}', ("h.json:1:9", "a whole number from 0")),
            ("i.json", '{"drone": 2147483648}', ("i.json:1:11", "32 bits")),
            ("j.textproto", "totl: 1\n", ("j.textproto:1:", "totl")),
            ("k.textproto", 'note: "x"\n', ("k.textproto:1:",)),
            ("l.yaml", "", ("l.yaml", "empty")),
            ("m.yaml", b"note: \xe9\n", ("m.yaml:1:7", "not UTF-8")),
            ("n.binpb", b"\xff\xff", ("no serialized shop.Order",)),
            ("o.yaml", "mask: [a]\n", ("o.yaml:1:7", "paths with commas")),
            ("p.yaml", "gift: many\n", ("p.yaml:1:7", "a whole number")),
        ):
            with self.subTest(name):
                self.write(name, content)
                self.assert_refused(self.shop("total", "--input", name), *words)
        self.assert_refused(self.shop("total", "--input", "missing.yaml"), "no such file")
        self.assert_refused(self.shop("total"), "--input FILE")

    def test_mistakes_in_type_and_schema(self) -> None:
        self.write("empty.yaml", "total: 1\n")
        for kind, words in (
            ("shop.Ordr", ("did you mean `shop.Order`?",)),
            ("changepolicy.v1.ChangeReques", ("did you mean `changepolicy.v1.ChangeRequest`?",)),
            ("shop.Color", ("is no message",)),
            ("Xyzzy", ("--proto or --descriptors",)),
        ):
            with self.subTest(kind):
                self.assert_refused(
                    self.cel("1", "--proto", "protos/shop.proto", "--proto-path", "protos",
                             "--type", kind, "--input", "empty.yaml"), f"`{kind}` is no message",
                    *words)
        self.write("bad.proto", 'syntax = "proto3";\nmessage A { strng b = 1; }\n')
        self.assert_refused(self.cel("1", "--proto", "bad.proto"), '"strng" is not defined',
                            place="bad.proto:2:13")
        self.write("worse.proto", 'syntax = "proto3";\nmessage A {\n')
        self.assert_refused(self.cel("1", "--proto", "worse.proto"), place="worse.proto:3:1")
        self.write("alone.proto", 'syntax = "proto3";\nimport "no/such.proto";\n')
        self.assert_refused(self.cel("1", "--proto", "alone.proto"), "no/such.proto",
                            place="alone.proto:2:1")
        self.assert_refused(self.cel("1", "--proto", "missing.proto"), "no such file")
        # Its imports are looked for beside it.
        self.assert_refused(self.cel("1", "--proto", "protos/parts/line.proto",
                                     "--proto-path", "nowhere"), "--proto-path")
        self.assert_refused(self.cel("1", "--proto-path", "protos"), "there is none")
        self.assert_refused(self.cel("1", "--descriptors", "protos/shop.proto"),
                            "no serialized FileDescriptorSet")
        self.assert_answer("1", self.cel("1", "--proto", "protos/shop.proto"))

    def test_the_projects_own_messages(self) -> None:
        self.write("change.yaml", "id: C-1\nenvironments: [PRODUCTION]\n")
        self.assert_answer("true", self.cel(
            "id == 'C-1' && size(environments) == 1", "--type", "changepolicy.v1.ChangeRequest",
            "--input", "change.yaml", "--test"), TRUE)


class Proto2Test(CelTest):
    def old(self, expression: str, *arguments: str) -> Result:
        return self.cel(expression, "--proto", "protos/old.proto", "--as", "m", *arguments)

    def test_defaults_presence_groups_and_extensions(self) -> None:
        self.write("m.yaml", 'parts: [{name: a, box: {size: 3}, "[old.label]": hot}]\n')
        self.write("m.textproto", 'parts { name: "a" Box { size: 3 } [old.label]: "hot" }\n')
        self.write("m.binpb", b"\x0a\x0d\x0a\x01a\x1b\x20\x03\x1c\xa2\x06\x03hot")
        for name in ("m.yaml", "m.textproto", "m.binpb"):
            for expression, expected in (
                ("m.parts[0].level", "7"),
                ("has(m.parts[0].level)", "false"),
                ("m.state == old.State.OFF && !has(m.state)", "true"),
                ("m.parts[0].box.size", "3"),
                ("m.parts[0].`old.label`", '"hot"'),
            ):
                with self.subTest(name=name, expression=expression):
                    self.assert_answer(expected, self.old(
                        expression, "--type", "old.Machine", "--input", name))

    def test_what_is_required_and_missing(self) -> None:
        for name, content in (("m.yaml", b"parts: [{level: 1}]\n"),
                              ("m.textproto", b"parts { level: 1 }\n"),
                              ("m.binpb", b"\x0a\x02\x10\x01")):
            with self.subTest(name):
                self.write(name, content)
                self.assert_refused(self.old("m", "--type", "old.Machine", "--input", name),
                                    "parts[0].name", place=name)


if __name__ == "__main__":
    unittest.main()
