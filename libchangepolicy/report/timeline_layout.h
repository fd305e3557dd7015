// Where everything on a timeline stands, without drawing it: axis, lanes, rows, bars, labels.
// Across in units of the drawing (pixels at 1:1), which is `width` wide; down in rows of lanes. For
// the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_TIMELINE_LAYOUT_H_
#define LIBCHANGEPOLICY_REPORT_TIMELINE_LAYOUT_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/timeline.h"

namespace changepolicy {

// Instants to positions: linear in exact time, so that a day of 23 hours is narrower.
class TimelineScale {
 public:
  TimelineScale(absl::Time from, absl::Time until, double left, double right)
      : from_(from), until_(until), left_(left), right_(right) {}

  absl::Time from() const { return from_; }
  absl::Time until() const { return until_; }
  double left() const { return left_; }
  double right() const { return right_; }
  // Not cut to the span.
  double At(absl::Time time) const {
    return left_ + absl::FDivDuration(time - from_, until_ - from_) * (right_ - left_);
  }
  double PerDay() const {
    return (right_ - left_) / absl::FDivDuration(until_ - from_, absl::Hours(24));
  }
  // [start, end) meets the span.
  bool Meets(absl::Time start, absl::Time end) const {
    return start < until_ && (end > from_ || (start == end && start >= from_));
  }

 private:
  absl::Time from_, until_;
  double left_, right_;
};

struct TimelineTick {
  absl::Time start, end;  // the unit: an hour, a day, a week ...; may pass the span
  std::string label;      // cut to the room; may be empty
  std::string full;       // for a tooltip
};

struct TimelineAxis {
  std::vector<TimelineTick> upper;  // months over days, days over hours, years over months
  std::vector<TimelineTick> lower;
  std::vector<TimelineTick> weekends;
  // Days on which the offset changes: `23 h`.
  std::vector<TimelineTick> changes;
};

enum class BarStyle { kStandard, kNormal, kEmergency, kRelease, kFreeze, kWindow, kSum };

struct TimelineBar {
  double x = 0, width = 0;
  int row = 0;
  BarStyle style = BarStyle::kNormal;
  bool from_before = false, goes_on = false;  // beyond the span
  std::string title;                          // everything, for a tooltip
  std::string id;                             // of what it shows
  // The label: numbers of conflicts, then text; both may be empty.
  std::vector<std::string> numbers;
  std::string label;
  double label_x = 0, label_width = 0;
  // Parts in which it is in conflict: position and width.
  std::vector<std::pair<double, double>> clashes;
  bool inside = false;  // the label stands in the bar
  int level = 0;        // of a sum: 0 to 3, by how much there is
};

struct TimelineMark {
  std::string letter;  // F, C, RC, R: feature freeze, code freeze, candidate, release
  double x = 0;
  bool lettered = true;  // false where the letter has no room
  std::string title;
};

struct TimelineTrain {
  int row = 0;
  std::vector<TimelineMark> marks;  // by position
  double from = 0, to = 0;          // the line that joins them
  std::string title;
};

struct TimelineShade {
  double x, width;
};

struct TimelineLane {
  std::string name, note, title;
  bool track = false;  // freezes, windows and trains, above the lanes of work
  int rows = 1;
  std::vector<TimelineBar> bars;
  std::vector<TimelineTrain> trains;
  std::vector<TimelineShade> open, frozen;  // of this lane alone
};

struct TimelineLayout {
  explicit TimelineLayout(TimelineScale the_scale) : scale(the_scale) {}

  TimelineScale scale;
  TimelineAxis axis;
  double width = 0;
  std::vector<TimelineLane> lanes;          // tracks first
  std::vector<TimelineShade> open, frozen;  // across all lanes
  bool has_now = false;
  double now = 0;
  std::string now_label;
  // More work than bars have room for: sums per lane and unit of the axis.
  bool summed = false;
  std::string unit;           // `day`, `week` ...: what sums are of
  size_t other_services = 0;  // that share one lane
  size_t conflicts_marked = 0;
  bool short_windows = false;  // too narrow to cross the lanes; only their tracks show them
};

constexpr double kTimelineWidth = 1216;
constexpr double kTimelineGutter = 172;
constexpr double kTimelineMargin = 14;  // at the right, so that a mark at the end is whole
constexpr double kTimelineRow = 22;
constexpr double kTimelineFont = 11.5;

// How wide a conflict's number is with its ground.
double PillWidth(std::string_view number);

// The instants between which the schedule is drawn: its own, or those of what it lists where it
// says none.
std::pair<absl::Time, absl::Time> TimelineSpan(const v1::ForwardSchedule& schedule);

TimelineAxis LayOutAxis(const TimelineScale& scale, const LocalTime& local, std::string* unit);

// The schedule's texts must be printable (parts.h) already.
TimelineLayout LayOutTimeline(const v1::ForwardSchedule& schedule, const TimelineOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_TIMELINE_LAYOUT_H_
