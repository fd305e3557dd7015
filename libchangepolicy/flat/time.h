// Flat instants and durations as Abseil's.
#ifndef LIBCHANGEPOLICY_FLAT_TIME_H_
#define LIBCHANGEPOLICY_FLAT_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.flat.h"
#include "google/protobuf/timestamp.flat.h"

namespace changepolicy {

inline absl::Time FromProto(const flat::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

inline absl::Duration FromProto(const flat::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// Instants finer than a nanosecond are cut towards the past.
inline void ToProto(absl::Time time, flat::Timestamp* timestamp) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp->set_seconds(seconds);
  timestamp->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

inline void ToProto(absl::Duration duration, flat::Duration* out) {
  absl::Duration rest;
  out->set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  out->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FLAT_TIME_H_
