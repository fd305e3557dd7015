// `changepolicy audit export`: entries for other programs.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/audit.h"
#include "cli/audit_json.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_entry_text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file, out;
  std::string format = "jsonl";
  int64_t first = 0;
  int64_t end = -1;
  std::optional<int64_t> entry;
  bool sealed = false;
  bool openings = false;
};

// As the tree has it.
absl::StatusOr<LoggedEntry> SealedEntry(int64_t index, const std::string& bytes) {
  LoggedEntry logged;
  logged.index = index;
  bool parsed = logged.entry.ParseFromString(bytes);
  if (parsed && logged.entry.has_decision()) {
    const v1::DecisionRecord& record = logged.entry.decision();
    LoggedDecision decision;
    if (record.subject_kind() == v1::SUBJECT_KIND_RELEASE) {
      parsed = decision.subject.emplace<v1::Release>().ParseFromString(record.subject());
    } else {
      parsed = decision.subject.emplace<v1::ChangeRequest>().ParseFromString(record.subject());
    }
    parsed = parsed && decision.decision.ParseFromString(record.decision());
    logged.decision = std::move(decision);
  }
  if (parsed) return logged;
  return absl::DataLossError(
      ToAbsl(StrCat("entry ", index, " cannot be read; `audit verify` says more")));
}

absl::Status Export(const Options& options, AuditLog* log, std::string* text) {
  CP_ASSIGN_OR_RETURN(const int64_t size, log->Size());
  const int64_t first = options.entry.value_or(options.first);
  int64_t end = options.end < 0 ? size : std::min(options.end, size);
  if (options.entry.has_value()) {
    if (first < 0 || first >= size) {
      return NotFound(StrCat("there is no entry ", first, ": the log has ", size, " entries"));
    }
    end = first + 1;
  }
  if (options.format == "binary") {
    for (int64_t index = first; index < end; ++index) {
      CP_ASSIGN_OR_RETURN(const std::string bytes, log->ReadBytes(index));
      if (!options.entry.has_value()) {
        const auto length = static_cast<uint32_t>(bytes.size());
        for (int shift = 0; shift < 32; shift += 8) {
          text->push_back(static_cast<char>((length >> shift) & 0xff));
        }
      }
      *text += bytes;
    }
    return absl::OkStatus();
  }
  const bool csv = options.format == "csv";
  if (csv) *text += EntryCsvHeader();
  const auto write = [&](const LoggedEntry& entry) {
    *text += csv ? EntryCsv(entry) : EntryJson(entry) + "\n";
  };
  if (options.sealed) {
    for (int64_t index = first; index < end; ++index) {
      CP_ASSIGN_OR_RETURN(const std::string bytes, log->ReadBytes(index));
      CP_ASSIGN_OR_RETURN(const LoggedEntry entry, SealedEntry(index, bytes));
      write(entry);
    }
    return absl::OkStatus();
  }
  if (first >= end) return absl::OkStatus();
  const absl::Status read = log->ReadAll(first, [&](LoggedEntry entry) {
    write(entry);
    return entry.index + 1 < end ? absl::OkStatus() : absl::CancelledError();
  });
  return absl::IsCancelled(read) ? absl::OkStatus() : read;
}

int Run(const Options& options) {
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  std::string text;
  if (options.openings) {
    const absl::StatusOr<std::vector<v1::Opening>> openings = log->Openings();
    if (!openings.ok()) return Fail(openings.status());
    for (const v1::Opening& opening : *openings)
      StrAppend(&text, MessageJson(opening, false), "\n");
  } else {
    const absl::Status exported = Export(options, log.get(), &text);
    if (!exported.ok()) return Fail(exported);
  }
  return WriteOut(options.out, text) ? kAllowed : kUndecided;
}

}  // namespace

void AddAuditExport(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "export", "Write entries as JSON lines, comma-separated values or bytes");
  command->AddOption("LOG", &options->file, "the log's file").Required();
  command->AddOption("--first", &options->first, "the first entry").NotNegative().ShowsDefault();
  command->AddOption("--end", &options->end, "the first entry that is not written");
  command->AddOption("--entry", &options->entry,
                     "this entry alone; as binary the very bytes of its leaf");
  command
      ->AddOption("--format", &options->format,
                  "jsonl, csv, or binary: each entry after its length in four bytes, the lowest "
                  "first")
      .OneOf({"jsonl", "csv", "binary"})
      .ShowsDefault();
  command->AddFlag("--sealed", &options->sealed, "commitments instead of personal data");
  command->AddFlag("--openings", &options->openings,
                   "the openings of commitments instead of entries: personal data in the clear");
  command->AddOption("--out", &options->out, "the file; default: standard output").NotEmpty();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
