// Plans say what the evaluator says, or nothing. That they say the same is asked with every
// expression of these tests (fixture.cc), of the differential test and of the published suite; here
// stands when they say nothing, and that they do say something.
#include "libchangepolicy/cel/plan.h"

#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

Expression Compiled(const Environment& environment, std::string_view text) {
  const CompileResult compiled = environment.Compile(text);
  EXPECT_TRUE(compiled.expression.has_value()) << text;
  return *compiled.expression;
}

// What it says, and how the evaluator would have shown it; `nothing` where it says nothing.
std::string Told(std::string_view text, const Activation& activation = {}) {
  const std::optional<Value> told = Planned(Compiled(TestEnvironment(), text), activation);
  return told.has_value() ? Show(*told) : "nothing";
}

v1::ChangeRequest Request() {
  v1::ChangeRequest request;
  request.set_id("CHG-1");
  request.add_services()->set_id("shop");
  request.add_services()->set_id("mail");
  request.add_assets("web-1");
  request.add_assets("web-2");
  (*request.mutable_facts())["team"].set_string_value("web");
  return request;
}

Activation Variables(const v1::ChangeRequest& request) {
  Activation activation;
  activation.Set("change", Value::BorrowedMessage(request));
  activation.Set("i", Value::Int(7));
  activation.Set("s",
                 Value::String("a text of more than sixty-four bytes, so that it costs steps"));
  activation.Set("b", Value::Bool(true));
  activation.Set("d", Value::Double(1.5));
  activation.Set("l", Value::ListOf({Value::Int(1), Value::Int(2), Value::Int(3)}));
  MapBuilder map;
  for (int i = 0; i < 20; ++i) map.Add(Value::String("k" + std::to_string(i)), Value::Int(i));
  activation.Set("m", map.Build());
  return activation;
}

// Expressions over the variables, of all that plans do.
constexpr std::string_view kTold[] = {
    "i + 1",
    "i * 2 - 3 / 4 % 5 == 14 && -i < 0",
    "d + 1.0 > 2.0 || -d == 1.0",
    "s + s + 'b'",
    "s.contains('sixty') && s.startsWith('a') && s.endsWith('steps') && size(s) > 3",
    "s.matches('six.y')",
    "b ? l[1] : l[0]",
    "!b || i in l || 2 in l",
    "i in [1, i, 3]",
    "m['k3'] + m.k4 + size(m)",
    "'k19' in m && has(m.k0) && !has(m.none)",
    "l.exists(x, x > 2) && l.all(x, x < i) && l.exists_one(x, x == 2)",
    "l.map(x, x * i).filter(x, x > 7)",
    "l.map(x, string(x) + s)",
    "l.map(x, [x, i]).exists(y, y[0] == 3)",
    "m.exists(k, m[k] == 19)",
    "m.map(k, k + s)",
    "change.id == 'CHG-1' && change.assets[1] == 'web-2'",
    "change.services.map(v, v.id)",
    "change.services.exists(v, v.id == 'shop') && size(change.assets) == 2",
    "change.assets.exists(a, a == 'web-1')",
    "change.assets.all(a, a in ['web-1', 'web-2'])",
    "change.facts['team'] == 'web' && change.facts.exists(k, k == 'team')",
    "has(change.documents) || has(change.services)",
    "type(i) == int && type(l) == list",
    "{'a': i, 'b': 2}.b",
    "{'a': s}",
    "dyn(i) == 7.0 && i < 7.5",
    "[1, 2, 3] == l",
    "lists.range(i).map(x, x * x)",
    "cel.bind(x, i + 1, x * x)",
    "l.transformList(j, x, j * x)",
};

TEST(Plan, TellsWhatIsKnown) {
  const v1::ChangeRequest request = Request();
  const Activation variables = Variables(request);
  for (const std::string_view text : kTold) {
    EXPECT_EQ(Told(text, variables), Show(Evaluate(Compiled(TestEnvironment(), text), variables)))
        << text;
  }
}

TEST(Plan, TellsWhatIsConstant) {
  EXPECT_EQ(Told("{'a': [1, 2], 'b': []}['a'][1] + 3"), "5");
  EXPECT_EQ(Told("1 / 0 == 1 || true"), "true");
  EXPECT_EQ(Told("'abc'.matches('^a') ? timestamp('2026-01-02T03:04:05Z').getHours() : 0"), "3");
  // Too much to be worked out beforehand.
  EXPECT_EQ(Told("size(lists.range(100000))"), "100000");
}

// With the evaluator's words, at its place.
TEST(Plan, TellsErrorsOfOperationsAndFunctions) {
  const v1::ChangeRequest request = Request();
  const Activation variables = Variables(request);
  for (const std::string_view text : {
           "1 / 0",
           "1 / 0 == 1 && true",
           "true && 1 + i / 0 == 1",
           "i % 0",
           "9223372036854775807 + i",
           "-9223372036854775807 - i",
           "i * 9223372036854775807 > 0 || false",
           "uint(i) - 8u",
           "l[3]",
           "1 + l[i]",
           "l[-1]",
           "l[dyn(3.0)]",
           "l[dyn(7u)]",
           "l[b ? i : 0] > 0",
           "m['none']",
           "m['none'] + l[3]",
           "l[3] + m['none']",
           "m[s + s]",
           "dyn(m)[i]",
           "dyn(m)[1.5]",
           "dyn(m)[[1]]",
           "change.assets[2]",
           "change.facts['none'] == 'web'",
           "[i, 1 / (i - 7)]",
           "b ? l[3] : l[0]",
           "l[3] > 0 ? 1 : 2",
           "!(m['none'] == 1)",
           "cel.bind(x, l[3], x + x)",
           "l[3] in [1, i]",
           "duration(s)",
           "int(s) + 1",
           "l.slice(i, 2)",
           "s.substring(i, 1) + s.charAt(1000)",
       }) {
    const Expression expression = Compiled(TestEnvironment(), text);
    const Value expected = Evaluate(expression, variables);
    ASSERT_TRUE(expected.is_error()) << text;
    Plan::Used used;
    const std::optional<Value> told = Planned(expression, variables, &used);
    if (text.starts_with('[')) {
      EXPECT_FALSE(told.has_value()) << text;
      continue;
    }
    ASSERT_TRUE(told.has_value()) << text;
    EXPECT_TRUE(AreTheSame(*told, expected)) << text << ": " << told->ToString();
    const Evaluation whole = EvaluateMeasured(expression, variables);
    EXPECT_GE(used.steps, whole.steps) << text;
    EXPECT_GE(used.cost, whole.cost) << text;
    EXPECT_GE(used.memory_bytes, whole.memory_bytes) << text;
  }
}

TEST(Plan, LeavesOtherErrorsToTheEvaluator) {
  EXPECT_EQ(Told("i / 0"), "nothing");  // `i` has no value
  const v1::ChangeRequest request = Request();
  const Activation variables = Variables(request);
  EXPECT_EQ(Told("m.none", variables), "nothing");
  EXPECT_EQ(Told("l[dyn(1.5)]", variables), "nothing");
  EXPECT_EQ(Told("l.map(x, 1 / (x - 2))", variables), "nothing");
  // One that does not matter is none.
  EXPECT_EQ(Told("l[3] == 1 || b", variables), "true");
  EXPECT_EQ(Told("l.exists(x, 1 / (x - 1) == 1)", variables), "true");
  EXPECT_EQ(Told("l.all(x, 1 / (x - 1) == 7)", variables), "false");
  EXPECT_EQ(Told("l.exists(x, 1 / (x - 1) == 7)", variables), "nothing");
}

// In a long list that is constant nothing is looked for one by one.
TEST(Plan, LooksIntoLongConstantLists) {
  std::string list = "[dyn(0.5), 'a', b'c', null, true, timestamp(1)";
  for (int i = 10; i < 40; ++i) list += ", " + std::to_string(i) + (i % 3 == 0 ? "u" : "");
  list += "]";
  const v1::ChangeRequest request = Request();
  const Activation variables = Variables(request);
  for (const auto& [wanted, found] :
       std::initializer_list<std::pair<std::string, bool>>{{"i", false},
                                                           {"i + 3", true},
                                                           {"i + 5", true},
                                                           {"uint(i) + 4u", true},
                                                           {"double(i + 3)", true},
                                                           {"double(i + 5)", true},
                                                           {"double(i) + 3.5", false},
                                                           {"d - 1.0", true},
                                                           {"0.0 * d / 0.0", false},
                                                           {"s", false},
                                                           {"s.charAt(0)", true},
                                                           {"bytes('c' + s.charAt(1))", false},
                                                           {"b", true},
                                                           {"!b", false},
                                                           {"timestamp(i - 6)", true},
                                                           {"timestamp(i)", false},
                                                           {"[i]", false},
                                                           {"change", false},
                                                           {"change.id", false},
                                                           {"bytes(change.id)", false}}) {
    const std::string text = "dyn(" + wanted + ") in " + list;
    const Expression expression = Compiled(TestEnvironment(), text);
    Plan::Used used;
    const std::optional<Value> told = Planned(expression, variables, &used);
    ASSERT_TRUE(told.has_value()) << text;
    EXPECT_EQ(told->is_true(), found) << text;
    const Evaluation whole = EvaluateMeasured(expression, variables);
    EXPECT_TRUE(AreTheSame(*told, whole.value)) << text;
    EXPECT_GE(used.steps, whole.steps) << text;
    EXPECT_GE(used.cost, whole.cost) << text;
  }
}

TEST(Plan, LeavesUnknownsAndFactsToTheEvaluator) {
  Activation unknown;
  unknown.Set("i", Value::Unknown({"i"}));
  EXPECT_EQ(Told("i + 1", unknown), "nothing");
  EXPECT_EQ(Told("i == 1 && 1 / 0 == 1", unknown), "nothing");
  const v1::ChangeRequest request = Request();
  Activation fact;
  fact.SetFact("change", request);
  EXPECT_EQ(Told("change.id", fact), "nothing");
}

// The evaluator counts the memory of such a message whenever it passes it on.
TEST(Plan, LeavesWhatWasInAnAnyToTheEvaluator) {
  google::protobuf::Any any;
  any.PackFrom(Request());
  Activation packed;
  packed.Set("a", Value::BorrowedMessage(any));
  EXPECT_EQ(Answer("a.id", packed), "\"CHG-1\"");
  EXPECT_EQ(Told("dyn(a).id", packed), "nothing");
  EXPECT_EQ(Told("[a].map(x, x.id)", packed), "nothing");
}

// A well-known type that the language has no value for.
TEST(Plan, TakesAFieldMaskAsAMessage) {
  google::protobuf::FieldMask mask;
  mask.add_paths("one");
  mask.add_paths("two");
  Activation variables;
  variables.Set("a", Value::BorrowedMessage(mask));
  EXPECT_EQ(Told("a.paths[1]", variables), "\"two\"");
  EXPECT_EQ(Told("[a].map(x, x.paths)", variables), "[[\"one\", \"two\"]]");
  EXPECT_EQ(Answer("google.protobuf.FieldMask{paths: ['one', 'two']} == a", variables), "true");
}

// Whatever the limit, a plan never tells what the evaluator refuses; and with ten times as much as
// is needed it tells.
TEST(Plan, StaysWithinTheLimits) {
  const v1::ChangeRequest request = Request();
  const Activation variables = Variables(request);
  for (const std::string_view text : kTold) {
    const Evaluation whole = EvaluateMeasured(Compiled(TestEnvironment(), text), variables);
    Plan::Used used;
    ASSERT_TRUE(Planned(Compiled(TestEnvironment(), text), variables, &used).has_value()) << text;
    EXPECT_GE(used.steps, whole.steps) << text;
    EXPECT_GE(used.cost, whole.cost) << text;
    EXPECT_GE(used.memory_bytes, whole.memory_bytes) << text;
    for (const auto& [limit, needed] :
         {std::pair(&Limits::evaluation_steps, whole.steps), std::pair(&Limits::cost, whole.cost),
          std::pair(&Limits::memory_bytes, whole.memory_bytes)}) {
      if (needed == 0) continue;
      Limits limits;
      limits.*limit = needed - 1;
      const auto tight = LimitedEnvironment(limits);
      EXPECT_FALSE(Planned(Compiled(*tight, text), variables).has_value()) << text;
      limits.*limit = needed * 10 + 100;
      const auto wide = LimitedEnvironment(limits);
      EXPECT_TRUE(Planned(Compiled(*wide, text), variables).has_value()) << text;
    }
  }
}

TEST(Plan, EndsALoopThatIsTooLong) {
  const auto environment = LimitedEnvironment({.evaluation_steps = 100'000});
  Activation variables;
  variables.Set("i", Value::Int(1'000'000));
  EXPECT_FALSE(
      Planned(Compiled(*environment, "lists.range(i).exists(x, x < 0)"), variables).has_value());
}

// A function may evaluate another expression, and several threads one.
TEST(Plan, MayBeAskedInsideItselfAndByThreads) {
  Environment environment(google::protobuf::DescriptorPool::generated_pool(),
                          google::protobuf::MessageFactory::generated_factory(), {});
  const auto inner = Plan::Make(Compiled(TestEnvironment(), "s + 'inner' + s"));
  ASSERT_NE(inner, nullptr);
  const FunctionRow twice{"twice(string) -> string", [&](CallContext&, Args args) {
                            const Value* const values[] = {&args[0]};
                            return *inner->Evaluate(values);
                          }};
  ASSERT_TRUE(environment.AddFunction(twice).ok());
  ASSERT_TRUE(environment.AddVariable("t", Type::String()).ok());
  const auto outer = Plan::Make(
      Compiled(environment, "['x', 'y'].map(e, twice(e + t) + t).exists(e, e == 'yzinneryzz')"));
  ASSERT_NE(outer, nullptr);
  const auto ask = [&] {
    const Value text = Value::String("z");
    const Value* const values[] = {&text};
    for (int i = 0; i < 1000; ++i) {
      const std::optional<Value> told = outer->Evaluate(values);
      ASSERT_TRUE(told.has_value() && told->is_true());
    }
  };
  std::thread other(ask);
  ask();
  other.join();
}

}  // namespace
}  // namespace changepolicy::cel
