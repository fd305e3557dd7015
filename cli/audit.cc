// `changepolicy audit`: the record that an auditor can check.
#include "cli/audit.h"

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

std::vector<Option> AddLogTargetOptions(Command* command, const std::string& prefix,
                                        LogTarget* target) {
  const Option origin =
      command
          ->AddOption("--" + prefix + "origin", &target->origin,
                      "make the log where there is none, under this name, like example.com/changes")
          .NotEmpty();
  const Option by =
      command->AddOption("--" + prefix + "recorded-by", &target->recorded_by,
                         "the system or account that appends, as it is to stand in the log");
  const Option at =
      command
          ->AddOption("--" + prefix + "recorded-at", &target->recorded_at,
                      "when it was appended, as it is to stand in the log; default: the clock")
          .NotEmpty();
  return {origin, by, at};
}

int Fail(const absl::Status& status) {
  Complain(StrCat("error: ", MessageOf(status)));
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return kBadInput;
    default:
      return kUndecided;
  }
}

std::unique_ptr<AuditLog> OpenToAppend(const LogTarget& target) {
  absl::StatusOr<std::unique_ptr<AuditLog>> log =
      AuditLog::Open(target.file, {.create = !target.origin.empty(), .origin = target.origin});
  if (log.ok()) return *std::move(log);
  Complain(
      StrCat("error: ", MessageOf(log.status()),
             absl::IsNotFound(log.status()) && target.origin.empty()
                 ? "\n  help: a new log needs a name: give its origin, like example.com/changes"
                 : ""));
  return nullptr;
}

std::unique_ptr<AuditLog> OpenToRead(const std::string& file) {
  absl::StatusOr<std::unique_ptr<AuditLog>> log = AuditLog::Open(file, {.read_only = true});
  if (log.ok()) return *std::move(log);
  Complain(StrCat("error: ", MessageOf(log.status())));
  return nullptr;
}

std::optional<std::vector<std::string>> ReadKeys(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    const absl::StatusOr<std::string> text = ReadFile(name);
    if (!text.ok()) {
      // A verifier key has two signs `+` in it; few names of files do.
      if (name.find('+') != std::string::npos && name.find('\n') == std::string::npos) {
        keys.push_back(name);
        continue;
      }
      Complain(StrCat("error: ", MessageOf(text.status())));
      return std::nullopt;
    }
    const size_t before = keys.size();
    for (const absl::string_view line : absl::StrSplit(*text, '\n')) {
      const absl::string_view key = absl::StripAsciiWhitespace(line);
      if (!key.empty() && key[0] != '#') keys.emplace_back(key);
    }
    if (keys.size() == before) {
      Complain(StrCat("error: `", Printable(name),
                      "` holds no key\n  help: `changepolicy audit key`"
                      " makes one"));
      return std::nullopt;
    }
  }
  return keys;
}

std::optional<std::vector<std::string>> ReadNotes(const std::vector<std::string>& files) {
  std::vector<std::string> notes;
  for (const std::string& file : files) {
    absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) {
      Complain(StrCat("error: ", MessageOf(text.status())));
      return std::nullopt;
    }
    notes.push_back(*std::move(text));
  }
  return notes;
}

bool WriteOut(const std::string& file, std::string_view text) {
  if (file.empty()) {
    std::cout << text;
    return true;
  }
  const absl::Status written = ReplaceFile(file, text);
  if (!written.ok()) Complain(StrCat("error: ", MessageOf(written)));
  return written.ok();
}

void AddAudit(Command* app) {
  Command* const audit = app->AddSubcommand(
      "audit",
      "The audit log: append, verify, prove, sign, replay, export, sample, report, erase. Exits "
      "with "
      "0 all is well, 1 something was found, 2 it could not be told, 3 bad input");
  audit->RequiresSubcommand();
  AddAuditAppend(audit);
  AddAuditVerify(audit);
  AddAuditProve(audit);
  AddAuditCheckpoint(audit);
  AddAuditReplay(audit);
  AddAuditExport(audit);
  AddAuditSample(audit);
  AddAuditReport(audit);
  AddAuditErase(audit);
  AddAuditKey(audit);
}

}  // namespace changepolicy::cli
