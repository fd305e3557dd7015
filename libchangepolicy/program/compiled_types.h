// Types of expressions whose values data can be.
#ifndef LIBCHANGEPOLICY_PROGRAM_COMPILED_TYPES_H_
#define LIBCHANGEPOLICY_PROGRAM_COMPILED_TYPES_H_

#include "libchangepolicy/cel/type.h"

namespace changepolicy {

// A bool, int, double, text, enum or time.
bool IsScalar(const cel::Type& type);

// A scalar, a message, a list of either, a map between scalars, lists and maps, or an optional one
// of these.
bool IsCompiled(const cel::Type& type);

// A message, or one within a list or an optional.
bool HoldsMessage(const cel::Type& type);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_COMPILED_TYPES_H_
