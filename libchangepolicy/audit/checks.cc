// What needs no log: keys, and checking proofs.
#include "absl/types/span.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/base/random.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {

absl::StatusOr<LogKey> GenerateLogKey(std::string_view name) {
  Ed25519Seed seed;
  CP_RETURN_IF_ERROR(FillRandom(absl::MakeSpan(seed)));
  CP_ASSIGN_OR_RETURN(const SignerKey key, GenerateKey(name, seed));
  return LogKey{.signer = WriteSignerKey(key), .verifier = WriteVerifierKey(key.verifier)};
}

absl::Status CheckInclusion(std::string_view entry, int64_t index, int64_t size,
                            const std::vector<std::string>& proof, std::string_view root) {
  if (index < 0 || size < 0) return InvalidArgument("neither index nor size is negative");
  return VerifyInclusion(static_cast<uint64_t>(index), static_cast<uint64_t>(size),
                         BytesOf(LeafHash(entry)), proof, root);
}

absl::Status CheckConsistency(int64_t earlier, int64_t size, const std::vector<std::string>& proof,
                              std::string_view earlier_root, std::string_view root) {
  if (earlier < 0 || size < 0) return InvalidArgument("no size is negative");
  return VerifyConsistency(static_cast<uint64_t>(earlier), static_cast<uint64_t>(size), proof,
                           earlier_root, root);
}

}  // namespace changepolicy
