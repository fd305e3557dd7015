// When the facts of one subject came into a log, held against the decisions that were made on it.
#ifndef LIBCHANGEPOLICY_AUDIT_FACT_TRAIL_H_
#define LIBCHANGEPOLICY_AUDIT_FACT_TRAIL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/audit/record_facts.h"

namespace changepolicy {

// A fact, where it was first seen.
struct SeenFact {
  std::string name;
  RecordTimes times;
  int64_t index = 0;     // the entry
  absl::Time logged_at;  // when that was written
};

// Something that was added to a subject after a decision on it, and would have counted there.
struct LateFact {
  SeenFact fact;
  // Recorded after it although it happened before; otherwise it says that it was on record, and
  // the decision's subject did not have it.
  bool backdated = false;
  int64_t decision = 0;  // the entry of the decision
  absl::Time decided_at;
};

// A record that versions had and the latest has no more.
struct RemovedRecord {
  std::string name;
  std::optional<absl::Time> happened_at;
};

// Thread-compatible.
class FactTrail {
 public:
  // Entries are added in the order of the log. A decision may have been asked about another instant
  // than that at which it was written.
  void AddDecision(int64_t index, absl::Time now, absl::Time logged_at);
  // The whole subject as it stands in the entry.
  void AddVersion(const google::protobuf::Message& subject, int64_t index, absl::Time logged_at);
  // One record that came by itself.
  void AddRecord(const google::protobuf::Message& record, const RecordTimes& times, int64_t index,
                 absl::Time logged_at);

  int64_t size() const { return static_cast<int64_t>(facts_.size()); }
  // All facts by what they say.
  const std::map<RecordKey, SeenFact>& facts() const { return facts_; }

  // What is wrong with the fact: it happened at or before the `now` of some decision and was
  // recorded after it; or it first appears after a decision, although it says that it was on record
  // when that was asked and written. Neither counts within `grace`: between happening and
  // recording, and between recording and the decision. Of several decisions the first.
  // O(log decisions) where nothing is wrong.
  std::optional<LateFact> Judge(const SeenFact& fact, absl::Duration grace) const;
  // To be called once all entries are added, before Judge.
  void SortDecisions();

  // Approvals, evidence and communications that some version had and the latest has not: told by
  // their id, or by all that they say where they have none. By name.
  std::vector<RemovedRecord> Removed() const;

 private:
  struct Decision {
    absl::Time at;
    int64_t index = 0;
    absl::Time now;
  };
  struct Kept {
    RemovedRecord record;
    int64_t last_version = 0;
  };

  void Keep(const google::protobuf::Message& record);

  std::vector<Decision> asked_;         // `at` is its `now`
  std::vector<Decision> written_;       // `at` is when it was both asked and written
  std::vector<int64_t> first_of_rest_;  // of `written_`: the smallest index from there on
  std::map<RecordKey, SeenFact> facts_;
  std::map<std::string, Kept> kept_;
  absl::flat_hash_set<size_t> bytes_;  // hashes of records as they were added
  int64_t versions_ = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_FACT_TRAIL_H_
