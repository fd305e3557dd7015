#include "libchangepolicy/calendar/stretches.h"

#include <algorithm>
#include <memory>

namespace changepolicy {

namespace {

constexpr int64_t kDay = 86'400;
constexpr int64_t kLength = 32 * kDay;
// So much longer than its length a stretch is kept, so that what begins in it may end later.
constexpr int64_t kOverlap = 16 * kDay;
constexpr size_t kMostIntervals = 512;

// The years 1000 to 9000: nearer to the ends of what rules know, times are cut to those ends.
constexpr int64_t kFirst = -30'000'000'000;
constexpr int64_t kLast = 221'000'000'000;

Interval SpanOf(int64_t number) {
  const absl::Time start = absl::FromUnixSeconds(number * kLength);
  return {start, start + absl::Seconds(kLength + kOverlap)};
}

}  // namespace

Stretches::~Stretches() {
  for (const auto& stretch : stretches_) delete stretch.load(std::memory_order_acquire);
}

const Stretches::Stretch* Stretches::Find(int64_t number, Compute compute) const {
  std::atomic<const Stretch*>& place = stretches_[static_cast<uint64_t>(number) % kMost];
  const Stretch* found = place.load(std::memory_order_acquire);
  if (found == nullptr) {
    auto made = std::make_unique<Stretch>();
    made->number = number;
    std::optional<std::vector<Interval>> intervals = compute(SpanOf(number));
    made->is_kept = intervals.has_value() && intervals->size() <= kMostIntervals;
    if (made->is_kept) {
      std::sort(intervals->begin(), intervals->end());
      absl::Time latest_end = absl::InfinitePast();
      made->kept.reserve(intervals->size());
      for (const Interval& interval : *intervals) {
        latest_end = std::max(latest_end, interval.end);
        made->kept.push_back({interval, latest_end});
      }
    }
    // Another thread may have been faster; both have made the same.
    if (place.compare_exchange_strong(found, made.get(), std::memory_order_acq_rel)) {
      found = made.release();
    }
  }
  return found->number == number && found->is_kept ? found : nullptr;
}

bool Stretches::Visit(const Interval& span, Compute compute,
                      absl::FunctionRef<void(const Interval&)> each) const {
  const int64_t start = absl::ToUnixSeconds(span.start);
  if (start < kFirst || start > kLast) return false;
  const int64_t number = start / kLength - (start % kLength < 0 ? 1 : 0);
  if (span.end > absl::FromUnixSeconds((number + 1) * kLength + kOverlap)) return false;
  const Stretch* const stretch = Find(number, compute);
  if (stretch == nullptr) return false;
  auto at = std::partition_point(
      stretch->kept.begin(), stretch->kept.end(),
      [&](const Stretch::Kept& kept) { return kept.latest_end <= span.start; });
  for (; at != stretch->kept.end() && at->interval.start < span.end; ++at) {
    if (at->interval.Meets(span)) each(at->interval);
  }
  return true;
}

}  // namespace changepolicy
