// The requirements of rules that are judged together, as one tree over numbered slots.
#ifndef LIBCHANGEPOLICY_APPROVAL_REQUIREMENT_H_
#define LIBCHANGEPOLICY_APPROVAL_REQUIREMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/approval/assignment.h"
#include "libchangepolicy/approval/eligibility.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {

// What an approval must be for, whichever slot of the rule it is to fill.
struct RuleTerms {
  std::string id;
  AspectMask aspects = kAllAspects;
  v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED;
  std::string criterion;
  const v1::Requirement* needs = nullptr;
};
RuleTerms TermsOf(const v1::ApprovalRule& rule);

// Who does not count for a slot whatever they approve, and why.
struct Apartness {
  std::vector<v1::Part> parts;             // sorted
  std::vector<v1::Part> part_of;           // by person; unspecified: none of them
  std::vector<std::string> unmapped;       // accounts in these parts that nobody knows
  std::vector<std::string> unknown_facts;  // parts whose holders are not all known
};

// One slot with everything that decides who may fill it.
struct SlotTerms {
  int rule = 0;      // index of the rule
  std::string path;  // in its tree
  const v1::Requirement* declared = nullptr;
  std::shared_ptr<const Electorate> electorate;
  std::shared_ptr<const Apartness> apart;
  int eligible = 0;  // people at `now`, after separation of duties and recusals
  int needed = 0;
};

struct CompiledRule {
  int root = -1;
  std::vector<int> slots;             // depth first
  std::vector<std::string> unknown;   // facts, sorted
  std::vector<std::string> unmapped;  // accounts, sorted
  bool electorate_unknown = false;    // who is eligible depends on an unknown fact
  bool by_percentage = false;         // some slot is a percentage
  std::string error, error_code;
};

struct CompiledRequirements {
  std::vector<AssignmentSlot> slots;
  std::vector<SlotTerms> terms;  // parallel to slots
  std::vector<RequirementNode> nodes;
  std::vector<CompiledRule> rules;  // parallel to the terms given
  // Rules that share a group of distinctness, by their smallest index; each rule in one.
  std::vector<std::vector<int>> components;
};

// `recused[rule][person]`: takes no part in that rule's decision.
CompiledRequirements CompileRequirements(absl::Span<const RuleTerms> rules,
                                         const ApprovalContext& context,
                                         const ApprovalSubject& subject,
                                         const std::vector<std::vector<bool>>& recused,
                                         ElectorateIndex* electorates);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_REQUIREMENT_H_
