// Checked records as commands of GitHub's workflows: annotations on files and on the run.
#ifndef LIBCHANGEPOLICY_REPORT_WORKFLOW_COMMANDS_H_
#define LIBCHANGEPOLICY_REPORT_WORKFLOW_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/report/check_findings.h"

namespace changepolicy {

// What GitHub shows of each kind in one step.
inline constexpr int kMostAnnotations = 10;

// A line for each annotation, `::error file=F,line=L,title=T::message`: errors for what stands in
// the way, warnings for what is worth knowing, a notice for each record that is ALLOWED. Of each
// kind at most kMostAnnotations; where there are more, the last one says how many were left out. A
// record that is not ALLOWED gives at least one error as long as there is room, so that errors are
// there exactly when something is not ALLOWED.
std::string WorkflowAnnotations(const std::vector<CheckedRecord>& records);

// Text for a log of such a workflow, which takes lines that begin with `::`, and `##[` anywhere,
// for commands: neither is in the result, and nothing else is changed. Lines end as they did.
std::string WorkflowLogText(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_WORKFLOW_COMMANDS_H_
