// Scheduled work, indexed: what is in the way of what.
#ifndef LIBCHANGEPOLICY_CALENDAR_WORK_INDEX_H_
#define LIBCHANGEPOLICY_CALENDAR_WORK_INDEX_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/decision.flat.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/flat/arena.h"
#include "libchangepolicy/flat/repeated.h"

namespace changepolicy {

// Two pieces of work clash where they touch the same asset or service, or related ones (Relations),
// where the same person works on both, or where one depends on the other. Immutable, thread-safe;
// copies share what was indexed.
class WorkIndex {
 public:
  WorkIndex();
  // Work without an interval cannot meet anything, and is left out: see `problems`.
  // `relations` must outlive it; of `scheduled` it keeps copies.
  WorkIndex(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
            const Relations* relations);

  // The same of what was recorded by then. O(1).
  WorkIndex AsOf(absl::Time recorded_until) const;

  struct Meeting {
    int work;  // its number
    flat::RepeatedMessage<flat::Clash> clashes;
  };
  // Everything that clashes with the work and meets the span, except what has its id: by start,
  // then id. Its texts are those of the work and of this index. O(log n) where nothing goes on in
  // the span, otherwise O(log n + candidates) for each thing that the work touches.
  flat::Repeated<Meeting> FindMeetings(const Work& work, const Interval& span,
                                       flat::Arena* arena) const;

  // Whether anything but the work itself goes on in the span. O(log n + works in the span).
  bool IsBusy(const Work& work, const Interval& span) const;

  // Every pair that clashes and meets, once. O(n (log n + candidates)).
  std::vector<v1::Conflict> FindAllConflicts() const;

  const Work& work(int number) const;
  // By start, then id. O(n).
  std::vector<const Work*> works() const;
  // Why work was left out, sorted. O(n).
  std::vector<std::string> problems() const;

 private:
  class Built;

  std::shared_ptr<const Built> built_;
  absl::Time recorded_until_ = absl::InfiniteFuture();
};

v1::Clash ToProto(const flat::Clash& clash);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_WORK_INDEX_H_
