#include "tests/audit/random_message.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

constexpr int kMaxDepth = 7;

}  // namespace

void RandomMessages::Fill(Message* message, int depth) {
  const auto* const type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (field.message_type() != nullptr && (depth >= kMaxDepth || Below(depth + 2) > 1)) continue;
    if (!field.is_repeated()) {
      // The last of a oneof stays.
      if (Below(3) > 0) SetOne(message, field, depth);
      continue;
    }
    for (int n = Below(3); n > 0; --n) AddOne(message, field, depth);
  }
}

void RandomMessages::SetOne(Message* message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(message, &field, text_(random_));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      Fill(reflection.MutableMessage(message, &field), depth + 1);
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.SetEnumValue(
          message, &field,
          field.enum_type()->value(Below(field.enum_type()->value_count()))->number());
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      // Of a fact, which may be declared as text.
      if (field.containing_type()->full_name() == "google.protobuf.Value") break;
      reflection.SetBool(message, &field, Below(2) == 1);
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.SetInt32(message, &field, Below(1000));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection.SetInt64(message, &field, Below(1000));
      break;
    default:  // doubles, of facts alone
      break;
  }
}

void RandomMessages::AddOne(Message* message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message->GetReflection();
  if (field.is_map()) {
    // One entry per key.
    const FieldDescriptor* const key = field.message_type()->map_key();
    const FieldDescriptor* const value = field.message_type()->map_value();
    const std::string name = text_(random_);
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      const Message& entry = reflection.GetRepeatedMessage(*message, &field, i);
      if (entry.GetReflection()->GetString(entry, key) == name) return;
    }
    Message* const entry = reflection.AddMessage(message, &field);
    entry->GetReflection()->SetString(entry, key, name);
    SetOne(entry, *value, depth);
    return;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.AddString(message, &field, text_(random_));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      Fill(reflection.AddMessage(message, &field), depth + 1);
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.AddEnumValue(
          message, &field,
          field.enum_type()->value(Below(field.enum_type()->value_count()))->number());
      break;
    default:
      break;
  }
}

}  // namespace changepolicy
