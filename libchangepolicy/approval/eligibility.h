// Who is eligible: an `Eligible` of the policy resolved against roster and subject.
#ifndef LIBCHANGEPOLICY_APPROVAL_ELIGIBILITY_H_
#define LIBCHANGEPOLICY_APPROVAL_ELIGIBILITY_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

// The people behind one slot. Immutable once resolved.
struct Electorate {
  // `role cab or team core`.
  std::string label;
  // Appended to the slot's path where one requirement was spread over several: `services[pay]`.
  std::string path;
  Tenures tenures;                     // of everybody, by person
  std::vector<std::string> roles;      // sorted
  bool beyond_roles = false;           // something else than roles makes eligible too
  std::string service;                 // for owners of one service
  std::vector<int> members;            // at `now`, sorted
  std::vector<bool> is_member;         // the same by person
  std::vector<absl::Time> boundaries;  // when a tenure starts or ends, sorted

  // O(1) where nothing changed between `at` and `now`.
  bool Contains(int person, absl::Time at, absl::Time now) const;
};

struct Electorates {
  // One, or one per service or owned set of paths, each of which needs its own people.
  std::vector<std::shared_ptr<const Electorate>> all;
  bool spread = false;
  std::vector<std::string> unknown;  // facts that were needed and are not known
  std::string error;                 // a limit was exceeded
};

// Resolves each distinct `Eligible` once. Thread-compatible.
class ElectorateIndex {
 public:
  ElectorateIndex(const ApprovalContext& context, const ApprovalSubject& subject)
      : context_(context), subject_(subject) {}

  const Electorates& Resolve(const v1::Eligible& eligible);

  // Everything that `eligible` names in one list, as for overrides.
  Tenures Union(const v1::Eligible& eligible);

 private:
  Electorate Common(const v1::Eligible& eligible, Electorates* out) const;
  void SpreadServices(const Electorate& common, Electorates* out) const;
  void SpreadFreezes(const Electorate& common, Electorates* out) const;
  void SpreadPaths(const Electorate& common, Electorates* out) const;
  void Finish(Electorate electorate, Electorates* out) const;

  const ApprovalContext& context_;
  const ApprovalSubject& subject_;
  absl::flat_hash_map<std::string, std::unique_ptr<Electorates>> resolved_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ELIGIBILITY_H_
