// How a log changes its key: the old key says which one comes after it.
#ifndef LIBCHANGEPOLICY_AUDIT_KEY_CHANGE_H_
#define LIBCHANGEPOLICY_AUDIT_KEY_CHANGE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libchangepolicy/audit/note_key.h"

namespace changepolicy {

// The statement that the log of an origin goes on under a new key. The old key has signed the text
//
//   changepolicy key change/v1
//   ORIGIN
//   OLD KEY
//   NEW KEY
//
// with the public keys as note_key.h writes them. It cannot be taken for a checkpoint, nor one for
// it: a checkpoint's third line is the base 64 of a hash, which no key's text is. As that text with
// that signature is also a signed note, other people's tools verify it too.
struct KeyChange {
  std::string old_key;
  std::string new_key;
  std::string signature;  // 64 bytes

  friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

// InvalidArgument for an origin that no checkpoint has, a key that makes cosignatures, and where
// old and new are the same key. Deterministic.
absl::StatusOr<KeyChange> MakeKeyChange(std::string_view origin, const SignerKey& old_key,
                                        const VerifierKey& new_key);

// The new key, where the old one really says so. Whoever calls must trust the old key already: the
// change is worth as much as it. InvalidArgument as above and for texts that are no keys; DataLoss
// where the old key has not signed this.
absl::StatusOr<VerifierKey> VerifyKeyChange(std::string_view origin, const KeyChange& change);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_KEY_CHANGE_H_
