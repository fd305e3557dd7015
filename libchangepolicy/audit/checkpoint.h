// Checkpoints (https://c2sp.org/tlog-checkpoint): a log says, in a signed note, how many entries it
// has and what the root of its tree is.
//
//   audit.example/log                             the origin, which names the log
//   20852163                                      the size
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=  the root
//   ...                                           extension lines, which nobody interprets
//
// Functions are thread-safe.
#ifndef LIBCHANGEPOLICY_AUDIT_CHECKPOINT_H_
#define LIBCHANGEPOLICY_AUDIT_CHECKPOINT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libchangepolicy/audit/note.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/base/sha256.h"

namespace changepolicy {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root = {};
  std::vector<std::string> extensions;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text of a note, both ways. InvalidArgument for an origin or extension that is empty or has
// control characters, a size that is above 2^63-1 or not in plain decimal, a root that is not base
// 64 of 32 bytes, a last line without its line break, and for an empty tree whose root is not the
// hash of nothing.
absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);
absl::StatusOr<std::string> CheckpointText(const Checkpoint& checkpoint);

// What a signed note says of a log, whoever signed it: to look for a checkpoint, never to believe
// it. ParseNote's and ParseCheckpoint's errors.
absl::StatusOr<Checkpoint> ReadUnverifiedCheckpoint(std::string_view bytes);

// The note over CheckpointText, signed with one key. Its errors and SignNote's.
absl::StatusOr<Note> SignCheckpoint(const Checkpoint& checkpoint, const SignerKey& key);

// Whose word is taken about a log.
struct CheckpointTrust {
  std::string origin;
  // The log's own keys: one at least has to have signed. Several while keys are changed.
  std::vector<VerifierKey> log_keys;
  // Witnesses, and how many of them have to have cosigned. They do not stand in for the log.
  std::vector<VerifierKey> witness_keys;
  size_t witnesses_needed = 0;
};

struct OpenedCheckpoint {
  Checkpoint checkpoint;
  Note note;
  std::vector<VerifiedSignature> signatures;  // by trusted keys, in the note's order
};

// Reads a checkpoint and believes it. ParseNote's, VerifyNote's and ParseCheckpoint's errors, in
// that order; FailedPrecondition where the log has not signed, too few witnesses have, or the
// origin is another one; InvalidArgument where a key is both the log's and a witness's.
absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(std::string_view bytes,
                                                const CheckpointTrust& trust);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_CHECKPOINT_H_
