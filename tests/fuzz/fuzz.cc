#include "tests/fuzz/fuzz.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/lexer.h"
#include "tests/cel/generate.h"
#include "tests/cel/playground.h"
#include "tests/cel/same.h"

namespace changepolicy::cel {

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// The playground with a small budget, so that one input takes little of the fuzzer's time.
const Environment& Small() {
  static const Environment& environment = *[] {
    EnvironmentOptions options = Playground().options();
    options.limits.evaluation_steps = 20'000;
    options.limits.text_bytes = 4'000;
    auto* const small = new Environment(&Playground().pool(), &Playground().factory(), options);
    for (const TypedName& variable : PlaygroundVariables(true)) {
      small->AddVariable(variable.name, variable.type).IgnoreError();
    }
    return small;
  }();
  return environment;
}

const Activation& Values() {
  static const Activation& activation = *[] {
    Random random(1);
    Generator generator(PlaygroundVariables(true), {}, 1);
    auto* const values = new Activation;
    for (const Binding& binding : RandomBindings(PlaygroundVariables(true), &generator, &random)) {
      values->Set(binding.name, binding.value);
    }
    return values;
  }();
  return activation;
}

void RequireWithin(const Diagnostics& diagnostics, std::string_view text) {
  for (const Diagnostic& diagnostic : diagnostics) {
    Require(diagnostic.begin <= diagnostic.end && diagnostic.end <= text.size(),
            "a complaint lies within the text");
    Require(IsValidUtf8(diagnostic.message) && IsValidUtf8(diagnostic.help), "a complaint is text");
    Require(!diagnostic.id.empty() && !diagnostic.message.empty(), "a complaint says something");
  }
}

}  // namespace

void FuzzParse(std::string_view text) {
  const CompileOptions unchecked{.check = false};
  const CompileResult parsed = Small().Compile(text, unchecked);
  RequireWithin(parsed.diagnostics, text);
  Require(parsed.expression.has_value() == parsed.diagnostics.empty(),
          "either an expression or complaints");
  if (!parsed.expression.has_value()) return;
  const CompileResult again = Small().Compile(text, unchecked);
  Require(again.expression.has_value(), "what parses, parses again");
  Require(Dump(again.expression->tree()) == Dump(parsed.expression->tree()), "dumps are stable");
}

void FuzzCheck(std::string_view text) {
  const CompileResult checked = Small().Compile(text);
  RequireWithin(checked.diagnostics, text);
  Require(checked.expression.has_value() == checked.diagnostics.empty(),
          "either an expression or complaints");
  if (!checked.expression.has_value()) return;
  Require(Small().Compile(text, {.check = false}).expression.has_value(),
          "what checks, parses without types");
  for (size_t i = 0; i < checked.expression->tree().nodes.size(); ++i) {
    const Type& type = checked.expression->TypeOf(static_cast<NodeId>(i));
    Require(!type.Is(TypeKind::kError), "no part of what checks is a mistake");
    Require(!type.Is(TypeKind::kParameter), "every type is known in the end");
  }
}

void FuzzEvaluate(std::string_view text) {
  for (const bool check : {true, false}) {
    const CompileResult compiled = Small().Compile(text, {.check = check});
    if (!compiled.expression.has_value()) continue;
    const Value value = Evaluate(*compiled.expression, Values());
    Require(!value.is_unknown(), "nothing is unknown where everything is given");
    Require(Same(value, Evaluate(*compiled.expression, Values())), "two evaluations agree");
    Require(IsOf(value, compiled.expression->type()), "the value is of the deduced type");
    Require(value.ToString(500).size() < 600, "a text for people is short");
  }
}

}  // namespace changepolicy::cel
