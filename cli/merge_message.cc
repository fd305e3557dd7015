#include "cli/merge_message.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/json.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// By what records of one list, and entries of a map, are told apart; empty: by all that they say.
std::string IdOf(const Message& message) {
  const bool is_entry = message.GetDescriptor()->options().map_entry();
  for (const char* const name : {is_entry ? "key" : "id", "number"}) {
    const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || !message.GetReflection()->HasField(message, field)) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return message.GetReflection()->GetString(message, field);
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      return StrCat(message.GetReflection()->GetInt32(message, field));
    }
  }
  return "";
}

void MergeMessages(const Message& from, const FieldDescriptor& field, Message* into) {
  const auto name_of = [](const Message& element) {
    const std::string id = IdOf(element);
    return id.empty() ? StrCat("=", MessageBytes(element)) : StrCat("#", id);
  };
  std::map<std::string, int> places;
  for (int i = 0; i < into->GetReflection()->FieldSize(*into, &field); ++i) {
    places.emplace(name_of(into->GetReflection()->GetRepeatedMessage(*into, &field, i)), i);
  }
  for (int i = 0; i < from.GetReflection()->FieldSize(from, &field); ++i) {
    const Message& element = from.GetReflection()->GetRepeatedMessage(from, &field, i);
    const auto [place, is_new] =
        places.emplace(name_of(element), into->GetReflection()->FieldSize(*into, &field));
    Message* const same =
        is_new ? into->GetReflection()->AddMessage(into, &field)
               : into->GetReflection()->MutableRepeatedMessage(into, &field, place->second);
    // A record is one statement: parts of an older one do not stay in it.
    same->CopyFrom(element);
  }
}

// Texts and enums: what is there already is not added.
void MergeValues(const Message& from, const FieldDescriptor& field, Message* into) {
  const auto& given = *from.GetReflection();
  const auto& reflection = *into->GetReflection();
  for (int i = 0; i < given.FieldSize(from, &field); ++i) {
    bool known = false;
    for (int j = 0; j < reflection.FieldSize(*into, &field) && !known; ++j) {
      known = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING
                  ? reflection.GetRepeatedString(*into, &field, j) ==
                        given.GetRepeatedString(from, &field, i)
                  : reflection.GetRepeatedEnumValue(*into, &field, j) ==
                        given.GetRepeatedEnumValue(from, &field, i);
    }
    if (known) continue;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(into, &field, given.GetRepeatedString(from, &field, i));
    } else {
      reflection.AddEnumValue(into, &field, given.GetRepeatedEnumValue(from, &field, i));
    }
  }
}

void MergeSingle(const Message& from, const FieldDescriptor& field, Message* into) {
  const bool is_part = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       field.message_type()->full_name().rfind("changepolicy.", 0) == 0;
  if (is_part) {
    MergeMessage(from.GetReflection()->GetMessage(from, &field),
                 into->GetReflection()->MutableMessage(into, &field));
    return;
  }
  // Its own merge would append to what stands in a Struct or add up no fields of an instant.
  into->GetReflection()->ClearField(into, &field);
  std::unique_ptr<Message> alone(from.New());
  alone->CopyFrom(from);
  std::vector<const FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  for (const FieldDescriptor* const other : set) {
    if (other != &field) alone->GetReflection()->ClearField(alone.get(), other);
  }
  into->MergeFrom(*alone);
}

}  // namespace

void MergeMessage(const Message& from, Message* into) {
  std::vector<const FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  for (const FieldDescriptor* const field : set) {
    if (field->is_repeated()) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        MergeMessages(from, *field, into);
      } else {
        MergeValues(from, *field, into);
      }
    } else {
      MergeSingle(from, *field, into);
    }
  }
}

}  // namespace changepolicy::cli
