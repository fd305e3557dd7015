// What a policy says of releases: names of branches and tags, kinds of evidence, criteria.
#ifndef LIBCHANGEPOLICY_CHECK_RELEASE_RULES_H_
#define LIBCHANGEPOLICY_CHECK_RELEASE_RULES_H_

#include <set>
#include <string>

#include "changepolicy/v1/policy.pb.h"
#include "libchangepolicy/check/reporter.h"

namespace changepolicy {

class ReleaseRuleChecker : private Reporter {
 public:
  // `clauses` are those that the policy declares.
  ReleaseRuleChecker(const v1::Policy& policy, const Origins& origins,
                     const std::set<std::string>& clauses, Issues* issues)
      : Reporter(origins, issues), policy_(policy), clauses_(clauses) {}

  void CheckBranching();
  void CheckCompatibility();

 private:
  void CheckPatterns(const google::protobuf::RepeatedPtrField<std::string>& patterns,
                     const std::string& element);

  const v1::Policy& policy_;
  const std::set<std::string>& clauses_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_RELEASE_RULES_H_
