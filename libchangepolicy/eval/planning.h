// The subject of a question as work on the calendars.
#ifndef LIBCHANGEPOLICY_EVAL_PLANNING_H_
#define LIBCHANGEPOLICY_EVAL_PLANNING_H_

#include "absl/time/time.h"
#include "changepolicy/v1/decision.flat.h"
#include "libchangepolicy/calendar/concerns.h"
#include "libchangepolicy/calendar/work.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/fact_names.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {

// What the subject touches and who works on it, people by the directory's ids. The interval is the
// planned one with its rollback reserve, where start and end are known. Texts are those of the
// subject and the roster, or in the arena.
Work WorkOf(const Subject& subject, v1::Category category, const Roster& roster,
            flat::Arena* arena);

// What is not known of the planned interval, by path: start, end, rollback reserve. In the arena.
FactNames UnknownOfInterval(const Subject& subject, flat::Arena* arena);

// The calendars of organization and policy, and the people and team of the work. Points into its
// arguments.
CalendarSources SourcesFor(const CheckedPolicy& policy, const BoundOrganization& organization,
                           const Work& work);

// Notices that the subject owes before its planned start, by id: lead times of the calendars, and
// what contracts owe the clients of its services. `concerns` is of its work. Texts are those of
// the calendars, or in the arena.
flat::RepeatedMessage<flat::NoticeDue> NoticesOf(const BoundOrganization& organization,
                                                 const Subject& subject, const Concerns& concerns,
                                                 flat::Arena* arena);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_PLANNING_H_
