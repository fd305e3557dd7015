#include "libchangepolicy/eval/fact_edit.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "absl/strings/numbers.h"
#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/presence.h"
#include "libchangepolicy/eval/subject.h"

namespace changepolicy {
namespace {

using cel::Value;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// ---- Paths

// `.name`, `[3]` or `["key"]`.
struct PathPart {
  std::string name;
  int index = -1;
  bool is_key = false;
};

// The parts after the root; nothing for what is no path, like a call.
std::optional<std::vector<PathPart>> Split(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  std::vector<PathPart> parts;
  while (!path.empty()) {
    if (path.starts_with("[\"")) {
      const size_t end = path.find("\"]", 2);
      if (end == std::string_view::npos) return std::nullopt;
      parts.push_back({.name = std::string(path.substr(2, end - 2)), .is_key = true});
      path.remove_prefix(end + 2);
    } else if (path.starts_with("[")) {
      const size_t end = path.find(']');
      PathPart part;
      if (end == std::string_view::npos ||
          !absl::SimpleAtoi(ToAbsl(path.substr(1, end - 1)), &part.index)) {
        return std::nullopt;
      }
      parts.push_back(std::move(part));
      path.remove_prefix(end + 1);
    } else if (path.starts_with(".")) {
      const size_t end = std::min(path.find_first_of(".[", 1), path.size());
      parts.push_back({.name = std::string(path.substr(1, end - 1))});
      path.remove_prefix(end);
    } else {
      return std::nullopt;
    }
  }
  return parts;
}

// ---- Finding

// The message that holds the field of the last step; null where it is not there. With `first_only`
// every list on the way has one element.
const Message* Holder(const Message& subject, const std::vector<FactPlace::Step>& steps,
                      bool first_only) {
  const Message* message = &subject;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const Reflection& reflection = *message->GetReflection();
    if (!steps[i].field->is_repeated()) {
      message = &reflection.GetMessage(*message, steps[i].field);
      continue;
    }
    const int index = first_only ? 0 : steps[i].index;
    if (index >= reflection.FieldSize(*message, steps[i].field)) return nullptr;
    message = &reflection.GetRepeatedMessage(*message, steps[i].field, index);
  }
  return message;
}

Message* MutableHolder(const std::vector<FactPlace::Step>& steps, size_t count, bool first_only,
                       Message* message) {
  for (size_t i = 0; i < count; ++i) {
    const Reflection& reflection = *message->GetReflection();
    if (!steps[i].field->is_repeated()) {
      message = reflection.MutableMessage(message, steps[i].field);
      continue;
    }
    const int index = first_only ? 0 : steps[i].index;
    if (index < 0 || index >= reflection.FieldSize(*message, steps[i].field)) return nullptr;
    message = reflection.MutableRepeatedMessage(message, steps[i].field, index);
  }
  return message;
}

// The canonical bytes of the elements of the list that the steps lead to, as the subject is bound.
template <typename SubjectMessage>
std::vector<std::string> BoundElements(const CheckedPolicy& policy,
                                       const BoundOrganization& organization, absl::Time now,
                                       const SubjectMessage& subject,
                                       const std::vector<FactPlace::Step>& steps) {
  std::vector<std::string> elements;
  const auto bound = Subject::Bind(subject, policy.policy(), organization, now);
  if (!bound.ok()) return elements;
  const Message* const holder = Holder(bound->message(), steps, true);
  if (holder == nullptr) return elements;
  const Reflection& reflection = *holder->GetReflection();
  const FieldDescriptor* const list = steps.back().field;
  for (int i = 0; i < reflection.FieldSize(*holder, list); ++i) {
    const auto bytes = CanonicalBytes(reflection.GetRepeatedMessage(*holder, list, i));
    elements.push_back(bytes.value_or(std::string()));
  }
  return elements;
}

// Keeps one element of the list that the steps lead to.
void KeepOnly(const std::vector<FactPlace::Step>& steps, int index, Message* subject) {
  Message* const holder = MutableHolder(steps, steps.size() - 1, true, subject);
  const Reflection& reflection = *holder->GetReflection();
  reflection.SwapElements(holder, steps.back().field, 0, index);
  while (reflection.FieldSize(*holder, steps.back().field) > 1) {
    reflection.RemoveLast(holder, steps.back().field);
  }
}

// The caller's element that is the bound subject's `wanted`th; -1: there is none. `only` is the
// subject with one element in each list before this one, and afterwards in this one too.
template <typename SubjectMessage>
int FindElement(const CheckedPolicy& policy, const BoundOrganization& organization, absl::Time now,
                const std::vector<FactPlace::Step>& steps, int wanted, SubjectMessage* only) {
  const std::vector<std::string> bound = BoundElements(policy, organization, now, *only, steps);
  if (wanted < 0 || wanted >= static_cast<int>(bound.size())) return -1;
  // Of equal elements any will do, but each of them once.
  auto before = std::count(bound.begin(), bound.begin() + wanted, bound[wanted]);
  const Message& holder = *Holder(*only, steps, true);
  const int size = holder.GetReflection()->FieldSize(holder, steps.back().field);
  for (int i = 0; i < size; ++i) {
    SubjectMessage one = *only;
    KeepOnly(steps, i, &one);
    const std::vector<std::string> element = BoundElements(policy, organization, now, one, steps);
    if (element.size() != 1 || element[0] != bound[wanted] || before-- > 0) continue;
    *only = std::move(one);
    return i;
  }
  return -1;
}

bool HoldsFields(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE && !field.is_map() &&
         field.message_type()->file()->package() == "changepolicy.v1";
}

template <typename SubjectMessage>
bool Follow(const CheckedPolicy& policy, const BoundOrganization& organization, absl::Time now,
            const std::vector<PathPart>& parts, size_t from, SubjectMessage only,
            std::vector<FactPlace::Step>* found) {
  std::vector<FactPlace::Step> steps;
  const google::protobuf::Descriptor* type = SubjectMessage::descriptor();
  for (size_t i = from; i < parts.size(); ++i) {
    if (parts[i].is_key || parts[i].index >= 0 || type == nullptr) return false;
    const FieldDescriptor* const field = type->FindFieldByName(parts[i].name);
    if (field == nullptr) return false;
    type = HoldsFields(*field) ? field->message_type() : nullptr;
    FactPlace::Step& step = steps.emplace_back();
    step.field = field;
    if (i + 1 == parts.size()) break;
    if (field->is_map()) {
      step.key = parts[++i].name;
    } else if (field->is_repeated()) {
      if (type == nullptr || parts[i + 1].index < 0) return false;
      step.index = FindElement(policy, organization, now, steps, parts[++i].index, &only);
      if (step.index < 0 || i + 1 == parts.size()) return false;
      if constexpr (std::is_same_v<SubjectMessage, v1::Release>) {
        if (type == v1::ChangeRequest::descriptor()) {
          // A change is decided, and its facts named, as a subject of its own.
          *found = std::move(steps);
          return Follow<v1::ChangeRequest>(policy, organization, now, parts, i + 1, only.changes(0),
                                           found);
        }
      }
    }
  }
  found->insert(found->end(), steps.begin(), steps.end());
  return true;
}

// ---- Setting

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
    } else {
      return false;
    }
  }
  return true;
}

bool SetField(const FactPlace& place, const Value& value, Message* subject) {
  Message* const holder = MutableHolder(place.steps, place.steps.size() - 1, false, subject);
  if (holder == nullptr) return false;
  const FieldDescriptor& field = place.field();
  if (field.is_map()) return SetEntry(place.steps.back(), value, holder);
  return field.is_repeated() ? SetList(field, value, holder) : SetScalar(field, value, holder);
}

// How many steps lead to the change or release that holds the fact.
size_t StepsToSubject(const FactPlace& place) {
  const bool in_change = place.steps.size() > 1 && place.steps[0].index >= 0 &&
                         place.steps[0].field->message_type() == v1::ChangeRequest::descriptor();
  return in_change ? 1 : 0;
}

void State(const FactPlace& place, absl::Time now, Message* subject) {
  const size_t count = StepsToSubject(place);
  Message* const holder = MutableHolder(place.steps, count, false, subject);
  v1::Statement statement;
  statement.set_field(place.statement());
  ToProto(now, statement.mutable_happened_at());
  ToProto(now, statement.mutable_recorded_at());
  const FieldDescriptor* const stated = holder->GetDescriptor()->FindFieldByName("stated");
  holder->GetReflection()->AddMessage(holder, stated)->CopyFrom(statement);
}

}  // namespace

std::string FactPlace::key() const {
  std::string key;
  for (const Step& step : steps) {
    StrAppend(&key, ".", step.field->name());
    if (step.index >= 0) StrAppend(&key, "[", step.index, "]");
    if (!step.key.empty()) StrAppend(&key, "[\"", step.key, "\"]");
  }
  return key;
}

std::string FactPlace::statement() const {
  std::string path;
  for (size_t i = StepsToSubject(*this); i < steps.size(); ++i) {
    StrAppend(&path, path.empty() ? "" : ".", steps[i].field->name());
  }
  return path;
}

template <typename SubjectMessage>
std::optional<FactPlace> FindFact(const CheckedPolicy& policy,
                                  const BoundOrganization& organization,
                                  const SubjectMessage& subject, absl::Time now,
                                  std::string_view path) {
  const bool is_change = std::is_same_v<SubjectMessage, v1::ChangeRequest>;
  const auto parts = Split(path, is_change ? "change" : "release");
  FactPlace place;
  if (!parts.has_value() || parts->empty() ||
      !Follow(policy, organization, now, *parts, 0, subject, &place.steps) ||
      place.steps.back().index >= 0) {
    return std::nullopt;
  }
  return place;
}

template std::optional<FactPlace> FindFact(const CheckedPolicy&, const BoundOrganization&,
                                           const v1::ChangeRequest&, absl::Time, std::string_view);
template std::optional<FactPlace> FindFact(const CheckedPolicy&, const BoundOrganization&,
                                           const v1::Release&, absl::Time, std::string_view);

namespace {

template <typename SubjectMessage>
void AppendPath(const CheckedPolicy& policy, const BoundOrganization& organization, absl::Time now,
                const std::vector<FactPlace::Step>& place, size_t from, SubjectMessage only,
                std::string* path) {
  std::vector<FactPlace::Step> steps;
  for (size_t i = from; i < place.size(); ++i) {
    const FactPlace::Step& step = place[i];
    steps.push_back(step);
    StrAppend(path, ".", step.field->name());
    if (step.field->is_map()) {
      const bool plain = step.field->name() == "facts";
      StrAppend(path, plain ? "." : "[\"", step.key, plain ? "" : "\"]");
    }
    if (step.index < 0) continue;
    const Message& holder = *Holder(only, steps, true);
    const int size = holder.GetReflection()->FieldSize(holder, step.field);
    for (int bound = 0; bound < size; ++bound) {
      SubjectMessage one = only;
      if (FindElement(policy, organization, now, steps, bound, &one) != step.index) continue;
      StrAppend(path, "[", bound, "]");
      only = std::move(one);
      break;
    }
    if constexpr (std::is_same_v<SubjectMessage, v1::Release>) {
      if (step.field->message_type() == v1::ChangeRequest::descriptor()) {
        AppendPath<v1::ChangeRequest>(policy, organization, now, place, i + 1, only.changes(0),
                                      path);
        return;
      }
    }
  }
}

}  // namespace

template <typename SubjectMessage>
std::string PathOf(const CheckedPolicy& policy, const BoundOrganization& organization,
                   const SubjectMessage& subject, absl::Time now, const FactPlace& place) {
  std::string path = std::is_same_v<SubjectMessage, v1::ChangeRequest> ? "change" : "release";
  AppendPath(policy, organization, now, place.steps, 0, subject, &path);
  return path;
}

template std::string PathOf(const CheckedPolicy&, const BoundOrganization&,
                            const v1::ChangeRequest&, absl::Time, const FactPlace&);
template std::string PathOf(const CheckedPolicy&, const BoundOrganization&, const v1::Release&,
                            absl::Time, const FactPlace&);

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
