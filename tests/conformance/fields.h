// Reading messages whose classes are only known at run time, by field names.
#ifndef TESTS_CONFORMANCE_FIELDS_H_
#define TESTS_CONFORMANCE_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace changepolicy::conformance {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

inline const FieldDescriptor* FieldOf(const Message& message, std::string_view name) {
  return message.GetDescriptor()->FindFieldByName(std::string(name));
}
inline bool Has(const Message& message, std::string_view name) {
  const FieldDescriptor* const field = FieldOf(message, name);
  return field != nullptr &&
         (field->is_repeated() ? message.GetReflection()->FieldSize(message, field) > 0
                               : message.GetReflection()->HasField(message, field));
}
inline std::string Text(const Message& message, std::string_view name) {
  return message.GetReflection()->GetString(message, FieldOf(message, name));
}
inline bool Flag(const Message& message, std::string_view name) {
  return message.GetReflection()->GetBool(message, FieldOf(message, name));
}
inline int64_t Int64(const Message& message, std::string_view name) {
  return message.GetReflection()->GetInt64(message, FieldOf(message, name));
}
inline const Message& Sub(const Message& message, std::string_view name) {
  return message.GetReflection()->GetMessage(message, FieldOf(message, name));
}
inline std::vector<const Message*> All(const Message& message, std::string_view name) {
  std::vector<const Message*> all;
  const FieldDescriptor* const field = FieldOf(message, name);
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    all.push_back(&message.GetReflection()->GetRepeatedMessage(message, field, i));
  }
  return all;
}
// Name of the field of the oneof that is set; empty for none.
inline std::string Choice(const Message& message, std::string_view oneof) {
  const FieldDescriptor* const field = message.GetReflection()->GetOneofFieldDescriptor(
      message, message.GetDescriptor()->FindOneofByName(std::string(oneof)));
  return field == nullptr ? "" : field->name();
}

}  // namespace changepolicy::conformance

#endif  // TESTS_CONFORMANCE_FIELDS_H_
