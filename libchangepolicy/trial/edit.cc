#include "libchangepolicy/trial/edit.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/numbers.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

Node ToNode(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kBoolValue:
      return {.text = value.bool_value() ? "true" : "false"};
    case google::protobuf::Value::kNumberValue: {
      const double number = value.number_value();
      const bool whole = number == static_cast<double>(static_cast<int64_t>(number));
      return {.text = whole ? StrCat(static_cast<int64_t>(number)) : StrCat(number)};
    }
    case google::protobuf::Value::kStringValue:
      return {.text = value.string_value(), .quoted = true};
    case google::protobuf::Value::kListValue: {
      Node node{.kind = Node::Kind::kList};
      for (const auto& element : value.list_value().values()) node.items.push_back(ToNode(element));
      return node;
    }
    case google::protobuf::Value::kStructValue: {
      Node node{.kind = Node::Kind::kMap};
      for (const auto& [key, element] : value.struct_value().fields()) {
        node.entries.push_back({.key = key, .value = ToNode(element)});
      }
      return node;
    }
    default:
      return {.text = "null"};
  }
}

// `name[selector]` of a path, and what follows.
struct Step {
  std::string name;
  std::optional<std::string> selector;
  std::string_view rest;
};

Step Split(std::string_view path) {
  Step step;
  const size_t end = path.find_first_of(".[");
  step.name = path.substr(0, end);
  if (end == std::string_view::npos) return step;
  path = path.substr(end);
  if (path[0] == '[') {
    const size_t close = std::min(path.find(']'), path.size());
    std::string selector(path.substr(1, close - 1));
    if (selector.size() > 1 && selector.front() == '"' && selector.back() == '"') {
      selector = selector.substr(1, selector.size() - 2);
    }
    step.selector = selector;
    path = path.substr(std::min(close + 1, path.size()));
  }
  if (path.starts_with('.')) path.remove_prefix(1);
  step.rest = path;
  return step;
}

class Editor {
 public:
  explicit Editor(const v1::Edit& edit) : edit_(edit) {}

  absl::Status Apply(std::string_view path, Message* message) {
    const Step step = Split(path);
    const FieldDescriptor* const field = message->GetDescriptor()->FindFieldByName(step.name);
    if (field == nullptr) return UnknownField(step.name, *message->GetDescriptor());
    if (!step.selector.has_value()) {
      if (step.rest.empty()) return SetField(*field, message);
      if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        return Wrong(StrCat("`", step.name, "` has no fields; select an element with `[...]`"));
      }
      return Apply(step.rest, message->GetReflection()->MutableMessage(message, field));
    }
    if (!field->is_repeated()) return Wrong(StrCat("`", step.name, "` is no list"));
    if (*step.selector == "+") return Append(*field, message);
    const std::optional<int> index = Find(*field, *step.selector, *message);
    if (!index.has_value()) {
      if (field->is_map() && !edit_.remove()) return AddEntry(*field, step, message);
      return Wrong(StrCat("`", step.name, "` has no element `", *step.selector, "`"));
    }
    return EditElement(*field, *index, step, message);
  }

 private:
  absl::Status Wrong(std::string_view what) const {
    return InvalidArgument(StrCat("edit of `", edit_.path(), "`: ", what));
  }

  absl::Status UnknownField(const std::string& name,
                            const google::protobuf::Descriptor& type) const {
    std::vector<std::string_view> known;
    for (int i = 0; i < type.field_count(); ++i) known.push_back(type.field(i)->name());
    const std::string_view nearest = Nearest(name, known);
    return Wrong(StrCat(type.name(), " has no field `", name, "`",
                        nearest.empty() ? "" : "; did you mean `", nearest,
                        nearest.empty() ? "" : "`?"));
  }

  absl::Status Bind_(Node node, std::string_view field, Message* message) const {
    Node root{.kind = Node::Kind::kMap};
    root.entries.push_back({.key = std::string(field), .value = std::move(node)});
    const Document document("", "");
    const Issues issues = BindNode(document, root, "", message, nullptr);
    return issues.empty() ? absl::OkStatus() : Wrong(issues[0].message);
  }

  absl::Status SetField(const FieldDescriptor& field, Message* message) const {
    message->GetReflection()->ClearField(message, &field);
    return edit_.remove() ? absl::OkStatus() : Bind_(ToNode(edit_.set()), field.name(), message);
  }

  absl::Status Append(const FieldDescriptor& field, Message* message) const {
    Node list{.kind = Node::Kind::kList};
    list.items.push_back(ToNode(edit_.set()));
    std::unique_ptr<Message> one(message->New());
    CP_RETURN_IF_ERROR(Bind_(std::move(list), field.name(), one.get()));
    message->MergeFrom(*one);
    return absl::OkStatus();
  }

  static std::string TextOf(const Message& element, std::string_view name) {
    const FieldDescriptor* const field =
        element.GetDescriptor()->FindFieldByName(std::string(name));
    return field == nullptr || field->type() != FieldDescriptor::TYPE_STRING
               ? ""
               : element.GetReflection()->GetString(element, field);
  }

  // By position, or by what names the element.
  static std::optional<int> Find(const FieldDescriptor& field, const std::string& selector,
                                 const Message& message) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, &field);
    int index = 0;
    if (!field.is_map() && absl::SimpleAtoi(selector, &index)) {
      return index >= 0 && index < size ? std::optional(index) : std::nullopt;
    }
    for (int i = 0; i < size; ++i) {
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        if (reflection.GetRepeatedString(message, &field, i) == selector) return i;
        continue;
      }
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      const Message& element = reflection.GetRepeatedMessage(message, &field, i);
      for (const std::string_view name : {"key", "id", "name", "field", "subject_id"}) {
        if (TextOf(element, name) == selector) return i;
      }
    }
    return std::nullopt;
  }

  absl::Status AddEntry(const FieldDescriptor& field, const Step& step, Message* message) const {
    if (!step.rest.empty()) {
      return Wrong(StrCat("`", step.name, "` has no entry `", *step.selector, "`"));
    }
    Node map{.kind = Node::Kind::kMap};
    map.entries.push_back({.key = *step.selector, .value = ToNode(edit_.set())});
    std::unique_ptr<Message> one(message->New());
    CP_RETURN_IF_ERROR(Bind_(std::move(map), field.name(), one.get()));
    message->MergeFrom(*one);
    return absl::OkStatus();
  }

  static void RemoveElement(const FieldDescriptor& field, int index, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    for (int i = index; i + 1 < reflection.FieldSize(*message, &field); ++i) {
      reflection.SwapElements(message, &field, i, i + 1);
    }
    reflection.RemoveLast(message, &field);
  }

  absl::Status EditElement(const FieldDescriptor& field, int index, const Step& step,
                           Message* message) {
    if (!step.rest.empty()) {
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        return Wrong(StrCat("elements of `", step.name, "` have no fields"));
      }
      Message* element = message->GetReflection()->MutableRepeatedMessage(message, &field, index);
      if (field.is_map()) {
        const FieldDescriptor* const value = field.message_type()->map_value();
        if (value->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
          return Wrong(StrCat("entries of `", step.name, "` have no fields"));
        }
        element = element->GetReflection()->MutableMessage(element, value);
      }
      return Apply(step.rest, element);
    }
    RemoveElement(field, index, message);
    if (edit_.remove()) return absl::OkStatus();
    return field.is_map() ? AddEntry(field, step, message) : Append(field, message);
  }

  const v1::Edit& edit_;
};

}  // namespace

absl::Status ApplyEdit(const v1::Edit& edit, Message* message) {
  if (edit.path().empty()) return InvalidArgument("an edit needs a path");
  return Editor(edit).Apply(edit.path(), message);
}

}  // namespace changepolicy
