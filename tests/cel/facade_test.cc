// The language as its users have it: cel.h and nothing below it.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/change.pb.h"
#include "facade_shop.h"
#include "gmock/gmock.h"
#include "google/protobuf/arena.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {
namespace {

using google::protobuf::Message;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(CelFacadeTest, ValuesComeOutAsTheyAre) {
  const CelEnvironment environment = Environment({.schema = Shop()});
  for (const ShownExpression& row : std::vector<ShownExpression>{
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
  for (const ShownExpression& row : std::vector<ShownExpression>{
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
  for (const ShownExpression& row : std::vector<ShownExpression>{
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
  for (const ShownExpression& row : std::vector<ShownExpression>{
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
