#include "libchangepolicy/eval/bound_organization.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/base/named_zones.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/record_timeline.h"
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

// Directory and ledger as one message: as they were given, or what is visible of them, which is
// made when somebody first asks.
class BoundOrganization::Message {
 public:
  Message(const v1::Directory& directory, v1::Ledger ledger) {
    *message_.mutable_directory() = directory;
    *message_.mutable_ledger() = std::move(ledger);
  }
  // Both must outlive it.
  Message(const v1::Directory* directory, const v1::Ledger* ledger, absl::Time now,
          absl::Duration clock_skew)
      : directory_(directory), ledger_(ledger), now_(now), clock_skew_(clock_skew) {}

  const v1::Organization& Get() const {
    if (ledger_ == nullptr) return message_;
    std::call_once(once_, [&] {
      std::vector<absl::Time> changes;
      *message_.mutable_directory() = *directory_;
      *message_.mutable_ledger() = *ledger_;
      KeepVisible(now_, clock_skew_, message_.mutable_ledger(), &changes);
    });
    return message_;
  }
  const flat::Ledger* flat_ledger() const {
    return static_cast<const flat::Ledger*>(flat_ledger_.Of(Get().ledger()));
  }

 private:
  // Null where the message was given.
  const v1::Directory* const directory_ = nullptr;
  const v1::Ledger* const ledger_ = nullptr;
  absl::Time now_;
  absl::Duration clock_skew_;
  mutable std::once_flag once_;
  mutable v1::Organization message_;
  flat::LazyCopy flat_ledger_;
};

// What was loaded, and what questions about earlier instants saw last.
struct BoundOrganization::Whole {
  // What is visible in a stretch of time.
  struct Seen {
    absl::Duration clock_skew;
    RecordTimeline::Stretch stretch;
    std::shared_ptr<const BoundDirectory> directory;
    std::shared_ptr<const Message> message;
  };

  const RecordTimeline& TimelineOf(absl::Duration clock_skew) const;
  absl::StatusOr<Seen> At(absl::Time now, const RecordTimeline& timeline) const;

  const v1::Ledger& ledger() const { return message->Get().ledger(); }

  std::shared_ptr<const BoundDirectory> directory;
  std::shared_ptr<const Message> message;
  std::string ledger_digest;
  std::string zone_rules;
  // Without any clock skew: from then on nothing is left out.
  absl::Time all_visible_from = absl::InfinitePast();

 private:
  // For a history that is gone through in its order one would do, for several threads some more.
  // Each may hold a copy of the organization.
  static constexpr size_t kMostSeen = 4;

  mutable std::mutex mutex_;  // of what follows
  mutable std::deque<RecordTimeline> timelines_;
  mutable std::deque<Seen> seen_;  // the latest first
};

const RecordTimeline& BoundOrganization::Whole::TimelineOf(absl::Duration clock_skew) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const RecordTimeline& timeline : timelines_) {
    if (timeline.clock_skew() == clock_skew) return timeline;
  }
  return timelines_.emplace_back(clock_skew, directory->proto(), ledger());
}

absl::StatusOr<BoundOrganization::Whole::Seen> BoundOrganization::Whole::At(
    absl::Time now, const RecordTimeline& timeline) const {
  Seen made{timeline.clock_skew(), timeline.At(now), nullptr, nullptr};
  if (timeline.SeesWholeDirectory(made.stretch)) made.directory = directory;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const Seen& each : seen_) {
      if (each.clock_skew != made.clock_skew || each.stretch.directory != made.stretch.directory) {
        continue;
      }
      if (each.stretch.ledger == made.stretch.ledger) return each;
      made.directory = each.directory;
    }
  }
  if (made.directory == nullptr) {
    v1::Directory earlier = directory->proto();
    std::vector<absl::Time> changes;
    KeepVisible(now, timeline.clock_skew(), &earlier, &changes);
    Issues issues;
    made.directory = BoundDirectory::Create(std::move(earlier), &issues);
    if (made.directory == nullptr) return Internal(ToText(issues));
  }
  made.message = std::make_shared<const Message>(&made.directory->proto(), &ledger(), now,
                                                 timeline.clock_skew());
  const std::lock_guard<std::mutex> lock(mutex_);
  seen_.push_front(made);
  if (seen_.size() > kMostSeen) seen_.pop_back();
  return made;
}

std::shared_ptr<const BoundOrganization> BoundOrganization::Create(v1::Organization organization,
                                                                   Issues* issues) {
  std::shared_ptr<const BoundDirectory> directory =
      BoundDirectory::Create(std::move(*organization.mutable_directory()), issues);
  if (directory == nullptr) return nullptr;
  return Bind(std::move(directory), std::move(*organization.mutable_ledger()), issues);
}

std::shared_ptr<const BoundOrganization> BoundOrganization::WithLedger(v1::Ledger ledger,
                                                                       Issues* issues) const {
  return Bind(whole_->directory, std::move(ledger), issues);
}

std::shared_ptr<const BoundOrganization> BoundOrganization::Bind(
    std::shared_ptr<const BoundDirectory> directory, v1::Ledger ledger, Issues* issues) {
  const auto whole = std::make_shared<Whole>();
  whole->ledger_digest = Canonicalize("ledger", &ledger, issues);
  whole->zone_rules =
      directory->zone_rules().empty() ? ZoneRulesNamedIn(ledger) : directory->zone_rules();
  whole->all_visible_from = std::max(AllVisibleFrom(absl::ZeroDuration(), directory->proto()),
                                     AllVisibleFrom(absl::ZeroDuration(), ledger));
  // Conflicts compare people as texts; the digest is of what was given.
  for (v1::ScheduledWork& work : *ledger.mutable_scheduled()) {
    for (std::string& account : *work.mutable_people()) {
      account = directory->roster().Canonical(account);
    }
  }
  const auto bound = std::make_shared<BoundOrganization>();
  bound->works_ = WorkIndex(ledger.scheduled(), &directory->relations());
  bound->model_history_ = ModelHistory(ledger);
  bound->ledger_index_ = LedgerIndex(ledger);
  whole->message = std::make_shared<const Message>(directory->proto(), std::move(ledger));
  whole->directory = std::move(directory);
  bound->directory_ = whole->directory;
  bound->message_ = whole->message;
  bound->whole_ = whole;
  return HasErrors(*issues) ? nullptr : bound;
}

absl::StatusOr<std::shared_ptr<const BoundOrganization>> BoundOrganization::AsOf(
    absl::Time now, absl::Duration clock_skew, std::vector<absl::Time>* changes) const {
  if (now >= whole_->all_visible_from || now >= seen_at_) return nullptr;
  const RecordTimeline& timeline = whole_->TimelineOf(clock_skew);
  CP_ASSIGN_OR_RETURN(const Whole::Seen seen, whole_->At(now, timeline));
  if (seen.stretch.next <= seen_at_ && seen.stretch.next != absl::InfiniteFuture()) {
    changes->push_back(seen.stretch.next);
  }
  const RecordsSeen until{.for_until = now, .against_until = now + clock_skew};
  auto earlier = std::make_shared<BoundOrganization>(*this);
  earlier->seen_at_ = now;
  earlier->directory_ = seen.directory;
  earlier->message_ = seen.message;
  // Scheduled work speaks against permission.
  earlier->works_ = works_.AsOf(until.against_until);
  earlier->model_history_ = model_history_.AsOf(until);
  earlier->ledger_index_ = ledger_index_.AsOf(until);
  return earlier;
}

const v1::Organization& BoundOrganization::proto() const { return message_->Get(); }
const flat::Ledger* BoundOrganization::flat_ledger() const { return message_->flat_ledger(); }
const v1::Ledger& BoundOrganization::given_ledger() const { return whole_->ledger(); }
const std::string& BoundOrganization::directory_digest() const {
  return whole_->directory->digest();
}
const std::string& BoundOrganization::ledger_digest() const { return whole_->ledger_digest; }
const std::string& BoundOrganization::zone_rules() const { return whole_->zone_rules; }

}  // namespace changepolicy
