// What a message says of a value.
#ifndef LIBCHANGEPOLICY_EVAL_PARAMETER_TEXT_H_
#define LIBCHANGEPOLICY_EVAL_PARAMETER_TEXT_H_

#include <cstddef>
#include <string_view>

#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

// A parameter has at most so many bytes, and `...`: a field of a record may have megabytes, which
// each rule that names it would repeat.
inline constexpr size_t kLongestParameter = 1'000;

// The value itself where it is short enough, otherwise its beginning, in the arena.
std::string_view ParameterText(std::string_view value, flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_PARAMETER_TEXT_H_
