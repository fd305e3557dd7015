#include "libchangepolicy/trial/message_path.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/numbers.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/mapping/written.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// Splits the selector, with which `path` begins, from what follows; what is
// wrong with it.
std::string_view SplitSelector(std::string_view path, PathStep* step) {
  step->quoted = path.starts_with("[\"");
  const std::string_view open = step->quoted ? "[\"" : "[", close = step->quoted ? "\"]" : "]";
  const size_t end = path.find(close, open.size());
  if (end == std::string_view::npos) return "a `]` is missing";
  step->selector = path.substr(open.size(), end - open.size());
  if (step->selector->empty() && !step->quoted) return "nothing stands between `[` and `]`";
  step->rest = path.substr(end + close.size());
  if (!step->rest.empty() && step->rest[0] != '.') return "a `.` is missing after `]`";
  return "";
}

bool IsNamed(const Message& element, std::string_view name, const std::string& text) {
  const FieldDescriptor* const field = element.GetDescriptor()->FindFieldByName(std::string(name));
  return field != nullptr && !field->is_repeated() &&
         field->type() == FieldDescriptor::TYPE_STRING &&
         element.GetReflection()->GetString(element, field) == text;
}

std::string JsonOf(const Message& message) {
  absl::StatusOr<std::string> json = DeterministicJson(message, false);
  return json.ok() ? *std::move(json) : "something that JSON cannot say";
}

// A field that holds something, of a map its entry of that key.
std::string FieldText(const FieldDescriptor& field, const Message& message,
                      const std::string* key = nullptr) {
  const Reflection& reflection = *message.GetReflection();
  if (!field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    return ValueName(*field.enum_type(), reflection.GetEnumValue(message, &field));
  }
  std::unique_ptr<Message> alone(message.New());
  alone->CopyFrom(message);
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const other : fields) {
    if (other != &field) reflection.ClearField(alone.get(), other);
  }
  const std::string json = JsonOf(*alone);
  google::protobuf::Struct tree;
  if (!google::protobuf::util::JsonStringToMessage(json, &tree).ok() || tree.fields_size() != 1) {
    return json;
  }
  const google::protobuf::Value& whole = tree.fields().begin()->second;
  const google::protobuf::Value& part =
      key == nullptr ? whole : whole.struct_value().fields().at(*key);
  return JsonText(part).value_or(json);
}

bool IsSet(const FieldDescriptor& field, const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

}  // namespace

std::string_view SplitPath(std::string_view path, PathStep* step) {
  const size_t end = std::min(path.find_first_of(".["), path.size());
  step->name = path.substr(0, end);
  if (step->name.empty()) return "a name is missing";
  step->rest = path.substr(end);
  if (step->rest.starts_with('[')) {
    const std::string_view problem = SplitSelector(step->rest, step);
    if (!problem.empty()) return problem;
  }
  if (step->rest.empty()) return "";
  step->rest.remove_prefix(1);
  return step->rest.empty() ? "a name is missing" : "";
}

std::optional<int> FindElement(const FieldDescriptor& field, const PathStep& step,
                               const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const std::string& selector = *step.selector;
  const int size = reflection.FieldSize(message, &field);
  int index = 0;
  if (!field.is_map() && !step.quoted && absl::SimpleAtoi(selector, &index)) {
    return index >= 0 && index < size ? std::optional(index) : std::nullopt;
  }
  for (int i = 0; i < size; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      if (reflection.GetRepeatedString(message, &field, i) == selector) return i;
      continue;
    }
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const Message& element = reflection.GetRepeatedMessage(message, &field, i);
    if (field.is_map()) {
      if (IsNamed(element, "key", selector)) return i;
      continue;
    }
    for (const std::string_view name : {"key", "id", "name", "field", "subject_id"}) {
      if (!selector.empty() && IsNamed(element, name, selector)) return i;
    }
  }
  return std::nullopt;
}

std::string TextAt(std::string_view path, const Message& message) {
  constexpr std::string_view kNothing = "nothing";
  PathStep step;
  if (!SplitPath(path, &step).empty()) return std::string(kNothing);
  const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(step.name);
  if (field == nullptr || !IsSet(*field, message)) return std::string(kNothing);
  if (!step.selector.has_value()) {
    if (step.rest.empty()) return FieldText(*field, message);
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return std::string(kNothing);
    }
    return TextAt(step.rest, message.GetReflection()->GetMessage(message, field));
  }
  const std::optional<int> index =
      field->is_repeated() ? FindElement(*field, step, message) : std::nullopt;
  if (!index.has_value()) return std::string(kNothing);
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return FieldText(*field, message);
  }
  const Message& element = message.GetReflection()->GetRepeatedMessage(message, field, *index);
  if (!field->is_map()) return step.rest.empty() ? JsonOf(element) : TextAt(step.rest, element);
  if (step.rest.empty()) return FieldText(*field, message, &*step.selector);
  const FieldDescriptor& value = *field->message_type()->map_value();
  return value.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
             ? TextAt(step.rest, element.GetReflection()->GetMessage(element, &value))
             : std::string(kNothing);
}

}  // namespace changepolicy
