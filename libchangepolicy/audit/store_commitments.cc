#include "libchangepolicy/audit/store_commitments.h"

#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "libchangepolicy/base/random.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

constexpr size_t kMostKept = 200'000;

}  // namespace

std::string CommitmentText(std::string_view stored) {
  return StrCat("commitment:", absl::BytesToHexString(ToAbsl(stored)));
}
std::string StoredCommitment(std::string_view text) {
  return absl::HexStringToBytes(ToAbsl(text.substr(text.find(':') + 1)));
}

absl::StatusOr<std::string> StoreCommitments::Commit(const std::string& value) {
  if (const auto known = by_value_.find(value); known != by_value_.end()) return known->second;
  if (by_value_.size() >= kMostKept) Forget();
  CP_ASSIGN_OR_RETURN(const std::optional<StoredOpening> stored, store_->OpeningOfValue(value));
  std::string commitment;
  if (stored.has_value()) {
    commitment = CommitmentText(stored->commitment);
  } else {
    std::array<uint8_t, kSaltBytes> random;
    CP_RETURN_IF_ERROR(FillRandom(absl::MakeSpan(random)));
    const std::string salt(random.begin(), random.end());
    commitment = MakeCommitment(salt, value);
    CP_RETURN_IF_ERROR(store_->AddOpening(
        {.commitment = StoredCommitment(commitment), .salt = salt, .value = value}));
  }
  by_commitment_[commitment] = value;
  return by_value_[value] = std::move(commitment);
}

absl::StatusOr<std::optional<std::string>> StoreCommitments::Open(const std::string& commitment) {
  if (const auto known = by_commitment_.find(commitment); known != by_commitment_.end()) {
    return std::optional(known->second);
  }
  if (by_commitment_.size() >= kMostKept) Forget();
  CP_ASSIGN_OR_RETURN(std::optional<StoredOpening> stored,
                      store_->OpeningOf(StoredCommitment(commitment)));
  if (!stored.has_value()) return std::optional<std::string>();
  by_value_[stored->value] = commitment;
  return std::optional(by_commitment_[commitment] = std::move(stored->value));
}

void StoreCommitments::Forget() {
  by_value_.clear();
  by_commitment_.clear();
}

}  // namespace changepolicy
