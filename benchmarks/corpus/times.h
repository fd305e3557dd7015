// The one day of the corpus, 2025-10-14 from 12:00 UTC, and instants around it.
#ifndef BENCHMARKS_CORPUS_TIMES_H_
#define BENCHMARKS_CORPUS_TIMES_H_

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace changepolicy::corpus {

inline absl::Time Noon() {
  return absl::FromCivil(absl::CivilHour(2025, 10, 14, 12), absl::UTCTimeZone());
}

inline void Set(absl::Time at, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(at));
}
inline void Set(absl::Duration length, google::protobuf::Duration* duration) {
  duration->set_seconds(absl::ToInt64Seconds(length));
}
// When a record happened, and that it was put on record `later`.
template <typename Record>
void SetTimes(absl::Time happened, absl::Duration later, Record* record) {
  Set(happened, record->mutable_happened_at());
  Set(happened + later, record->mutable_recorded_at());
}

}  // namespace changepolicy::corpus

#endif  // BENCHMARKS_CORPUS_TIMES_H_
