// How the changes that followed a model of the catalogue have turned out.
#ifndef LIBCHANGEPOLICY_DOMAIN_MODEL_HISTORY_H_
#define LIBCHANGEPOLICY_DOMAIN_MODEL_HISTORY_H_

#include <memory>
#include <string_view>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/domain/records_seen.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

struct ModelRun {
  absl::Time at;
  bool successful = false;
};

// What a ledger records of runs, by model. Immutable, thread-safe; does not refer to the ledger.
// Copies share what was indexed.
class ModelHistory {
 public:
  ModelHistory();
  // O(n log n).
  explicit ModelHistory(const v1::Ledger& ledger);

  // The same of what is seen. O(1).
  ModelHistory AsOf(const RecordsSeen& seen) const;

  // Latest first, of those at one instant the failed ones first. Several records of one run (of one
  // subject at one instant) are one, failed if any failed. O(1) where all is
  // seen; otherwise the list lies in the arena, and it takes O(runs of the model).
  absl::Span<const ModelRun> RunsOf(std::string_view model, flat::Arena* arena) const;

 private:
  struct Built;

  std::shared_ptr<const Built> built_;
  RecordsSeen seen_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_MODEL_HISTORY_H_
