// What the words for a field's value need to know of it, told once and not by its descriptor each
// time.
#ifndef LIBCHANGEPOLICY_PROGRAM_FIELD_SHAPE_H_
#define LIBCHANGEPOLICY_PROGRAM_FIELD_SHAPE_H_

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/flat/table.h"
#include "libchangepolicy/program/datum.h"
#include "libchangepolicy/program/field_value.h"

namespace changepolicy {

struct FieldShape {
  FieldForm form = FieldForm::kNone;
  Datum::Storage storage = Datum::Storage::kMessage;            // of a list's elements
  const google::protobuf::EnumDescriptor* enum_type = nullptr;  // null: no enum, or none in a list
};

// Those of the fields of a message of the model, by the numbers of their bits. Lives as long as the
// process. Thread-safe. O(1), but for the first time.
const FieldShape* ShapesOf(const flat::MessageTable& table);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_FIELD_SHAPE_H_
