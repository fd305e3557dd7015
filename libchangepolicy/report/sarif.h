// Checked records in the Static Analysis Results Interchange Format.
#ifndef LIBCHANGEPOLICY_REPORT_SARIF_H_
#define LIBCHANGEPOLICY_REPORT_SARIF_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/report/check_findings.h"

namespace changepolicy {

struct SarifOptions {
  std::string_view tool_version;
  // Where clauses can be read (check_findings.h); may be empty, and rules have no helpUri then.
  std::string clause_url;
  // With which the command ends.
  int exit_code = 0;
};

// SARIF 2.1.0, one run. A rule (reportingDescriptor) for each approval, gate and pair of parts of
// the policies that decided, and two of our own where they have results: `changepolicy.verdict` for
// what no rule explains, `changepolicy.record` for a record that could not be decided. A result for
// each finding: `error` where it stands in the way, `warning` where it was waived or set aside,
// `note` otherwise; all are of kind `fail`, since a reader may leave out the others. What holds has
// no result. Fingerprints are of subject, step and rule, so that a finding is known again whatever
// its wording, place and time.
//
// Ends with a newline. Deterministic; texts that are no UTF-8 are replaced.
std::string Sarif(const std::vector<CheckedRecord>& records, const SarifOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_SARIF_H_
