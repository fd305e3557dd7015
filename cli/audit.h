// What the commands below `audit` have in common.
#ifndef CLI_AUDIT_H_
#define CLI_AUDIT_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/subject_options.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy::cli {

class Command;
class Option;

// Each below `audit`, by a file of its own.
void AddAuditAppend(Command* audit);
void AddAuditVerify(Command* audit);
void AddAuditProve(Command* audit);
void AddAuditCheckpoint(Command* audit);
void AddAuditReplay(Command* audit);
void AddAuditExport(Command* audit);
void AddAuditSample(Command* audit);
void AddAuditReport(Command* audit);
void AddAuditErase(Command* audit);
void AddAuditKey(Command* audit);

// Where to append, and as whom.
struct LogTarget {
  std::string file;
  std::string origin;  // makes the log where there is none
  std::string recorded_by;
  std::string recorded_at;  // default: this machine's clock
};
// With `prefix` before the options' names: `log-` beside options of another command. Returns them.
std::vector<Option> AddLogTargetOptions(Command* command, const std::string& prefix,
                                        LogTarget* target);

// Nothing, and a complaint, where it cannot be opened.
std::unique_ptr<AuditLog> OpenToAppend(const LogTarget& target);
std::unique_ptr<AuditLog> OpenToRead(const std::string& file);

// The keys that files or arguments name: a file's lines without blank ones and comments (`#`), or
// the key itself where the text is one. Nothing, and a complaint, where a file cannot be read or
// holds none.
std::optional<std::vector<std::string>> ReadKeys(const std::vector<std::string>& names);
// Notes, each from a file.
std::optional<std::vector<std::string>> ReadNotes(const std::vector<std::string>& files);

// Writes to the file, or to standard output where there is none. False, and a complaint, where that
// fails.
bool WriteOut(const std::string& file, std::string_view text);

// Complains of an error and gives the code to exit with: 3 for what the caller can put right, 2 for
// the rest.
int Fail(const absl::Status& status);

}  // namespace changepolicy::cli

#endif  // CLI_AUDIT_H_
