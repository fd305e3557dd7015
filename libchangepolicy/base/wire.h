// Messages as bytes and as JSON: equal messages give equal bytes.
#ifndef LIBCHANGEPOLICY_BASE_WIRE_H_
#define LIBCHANGEPOLICY_BASE_WIRE_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace changepolicy {

// Protobuf's deterministic encoding: maps by key, lists in the order in which they stand. That of
// canonical.h sorts lists without order as well.
std::string DeterministicBytes(const google::protobuf::Message& message);

// Protobuf's JSON by the names in the .proto files, maps by key; without a newline at its end.
// INVALID_ARGUMENT where JSON cannot say it: an instant beyond the year 9999, an Any that holds
// what is no message of the program.
absl::StatusOr<std::string> DeterministicJson(const google::protobuf::Message& message,
                                              bool pretty = false);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_WIRE_H_
