#include "libchangepolicy/eval/explanation.h"

#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/eval/minimal_fix.h"
#include "libchangepolicy/eval/minimal_reason.h"
#include "libchangepolicy/eval/missing_facts.h"

namespace changepolicy {

template <typename SubjectMessage>
absl::StatusOr<v1::Explanation> Explain(const CheckedPolicy& policy,
                                        const BoundOrganization& organization,
                                        const SubjectMessage& subject,
                                        const DecideOptions& question,
                                        const v1::Decision& decision) {
  DecideOptions options = question;
  options.inspect = nullptr;
  v1::Explanation explanation;
  CP_ASSIGN_OR_RETURN(MissingFacts missing,
                      FindMissingFacts(policy, organization, subject, options));
  for (v1::MissingFact& fact : missing.facts) *explanation.add_missing() = std::move(fact);
  explanation.set_missing_exact(missing.exact);
  if (decision.verdict() != v1::VERDICT_ALLOWED) {
    CP_ASSIGN_OR_RETURN(FixSearch search,
                        FindMinimalFix(policy, organization, subject, options, decision));
    *explanation.mutable_fix() = std::move(search.fix);
  } else {
    CP_ASSIGN_OR_RETURN(ReasonSearch search,
                        FindMinimalReason(policy, organization, subject, options, decision));
    *explanation.mutable_reason() = std::move(search.reason);
  }
  return explanation;
}

template absl::StatusOr<v1::Explanation> Explain(const CheckedPolicy&, const BoundOrganization&,
                                                 const v1::ChangeRequest&, const DecideOptions&,
                                                 const v1::Decision&);
template absl::StatusOr<v1::Explanation> Explain(const CheckedPolicy&, const BoundOrganization&,
                                                 const v1::Release&, const DecideOptions&,
                                                 const v1::Decision&);

}  // namespace changepolicy
