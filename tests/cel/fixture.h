// Expressions of one environment, for tests of the language.
#ifndef TESTS_CEL_FIXTURE_H_
#define TESTS_CEL_FIXTURE_H_

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/plan.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Container changepolicy.v1 with variables i int, u uint, d double, s string, b bool, l list(int),
// m map(string, int), a dyn, t timestamp, change ChangeRequest.
const Environment& TestEnvironment(EnumProfile enums = EnumProfile::kStrong);

// The same with strong enums and other limits.
std::unique_ptr<Environment> LimitedEnvironment(const Limits& limits);

// A value as CEL writes it; `error CODE` and `unknown PATHS` for those.
std::string Show(const Value& value);

// As shown, and for errors the message and the place.
bool AreTheSame(const Value& a, const Value& b);

// By a plan; nothing where that leaves it to the evaluator, or where there is none.
std::optional<Value> Planned(const Expression& expression, const Activation& activation,
                             Plan::Used* used = nullptr);

// Compiles and evaluates; what is wrong with the text comes as `refused ID`. A plan that says
// something else is told, too.
std::string Answer(std::string_view text, const Activation& activation = {}, bool check = true);

// The type that the checker finds; `refused ID` where it finds none.
std::string TypeOf(std::string_view text);

// An expression, what it gives and the type that the checker finds. One that the checker refuses
// may still give something unchecked; what both admit gives the same either way.
struct Expected {
  std::string_view text;
  std::string_view gives;
  std::string_view type = "";       // not looked at where empty
  std::string_view unchecked = "";  // for `refused` ones; not looked at where empty
};
void ExpectAll(std::initializer_list<Expected> rows);

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_FIXTURE_H_
