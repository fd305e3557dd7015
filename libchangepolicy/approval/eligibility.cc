#include "libchangepolicy/approval/eligibility.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

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

bool Electorate::Contains(int person, absl::Time at, absl::Time now) const {
  const absl::Time earlier = std::min(at, now);
  const absl::Time later = std::max(at, now);
  const auto next = std::upper_bound(boundaries.begin(), boundaries.end(), earlier);
  if (next == boundaries.end() || *next > later) return is_member[person];
  auto it = std::lower_bound(tenures.begin(), tenures.end(), person,
                             [](const Tenure& t, int p) { return t.person < p; });
  for (; it != tenures.end() && it->person == person; ++it) {
    if (it->Holds(at)) return true;
  }
  return false;
}

Electorate ElectorateIndex::Common(const v1::Eligible& eligible, Electorates* out) const {
  const Roster& roster = *context_.roster;
  Electorate common;
  std::set<std::string> roles(eligible.roles().begin(), eligible.roles().end());
  if (!eligible.role().empty()) roles.insert(eligible.role());
  for (const std::string& role : roles) {
    AddLabel("role ", role, &common);
    AddTenures(roster.Role(role), &common);
  }
  common.roles = {roles.begin(), roles.end()};
  const bool by_team = eligible.own_team() || eligible.own_team_leads();
  if (by_team && !subject_.team().unknown_fact.empty()) {
    out->unknown.push_back(subject_.team().unknown_fact);
  }
  if (!eligible.team().empty()) {
    AddLabel("team ", eligible.team(), &common);
    AddTenures(roster.Team(eligible.team()), &common);
  }
  if (eligible.own_team()) {
    AddLabel("own team", "", &common);
    for (const std::string& team : subject_.team().values) {
      AddTenures(roster.Team(team), &common);
    }
  }
  if (eligible.own_team_leads()) {
    AddLabel("leads of own team", "", &common);
    for (const std::string& team : subject_.team().values) {
      AddTenures(roster.Leads(team), &common);
    }
  }
  for (const std::string& account :
       std::set<std::string>(eligible.people().begin(), eligible.people().end())) {
    const int person = IsPlaceholder(account, *context_.policy) ? kNobody : roster.Find(account);
    AddLabel("person ", person == kNobody ? std::string_view(account) : roster.id(person), &common);
    if (person != kNobody) AddTenures(roster.Self(person), &common);
  }
  if (eligible.anyone()) {
    AddLabel("anyone", "", &common);
    AddTenures(roster.Everybody(), &common);
  }
  common.beyond_roles = !eligible.team().empty() || by_team || !eligible.people().empty() ||
                        eligible.anyone() || eligible.service_owners() || eligible.path_owners() ||
                        eligible.freeze_approvers();
  return common;
}

void ElectorateIndex::SpreadServices(const Electorate& common, Electorates* out) const {
  for (const std::string& service : subject_.services().values) {
    Electorate owners = common;
    AddLabel("owners of service ", service, &owners);
    owners.path = StrCat("services[", service, "]");
    owners.service = service;
    AddTenures(context_.roster->ServiceOwners(service), &owners);
    Finish(std::move(owners), out);
  }
}

void ElectorateIndex::SpreadFreezes(const Electorate& common, Electorates* out) const {
  for (const std::string& role : context_.freeze_roles) {
    Electorate approvers = common;
    AddLabel("role ", role, &approvers);
    approvers.path = StrCat("freeze_approvers[", role, "]");
    approvers.roles.push_back(role);
    std::sort(approvers.roles.begin(), approvers.roles.end());
    AddTenures(context_.roster->Role(role), &approvers);
    Finish(std::move(approvers), out);
  }
}

// Paths with the same owners are one demand, named after the first of them.
void ElectorateIndex::SpreadPaths(const Electorate& common, Electorates* out) const {
  const int64_t comparisons = static_cast<int64_t>(subject_.paths().values.size()) *
                              context_.roster->directory().path_owners_size();
  if (comparisons > context_.limits.path_comparisons) {
    out->error = StrCat("the subject's paths and the directory's owners need ", comparisons,
                        " comparisons, more than ", context_.limits.path_comparisons);
    return;
  }
  using Key = std::vector<std::tuple<int, absl::Time, absl::Time>>;
  std::set<Key> seen;
  for (const std::string& path : subject_.paths().values) {
    Tenures tenures = context_.roster->PathOwners(path);
    Key key;
    for (const Tenure& tenure : tenures) key.emplace_back(tenure.person, tenure.start, tenure.end);
    key.erase(std::unique(key.begin(), key.end()), key.end());
    if (!seen.insert(key).second) continue;
    Electorate owners = common;
    AddLabel("owners of path ", path, &owners);
    owners.path = StrCat("paths[", path, "]");
    AddTenures(tenures, &owners);
    Finish(std::move(owners), out);
  }
}

void ElectorateIndex::Finish(Electorate electorate, Electorates* out) const {
  std::sort(electorate.tenures.begin(), electorate.tenures.end(),
            [](const Tenure& a, const Tenure& b) {
              return std::tie(a.person, a.start, a.end) < std::tie(b.person, b.start, b.end);
            });
  electorate.is_member.assign(context_.roster->size(), false);
  for (const Tenure& tenure : electorate.tenures) {
    if (tenure.Holds(context_.now) && !electorate.is_member[tenure.person]) {
      electorate.is_member[tenure.person] = true;
      electorate.members.push_back(tenure.person);
    }
    for (const absl::Time at : {tenure.start, tenure.end}) {
      if (at != absl::InfinitePast() && at != absl::InfiniteFuture()) {
        electorate.boundaries.push_back(at);
      }
    }
  }
  std::sort(electorate.boundaries.begin(), electorate.boundaries.end());
  out->all.push_back(std::make_shared<const Electorate>(std::move(electorate)));
}

const Electorates& ElectorateIndex::Resolve(const v1::Eligible& eligible) {
  std::unique_ptr<Electorates>& entry = resolved_[eligible.SerializeAsString()];
  if (entry != nullptr) return *entry;
  entry = std::make_unique<Electorates>();
  const Electorate common = Common(eligible, entry.get());
  if (eligible.service_owners()) {
    if (!subject_.services().unknown_fact.empty()) {
      entry->unknown.push_back(subject_.services().unknown_fact);
    }
    SpreadServices(common, entry.get());
  }
  if (eligible.freeze_approvers()) SpreadFreezes(common, entry.get());
  if (eligible.path_owners()) {
    if (!subject_.paths().unknown_fact.empty()) {
      entry->unknown.push_back(subject_.paths().unknown_fact);
    }
    SpreadPaths(common, entry.get());
  }
  entry->spread = !entry->all.empty();
  if (!entry->spread) {
    // Nothing is touched, or it is not known: owners of nothing are nobody, never everybody.
    Electorate whole = common;
    if (eligible.service_owners()) AddLabel("owners of services", "", &whole);
    if (eligible.path_owners()) AddLabel("owners of paths", "", &whole);
    if (eligible.freeze_approvers()) AddLabel("approvers of the freeze", "", &whole);
    Finish(std::move(whole), entry.get());
  }
  return *entry;
}

Tenures ElectorateIndex::Union(const v1::Eligible& eligible) {
  Tenures all;
  for (const auto& electorate : Resolve(eligible).all) {
    all.insert(all.end(), electorate->tenures.begin(), electorate->tenures.end());
  }
  return all;
}

std::vector<std::string> EligiblePeople(const v1::Eligible& eligible,
                                        const ApprovalContext& context, absl::Time at) {
  // Whether a list of the subject is known makes no difference here; not asking also keeps the
  // question who may state a field from asking itself.
  ApprovalContext plain = context;
  plain.known = [](std::string_view) { return true; };
  const ApprovalSubject subject(plain);
  ElectorateIndex index(plain, subject);
  std::set<std::string> ids;
  for (const Tenure& tenure : index.Union(eligible)) {
    if (tenure.Holds(at)) ids.insert(context.roster->id(tenure.person));
  }
  return {ids.begin(), ids.end()};
}

}  // namespace changepolicy
