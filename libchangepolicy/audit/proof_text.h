// Proofs to take along (https://c2sp.org/tlog-proof, version 1): that an entry is in a log, in one
// text that needs nothing else but the log's key.
//
//   c2sp.org/tlog-proof@v1
//   extra ...              base 64 of anything; this line may be missing
//   index 73894
//   gSKyXoYZ...            the inclusion proof: base 64 of a hash on each line, the leaf's side
//   first
//                          an empty line
//   audit.example/log      the checkpoint, to the end
//   ...
//
// Functions are thread-safe.
#ifndef LIBCHANGEPOLICY_AUDIT_PROOF_TEXT_H_
#define LIBCHANGEPOLICY_AUDIT_PROOF_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libchangepolicy/audit/checkpoint.h"
#include "libchangepolicy/base/sha256.h"

namespace changepolicy {

struct ProofText {
  // Bytes that nothing vouches for; empty where the line is missing.
  std::string extra;
  uint64_t index = 0;
  std::vector<Hash> proof;
  std::string checkpoint;  // a signed note

  friend bool operator==(const ProofText&, const ProofText&) = default;
};

// Both ways. InvalidArgument for a text that is not to the letter of the specification, an index
// above 2^63-1, and where the checkpoint is no note (ParseNote's errors); ResourceExhausted beyond
// kMaxProofTextBytes.
absl::StatusOr<ProofText> ParseProofText(std::string_view text);
absl::StatusOr<std::string> WriteProofText(const ProofText& proof);

inline constexpr size_t kMaxProofTextBytes = 2'000'000;

// Whether the text proves that `entry`, byte for byte, is in the log that `trust` is about, and
// where: the index and the checkpoint that it was proved against. ParseProofText's,
// OpenCheckpoint's and VerifyInclusion's errors, in that order.
struct ProvedEntry {
  uint64_t index = 0;
  OpenedCheckpoint checkpoint;
};
absl::StatusOr<ProvedEntry> VerifyProofText(std::string_view text, std::string_view entry,
                                            const CheckpointTrust& trust);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_PROOF_TEXT_H_
