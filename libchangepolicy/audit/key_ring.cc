#include "libchangepolicy/audit/key_ring.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/audit/key_change.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

absl::StatusOr<KeyRing> KeyRing::Create(const std::vector<std::string>& keys) {
  KeyRing ring;
  for (const std::string& text : keys) {
    CP_ASSIGN_OR_RETURN(VerifierKey key, ParseVerifierKey(text));
    ring.keys_.push_back({.text = text, .key = std::move(key)});
  }
  return ring;
}

absl::Status KeyRing::Change(int64_t index, const v1::KeyChange& change,
                             const std::string& origin) {
  CP_ASSIGN_OR_RETURN(VerifierKey next, VerifyKeyChange(origin, {.old_key = change.old_key(),
                                                                 .new_key = change.new_key(),
                                                                 .signature = change.signature()}));
  const auto old = std::find_if(keys_.begin(), keys_.end(), [&](const Held& held) {
    return held.text == change.old_key() && held.from <= index && !held.until.has_value();
  });
  if (old == keys_.end()) {
    return FailedPrecondition(
        StrCat("the key that passes on to another is not one that signs here: ", change.old_key()));
  }
  // The checkpoint that is the first to hold the change may still be by the old key.
  old->until = index + 1;
  const auto known = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Held& held) { return held.text == change.new_key(); });
  if (known != keys_.end()) return absl::OkStatus();
  keys_.push_back({.text = change.new_key(), .key = std::move(next), .from = index + 1});
  return absl::OkStatus();
}

std::vector<VerifierKey> KeyRing::KeysFor(int64_t size) const {
  std::vector<VerifierKey> keys;
  for (const Held& held : keys_) {
    if (held.from <= size && (!held.until.has_value() || size <= *held.until)) {
      keys.push_back(held.key);
    }
  }
  return keys;
}

}  // namespace changepolicy
