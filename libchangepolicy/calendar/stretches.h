// Intervals that were worked out once and are asked for again.
#ifndef LIBCHANGEPOLICY_CALENDAR_STRETCHES_H_
#define LIBCHANGEPOLICY_CALENDAR_STRETCHES_H_

#include <array>
#include <atomic>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "libchangepolicy/calendar/interval.h"

namespace changepolicy {

// The intervals of one recurring thing, kept by stretches of 32 days. Following a rule and the
// clocks of its zone to an interval takes thousands of instructions, and most questions are about
// the same few weeks. What is kept never changes, so that an answer does not hang on what was asked
// before. Thread-safe, without locks.
//
// At most 8 stretches of at most 512 intervals are kept; whatever else is asked about is worked out
// each time.
class Stretches {
 public:
  // The intervals that meet the span, each as often as there are such; nothing where they could not
  // all be computed, or something has to be said about them.
  using Compute = absl::FunctionRef<std::optional<std::vector<Interval>>(const Interval& span)>;

  Stretches() = default;
  ~Stretches();
  Stretches(const Stretches&) = delete;
  Stretches& operator=(const Stretches&) = delete;

  // Calls `each` for every interval that meets the span, by start, then end. False, without any
  // call, where they are not kept. `compute` is the same function of the span at every call.
  // O(log n + what meets the span) for what is kept.
  bool Visit(const Interval& span, Compute compute,
             absl::FunctionRef<void(const Interval&)> each) const;

 private:
  static constexpr size_t kMost = 8;

  struct Stretch {
    struct Kept {
      Interval interval;
      absl::Time latest_end;  // of all up to here
    };

    int64_t number = 0;
    bool is_kept = false;
    std::vector<Kept> kept;  // by start, then end
  };

  const Stretch* Find(int64_t number, Compute compute) const;

  // Each is set once.
  mutable std::array<std::atomic<const Stretch*>, kMost> stretches_ = {};
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_STRETCHES_H_
