// What the text of a scalar means, by the core schema of YAML 1.2 and the forms of our own fields.
#ifndef LIBCHANGEPOLICY_SOURCE_SCALAR_H_
#define LIBCHANGEPOLICY_SOURCE_SCALAR_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace changepolicy {

// Nothing, `~`, `null`.
bool IsNullText(std::string_view text);
// `true` or `false`, in lower case, title case or capitals.
std::optional<bool> ReadBool(std::string_view text);
// Decimal, hexadecimal or with exponent; `.inf` and `.nan` too.
bool ReadNumber(std::string_view text, double* number);
// RFC 3339, or a date, which is midnight UTC.
std::optional<absl::Time> ReadInstant(std::string_view text);
// `336h`, `14d`, `1h30m`, `2.5s`: amounts with the units d, h, m, s, ms, us, ns.
std::optional<absl::Duration> ReadDuration(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_SCALAR_H_
