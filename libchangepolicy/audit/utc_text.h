// Instants in the sentences of findings.
#ifndef LIBCHANGEPOLICY_AUDIT_UTC_TEXT_H_
#define LIBCHANGEPOLICY_AUDIT_UTC_TEXT_H_

#include <string>

#include "absl/time/time.h"

namespace changepolicy {

// UTC, RFC 3339, to the second where it is whole.
inline std::string UtcText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_UTC_TEXT_H_
