// Commitments that are kept in memory, with salts that anybody can foretell.
#ifndef TESTS_AUDIT_MEMORY_COMMITMENTS_H_
#define TESTS_AUDIT_MEMORY_COMMITMENTS_H_

#include <map>
#include <optional>
#include <string>

#include "libchangepolicy/audit/commitment.h"

namespace changepolicy {

class MemoryCommitments : public Commitments {
 public:
  absl::StatusOr<std::string> Commit(const std::string& value) override {
    const auto [known, added] = commitments_.emplace(value, "");
    if (added) {
      if (frozen) return absl::FailedPreconditionError("no new commitments");
      std::string salt = std::to_string(commitments_.size());
      salt.resize(kSaltBytes, '.');
      v1::Opening opening;
      opening.set_salt(salt);
      opening.set_value(value);
      opening.set_commitment(MakeCommitment(salt, value));
      known->second = opening.commitment();
      openings[opening.commitment()] = opening;
    }
    return known->second;
  }

  absl::StatusOr<std::optional<std::string>> Open(const std::string& commitment) override {
    const auto found = openings.find(commitment);
    if (found == openings.end()) return std::nullopt;
    return found->second.value();
  }

  void Erase(const std::string& value) { openings.erase(commitments_.at(value)); }
  bool Has(const std::string& value) const { return commitments_.count(value) > 0; }

  bool frozen = false;
  std::map<std::string, v1::Opening> openings;

 private:
  std::map<std::string, std::string> commitments_;  // by value
};

}  // namespace changepolicy

#endif  // TESTS_AUDIT_MEMORY_COMMITMENTS_H_
