// What functions on an audit log have in common.
#ifndef BINDINGS_C_AUDIT_H_
#define BINDINGS_C_AUDIT_H_

#include <string_view>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"

namespace changepolicy::c {

// Runs the body once the log, and the argument that is required beside it, are known to be right.
template <typename Body>
changepolicy_status OnLog(const changepolicy_audit_log* log, const void* required,
                          std::string_view name, changepolicy_error** error, Body body) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, log, "log"));
    CP_RETURN_IF_ERROR(NotNull(call, required, name));
    return body(call);
  });
}

}  // namespace changepolicy::c

#endif  // BINDINGS_C_AUDIT_H_
