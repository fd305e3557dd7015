// Answers about time as text for a terminal: the forward schedule day by day, free slots,
// conflicts, what a freeze would hit, a train's plan. Each ends with a newline and names its zone
// once; texts of records are made safe to print. At most 100 columns where words allow it.
#ifndef LIBCHANGEPOLICY_REPORT_SCHEDULE_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_SCHEDULE_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "changepolicy/v1/schedule.pb.h"

namespace changepolicy {

struct ScheduleTextOptions {
  // ANSI colours; for a terminal only.
  bool color = false;
  // What only an auditor asks for as well: when work was put on record.
  bool verbose = false;
  // The forward schedule holds trains alone, and says nothing of what else there is.
  bool trains_only = false;
  // Days begin, and times are read, in this zone. Times carry the offset only where a local time
  // occurs twice.
  absl::TimeZone zone = absl::UTCTimeZone();
};

// What is open, frozen, planned, in conflict, and which trains have a date: on each local day on
// which something begins or ends. A thing stands on the day on which it begins; what lasts longer
// than 24 hours also on each later day that is listed.
std::string ScheduleText(const v1::ForwardSchedule& schedule, const ScheduleTextOptions& options);

// The next slots, and what stands in the way before them; why there is none where none is known.
std::string SlotsText(const v1::SlotsAnswer& answer, const ScheduleTextOptions& options);

// Every pair, with everything in which the two meet.
std::string ConflictsText(const v1::ConflictsAnswer& answer, const ScheduleTextOptions& options);

// The work that a freeze would hit, and what of it may finish or cross.
std::string FreezeImpactText(const v1::FreezeImpactAnswer& answer,
                             const ScheduleTextOptions& options);

// What goes with the train, in order; and why other changes do not.
std::string TrainPlanText(const v1::TrainPlan& plan, const ScheduleTextOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_SCHEDULE_TEXT_H_
