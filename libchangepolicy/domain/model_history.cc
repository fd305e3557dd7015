#include "libchangepolicy/domain/model_history.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/instants.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

struct Record {
  absl::Time at;
  std::string subject;
  bool successful = false;
  absl::Time since;  // it is on record
};

// The latest first, records of one run next to each other, those that failed first.
bool Precedes(const Record& a, const Record& b) {
  if (a.at != b.at) return a.at > b.at;
  return std::tie(a.subject, a.successful) < std::tie(b.subject, b.successful);
}

bool AreOfOneRun(const Record& a, const Record& b) {
  return a.at == b.at && !a.subject.empty() && a.subject == b.subject;
}

// Of what is seen of the records, which are sorted; gives how many runs these are.
size_t FindRuns(absl::Span<const Record> records, const RecordsSeen& seen, ModelRun* runs) {
  size_t count = 0;
  const Record* before = nullptr;
  for (const Record& record : records) {
    if (!seen.Sees(record.since, /*against=*/!record.successful)) continue;
    // The first of a run is one that failed where any did.
    if (before == nullptr || !AreOfOneRun(*before, record)) {
      runs[count++] = {record.at, record.successful};
    }
    before = &record;
  }
  ModelRun* const end = runs + count;
  for (ModelRun* run = runs; run != end;) {
    ModelRun* const next =
        std::find_if(run, end, [&](const ModelRun& other) { return other.at != run->at; });
    std::partition(run, next, [](const ModelRun& each) { return !each.successful; });
    run = next;
  }
  return count;
}

}  // namespace

struct ModelHistory::Built {
  struct Model {
    std::vector<Record> records;
    std::vector<ModelRun> runs;  // where all is seen
  };
  absl::flat_hash_map<std::string, Model> models;
};

ModelHistory::ModelHistory() : built_(std::make_shared<const Built>()) {}

ModelHistory::ModelHistory(const v1::Ledger& ledger) {
  const auto built = std::make_shared<Built>();
  for (const v1::PastRun& run : ledger.past_runs()) {
    if (run.change_model().empty()) continue;
    built->models[run.change_model()].records.push_back({HappenedAt(run, run.successful()),
                                                         run.subject_id(), run.successful(),
                                                         RecordedSince(run)});
  }
  for (auto& [id, model] : built->models) {
    std::stable_sort(model.records.begin(), model.records.end(), Precedes);
    model.runs.resize(model.records.size());
    model.runs.resize(FindRuns(model.records, RecordsSeen(), model.runs.data()));
  }
  built_ = built;
}

ModelHistory ModelHistory::AsOf(const RecordsSeen& seen) const {
  ModelHistory history = *this;
  history.seen_ = seen;
  return history;
}

absl::Span<const ModelRun> ModelHistory::RunsOf(std::string_view model, flat::Arena* arena) const {
  const auto found = built_->models.find(ToAbsl(model));
  if (found == built_->models.end()) return {};
  if (seen_.all()) return found->second.runs;
  const absl::Span<const Record> records = found->second.records;
  const std::span<ModelRun> runs = NewList<ModelRun>(records.size(), arena);
  return {runs.data(), FindRuns(records, seen_, runs.data())};
}

}  // namespace changepolicy
