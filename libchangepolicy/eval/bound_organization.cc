#include "libchangepolicy/eval/bound_organization.h"

#include <utility>

#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/named_zones.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/visibility.h"

namespace changepolicy {
namespace {

// Brings the message into canonical order and gives its digest; an issue where it has no canonical
// form.
std::string Canonicalize(std::string_view what, google::protobuf::Message* message,
                         Issues* issues) {
  const auto canonical = CanonicalBytes(*message);
  if (!canonical.ok() || !message->ParseFromString(*canonical)) {
    Issue issue;
    issue.id = "no-canonical-form";
    issue.message =
        StrCat("the ", what, " has no canonical form: ", FromAbsl(canonical.status().message()));
    issue.path = std::string(what);
    issues->push_back(std::move(issue));
    return {};
  }
  return Sha256(*canonical);
}

template <typename T>
const T* Find(const std::map<std::string_view, const T*>& index, std::string_view id) {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : found->second;
}

template <typename List, typename T>
void Index(std::string_view what, const List& list, std::map<std::string_view, const T*>* index,
           Issues* issues) {
  for (const T& element : list) {
    if (!element.id().empty() && index->emplace(element.id(), &element).second) continue;
    Issue issue;
    issue.id = "duplicate-id";
    issue.message = element.id().empty()
                        ? StrCat("an element of `", what, "` has no id")
                        : StrCat("`", element.id(), "` stands twice in `", what, "`");
    issue.path = StrCat("directory.", what);
    issues->push_back(std::move(issue));
  }
}

void Report(std::string_view id, std::string message, std::string help, std::string path,
            Issues* issues) {
  Issue issue;
  issue.id = id;
  issue.message = std::move(message);
  issue.help = std::move(help);
  issue.path = std::move(path);
  issues->push_back(std::move(issue));
}

// What is part of what must be there, and no part of itself.
template <typename T>
void CheckWholes(std::string_view what, const std::map<std::string_view, const T*>& index,
                 Issues* issues) {
  std::vector<std::string_view> ids;
  for (const auto& each : index) ids.push_back(each.first);
  for (const auto& [id, element] : index) {
    if (element->part_of().empty()) continue;
    const std::string path = StrCat("directory.", what, "[", id, "].part_of");
    if (index.count(element->part_of()) == 0) {
      const std::string_view nearest = Nearest(element->part_of(), ids);
      Report("unknown-whole", StrCat("`", element->part_of(), "` is not among `", what, "`"),
             nearest.empty() ? "declare it there" : StrCat("did you mean `", nearest, "`?"), path,
             issues);
      continue;
    }
    const T* at = element;
    for (size_t steps = 0; at != nullptr && !at->part_of().empty(); ++steps) {
      at = Find(index, at->part_of());
      if (at != element && steps < index.size()) continue;
      if (at == element) {
        Report("part-of-itself", StrCat("`", id, "` is part of itself, through others or directly"),
               "take one `part_of` of the circle out", path, issues);
      }
      break;
    }
  }
}

IntervalSet PeriodsOf(const google::protobuf::RepeatedPtrField<v1::Period>& periods) {
  std::vector<Interval> intervals;
  for (const v1::Period& period : periods) {
    intervals.push_back({period.has_start() ? FromProto(period.start()) : absl::InfinitePast(),
                         period.has_end() ? FromProto(period.end()) : absl::InfiniteFuture()});
  }
  return IntervalSet(std::move(intervals));
}

const Helper* FindHelper(const absl::flat_hash_map<absl::string_view, Helper>& helpers,
                         std::string_view id) {
  if (helpers.empty()) return nullptr;
  const auto found = helpers.find(ToAbsl(id));
  return found == helpers.end() ? nullptr : &found->second;
}

}  // namespace

std::shared_ptr<const BoundDirectory> BoundDirectory::Create(v1::Directory directory,
                                                             Issues* issues) {
  auto bound = std::make_shared<BoundDirectory>();
  bound->directory_ = std::move(directory);
  bound->digest_ = Canonicalize("directory", &bound->directory_, issues);
  bound->zone_rules_ = ZoneRulesNamedIn(bound->directory_);
  RosterResult roster = Roster::Build(bound->directory_);
  issues->insert(issues->end(), roster.issues.begin(), roster.issues.end());
  bound->roster_ = std::move(roster.roster);
  bound->plans_ = std::make_shared<const ApprovalPlans>();
  Index("services", bound->directory_.services(), &bound->services_, issues);
  Index("change_models", bound->directory_.change_models(), &bound->change_models_, issues);
  Index("teams", bound->directory_.teams(), &bound->teams_, issues);
  CheckWholes("services", bound->services_, issues);
  CheckWholes("teams", bound->teams_, issues);
  for (const v1::Team& team : bound->directory_.teams()) {
    for (int i = 0; i < team.hours_size(); ++i) {
      const Issues found =
          CheckPattern(team.hours(i), StrCat("directory.teams[", team.id(), "].hours[", i, "]"));
      issues->insert(issues->end(), found.begin(), found.end());
    }
    Helper times{StrCat("team ", team.id()), nullptr, PeriodsOf(team.unavailable())};
    if (team.hours_size() > 0) {
      times.hours = &bound->team_hours_.emplace(team.id(), Times(team.hours())).first->second;
    }
    if (times.hours != nullptr || !times.away.empty()) {
      bound->team_times_.emplace(team.id(), std::move(times));
    }
  }
  for (const v1::Person& person : bound->directory_.people()) {
    if (person.unavailable().empty()) continue;
    bound->absences_.emplace(person.id(), Helper{StrCat("person ", person.id()), nullptr,
                                                 PeriodsOf(person.unavailable())});
  }
  if (HasErrors(*issues) || bound->roster_ == nullptr) return nullptr;
  bound->calendar_ = CompiledCalendar(bound->directory_.calendar());
  bound->relations_ = Relations(bound->directory_);
  bound->training_ = TrainingRecords(
      bound->directory_, [&](std::string_view account) { return bound->roster_->Find(account); });
  return bound;
}

std::shared_ptr<const ApprovalPlan> BoundDirectory::PlanFor(const CheckedPolicy& policy) const {
  return plans_->Of(policy.policy(), policy.serial(), *roster_);
}

const Helper* BoundDirectory::FindAbsences(std::string_view person) const {
  return FindHelper(absences_, person);
}

const Helper* BoundDirectory::FindTeamTimes(std::string_view id) const {
  return FindHelper(team_times_, id);
}

const v1::Service* BoundDirectory::FindService(std::string_view id) const {
  return Find(services_, id);
}
const v1::ChangeModel* BoundDirectory::FindChangeModel(std::string_view id) const {
  return Find(change_models_, id);
}
const v1::Team* BoundDirectory::FindTeam(std::string_view id) const { return Find(teams_, id); }

std::shared_ptr<const BoundOrganization> BoundOrganization::Create(v1::Organization organization,
                                                                   Issues* issues) {
  auto bound = std::make_shared<BoundOrganization>();
  bound->directory_ = BoundDirectory::Create(std::move(*organization.mutable_directory()), issues);
  bound->organization_ = std::move(organization);
  if (bound->directory_ == nullptr) return nullptr;
  *bound->organization_.mutable_directory() = bound->directory_->proto();
  bound->directory_digest_ = bound->directory_->digest();
  bound->TakeLedger(issues);
  return HasErrors(*issues) ? nullptr : bound;
}

void BoundOrganization::TakeLedger(Issues* issues) {
  ledger_digest_ = Canonicalize("ledger", organization_.mutable_ledger(), issues);
  zone_rules_ = directory_->zone_rules().empty() ? ZoneRulesNamedIn(organization_.ledger())
                                                 : directory_->zone_rules();
  all_visible_from_ = AllVisibleFrom(absl::ZeroDuration(), organization_);
  // Conflicts compare people as texts; the digest is of what was given.
  for (v1::ScheduledWork& work : *organization_.mutable_ledger()->mutable_scheduled()) {
    for (std::string& account : *work.mutable_people()) {
      account = directory_->roster().Canonical(account);
    }
  }
  flat_ = std::make_shared<const flat::LazyCopy>();
  works_ = WorkIndex(organization_.ledger().scheduled(), &directory_->relations());
  model_history_ = ModelHistory(organization_.ledger());
}

std::shared_ptr<const BoundOrganization> BoundOrganization::WithLedger(v1::Ledger ledger,
                                                                       Issues* issues) const {
  auto bound = std::make_shared<BoundOrganization>(*this);
  *bound->organization_.mutable_ledger() = std::move(ledger);
  bound->TakeLedger(issues);
  return HasErrors(*issues) ? nullptr : bound;
}

absl::StatusOr<std::shared_ptr<const BoundOrganization>> BoundOrganization::AsOf(
    absl::Time now, absl::Duration clock_skew, std::vector<absl::Time>* changes) const {
  if (now >= all_visible_from_) return nullptr;
  v1::Organization earlier = organization_;
  KeepVisible(now, clock_skew, &earlier, changes);
  Issues issues;
  const auto bound = Create(std::move(earlier), &issues);
  if (bound == nullptr) return Internal(ToText(issues));
  auto copy = std::make_shared<BoundOrganization>(*bound);
  copy->directory_digest_ = directory_digest_;
  copy->ledger_digest_ = ledger_digest_;
  copy->zone_rules_ = zone_rules_;
  return copy;
}

}  // namespace changepolicy
