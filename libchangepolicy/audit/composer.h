// Makes entries from what callers append: seals personal data, and stores policy, organization and
// zone rules as blobs, each once.
#ifndef LIBCHANGEPOLICY_AUDIT_COMPOSER_H_
#define LIBCHANGEPOLICY_AUDIT_COMPOSER_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "libchangepolicy/audit/seal.h"
#include "libchangepolicy/audit/store.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

// Thread-compatible. Store and commitments must outlive it.
class Composer {
 public:
  Composer(LogStore* store, Commitments* commitments) : store_(store), commitments_(commitments) {}

  // REQUIRES: a write transaction of the store.
  absl::StatusOr<v1::AuditEntry> Compose(const LogItem& item);

  // Forgets which blobs are stored already: a transaction was taken back, or openings were erased.
  void Forget() { contexts_.clear(); }

 private:
  // What all decisions by one policy in one organization have in common.
  struct Context {
    explicit Context(SealRules seal_rules) : rules(std::move(seal_rules)) {}
    // Kept, so that the addresses by which the context is found stay theirs.
    std::shared_ptr<const CheckedPolicy> policy;
    std::shared_ptr<const BoundOrganization> organization;
    SealRules rules;
    PersonalValues values;
    std::string policy_blob, directory_blob, ledger_blob, zones_blob;
  };

  absl::StatusOr<const Context*> ContextOf(const LoggedQuestion& question);
  absl::Status ComposeDecision(const LoggedQuestion& question, v1::DecisionRecord* record);
  const SealRules& RulesOf(const Policy& policy);
  // The blob's name, `sha256:<hex>`.
  absl::StatusOr<std::string> StoreBlob(const std::string& bytes);

  LogStore* const store_;
  Commitments* const commitments_;
  std::map<std::pair<const CheckedPolicy*, const BoundOrganization*>, std::unique_ptr<Context>>
      contexts_;
  // With the policy, so that its address stays its own.
  std::map<const CheckedPolicy*, std::pair<std::shared_ptr<const CheckedPolicy>, SealRules>> rules_;
};

// Digests for the decision of a record: those of the sealed inputs where the policy declares
// personal data.
SealedDigests DigestsOf(const v1::Policy& policy, const v1::DecisionRecord& record);

// Opens every commitment of what an entry holds.
absl::StatusOr<LoggedEntry> OpenLoggedEntry(int64_t index, std::string_view bytes,
                                            Commitments* commitments);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_COMPOSER_H_
