#include "libchangepolicy/domain/obligations.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

constexpr char kTeamFact[] = "team";

bool MayBeOf(std::string_view owner, std::string_view team) {
  return team.empty() ? !owner.empty() : owner == team;
}

// Open at `now`, of the team and the rule; notes when that ends.
bool IsOwed(const v1::Obligation& obligation, std::string_view team, std::string_view rule,
            absl::Time now, std::vector<absl::Time>* changes) {
  if (!MayBeOf(obligation.team(), team) || (!rule.empty() && obligation.rule() != rule)) {
    return false;
  }
  if (!obligation.has_done_at()) return true;
  const absl::Time done = FromProto(obligation.done_at());
  NoteChange(done, now, changes);
  return done > now;
}

Finding Found(bool any, std::string_view team) {
  return any && team.empty() ? Finding::Needs(kTeamFact) : Finding::Of(any);
}

}  // namespace

Finding IsOverdue(const v1::Ledger& ledger, std::string_view team, std::string_view rule,
                  absl::Time now, std::vector<absl::Time>* changes) {
  bool any = false;
  for (const v1::Obligation& obligation : ledger.obligations()) {
    if (!obligation.has_due_at() || !IsOwed(obligation, team, rule, now, changes)) continue;
    const absl::Time due = FromProto(obligation.due_at());
    NoteChange(due, now, changes);
    any = any || due <= now;
  }
  return Found(any, team);
}

Finding IsOpen(const v1::Ledger& ledger, std::string_view team, std::string_view rule,
               absl::Time now, std::vector<absl::Time>* changes) {
  bool any = false;
  for (const v1::Obligation& obligation : ledger.obligations()) {
    any = IsOwed(obligation, team, rule, now, changes) || any;
  }
  return Found(any, team);
}

EmergencyCount CountEmergencies(const v1::Ledger& ledger, std::string_view team,
                                absl::Duration period, absl::Time now,
                                std::vector<absl::Time>* changes) {
  EmergencyCount result;
  absl::InlinedVector<std::pair<std::string_view, absl::Time>, 16> runs;  // subject, end
  for (const v1::PastRun& run : ledger.past_runs()) {
    if (run.category() != v1::CATEGORY_EMERGENCY || !MayBeOf(run.team(), team)) continue;
    const absl::Time until = HappenedAt(run, /*speaks_for=*/false) + period;
    if (until <= now) continue;
    if (run.subject_id().empty()) {
      ++result.count;
      NoteChange(until, now, changes);
      continue;
    }
    runs.emplace_back(run.subject_id(), until);
  }
  // A subject counts until the last of its runs does no more.
  std::sort(runs.begin(), runs.end());
  for (size_t i = 0; i < runs.size(); ++i) {
    if (i + 1 < runs.size() && runs[i + 1].first == runs[i].first) continue;
    ++result.count;
    NoteChange(runs[i].second, now, changes);
  }
  if (result.count > 0 && team.empty()) return {0, kTeamFact};
  return result;
}

}  // namespace changepolicy
