#include "tests/cel/fixture.h"

#include <memory>

#include "absl/status/status.h"
#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/plan.h"

namespace changepolicy::cel {

namespace {

std::unique_ptr<Environment> Make(EnumProfile enums, const Limits& limits = {}) {
  auto environment =
      std::make_unique<Environment>(google::protobuf::DescriptorPool::generated_pool(),
                                    google::protobuf::MessageFactory::generated_factory(),
                                    EnvironmentOptions{.container = "changepolicy.v1",
                                                       .enums = enums,
                                                       .short_enum_values = true,
                                                       .ordered_enums = true,
                                                       .limits = limits});
  environment->AddVariable("i", Type::Int()).IgnoreError();
  environment->AddVariable("u", Type::Uint()).IgnoreError();
  environment->AddVariable("d", Type::Double()).IgnoreError();
  environment->AddVariable("s", Type::String()).IgnoreError();
  environment->AddVariable("b", Type::Bool()).IgnoreError();
  environment->AddVariable("l", Type::List(Type::Int())).IgnoreError();
  environment->AddVariable("m", Type::Map(Type::String(), Type::Int())).IgnoreError();
  environment->AddVariable("a", Type::Dyn()).IgnoreError();
  environment->AddVariable("t", Type::Timestamp()).IgnoreError();
  environment->AddVariable("change", Type::Message(v1::ChangeRequest::descriptor())).IgnoreError();
  return environment;
}

}  // namespace

const Environment& TestEnvironment(EnumProfile enums) {
  static const Environment& strong = *Make(EnumProfile::kStrong).release();
  static const Environment& legacy = *Make(EnumProfile::kLegacy).release();
  return enums == EnumProfile::kStrong ? strong : legacy;
}

std::unique_ptr<Environment> LimitedEnvironment(const Limits& limits) {
  return Make(EnumProfile::kStrong, limits);
}

std::string Show(const Value& value) {
  if (value.is_error()) return "error " + absl::StatusCodeToString(value.error().code);
  if (value.is_unknown()) {
    std::string text = "unknown";
    for (const std::string& path : value.unknown()) StrAppend(&text, " ", path);
    return text;
  }
  return value.ToString();
}

bool AreTheSame(const Value& a, const Value& b) {
  if (Show(a) != Show(b)) return false;
  return !a.is_error() ||
         (a.error().message == b.error().message && a.error().node == b.error().node);
}

std::optional<Value> Planned(const Expression& expression, const Activation& activation,
                             Plan::Used* used) {
  const auto plan = Plan::Make(expression);
  if (plan == nullptr) return std::nullopt;
  std::vector<const Value*> values;
  for (const std::string& name : plan->variables()) values.push_back(activation.Find(name));
  return plan->Evaluate(values, activation.host(), used);
}

std::string Answer(std::string_view text, const Activation& activation, bool check) {
  const CompileResult compiled = TestEnvironment().Compile(text, {.check = check});
  if (!compiled.expression) return "refused " + compiled.diagnostics.front().id;
  const Value value = Evaluate(*compiled.expression, activation);
  const std::string answer = Show(value);
  if (!activation.unknown().empty()) return answer;
  const std::optional<Value> planned = Planned(*compiled.expression, activation);
  if (planned.has_value() && !AreTheSame(*planned, value)) {
    return answer + ", and by a plan " + Show(*planned);
  }
  return answer;
}

std::string TypeOf(std::string_view text) {
  const CompileResult compiled = TestEnvironment().Compile(text);
  if (!compiled.expression) return "refused " + compiled.diagnostics.front().id;
  return compiled.expression->type().ToString();
}

void ExpectAll(std::initializer_list<Expected> rows) {
  for (const Expected& row : rows) {
    SCOPED_TRACE(std::string(row.text));
    EXPECT_EQ(Answer(row.text), row.gives);
    if (!row.type.empty()) {
      EXPECT_EQ(TypeOf(row.text), row.type);
    }
    const std::string_view unchecked = row.gives.starts_with("refused") ? row.unchecked : row.gives;
    if (!unchecked.empty()) {
      EXPECT_EQ(Answer(row.text, {}, /*check=*/false), unchecked);
    }
  }
}

}  // namespace changepolicy::cel
