// What a policy says of releases: names of branches and tags, kinds of evidence, criteria.
#ifndef LIBCHANGEPOLICY_CHECK_RELEASE_RULES_H_
#define LIBCHANGEPOLICY_CHECK_RELEASE_RULES_H_

#include <set>
#include <string>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/check/reporter.h"
#include "libchangepolicy/check/requirements.h"

namespace changepolicy {

class ReleaseRuleChecker : private Reporter {
 public:
  // `clauses` are those that the policy declares. Everything must outlive this object.
  ReleaseRuleChecker(const v1::Policy& policy, const Origins& origins,
                     const std::set<std::string>& clauses, RequirementChecker* requirements,
                     Issues* issues)
      : Reporter(origins, issues),
        policy_(policy),
        clauses_(clauses),
        requirements_(*requirements) {}

  void CheckBranching();
  void CheckCompatibility();
  void CheckCriteria();

 private:
  void CheckPatterns(const google::protobuf::RepeatedPtrField<std::string>& patterns,
                     const std::string& element);

  const v1::Policy& policy_;
  const std::set<std::string>& clauses_;
  RequirementChecker& requirements_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_RELEASE_RULES_H_
