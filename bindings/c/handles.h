// The objects behind the C library's handles, and how a call knows that it was given one of them.
//
// Every handle begins with the name of its type, so that one of another type is told apart. Where
// handles are checked (CHANGEPOLICY_CHECKED_HANDLES), a register knows every handle that is alive,
// and the memory of those that were freed is never used again.
#ifndef BINDINGS_C_HANDLES_H_
#define BINDINGS_C_HANDLES_H_

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/c/changepolicy.h"
#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/cel.h"
#include "libchangepolicy/cel_conditions.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"
#include "libchangepolicy/policy_series.h"

namespace changepolicy::c {

// First in every handle; the address of the type's name stands for the type.
struct Tag {
  const char* type;
};

// One of the two files handles_checked.cc and handles_unchecked.cc is part of a build. A constant
// there and not a function: most calls have nothing else to ask about their handles.
extern const bool kHandlesAreChecked;
void HandleWasMade(const void* handle, const char* type);
// Whether it is a handle of the type that was not freed. Of handles that are not checked, nobody
// knows; their memory says so (IsAlive).
bool HandleIsKnown(const void* handle, const char* type);
// Whether it was alive. Afterwards it is not.
bool HandleIsFreed(void* handle, const char* type);

template <typename T, typename... Args>
T* MakeHandle(Args&&... args) {
  std::unique_ptr<T> made(new T{{T::kName}, std::forward<Args>(args)...});
  HandleWasMade(made.get(), T::kName);
  return made.release();
}

template <typename T>
bool IsAlive(const T* handle) {
  if (handle == nullptr) return false;
  return kHandlesAreChecked ? HandleIsKnown(handle, T::kName) : handle->type == T::kName;
}

// NULL, what is no handle, and where it can be known what was freed already, are let pass.
template <typename T>
void FreeHandle(T* handle) {
  if (handle == nullptr || !HandleIsFreed(handle, T::kName)) return;
  handle->~T();
  // A checked build keeps the memory, so that no other handle is taken for this one.
  if (!kHandlesAreChecked) ::operator delete(handle);
}

template <typename T>
struct Freed {
  void operator()(T* handle) const { FreeHandle(handle); }
};
// A handle that is a part of another.
template <typename T>
using Owned = std::unique_ptr<T, Freed<T>>;

}  // namespace changepolicy::c

struct changepolicy_bytes : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_bytes";
  std::string bytes;
};

struct changepolicy_list : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_list";
  std::vector<std::string> items;
};

// A part of other handles; callers never free it.
struct changepolicy_issues : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_issues";
  changepolicy::Issues issues;
  std::vector<std::string> texts;  // of each issue, as the command prints it
};

struct changepolicy_error : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_error";
  changepolicy_status code = CHANGEPOLICY_INTERNAL;
  std::string message;
  std::string path;
  changepolicy::c::Owned<changepolicy_issues> issues;
};

struct changepolicy_policy : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_policy";
  changepolicy::Policy policy;
  changepolicy::c::Owned<changepolicy_issues> issues;
};

struct changepolicy_organization : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_organization";
  changepolicy::Organization organization;
  changepolicy::c::Owned<changepolicy_issues> issues;
};

struct changepolicy_engine : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_engine";
  changepolicy::Engine engine;
};

struct changepolicy_series : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_series";
  changepolicy::PolicySeries series;
};

struct changepolicy_batch : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_batch";
  struct Row {
    std::string decision;
    changepolicy::c::Owned<changepolicy_error> error;  // null where there is a decision
  };
  std::vector<Row> rows;
};

struct changepolicy_cel_program : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_cel_program";
  changepolicy::CelExpression expression;
  changepolicy::CelSchema schema;
};

struct changepolicy_cel_conditions : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_cel_conditions";
  changepolicy::CelConditions conditions;
  changepolicy::CelSchema schema;
};

struct changepolicy_audit_log : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_audit_log";
  std::unique_ptr<changepolicy::AuditLog> log;
};

struct changepolicy_audit_items : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_audit_items";
  absl::Time recorded_at;
  std::string recorded_by;
  std::vector<changepolicy::LogItem> items;
};

struct changepolicy_audit_entry : changepolicy::c::Tag {
  static constexpr char kName[] = "changepolicy_audit_entry";
  int64_t index = 0;
  bool erased = false;
  changepolicy_kind subject_kind = 0;
  std::string message;
  std::string subject;
  std::string decision;
};

#endif  // BINDINGS_C_HANDLES_H_
