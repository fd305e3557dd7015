#include "libchangepolicy/approval/roster.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

template <typename Map>
const typename Map::mapped_type* Lookup(const Map& map, std::string_view key) {
  const auto found = map.find(ToAbsl(key));
  return found == map.end() ? nullptr : &found->second;
}

void SortByPerson(Tenures* tenures) {
  std::sort(tenures->begin(), tenures->end(), [](const Tenure& a, const Tenure& b) {
    return std::tie(a.person, a.start, a.end) < std::tie(b.person, b.start, b.end);
  });
}

bool Contains(const google::protobuf::RepeatedPtrField<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Whether the delegation covers all of these services.
bool CoversServices(const v1::Delegation& delegation, const Roster::Coverage& coverage) {
  if (delegation.services().empty()) return true;
  if (!coverage.services_known || coverage.services.empty()) return false;
  return std::all_of(coverage.services.begin(), coverage.services.end(),
                     [&](std::string_view s) { return Contains(delegation.services(), s); });
}

bool IsUnavailable(const v1::Period& period, absl::Time at) {
  return (!period.has_start() || FromProto(period.start()) <= at) &&
         (!period.has_end() || at < FromProto(period.end()));
}

}  // namespace

bool HoldsIn(const Tenures& tenures, int person, absl::Time at) {
  auto it = std::lower_bound(tenures.begin(), tenures.end(), person,
                             [](const Tenure& t, int p) { return t.person < p; });
  for (; it != tenures.end() && it->person == person; ++it) {
    if (it->Holds(at)) return true;
  }
  return false;
}

int Roster::Find(std::string_view account) const {
  const int* person = Lookup(by_account_, FoldedAccount(account).text());
  return person == nullptr ? kNobody : *person;
}

std::string Roster::Canonical(std::string_view account) const {
  const int person = Find(account);
  return person == kNobody ? FoldAccount(account) : id(person);
}

bool Roster::Present(int person, absl::Time at) const { return presence_[person].Holds(at); }

bool Roster::Available(int person, absl::Time at) const {
  if (!Present(person, at)) return false;
  for (const v1::Period& period : people_[person]->unavailable()) {
    if (IsUnavailable(period, at)) return false;
  }
  return true;
}

bool Roster::KnowsRole(std::string_view role) const { return Lookup(roles_, role) != nullptr; }
bool Roster::KnowsTeam(std::string_view team) const { return Lookup(teams_, team) != nullptr; }

const Tenures& Roster::Role(std::string_view role) const {
  const Tenures* tenures = Lookup(roles_, role);
  return tenures == nullptr ? none_ : *tenures;
}
const Tenures& Roster::Team(std::string_view team) const {
  const Tenures* tenures = Lookup(teams_, team);
  return tenures == nullptr ? none_ : *tenures;
}
const Tenures& Roster::Leads(std::string_view team) const {
  const Tenures* tenures = Lookup(leads_, team);
  return tenures == nullptr ? none_ : *tenures;
}

Tenures Roster::Self(int person) const {
  if (IsServiceAccount(person)) return {};
  return {presence_[person]};
}

Tenures Roster::ServiceOwners(std::string_view service) const {
  const v1::Service* found = FindService(service);
  if (found == nullptr) return {};
  Tenures owners = Team(found->team());
  for (const std::string& account : found->owners()) {
    const int person = Find(account);
    if (person != kNobody && !IsServiceAccount(person)) owners.push_back(presence_[person]);
  }
  SortByPerson(&owners);
  return owners;
}

void Roster::SortOwnership() {
  for (const v1::PathOwnership& entry : directory_->path_owners()) {
    ownership_.push_back({PathPattern(entry.pattern()), &entry});
  }
  std::stable_sort(ownership_.begin(), ownership_.end(), [](const auto& a, const auto& b) {
    if (a.declared->section() != b.declared->section()) {
      return a.declared->section() < b.declared->section();
    }
    return a.declared->rank() > b.declared->rank();
  });
}

void Roster::AddOwners(const v1::PathOwnership& entry, Tenures* owners) const {
  for (const std::string& team : entry.teams()) {
    const Tenures& members = Team(team);
    owners->insert(owners->end(), members.begin(), members.end());
  }
  for (const std::string& account : entry.owners()) {
    const int person = Find(account);
    if (person != kNobody && !IsServiceAccount(person)) owners->push_back(presence_[person]);
  }
}

std::vector<OwnersInSection> Roster::PathOwners(std::string_view path) const {
  std::vector<OwnersInSection> sections;
  const v1::PathOwnership* first = nullptr;  // that matches, of the section at hand
  for (const Ownership& each : ownership_) {
    const v1::PathOwnership& entry = *each.declared;
    const bool is_decided =
        first != nullptr && first->section() == entry.section() && first->rank() > entry.rank();
    if (is_decided || !each.pattern.Matches(path)) continue;
    if (first == nullptr || first->section() != entry.section()) {
      sections.push_back({entry.section(), {}});
      first = &entry;
    }
    AddOwners(entry, &sections.back().owners);
  }
  for (OwnersInSection& section : sections) SortByPerson(&section.owners);
  return sections;
}

bool Roster::HasRole(int person, std::string_view role, absl::Time at) const {
  return HoldsIn(Role(role), person, at);
}

bool Roster::InTeam(int person, std::string_view team, absl::Time at) const {
  return HoldsIn(Team(team), person, at);
}

std::vector<std::string> Roster::WithRole(std::string_view role, absl::Time at) const {
  std::vector<std::string> ids;
  for (const Tenure& tenure : Role(role)) {
    if (tenure.Holds(at) && (ids.empty() || ids.back() != id(tenure.person))) {
      ids.push_back(id(tenure.person));
    }
  }
  return ids;
}

const v1::Service* Roster::FindService(std::string_view service) const {
  const v1::Service* const* found = Lookup(services_, service);
  return found == nullptr ? nullptr : *found;
}

// Walks from the delegate back to the giver, step by step: the grant that lies `steps` before the
// last one must allow so many further steps. The chain must carry one and the same authority.
bool Roster::MayActFor(int delegate, int giver, const Coverage& coverage, absl::Time at,
                       absl::Time now, flat::Arena* arena) const {
  constexpr size_t kBits = 64;
  // `role`: null for what goes beyond roles.
  const auto reaches = [&](const std::string_view* role) {
    const std::span<uint64_t> seen = NewList<uint64_t>(people_.size() / kBits + 1, arena);
    const auto see = [&](int person) {
      uint64_t& word = seen[static_cast<size_t>(person) / kBits];
      const uint64_t bit = uint64_t{1} << (static_cast<size_t>(person) % kBits);
      const bool is_new = (word & bit) == 0;
      word |= bit;
      return is_new;
    };
    flat::Repeated<int> reached;
    reached.Add(delegate, arena);
    see(delegate);
    for (int steps = 0; !reached.empty(); ++steps) {
      flat::Repeated<int> before;
      for (const int person : reached) {
        auto it = std::lower_bound(grants_.begin(), grants_.end(), person,
                                   [](const Grant& g, int p) { return g.to < p; });
        for (; it != grants_.end() && it->to == person; ++it) {
          const bool covers = it->delegation->roles().empty() ||
                              (role != nullptr && Contains(it->delegation->roles(), *role));
          if (!covers || !(it->start <= at && at < it->end) || it->recorded > now ||
              it->delegation->further_steps() < steps || !Present(it->from, at) ||
              !CoversServices(*it->delegation, coverage)) {
            continue;
          }
          if (it->from == giver) return true;
          const bool apart = coverage.is_apart && coverage.is_apart(it->from);
          if (apart || IsServiceAccount(it->from)) continue;
          // A shorter way asks for fewer further steps of whatever stands before it.
          if (see(it->from)) before.Add(it->from, arena);
        }
      }
      reached = before;
    }
    return false;
  };
  if (delegate == giver || !Present(delegate, at)) return false;
  if (coverage.beyond_roles && reaches(nullptr)) return true;
  return std::any_of(coverage.roles.begin(), coverage.roles.end(),
                     [&](const std::string_view& role) { return reaches(&role); });
}

void Roster::DelegationBoundaries(absl::Time now, std::vector<absl::Time>* changes) const {
  for (const Grant& grant : grants_) {
    const Tenure& from = presence_[grant.from];
    const Tenure& to = presence_[grant.to];
    for (const absl::Time at :
         {grant.start, grant.end, grant.recorded, from.start, from.end, to.start, to.end}) {
      if (at > now && at != absl::InfiniteFuture()) changes->push_back(at);
    }
  }
}

void Roster::FindCircles() {
  std::vector<int>& circle = circles_;
  circle.resize(people_.size());
  std::iota(circle.begin(), circle.end(), 0);
  const auto find = [&](int person) {
    while (circle[person] != person) person = circle[person] = circle[circle[person]];
    return person;
  };
  for (const Grant& grant : grants_) circle[find(grant.from)] = find(grant.to);
  for (int person = 0; person < size(); ++person) circle[person] = find(person);
}

void Roster::AvailabilityBoundaries(int person, absl::Time now,
                                    std::vector<absl::Time>* changes) const {
  for (const v1::Period& period : people_[person]->unavailable()) {
    for (const auto* side : {period.has_start() ? &period.start() : nullptr,
                             period.has_end() ? &period.end() : nullptr}) {
      if (side != nullptr && FromProto(*side) > now) changes->push_back(FromProto(*side));
    }
  }
}

void TenureBoundaries(const Tenures& tenures, int person, absl::Time now,
                      std::vector<absl::Time>* changes) {
  const auto before = [](const Tenure& tenure, int wanted) { return tenure.person < wanted; };
  auto tenure = person == kNobody
                    ? tenures.begin()
                    : std::lower_bound(tenures.begin(), tenures.end(), person, before);
  for (; tenure != tenures.end() && (person == kNobody || tenure->person == person); ++tenure) {
    for (const absl::Time side : {tenure->start, tenure->end}) {
      if (side > now && side != absl::InfiniteFuture()) changes->push_back(side);
    }
  }
}

}  // namespace changepolicy
