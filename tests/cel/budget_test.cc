// Every limit holds exactly, says which part is to blame, and cannot be hidden.
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

Evaluation Measured(std::string_view text, const Limits& limits = {}, bool check = true) {
  const std::unique_ptr<Environment> environment = LimitedEnvironment(limits);
  const CompileResult compiled = environment->Compile(text, {.check = check});
  if (!compiled.expression) {
    return {.value = Value::FromError(absl::StatusCode::kFailedPrecondition,
                                      StrCat("refused: ", compiled.diagnostics.front().message))};
  }
  Evaluation evaluation = EvaluateMeasured(*compiled.expression, Activation());
  // Nothing of it may refer to the environment.
  evaluation.value =
      evaluation.value.is_error() ? evaluation.value : Value::String(evaluation.value.ToString());
  return evaluation;
}

std::string Message(const Evaluation& evaluation) {
  return evaluation.value.is_error() ? evaluation.value.error().message : "no error";
}

// An expression that uses some of everything.
constexpr std::string_view kWork =
    "[1, 2, 3].map(x, string(x) + 'abc').exists(t, t == '3abcd') ? 1 : 2";

TEST(Budget, HoldsExactly) {
  const Evaluation whole = Measured(kWork);
  ASSERT_EQ(whole.value.string_value(), "2");
  ASSERT_GT(whole.steps, 0u);
  ASSERT_GT(whole.cost, 0u);
  ASSERT_GT(whole.memory_bytes, 0u);
  for (const auto& [limit, used] :
       {std::pair(&Limits::evaluation_steps, whole.steps), std::pair(&Limits::cost, whole.cost)}) {
    Limits limits;
    limits.*limit = used;
    EXPECT_EQ(Message(Measured(kWork, limits)), "no error");
    limits.*limit = used - 1;
    const Evaluation stopped = Measured(kWork, limits);
    ASSERT_TRUE(stopped.value.is_error());
    EXPECT_EQ(stopped.value.error().code, absl::StatusCode::kResourceExhausted);
    EXPECT_LE(stopped.steps, whole.steps);
    EXPECT_LE(stopped.cost, whole.cost);
  }
}

// What is about to be made must have room, so that the limit is a little above what is used.
TEST(Budget, HoldsForMemory) {
  const uint64_t used = Measured(kWork).memory_bytes;
  EXPECT_EQ(Message(Measured(kWork, {.memory_bytes = used + 1'000})), "no error");
  EXPECT_EQ(Measured(kWork, {.memory_bytes = used - 1}).value.error().code,
            absl::StatusCode::kResourceExhausted);
}

TEST(Budget, TheSameTwice) {
  const Evaluation one = Measured(kWork), two = Measured(kWork);
  EXPECT_EQ(one.steps, two.steps);
  EXPECT_EQ(one.cost, two.cost);
  EXPECT_EQ(one.memory_bytes, two.memory_bytes);
}

TEST(Budget, NamesTheLimitAndTheDominantTerm) {
  EXPECT_EQ(
      Message(Measured("1 < 2 &&\n  lists.range(1000).exists(x, lists.range(x).exists(y, x == y))",
                       {.evaluation_steps = 100'000})),
      "takes more than 100,000 steps, 99% of them in `lists.range(1000).exists(x, "
      "lists.range(...xists(y, x == y))` at 2:3");
  EXPECT_EQ(Message(Measured("'a' == 'b' || lists.range(1000).all(x, x >= 0)", {.cost = 5'000})),
            "costs more than 5,000 units, 99% of them in `lists.range(1000).all(x, x >= 0)` at "
            "1:15");
  // The one part of a loop that may be to blame for its length is its range.
  EXPECT_EQ(Message(Measured("('a,' + 'b,c').split(',').all(x, lists.range(1000).size() < 0) || "
                             "lists.range(100000).map(y, y) == []",
                             {.memory_bytes = 1'000'000})),
            "makes values of more than 1,000,000 bytes, 99% of them in `lists.range(100000)` at "
            "1:67");
}

TEST(Budget, IsNeverHidden) {
  const Limits limits{.evaluation_steps = 5'000};
  const std::string costly = "lists.range(1000).all(x, lists.range(x).all(y, y >= 0))";
  for (const std::string_view around :
       {"(X) || true", "true && (X)", "!(X) || true", "[true].exists(z, (X) || z)",
        "optional.of(X).or(optional.of(true)).hasValue()",
        "optional.none().or(optional.of(X)).orValue(true)", "[X, true][1]",
        "{'a': X}.?b.hasValue()", "cel.bind(q, X, true)", "[1, 2].map(z, X).size() >= 0",
        "(X) ? true : true", "[[1].filter(z, X)].exists(w, true)"}) {
    std::string text(around);
    text.replace(text.find('X'), 1, costly);
    for (const bool check : {true, false}) {
      const Evaluation evaluation = Measured(text, limits, check);
      ASSERT_TRUE(evaluation.value.is_error()) << text << evaluation.value.ToString();
      EXPECT_EQ(evaluation.value.error().code, absl::StatusCode::kResourceExhausted)
          << text << Message(evaluation);
      EXPECT_EQ(Message(evaluation).substr(0, 28), "takes more than 5,000 steps,") << text;
    }
  }
  // A limit of a function's own is one, too.
  EXPECT_EQ(Answer("lists.range(1000001).size() > 0 || true"), "error RESOURCE_EXHAUSTED");
  // What decides first is no reason to ask.
  EXPECT_EQ(Measured("true || " + costly, limits).value.string_value(), "true");
}

// At the limit, and one beyond it.
TEST(LimitsExactly, OfTheText) {
  const auto refusal = [](std::string_view text, const Limits& limits) {
    const std::string message = Message(Measured(text, limits));
    return message == "no error" ? "" : message;
  };
  EXPECT_EQ(refusal("1 + 234", {.text_bytes = 7}), "");
  EXPECT_EQ(refusal("1 + 2345", {.text_bytes = 7}),
            "refused: the expression has 8 bytes, more than 7");
  EXPECT_EQ(refusal("((1))", {.nesting = 3}), "");
  EXPECT_EQ(refusal("(((1)))", {.nesting = 3}), "refused: nested deeper than 3 levels");
  EXPECT_EQ(refusal("1 + 2 + 3", {.tree_depth = 3}), "");
  EXPECT_EQ(refusal("1 + 2 + 3 + 4", {.tree_depth = 3}),
            "refused: more than 3 levels of operators");
  EXPECT_EQ(refusal("1 + 2 + 3", {.nodes = 5}), "");
  EXPECT_EQ(refusal("1 + 2 + -i", {.nodes = 5}), "refused: more than 5 parts in an expression");
  EXPECT_EQ(refusal("true?1:true?2:3", {.tree_depth = 3}), "");
  EXPECT_EQ(refusal("true?1:true?2:true?3:4", {.tree_depth = 2}),
            "refused: a conditional has more than 2 branches");
}

// Past the limit anything fits anywhere, which is nothing to keep.
TEST(LimitsExactly, WhatWasFoundPastTheLimitIsNotRemembered) {
  const auto complaint = [](const Environment& environment, std::string_view text) {
    const CompileResult compiled = environment.Compile(text);
    return compiled.expression.has_value() ? "" : compiled.diagnostics.front().id;
  };
  int refused_for_its_types = 0;
  for (uint64_t steps = 0; steps < 60; ++steps) {
    const Limits limits{.type_steps = steps};
    const auto remembering = LimitedEnvironment(limits);
    remembering->RememberNames();
    complaint(*remembering, "[1, 2, 3] == [4] || 1 == 'a'");
    const std::string expected = complaint(*LimitedEnvironment(limits), "1 == 'a'");
    EXPECT_EQ(complaint(*remembering, "1 == 'a'"), expected) << steps << " steps";
    refused_for_its_types += expected == "cel-no-such-overload" ? 1 : 0;
  }
  EXPECT_GT(refused_for_its_types, 20);
}

TEST(LimitsExactly, OfTypesAndValues) {
  EXPECT_EQ(Measured("[[[1]]]", {.type_depth = 4}).value.string_value(), "[[[1]]]");
  EXPECT_EQ(Message(Measured("[[[[1]]]]", {.type_depth = 4})),
            "refused: the types of this expression have more than 4 levels, or take more than "
            "4000000 steps to work out");
  EXPECT_EQ(Message(Measured("[[[[1]]]]", {.type_depth = 4}, false)).substr(0, 30),
            "refused: the types of this exp");
  EXPECT_EQ(Message(Measured("[1, 2, 3] == [4]", {.type_steps = 5})).substr(0, 30),
            "refused: the types of this exp");
  EXPECT_EQ(Measured("[[[1]]]", {.value_depth = 3}).value.string_value(), "[[[1]]]");
  EXPECT_EQ(Message(Measured("1 == 2 || [[[[1]]]] == []", {.value_depth = 3})),
            "makes a value that is nested deeper than 3 levels, in `[[[[1]]]]` at 1:11");
  EXPECT_EQ(Message(Measured("optional.of(optional.of({'a': [1]}))", {.value_depth = 3})),
            "makes a value that is nested deeper than 3 levels, in "
            "`optional.of(optional.of({'a': [1]}))` at 1:1");
}

// The least that the specification asks for, and more.
TEST(LimitsExactly, AreFarBeyondTheLeast) {
  for (const int times : {32, 500}) {
    EXPECT_EQ(Answer("false" + Repeated(" || false", times)), "false");
    EXPECT_EQ(Answer("true" + Repeated(" && true", times)), "true");
    EXPECT_EQ(Answer("[1" + Repeated(", 1", times) + "].size()"), StrCat(times + 1));
    EXPECT_EQ(Answer("1" + Repeated(" + 1", times)), StrCat(times + 1));
    EXPECT_EQ(Answer("'%d'.format([1" + Repeated(", 1", times) + "])"), "\"1\"");
    EXPECT_EQ(Answer(Repeated("false ? 1 : ", times) + "2"), "2");
    std::string map = "{0: 0", chain = "true";
    for (int i = 1; i <= times; ++i) StrAppend(&map, ", ", i, ": ", i);
    EXPECT_EQ(Answer(map + "}.size()"), StrCat(times + 1));
    for (int i = 0; i < times; ++i) chain += " == true";
    EXPECT_EQ(Answer(chain), "true");
  }
  for (const int times : {12, 150}) {
    EXPECT_EQ(Answer(Repeated("(", times) + "1" + Repeated(")", times)), "1");
    EXPECT_EQ(Answer(Repeated("[", times) + "1" + Repeated("]", times) + Repeated("[0]", times)),
              "1");
    EXPECT_EQ(Answer(Repeated("!", 2 * times) + "true"), "true");
    EXPECT_EQ(Answer(Repeated("dyn(", times) + "1" + Repeated(")", times)), "1");
    EXPECT_EQ(Answer(Repeated("[1].all(x, ", times) + "x == 1" + Repeated(")", times)), "true");
  }
}

// Linear: what a macro takes is used once.
TEST(LimitsExactly, MacrosMultiplyNothing) {
  std::string text = "[1]";
  size_t before = 0, grows = 0;
  for (int i = 0; i < 20; ++i) {
    text = StrCat("[1].map(x, ", text, ").filter(y, true).exists(z, z == [])", " ? [1] : [2]");
    const CompileResult compiled = TestEnvironment().Compile(text, {.check = false});
    ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
    const size_t nodes = compiled.expression->tree().nodes.size();
    if (i > 1) {
      EXPECT_EQ(nodes - before, grows);
    }
    grows = nodes - before;
    before = nodes;
  }
}

}  // namespace
}  // namespace changepolicy::cel
