// The next times at which work could start.
#ifndef LIBCHANGEPOLICY_CALENDAR_SLOTS_H_
#define LIBCHANGEPOLICY_CALENDAR_SLOTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/calendar/survey.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/calendar/work_index.h"

namespace changepolicy {

// Starts are ruled out before `until` or from `from` on, for a reason that no calendar knows.
struct StartLimit {
  v1::ObstacleKind kind;
  std::string id;
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
};

// Nothing is owned; pointers are set.
struct SlotSearch {
  const CalendarSources* sources = nullptr;
  const WorkIndex* index = nullptr;
  const Work* work = nullptr;  // its interval is not read
  absl::Duration length;       // with the rollback reserve; more than nothing
  absl::Time from, until;      // starts in [from, until)
  int count = 1;               // at least 1
  std::vector<StartLimit> limits;
};

// Fills slots, obstacles, problems and unknown. A start is free where at each instant of the work
// a window is open for every part of it that windows are declared for, no freeze holds but those
// that an emergency may cross or that let begun work finish, nothing that clashes goes on, nobody
// is away, and no limit rules it out. Slots are the maximal ranges of free starts; the search
// widens until it has `count` of them or reaches `until`.
//
// Obstacles are those before the first slot, at most kMostObstacles of them.
v1::SlotsAnswer FindSlots(const SlotSearch& search);

inline constexpr int kMostObstacles = 100;

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_SLOTS_H_
