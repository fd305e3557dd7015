// What `changepolicy policy` prints of a policy and of its suites: the starter, the table of
// clauses, results.
#ifndef CLI_POLICY_TEXT_H_
#define CLI_POLICY_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/policy.h"
#include "libchangepolicy/trial/suite.h"

namespace changepolicy::cli {

std::string_view StarterPolicy();

// Clause, what carries it, its controls; one row per clause, in the order of their ids.
std::string ClauseTable(const Policy& policy);
// Clauses that nothing carries.
std::vector<std::string> UncarriedClauses(const Policy& policy);

std::string JUnit(const std::vector<SuiteResult>& suites);

}  // namespace changepolicy::cli

#endif  // CLI_POLICY_TEXT_H_
