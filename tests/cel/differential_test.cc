// Random expressions over random values: what must hold for each, as a list of named properties.
// CHANGEPOLICY_ORACLE_RUNS sets how many expressions (default 4,000); CHANGEPOLICY_ORACLE_SEED the
// first seed. A failure names its seed, the expression and the values.
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/plan.h"
#include "libchangepolicy/cel/residual.h"
#include "libchangepolicy/cel/unparse.h"
#include "tests/cel/generate.h"
#include "tests/cel/playground.h"
#include "tests/cel/reference_evaluator.h"
#include "tests/cel/same.h"

namespace changepolicy::cel {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

// An evaluator that must say what the library's own says.
struct Contender {
  std::string_view name;
  std::function<Value(const Expression&, const Activation&)> evaluate;
};

const std::vector<Contender>& Contenders() {
  static const auto& contenders = *new std::vector<Contender>{
      {"the reference", ReferenceEvaluate},
  };
  return contenders;
}

// One expression with values for the variables, and what the library makes of it.
struct Trial {
  uint64_t seed = 0;
  std::string text;
  Type wanted;
  bool mistyped = false;
  std::vector<Binding> bindings;
  Activation activation;
  std::optional<Expression> checked;  // absent only for one with a mistake of type
  std::optional<Expression> unchecked;
  Value value;  // of the checked one, else of the unchecked one

  const Expression& expression() const { return checked ? *checked : *unchecked; }
};

// What is wrong; empty where nothing is.
using Property = std::function<std::string(const Trial&)>;

std::string Difference(std::string_view whose, const Value& other, const Value& own) {
  if (Same(own, other)) return "";
  return StrCat(whose, " says ", Describe(other), ", expected ", Describe(own));
}

// The checker accepts what is well typed, and knows its type.
std::string IsAcceptedWithItsType(const Trial& trial) {
  if (trial.mistyped) return "";
  if (!trial.checked.has_value()) {
    const CompileResult compiled = Playground().Compile(trial.text);
    return StrCat("refused: ", compiled.diagnostics.front().message);
  }
  if (Stands(trial.checked->type(), trial.wanted)) return "";
  return StrCat("is `", trial.checked->type().ToString(), "`, expected `", trial.wanted.ToString(),
                "`");
}

std::string HasTheDeducedType(const Trial& trial) {
  if (!trial.checked.has_value() || IsOf(trial.value, trial.checked->type())) return "";
  return StrCat(Describe(trial.value), " is no `", trial.checked->type().ToString(), "`");
}

std::string IsTheSameUnchecked(const Trial& trial) {
  return Difference("without types it", Evaluate(*trial.unchecked, trial.activation), trial.value);
}

std::string IsTheSameTwice(const Trial& trial) {
  const CompileResult again = Playground().Compile(trial.text, {.check = false});
  if (!again.expression.has_value()) return "is refused the second time";
  if (Dump(again.expression->tree()) != Dump(trial.unchecked->tree())) return "dumps differently";
  return Difference("the second time it", Evaluate(trial.expression(), trial.activation),
                    trial.value);
}

std::string IsWhatOthersSay(const Trial& trial) {
  // The others have no limits, and leave out what nobody uses.
  if (trial.value.is_error() && trial.value.error().code == absl::StatusCode::kResourceExhausted) {
    return "";
  }
  for (const Contender& contender : Contenders()) {
    const Value other = contender.evaluate(trial.expression(), trial.activation);
    std::string difference = Difference(contender.name, other, trial.value);
    if (!difference.empty()) return difference;
  }
  return "";
}

// With some variables unknown the answer is the same or unknown, for one of their sakes.
std::string StandsWhenLessIsKnown(const Trial& trial) {
  Random random(trial.seed + 1);
  Activation partial;
  std::set<std::string> hidden;
  for (const Binding& binding : trial.bindings) {
    const bool hide = random.Chance(40);
    if (hide) hidden.insert(binding.name);
    partial.Set(binding.name, hide ? Value::Unknown({binding.name}) : binding.value);
  }
  const Value value = Evaluate(trial.expression(), partial);
  if (!value.is_unknown()) return Difference("with less known it", value, trial.value);
  for (const std::string& name : value.unknown()) {
    if (!hidden.contains(name)) return StrCat("`", name, "` is not unknown");
  }
  return value.unknown().empty() ? "is unknown for no reason" : "";
}

// How often plans were asked, and how often they could tell.
struct PlanCounts {
  int64_t known = 0;
  int64_t told = 0;
};
PlanCounts& Plans() {
  static PlanCounts counts;
  return counts;
}

std::string IsTheSameByAPlan(const Expression& expression, const Trial& trial) {
  const Evaluation plain = EvaluateMeasured(expression, trial.activation);
  Plans().known += plain.value.is_known() ? 1 : 0;
  const auto plan = Plan::Make(expression);
  if (plan == nullptr) return "";
  std::vector<const Value*> values;
  for (const std::string& name : plan->variables()) values.push_back(trial.activation.Find(name));
  Plan::Used used;
  const std::optional<Value> told = plan->Evaluate(values, nullptr, &used);
  if (!told.has_value()) return "";
  Plans().told += 1;
  if (used.steps < plain.steps || used.cost < plain.cost ||
      used.memory_bytes < plain.memory_bytes) {
    return StrCat("counts less by a plan: ", used.steps, " of ", plain.steps, " steps, ", used.cost,
                  " of ", plain.cost, " units, ", used.memory_bytes, " of ", plain.memory_bytes,
                  " bytes");
  }
  // Errors in full: what a plan says is what people read.
  if (told->is_error() && plain.value.is_error()) {
    const Error& own = plain.value.error();
    const Error& other = told->error();
    if (other.message != own.message || other.node != own.node) {
      return StrCat("a plan says `", other.message, "` at node ", other.node, ", expected `",
                    own.message, "` at ", own.node);
    }
  }
  return Difference("a plan", *told, plain.value);
}

// A plan says what the evaluator says, or nothing, and counts not less than it.
std::string IsTheSameByPlans(const Trial& trial) {
  if (trial.checked.has_value()) {
    std::string difference = IsTheSameByAPlan(*trial.checked, trial);
    if (!difference.empty()) return difference;
  }
  return IsTheSameByAPlan(*trial.unchecked, trial);
}

std::string Said(const CompileResult& compiled) {
  if (compiled.expression.has_value()) return Dump(*compiled.expression);
  std::string said;
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    StrAppend(&said, diagnostic.begin, "-", diagnostic.end, " ", diagnostic.id, ": ",
              diagnostic.message, " (", diagnostic.help, ")\n");
  }
  return said;
}

// Types, meanings and complaints are those of an environment that met earlier expressions.
std::string IsTheSameWhereCallsAreRemembered(const Trial& trial) {
  const std::string expected = Said(Playground().Compile(trial.text));
  const std::string said = Said(RememberingPlayground().Compile(trial.text));
  return said == expected ? "" : StrCat("is compiled to\n", said, "and not to\n", expected);
}

struct Named {
  std::string_view name;
  Property property;
};

// What is left when some variables are unknown gives, once they are known, what the whole gives.
std::string IsLeftWithTheSameMeaning(const Trial& trial) {
  if (trial.value.is_error() && trial.value.error().code == absl::StatusCode::kResourceExhausted) {
    return "";  // what is left may be less than meets the limit
  }
  Random random(trial.seed + 2);
  Activation partial;
  for (const Binding& binding : trial.bindings) {
    partial.Set(binding.name, binding.value);
    if (random.Chance(40) && !partial.SetUnknown(binding.name).ok()) return "no path";
  }
  const Expression residual = Residual(trial.expression(), partial);
  const std::string difference = Difference(StrCat("what is left, `", residual.text(), "`,"),
                                            Evaluate(residual, trial.activation), trial.value);
  if (!difference.empty()) return difference;
  const Value now = Evaluate(trial.expression(), partial);
  // Past a limit, every path is named.
  if (now.is_error() && now.error().code == absl::StatusCode::kResourceExhausted) return "";
  const bool open = !OpenAttributes(trial.expression(), partial).empty();
  return open == now.is_unknown() ? "" : "hangs on nothing";
}

// The bound that is known beforehand holds, for inputs as large as those of the trials can be.
std::string CostsNoMoreThanItsBound(const Trial& trial) {
  if (!trial.checked.has_value()) return "";
  const SizeLimits sizes{.string = 1'000'000, .bytes = 1'000'000, .list = 10'000, .map = 10'000};
  const CostEstimate bound = EstimateCost(*trial.checked, sizes);
  const Evaluation evaluation = EvaluateMeasured(*trial.checked, trial.activation);
  if (evaluation.cost <= bound.max) return "";
  return StrCat("costs ", evaluation.cost, ", bounded by ", bound.max);
}

// The text of the tree is one of the same tree.
std::string IsWrittenAsItIs(const Trial& trial) {
  const std::string text = Unparse(trial.unchecked->tree());
  const CompileResult again = Playground().Compile(text, {.check = false});
  if (!again.expression.has_value()) return StrCat("`", text, "` does not parse");
  return Equal(again.expression->tree(), trial.unchecked->tree())
             ? ""
             : StrCat("`", text, "` is another expression");
}

const std::vector<Named>& Properties() {
  static const auto& properties = *new std::vector<Named>{
      {"accepted with its type", IsAcceptedWithItsType},
      {"value of the deduced type", HasTheDeducedType},
      {"same unchecked", IsTheSameUnchecked},
      {"same twice", IsTheSameTwice},
      {"same where calls are remembered", IsTheSameWhereCallsAreRemembered},
      {"same by other evaluators", IsWhatOthersSay},
      {"same by plans", IsTheSameByPlans},
      {"stands when less is known", StandsWhenLessIsKnown},
      {"left with the same meaning", IsLeftWithTheSameMeaning},
      {"costs no more than its bound", CostsNoMoreThanItsBound},
      {"written as it is", IsWrittenAsItIs},
  };
  return properties;
}

std::unique_ptr<Trial> MakeTrial(uint64_t seed, bool mistyped) {
  const std::vector<TypedName> variables = PlaygroundVariables(true);
  Random random(seed);
  Generator generator(variables, {.depth = 1 + static_cast<int>(random.Below(6))}, seed);
  auto trial = std::make_unique<Trial>();
  trial->seed = seed;
  trial->mistyped = mistyped;
  trial->wanted = generator.AnyType();
  trial->text = mistyped ? generator.Mistyped(trial->wanted) : generator.Expression(trial->wanted);
  trial->bindings = RandomBindings(variables, &generator, &random);
  for (const Binding& binding : trial->bindings) trial->activation.Set(binding.name, binding.value);
  trial->checked = Playground().Compile(trial->text).expression;
  trial->unchecked = Playground().Compile(trial->text, {.check = false}).expression;
  if (trial->unchecked) trial->value = Evaluate(trial->expression(), trial->activation);
  return trial;
}

std::string Story(const Trial& trial) {
  std::string story = StrCat("seed ", trial.seed, "\n  ", trial.text, "\n");
  for (const Binding& binding : trial.bindings) {
    if (trial.text.find(binding.name) == std::string::npos) continue;
    StrAppend(&story, "  ", binding.name, " = ", binding.text, "\n");
  }
  return story;
}

void TryAll(bool mistyped) {
  const int64_t first = FromEnvironment("CHANGEPOLICY_ORACLE_SEED", 1);
  const int64_t runs = FromEnvironment("CHANGEPOLICY_ORACLE_RUNS", 4000);
  const int64_t most = FromEnvironment("CHANGEPOLICY_ORACLE_FAILURES", 10);
  int64_t failures = 0, errors = 0, accepted = 0;
  for (int64_t seed = first; seed < first + runs && failures < most; ++seed) {
    const std::unique_ptr<Trial> trial = MakeTrial(static_cast<uint64_t>(seed), mistyped);
    if (!trial->unchecked.has_value()) {
      ++failures;
      ADD_FAILURE() << "does not parse: " << Story(*trial);
      continue;
    }
    errors += trial->value.is_error() ? 1 : 0;
    accepted += trial->checked.has_value() ? 1 : 0;
    for (const Named& named : Properties()) {
      const std::string complaint = named.property(*trial);
      if (complaint.empty()) continue;
      ++failures;
      ADD_FAILURE() << named.name << ": " << complaint << "\n  " << Story(*trial);
      break;
    }
  }
  // A generator that makes nothing but errors would prove nothing.
  if (runs >= 1000 && failures == 0) {
    EXPECT_LT(errors, mistyped ? runs * 9 / 10 : runs * 2 / 3);
    EXPECT_GT(accepted, mistyped ? runs / 10 : runs - 1);
    EXPECT_LT(accepted, mistyped ? runs * 9 / 10 : runs + 1);
  }
}

TEST(Differential, WellTyped) {
  Plans() = {};
  TryAll(false);
  // Plans that left everything to the evaluator would prove nothing.
  EXPECT_GT(Plans().told, Plans().known * 2 / 5) << "of " << Plans().known;
}

TEST(Differential, Mistyped) { TryAll(true); }

TEST(Generator, SaysTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed < 50; ++seed) {
    EXPECT_EQ(MakeTrial(seed, false)->text, MakeTrial(seed, false)->text);
  }
}

// Each template is used, so that no row of the table is dead.
TEST(Generator, UsesEveryFunctionOfTheLibraries) {
  std::set<std::string> used;
  for (uint64_t seed = 1; seed < 4000; ++seed) {
    const auto trial = MakeTrial(seed, false);
    if (!trial->checked.has_value()) continue;
    const auto& functions = trial->checked->references().functions;
    used.insert(functions.begin(), functions.end());
  }
  const std::set<std::string> covered = {"standard",  "comprehensions", "lists",
                                         "optionals", "strings",        "bindings"};
  for (const Library& library : Libraries()) {
    if (!covered.contains(std::string(library.name))) continue;
    for (const auto& [name, overload] : library.functions) {
      EXPECT_TRUE(used.contains(name)) << name;
    }
  }
}

}  // namespace
}  // namespace changepolicy::cel
