// Texts of an answer, without the heap in the usual case: they stand in the library or in the
// arena.
#ifndef LIBCHANGEPOLICY_APPROVAL_TOLD_TEXT_H_
#define LIBCHANGEPOLICY_APPROVAL_TOLD_TEXT_H_

#include <string_view>

#include "absl/time/time.h"
#include "changepolicy/v1/common.pb.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/flat/arena.h"

namespace changepolicy {

// In UTC, so that it reads the same everywhere.
std::string_view InstantText(absl::Time at, flat::Arena* arena);

std::string_view NumberText(int number, flat::Arena* arena);

// As base/enum_names.h has it. Of a part or an aspect that exists.
std::string_view NameOf(v1::Part part);
std::string_view NameOf(v1::Aspect aspect);
// Of any value.
template <typename Enum>
std::string_view NameOf(Enum value, flat::Arena* arena) {
  return arena->Copy(ValueName(value));
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_TOLD_TEXT_H_
