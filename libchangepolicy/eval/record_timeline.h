// When the records of an organization become visible, so that a question about an earlier instant
// finds what it sees.
#ifndef LIBCHANGEPOLICY_EVAL_RECORD_TIMELINE_H_
#define LIBCHANGEPOLICY_EVAL_RECORD_TIMELINE_H_

#include <cstddef>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/organization.pb.h"

namespace changepolicy {

// By one clock skew. Immutable, thread-safe.
class RecordTimeline {
 public:
  // Linear in the size of both.
  RecordTimeline(absl::Duration clock_skew, const v1::Directory& directory,
                 const v1::Ledger& ledger);

  absl::Duration clock_skew() const { return clock_skew_; }

  // From one boundary to the next the same records are visible.
  struct Stretch {
    size_t directory = 0;  // how many of its boundaries have passed
    size_t ledger = 0;
    absl::Time next = absl::InfiniteFuture();  // the first boundary ahead
  };
  // O(log n).
  Stretch At(absl::Time now) const;

  // Whether every record of the directory is visible.
  bool SeesWholeDirectory(const Stretch& stretch) const {
    return stretch.directory == directory_.size();
  }

 private:
  absl::Duration clock_skew_;
  std::vector<absl::Time> directory_, ledger_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_RECORD_TIMELINE_H_
