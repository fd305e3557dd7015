// Which keys may have signed a checkpoint of which size: those that the verifier trusts, and those
// to which they passed on.
#ifndef LIBCHANGEPOLICY_AUDIT_KEY_RING_H_
#define LIBCHANGEPOLICY_AUDIT_KEY_RING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/audit/note_key.h"

namespace changepolicy {

// Thread-compatible.
class KeyRing {
 public:
  // INVALID_ARGUMENT for a text that is no verifier key, or that of a witness.
  static absl::StatusOr<KeyRing> Create(const std::vector<std::string>& keys);

  // The entry at `index` says that another key follows. An error where the old key did not sign
  // that, or is not one that signs there.
  absl::Status Change(int64_t index, const v1::KeyChange& change, const std::string& origin);

  // Keys that sign trees of this size.
  std::vector<VerifierKey> KeysFor(int64_t size) const;

  bool empty() const { return keys_.empty(); }

 private:
  struct Held {
    std::string text;
    VerifierKey key;
    int64_t from = 0;              // the smallest size
    std::optional<int64_t> until;  // the largest size
  };
  std::vector<Held> keys_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_KEY_RING_H_
