// Instants as other systems write them.
#ifndef LIBCHANGEPOLICY_MAPPING_FOREIGN_TIME_H_
#define LIBCHANGEPOLICY_MAPPING_FOREIGN_TIME_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace changepolicy {

// A date and a time with `T` or a space between them, and after them `Z`, `UTC`, `GMT` or an offset
// (`+01:00`, `+0100`, `+01`), which wins; otherwise the time is local to `zone`, and a date by
// itself its midnight there. Also `Mon Mar 2 10:00:00 2026 +0100` as git writes it,
// `Mon, 2 Mar 2026 10:00:00 +0100` of RFC 5322, both with the right day of the week, and seconds
// since 1970 with an offset, `1772442000 +0100`. Nothing, and why, where it is none of these or no
// zone is known. Thread-safe. O(text).
std::optional<absl::Time> ReadForeignTime(std::string_view text, std::string_view zone,
                                          std::string* problem);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_FOREIGN_TIME_H_
