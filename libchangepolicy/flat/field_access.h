// Fields of flat messages by their tables.
#ifndef LIBCHANGEPOLICY_FLAT_FIELD_ACCESS_H_
#define LIBCHANGEPOLICY_FLAT_FIELD_ACCESS_H_

#include <cstdint>
#include <cstring>
#include <string_view>

#include "libchangepolicy/flat/repeated.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy {

template <typename T>
const T& FieldAt(const void* message, const flat::FieldTable& field) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(message) + field.offset);
}

// As reflection's HasField, and for a list whether it has elements. `bit` is that of the field.
inline bool IsFieldSet(const void* message, const flat::FieldTable& field, uint64_t bit) {
  uint64_t present;
  std::memcpy(&present, static_cast<const char*>(message) + flat::MessageTable::kPresentOffset,
              sizeof present);
  if ((present & bit) == 0) return false;
  switch (field.kind) {
    case flat::Kind::kMessage:
      return FieldAt<const void*>(message, field) != nullptr;
    case flat::Kind::kRepeatedInt32:
    case flat::Kind::kRepeatedInt64:
    case flat::Kind::kRepeatedString:
    case flat::Kind::kRepeatedMessage:
    case flat::Kind::kMap:
      return FieldAt<flat::ListStorage>(message, field).size > 0;
    default:
      break;
  }
  if (field.explicit_presence) return true;
  switch (field.kind) {
    case flat::Kind::kInt32:
      return FieldAt<int32_t>(message, field) != 0;
    case flat::Kind::kInt64:
      return FieldAt<int64_t>(message, field) != 0;
    case flat::Kind::kBool:
      return FieldAt<bool>(message, field);
    case flat::Kind::kDouble:
      // Minus zero is no default.
      return FieldAt<int64_t>(message, field) != 0;
    case flat::Kind::kString:
    case flat::Kind::kBytes:
      return !FieldAt<std::string_view>(message, field).empty();
    default:
      return false;
  }
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_FLAT_FIELD_ACCESS_H_
