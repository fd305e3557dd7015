// Builds the roster, and reports what in a directory is ambiguous or leads nowhere.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {

class RosterBuilder {
 public:
  explicit RosterBuilder(const v1::Directory& directory) : directory_(directory) {}

  RosterResult Build() {
    roster_->directory_ = &directory_;
    AddPeople();
    AddGroups();
    AddServices();
    AddDelegations();
    AddPathOwners();
    RosterResult result;
    result.issues = std::move(issues_);
    if (!HasErrors(result.issues)) result.roster = std::move(roster_);
    return result;
  }

 private:
  void Report(Severity severity, std::string_view id, std::string path, std::string message,
              std::string_view help) {
    Issue issue;
    issue.severity = severity;
    issue.id = std::string(id);
    issue.path = std::move(path);
    issue.message = std::move(message);
    issue.help = std::string(help);
    issues_.push_back(std::move(issue));
  }

  void AddPeople() {
    for (const v1::Person& person : directory_.people()) roster_->people_.push_back(&person);
    std::stable_sort(roster_->people_.begin(), roster_->people_.end(),
                     [](const v1::Person* a, const v1::Person* b) { return a->id() < b->id(); });
    for (int i = 0; i < roster_->size(); ++i) {
      const v1::Person& person = roster_->person(i);
      AddAccount(person.id(), i);
      for (const std::string& account : person.accounts()) AddAccount(account, i);
      CheckNumber(person.open_requests(), 0, i, "open_requests");
      CheckNumber(person.seniority(), -kLargestAskingNumber, i, "seniority");
      Tenure presence{i};
      if (person.has_joined_at()) presence.start = FromProto(person.joined_at());
      if (person.has_left_at()) presence.end = FromProto(person.left_at());
      roster_->presence_.push_back(presence);
      if (!person.service_account()) roster_->everybody_.push_back(presence);
    }
  }

  // So that what it costs to ask everybody is a sum that cannot overflow.
  void CheckNumber(int32_t number, int32_t least, int person, std::string_view field) {
    if (least <= number && number <= kLargestAskingNumber) return;
    Report(
        Severity::kError, "number-out-of-range",
        StrCat("directory.people[", roster_->id(person), "].", field),
        StrCat("`", field, "` is ", least, " to ", kLargestAskingNumber, ", found `", number, "`"),
        "leave it out where nobody counts it");
  }

  void AddAccount(const std::string& account, int person) {
    const std::string folded = FoldAccount(account);
    const std::string path = StrCat("directory.people[", roster_->id(person), "]");
    if (folded.empty()) {
      Report(Severity::kError, "empty-account", path, "a person has an empty id or account",
             "give every person an id, and list no empty accounts");
      return;
    }
    const auto [entry, added] = roster_->by_account_.emplace(folded, person);
    if (added || entry->second == person) return;
    Report(Severity::kError, "account-claimed-twice", path,
           StrCat("the account `", account, "` belongs to `", roster_->id(entry->second),
                  "` and to `", roster_->id(person), "`"),
           "one account names one person; case makes no difference");
  }

  void AddMember(std::string_view account, const std::string& path, absl::Time start,
                 absl::Time end, Tenures* tenures) {
    const int person = roster_->Find(account);
    if (person == kNobody) {
      Report(Severity::kWarning, "unknown-person", path,
             StrCat("the directory has nobody with the account `", account, "`"),
             "add the person, or take the entry out; until then it makes nobody eligible");
      return;
    }
    if (roster_->IsServiceAccount(person)) return;
    Tenure tenure = roster_->presence_[person];
    tenure.start = std::max(tenure.start, start);
    tenure.end = std::min(tenure.end, end);
    if (tenure.start < tenure.end) tenures->push_back(tenure);
  }

  template <typename Group>
  Tenures Members(const Group& group, const std::string& path) {
    Tenures tenures;
    for (const std::string& account : group.members()) {
      AddMember(account, path, absl::InfinitePast(), absl::InfiniteFuture(), &tenures);
    }
    for (const v1::Membership& membership : group.memberships()) {
      AddMember(membership.person(), path,
                membership.has_start() ? FromProto(membership.start()) : absl::InfinitePast(),
                membership.has_end() ? FromProto(membership.end()) : absl::InfiniteFuture(),
                &tenures);
    }
    return tenures;
  }

  static void Sort(Tenures* tenures) {
    std::sort(tenures->begin(), tenures->end(), [](const Tenure& a, const Tenure& b) {
      return std::tie(a.person, a.start, a.end) < std::tie(b.person, b.start, b.end);
    });
  }

  void AddGroups() {
    for (const v1::Role& role : directory_.roles()) {
      const std::string path = StrCat("directory.roles[", role.id(), "]");
      Tenures members = Members(role, path);
      Sort(&members);
      if (!roster_->roles_.emplace(role.id(), std::move(members)).second) Duplicate(path);
    }
    for (const v1::Team& team : directory_.teams()) {
      const std::string path = StrCat("directory.teams[", team.id(), "]");
      Tenures members = Members(team, path);
      Tenures leads;
      for (const std::string& account : team.leads()) {
        AddMember(account, path, absl::InfinitePast(), absl::InfiniteFuture(), &leads);
      }
      members.insert(members.end(), leads.begin(), leads.end());
      Sort(&members);
      Sort(&leads);
      if (!roster_->teams_.emplace(team.id(), std::move(members)).second) Duplicate(path);
      roster_->leads_.emplace(team.id(), std::move(leads));
    }
  }

  void Duplicate(const std::string& path) {
    Report(Severity::kError, "duplicate-id", path, StrCat("`", path, "` stands twice"),
           "merge the two entries, or give one of them another id");
  }

  void CheckAccount(const std::string& account, const std::string& path) {
    Tenures ignored;
    AddMember(account, path, absl::InfinitePast(), absl::InfiniteFuture(), &ignored);
  }

  void CheckTeam(const std::string& team, const std::string& path) {
    if (team.empty() || roster_->KnowsTeam(team)) return;
    Report(Severity::kWarning, "unknown-team", path,
           StrCat("the directory has no team `", team, "`"),
           "add the team, or name another; until then it makes nobody eligible");
  }

  void AddServices() {
    for (const v1::Service& service : directory_.services()) {
      const std::string path = StrCat("directory.services[", service.id(), "]");
      if (!roster_->services_.emplace(service.id(), &service).second) Duplicate(path);
      CheckTeam(service.team(), path);
      for (const std::string& owner : service.owners()) CheckAccount(owner, path);
    }
  }

  // A list of thousands of patterns names the same few owners: each is complained about once.
  void AddPathOwners() {
    std::set<std::string> teams, owners;
    for (const v1::PathOwnership& entry : directory_.path_owners()) {
      const std::string path = StrCat("directory.path_owners[", entry.section(),
                                      entry.section().empty() ? "" : ": ", entry.pattern(), "]");
      for (const std::string& team : entry.teams()) {
        if (teams.insert(team).second) CheckTeam(team, path);
      }
      for (const std::string& owner : entry.owners()) {
        if (owners.insert(owner).second) CheckAccount(owner, path);
      }
    }
    roster_->SortOwnership();
  }

  void AddDelegations() {
    std::vector<Roster::Grant>& grants = roster_->grants_;
    for (const v1::Delegation& delegation : directory_.delegations()) {
      const std::string path = StrCat("directory.delegations[", delegation.id(), "]");
      Roster::Grant grant;
      grant.delegation = &delegation;
      grant.from = roster_->Find(delegation.from());
      grant.to = roster_->Find(delegation.to());
      if (!delegation.has_end()) {
        Report(Severity::kError, "delegation-without-end", path, "the delegation has no end",
               "state when it ends; nobody acts for somebody else for ever");
        continue;
      }
      CheckAccount(delegation.from(), path);
      CheckAccount(delegation.to(), path);
      if (grant.from == kNobody || grant.to == kNobody) continue;
      grant.start = delegation.has_start() ? FromProto(delegation.start()) : absl::InfinitePast();
      grant.end = FromProto(delegation.end());
      grant.recorded =
          delegation.has_recorded_at() ? FromProto(delegation.recorded_at()) : absl::InfinitePast();
      if (grant.start < grant.end) grants.push_back(grant);
    }
    std::stable_sort(grants.begin(), grants.end(), [](const auto& a, const auto& b) {
      return std::tie(a.to, a.from, a.start, a.end) < std::tie(b.to, b.from, b.start, b.end);
    });
    roster_->FindCircles();
    CheckCycles();
  }

  // A cycle is one only where all its delegations hold at one instant: two people who stand in for
  // each other in different weeks make none. It then holds at the latest of their starts.
  void CheckCycles() {
    std::vector<const Roster::Grant*> all;
    for (const Roster::Grant& grant : roster_->grants_) all.push_back(&grant);
    const std::vector<const Roster::Grant*> suspects = OnCycles(all);
    std::set<absl::Time> starts;
    for (const Roster::Grant* grant : suspects) starts.insert(grant->start);
    for (const absl::Time start : starts) {
      std::vector<const Roster::Grant*> active;
      for (const Roster::Grant* grant : suspects) {
        if (grant->start <= start && start < grant->end) active.push_back(grant);
      }
      const std::vector<const Roster::Grant*> cycle = OnCycles(active);
      if (cycle.empty()) continue;
      ReportCycle(cycle);
      return;
    }
  }

  // What is left after taking away, again and again, grants of people who receive none and grants
  // to people who give none: empty exactly where there is no cycle. Linear but for the ordering.
  static std::vector<const Roster::Grant*> OnCycles(std::vector<const Roster::Grant*> grants) {
    for (const bool forwards : {true, false}) {
      const auto head = [&](const Roster::Grant& grant) {
        return forwards ? grant.from : grant.to;
      };
      const auto tail = [&](const Roster::Grant& grant) {
        return forwards ? grant.to : grant.from;
      };
      std::map<int, int> arriving;
      std::map<int, std::vector<const Roster::Grant*>> leaving;
      for (const Roster::Grant* grant : grants) {
        ++arriving[tail(*grant)];
        leaving[head(*grant)].push_back(grant);
      }
      std::vector<int> idle;
      for (const auto& entry : leaving) {
        if (arriving.count(entry.first) == 0) idle.push_back(entry.first);
      }
      std::set<int> taken;
      while (!idle.empty()) {
        const int person = idle.back();
        idle.pop_back();
        taken.insert(person);
        for (const Roster::Grant* grant : leaving[person]) {
          if (--arriving[tail(*grant)] == 0) idle.push_back(tail(*grant));
        }
      }
      grants.erase(
          std::remove_if(grants.begin(), grants.end(),
                         [&](const Roster::Grant* grant) { return taken.count(head(*grant)) > 0; }),
          grants.end());
    }
    return grants;
  }

  void ReportCycle(const std::vector<const Roster::Grant*>& grants) {
    std::map<int, int> next;
    for (const Roster::Grant* grant : grants) next.emplace(grant->from, grant->to);
    std::vector<int> way = {next.begin()->first};
    while (std::count(way.begin(), way.end(), way.back()) == 1) way.push_back(next[way.back()]);
    way.erase(way.begin(), std::find(way.begin(), way.end(), way.back()));
    std::string text;
    for (const int person : way) {
      StrAppend(&text, text.empty() ? "`" : " -> `", roster_->id(person), "`");
    }
    Report(Severity::kError, "delegation-cycle", "directory.delegations",
           StrCat("delegations go round in a circle: ", text),
           "end one of them before the others begin, or take it out");
  }

  const v1::Directory& directory_;
  std::shared_ptr<Roster> roster_{new Roster()};
  Issues issues_;
};

RosterResult Roster::Build(const v1::Directory& directory) {
  return RosterBuilder(directory).Build();
}

}  // namespace changepolicy
