// Edits of messages by path, as cases of suites make them.
#ifndef LIBCHANGEPOLICY_TRIAL_EDIT_H_
#define LIBCHANGEPOLICY_TRIAL_EDIT_H_

#include "absl/status/status.h"
#include "changepolicy/v1/trial.pb.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// Sets or removes what the path names: `impact.availability`, `approvals[0].by`, an element by its
// id `services[web].critical`, an entry of a map `facts[cost]`, a new element `approvals[+]`. What
// is between quotes is never a position: `services["7"]`. INVALID_ARGUMENT names the part of the
// path, or of the value, that does not fit; the message is then as it was.
absl::Status ApplyEdit(const v1::Edit& edit, google::protobuf::Message* message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_EDIT_H_
