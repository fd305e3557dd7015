// Equality and order of values (specification, "Equality" and "Ordering").
#ifndef LIBCHANGEPOLICY_CEL_EQUALITY_H_
#define LIBCHANGEPOLICY_CEL_EQUALITY_H_

#include <compare>
#include <cstdint>
#include <optional>

#include "libchangepolicy/cel/meter.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// Numbers of all kinds stand on one line; NaN equals nothing; values of different kinds are
// unequal. Messages are equal field by field, unknown fields by their bytes, a packed Any by what
// it holds. REQUIRES: both are known. Linear in the smaller value, as a tree: lists that share
// their parts can be exponentially larger than what they keep in memory, so whoever evaluates an
// expression passes the meter of the evaluation. False, for what it is worth, where that refuses.
bool Equal(const Value& a, const Value& b, Meter& meter);
// For values of known size: literals, what a test expects.
bool Equal(const Value& a, const Value& b);

// The order of two bools, numbers, strings, bytes, timestamps, durations, or values of one enum;
// nothing for others. NaN is unordered.
// Linear in the shorter text.
std::optional<std::partial_ordering> Compare(const Value& a, const Value& b);

// Steps for going through a text or bytes once; none for what is neither.
uint64_t TextSteps(const Value& value);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_EQUALITY_H_
