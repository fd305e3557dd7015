// Which records a question sees that looks at them as they stood at an instant.
#ifndef LIBCHANGEPOLICY_DOMAIN_RECORDS_SEEN_H_
#define LIBCHANGEPOLICY_DOMAIN_RECORDS_SEEN_H_

#include <algorithm>

#include "absl/time/time.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {

// By default all. Records against permission are seen earlier, by the policy's clock skew
// (eval/visibility.h).
struct RecordsSeen {
  absl::Time for_until = absl::InfiniteFuture();
  absl::Time against_until = absl::InfiniteFuture();

  bool all() const {
    return for_until == absl::InfiniteFuture() && against_until == absl::InfiniteFuture();
  }
  // A record that happened and was recorded by `since`.
  bool Sees(absl::Time since, bool against) const {
    return since <= (against ? against_until : for_until);
  }
};

// The first instant at which the record had happened and was on record; the infinite past where it
// says neither.
template <typename Record>
absl::Time RecordedSince(const Record& record) {
  absl::Time since = absl::InfinitePast();
  if (record.has_recorded_at()) since = FromProto(record.recorded_at());
  if constexpr (requires { record.happened_at(); }) {
    if (record.has_happened_at()) since = std::max(since, FromProto(record.happened_at()));
  }
  return since;
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_RECORDS_SEEN_H_
