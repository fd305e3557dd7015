#include "libchangepolicy/approval/eligibility.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

void AddLabel(std::string_view what, std::string_view name, Electorate* electorate) {
  if (!electorate->label.empty()) electorate->label += " or ";
  StrAppend(&electorate->label, what, name);
}

void AddTenures(const Tenures& more, Electorate* electorate) {
  electorate->tenures.insert(electorate->tenures.end(), more.begin(), more.end());
}

}  // namespace

bool Electorate::Contains(int person, absl::Time at) const { return HoldsIn(tenures, person, at); }

bool Electorate::WantsCircle(int circle) const {
  return std::binary_search(circles.begin(), circles.end(), circle);
}

int Electorate::SizeAt(absl::Time at) const {
  if (!sizes.empty()) {
    return sizes[std::upper_bound(boundaries.begin(), boundaries.end(), at) - boundaries.begin()];
  }
  int size = 0;
  ForEachMember(at, [&](int) { ++size; });
  return size;
}

absl::Time Electorate::NextBoundary(absl::Time at) const {
  const auto next = std::upper_bound(boundaries.begin(), boundaries.end(), at);
  return next == boundaries.end() ? absl::InfiniteFuture() : *next;
}

Asked::Asked(const v1::Eligible& eligible)
    : team(eligible.own_team() || eligible.own_team_leads()),
      services(eligible.service_owners()),
      freezes(eligible.freeze_approvers()),
      paths(eligible.path_owners()) {}

Electorate ElectorateMaker::Common(std::span<const std::string_view> team) const {
  Electorate common;
  std::set<std::string> roles(eligible_.roles().begin(), eligible_.roles().end());
  if (!eligible_.role().empty()) roles.insert(eligible_.role());
  for (const std::string& role : roles) {
    AddLabel("role ", role, &common);
    AddTenures(roster_.Role(role), &common);
    common.roles.push_back({role, &roster_.Role(role)});
  }
  if (!eligible_.team().empty()) {
    AddLabel("team ", eligible_.team(), &common);
    AddTenures(roster_.Team(eligible_.team()), &common);
  }
  if (eligible_.own_team()) {
    AddLabel("own team", "", &common);
    for (const std::string_view id : team) AddTenures(roster_.Team(id), &common);
  }
  if (eligible_.own_team_leads()) {
    AddLabel("leads of own team", "", &common);
    for (const std::string_view id : team) AddTenures(roster_.Leads(id), &common);
  }
  for (const std::string& account :
       std::set<std::string>(eligible_.people().begin(), eligible_.people().end())) {
    const int person = placeholders_.Has(account) ? kNobody : roster_.Find(account);
    AddLabel("person ", person == kNobody ? std::string_view(account) : roster_.id(person),
             &common);
    if (person != kNobody) AddTenures(roster_.Self(person), &common);
  }
  if (eligible_.anyone()) {
    AddLabel("anyone", "", &common);
    AddTenures(roster_.Everybody(), &common);
  }
  common.beyond_roles = !eligible_.team().empty() || !eligible_.people().empty() ||
                        eligible_.anyone() || asked_.count() > 0;
  return common;
}

Electorate ElectorateMaker::OwnersOfService(Electorate common, std::string_view service) const {
  AddLabel("owners of service ", service, &common);
  common.path = StrCat("services[", service, "]");
  common.service = std::string(service);
  AddTenures(roster_.ServiceOwners(service), &common);
  return Finished(std::move(common), roster_);
}

Electorate ElectorateMaker::ApproversOfFreeze(Electorate common, std::string_view role) const {
  AddLabel("role ", role, &common);
  common.path = StrCat("freeze_approvers[", role, "]");
  common.roles.push_back({std::string(role), &roster_.Role(role)});
  std::sort(common.roles.begin(), common.roles.end(),
            [](const ElectorRole& a, const ElectorRole& b) { return a.id < b.id; });
  AddTenures(roster_.Role(role), &common);
  return Finished(std::move(common), roster_);
}

Electorate ElectorateMaker::OwnersOfPath(Electorate common, std::string_view path,
                                         const OwnersInSection& owned) const {
  AddLabel("owners of path ", path, &common);
  common.path = StrCat("paths[", path, "]");
  if (!owned.section.empty()) {
    StrAppend(&common.label, " in section ", owned.section);
    StrAppend(&common.path, ".section[", owned.section, "]");
  }
  AddTenures(owned.owners, &common);
  return Finished(std::move(common), roster_);
}

Electorate ElectorateMaker::Whole(Electorate common) const {
  if (asked_.services) AddLabel("owners of services", "", &common);
  if (asked_.paths) AddLabel("owners of paths", "", &common);
  if (asked_.freezes) AddLabel("approvers of the freeze", "", &common);
  return Finished(std::move(common), roster_);
}

Electorate ElectorateMaker::Finished(Electorate electorate, const Roster& roster) {
  std::sort(electorate.tenures.begin(), electorate.tenures.end(),
            [](const Tenure& a, const Tenure& b) {
              return std::tie(a.person, a.start, a.end) < std::tie(b.person, b.start, b.end);
            });
  for (const Tenure& tenure : electorate.tenures) {
    for (const absl::Time at : {tenure.start, tenure.end}) {
      if (at != absl::InfinitePast() && at != absl::InfiniteFuture()) {
        electorate.boundaries.push_back(at);
      }
    }
    electorate.circles.push_back(roster.DelegationCircles()[tenure.person]);
  }
  std::sort(electorate.boundaries.begin(), electorate.boundaries.end());
  std::vector<int>& circles = electorate.circles;
  std::sort(circles.begin(), circles.end());
  circles.erase(std::unique(circles.begin(), circles.end()), circles.end());
  return electorate;
}

void CountSizes(Electorate* electorate) {
  const std::vector<absl::Time>& boundaries = electorate->boundaries;
  const auto place = [&](absl::Time at) {
    return std::upper_bound(boundaries.begin(), boundaries.end(), at) - boundaries.begin();
  };
  // By period: how many more belong to it than in the one before.
  std::vector<int>& sizes = electorate->sizes;
  sizes.assign(boundaries.size() + 1, 0);
  int person = kNobody;
  absl::Time until;  // where what was counted of the person ends
  for (const Tenure& tenure : electorate->tenures) {
    const bool same = tenure.person == person;
    const absl::Time start = same ? std::max(tenure.start, until) : tenure.start;
    person = tenure.person;
    if (!same) until = absl::InfinitePast();
    if (start >= tenure.end) continue;
    ++sizes[place(start)];
    if (tenure.end != absl::InfiniteFuture()) --sizes[place(tenure.end)];
    until = tenure.end;
  }
  for (size_t i = 1; i < sizes.size(); ++i) sizes[i] += sizes[i - 1];
}

}  // namespace changepolicy
