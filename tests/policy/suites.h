// The suites of the built-in policy, read once.
#ifndef TESTS_POLICY_SUITES_H_
#define TESTS_POLICY_SUITES_H_

#include <string>
#include <vector>

#include "libchangepolicy/trial/suite.h"

namespace changepolicy {

struct SuiteFile {
  std::string file;
  std::string text;
};
// All suites of tests/policy, by name.
const std::vector<SuiteFile>& AllSuites();
// Those that ask the built-in policy as it is, without overlays.
std::vector<SuiteFile> BuiltinSuites();

absl::StatusOr<std::string> ReadTestFile(const std::string& path);

}  // namespace changepolicy

#endif  // TESTS_POLICY_SUITES_H_
