// Who is eligible: an `Eligible` of the policy resolved against roster and subject.
#ifndef LIBCHANGEPOLICY_APPROVAL_ELIGIBILITY_H_
#define LIBCHANGEPOLICY_APPROVAL_ELIGIBILITY_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/placeholders.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

// A role that makes eligible, and who has it.
struct ElectorRole {
  std::string id;
  const Tenures* tenures;  // the roster's
};

// The people behind one slot. Immutable once resolved.
struct Electorate {
  // `role cab or team core`.
  std::string label;
  // Appended to the slot's path where one requirement was spread over several: `services[pay]`,
  // `paths[docs/a.md].section[Documentation]`.
  std::string path;
  Tenures tenures;                     // of everybody, by person
  std::vector<ElectorRole> roles;      // by id
  bool beyond_roles = false;           // something else than roles makes eligible too
  std::string service;                 // for owners of one service
  std::vector<absl::Time> boundaries;  // when a tenure starts or ends, sorted
  // How many people belong to it before the first boundary, and from each on; empty where nobody
  // counted.
  std::vector<int> sizes;
  // Of its people at any time: the numbers of their circles of delegation, sorted.
  std::vector<int> circles;

  bool Contains(int person, absl::Time at) const;  // O(log n)
  bool WantsCircle(int circle) const;              // O(log n)
  // How many people belong to it. O(log n) where they were counted.
  int SizeAt(absl::Time at) const;
  // The next instant after `at` at which that may change, or the infinite future. O(log n).
  absl::Time NextBoundary(absl::Time at) const;

  // Calls `visit` with each person who belongs to it, in their order. O(n).
  template <typename Visit>
  void ForEachMember(absl::Time at, Visit visit) const {
    int last = kNobody;
    for (const Tenure& tenure : tenures) {
      if (tenure.person == last || !tenure.Holds(at)) continue;
      last = tenure.person;
      visit(last);
    }
  }
};

// What an `Eligible` asks of the subject.
struct Asked {
  bool team = false;
  bool services = false;
  bool freezes = false;
  bool paths = false;

  explicit Asked(const v1::Eligible& eligible);
  int count() const {
    return (team ? 1 : 0) + (services ? 1 : 0) + (freezes ? 1 : 0) + (paths ? 1 : 0);
  }
};

// Makes electorates in a directory.
class ElectorateMaker {
 public:
  // All must outlive it.
  ElectorateMaker(const v1::Eligible& eligible, const Roster& roster,
                  const Placeholders& placeholders)
      : eligible_(eligible), roster_(roster), placeholders_(placeholders), asked_(eligible) {}

  // What all of its electorates share, with the subject's team, if it has one.
  Electorate Common(std::span<const std::string_view> team) const;
  Electorate OwnersOfService(Electorate common, std::string_view service) const;
  Electorate ApproversOfFreeze(Electorate common, std::string_view role) const;
  Electorate OwnersOfPath(Electorate common, std::string_view path,
                          const OwnersInSection& owned) const;
  // Nothing is touched, or it is not known: owners of nothing are nobody, never everybody.
  Electorate Whole(Electorate common) const;

 private:
  static Electorate Finished(Electorate electorate, const Roster& roster);

  const v1::Eligible& eligible_;
  const Roster& roster_;
  const Placeholders& placeholders_;
  const Asked asked_;
};

// Counts its people in each period, so that nobody need count them for a decision. O(n log n).
void CountSizes(Electorate* electorate);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ELIGIBILITY_H_
