// Flat instants and durations as Abseil's.
#ifndef LIBCHANGEPOLICY_FLAT_TIME_H_
#define LIBCHANGEPOLICY_FLAT_TIME_H_

#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "google/protobuf/duration.flat.h"
#include "google/protobuf/timestamp.flat.h"

namespace changepolicy {

inline absl::Time FromProto(const flat::Timestamp& timestamp) {
  const absl::Time whole = absl::FromUnixSeconds(timestamp.seconds());
  return timestamp.nanos() == 0 ? whole : whole + absl::Nanoseconds(timestamp.nanos());
}

inline absl::Duration FromProto(const flat::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// Instants finer than a nanosecond are cut towards the past.
inline void ToProto(absl::Time time, flat::Timestamp* timestamp) {
  // Instants between 1970 and 2262 without Abseil's wide arithmetic.
  const int64_t nanos = absl::ToUnixNanos(time);
  if (nanos >= 0 && nanos != std::numeric_limits<int64_t>::max()) {
    timestamp->set_seconds(nanos / 1'000'000'000);
    timestamp->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
    return;
  }
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
