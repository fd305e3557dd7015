// Calendars made ready for questions.
#ifndef LIBCHANGEPOLICY_CALENDAR_COMPILED_CALENDAR_H_
#define LIBCHANGEPOLICY_CALENDAR_COMPILED_CALENDAR_H_

#include <vector>

#include "changepolicy/v1/calendar.pb.h"
#include "libchangepolicy/calendar/scope.h"
#include "libchangepolicy/calendar/times.h"

namespace changepolicy {

struct CompiledWindow {
  v1::MaintenanceWindow window;
  Times times;
  CompiledScope scope;
};

struct CompiledFreeze {
  v1::Freeze freeze;
  Times times;
  CompiledScope scope;
};

struct CompiledLeadTime {
  v1::LeadTime lead_time;
  CompiledScope scope;
};

// The freeze with the holidays that it names among `sets`; one that is not there is a problem
// whenever the freeze is asked about, and the freeze then holds.
CompiledFreeze CompileFreeze(const v1::Freeze& freeze,
                             const google::protobuf::RepeatedPtrField<v1::HolidaySet>& sets);

// Immutable, thread-safe; owns what it keeps. For a calendar without errors (CheckCalendar); of
// another one, what is wrong becomes a problem when it is asked about.
class CompiledCalendar {
 public:
  CompiledCalendar() = default;
  explicit CompiledCalendar(const v1::Calendar& calendar);

  const std::vector<CompiledWindow>& windows() const { return windows_; }
  const std::vector<CompiledFreeze>& freezes() const { return freezes_; }
  const std::vector<CompiledLeadTime>& lead_times() const { return lead_times_; }

 private:
  std::vector<CompiledWindow> windows_;
  std::vector<CompiledFreeze> freezes_;
  std::vector<CompiledLeadTime> lead_times_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_COMPILED_CALENDAR_H_
