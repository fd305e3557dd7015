// `changepolicy audit checkpoint`: signs the log as it is, and keeps what witnesses signed.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file, out, add;
  std::vector<std::string> keys;
  bool list = false;
};

int List(const Options& options) {
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  const absl::StatusOr<std::vector<std::string>> notes = log->Checkpoints();
  if (!notes.ok()) return Fail(notes.status());
  for (size_t i = 0; i < notes->size(); ++i) std::cout << (i > 0 ? "\n" : "") << (*notes)[i];
  return kAllowed;
}

int Run(const Options& options) {
  if (options.list) return List(options);
  if (options.keys.empty() == options.add.empty()) {
    Complain(
        "error: nothing says what to do\n  help: give `--key FILE` with the key that signs, "
        "`--add NOTE` with what a witness signed, or `--list`");
    return kBadInput;
  }
  const std::unique_ptr<AuditLog> log = OpenToAppend({.file = options.file});
  if (log == nullptr) return kBadInput;
  if (!options.add.empty()) {
    const absl::StatusOr<std::string> note = ReadFile(options.add);
    if (!note.ok()) return Fail(note.status());
    const absl::Status added = log->AddCosignatures(*note);
    return added.ok() ? kAllowed : Fail(added);
  }
  const std::optional<std::vector<std::string>> keys = ReadKeys(options.keys);
  if (!keys.has_value()) return kBadInput;
  const absl::StatusOr<std::string> note = log->MakeCheckpoint(*keys);
  if (!note.ok()) return Fail(note.status());
  return WriteOut(options.out, *note) ? kAllowed : kUndecided;
}

}  // namespace

void AddAuditCheckpoint(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "checkpoint", "Sign the log as it is (C2SP tlog-checkpoint), keep the note and print it");
  command->AddOption("LOG", &options->file, "the log's file").Required();
  command->AddOption("--key", &options->keys, "files of the keys that sign");
  command
      ->AddOption("--add", &options->add,
                  "instead: keep the signatures of this note, like a witness's")
      .NotEmpty();
  command->AddFlag("--list", &options->list, "instead: print all that were kept");
  command->AddOption("--out", &options->out, "the file; default: standard output").NotEmpty();
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
