#include "libchangepolicy/audit/proof_text.h"

#include <optional>
#include <utility>

#include "libchangepolicy/audit/lines.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/base/base64.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {

namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr size_t kMaxHashes = 63;  // the height of a tree of 2^63-1 leaves

absl::Status Check(const ProofText& proof) {
  if (proof.index > kMaxTreeSize) {
    return InvalidArgument(StrCat("the index ", proof.index, " is above the limit of 2^63-1"));
  }
  if (proof.proof.size() > kMaxHashes) {
    return InvalidArgument(StrCat("the proof has more hashes than any tree is high, ", kMaxHashes));
  }
  return ParseNote(proof.checkpoint).status();
}

absl::Status CheckLength(size_t bytes) {
  if (bytes <= kMaxProofTextBytes) return absl::OkStatus();
  return ResourceExhausted(
      StrCat("the proof has ", bytes, " bytes, and the limit is ", kMaxProofTextBytes));
}

bool TakePrefix(std::string_view prefix, std::string_view* line) {
  if (line->substr(0, prefix.size()) != prefix) return false;
  line->remove_prefix(prefix.size());
  return true;
}

absl::StatusOr<std::string> ReadExtra(std::string_view digits) {
  if (digits.empty()) {
    return InvalidArgument("the line `extra` has nothing after it, and should then be missing");
  }
  absl::StatusOr<std::string> bytes = DecodeBase64(digits);
  if (!bytes.ok()) {
    return InvalidArgument(StrCat("the line `extra`: ", MessageOf(bytes.status())));
  }
  return bytes;
}

// The hashes up to the empty line, which is taken too.
absl::StatusOr<std::vector<Hash>> TakeHashes(std::string_view* text) {
  std::vector<Hash> hashes;
  while (true) {
    const std::optional<std::string_view> line = TakeLine(text);
    if (!line) return InvalidArgument("no empty line parts the hashes from the checkpoint");
    if (line->empty()) return hashes;
    const std::string name = StrCat("hash ", hashes.size() + 1, " of the proof");
    const absl::StatusOr<std::string> bytes = DecodeBase64(*line);
    if (!bytes.ok()) return InvalidArgument(StrCat(name, ": ", MessageOf(bytes.status())));
    CP_ASSIGN_OR_RETURN(const Hash hash, HashFromBytes(*bytes, name));
    hashes.push_back(hash);
  }
}

}  // namespace

absl::StatusOr<ProofText> ParseProofText(std::string_view text) {
  CP_RETURN_IF_ERROR(CheckLength(text.size()));
  if (TakeLine(&text) != kFirstLine) {
    return InvalidArgument(StrCat("a proof begins with the line `", kFirstLine, "`"));
  }
  ProofText proof;
  std::optional<std::string_view> line = TakeLine(&text);
  if (line && TakePrefix(kExtra, &*line)) {
    CP_ASSIGN_OR_RETURN(proof.extra, ReadExtra(*line));
    line = TakeLine(&text);
  }
  if (!line || !TakePrefix(kIndex, &*line)) {
    return InvalidArgument("the proof has no line `index`");
  }
  const std::optional<uint64_t> index = ReadDecimal(*line);
  if (!index) {
    return InvalidArgument(
        StrCat("the index `", Printable(*line), "` is no decimal number up to 2^63-1"));
  }
  proof.index = *index;
  CP_ASSIGN_OR_RETURN(proof.proof, TakeHashes(&text));
  proof.checkpoint = text;
  CP_RETURN_IF_ERROR(Check(proof));
  return proof;
}

absl::StatusOr<std::string> WriteProofText(const ProofText& proof) {
  CP_RETURN_IF_ERROR(Check(proof));
  std::string text = StrCat(kFirstLine, "\n");
  if (!proof.extra.empty()) StrAppend(&text, kExtra, EncodeBase64(proof.extra), "\n");
  StrAppend(&text, kIndex, proof.index, "\n");
  for (const Hash& hash : proof.proof) StrAppend(&text, EncodeBase64(BytesOf(hash)), "\n");
  StrAppend(&text, "\n", proof.checkpoint);
  CP_RETURN_IF_ERROR(CheckLength(text.size()));
  return text;
}

absl::StatusOr<ProvedEntry> VerifyProofText(std::string_view text, std::string_view entry,
                                            const CheckpointTrust& trust) {
  CP_ASSIGN_OR_RETURN(const ProofText proof, ParseProofText(text));
  ProvedEntry proved;
  proved.index = proof.index;
  CP_ASSIGN_OR_RETURN(proved.checkpoint, OpenCheckpoint(proof.checkpoint, trust));
  const Checkpoint& checkpoint = proved.checkpoint.checkpoint;
  CP_RETURN_IF_ERROR(VerifyInclusion(proof.index, checkpoint.size, BytesOf(LeafHash(entry)),
                                     ProofBytes(proof.proof), BytesOf(checkpoint.root)));
  return proved;
}

}  // namespace changepolicy
