// Questions about time: when a change or release could go out, what conflicts with what, what a
// freeze would hit, what is planned, and which changes go with which train.
//
//   changepolicy::Planner planner(policy, organization);
//   absl::StatusOr<changepolicy::v1::SlotsAnswer> slots =
//       planner.NextSlots(change, {.now = absl::Now(), .count = 3});
//   if (slots.ok() && !slots->slots().empty()) Propose(slots->slots(0).start());
//
// Like the engine's, every answer is a pure function of policy, organization, subject and instant;
// no slot is ever given where something is unknown or could not be computed. Immutable after
// construction, thread-safe.
#ifndef LIBCHANGEPOLICY_CALENDAR_H_
#define LIBCHANGEPOLICY_CALENDAR_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "changepolicy/v1/calendar.pb.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

struct SlotQuestion {
  // The instant of the question. Required: the library reads no clock.
  absl::Time now = absl::InfinitePast();
  // Starts in [from, until) are searched; by default from `now` on for 366 days, at most five
  // years.
  std::optional<absl::Time> from, until;
  int count = 1;  // slots wanted, 1 to 1000
  // Length of the work with its rollback reserve; by default that of its schedule.
  std::optional<absl::Duration> length;
};

class Planner {
 public:
  Planner(Policy policy, Organization organization);

  // The next times at which the subject could be deployed: open windows, no freeze, no conflict,
  // everybody there, notices sent early enough, and no approval or evidence that counts now gone
  // by then. A slot is a range of starts that are all as good. The subject's own schedule counts
  // for its length alone. Moving a change is an edit of its schedule: approvals of that aspect have
  // to be given again. INVALID_ARGUMENT as Engine::Decide, and for a span, count or length that is
  // out of range. Costs about one decision for each change of the answer by the clock up to the
  // last slot, and O(n log n) in what is declared and meets the time up to there.
  absl::StatusOr<v1::SlotsAnswer> NextSlots(const v1::ChangeRequest& change,
                                            const SlotQuestion& question) const;
  absl::StatusOr<v1::SlotsAnswer> NextSlots(const v1::Release& release,
                                            const SlotQuestion& question) const;

  // Every pair of scheduled work that is in each other's way, as the ledger stood at `now`.
  absl::StatusOr<v1::ConflictsAnswer> Conflicts(absl::Time now) const;

  // The scheduled work that the freeze would hit, whether or not it is declared already. Its
  // holidays are those of the organization's calendar, then the policy's. INVALID_ARGUMENT, with
  // the place and the remedy, for a freeze that cannot be understood.
  absl::StatusOr<v1::FreezeImpactAnswer> FreezeImpact(const v1::Freeze& freeze,
                                                      absl::Time now) const;
  // The freeze with this id, of the organization, then of the policy. NOT_FOUND.
  absl::StatusOr<v1::Freeze> FindFreeze(std::string_view id) const;

  // Everything that is planned in [from, until), at most five years.
  absl::StatusOr<v1::ForwardSchedule> Schedule(absl::Time now, absl::Time from,
                                               absl::Time until) const;

  // Releases of the trains of both calendars of which some date lies in [from, until), by release.
  absl::StatusOr<std::vector<v1::TrainDeparture>> Departures(absl::Time from,
                                                             absl::Time until) const;

  // Which of the changes go with a train: one by its departure's id, the next departure of a train
  // by the train's id, or with `major`, `minor`, `patch` the next one of this kind; `now` is when
  // it is asked. NOT_FOUND where none departs within five years.
  absl::StatusOr<v1::TrainPlan> PlanTrain(std::string_view train,
                                          const std::vector<v1::ChangeRequest>& changes,
                                          absl::Time now) const;

 private:
  absl::StatusOr<v1::TrainDeparture> FindDeparture(std::string_view train, absl::Time now) const;

  Policy policy_;
  Organization organization_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_H_
