// Which records a decision sees: those recorded by its instant.
//
// A record in favour of permission counts when it happened and was recorded at or before `now`; a
// record against it (a veto, an edit, a failed run, a withdrawal, an incident) counts already
// within the policy's clock skew after `now`, because clocks of recording systems differ and the
// doubt goes against permission. Whether a record is for or against is told by its own content.
#ifndef LIBCHANGEPOLICY_EVAL_VISIBILITY_H_
#define LIBCHANGEPOLICY_EVAL_VISIBILITY_H_

#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy {

// Whether the record speaks against permission, by its own content.
bool IsAgainstPermission(const google::protobuf::Message& record);

// Takes every record that is not visible at `now` out of `message`, at any depth, and appends the
// instants at which one of them will become visible to `changes`. Singular records are cleared.
// Linear in the size of the message.
void KeepVisible(absl::Time now, absl::Duration clock_skew, google::protobuf::Message* message,
                 std::vector<absl::Time>* changes);

// The same of a flat message that lies in an arena, where it stands: what is taken out is not given
// back. Without the heap once it was asked before, unless `changes` grows.
void KeepVisible(absl::Time now, absl::Duration clock_skew, const flat::MessageTable& table,
                 void* message, std::vector<absl::Time>* changes);

// The earliest instant from which every record in `message` is visible; the infinite past where it
// has none. Linear in the size of the message.
absl::Time AllVisibleFrom(absl::Duration clock_skew, const google::protobuf::Message& message);

// The instants at which one of the records in `message` becomes visible, sorted, each once: what
// KeepVisible appends at any `now` ends with a part of these, and begins with the first of them
// that is later. Linear in the size of the message.
std::vector<absl::Time> BoundariesOf(absl::Duration clock_skew,
                                     const google::protobuf::Message& message);

// Whether KeepVisible surely has nothing to take out: no record happened or was recorded after
// `now`. Linear in the size of the message, without the heap once it was asked before.
bool IsAllVisible(const flat::MessageTable& table, const void* message, absl::Time now);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_VISIBILITY_H_
