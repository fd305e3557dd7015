// The commitments of a log: one for each value, kept in its file.
#ifndef LIBCHANGEPOLICY_AUDIT_STORE_COMMITMENTS_H_
#define LIBCHANGEPOLICY_AUDIT_STORE_COMMITMENTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libchangepolicy/audit/commitment.h"
#include "libchangepolicy/audit/store.h"

namespace changepolicy {

// The text of a commitment (`commitment:<hex>`) and the 32 bytes that a log stores of it.
std::string CommitmentText(std::string_view stored);
std::string StoredCommitment(std::string_view text);

// Thread-compatible. Commit needs a write transaction of the store, which must outlive this.
class StoreCommitments final : public Commitments {
 public:
  explicit StoreCommitments(LogStore* store) : store_(store) {}

  absl::StatusOr<std::string> Commit(const std::string& value) override;
  absl::StatusOr<std::optional<std::string>> Open(const std::string& commitment) override;

  // Forgets what it knows: the file may have other openings now.
  void Forget();

 private:
  LogStore* const store_;
  // What was found in the file; bounded, and emptied when full.
  std::unordered_map<std::string, std::string> by_value_;
  std::unordered_map<std::string, std::string> by_commitment_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_STORE_COMMITMENTS_H_
