#include "libchangepolicy/audit/fact_trail.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "changepolicy/v1/evidence.pb.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// Records that must never leave a subject.
constexpr const char* kKeptFields[] = {"approvals", "evidence", "communications"};

// What makes it the same record in another version.
std::string IdentityOf(const google::protobuf::Message& record) {
  const auto* const id = record.GetDescriptor()->FindFieldByName("id");
  const std::string& type = record.GetDescriptor()->name();
  if (id != nullptr) {
    const std::string text = record.GetReflection()->GetString(record, id);
    if (!text.empty()) return StrCat(type, " ", text);
  }
  const RecordKey key = KeyOfRecord(record);
  return StrCat(type, "#", absl::Hex(key.high, absl::kZeroPad16),
                absl::Hex(key.low, absl::kZeroPad16));
}

}  // namespace

void FactTrail::AddRecord(const google::protobuf::Message& record, const RecordTimes& times,
                          int64_t index, absl::Time logged_at) {
  // Most versions repeat most records as they were: their canonical form need not be computed.
  const std::string typed = StrCat(record.GetDescriptor()->name(), record.SerializeAsString());
  if (!bytes_.insert(absl::Hash<std::string>()(typed)).second) return;
  const RecordKey key = KeyOfRecord(record);
  if (facts_.count(key) > 0) return;
  facts_.emplace(key, SeenFact{NameOfRecord(record), times, index, logged_at});
}

void FactTrail::Keep(const google::protobuf::Message& record) {
  Kept& kept = kept_[IdentityOf(record)];
  kept.last_version = versions_;
  if (!kept.record.name.empty()) return;
  kept.record.name = NameOfRecord(record);
  const absl::Time happened_at = TimesOfRecord(record).happened_at;
  if (happened_at != absl::InfinitePast()) kept.record.happened_at = happened_at;
}

void FactTrail::AddVersion(const google::protobuf::Message& subject, int64_t index,
                           absl::Time logged_at) {
  ++versions_;
  ForEachRecord(subject, [&](const google::protobuf::Message& record) {
    AddRecord(record, TimesOfRecord(record), index, logged_at);
  });
  const auto& reflection = *subject.GetReflection();
  for (const char* const name : kKeptFields) {
    const auto* const field = subject.GetDescriptor()->FindFieldByName(name);
    for (int i = 0; i < reflection.FieldSize(subject, field); ++i) {
      Keep(reflection.GetRepeatedMessage(subject, field, i));
    }
  }
}

void FactTrail::AddDecision(int64_t index, absl::Time now, absl::Time logged_at) {
  asked_.push_back({now, index, now});
  written_.push_back({std::min(now, logged_at), index, now});
}

void FactTrail::SortDecisions() {
  for (std::vector<Decision>* const decisions : {&asked_, &written_}) {
    std::sort(decisions->begin(), decisions->end(), [](const Decision& a, const Decision& b) {
      return std::tie(a.at, a.index) < std::tie(b.at, b.index);
    });
  }
  first_of_rest_.resize(written_.size());
  int64_t first = std::numeric_limits<int64_t>::max();
  for (size_t i = written_.size(); i-- > 0;) {
    first = std::min(first, written_[i].index);
    first_of_rest_[i] = first;
  }
}

std::optional<LateFact> FactTrail::Judge(const SeenFact& fact, absl::Duration grace) const {
  const RecordTimes& times = fact.times;
  if (times.recorded_at - times.happened_at > grace) {
    const auto decision =
        std::lower_bound(asked_.begin(), asked_.end(), times.happened_at,
                         [](const Decision& d, absl::Time at) { return d.at < at; });
    if (decision != asked_.end() && decision->at < times.recorded_at) {
      return LateFact{fact, true, decision->index, decision->now};
    }
  }
  auto decision = std::upper_bound(written_.begin(), written_.end(), times.recorded_at + grace,
                                   [](absl::Time at, const Decision& d) { return at < d.at; });
  if (decision == written_.end() ||
      first_of_rest_[static_cast<size_t>(decision - written_.begin())] >= fact.index) {
    return std::nullopt;
  }
  while (decision->index >= fact.index) ++decision;
  return LateFact{fact, false, decision->index, decision->now};
}

std::vector<RemovedRecord> FactTrail::Removed() const {
  std::vector<RemovedRecord> removed;
  for (const auto& [identity, kept] : kept_) {
    if (kept.last_version != versions_) removed.push_back(kept.record);
  }
  std::sort(removed.begin(), removed.end(), [](const RemovedRecord& a, const RemovedRecord& b) {
    return std::tie(a.name, a.happened_at) < std::tie(b.name, b.happened_at);
  });
  return removed;
}

}  // namespace changepolicy
