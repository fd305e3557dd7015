// What a rule compares with: the values that its expressions write out.
#ifndef LIBCHANGEPOLICY_EVAL_RULE_LITERALS_H_
#define LIBCHANGEPOLICY_EVAL_RULE_LITERALS_H_

#include <cstdint>
#include <set>
#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/check/checked_policy.h"

namespace changepolicy {

struct Literals {
  std::set<std::string> texts;
  std::set<int64_t> integers;
  std::set<double> numbers;

  void Add(const Literals& others);
};

// Of the condition and the demand of the outcome's rule, and of the definitions that these use.
// Linear in their size.
Literals LiteralsOf(const CheckedPolicy& policy, const v1::RuleOutcome& outcome);

// Also of what category, risk and priority are found by, where the rule reads these.
Literals LiteralsBehind(const CheckedPolicy& policy, const v1::RuleOutcome& outcome);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_RULE_LITERALS_H_
