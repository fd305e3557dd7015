// Who is who: an index over the directory that answers every question about people by time.
//
// An account is any of a person's names (id, other accounts, e-mail addresses), compared as
// account.h says. People are numbered 0..size()-1 in the order of their ids, so that a smaller
// number is always the earlier one in every stated order. Membership is kept as tenures, half-open
// periods already cut to the time the person was with the organization; service accounts have none,
// since they never count where people are asked for.
#ifndef LIBCHANGEPOLICY_APPROVAL_ROSTER_H_
#define LIBCHANGEPOLICY_APPROVAL_ROSTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/common.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/approval/path_pattern.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

inline constexpr int kNobody = -1;

// Bound of every number that the cost of asking is made of, whatever its sign: one person costs at
// most a little over 2 * 10^12, and a million people together fit into 64 bits.
inline constexpr int32_t kLargestAskingNumber = 1'000'000;

// Somebody belongs to something in [start, end).
struct Tenure {
  int person = kNobody;
  absl::Time start = absl::InfinitePast();
  absl::Time end = absl::InfiniteFuture();

  bool Holds(absl::Time at) const { return start <= at && at < end; }
};

// Sorted by person, then start. One person may have several.
using Tenures = std::vector<Tenure>;

// Whether the person has one then. O(log n) and the person's tenures.
bool HoldsIn(const Tenures& tenures, int person, absl::Time at);

// Instants after `now` at which a tenure of the person, of anybody for kNobody, begins or ends.
// They change who belongs to it. O(log n) and the person's tenures; O(n) for anybody.
void TenureBoundaries(const Tenures& tenures, int person, absl::Time now,
                      std::vector<absl::Time>* changes);

// Who owns a path as far as one section of the directory's ownership is concerned.
struct OwnersInSection {
  std::string_view section;
  Tenures owners;  // nobody, where the entries that count name nobody who is known
};

class Roster;
struct RosterResult {
  // Null where an issue is an error.
  std::shared_ptr<const Roster> roster;
  Issues issues;
};

// Immutable, thread-safe. Keeps a pointer to the directory, which must outlive it.
class Roster {
 public:
  // Reports every problem: an account that two people claim, a duplicate id, a delegation without
  // end or giver, a cycle of delegations, a number out of range (errors); a member whom nobody
  // knows (a warning: the entry makes nobody eligible). O(n log n) in the size of the directory.
  static RosterResult Build(const v1::Directory& directory);

  const v1::Directory& directory() const { return *directory_; }

  // The person with this account, or kNobody. O(1), without the heap for
  // ASCII.
  int Find(std::string_view account) const;
  // One text for all accounts of a person: their id; of an account that nobody has, its folded
  // form.
  std::string Canonical(std::string_view account) const;
  int size() const { return static_cast<int>(people_.size()); }
  const v1::Person& person(int index) const { return *people_[index]; }
  const std::string& id(int index) const { return people_[index]->id(); }

  bool IsServiceAccount(int person) const { return people_[person]->service_account(); }
  // With the organization at that instant.
  bool Present(int person, absl::Time at) const;
  // Present, and not in a period in which the person cannot be asked.
  bool Available(int person, absl::Time at) const;

  bool KnowsRole(std::string_view role) const;
  bool KnowsTeam(std::string_view team) const;
  // People with the role; empty where nobody knows it. Leads belong to their team.
  const Tenures& Role(std::string_view role) const;
  const Tenures& Team(std::string_view team) const;
  const Tenures& Leads(std::string_view team) const;
  const Tenures& Everybody() const { return everybody_; }
  // The service's owning team and the owners beside it.
  Tenures ServiceOwners(std::string_view service) const;
  // Of each section with a pattern that matches the path, by name: the owners of its patterns of
  // the highest rank that match. Empty: no pattern does. O(patterns), each as PathPattern says.
  std::vector<OwnersInSection> PathOwners(std::string_view path) const;
  // One person's time with the organization; empty for a service account.
  Tenures Self(int person) const;

  bool HasRole(int person, std::string_view role, absl::Time at) const;
  bool InTeam(int person, std::string_view team, absl::Time at) const;
  // Ids of the people who have the role then, sorted.
  std::vector<std::string> WithRole(std::string_view role, absl::Time at) const;

  const v1::Service* FindService(std::string_view service) const;

  // What a delegation has to cover to serve a slot.
  struct Coverage {
    // Any one of these roles, each of which makes the giver eligible; delegations that name roles
    // cover nothing else.
    std::span<const std::string_view> roles;
    // The giver is eligible by more than a role; only delegations of all roles cover that.
    bool beyond_roles = false;
    // All of these services. Not known: only delegations of all services cover it.
    std::span<const std::string_view> services;
    bool services_known = true;
    // A part keeps the person from acting: such a person passes nothing on either, nor does a
    // service account. Empty: nobody is kept apart.
    std::function<bool(int person)> is_apart;
  };
  // Whether `delegate` may act for `giver` at `at`, as far as was recorded by `now`: by one
  // delegation, or by a chain in which each step allows the steps after it and nobody in between is
  // kept apart. Works in the arena. O(people / 64 + delegations on the way), for each role.
  bool MayActFor(int delegate, int giver, const Coverage& coverage, absl::Time at, absl::Time now,
                 flat::Arena* arena) const;
  // Instants after `now` at which an answer of MayActFor may change.
  void DelegationBoundaries(absl::Time now, std::vector<absl::Time>* changes) const;
  // People whom delegations link, at whatever time and over whatever steps, have the same number.
  const std::vector<int>& DelegationCircles() const { return circles_; }
  // Instants after `now` at which Available of this person may change.
  void AvailabilityBoundaries(int person, absl::Time now, std::vector<absl::Time>* changes) const;

 private:
  struct Grant {  // a delegation, resolved
    int from = kNobody;
    int to = kNobody;
    absl::Time start, end, recorded;
    const v1::Delegation* delegation = nullptr;
  };
  struct Ownership {
    PathPattern pattern;
    const v1::PathOwnership* declared;
  };
  friend class RosterBuilder;
  Roster() = default;
  void FindCircles();
  void SortOwnership();
  void AddOwners(const v1::PathOwnership& entry, Tenures* owners) const;

  const v1::Directory* directory_ = nullptr;
  std::vector<const v1::Person*> people_;
  std::vector<Tenure> presence_;  // by person
  absl::flat_hash_map<std::string, int> by_account_;
  absl::flat_hash_map<std::string, Tenures> roles_, teams_, leads_;
  absl::flat_hash_map<std::string, const v1::Service*> services_;
  Tenures everybody_;
  std::vector<Ownership> ownership_;  // by section, the highest rank first
  std::vector<Grant> grants_;         // by receiver
  std::vector<int> circles_;          // by person
  Tenures none_;                      // stays empty
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ROSTER_H_
