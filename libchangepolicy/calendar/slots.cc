#include "libchangepolicy/calendar/slots.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

namespace {

// Instants are whole nanoseconds, so that a closed end is an open one this much later.
constexpr absl::Duration kTick = absl::Nanoseconds(1);
constexpr absl::Duration kFirstStretch = absl::Hours(24 * 14);
constexpr int kStretchFactor = 4;

// Everything over one stretch of starts.
class Stretch {
 public:
  Stretch(const SlotSearch& search, const Concerns& concerns, const Interval& starts,
          flat::Arena* arena)
      : search_(search),
        starts_(starts),
        span_{starts.start, starts.end + search.length},
        arena_(arena),
        survey_(TakeSurvey(concerns, span_, arena)) {}

  void Run() {
    TakeWindows();
    TakeFreezes();
    for (const Survey::Absence& absence : survey_.absences) {
      Block(v1::OBSTACLE_KIND_UNAVAILABLE, absence.who, StartsMeeting(absence.interval));
    }
    for (const WorkIndex::Meeting& meeting :
         search_.index->FindMeetings(*search_.work, span_, arena_)) {
      const Work& other = search_.index->work(meeting.work);
      Block(v1::OBSTACLE_KIND_CONFLICT, other.id, StartsMeeting(*other.interval), meeting.clashes);
    }
    for (const StartLimit& limit : search_.limits) {
      Block(limit.kind, limit.id, {limit.from, limit.until});
    }
    std::vector<Interval> blocked;
    for (const Blocked& each : blocked_) blocked.push_back(each.starts);
    free_ = IntervalSet(std::move(blocked)).Gaps(starts_);
  }

  const IntervalSet& free() const { return free_; }
  const Survey& survey() const { return survey_; }

  // Those that rule out starts before the end of `before`.
  void AddObstacles(const Interval& before, v1::SlotsAnswer* answer) {
    std::sort(blocked_.begin(), blocked_.end(), [](const Blocked& a, const Blocked& b) {
      return std::tie(a.starts.start, a.kind, a.id, a.starts.end) <
             std::tie(b.starts.start, b.kind, b.id, b.starts.end);
    });
    for (const Blocked& each : blocked_) {
      if (!each.starts.Meets(before)) continue;
      if (answer->obstacles_size() == kMostObstacles) {
        answer->add_problems(
            StrCat("more than ", kMostObstacles, " obstacles; the first are listed"));
        return;
      }
      v1::Obstacle* const obstacle = answer->add_obstacles();
      obstacle->set_kind(each.kind);
      obstacle->set_id(std::string(each.id));
      ToProto(std::max(each.starts.start, starts_.start), obstacle->mutable_start());
      if (each.starts.end < starts_.end) ToProto(each.starts.end, obstacle->mutable_end());
      for (const flat::Clash& clash : each.clashes) *obstacle->add_clashes() = ToProto(clash);
    }
  }

 private:
  struct Blocked {
    v1::ObstacleKind kind;
    std::string_view id;
    Interval starts;
    flat::RepeatedMessage<flat::Clash> clashes;
  };

  // Work that starts then meets the interval.
  Interval StartsMeeting(const Interval& interval) const {
    return {interval.start - search_.length + kTick, interval.end};
  }

  void Block(v1::ObstacleKind kind, std::string_view id, const Interval& starts,
             const flat::RepeatedMessage<flat::Clash>& clashes = {}) {
    if (starts.Meets(starts_)) blocked_.push_back({kind, id, starts, clashes});
  }

  void TakeWindows() {
    if (survey_.parts.empty()) return;
    std::vector<Interval> fitting;
    for (const Interval& run : survey_.Open(span_, arena_)) {
      const Interval starts{run.start, run.end - search_.length + kTick};
      if (!starts.empty()) fitting.push_back(starts);
    }
    for (const Interval& gap : IntervalSet(std::move(fitting)).Gaps(starts_).intervals()) {
      Block(v1::OBSTACLE_KIND_WINDOW, "", gap);
    }
  }

  void TakeFreezes() {
    const bool emergency = search_.work->category == v1::CATEGORY_EMERGENCY;
    for (const Survey::Freeze& each : survey_.freezes) {
      if (emergency && each.freeze->emergency_may_cross()) continue;
      Block(v1::OBSTACLE_KIND_FREEZE, each.freeze->id(),
            each.freeze->overrun_allowed() ? each.interval : StartsMeeting(each.interval));
    }
  }

  const SlotSearch& search_;
  const Interval starts_, span_;
  flat::Arena* const arena_;
  const Survey survey_;
  std::vector<Blocked> blocked_;
  IntervalSet free_;
};

}  // namespace

v1::SlotsAnswer FindSlots(const SlotSearch& search) {
  v1::SlotsAnswer answer;
  ToProto(search.from, answer.mutable_from());
  ToProto(search.until, answer.mutable_until());
  ToProto(search.length, answer.mutable_length());
  flat::Arena arena;
  const Concerns concerns(*search.sources, *search.work, &arena);
  absl::Duration stretch = kFirstStretch;
  while (search.from < search.until) {
    const Interval starts{search.from, std::min(search.until, search.from + stretch)};
    const bool last = starts.end == search.until;
    Stretch found(search, concerns, starts, &arena);
    found.Run();
    std::vector<Interval> free = found.free().intervals();
    // A range that goes on is known whole only in a longer stretch.
    const bool open_ended = !free.empty() && free.back().end == starts.end;
    const size_t whole = free.size() - (open_ended && !last ? 1 : 0);
    if (whole < static_cast<size_t>(search.count) && !last) {
      stretch *= kStretchFactor;
      continue;
    }
    free.resize(std::min(whole, static_cast<size_t>(search.count)));
    for (const Interval& range : free) {
      v1::Slot* const slot = answer.add_slots();
      ToProto(range.start, slot->mutable_start());
      ToProto(range.start + search.length, slot->mutable_end());
      ToProto(range.end - kTick, slot->mutable_latest_start());
      std::set<std::string> windows;
      for (const Survey::Window& window : found.survey().windows) {
        if (window.interval.Meets({range.start, range.start + search.length})) {
          windows.insert(window.window->id());
        }
      }
      *slot->mutable_windows() = {windows.begin(), windows.end()};
    }
    const Survey& survey = found.survey();
    for (const std::string_view list : concerns.unknown.names(&arena)) {
      answer.add_unknown(std::string(list));
    }
    for (const std::string_view problem : survey.problems) {
      answer.add_problems(std::string(problem));
    }
    const Interval before{search.from, free.empty() ? starts.end : free.front().start};
    if (!before.empty()) found.AddObstacles(before, &answer);
    return answer;
  }
  return answer;
}

}  // namespace changepolicy
