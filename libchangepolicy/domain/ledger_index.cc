#include "libchangepolicy/domain/ledger_index.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

constexpr char kTeamFact[] = "team";

struct Owed {
  std::string rule;
  absl::Time since;  // it is on record
  absl::Time due;    // infinitely far: nobody said when
  absl::Time done;   // infinitely far: it is not
};

struct Emergency {
  std::string subject;
  absl::Time since;
  absl::Time happened;
  bool against = false;
};

struct Outage {
  absl::Time since;
  absl::Time resolved;  // infinitely far: it is not
};

Finding Found(bool any, std::string_view team) {
  return any && team.empty() ? Finding::Needs(kTeamFact) : Finding::Of(any);
}

}  // namespace

struct LedgerIndex::Built {
  template <typename Record>
  using ByName = absl::flat_hash_map<std::string, std::vector<Record>>;

  explicit Built(const v1::Ledger& ledger);

  // Of what belongs to the team, or may belong to it.
  template <typename Record, typename Visit>
  static void ForTeam(const ByName<Record>& teams, std::string_view team, Visit visit) {
    if (team.empty()) {
      for (const auto& [owner, records] : teams) visit(records);
    } else if (const auto found = teams.find(ToAbsl(team)); found != teams.end()) {
      visit(found->second);
    }
  }

  // Of what the team owes at `now` by the rule, or by any where that is empty.
  template <typename Visit>
  void ForOwed(std::string_view team, std::string_view rule, const RecordsSeen& seen,
               absl::Time now, Visit visit) const {
    ForTeam(owed, team, [&](const std::vector<Owed>& list) {
      for (const Owed& each : list) {
        if (each.done <= now) break;
        if (!seen.Sees(each.since, /*against=*/true)) continue;
        if (!rule.empty() && each.rule != rule) continue;
        visit(each);
      }
    });
  }

  // By team: what was done last first, before that what is not done; the latest emergencies first.
  ByName<Owed> owed;
  ByName<Emergency> emergencies;
  ByName<Outage> incidents;  // by id
};

LedgerIndex::Built::Built(const v1::Ledger& ledger) {
  for (const v1::Obligation& obligation : ledger.obligations()) {
    if (obligation.team().empty()) continue;
    owed[obligation.team()].push_back(
        {obligation.rule(), RecordedSince(obligation),
         obligation.has_due_at() ? FromProto(obligation.due_at()) : absl::InfiniteFuture(),
         obligation.has_done_at() ? FromProto(obligation.done_at()) : absl::InfiniteFuture()});
  }
  for (auto& [team, list] : owed) {
    std::stable_sort(list.begin(), list.end(),
                     [](const Owed& a, const Owed& b) { return a.done > b.done; });
  }
  for (const v1::PastRun& run : ledger.past_runs()) {
    if (run.category() != v1::CATEGORY_EMERGENCY || run.team().empty()) continue;
    emergencies[run.team()].push_back({run.subject_id(), RecordedSince(run),
                                       HappenedAt(run, /*speaks_for=*/false), !run.successful()});
  }
  for (auto& [team, list] : emergencies) {
    std::stable_sort(list.begin(), list.end(), [](const Emergency& a, const Emergency& b) {
      return a.happened > b.happened;
    });
  }
  for (const v1::Incident& incident : ledger.incidents()) {
    incidents[incident.id()].push_back(
        {RecordedSince(incident),
         incident.has_resolved_at() ? FromProto(incident.resolved_at()) : absl::InfiniteFuture()});
  }
}

LedgerIndex::LedgerIndex() {
  static const std::shared_ptr<const Built>* const none =
      new std::shared_ptr<const Built>(std::make_shared<const Built>(v1::Ledger()));
  built_ = *none;
}

LedgerIndex::LedgerIndex(const v1::Ledger& ledger)
    : built_(std::make_shared<const Built>(ledger)) {}

LedgerIndex LedgerIndex::AsOf(const RecordsSeen& seen) const {
  LedgerIndex index = *this;
  index.seen_ = seen;
  return index;
}

Finding LedgerIndex::IsOverdue(std::string_view team, std::string_view rule, absl::Time now,
                               std::vector<absl::Time>* changes) const {
  bool any = false;
  built_->ForOwed(team, rule, seen_, now, [&](const Owed& owed) {
    if (owed.due == absl::InfiniteFuture()) return;
    NoteChange(owed.done, now, changes);
    NoteChange(owed.due, now, changes);
    any = any || owed.due <= now;
  });
  return Found(any, team);
}

Finding LedgerIndex::IsOpen(std::string_view team, std::string_view rule, absl::Time now,
                            std::vector<absl::Time>* changes) const {
  bool any = false;
  built_->ForOwed(team, rule, seen_, now, [&](const Owed& owed) {
    NoteChange(owed.done, now, changes);
    any = true;
  });
  return Found(any, team);
}

EmergencyCount LedgerIndex::CountEmergencies(std::string_view team, absl::Duration period,
                                             absl::Time now,
                                             std::vector<absl::Time>* changes) const {
  EmergencyCount result;
  absl::InlinedVector<std::pair<std::string_view, absl::Time>, 16> runs;  // subject, end
  Built::ForTeam(built_->emergencies, team, [&](const std::vector<Emergency>& list) {
    for (const Emergency& run : list) {
      const absl::Time until = run.happened + period;
      if (until <= now) break;
      if (!seen_.Sees(run.since, run.against)) continue;
      if (run.subject.empty()) {
        ++result.count;
        NoteChange(until, now, changes);
        continue;
      }
      runs.emplace_back(run.subject, until);
    }
  });
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

bool LedgerIndex::IsIncidentOver(std::string_view id, absl::Duration duration, absl::Time now,
                                 std::vector<absl::Time>* changes) const {
  const auto found = built_->incidents.find(ToAbsl(id));
  if (found == built_->incidents.end()) return false;
  bool known = false;
  absl::Time over = absl::InfinitePast();
  for (const Outage& incident : found->second) {
    if (!seen_.Sees(incident.since, /*against=*/true)) continue;
    if (incident.resolved == absl::InfiniteFuture()) return false;
    known = true;
    over = std::max(over, incident.resolved + std::max(duration, absl::ZeroDuration()));
  }
  if (!known) return false;
  NoteChange(over, now, changes);
  return over <= now;
}

}  // namespace changepolicy
