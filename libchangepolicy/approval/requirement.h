// The requirements of a policy's rules, read once: what they ask for, or what is wrong with them.
// Included by the plan only.
#ifndef LIBCHANGEPOLICY_APPROVAL_REQUIREMENT_H_
#define LIBCHANGEPOLICY_APPROVAL_REQUIREMENT_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/approval/plan.h"

namespace changepolicy {

// Thread-compatible.
class RequirementCompiler {
 public:
  // Gives numbers to what the rules of `plan` have in common.
  RequirementCompiler(const v1::SeparationOfDuties& separation, ApprovalPlan* plan);

  // `needs` may be null, which is an error of the rule.
  std::unique_ptr<const RulePlan> Compile(const v1::Requirement* needs,
                                          const v1::ApprovalRule& rule);

 private:
  int Fail(std::string_view code, std::string message);
  int NewNode(RequirementNode::Kind kind);
  template <typename List>
  int AddList(const List& list, std::string_view name, int at_least, const std::string& path,
              int depth);
  int Add(const v1::Requirement& needs, const std::string& path, int depth);
  int AddSlot(const v1::Requirement& needs, const std::string& path, const std::string& at);
  PartMask ApartFor(const v1::Requirement& needs) const;
  std::vector<int> GroupsOf(const v1::Requirement& needs);
  bool IsPlain() const;

  ApprovalPlan& plan_;
  PartMask apart_ = 0;  // where a slot says nothing else
  PartMask kept_ = 0;   // from approving, whatever a slot says
  RulePlan out_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_REQUIREMENT_H_
