// The language as its users have it: cel.h and nothing below it.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/compiler/parser.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::Message;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kShop[] = R"(
  syntax = "proto3";
  package shop;
  import "google/protobuf/any.proto";
  import "google/protobuf/timestamp.proto";
  import "google/protobuf/wrappers.proto";
  enum Color { BLACK = 0; RED = 1; }
  message Line { string name = 1; int32 count = 2; }
  message Order {
    double total = 1;
    repeated Line lines = 2;
    map<string, int64> stock = 3;
    Color color = 4;
    Line first = 5;
    google.protobuf.Any extra = 6;
    google.protobuf.Timestamp placed = 7;
    google.protobuf.StringValue note = 8;
    repeated string tags = 9;
  })";

FileDescriptorProto ParseFile(const std::string& name, const std::string& text) {
  google::protobuf::io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  google::protobuf::io::Tokenizer tokenizer(&stream, nullptr);
  FileDescriptorProto file;
  EXPECT_TRUE(google::protobuf::compiler::Parser().Parse(&tokenizer, &file));
  file.set_name(name);
  return file;
}

CelSchema Shop() {
  FileDescriptorSet files;
  *files.add_file() = ParseFile("shop.proto", kShop);
  absl::StatusOr<CelSchema> schema = CelSchema::Create(files);
  EXPECT_TRUE(schema.ok()) << schema.status();
  return *schema;
}

std::unique_ptr<Message> Fill(const CelSchema& schema, const std::string& type,
                              const std::string& text) {
  std::unique_ptr<Message> message = *schema.New(type);
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get()));
  return message;
}

std::unique_ptr<Message> Order(const CelSchema& schema) {
  return Fill(schema, "shop.Order", R"(
    total: 120.5 color: RED note { value: "soon" } placed { seconds: 1769850000 } tags: "gift"
    lines { name: "pen" count: 12 } lines { name: "ink" count: 1 } stock { key: "pen" value: 7 }
    extra { type_url: "type.googleapis.com/shop.Line" value: "\n\003box" })");
}

std::string Show(const v1::CelResult& result, const CelSchema& schema) {
  if (result.has_error()) return "error " + result.error().code() + ": " + result.error().message();
  if (result.has_unknown()) {
    std::string text = "unknown";
    for (const std::string& path : result.unknown().paths()) text += " " + path;
    return text;
  }
  return ToText(result.value(), schema);
}

CelEnvironment Environment(const CelOptions& options = {}) {
  absl::StatusOr<CelEnvironment> environment = CelEnvironment::Create(options);
  EXPECT_TRUE(environment.ok()) << environment.status();
  return *std::move(environment);
}

CelExpression Compiled(const CelEnvironment& environment, std::string_view text) {
  CelCompiled compiled = environment.Compile(text);
  EXPECT_TRUE(compiled.expression.has_value()) << ToText(compiled.issues);
  return *std::move(compiled.expression);
}

struct Row {
  std::string expression;
  std::string expected;
};

TEST(CelFacadeTest, ValuesComeOutAsTheyAre) {
  const CelEnvironment environment = Environment({.schema = Shop()});
  for (const Row& row : std::vector<Row>{
           {"null", "null"},
           {"1 + 2", "3"},
           {"7u", "7u"},
           {"1.5", "1.5"},
           {"'a' + \"\\u00e9\"", "\"aé\""},
           {"b'\\x01'", "b\"\\x01\""},
           {"[1, [2u, 'x']]", "[1, [2u, \"x\"]]"},
           {"{1: true, 'k': null}", "{1: true, \"k\": null}"},
           {"type(1u)", "uint"},
           {"timestamp('2026-01-31T09:30:00Z')", "timestamp(\"2026-01-31T09:30:00Z\")"},
           {"duration('90m')", "duration(\"5400s\")"},
           {"optional.of(1)", "optional.of(1)"},
           {"optional.none()", "optional.none()"},
           {"shop.Order{total: 2.5, color: shop.Color.RED}",
            "shop.Order{total: 2.5, color: Color.RED}"},
           {"google.protobuf.Int64Value{value: 3}", "3"},
           {"1 / 0", "error INVALID_ARGUMENT: division by zero"},
           {"{'a': 1}['b']", "error NOT_FOUND: no such key: \"b\""},
           {"9223372036854775807 + 1", "error OUT_OF_RANGE: integer overflow"},
       }) {
    const v1::CelResult result = Compiled(environment, row.expression).Evaluate();
    EXPECT_EQ(Show(result, Shop()), row.expected) << row.expression;
  }
}

TEST(CelFacadeTest, BytesAreThoseOfTheStandardsValue) {
  const CelEnvironment environment = Environment({.typed_enums = true, .schema = Shop()});
  // Field numbers of cel.expr.Value and the messages inside it, written by hand.
  for (const Row& row : std::vector<Row>{
           {"null", std::string("\x08\x00", 2)},
           {"true", "\x10\x01"},
           {"5", "\x18\x05"},
           {"5u", "\x20\x05"},
           {"1.0", std::string("\x29\x00\x00\x00\x00\x00\x00\xf0\x3f", 9)},
           {"'ab'",
            "\x32\x02"
            "ab"},
           {"b'ab'",
            "\x3a\x02"
            "ab"},
           {"shop.Color.RED", "\x4a\x0e\x0a\x0ashop.Color\x10\x01"},
           {"shop.Line{count: 2}", "\x52\x23\x0a\x1dtype.googleapis.com/shop.Line\x12\x02\x10\x02"},
           {"{1: 2}", "\x5a\x0a\x0a\x08\x0a\x02\x18\x01\x12\x02\x18\x02"},
           {"[1]", "\x62\x04\x0a\x02\x18\x01"},
           {"int", "\x7a\x03int"},
       }) {
    const v1::CelResult result = Compiled(environment, row.expression).Evaluate();
    EXPECT_EQ(result.value().SerializeAsString(), row.expected) << row.expression;
  }
}

TEST(CelFacadeTest, MessagesOfAForeignPool) {
  const CelSchema schema = Shop();
  CelEnvironment environment = Environment({.container = "shop", .schema = schema});
  ASSERT_TRUE(environment.AddVariable("order", "shop.Order").ok());
  CelInput input;
  input.Set("order", *Order(schema));
  for (const Row& row : std::vector<Row>{
           {"order.total > 100.0 && order.lines.exists(l, l.count > 9)", "true"},
           {"order.lines.map(l, l.name)", "[\"pen\", \"ink\"]"},
           {"order.stock['pen']", "7"},
           {"order.color == Color.RED", "true"},
           {"order.color + 1", "2"},
           {"order.extra.name", "\"box\""},
           {"order.extra == Line{name: 'box'}", "true"},
           {"order.placed.getFullYear()", "2026"},
           {"order.note", "\"soon\""},
           {"has(order.first)", "false"},
           {"order.first", "shop.Line{}"},
           {"order.lines[1]", "shop.Line{name: \"ink\", count: 1}"},
       }) {
    EXPECT_EQ(Show(Compiled(environment, row.expression).Evaluate(input), schema), row.expected)
        << row.expression;
  }
}

TEST(CelFacadeTest, AMessageOfAnotherPoolIsReadAsTheEnvironmentHasIt) {
  const CelSchema mine = Shop(), theirs = Shop();
  CelEnvironment environment = Environment({.schema = mine});
  ASSERT_TRUE(environment.AddVariable("order", "shop.Order").ok());
  const std::unique_ptr<Message> order = Order(theirs);
  CelInput input;
  input.Borrow("order", order.get());
  EXPECT_EQ(Show(Compiled(environment, "order.lines[0] == shop.Line{name: 'pen', count: 12}")
                     .Evaluate(input),
                 mine),
            "true");
  // A generated class, in an environment whose pool has the type too.
  ASSERT_TRUE(environment.AddVariable("change", "changepolicy.v1.ChangeRequest").ok());
  v1::ChangeRequest change;
  change.set_id("C-1");
  input.Set("change", change);
  EXPECT_EQ(Show(Compiled(environment, "change.id + string(order.total)").Evaluate(input), mine),
            "\"C-1120.5\"");
}

TEST(CelFacadeTest, FieldsAsVariables) {
  const CelSchema schema = Shop();
  CelEnvironment environment = Environment({.schema = schema});
  ASSERT_TRUE(environment.AddFields("shop.Order").ok());
  CelInput input;
  input.SetFields(*Order(schema));
  EXPECT_EQ(Show(Compiled(environment, "total > 100.0 && lines[0].count == 12 && first.name == ''")
                     .Evaluate(input),
                 schema),
            "true");
  EXPECT_THAT(std::string(environment.AddFields("shop.Line").message()),
              HasSubstr("the fields of `shop.Order` are variables already"));
  EXPECT_EQ(std::string(environment.AddVariable("total", "int").message()),
            "`total` is declared already");
  input.SetFields(*Fill(schema, "shop.Line", "count: 1"));
  EXPECT_EQ(Show(Compiled(environment, "total").Evaluate(input), schema),
            "error INVALID_ARGUMENT: the fields of `shop.Line` are no variables; declare them "
            "first");
}

TEST(CelFacadeTest, ValuesOfAllKindsGoIn) {
  CelEnvironment environment = Environment();
  const absl::Time noon = absl::FromUnixSeconds(1'769'860'800);
  CelInput input;
  input.Set("b", true).Set("i", -3).Set("u", 3u).Set("d", 1.5).Set("s", "text");
  input.Set("t", noon).Set("l", absl::Hours(2)).Set("n", v1::CelValue());
  v1::CelValue list;
  *list.mutable_list_value()->add_values() = ToCelValue(1);
  *list.mutable_list_value()->add_values() = ToCelValue("two");
  input.Set("list", list);
  v1::CelValue map;
  v1::CelMap::Entry& entry = *map.mutable_map_value()->add_entries();
  *entry.mutable_key() = ToCelValue("k");
  entry.mutable_value()->mutable_optional_value();
  input.Set("map", map);
  const std::vector<std::pair<std::string, std::string>> types = {
      {"b", "bool"},         {"i", "int"},
      {"u", "uint"},         {"d", "double"},
      {"s", "string"},       {"t", "timestamp"},
      {"l", "duration"},     {"n", "dyn"},
      {"list", "list(dyn)"}, {"map", "map(string, optional_type(int))"}};
  for (const auto& [name, type] : types) {
    ASSERT_TRUE(environment.AddVariable(name, type).ok()) << name;
  }
  EXPECT_EQ(Show(Compiled(environment, "[b, i, u, d, s, t, l, n, list, map]").Evaluate(input), {}),
            "[true, -3, 3u, 1.5, \"text\", timestamp(\"2026-01-31T12:00:00Z\"), "
            "duration(\"7200s\"), null, [1, \"two\"], {\"k\": optional.none()}]");
}

TEST(CelFacadeTest, InputThatDoesNotFit) {
  CelEnvironment environment = Environment();
  ASSERT_TRUE(environment.AddVariable("count", "int").ok());
  ASSERT_TRUE(environment.AddVariable("any", "dyn").ok());
  const CelExpression expression = Compiled(environment, "count + 1 > 0 || any == any");
  v1::CelValue twice, bad_key, no_type, no_text, opaque, deep;
  for (int i = 0; i < 2; ++i) {
    *twice.mutable_map_value()->add_entries()->mutable_key() = ToCelValue(1);
  }
  *bad_key.mutable_map_value()->add_entries()->mutable_key() = ToCelValue(1.5);
  no_type.set_type_value("no.Such");
  no_text.set_string_value("\xff");
  opaque.mutable_opaque_value()->set_type("net.IP");
  v1::CelValue* at = &deep;
  for (int i = 0; i < 10'000; ++i) at = at->mutable_list_value()->add_values();
  const struct {
    CelInput input;
    std::string expected;
  } rows[] = {
      {CelInput().Set("cuont", 1), "`cuont` is no variable; did you mean `count`?"},
      {CelInput().Set("count", "1"), "`count` is declared `int`, and was given a `string`"},
      {CelInput().Set("count", 1.0), "`count` is declared `int`, and was given a `double`"},
      {CelInput().Set("any", twice), "`any`: repeated key: 1"},
      {CelInput().Set("any", bad_key), "`any`: `double` cannot be the key of a map"},
      {CelInput().Set("any", no_type), "`any`: `no.Such` is no type"},
      {CelInput().Set("any", no_text), "`any`: a string is not UTF-8"},
      {CelInput().Set("any", deep), "`any`: nested deeper than 32 levels"},
      {CelInput().Set("any", opaque),
       "`any`: a `net.IP` cannot be given; give the text that an expression makes it from"},
      {CelInput().Set("count", 1).SetUnknown("cuont.a"),
       "`cuont` is no variable; did you mean `count`?"},
  };
  for (const auto& row : rows) {
    const v1::CelResult result = expression.Evaluate(row.input);
    EXPECT_EQ(result.error().code(), "INVALID_ARGUMENT") << row.expected;
    EXPECT_EQ(result.error().message(), row.expected);
  }
  EXPECT_EQ(Show(expression.Evaluate(CelInput().Set("count", 1)), {}), "true");
}

TEST(CelFacadeTest, AnyInsideAnyIsBounded) {
  CelEnvironment environment = Environment();
  ASSERT_TRUE(environment.AddVariable("x", "dyn").ok());
  const auto nested = [&](int levels) {
    v1::CelValue value = ToCelValue(ToCelValue(absl::Seconds(3)).object_value());
    for (int i = 2; i < levels; ++i) value = ToCelValue(value.object_value());
    return Show(Compiled(environment, "x").Evaluate(CelInput().Set("x", value)), {});
  };
  EXPECT_EQ(nested(2), "duration(\"3s\")");
  EXPECT_EQ(nested(8), "duration(\"3s\")");
  EXPECT_EQ(nested(9), "error RESOURCE_EXHAUSTED: `x`: an Any holds more than 8 others");
  EXPECT_EQ(nested(2000), "error RESOURCE_EXHAUSTED: `x`: an Any holds more than 8 others");
}

TEST(CelFacadeTest, WhatIsNotKnown) {
  const CelSchema schema = Shop();
  CelEnvironment environment = Environment({.schema = schema});
  ASSERT_TRUE(environment.AddVariable("order", "shop.Order").ok());
  ASSERT_TRUE(environment.AddVariable("limit", "double").ok());
  ASSERT_TRUE(environment.AddVariable("map", "dyn").ok());
  const std::unique_ptr<Message> order = Order(schema);
  v1::CelValue map;
  *map.mutable_map_value()->add_entries()->mutable_key() = ToCelValue("k");
  const struct {
    std::string expression;
    std::vector<std::string> unknown;
    std::string expected;
  } rows[] = {
      {"order.total > limit", {"order.total"}, "unknown order.total"},
      {"order.total > limit", {"limit"}, "unknown limit"},
      {"order.total > limit", {"limit", "order.total"}, "unknown limit order.total"},
      {"order.total > limit", {"order"}, "unknown order"},
      {"order.total > limit", {"order.tot"}, "true"},
      {"order.total > limit", {"order.first"}, "true"},
      {"order.total > limit && limit > 1000.0", {"order.total"}, "false"},
      {"order.first.name == ''", {"order.first.name"}, "unknown order.first.name"},
      {"order.first.count == 0", {"order.first.name"}, "true"},
      {"order.first.count == 0", {"order.first"}, "unknown order.first"},
      {"has(order.first)", {"order.first"}, "unknown order.first"},
      {"order.lines[0].count > 9", {"order.lines[0].count"}, "unknown order.lines[0].count"},
      {"order.lines[0].count > 9", {"order.lines[1].count"}, "true"},
      {"order.tags[0] == 'gift'", {"order.tags[0]"}, "unknown order.tags[0]"},
      {"order.tags[0] == 'gift'", {"order.tags[*]"}, "unknown order.tags[0]"},
      {"order.tags[0] == 'gift'", {"order.tags[1]"}, "true"},
      {"map.k == null", {"map.a.b"}, "true"},
      // As a whole, it is not known.
      {"'k' in map", {"map.a.b"}, "unknown map"},
      {"order.total > limit",
       {"order..total"},
       "error INVALID_ARGUMENT: `order..total` is no path to a part of a variable; write it like "
       "`request.auth.claims`, `m[\"key\"]` or `list[*].owner`"},
      {"'k' in map", {}, "true"},
  };
  for (const auto& row : rows) {
    CelInput input;
    input.Borrow("order", order.get()).Set("limit", 100.0).Set("map", map);
    for (const std::string& path : row.unknown) input.SetUnknown(path);
    EXPECT_EQ(Show(Compiled(environment, row.expression).Evaluate(input), schema), row.expected)
        << row.expression << " without " << testing::PrintToString(row.unknown);
  }
  // A message that comes as a value is asked about its fields too.
  CelInput input;
  input.Set("order", ToCelValue(*order)).Set("limit", 100.0).SetUnknown("order.total");
  EXPECT_EQ(Show(Compiled(environment, "order.total > limit").Evaluate(input), schema),
            "unknown order.total");
  EXPECT_EQ(Show(Compiled(environment, "order.tags[0]").Evaluate(input), schema), "\"gift\"");
  // A variable without value is unknown only where somebody says so.
  const CelExpression expression = Compiled(environment, "limit > 0.0");
  EXPECT_EQ(Show(expression.Evaluate(CelInput().SetUnknown("limit")), {}), "unknown limit");
  EXPECT_EQ(Show(expression.Evaluate(), {}), "error NOT_FOUND: `limit` has no value");
}

TEST(CelFacadeTest, FieldsThatAreVariablesMayBeUnknown) {
  const CelSchema schema = Shop();
  CelEnvironment environment = Environment({.schema = schema});
  ASSERT_TRUE(environment.AddFields("shop.Order").ok());
  CelInput input;
  input.SetFields(*Order(schema)).SetUnknown("total").SetUnknown("first.name");
  input.SetUnknown("lines[0].name");
  for (const Row& row : std::vector<Row>{
           {"total > 1.0", "unknown total"},
           {"first.name", "unknown first.name"},
           {"first.count", "0"},
           {"lines[0].name + lines[1].name", "unknown lines[0].name"},
           {"lines[1].name", "\"ink\""},
       }) {
    EXPECT_EQ(Show(Compiled(environment, row.expression).Evaluate(input), schema), row.expected)
        << row.expression;
  }
}

TEST(CelFacadeTest, EvaluatesIntoAMessageAgainAndAgain) {
  CelEnvironment environment = Environment();
  ASSERT_TRUE(environment.AddVariable("x", "dyn").ok());
  google::protobuf::Arena arena;
  auto* const result = google::protobuf::Arena::CreateMessage<v1::CelResult>(&arena);
  const auto into = [&](const std::string& text, const CelInput& input) {
    const CelExpression expression = Compiled(environment, text);
    expression.EvaluateTo(input, result);
    EXPECT_EQ(result->SerializeAsString(), expression.Evaluate(input).SerializeAsString()) << text;
    return Show(*result, {});
  };
  EXPECT_EQ(into("[x, 2]", CelInput().Set("x", 1)), "[1, 2]");
  EXPECT_EQ(into("[x]", CelInput().Set("x", 1)), "[1]");
  EXPECT_THAT(into("x / 0", CelInput().Set("x", 1)), HasSubstr("error INVALID_ARGUMENT"));
  EXPECT_EQ(into("x.y", CelInput().SetUnknown("x.y")), "unknown x.y");
  EXPECT_EQ(into("x.z", CelInput().SetUnknown("x.z")), "unknown x.z");
  EXPECT_EQ(into("'a'", {}), "\"a\"");
}

// What an input was found to declare holds for that environment and those variables alone.
TEST(CelFacadeTest, InputsServeSeveralEnvironments) {
  CelEnvironment one = Environment();
  CelEnvironment other = Environment();
  ASSERT_TRUE(one.AddVariable("x", "int").ok());
  ASSERT_TRUE(other.AddVariable("x", "int").ok());
  ASSERT_TRUE(other.AddVariable("y", "int").ok());
  const CelExpression in_one = Compiled(one, "x + 1");
  const CelExpression in_other = Compiled(other, "x + 1");
  CelInput input;
  input.Set("x", 1);
  EXPECT_EQ(Show(in_one.Evaluate(input), {}), "2");
  input.Set("y", 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Show(in_other.Evaluate(input), {}), "2");
    EXPECT_THAT(Show(in_one.Evaluate(input), {}), HasSubstr("error INVALID_ARGUMENT"));
  }
  input.Set("x", "text");
  EXPECT_THAT(Show(in_other.Evaluate(input), {}), HasSubstr("error INVALID_ARGUMENT"));
}

TEST(CelFacadeTest, EvaluateBool) {
  CelEnvironment environment = Environment();
  ASSERT_TRUE(environment.AddVariable("x", "dyn").ok());
  const CelExpression expression = Compiled(environment, "x > 1");
  EXPECT_TRUE(*expression.EvaluateBool(CelInput().Set("x", 2)));
  EXPECT_FALSE(*expression.EvaluateBool(CelInput().Set("x", 1)));
  const auto fails = [&](const CelExpression& with, const CelInput& input) {
    return with.EvaluateBool(input).status().ToString();
  };
  EXPECT_EQ(fails(expression, CelInput().SetUnknown("x")),
            "FAILED_PRECONDITION: it depends on `x`, not known yet");
  EXPECT_THAT(fails(expression, CelInput().Set("x", "a")),
              HasSubstr("UNIMPLEMENTED: no such over"));
  EXPECT_EQ(fails(Compiled(environment, "1 + 1"), {}),
            "INVALID_ARGUMENT: `1 + 1` gives int, expected a bool");
}

// What is handed to a function is written anew at each call, however little it takes in memory.
TEST(CelFacadeTest, FunctionsOfOnesOwnAreCalledWithinTheLimits) {
  CelEnvironment environment = Environment();
  int calls = 0;
  const auto count = [&](absl::Span<const v1::CelValue>) -> absl::StatusOr<v1::CelValue> {
    return ToCelValue(++calls);
  };
  const auto wide = [&](absl::Span<const v1::CelValue> args) -> absl::StatusOr<v1::CelValue> {
    ++calls;
    return ToCelValue(std::string(1'000'000, 'a'));
  };
  ASSERT_TRUE(environment.AddFunction("count(list(string)) -> int", count).ok());
  ASSERT_TRUE(environment.AddFunction("wide(int) -> string", wide).ok());
  ASSERT_TRUE(environment.AddVariable("text", "string").ok());
  CelInput input;
  input.Set("text", std::string(1'000'000, 'a'));
  const auto in_a_loop = [&](const std::string& body) {
    calls = 0;
    const CelCompiled compiled = environment.Compile(
        "cel.bind(l, lists.range(20).map(i, text), lists.range(100000).all(i, " + body + "))");
    EXPECT_TRUE(compiled.expression.has_value()) << ToText(compiled.issues);
    return compiled.expression->Evaluate(input).error().code();
  };
  EXPECT_EQ(in_a_loop("count(l) > 0"), "RESOURCE_EXHAUSTED");
  EXPECT_LT(calls, 50);
  EXPECT_EQ(in_a_loop("wide(i) != ''"), "RESOURCE_EXHAUSTED");
  EXPECT_LT(calls, 1'000);
}

TEST(CelFacadeTest, FunctionsOfOnesOwn) {
  const CelSchema schema = Shop();
  CelEnvironment environment = Environment({.schema = schema});
  const auto shout = [](absl::Span<const v1::CelValue> args) -> absl::StatusOr<v1::CelValue> {
    if (args[1].int64_value() < 0) return absl::OutOfRangeError("nobody shouts less than nothing");
    return ToCelValue(args[0].string_value() +
                      std::string(static_cast<size_t>(args[1].int64_value()), '!'));
  };
  ASSERT_TRUE(environment.AddFunction("string.shout(int) -> string", shout).ok());
  const auto first = [](absl::Span<const v1::CelValue> args) -> absl::StatusOr<v1::CelValue> {
    return args[0];
  };
  ASSERT_TRUE(environment.AddFunction("util.same(A) -> A", first).ok());
  ASSERT_TRUE(environment.AddFunction("shop.Line.itself() -> shop.Line", first).ok());
  ASSERT_TRUE(environment
                  .AddFunction("liar() -> string",
                               [](absl::Span<const v1::CelValue>) {
                                 return absl::StatusOr<v1::CelValue>(ToCelValue(1));
                               })
                  .ok());
  ASSERT_TRUE(environment.AddVariable("x", "int").ok());
  for (const Row& row : std::vector<Row>{
           {"'hey'.shout(2)", "\"hey!!\""},
           {"'hey'.shout(-1)", "error OUT_OF_RANGE: nobody shouts less than nothing"},
           {"'hey'.shout(-1) == '' || true", "true"},
           {"'hey'.shout(x)", "unknown x"},
           {"util.same([1, 2])[1]", "2"},
           {"shop.Line{count: 3}.itself().count", "3"},
           {"liar()",
            "error INVALID_ARGUMENT: `liar` is declared to give `string`, and gave a `int`"},
       }) {
    EXPECT_EQ(
        Show(Compiled(environment, row.expression).Evaluate(CelInput().SetUnknown("x")), schema),
        row.expected)
        << row.expression;
  }
  EXPECT_THAT(ToText(environment.Compile("'hey'.shout('2')").issues),
              HasSubstr("it is declared as `string.shout(int) -> string`"));
  EXPECT_EQ(std::string(environment.AddFunction("string.shout(int) -> string", shout).message()),
            "`string.shout(int) -> string` is declared already");
  EXPECT_THAT(std::string(environment.AddFunction("f() -> int", nullptr).message()),
              HasSubstr("has no function behind it"));
}

TEST(CelFacadeTest, MistakesInDeclarationsShowTheirPlace) {
  CelEnvironment environment = Environment({.schema = Shop()});
  EXPECT_EQ(std::string(environment.AddVariable("order", "list(shop.Ordr)").message()),
            "type of order:1:6: error: `shop.Ordr` is no type\n"
            " 1 | list(shop.Ordr)\n"
            "   |      ^^^^^^^^^\n"
            "  help: did you mean `shop.Order`?");
  for (const char* const name : {"", "1a", "a b", "in", "a.", ".a", "a()", "true"}) {
    EXPECT_THAT(std::string(environment.AddVariable(name, "int").message()),
                HasSubstr("is no name of a variable"))
        << name;
  }
  EXPECT_TRUE(environment.AddVariable("request.auth", "string").ok());
  EXPECT_EQ(
      Show(Compiled(environment, "request.auth").Evaluate(CelInput().Set("request.auth", "token")),
           {}),
      "\"token\"");
  EXPECT_THAT(std::string(environment.AddFunction("f(int) -> strin", nullptr).message()),
              HasSubstr("signature:1:11: error: `strin` is no type"));
}

TEST(CelFacadeTest, IssuesOfAnExpressionComeAllAtOnce) {
  CelEnvironment environment = Environment({.schema = Shop()});
  ASSERT_TRUE(environment.AddVariable("order", "shop.Order").ok());
  const CelCompiled compiled = environment.Compile("order.totl > 1.0 &&\n  order.lines.siz() > 0");
  EXPECT_FALSE(compiled.expression.has_value());
  ASSERT_EQ(compiled.issues.size(), 2u);
  EXPECT_EQ(compiled.issues[0].help, "did you mean `total`?");
  EXPECT_EQ(compiled.issues[1].position.line, 2);
  EXPECT_EQ(compiled.issues[1].help, "did you mean `size`?");
  EXPECT_TRUE(environment.Compile("order.totl", {.check = false}).expression.has_value());
}

TEST(CelFacadeTest, LibrariesByName) {
  EXPECT_EQ(std::string(CelEnvironment::Create({.libraries = {{"string"}}}).status().message()),
            "`string` is no library; did you mean `strings`?");
  EXPECT_THAT(std::string(CelEnvironment::Create({.libraries = {{"xyzzy"}}}).status().message()),
              HasSubstr("it is one of `standard`"));
  const CelEnvironment bare = Environment({.libraries = std::vector<std::string>()});
  EXPECT_THAT(ToText(bare.Compile("'a'.charAt(0)").issues), HasSubstr("library `strings`"));
  EXPECT_TRUE(Environment({.libraries = {{"strings"}}}).Compile("'a'.charAt(0)").issues.empty());
  std::vector<std::string> names;
  for (const CelLibrary& library : CelLibraries()) {
    names.push_back(library.name);
    EXPECT_FALSE(library.functions.empty()) << library.name;
    for (const auto& function : library.functions) {
      EXPECT_FALSE(function.signature.starts_with('_')) << function.signature;
    }
  }
  EXPECT_EQ(names[0], "standard");
  EXPECT_THAT(names, testing::Contains("strings"));
}

TEST(CelFacadeTest, EnumsAsIntsOrTypes) {
  const CelSchema schema = Shop();
  const auto answer = [&](bool typed, std::string_view text) {
    const CelEnvironment environment = Environment({.typed_enums = typed, .schema = schema});
    const CelCompiled compiled = environment.Compile(text);
    return compiled.expression ? Show(compiled.expression->Evaluate(), schema) : "refused";
  };
  EXPECT_EQ(answer(false, "shop.Color.RED"), "1");
  EXPECT_EQ(answer(false, "shop.Color.RED + 1"), "2");
  EXPECT_EQ(answer(true, "shop.Color.RED"), "Color.RED");
  EXPECT_EQ(answer(true, "shop.Color.RED + 1"), "refused");
}

TEST(CelFacadeTest, ExpressionsOutliveTheirEnvironment) {
  std::vector<CelExpression> kept;
  {
    CelEnvironment environment = Environment({.schema = Shop()});
    ASSERT_TRUE(environment.AddVariable("x", "int").ok());
    kept.push_back(Compiled(environment, "shop.Order{lines: [shop.Line{count: int(x)}]}"));
  }
  EXPECT_EQ(kept[0].type(), "shop.Order");
  EXPECT_EQ(kept[0].text(), "shop.Order{lines: [shop.Line{count: int(x)}]}");
  EXPECT_THAT(kept[0].references().variables, ElementsAre("x"));
  EXPECT_THAT(kept[0].references().functions, ElementsAre("int"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(Show(kept[0].Evaluate(CelInput().Set("x", i)), Shop()),
                  i == 0 ? "shop.Order{lines: [shop.Line{}]}"
                         : "shop.Order{lines: [shop.Line{count: " + std::to_string(i) + "}]}");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(CelFacadeTest, ErrorsKnowTheirPlace) {
  const v1::CelResult result =
      Compiled(Environment(), "true ?\n  'é' + string(1 / 0) : ''").Evaluate();
  EXPECT_EQ(result.error().code(), "INVALID_ARGUMENT");
  EXPECT_EQ(result.error().line(), 2);
  EXPECT_EQ(result.error().column(), 18);
}

TEST(CelFacadeTest, AResultThatRepeatsItselfIsBounded) {
  // Each binding holds the one before it twice: two to the power of 30 parts.
  std::string text = "v30";
  for (int i = 30; i > 0; --i) {
    const std::string before = "v" + std::to_string(i - 1);
    text = "cel.bind(v" + std::to_string(i) + ", [" + before + ", " + before + "], " + text + ")";
  }
  text = "cel.bind(v0, [1, 1], " + text + ")";
  const v1::CelResult result = Compiled(Environment(), text).Evaluate();
  EXPECT_EQ(Show(result, {}), "error RESOURCE_EXHAUSTED: the result has more than 1000000 parts");
  std::string nested = "1";
  for (int i = 0; i < 40; ++i) nested = "[" + nested + "]";
  EXPECT_EQ(Show(Compiled(Environment(), nested).Evaluate(), {}),
            "error RESOURCE_EXHAUSTED: the result is nested deeper than 32 levels");
  v1::CelResult deepest;
  EXPECT_TRUE(deepest.ParseFromString(Compiled(Environment(), nested.substr(8, nested.size() - 16))
                                          .Evaluate()
                                          .SerializeAsString()));
  EXPECT_TRUE(deepest.has_value());
}

TEST(CelFacadeTest, Limits) {
  const CelEnvironment environment =
      Environment({.limits = {.text_bytes = 60, .nesting = 5, .evaluation_steps = 20}});
  EXPECT_THAT(environment.Compile(std::string(61, '1')).issues, testing::Not(IsEmpty()));
  EXPECT_THAT(environment.Compile("((((((((1))))))))").issues, testing::Not(IsEmpty()));
  const v1::CelResult result =
      Compiled(environment, "[1,2,3,4,5,6,7,8].map(x, [x, x, x, x, x, x])").Evaluate();
  EXPECT_EQ(result.error().code(), "RESOURCE_EXHAUSTED");
}

TEST(CelFacadeTest, SchemasThatAreWrong) {
  const auto error = [](const std::vector<FileDescriptorProto>& protos) {
    FileDescriptorSet files;
    for (const FileDescriptorProto& proto : protos) *files.add_file() = proto;
    return std::string(CelSchema::Create(files).status().message());
  };
  EXPECT_THAT(error({ParseFile("a.proto", "syntax = 'proto3'; import 'b.proto';")}),
              HasSubstr("b.proto"));
  EXPECT_THAT(error({ParseFile("a.proto", "syntax = 'proto3'; message A { B b = 1; }")}),
              HasSubstr("\"B\" is not defined"));
  EXPECT_THAT(error({ParseFile("a.proto", "syntax = 'proto3'; message A {}"),
                     ParseFile("b.proto", "syntax = 'proto3'; message A {}")}),
              HasSubstr("\"A\" is already defined"));
  // In any order, one twice, and over what the program has.
  const FileDescriptorProto a =
      ParseFile("a.proto", "syntax = 'proto3'; import 'b.proto'; message A { B b = 1; }");
  EXPECT_EQ(error({a, ParseFile("b.proto", "syntax = 'proto3'; message B {}"), a}), "");
  EXPECT_EQ(std::string(Shop().New("shop.Orde").status().message()),
            "`shop.Orde` is no message; did you mean `shop.Order`?");
  EXPECT_EQ(CelSchema().New("changepolicy.v1.ChangeRequest").status(), absl::OkStatus());
}

TEST(CelFacadeTest, Json) {
  const CelSchema schema = Shop();
  const CelEnvironment environment = Environment({.typed_enums = true, .schema = schema});
  const auto json = [&](std::string_view text) {
    return ToJsonValue(Compiled(environment, text).Evaluate().value(), schema)->ShortDebugString();
  };
  EXPECT_EQ(json("[1, 2u, 1.5, 'x', b'ab', null, true]"),
            "list_value { values { number_value: 1 } values { number_value: 2 } values { "
            "number_value: 1.5 } values { string_value: \"x\" } values { string_value: \"YWI=\" } "
            "values { null_value: NULL_VALUE } values { bool_value: true } }");
  EXPECT_EQ(json("{1u: int, 'o': optional.none()}"),
            "struct_value { fields { key: \"1\" value { string_value: \"int\" } } fields { key: "
            "\"o\" value { null_value: NULL_VALUE } } }");
  EXPECT_EQ(json("9007199254740993"), "string_value: \"9007199254740993\"");
  EXPECT_EQ(json("shop.Color.RED"), "string_value: \"Color.RED\"");
  EXPECT_EQ(json("shop.Line{count: 1}"),
            "struct_value { fields { key: \"count\" value { number_value: 1 } } }");
  EXPECT_FALSE(ToJsonValue(ToCelValue(*Fill(schema, "shop.Line", "")), CelSchema()).ok());
}

}  // namespace
}  // namespace changepolicy
