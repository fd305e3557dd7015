// Records and what came of them, for the reports that other systems read.
#ifndef CLI_CHECKED_RECORDS_H_
#define CLI_CHECKED_RECORDS_H_

#include <string>
#include <vector>

#include "cli/inputs.h"
#include "cli/subject_options.h"
#include "libchangepolicy/report/check_findings.h"
#include "libchangepolicy/report/comment_markdown.h"

namespace changepolicy::cli {

class Command;

// A record that was read by these options and decided by `policy`. Its facts are found in its file
// when they are asked for.
CheckedRecord Checked(const Record& record, const SubjectOptions& read_by, v1::Decision decision,
                      const Policy& policy);
// One that was not.
CheckedRecord Undecided(const Record& record, const SubjectOptions& read_by,
                        const std::string& problem);

// `--clause-url`.
void AddClauseUrl(Command* command, std::string* clause_url);

// Appends the records as Markdown to `file`, which GitHub made for the summary of a step and of
// which it takes one MiB. False, and a complaint, where it cannot be written.
bool AppendSummary(const std::string& file, const std::vector<CheckedRecord>& records,
                   const std::string& clause_url);

}  // namespace changepolicy::cli

#endif  // CLI_CHECKED_RECORDS_H_
