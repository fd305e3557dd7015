// The messages of changepolicy.v1 by name.
#ifndef BINDINGS_C_MESSAGES_H_
#define BINDINGS_C_MESSAGES_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "bindings/c/call.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/message.h"

namespace changepolicy::c {

// Every file of changepolicy.v1 and what they import, each after those that it imports.
google::protobuf::FileDescriptorSet Descriptors();

// An empty message, by its name with or without the package. INVALID_ARGUMENT with one that may
// have been meant.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> NewMessage(Call& call,
                                                                      std::string_view name);

}  // namespace changepolicy::c

#endif  // BINDINGS_C_MESSAGES_H_
