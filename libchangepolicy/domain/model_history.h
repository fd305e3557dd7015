// How the changes that followed a model of the catalogue have turned out.
#ifndef LIBCHANGEPOLICY_DOMAIN_MODEL_HISTORY_H_
#define LIBCHANGEPOLICY_DOMAIN_MODEL_HISTORY_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy {

struct ModelRun {
  absl::Time at;
  bool successful = false;
};

// What a ledger records of runs, by model. Immutable, thread-safe; does not refer to the ledger.
class ModelHistory {
 public:
  ModelHistory() = default;
  // O(n log n).
  explicit ModelHistory(const v1::Ledger& ledger);

  // Latest first, of those at one instant the failed ones first. Several records of one run (of one
  // subject at one instant) are one, failed if any failed. O(1).
  absl::Span<const ModelRun> RunsOf(std::string_view model) const;

 private:
  absl::flat_hash_map<std::string, std::vector<ModelRun>> models_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_MODEL_HISTORY_H_
