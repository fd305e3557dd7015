// Records of a change or release that say both when they happened and when they were recorded:
// what can have been put on record afterwards.
#ifndef LIBCHANGEPOLICY_AUDIT_RECORD_FACTS_H_
#define LIBCHANGEPOLICY_AUDIT_RECORD_FACTS_H_

#include <cstdint>
#include <string>
#include <tuple>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// What a record says, as half of a SHA-256 over its canonical form: equal for equal records, in
// whatever order their lists stand. The lift of a veto, which is a later fact of its own, is left
// out, and so is the subject that a deployment names.
struct RecordKey {
  uint64_t high = 0;
  uint64_t low = 0;

  bool operator<(const RecordKey& other) const {
    return std::tie(high, low) < std::tie(other.high, other.low);
  }
  bool operator==(const RecordKey& other) const { return high == other.high && low == other.low; }
};
RecordKey KeyOfRecord(const google::protobuf::Message& record);

// When a record happened and was recorded; the infinite past where it does not say.
struct RecordTimes {
  absl::Time happened_at = absl::InfinitePast();
  absl::Time recorded_at = absl::InfinitePast();

  bool AreKnown() const {
    return happened_at != absl::InfinitePast() && recorded_at != absl::InfinitePast();
  }
};
RecordTimes TimesOfRecord(const google::protobuf::Message& record);

// `approval A-7`, `release revision 3`; `review of 2026-03-02T10:00:00Z` for what has neither id
// nor number.
std::string NameOfRecord(const google::protobuf::Message& record);

// Every record inside the subject, at any depth, whose times are known. Snapshots of revisions are
// content and hold no records that count; the changes of a release are subjects of their own.
// Linear in the size of the subject.
void ForEachRecord(const google::protobuf::Message& subject,
                   absl::FunctionRef<void(const google::protobuf::Message& record)> visit);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_RECORD_FACTS_H_
