// When two answers are one: stricter than equality of the language, so that NaN is NaN, 1 is not
// 1u, and -0.0 is not 0.0; all errors are alike.
#ifndef TESTS_CEL_SAME_H_
#define TESTS_CEL_SAME_H_

#include <string>

#include "libchangepolicy/cel/type.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

bool Same(const Value& a, const Value& b);

// The whole value with its kind, for failure texts.
std::string Describe(const Value& value);

// Whether the value is of the type, with all that is in it; errors and unknowns are of any.
bool IsOf(const Value& value, const Type& type);

// Whether what was deduced can stand for what was wanted, dyn for any part.
bool Stands(const Type& deduced, const Type& wanted);

}  // namespace changepolicy::cel

#endif  // TESTS_CEL_SAME_H_
