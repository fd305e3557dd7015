// The library itself: versions, the schema of its messages, and messages from one encoding to the
// other.
#include <memory>
#include <string>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/messages.h"

using changepolicy::c::Call;
using changepolicy::c::CheckEncoding;
using changepolicy::c::Give;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

extern "C" {

int32_t changepolicy_abi_version(void) { return CHANGEPOLICY_ABI_VERSION; }

const char* changepolicy_version(void) { return CHANGEPOLICY_VERSION; }

int32_t changepolicy_checks_handles(void) { return changepolicy::c::kHandlesAreChecked ? 1 : 0; }

changepolicy_status changepolicy_descriptors(changepolicy_bytes** descriptors,
                                             changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, descriptors, "descriptors"));
    return Give(changepolicy::c::Descriptors(), CHANGEPOLICY_BINARY, descriptors);
  });
}

changepolicy_status changepolicy_convert(const char* type, const changepolicy_message* message,
                                         changepolicy_encoding output, changepolicy_bytes** bytes,
                                         changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string name, ReadText(call, type, "type"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_RETURN_IF_ERROR(NotNull(call, bytes, "bytes"));
    CP_ASSIGN_OR_RETURN(const std::unique_ptr<google::protobuf::Message> read,
                        changepolicy::c::NewMessage(call, name));
    CP_RETURN_IF_ERROR(ReadMessage(call, message, "message", read.get()));
    return Give(*read, output, bytes);
  });
}

}  // extern "C"
