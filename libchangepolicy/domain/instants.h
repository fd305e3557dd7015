// Instants of records, and the instants at which an answer changes by the clock alone.
#ifndef LIBCHANGEPOLICY_DOMAIN_INSTANTS_H_
#define LIBCHANGEPOLICY_DOMAIN_INSTANTS_H_

#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {

// When the record happened. A record that does not say is ordered to its disadvantage: one that
// speaks for permission is the oldest there is, one that speaks against it the latest.
template <typename Record>
absl::Time HappenedAt(const Record& record, bool speaks_for) {
  if (record.has_happened_at()) return FromProto(record.happened_at());
  return speaks_for ? absl::InfinitePast() : absl::InfiniteFuture();
}

// Notes an instant later than `now`; `changes` may be null.
inline void NoteChange(absl::Time at, absl::Time now, std::vector<absl::Time>* changes) {
  if (changes != nullptr && at > now && at != absl::InfiniteFuture()) changes->push_back(at);
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_INSTANTS_H_
