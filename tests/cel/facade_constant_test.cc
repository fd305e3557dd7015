// What an expression gives that is the same for every input: kept, handed out and copied.
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {
namespace {

CelExpression Compiled(const CelEnvironment& environment, const std::string& text) {
  CelCompiled compiled = environment.Compile(text);
  EXPECT_TRUE(compiled.expression.has_value()) << text << ToText(compiled.issues);
  return *std::move(compiled.expression);
}

CelEnvironment WithX(const CelOptions& options = {}) {
  CelEnvironment environment = *CelEnvironment::Create(options);
  EXPECT_TRUE(environment.AddVariable("x", "int").ok());
  return environment;
}

// What the plain evaluator says of it: unknowns keep plans away, wherever they are.
std::string Plain(const CelExpression& expression) {
  return expression.Evaluate(CelInput().SetUnknown("x")).SerializeAsString();
}

TEST(CelFacadeConstantTest, IsHandedOut) {
  const CelEnvironment environment = WithX();
  for (const std::string text :
       {"true", "null", "'1'", "b'a'", "1.5", "[1, 2, 3]", "{1: 2, 'a': dyn(4)}", "[{'a': []}]",
        "timestamp('1986-04-26T01:23:40Z')", "duration('1.5s')", "string(b'aaa')", "type(1)",
        "optional.of(1)", "ip('::1')", "google.protobuf.FieldMask{paths: ['a']}", "1 / 0",
        "[1][2] == 1 || false", "int('a') + 1"}) {
    const CelExpression expression = Compiled(environment, text);
    v1::CelResult room;
    const v1::CelResult& answer = expression.Answer({}, &room);
    EXPECT_NE(&answer, &room) << text;
    EXPECT_EQ(&answer, &expression.Answer(CelInput().Set("x", 1), &room)) << text;
    EXPECT_EQ(&answer, &CelExpression(expression).Answer({}, &room)) << text;
    EXPECT_EQ(room.ByteSizeLong(), 0u) << text;
    EXPECT_EQ(answer.SerializeAsString(), Plain(expression)) << text;
    expression.EvaluateTo({}, &room);
    EXPECT_EQ(room.SerializeAsString(), answer.SerializeAsString()) << text;
    EXPECT_EQ(expression.Evaluate().SerializeAsString(), answer.SerializeAsString()) << text;
  }
}

TEST(CelFacadeConstantTest, IsNoneOfWhatAnInputChanges) {
  const CelEnvironment environment = WithX();
  v1::CelResult room;
  const CelExpression sum = Compiled(environment, "x + 1");
  EXPECT_EQ(&sum.Answer(CelInput().Set("x", 1), &room), &room);
  EXPECT_EQ(room.value().int64_value(), 2);
  EXPECT_EQ(sum.Answer(CelInput().Set("x", 2), &room).value().int64_value(), 3);
  EXPECT_TRUE(sum.Answer(CelInput().SetUnknown("x"), &room).has_unknown());
  EXPECT_EQ(sum.Answer({}, &room).error().code(), "NOT_FOUND");
}

// An input that does not fit is an error, whatever the expression.
TEST(CelFacadeConstantTest, IsNotForAnInputThatDoesNotFit) {
  const CelExpression one = Compiled(WithX(), "1");
  v1::CelResult room;
  const v1::CelResult& refused = one.Answer(CelInput().Set("y", 1), &room);
  EXPECT_EQ(refused.error().code(), "INVALID_ARGUMENT");
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("`y` is no variable"));
  EXPECT_EQ(one.Answer(CelInput().SetUnknown("y"), &room).error().code(), "INVALID_ARGUMENT");
  EXPECT_EQ(one.Answer({}, &room).value().int64_value(), 1);
}

// A limit holds for constants, too.
TEST(CelFacadeConstantTest, IsNoneBeyondALimit) {
  CelOptions options;
  options.limits.evaluation_steps = 10;
  const CelExpression expression = Compiled(WithX(options), "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]");
  v1::CelResult room;
  EXPECT_EQ(&expression.Answer({}, &room), &room);
  EXPECT_EQ(room.error().code(), "RESOURCE_EXHAUSTED");
}

// Errors at run time that a plan words itself.
TEST(CelFacadeConstantTest, ErrorsAreThoseOfThePlainEvaluator) {
  CelEnvironment environment = WithX();
  EXPECT_TRUE(environment.AddVariable("m", "list(int)").ok());
  const v1::CelResult list = Compiled(environment, "[1, 2]").Evaluate();
  const CelInput input = CelInput().Set("x", 3).Set("m", list.value());
  CelInput plain = input;
  plain.SetUnknown("m[9]");
  for (const std::string text : {"m[x] >= 0", "x / (x - 3)", "{1: 'a'}[x] == 'a'",
                                 "true && m[x] == 1", "timestamp('x' + string(x))"}) {
    const CelExpression expression = Compiled(environment, text);
    const v1::CelResult result = expression.Evaluate(input);
    ASSERT_TRUE(result.has_error()) << text;
    EXPECT_GT(result.error().line(), 0) << text;
    EXPECT_EQ(result.SerializeAsString(), expression.Evaluate(plain).SerializeAsString()) << text;
    EXPECT_EQ(expression.EvaluateBool(input).status().message(), result.error().message()) << text;
  }
}

}  // namespace
}  // namespace changepolicy
