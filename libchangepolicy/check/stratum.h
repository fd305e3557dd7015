// The order in which a decision is computed: an expression may read only what stands before it, so
// that no rule depends on itself (docs/evaluation.md, "Strata").
#ifndef LIBCHANGEPOLICY_CHECK_STRATUM_H_
#define LIBCHANGEPOLICY_CHECK_STRATUM_H_

#include <string_view>

namespace changepolicy {

enum class Stratum { kFacts, kRisk, kCategory, kCalendar, kApprovals, kGates, kObligations };

constexpr std::string_view Name(Stratum stratum) {
  switch (stratum) {
    case Stratum::kFacts:
      return "facts";
    case Stratum::kRisk:
      return "risk";
    case Stratum::kCategory:
      return "category";
    case Stratum::kCalendar:
      return "calendar";
    case Stratum::kApprovals:
      return "approvals";
    case Stratum::kGates:
      return "gates";
    case Stratum::kObligations:
      return "obligations";
  }
  return "";
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_STRATUM_H_
