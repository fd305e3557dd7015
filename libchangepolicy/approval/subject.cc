#include "libchangepolicy/approval/subject.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "libchangepolicy/approval/plan.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/flat/encode.h"
#include "libchangepolicy/flat/lists.h"
#include "libchangepolicy/flat/time.h"

namespace changepolicy {
namespace {

constexpr std::string_view kChange = "change.";
constexpr std::string_view kRelease = "release.";

// A field of People.
struct PartField {
  std::string_view in_change;
  std::string_view in_release;
};

// The path without the name of the subject.
std::string_view Field(std::string_view fact, bool is_change) {
  return fact.substr((is_change ? kChange : kRelease).size());
}

// `stated` as the subject has it: known is what is named, and not applicable only where the policy
// lets the person who says so.
template <typename Subject>
bool IsStated(const Subject& subject, std::string_view field, const ApprovalContext& context) {
  for (const flat::Statement& statement : subject.stated()) {
    if (statement.field() != field) continue;
    if (!statement.not_applicable()) return true;
    const int by = context.roster->Find(statement.by());
    if (by == kNobody || statement.reason().empty()) continue;
    const absl::Time at =
        statement.has_happened_at() ? FromProto(statement.happened_at()) : context.now;
    for (const v1::NotApplicableRule& rule : context.policy->not_applicable()) {
      if (std::find(rule.fields().begin(), rule.fields().end(), field) == rule.fields().end()) {
        continue;
      }
      if (IsEligible(rule.by(), by, context, at)) return true;
    }
  }
  return false;
}

bool IsKnown(std::string_view field, const ApprovalContext& context) {
  if (context.known) return context.known(field);
  return context.change != nullptr ? IsStated(*context.change, field, context)
                                   : IsStated(*context.release, field, context);
}

// By id. Those that have the same id all the same (ids should be unique) by what they say, so that
// no answer depends on how they are listed.
template <typename Record>
std::span<const Record* const> Sorted(const flat::RepeatedMessage<Record>& records,
                                      flat::Arena* arena) {
  const std::span<const Record*> sorted = NewList<const Record*>(records.size(), arena);
  for (int i = 0; i < records.size(); ++i) sorted[i] = &records[i];
  StableSort(sorted, [](const Record* a, const Record* b) {
    if (a->id() != b->id()) return a->id() < b->id();
    flat::Buffer one, other;
    return flat::Encode(*a, &one) < flat::Encode(*b, &other);
  });
  return sorted;
}

// Each account once, of a list of them.
std::span<const std::string_view> SortedTexts(const flat::Repeated<std::string_view>& list,
                                              flat::Arena* arena) {
  const std::span<std::string_view> texts = NewList<std::string_view>(list.size(), arena);
  std::copy(list.begin(), list.end(), texts.begin());
  return SortOnce(texts);
}

KnownList PathsOf(const ApprovalContext& context) {
  flat::Repeated<std::string_view> all;
  KnownList paths;
  if (context.change != nullptr) {
    paths.values = SortedTexts(context.change->paths(), context.arena);
    if (paths.values.empty() && !IsKnown("paths", context)) paths.unknown_fact = "change.paths";
  } else if (context.release != nullptr) {
    // A release touches what its changes touch.
    for (const flat::ChangeRequest& change : context.release->changes()) {
      for (const std::string_view path : change.paths()) all.Add(path, context.arena);
    }
    paths.values = SortOnce(SpanOf(all));
    if (paths.values.empty() && !IsKnown("changes.paths", context)) {
      paths.unknown_fact = "release.changes.paths";
    }
  }
  return paths;
}

}  // namespace

ApprovalSubject::ApprovalSubject(const ApprovalContext& context) : context_(&context) {
  if (context.change != nullptr) {
    Read(*context.change, context);
  } else if (context.release != nullptr) {
    Read(*context.release, context);
  }
}

ApprovalSubject::ApprovalSubject(const ApprovalContext& context, const flat::AcceptedRisk& risk)
    : context_(&context), has_paths_(true) {
  flat::RepeatedMessage<flat::Approval> recorded;
  for (const flat::Approval& approval : risk.approvals()) {
    if (!approval.has_recorded_at() || FromProto(approval.recorded_at()) <= context.now) {
      *recorded.Add(context.arena) = approval;
    }
  }
  approvals_ = Sorted(recorded, context.arena);
  services_.values = SortedTexts(risk.services(), context.arena);
  environments_ = SpanOf(risk.environments());
  PartHolders& requester = holders_[v1::PART_REQUESTER];
  requester.fact = context.arena->Copy(
      StrCat("organization.directory.accepted_risks[", risk.id(), "].requester"));
  requester.unknown =
      (*PlaceholdersOf(KnownPlaceholders(context), *context.policy)).Has(risk.requester());
  if (!requester.unknown) {
    if (const int person = context.roster->Find(risk.requester()); person != kNobody) {
      const std::span<int> people = NewList<int>(1, context.arena);
      people[0] = person;
      requester.people = people;
    } else {
      const auto unmapped = NewList<std::string_view>(1, context.arena);
      unmapped[0] = risk.requester();
      requester.unmapped = unmapped;
    }
  }
  AddPlayers();
}

template <typename Subject>
void ApprovalSubject::Read(const Subject& subject, const ApprovalContext& context) {
  const bool is_change = context.change != nullptr;
  approvals_ = Sorted(subject.approvals(), context.arena);
  vetoes_ = Sorted(subject.vetoes(), context.arena);
  const auto confirmations =
      NewList<const flat::ConditionMet*>(subject.conditions_met().size(), context.arena);
  for (size_t i = 0; i < confirmations.size(); ++i) {
    confirmations[i] = &subject.conditions_met()[static_cast<int>(i)];
  }
  confirmations_ = confirmations;
  environments_ = SpanOf(subject.environments());

  const auto services = NewList<std::string_view>(subject.services().size(), context.arena);
  for (size_t i = 0; i < services.size(); ++i) {
    services[i] = subject.services()[static_cast<int>(i)].id();
  }
  services_.values = SortOnce(services);
  if (services_.values.empty() && !IsKnown("services", context)) {
    services_.unknown_fact = is_change ? "change.services" : "release.services";
  }
  if (subject.has_team()) {
    const auto team = NewList<std::string_view>(1, context.arena);
    team[0] = subject.team();
    team_.values = team;
  } else if (!IsKnown("team", context)) {
    team_.unknown_fact = is_change ? "change.team" : "release.team";
  }
  ReadPeople(subject.people(), context,
             *PlaceholdersOf(KnownPlaceholders(context), *context.policy));
  AddPlayers();
}

// The requester, the owner and the authors are attributes: where nobody said who they are, nobody
// can say that they are somebody else. All other parts are records.
void ApprovalSubject::ReadPeople(const flat::People& people, const ApprovalContext& context,
                                 const Placeholders& placeholders) {
  const bool is_change = context.change != nullptr;
  const auto add_all = [&](v1::Part part, const PartField& field,
                           std::span<const std::string_view> accounts) {
    PartHolders& holders = holders_[part];
    holders.fact = is_change ? field.in_change : field.in_release;
    if (!accounts.empty()) {
      const std::span<int> found = NewList<int>(accounts.size(), context.arena);
      size_t count = 0;
      flat::Repeated<std::string_view> unmapped;
      for (const std::string_view account : accounts) {
        if (placeholders.Has(account)) continue;
        const int person = context.roster->Find(account);
        if (person == kNobody) {
          unmapped.Add(account, context.arena);
        } else {
          found[count++] = person;
        }
      }
      holders.people = SortOnce(found.first(count));
      holders.unmapped = SortOnce(SpanOf(unmapped));
    }
    const bool attribute =
        part == v1::PART_REQUESTER || part == v1::PART_OWNER || part == v1::PART_AUTHOR;
    holders.unknown = attribute && holders.people.empty() && holders.unmapped.empty() &&
                      !IsKnown(Field(holders.fact, is_change), context);
  };
  const auto add = [&](v1::Part part, const PartField& field, bool has,
                       const std::string_view& account) {
    add_all(part, field, {&account, has ? size_t{1} : 0});
  };
  add(v1::PART_REQUESTER, {"change.people.requester", "release.people.requester"},
      people.has_requester(), people.requester());
  add(v1::PART_OWNER, {"change.people.owner", "release.people.owner"}, people.has_owner(),
      people.owner());
  add_all(v1::PART_AUTHOR, {"change.people.authors", "release.people.authors"},
          SpanOf(people.authors()));
  add_all(v1::PART_CO_AUTHOR, {"change.people.co_authors", "release.people.co_authors"},
          SpanOf(people.co_authors()));
  add_all(v1::PART_COMMITTER, {"change.people.committers", "release.people.committers"},
          SpanOf(people.committers()));
  add_all(v1::PART_LANDER, {"change.people.landers", "release.people.landers"},
          SpanOf(people.landers()));
  add_all(v1::PART_IMPLEMENTER, {"change.people.implementers", "release.people.implementers"},
          SpanOf(people.implementers()));
  add_all(v1::PART_TESTER, {"change.people.testers", "release.people.testers"},
          SpanOf(people.testers()));
  add_all(v1::PART_DEPLOYER, {"change.people.deployers", "release.people.deployers"},
          SpanOf(people.deployers()));
  add(v1::PART_RELEASE_MANAGER, {"change.people.release_manager", "release.people.release_manager"},
      people.has_release_manager(), people.release_manager());
}

void ApprovalSubject::AddPlayers() {
  flat::Repeated<Player> players;
  for (int part = 0; part < kParts; ++part) {
    const PartHolders& holders = holders_[part];
    const PartMask mask = MaskOf(static_cast<v1::Part>(part));
    for (const int person : holders.people) players.Add({person, mask}, context_->arena);
    if (holders.unknown || !holders.unmapped.empty()) uncertain_ |= mask;
  }
  const std::span<Player> all = SpanOf(players);
  StableSort(all, [](const Player& a, const Player& b) { return a.person < b.person; });
  size_t count = 0;
  for (const Player& player : all) {
    if (count > 0 && all[count - 1].person == player.person) {
      all[count - 1].parts |= player.parts;
    } else {
      all[count++] = player;
    }
  }
  players_ = all.first(count);
}

const KnownList& ApprovalSubject::paths() const {
  if (!has_paths_) paths_ = PathsOf(*context_);
  has_paths_ = true;
  return paths_;
}

PartMask ApprovalSubject::PartsOf(int person) const {
  const auto found =
      std::lower_bound(players_.begin(), players_.end(), person,
                       [](const Player& player, int wanted) { return player.person < wanted; });
  return found == players_.end() || found->person != person ? 0 : found->parts;
}

v1::Part ApprovalSubject::PartOf(int person, PartMask among) const {
  const PartMask parts = PartsOf(person) & among;
  return parts == 0 ? v1::PART_UNSPECIFIED : static_cast<v1::Part>(__builtin_ctz(parts));
}

std::vector<std::string> PeopleOf(v1::Part part, const ApprovalContext& context,
                                  std::vector<std::string>* unmapped) {
  return PeopleOf(part, ApprovalSubject(context), *context.roster, unmapped);
}

std::vector<std::string> PeopleOf(v1::Part part, const ApprovalSubject& subject,
                                  const Roster& roster, std::vector<std::string>* unmapped) {
  std::vector<std::string> ids;
  if (!v1::Part_IsValid(part)) return ids;
  const PartHolders& holders = subject.Holders(part);
  for (const int person : holders.people) ids.push_back(roster.id(person));
  if (unmapped != nullptr) *unmapped = {holders.unmapped.begin(), holders.unmapped.end()};
  return ids;
}

}  // namespace changepolicy
