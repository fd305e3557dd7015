// `changepolicy audit append`: what happened, into the log.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/json_lines.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy::cli {

namespace {

struct Options {
  LogTarget target;
  std::vector<std::string> files;
  PolicyOptions policy;
};

// Entries of one commit: all of a small file, and bounded memory for a large one.
constexpr size_t kBatch = 512;

std::optional<v1::EventRecord> ReadEvent(std::string_view text, Format format,
                                         const std::string& name, int line) {
  v1::EventRecord event;
  Issues issues = ReadMessage(text, format, name, &event);
  if (line > 0) PlaceInLine(line, &issues);
  if (!HasErrors(issues) && event.event_case() == v1::EventRecord::EVENT_NOT_SET) {
    Complain(StrCat(Printable(name), line > 0 ? StrCat(":", line) : "",
                    ": error: it says nothing\n  help: write what happened under its kind, like "
                    "`deployment: {...}` or `change: {...}`"));
    return std::nullopt;
  }
  if (!issues.empty()) Complain(ToText(issues));
  if (HasErrors(issues)) return std::nullopt;
  return event;
}

// All of the files, before anything is written.
std::optional<std::vector<v1::EventRecord>> ReadEvents(const std::vector<std::string>& files) {
  std::vector<v1::EventRecord> events;
  bool whole = true;
  for (const std::string& file : files) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) {
      Complain(StrCat("error: ", FromAbsl(text.status().message())));
      whole = false;
      continue;
    }
    std::vector<std::pair<int, std::string>> parts = {{0, *text}};
    if (file.ends_with(".jsonl")) parts = JsonLines(*text);
    if (parts.empty()) {
      Complain(StrCat(Printable(file),
                      ": error: there are no events in it\n  help: write one JSON "
                      "object per line"));
      whole = false;
    }
    for (const auto& [line, part] : parts) {
      std::optional<v1::EventRecord> event =
          ReadEvent(part, line > 0 ? Format::kJson : Format::kAuto, file, line);
      if (event.has_value()) {
        events.push_back(*std::move(event));
      } else {
        whole = false;
      }
    }
  }
  if (!whole) {
    Complain("error: nothing was appended");
    return std::nullopt;
  }
  return events;
}

int Run(const Options& options) {
  const std::optional<absl::Time> at = ParseNow(options.target.recorded_at);
  if (!at.has_value()) return kBadInput;
  const std::optional<Policy> policy = LoadPolicy(options.policy, false);
  if (!policy.has_value()) return kBadInput;
  std::optional<std::vector<v1::EventRecord>> events = ReadEvents(options.files);
  if (!events.has_value()) return kBadInput;
  const std::unique_ptr<AuditLog> log = OpenToAppend(options.target);
  if (log == nullptr) return kBadInput;
  std::vector<LogItem> items;
  const auto flush = [&]() -> absl::Status {
    const absl::StatusOr<std::vector<int64_t>> indices = log->AppendAll(items);
    if (!indices.ok()) return indices.status();
    for (const int64_t index : *indices) std::cout << index << "\n";
    items.clear();
    return absl::OkStatus();
  };
  for (v1::EventRecord& event : *events) {
    items.push_back({.recorded_at = *at,
                     .recorded_by = options.target.recorded_by,
                     .content = LoggedEvent{*policy, std::move(event)}});
    if (items.size() < kBatch) continue;
    if (const absl::Status status = flush(); !status.ok()) return Fail(status);
  }
  if (const absl::Status status = flush(); !status.ok()) return Fail(status);
  return kAllowed;
}

}  // namespace

void AddAuditAppend(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "append",
      "Add events to the log: deployments, approvals, incidents, records as they stand. "
      "Prints the index of each");
  command->AddOption("LOG", &options->target.file, "the log's file").Required();
  command
      ->AddOption("FILE", &options->files,
                  "an event each (YAML, JSON, textproto or serialized), or JSON lines; - is "
                  "standard input")
      .Required();
  command
      ->AddOption("--policy", &options->policy.policy, "the policy that says what is personal data")
      .ShowsDefault();
  command->AddOption("--overlay", &options->policy.overlays, "overlays, in their order");
  AddLogTargetOptions(command, "", &options->target);
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
