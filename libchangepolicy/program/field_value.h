// The values of fields of flat messages, as expressions read them.
#ifndef LIBCHANGEPOLICY_PROGRAM_FIELD_VALUE_H_
#define LIBCHANGEPOLICY_PROGRAM_FIELD_VALUE_H_

#include <cstdint>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/flat/table.h"
#include "libchangepolicy/program/datum.h"

namespace changepolicy {

// What a field reads as.
enum class FieldForm : uint8_t {
  kNone,  // nothing that is compiled: a map, a number with a point, bytes
  kBool,
  kInt32,
  kInt64,
  kEnum,
  kString,
  kTimestamp,
  kDuration,
  kMessage,
  kList,
};
FieldForm FormOf(const google::protobuf::FieldDescriptor& field);
// Of the elements of a list.
Datum::Storage StorageOf(const google::protobuf::FieldDescriptor& field);

// Bytes of the largest message that expressions read.
inline constexpr uint32_t kLargestMessage = 4096;

// The field's value, or its default where it is unset. A message or list gets no trail. Open for a
// time that no expression can have.
Datum ReadField(const void* message, const flat::FieldTable& field, FieldForm form,
                Datum::Storage storage);

// Of lists of both kinds. Elements that are messages get no trail, unless they had one in a kList.
uint32_t SizeOfList(const Datum& list);
Datum ElementOfList(const Datum& list, uint32_t index);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_FIELD_VALUE_H_
