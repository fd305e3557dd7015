// Status helpers: early return, and constructors that take our strings.
#ifndef LIBCHANGEPOLICY_BASE_STATUS_H_
#define LIBCHANGEPOLICY_BASE_STATUS_H_

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

// The caller's mistake; `message` names the field by its path and says what to do.
inline absl::Status InvalidArgument(std::string_view message) {
  return absl::InvalidArgumentError(ToAbsl(message));
}
inline absl::Status NotFound(std::string_view message) {
  return absl::NotFoundError(ToAbsl(message));
}
inline absl::Status FailedPrecondition(std::string_view message) {
  return absl::FailedPreconditionError(ToAbsl(message));
}
// A declared limit (size, depth, cost, people) was exceeded; `message` names the limit.
inline absl::Status ResourceExhausted(std::string_view message) {
  return absl::ResourceExhaustedError(ToAbsl(message));
}
inline absl::Status Internal(std::string_view message) {
  return absl::InternalError(ToAbsl(message));
}

inline std::string_view MessageOf(const absl::Status& status) { return FromAbsl(status.message()); }

}  // namespace changepolicy

// Returns from the enclosing function when `expr` is not OK.
#define CP_RETURN_IF_ERROR(expr)                              \
  do {                                                        \
    if (absl::Status cp_status_ = (expr); !cp_status_.ok()) { \
      return cp_status_;                                      \
    }                                                         \
  } while (false)

#define CP_STATUS_CONCAT_INNER_(a, b) a##b
#define CP_STATUS_CONCAT_(a, b) CP_STATUS_CONCAT_INNER_(a, b)

// CP_ASSIGN_OR_RETURN(auto value, Compute()): declares `value`, or returns the error.
#define CP_ASSIGN_OR_RETURN(lhs, expr) \
  CP_ASSIGN_OR_RETURN_IMPL_(CP_STATUS_CONCAT_(cp_statusor_, __LINE__), lhs, expr)
#define CP_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr) \
  auto statusor = (expr);                              \
  if (!statusor.ok()) {                                \
    return std::move(statusor).status();               \
  }                                                    \
  lhs = std::move(statusor).value()

#endif  // LIBCHANGEPOLICY_BASE_STATUS_H_
