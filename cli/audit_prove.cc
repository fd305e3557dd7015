// `changepolicy audit prove`: that an entry is in the log, that the log only grew; and whether a
// proof holds, which needs no log.
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit.h"
#include "cli/audit_json.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "libchangepolicy/audit/checkpoint.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/audit/proof_text.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct Options {
  std::string file;
  std::optional<int64_t> index, from, size;
  std::string format = "text";
  std::string out;
  std::string check, leaf;
  std::vector<std::string> keys;
};

// The smallest kept checkpoint that covers the entry, or the one of the size that is asked for.
absl::StatusOr<std::string> CheckpointFor(const Options& options, AuditLog* log) {
  CP_ASSIGN_OR_RETURN(const std::vector<std::string> notes, log->Checkpoints());
  std::optional<uint64_t> best;
  std::string found;
  for (const std::string& note : notes) {
    CP_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadUnverifiedCheckpoint(note));
    const bool fits = options.size.has_value()
                          ? checkpoint.size == static_cast<uint64_t>(*options.size)
                          : checkpoint.size > static_cast<uint64_t>(*options.index);
    // Of several of one size the last, which may have other keys.
    if (!fits || (best.has_value() && checkpoint.size > *best)) continue;
    best = checkpoint.size;
    found = note;
  }
  if (best.has_value()) return found;
  return NotFound(
      StrCat("no checkpoint of the log ",
             options.size.has_value() ? StrCat("has ", *options.size, " entries")
                                      : StrCat("covers entry ", *options.index),
             "; `changepolicy audit checkpoint` signs one, `--format json` needs none"));
}

absl::StatusOr<std::string> ProveEntry(const Options& options, AuditLog* log) {
  const int64_t index = *options.index;
  CP_ASSIGN_OR_RETURN(const std::string leaf, log->ReadBytes(index));
  if (options.format == "text") {
    CP_ASSIGN_OR_RETURN(const std::string note, CheckpointFor(options, log));
    CP_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ReadUnverifiedCheckpoint(note));
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> proof,
                        log->ProveInclusion(index, static_cast<int64_t>(checkpoint.size)));
    ProofText text{.index = static_cast<uint64_t>(index), .checkpoint = note};
    for (const std::string& hash : proof) {
      CP_ASSIGN_OR_RETURN(text.proof.emplace_back(), HashFromBytes(hash, "hash of the proof"));
    }
    return WriteProofText(text);
  }
  CP_ASSIGN_OR_RETURN(const int64_t whole, log->Size());
  const int64_t size = options.size.value_or(whole);
  CP_ASSIGN_OR_RETURN(const std::vector<std::string> proof, log->ProveInclusion(index, size));
  CP_ASSIGN_OR_RETURN(const std::string root, log->Root(size));
  return InclusionJson(log->origin(), index, size, root, BytesOf(LeafHash(leaf)), proof);
}

absl::StatusOr<std::string> ProveGrowth(const Options& options, AuditLog* log) {
  CP_ASSIGN_OR_RETURN(const int64_t whole, log->Size());
  const int64_t size = options.size.value_or(whole);
  CP_ASSIGN_OR_RETURN(const std::vector<std::string> proof,
                      log->ProveConsistency(*options.from, size));
  CP_ASSIGN_OR_RETURN(const std::string root1, log->Root(*options.from));
  CP_ASSIGN_OR_RETURN(const std::string root2, log->Root(size));
  return ConsistencyJson(log->origin(), *options.from, size, root1, root2, proof);
}

int Check(const Options& options) {
  const std::optional<std::vector<std::string>> keys = ReadKeys(options.keys);
  if (!keys.has_value()) return kBadInput;
  const absl::StatusOr<std::string> proof = ReadFile(options.check);
  if (!proof.ok()) return Fail(proof.status());
  const absl::StatusOr<std::string> leaf = ReadFile(options.leaf);
  if (!leaf.ok()) return Fail(leaf.status());
  std::vector<VerifierKey> trusted;
  for (const std::string& text : *keys) {
    absl::StatusOr<VerifierKey> key = ParseVerifierKey(text);
    if (!key.ok()) return Fail(key.status());
    trusted.push_back(*std::move(key));
  }
  const absl::StatusOr<ProofText> parsed = ParseProofText(*proof);
  if (!parsed.ok()) return Fail(parsed.status());
  // A log signs under its own name: of the keys only those count that bear it.
  const absl::StatusOr<Checkpoint> claimed = ReadUnverifiedCheckpoint(parsed->checkpoint);
  if (!claimed.ok()) return Fail(claimed.status());
  trusted.erase(std::remove_if(trusted.begin(), trusted.end(),
                               [&](const VerifierKey& key) { return key.name != claimed->origin; }),
                trusted.end());
  if (trusted.empty()) {
    Complain(StrCat("error: the proof does not hold: it is about the log `",
                    Printable(claimed->origin), "`, and no key that was given is that log's"));
    return kDenied;
  }
  const absl::StatusOr<ProvedEntry> proven =
      VerifyProofText(*proof, *leaf, {.origin = claimed->origin, .log_keys = std::move(trusted)});
  if (!proven.ok()) {
    Complain(StrCat("error: the proof does not hold: ", MessageOf(proven.status())));
    return kDenied;
  }
  const Checkpoint& checkpoint = proven->checkpoint.checkpoint;
  std::cout << "entry " << proven->index << " of the log " << Printable(checkpoint.origin) << " at "
            << checkpoint.size << " entries: proved\n";
  return kAllowed;
}

int Run(const Options& options) {
  if (!options.check.empty()) return Check(options);
  if (options.file.empty() || options.index.has_value() == options.from.has_value()) {
    Complain(
        "error: nothing says what to prove\n  help: give the log and `--index N` for an entry, "
        "or `--from N` for growth since that size; `--check PROOF` needs no log");
    return kBadInput;
  }
  const std::unique_ptr<AuditLog> log = OpenToRead(options.file);
  if (log == nullptr) return kBadInput;
  const absl::StatusOr<std::string> proof =
      options.index.has_value() ? ProveEntry(options, log.get()) : ProveGrowth(options, log.get());
  if (!proof.ok()) return Fail(proof.status());
  return WriteOut(options.out, *proof) ? kAllowed : kUndecided;
}

}  // namespace

void AddAuditProve(Command* audit) {
  auto options = std::make_shared<Options>();
  Command* const command = audit->AddSubcommand(
      "prove",
      "Prove that an entry is in the log (C2SP tlog-proof, or JSON), or that the log goes on "
      "from an earlier size; and check such a proof without the log");
  command->AddOption("LOG", &options->file, "the log's file");
  command->AddOption("--index", &options->index, "the entry").NotNegative();
  command->AddOption("--from", &options->from, "the earlier size: prove that nothing of it changed")
      .NotNegative();
  command
      ->AddOption("--size", &options->size,
                  "the size of the tree; default: of a proof as text the smallest checkpoint that "
                  "covers the entry, otherwise the whole log")
      .NotNegative();
  command->AddOption("--format", &options->format, "text or json; of `--from` always json")
      .OneOf({"text", "json"})
      .ShowsDefault();
  command->AddOption("--out", &options->out, "the file; default: standard output").NotEmpty();
  const Option check =
      command->AddOption("--check", &options->check, "check this proof instead of making one");
  command
      ->AddOption("--entry", &options->leaf,
                  "with --check: the entry's bytes, as `audit export --entry N --format binary` "
                  "writes them")
      .Needs("--check");
  command->AddOption("--key", &options->keys, "with --check: verifier keys to trust")
      .Needs("--check");
  check.Needs("--entry").Needs("--key");
  command->Runs([options] { return Run(*options); });
}

}  // namespace changepolicy::cli
