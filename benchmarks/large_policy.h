// Large policies for benchmarks: as many gates as are asked for, that look like the rules by which
// organizations hold changes back: a category, a service, an environment, a kind of change, a level
// of risk, a time of the day or a freeze, and who takes part.
//
// The same number always gives the same texts. Policy::Load takes them without a complaint.
#ifndef LIBCHANGEPOLICY_BENCHMARKS_LARGE_POLICY_H_
#define LIBCHANGEPOLICY_BENCHMARKS_LARGE_POLICY_H_

#include <string>
#include <vector>

#include "libchangepolicy/policy.h"

namespace changepolicy {

// The policy and, above some 20,000 gates, overlays that add the rest: a document has at most 16
// MB. Gate `g` has the id `g-<g>` and stands on DEPLOY, on APPROVE or on both.
std::vector<NamedText> LargePolicy(int gates);

// The service that gate `g` is about: about twenty gates of a policy are about one service. Empty
// for one gate in ten, which finds its changes otherwise: by the tracker's key, the team or the
// owner.
std::string ServiceOfGate(int gate, int gates);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BENCHMARKS_LARGE_POLICY_H_
