// `changepolicy audit key`: makes keys that sign checkpoints, and passes on from one to the next.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/audit.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "libchangepolicy/audit/key_change.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/base/random.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

struct KeyOptions {
  std::string name, out;
  bool witness = false;
};

int MakeKey(const KeyOptions& options) {
  Ed25519Seed seed;
  if (const absl::Status filled = FillRandom(absl::MakeSpan(seed)); !filled.ok()) {
    return Fail(filled);
  }
  const absl::StatusOr<SignerKey> key = GenerateKey(
      options.name, seed, options.witness ? SignatureType::kCosignature : SignatureType::kEd25519);
  if (!key.ok()) return Fail(key.status());
  const absl::Status written = WriteSecret(options.out, WriteSignerKey(*key) + "\n");
  if (!written.ok()) return Fail(written);
  std::cout << WriteVerifierKey(key->verifier) << "\n";
  return kAllowed;
}

struct RotateOptions {
  LogTarget target;
  std::string old_key, new_key;
};

absl::StatusOr<SignerKey> OneSigner(const std::string& file) {
  const std::optional<std::vector<std::string>> keys = ReadKeys({file});
  if (!keys.has_value()) return InvalidArgument("no key was read");
  if (keys->size() != 1) return InvalidArgument(StrCat("`", file, "` holds more than one key"));
  return ParseSignerKey(keys->front());
}

int Rotate(const RotateOptions& options) {
  const std::optional<absl::Time> at = ParseNow(options.target.recorded_at);
  if (!at.has_value()) return kBadInput;
  const absl::StatusOr<SignerKey> old_key = OneSigner(options.old_key);
  if (!old_key.ok()) return Fail(old_key.status());
  const absl::StatusOr<SignerKey> new_key = OneSigner(options.new_key);
  if (!new_key.ok()) return Fail(new_key.status());
  const std::unique_ptr<AuditLog> log = OpenToAppend({.file = options.target.file});
  if (log == nullptr) return kBadInput;
  const absl::StatusOr<KeyChange> change =
      MakeKeyChange(log->origin(), *old_key, new_key->verifier);
  if (!change.ok()) return Fail(change.status());
  v1::KeyChange entry;
  entry.set_old_key(change->old_key);
  entry.set_new_key(change->new_key);
  entry.set_signature(change->signature);
  const absl::StatusOr<int64_t> index = log->Append(
      {.recorded_at = *at, .recorded_by = options.target.recorded_by, .content = std::move(entry)});
  if (!index.ok()) return Fail(index.status());
  std::cout << *index << "\n";
  return kAllowed;
}

}  // namespace

void AddAuditKey(Command* audit) {
  auto key = std::make_shared<KeyOptions>();
  Command* const make = audit->AddSubcommand(
      "key",
      "Make an Ed25519 key: the secret one into a file that only you may read, the verifier "
      "key to standard output, both as Go's sumdb/note writes them");
  make->AddOption("--name", &key->name, "the log's origin, or a witness's name")
      .Required()
      .NotEmpty();
  make->AddOption("--out", &key->out, "the file of the secret key; it must not be there yet")
      .Required()
      .NotEmpty();
  make->AddFlag("--witness", &key->witness,
                "a key for cosignatures, of somebody else than the log");
  make->Runs([key] { return MakeKey(*key); });

  auto rotate = std::make_shared<RotateOptions>();
  Command* const pass = audit->AddSubcommand(
      "rotate",
      "Record, signed by the old key, that another one signs from here on. Prints the index");
  pass->AddOption("LOG", &rotate->target.file, "the log's file").Required();
  pass->AddOption("--old-key", &rotate->old_key, "the file of the secret key until now").Required();
  pass->AddOption("--new-key", &rotate->new_key, "the file of the secret key from here on")
      .Required();
  pass->AddOption("--recorded-by", &rotate->target.recorded_by,
                  "the system or account, as it is to stand in the log");
  pass->AddOption("--recorded-at", &rotate->target.recorded_at,
                  "when, as it is to stand in the log; default: the clock")
      .NotEmpty();
  pass->Runs([rotate] { return Rotate(*rotate); });
}

}  // namespace changepolicy::cli
