// Messages as bytes: equal messages give equal bytes.
#ifndef LIBCHANGEPOLICY_BASE_WIRE_H_
#define LIBCHANGEPOLICY_BASE_WIRE_H_

#include <string>

#include "google/protobuf/message.h"

namespace changepolicy {

// Protobuf's deterministic encoding: maps by key, lists in the order in which they stand. That of
// canonical.h sorts lists without order as well.
std::string DeterministicBytes(const google::protobuf::Message& message);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_WIRE_H_
