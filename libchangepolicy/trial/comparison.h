// What a case came to against what it must give.
#ifndef LIBCHANGEPOLICY_TRIAL_COMPARISON_H_
#define LIBCHANGEPOLICY_TRIAL_COMPARISON_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/trial.pb.h"

namespace changepolicy {

// What a case came to.
struct Seen {
  std::optional<v1::Decision> decision;
  std::map<std::string, v1::Status> rules;
  std::vector<std::pair<v1::LintTarget, v1::LintAnswer>> lints;
};

// Each difference between what is expected of the decision and the rules and what was seen, as a
// sentence; what is not stated is not compared.
std::vector<std::string> Differences(const v1::Expectation& expected, const Seen& seen);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_COMPARISON_H_
