// What a requirement of approvals may say: its form, its numbers, whom it names.
#ifndef LIBCHANGEPOLICY_CHECK_REQUIREMENTS_H_
#define LIBCHANGEPOLICY_CHECK_REQUIREMENTS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/check/reporter.h"

namespace changepolicy {

// Thread-compatible. `roles`, those that the policy declares, may grow until the first question.
class RequirementChecker : private Reporter {
 public:
  RequirementChecker(const Origins& origins, const std::set<std::string>& roles, Issues* issues)
      : Reporter(origins, issues), roles_(roles) {}

  // The whole tree; `element` is its place, like `approvals[cab].needs`.
  void CheckRequirement(const v1::Requirement& needs, const std::string& element, int depth = 0);
  void CheckEligible(const v1::Eligible& of, const std::string& element);
  void CheckRole(const std::string& role, const std::string& element);
  // A part that somebody can play in a subject.
  void CheckPart(int part, const std::string& element);
  void CheckParts(const google::protobuf::RepeatedField<int>& parts, const std::string& element);
  // Over all requirements that were checked: a slip in the name of a group takes its slot out of
  // it.
  void CheckGroups();

 private:
  void CheckSlot(const v1::Requirement& slot, const std::string& element);

  const std::set<std::string>& roles_;
  std::map<std::string, std::vector<std::string>> slots_of_group_;  // elements
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_REQUIREMENTS_H_
