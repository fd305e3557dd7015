// From numbers back to people: one component of rules is put to the assignment and its solution
// told as answers. Included by evaluate.cc only.
#ifndef LIBCHANGEPOLICY_APPROVAL_OUTCOME_H_
#define LIBCHANGEPOLICY_APPROVAL_OUTCOME_H_

#include <map>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/ballots.h"
#include "libchangepolicy/approval/requirement.h"

namespace changepolicy {

// Everything that the answers of one evaluation are made from.
struct Poll {
  const ApprovalContext& context;
  absl::Span<const RuleTerms> rules;
  const CompiledRequirements& compiled;
  const BallotBox& box;
  const std::vector<std::vector<bool>>& recused;  // by rule, person
  const std::vector<v1::StandingVeto>& vetoes;
  std::vector<absl::Time>* changes;
};

// The claims of all ballots to the slots of some rules, ready to be solved.
struct Claims {
  AssignmentProblem problem;
  // Ballots behind each voice, the preferred first.
  std::vector<std::vector<int>> ballots_of;
  // By rule: conditions, not met, of approvals that count there.
  std::map<int, std::vector<std::string>> open_conditions;
};
Claims CollectClaims(const std::vector<int>& rules, const Poll& poll);

// Fills in outcome, counted and status of these rules' answers, which were judged together.
void Tell(const std::vector<int>& rules, const Claims& claims, const AssignmentSolution& solution,
          const Poll& poll, std::vector<RuleAnswer>* answers);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_OUTCOME_H_
