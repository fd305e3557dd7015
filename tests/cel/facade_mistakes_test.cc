// What the facade says of schemas, declarations, expressions and input that are wrong, or too
// large.
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "facade_shop.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using testing::HasSubstr;
using testing::IsEmpty;

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

}  // namespace
}  // namespace changepolicy
