// What the line-based texts of C2SP have in common.
#ifndef LIBCHANGEPOLICY_AUDIT_LINES_H_
#define LIBCHANGEPOLICY_AUDIT_LINES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"

namespace changepolicy {

// Takes the first line off `text`, with its line break; nothing where no line break is left.
std::optional<std::string_view> TakeLine(std::string_view* text);

// A number in decimal digits without leading zeroes, of at most 2^63-1; nothing for other texts.
std::optional<uint64_t> ReadDecimal(std::string_view text);

// InvalidArgument unless the text is one or more characters of UTF-8 without control characters;
// `what` names it.
absl::Status CheckLine(std::string_view text, std::string_view what);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_LINES_H_
