// The time zones by which a decision was made, as far as its inputs name them.
#ifndef LIBCHANGEPOLICY_AUDIT_ZONES_H_
#define LIBCHANGEPOLICY_AUDIT_ZONES_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace changepolicy {

// Zones that a policy or an organization names, sorted, each once: what stands in fields `zone`, as
// it stands there, and in quotes inside of expressions and other texts, like
// `now.getHours("Asia/Singapore")`, where there are rules of such a zone (ReadZoneFile). A name
// that an expression puts together is not found. Linear in the message, and looks for a file for
// each text in quotes that could be a name.
std::vector<std::string> ZonesNamedIn(const google::protobuf::Message& message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_ZONES_H_
