// The time zones on whose rules a decision depends, as far as its inputs name them.
#ifndef LIBCHANGEPOLICY_BASE_NAMED_ZONES_H_
#define LIBCHANGEPOLICY_BASE_NAMED_ZONES_H_

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

// ZoneRulesVersion() where a zone is named whose rules can change, that is any but UTC; otherwise
// empty. Costs as much as ZonesNamedIn.
std::string ZoneRulesNamedIn(const google::protobuf::Message& message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_NAMED_ZONES_H_
