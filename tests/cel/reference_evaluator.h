// A slow, obvious evaluator, written from the specification without a look at the library's own:
// what it says is compared with what libchangepolicy/cel/evaluator.cc says.
//
// It shares with the library what is compared elsewhere: parser and checker (what a name means),
// the class Value, the reading and building of messages, RE2, the zones of Abseil. Its arithmetic,
// texts, times, collections, equality and comprehensions are its own.
#ifndef TESTS_CEL_REFERENCE_EVALUATOR_H_
#define TESTS_CEL_REFERENCE_EVALUATOR_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

Value ReferenceEvaluate(const Expression& expression, const Activation& activation);

// The parts that it is made of.
namespace reference {

using Values = std::vector<Value>;

// A call of a function of the standard library or an extension with known arguments.
Value Call(const std::string& function, const Values& args);
// Each: nothing where the function is of another kind or takes other arguments.
std::optional<Value> CallNumbers(const std::string& function, const Values& args);
std::optional<Value> CallTexts(const std::string& function, const Values& args);
std::optional<Value> CallTimes(const std::string& function, const Values& args);
std::optional<Value> CallCollections(const std::string& function, const Values& args);

bool Equal(const Value& a, const Value& b);
// Less, equal, greater: -1, 0, 1; 2 where neither (NaN); nothing for what has no order.
std::optional<int> Order(const Value& a, const Value& b);
// The value at the key; nothing where there is none.
std::optional<Value> Lookup(const Map& map, const Value& key);

Value Failure(std::string why);

std::vector<char32_t> Decode(std::string_view text);
std::string Encode(const std::vector<char32_t>& points);

// The texts that string() and format's %s give.
std::string TextOfDouble(double value);
std::string TextOfTimestamp(absl::Time time);
std::string TextOfDuration(absl::Duration duration);

}  // namespace reference

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_REFERENCE_EVALUATOR_H_
