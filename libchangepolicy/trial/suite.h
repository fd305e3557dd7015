// Policy test suites: cases with a subject, an instant and what is expected (trial.proto).
#ifndef LIBCHANGEPOLICY_TRIAL_SUITE_H_
#define LIBCHANGEPOLICY_TRIAL_SUITE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/trial.pb.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/policy.h"
#include "libchangepolicy/trial/suite_files.h"

namespace changepolicy {

struct CaseResult {
  std::string name;
  // What differs from what was expected, each in a sentence; empty: passed.
  std::vector<std::string> differences;
  // Rules and lints that the case saw, with their status: for coverage.
  std::vector<std::pair<std::string, v1::Status>> seen;
  // Rules, lints and obligations that its expectation names, sorted.
  std::vector<std::string> named;
  // The policy with the case's edits, and what it answered: of a subject the decision, otherwise
  // the answers of the lints by their target. Nothing where the case could not be asked.
  std::optional<Policy> policy;
  std::optional<v1::Decision> decision;
  std::vector<std::pair<v1::LintTarget, v1::LintAnswer>> lints;
};

struct SuiteResult {
  std::string title;
  // The policy that its cases ask, before their edits.
  std::optional<Policy> policy;
  std::vector<CaseResult> cases;
  // Why the suite could not be run, or parts of it.
  Issues issues;
  // There are cases, each came out as expected, and nothing kept any from being run.
  bool passed() const;
};

struct SuiteOptions {
  // Instead of the policies that the suite names: for asking a changed policy the same questions.
  const Policy* policy = nullptr;
};

// Reads and runs a suite: YAML, JSON or textproto.
SuiteResult RunSuite(std::string_view text, const std::string& file, const FileReader& reader,
                     const SuiteOptions& options = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_SUITE_H_
