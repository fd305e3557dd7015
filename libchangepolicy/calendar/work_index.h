// Scheduled work, indexed: what is in the way of what.
#ifndef LIBCHANGEPOLICY_CALENDAR_WORK_INDEX_H_
#define LIBCHANGEPOLICY_CALENDAR_WORK_INDEX_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/calendar/interval.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work.h"

namespace changepolicy {

// Two pieces of work clash where they touch the same asset or service, or related ones (Relations),
// where the same person works on both, or where one depends on the other. Immutable, thread-safe.
class WorkIndex {
 public:
  WorkIndex() = default;
  // Work without an interval cannot meet anything, and is left out: see `problems`.
  // `relations` must outlive it.
  WorkIndex(const google::protobuf::RepeatedPtrField<v1::ScheduledWork>& scheduled,
            const Relations* relations);

  struct Meeting {
    size_t work;  // index into works()
    std::vector<v1::Clash> clashes;
  };
  // Everything that clashes with the work and meets the span, except what has its id: by start,
  // then id. O(log n + candidates) for each thing that the work touches.
  std::vector<Meeting> FindMeetings(const Work& work, const Interval& span) const;

  // Whether anything but the work itself goes on in the span. O(works before its end).
  bool IsBusy(const Work& work, const Interval& span) const;

  // Every pair that clashes and meets, once. O(n (log n + candidates)).
  std::vector<v1::Conflict> FindAllConflicts() const;

  // By start, then id.
  const std::vector<Work>& works() const { return works_; }
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  // Work by start, with the latest end so far, so that what began earlier and still goes on is
  // found by bisection.
  struct Line {
    std::vector<size_t> works;
    std::vector<absl::Time> latest_end;
  };
  using Lines = std::map<std::string, Line, std::less<>>;

  struct Touched {
    std::vector<Relations::Node> nodes;  // sorted
    std::vector<Relations::Node> needs;  // what these need, sorted, without them
  };
  Touched TouchedBy(const Work& work) const;
  void Put(Line* line, size_t work);
  template <typename Visit>
  void Scan(const Line& line, const Interval& span, Visit visit) const;
  template <typename Visit>
  void Scan(const Lines& lines, std::string_view key, const Interval& span, Visit visit) const;
  std::vector<v1::Clash> ClashesOf(const Work& one, const Touched& touched, size_t other) const;
  std::vector<size_t> Candidates(const Work& work, const Touched& touched,
                                 const Interval& span) const;

  const Relations* relations_ = nullptr;
  std::vector<Work> works_;
  std::vector<Touched> touched_;  // one per work
  std::vector<std::string> problems_;
  // By node: the work that touches it, and the work that touches something that needs it.
  std::vector<Line> touching_, needing_;
  // What the directory does not name has no relations; people and subjects have none either.
  Lines by_service_, by_asset_, by_person_, by_subject_, by_dependency_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_WORK_INDEX_H_
