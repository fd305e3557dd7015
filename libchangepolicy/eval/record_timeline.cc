#include "libchangepolicy/eval/record_timeline.h"

#include <algorithm>

#include "libchangepolicy/eval/visibility.h"

namespace changepolicy {

RecordTimeline::RecordTimeline(absl::Duration clock_skew, const v1::Directory& directory,
                               const v1::Ledger& ledger)
    : clock_skew_(clock_skew),
      directory_(BoundariesOf(clock_skew, directory)),
      ledger_(BoundariesOf(clock_skew, ledger)) {}

RecordTimeline::Stretch RecordTimeline::At(absl::Time now) const {
  Stretch stretch;
  const auto passed = [&](const std::vector<absl::Time>& boundaries) {
    const auto ahead = std::upper_bound(boundaries.begin(), boundaries.end(), now);
    if (ahead != boundaries.end()) stretch.next = std::min(stretch.next, *ahead);
    return static_cast<size_t>(ahead - boundaries.begin());
  };
  stretch.directory = passed(directory_);
  stretch.ledger = passed(ledger_);
  return stretch;
}

}  // namespace changepolicy
