#include "libchangepolicy/eval/fact_edit.h"

#include <algorithm>
#include <limits>
#include <string>

#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

using cel::Value;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const v1::FactDeclaration* Declaration(const CheckedPolicy& policy, const FactPlace& place) {
  if (!place.field().is_map() || place.field().name() != "facts") return nullptr;
  for (const v1::FactDeclaration& fact : policy.policy().facts()) {
    if (fact.name() == place.steps.back().key) return &fact;
  }
  return nullptr;
}

void ToJson(const Value& value, google::protobuf::Value* json) {
  switch (value.kind()) {
    case Value::Kind::kBool:
      json->set_bool_value(value.bool_value());
      break;
    case Value::Kind::kInt:
      json->set_number_value(static_cast<double>(value.int_value()));
      break;
    case Value::Kind::kDouble:
      json->set_number_value(value.double_value());
      break;
    case Value::Kind::kString:
      json->set_string_value(value.string_value());
      break;
    case Value::Kind::kTimestamp:
      json->set_string_value(cel::TimestampText(value.timestamp_value()));
      break;
    case Value::Kind::kDuration:
      json->set_string_value(cel::DurationText(value.duration_value()));
      break;
    case Value::Kind::kList:
      json->mutable_list_value();
      for (size_t i = 0; i < value.list().size(); ++i) {
        ToJson(value.list().At(i), json->mutable_list_value()->add_values());
      }
      break;
    default:
      json->set_null_value(google::protobuf::NULL_VALUE);
  }
}

void SetEntry(const FactPlace::Step& step, const Value& value, Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  const FieldDescriptor* const key = step.field->message_type()->map_key();
  const FieldDescriptor* const content = step.field->message_type()->map_value();
  Message* entry = nullptr;
  for (int i = 0; i < reflection.FieldSize(*holder, step.field); ++i) {
    Message* const each = reflection.MutableRepeatedMessage(holder, step.field, i);
    if (each->GetReflection()->GetString(*each, key) == step.key) entry = each;
  }
  if (entry == nullptr) entry = reflection.AddMessage(holder, step.field);
  entry->GetReflection()->SetString(entry, key, step.key);
  if (content->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    entry->GetReflection()->SetString(entry, content, value.string_value());
    return;
  }
  google::protobuf::Value json;
  ToJson(value, &json);
  entry->GetReflection()->MutableMessage(entry, content)->CopyFrom(json);
}

bool FitsInt32(int64_t number) {
  return number >= std::numeric_limits<int32_t>::min() &&
         number <= std::numeric_limits<int32_t>::max();
}

// Whether an element of the list, or the field itself where it is none, can have the value.
bool FitsOne(const FieldDescriptor& field, const Value& value) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return !field.is_repeated() && value.Is(Value::Kind::kBool);
    case FieldDescriptor::CPPTYPE_ENUM:
      return value.Is(Value::Kind::kEnum);
    case FieldDescriptor::CPPTYPE_INT32:
      return !field.is_repeated() && value.Is(Value::Kind::kInt) && FitsInt32(value.int_value());
    case FieldDescriptor::CPPTYPE_STRING:
      return value.Is(Value::Kind::kString);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
    default:
      return false;
  }
  if (field.is_repeated()) {
    return field.message_type() == v1::AffectedService::descriptor() &&
           value.Is(Value::Kind::kString);
  }
  return (field.message_type() == google::protobuf::Timestamp::descriptor() &&
          value.Is(Value::Kind::kTimestamp)) ||
         (field.message_type() == google::protobuf::Duration::descriptor() &&
          value.Is(Value::Kind::kDuration));
}

bool Fits(const FieldDescriptor& field, const Value& value) {
  if (field.is_map()) {
    const FieldDescriptor* const content = field.message_type()->map_value();
    return content->cpp_type() == FieldDescriptor::CPPTYPE_STRING
               ? value.Is(Value::Kind::kString)
               : content->message_type() == google::protobuf::Value::descriptor();
  }
  if (!field.is_repeated()) return FitsOne(field, value);
  if (!value.Is(Value::Kind::kList)) return false;
  for (size_t i = 0; i < value.list().size(); ++i) {
    if (!FitsOne(field, value.list().At(i))) return false;
  }
  return true;
}

// Of a value that fits.
void SetScalar(const FieldDescriptor& field, const Value& value, Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(holder, &field, value.bool_value());
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(holder, &field, value.enum_value().number);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(holder, &field, static_cast<int32_t>(value.int_value()));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(holder, &field, value.string_value());
    default:
      break;
  }
  if (value.Is(Value::Kind::kTimestamp)) {
    google::protobuf::Timestamp instant;
    ToProto(value.timestamp_value(), &instant);
    reflection.MutableMessage(holder, &field)->CopyFrom(instant);
  } else {
    google::protobuf::Duration length;
    ToProto(value.duration_value(), &length);
    reflection.MutableMessage(holder, &field)->CopyFrom(length);
  }
}

void SetList(const FieldDescriptor& field, const Value& value, Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  reflection.ClearField(holder, &field);
  for (size_t i = 0; i < value.list().size(); ++i) {
    const Value element = value.list().At(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(holder, &field, element.string_value());
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.AddEnumValue(holder, &field, element.enum_value().number);
    } else {
      v1::AffectedService service;
      service.set_id(element.string_value());
      reflection.AddMessage(holder, &field)->CopyFrom(service);
    }
  }
}

void State(const FactPlace& place, absl::Time now, Message* subject) {
  Message* const holder = place.OwnerIn(subject);
  v1::Statement statement;
  statement.set_field(place.statement());
  ToProto(now, statement.mutable_happened_at());
  ToProto(now, statement.mutable_recorded_at());
  const FieldDescriptor* const stated = holder->GetDescriptor()->FindFieldByName("stated");
  holder->GetReflection()->AddMessage(holder, stated)->CopyFrom(statement);
}

}  // namespace

std::vector<Value> ClosedValues(const CheckedPolicy& policy, const FactPlace& place) {
  const FieldDescriptor& field = place.field();
  std::vector<Value> values;
  const auto add_text = [&](const std::string& text) { values.push_back(Value::String(text)); };
  if (field.is_map()) {
    const std::string& key = place.steps.back().key;
    if (const v1::FactDeclaration* const fact = Declaration(policy, place)) {
      if (fact->type() == v1::FACT_TYPE_BOOL) values = {Value::Bool(false), Value::Bool(true)};
      if (fact->type() == v1::FACT_TYPE_STRING) {
        std::vector<std::string> texts(fact->values().begin(), fact->values().end());
        std::sort(texts.begin(), texts.end());
        std::for_each(texts.begin(), texts.end(), add_text);
      }
      return values;
    }
    for (const v1::RiskQuestion& question : policy.policy().risk().questionnaire()) {
      if (field.name() != "answers" || question.id() != key) continue;
      for (const v1::RiskAnswer& answer : question.answers()) add_text(answer.answer());
    }
    return values;
  }
  if (field.is_repeated()) return values;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    return {Value::Bool(false), Value::Bool(true)};
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM) return values;
  const auto* const type = field.enum_type();
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    if (number != 0) values.push_back(Value::Enum({.descriptor = type, .number = number}));
  }
  return values;
}

bool SetFact(const FactPlace& place, const Value& value, absl::Time now, Message* subject) {
  const FieldDescriptor& field = place.field();
  if (!Fits(field, value) || place.HolderIn(*subject) == nullptr) return false;
  Message* const holder = place.HolderIn(subject);
  if (field.is_map()) {
    SetEntry(place.steps.back(), value, holder);
    return true;
  }
  if (field.is_repeated()) {
    SetList(field, value, holder);
  } else {
    SetScalar(field, value, holder);
  }
  const bool looks_unset = (value.Is(Value::Kind::kList) && value.list().size() == 0) ||
                           (value.Is(Value::Kind::kString) && value.string_value().empty());
  if (looks_unset) State(place, now, subject);
  return true;
}

}  // namespace changepolicy
