#include "libchangepolicy/domain/model_history.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {

ModelHistory::ModelHistory(const v1::Ledger& ledger) {
  std::map<std::tuple<std::string_view, std::string_view, absl::Time>, bool> by_subject;
  for (const v1::PastRun& run : ledger.past_runs()) {
    if (run.change_model().empty()) continue;
    const absl::Time at = HappenedAt(run, run.successful());
    if (run.subject_id().empty()) {
      models_[run.change_model()].push_back({at, run.successful()});
      continue;
    }
    bool& successful =
        by_subject.try_emplace({run.change_model(), run.subject_id(), at}, true).first->second;
    successful = successful && run.successful();
  }
  for (const auto& [key, successful] : by_subject) {
    models_[std::string(std::get<0>(key))].push_back({std::get<2>(key), successful});
  }
  for (auto& [model, runs] : models_) {
    std::sort(runs.begin(), runs.end(), [](const ModelRun& a, const ModelRun& b) {
      return a.at != b.at ? a.at > b.at : !a.successful && b.successful;
    });
  }
}

absl::Span<const ModelRun> ModelHistory::RunsOf(std::string_view model) const {
  const auto found = models_.find(ToAbsl(model));
  return found == models_.end() ? absl::Span<const ModelRun>() : found->second;
}

}  // namespace changepolicy
