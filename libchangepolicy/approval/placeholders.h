// Texts that stand where somebody should, and mean nobody.
#ifndef LIBCHANGEPOLICY_APPROVAL_PLACEHOLDERS_H_
#define LIBCHANGEPOLICY_APPROVAL_PLACEHOLDERS_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// The policy's placeholders, and those that are built in (`tbd`, `n/a`, `none`, `todo`, `-`, `?`
// ...), compared without case, blanks and punctuation. Immutable, thread-safe.
class Placeholders {
 public:
  explicit Placeholders(const v1::Policy& policy);

  // No person is meant. O(the longest placeholder) for ASCII, without the heap.
  bool Has(std::string_view account) const;

 private:
  absl::flat_hash_set<std::string> bare_;
  size_t longest_ = 0;
  std::array<bool, 128> first_{};  // by character: some of them begin with it
};

// The placeholders that are known beforehand, or, where these are null, of the policy.
class PlaceholdersOf {
 public:
  PlaceholdersOf(const Placeholders* known, const v1::Policy& policy) {
    if (known == nullptr) own_.emplace(policy);
    all_ = known == nullptr ? &*own_ : known;
  }
  PlaceholdersOf(const PlaceholdersOf&) = delete;
  PlaceholdersOf& operator=(const PlaceholdersOf&) = delete;

  const Placeholders& operator*() const { return *all_; }

 private:
  std::optional<Placeholders> own_;
  const Placeholders* all_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_PLACEHOLDERS_H_
