#include "libchangepolicy/eval/fact_edit.h"

#include <algorithm>
#include <limits>
#include <memory>
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

bool SetEntry(const FactPlace::Step& step, const Value& value, Message* holder) {
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
    if (!value.Is(Value::Kind::kString)) return false;
    entry->GetReflection()->SetString(entry, content, value.string_value());
    return true;
  }
  if (content->message_type() != google::protobuf::Value::descriptor()) return false;
  google::protobuf::Value json;
  ToJson(value, &json);
  entry->GetReflection()->MutableMessage(entry, content)->CopyFrom(json);
  return true;
}

bool FitsInt32(int64_t number) {
  return number >= std::numeric_limits<int32_t>::min() &&
         number <= std::numeric_limits<int32_t>::max();
}

bool SetScalar(const FieldDescriptor& field, const Value& value, Message* holder) {
  const Reflection& reflection = *holder->GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.Is(Value::Kind::kBool)) return false;
      reflection.SetBool(holder, &field, value.bool_value());
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      if (!value.Is(Value::Kind::kEnum)) return false;
      reflection.SetEnumValue(holder, &field, value.enum_value().number);
      return true;
    case FieldDescriptor::CPPTYPE_INT32:
      if (!value.Is(Value::Kind::kInt) || !FitsInt32(value.int_value())) return false;
      reflection.SetInt32(holder, &field, static_cast<int32_t>(value.int_value()));
      return true;
    case FieldDescriptor::CPPTYPE_STRING:
      if (!value.Is(Value::Kind::kString)) return false;
      reflection.SetString(holder, &field, value.string_value());
      return true;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
    default:
      return false;
  }
  if (field.message_type() == google::protobuf::Timestamp::descriptor() &&
      value.Is(Value::Kind::kTimestamp)) {
    google::protobuf::Timestamp instant;
    ToProto(value.timestamp_value(), &instant);
    reflection.MutableMessage(holder, &field)->CopyFrom(instant);
    return true;
  }
  if (field.message_type() == google::protobuf::Duration::descriptor() &&
      value.Is(Value::Kind::kDuration)) {
    google::protobuf::Duration length;
    ToProto(value.duration_value(), &length);
    reflection.MutableMessage(holder, &field)->CopyFrom(length);
    return true;
  }
  return false;
}

bool SetList(const FieldDescriptor& field, const Value& value, Message* holder) {
  if (!value.Is(Value::Kind::kList)) return false;
  const Reflection& reflection = *holder->GetReflection();
  reflection.ClearField(holder, &field);
  for (size_t i = 0; i < value.list().size(); ++i) {
    const Value element = value.list().At(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && element.Is(Value::Kind::kString)) {
      reflection.AddString(holder, &field, element.string_value());
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM &&
               element.Is(Value::Kind::kEnum)) {
      reflection.AddEnumValue(holder, &field, element.enum_value().number);
    } else if (field.message_type() == v1::AffectedService::descriptor() &&
               element.Is(Value::Kind::kString)) {
      v1::AffectedService service;
      service.set_id(element.string_value());
      reflection.AddMessage(holder, &field)->CopyFrom(service);
    } else {
      return false;
    }
  }
  return true;
}

bool SetField(const FactPlace& place, const Value& value, Message* subject) {
  Message* const holder = place.HolderIn(subject);
  if (holder == nullptr) return false;
  const FieldDescriptor& field = place.field();
  if (field.is_map()) return SetEntry(place.steps.back(), value, holder);
  return field.is_repeated() ? SetList(field, value, holder) : SetScalar(field, value, holder);
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
  std::unique_ptr<Message> edited(subject->New());
  edited->CopyFrom(*subject);
  if (!SetField(place, value, edited.get())) return false;
  const bool looks_unset = (value.Is(Value::Kind::kList) && value.list().size() == 0) ||
                           (value.Is(Value::Kind::kString) && value.string_value().empty());
  if (looks_unset && !place.field().is_map()) State(place, now, edited.get());
  subject->GetReflection()->Swap(subject, edited.get());
  return true;
}

}  // namespace changepolicy
