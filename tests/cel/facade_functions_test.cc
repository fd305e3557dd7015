// Functions that a host declares and that expressions call.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "facade_shop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;

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
  for (const ShownExpression& row : std::vector<ShownExpression>{
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

}  // namespace
}  // namespace changepolicy
