#include "libchangepolicy/audit/checkpoint.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "libchangepolicy/audit/lines.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {

namespace {

absl::Status Check(const Checkpoint& checkpoint) {
  CP_RETURN_IF_ERROR(CheckLine(checkpoint.origin, "the origin of the checkpoint"));
  for (const std::string& extension : checkpoint.extensions) {
    CP_RETURN_IF_ERROR(CheckLine(extension, "an extension line of the checkpoint"));
  }
  if (checkpoint.size > kMaxTreeSize) {
    return InvalidArgument(
        StrCat("the size ", checkpoint.size, " of the checkpoint is above the limit of 2^63-1"));
  }
  if (checkpoint.size == 0 && checkpoint.root != EmptyTreeHash()) {
    return InvalidArgument("the checkpoint is of an empty tree, and has not its root");
  }
  return absl::OkStatus();
}

absl::StatusOr<Hash> ReadRoot(std::string_view line) {
  const absl::StatusOr<std::string> bytes = DecodeBase64(line);
  if (!bytes.ok()) {
    return InvalidArgument(StrCat("the root of the checkpoint: ", MessageOf(bytes.status())));
  }
  return HashFromBytes(*bytes, "the root of the checkpoint");
}

bool Contains(const std::vector<VerifierKey>& keys, const VerifierKey& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Whether those who signed suffice.
absl::Status CheckSigners(const std::vector<VerifiedSignature>& signatures,
                          const CheckpointTrust& trust) {
  bool by_log = false;
  // Who signs twice, or under two names, is one witness.
  std::set<Ed25519PublicKey> witnesses;
  for (const VerifiedSignature& signature : signatures) {
    if (Contains(trust.log_keys, signature.key)) {
      by_log = true;
    } else {
      witnesses.insert(signature.key.public_key);
    }
  }
  if (!by_log) return FailedPrecondition("no trusted key of the log has signed the checkpoint");
  if (witnesses.size() >= trust.witnesses_needed) return absl::OkStatus();
  return FailedPrecondition(StrCat("trusted witnesses who have cosigned the checkpoint: ",
                                   witnesses.size(), "; needed: ", trust.witnesses_needed));
}

}  // namespace

absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text) {
  const std::optional<std::string_view> origin = TakeLine(&text);
  const std::optional<std::string_view> size = TakeLine(&text);
  const std::optional<std::string_view> root = TakeLine(&text);
  if (!root) return InvalidArgument("a checkpoint has lines for origin, size and root");
  Checkpoint checkpoint;
  checkpoint.origin = *origin;
  const std::optional<uint64_t> number = ReadDecimal(*size);
  if (!number) {
    return InvalidArgument(StrCat("the size `", Printable(*size),
                                  "` of the checkpoint is no decimal number up to 2^63-1"));
  }
  checkpoint.size = *number;
  CP_ASSIGN_OR_RETURN(checkpoint.root, ReadRoot(*root));
  while (!text.empty()) {
    const std::optional<std::string_view> extension = TakeLine(&text);
    if (!extension) return InvalidArgument("the last line of the checkpoint has no line break");
    checkpoint.extensions.emplace_back(*extension);
  }
  CP_RETURN_IF_ERROR(Check(checkpoint));
  return checkpoint;
}

absl::StatusOr<std::string> CheckpointText(const Checkpoint& checkpoint) {
  CP_RETURN_IF_ERROR(Check(checkpoint));
  std::string text = StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                            EncodeBase64(BytesOf(checkpoint.root)), "\n");
  for (const std::string& extension : checkpoint.extensions) StrAppend(&text, extension, "\n");
  return text;
}

absl::StatusOr<Checkpoint> ReadUnverifiedCheckpoint(std::string_view bytes) {
  CP_ASSIGN_OR_RETURN(const Note note, ParseNote(bytes));
  return ParseCheckpoint(note.text);
}

absl::StatusOr<Note> SignCheckpoint(const Checkpoint& checkpoint, const SignerKey& key) {
  Note note;
  CP_ASSIGN_OR_RETURN(note.text, CheckpointText(checkpoint));
  CP_RETURN_IF_ERROR(SignNote(key, &note));
  return note;
}

absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(std::string_view bytes,
                                                const CheckpointTrust& trust) {
  std::vector<VerifierKey> keys = trust.log_keys;
  for (const VerifierKey& witness : trust.witness_keys) {
    // Under whatever name and type: a log that cosigned would be its own witness.
    if (std::any_of(trust.log_keys.begin(), trust.log_keys.end(),
                    [&](const VerifierKey& key) { return key.public_key == witness.public_key; })) {
      return InvalidArgument(StrCat("key `", Printable(witness.name),
                                    "` is trusted both as the log's and as a witness's"));
    }
    keys.push_back(witness);
  }
  OpenedCheckpoint opened;
  CP_ASSIGN_OR_RETURN(opened.note, ParseNote(bytes));
  CP_ASSIGN_OR_RETURN(opened.signatures, VerifyNote(opened.note, keys));
  CP_RETURN_IF_ERROR(CheckSigners(opened.signatures, trust));
  CP_ASSIGN_OR_RETURN(opened.checkpoint, ParseCheckpoint(opened.note.text));
  if (opened.checkpoint.origin != trust.origin) {
    return FailedPrecondition(StrCat("the checkpoint is of the log `",
                                     Printable(opened.checkpoint.origin), "`, and not of `",
                                     Printable(trust.origin), "`"));
  }
  return opened;
}

}  // namespace changepolicy
