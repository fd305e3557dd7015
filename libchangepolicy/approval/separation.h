// Two parts of a subject that one person must not hold together.
#ifndef LIBCHANGEPOLICY_APPROVAL_SEPARATION_H_
#define LIBCHANGEPOLICY_APPROVAL_SEPARATION_H_

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "changepolicy/v1/decision.flat.h"
#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/approval/approval.h"

namespace changepolicy {

// Parts whose holders do not approve where no slot says otherwise: those that the policy lists, or
// requester, author, co-author and committer where it lists none.
std::vector<v1::Part> PartsApart(const v1::SeparationOfDuties& separation);

// Of a pair with APPROVER: the part whose holders do not count in any slot. Nothing for any other
// pair, which is a rule of its own.
std::optional<v1::Part> KeptFromApproving(const v1::PartPair& pair);

// Lies in the context's arena, its texts there and in subject and directory.
struct PairAnswer {
  v1::Status status = v1::STATUS_UNSPECIFIED;
  flat::SeparationOutcome outcome;
  // Where the parts are stated, like `change.people.authors`: of `one`, then of `other`.
  std::array<std::string_view, 2> facts;
  // Those of them on which the answer depends and that are not known, sorted.
  std::span<const std::string_view> unknown;
};

// UNSATISFIED where somebody holds both parts, also an account in both that the directory does not
// know; NOT_APPLICABLE where nobody holds one of them; UNKNOWN where an account that the directory
// does not know could be the holder of the other part, or where nobody said who holds a part;
// SATISFIED otherwise. A service account that holds both is one holder as well. REQUIRES: neither
// part is APPROVER.
PairAnswer EvaluatePair(const v1::PartPair& pair, const ApprovalContext& context);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_SEPARATION_H_
