"""`changepolicy cel` over messages of one's own: every format, proto2 and proto3, and mistakes."""

import json
import pathlib
import shutil
import subprocess
import unittest

from command import UNDECIDED, CommandTest, Result

TRUE = 0

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
