// Which missing facts could still change the verdict.
//
// A fact matters where the other missing facts can turn out so that the verdict is not the same for
// every value of it and for none: stating it, or what it turns out to be, then decides. To find out
// a tree is searched: an open decision (open_world.h) names a fact on which some rule depends, each
// of its values is tried, and so on until no rule depends on anything. The leaves of the tree part
// all ways in which the facts can turn out, and a fact matters where two leaves of different
// verdict differ in it alone. Facts of too many values stay unknown; what then depends on them is
// open, and they are named.
#ifndef LIBCHANGEPOLICY_EVAL_MISSING_FACTS_H_
#define LIBCHANGEPOLICY_EVAL_MISSING_FACTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"

namespace changepolicy {

// Decisions about a subject of usual size (search_limit.h) before the search is given up. All facts
// that were met are named then, and a quarter as many decisions more look for others.
inline constexpr int kMostMissingFactDecisions = 2000;

struct MissingFacts {
  // The most decisive first, then by path.
  std::vector<v1::MissingFact> facts;
  // Each of them is known to matter.
  bool exact = true;
  // Decisions that were made.
  int decisions = 0;
};

// `Subject` is v1::ChangeRequest or v1::Release. Of `options` the instant and the transition are
// read. Errors are those of Decide.
template <typename SubjectMessage>
absl::StatusOr<MissingFacts> FindMissingFacts(const CheckedPolicy& policy,
                                              const BoundOrganization& organization,
                                              const SubjectMessage& subject,
                                              const DecideOptions& options);

extern template absl::StatusOr<MissingFacts> FindMissingFacts(const CheckedPolicy&,
                                                              const BoundOrganization&,
                                                              const v1::ChangeRequest&,
                                                              const DecideOptions&);
extern template absl::StatusOr<MissingFacts> FindMissingFacts(const CheckedPolicy&,
                                                              const BoundOrganization&,
                                                              const v1::Release&,
                                                              const DecideOptions&);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_MISSING_FACTS_H_
