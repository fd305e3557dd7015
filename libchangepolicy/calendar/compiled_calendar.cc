#include "libchangepolicy/calendar/compiled_calendar.h"

namespace changepolicy {

CompiledFreeze CompileFreeze(const v1::Freeze& freeze,
                             const google::protobuf::RepeatedPtrField<v1::HolidaySet>& sets) {
  CompiledFreeze compiled{freeze, Times(freeze.times()), CompiledScope(freeze.scope())};
  for (const std::string& name : freeze.holidays()) {
    bool found = false;
    for (const v1::HolidaySet& set : sets) {
      if (set.id() != name) continue;
      compiled.times.AddHolidays(set);
      found = true;
    }
    if (!found) compiled.times.AddUnknown(name);
  }
  return compiled;
}

CompiledCalendar::CompiledCalendar(const v1::Calendar& calendar) {
  for (const v1::MaintenanceWindow& window : calendar.windows()) {
    windows_.push_back({window, Times(window.times()), CompiledScope(window.scope())});
  }
  for (const v1::Freeze& freeze : calendar.freezes()) {
    freezes_.push_back(CompileFreeze(freeze, calendar.holidays()));
  }
  for (const v1::LeadTime& lead_time : calendar.lead_times()) {
    lead_times_.push_back({lead_time, CompiledScope(lead_time.scope())});
  }
}

}  // namespace changepolicy
