// What a freeze would hit.
#ifndef LIBCHANGEPOLICY_CALENDAR_FREEZE_IMPACT_H_
#define LIBCHANGEPOLICY_CALENDAR_FREEZE_IMPACT_H_

#include "changepolicy/v1/schedule.pb.h"
#include "libchangepolicy/calendar/compiled_calendar.h"
#include "libchangepolicy/calendar/relations.h"
#include "libchangepolicy/calendar/work_index.h"

namespace changepolicy {

// Every scheduled work that the freeze concerns and meets, whether or not the freeze is declared
// already. Work that does not say what a scope asks about counts as hit. O(works (log n + scope)).
v1::FreezeImpactAnswer FindFreezeImpact(const CompiledFreeze& freeze, const WorkIndex& index,
                                        const Relations& relations);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CALENDAR_FREEZE_IMPACT_H_
