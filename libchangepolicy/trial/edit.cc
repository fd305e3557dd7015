#include "libchangepolicy/trial/edit.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/issue.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/trial/message_path.h"

namespace changepolicy {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// Whole numbers without fraction or exponent, others so that reading them gives
// the same number.
std::string NumberText(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number < 0 ? "-.inf" : ".inf";
  constexpr double kLargestExact = 0x1p53;
  if (std::abs(number) <= kLargestExact && number == std::trunc(number)) {
    return StrCat(static_cast<int64_t>(number));
  }
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

Node ToNode(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kBoolValue:
      return {.text = value.bool_value() ? "true" : "false"};
    case google::protobuf::Value::kNumberValue:
      return {.text = NumberText(value.number_value())};
    case google::protobuf::Value::kStringValue:
      return {.text = value.string_value(), .quoted = true};
    case google::protobuf::Value::kListValue: {
      Node node{.kind = Node::Kind::kList};
      for (const auto& element : value.list_value().values()) node.items.push_back(ToNode(element));
      return node;
    }
    case google::protobuf::Value::kStructValue: {
      Node node{.kind = Node::Kind::kMap};
      // In a fixed order, so that of several mistakes the same one is named each
      // time.
      std::map<std::string_view, const google::protobuf::Value*> fields;
      for (const auto& [key, element] : value.struct_value().fields()) fields[key] = &element;
      for (const auto& [key, element] : fields) {
        node.entries.push_back({.key = std::string(key), .value = ToNode(*element)});
      }
      return node;
    }
    default:
      return {.text = "null"};
  }
}

class Editor {
 public:
  explicit Editor(const v1::Edit& edit) : edit_(edit) {}

  absl::Status Apply(std::string_view path, Message* message) {
    PathStep step;
    if (const std::string_view problem = SplitPath(path, &step); !problem.empty()) {
      return Wrong(problem);
    }
    const FieldDescriptor* const field = message->GetDescriptor()->FindFieldByName(step.name);
    if (field == nullptr) return UnknownField(step.name, *message->GetDescriptor());
    if (!step.selector.has_value()) {
      if (step.rest.empty()) return SetField(*field, message);
      if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        return Wrong(StrCat("`", step.name, "` has no fields",
                            field->is_repeated() ? "; select an element with `[...]`" : ""));
      }
      return ApplyBelow(*field, step.rest, message);
    }
    if (!field->is_repeated()) return Wrong(StrCat("`", step.name, "` is no list"));
    if (*step.selector == "+" && !step.quoted) return Append(*field, step, message);
    const std::optional<int> index = FindElement(*field, step, *message);
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

  absl::Status Bind(Node node, std::string_view field, Message* message) const {
    Node root{.kind = Node::Kind::kMap};
    root.entries.push_back({.key = std::string(field), .value = std::move(node)});
    const Document document("", "");
    const Issues issues = BindNode(document, root, "", message, nullptr);
    if (issues.empty()) return absl::OkStatus();
    return Wrong(StrCat(issues[0].message, issues[0].help.empty() ? "" : "; ", issues[0].help));
  }

  absl::Status ApplyBelow(const FieldDescriptor& field, std::string_view rest, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    if (edit_.remove() && !reflection.HasField(*message, &field)) {
      // There is nothing to remove, and nothing is to be made on the way; names
      // are checked still.
      std::unique_ptr<Message> nothing(reflection.GetMessage(*message, &field).New());
      return Apply(rest, nothing.get());
    }
    return Apply(rest, reflection.MutableMessage(message, &field));
  }

  absl::Status SetField(const FieldDescriptor& field, Message* message) const {
    message->GetReflection()->ClearField(message, &field);
    return edit_.remove() ? absl::OkStatus() : Bind(ToNode(edit_.set()), field.name(), message);
  }

  absl::Status AddElement(const FieldDescriptor& field, Message* message) const {
    Node list{.kind = Node::Kind::kList};
    list.items.push_back(ToNode(edit_.set()));
    std::unique_ptr<Message> one(message->New());
    CP_RETURN_IF_ERROR(Bind(std::move(list), field.name(), one.get()));
    message->MergeFrom(*one);
    return absl::OkStatus();
  }

  absl::Status Append(const FieldDescriptor& field, const PathStep& step, Message* message) const {
    if (!step.rest.empty()) return Wrong("a new element is set as a whole");
    if (edit_.remove()) return Wrong("there is no element to remove");
    return AddElement(field, message);
  }

  absl::Status AddEntry(const FieldDescriptor& field, const PathStep& step,
                        Message* message) const {
    if (!step.rest.empty()) {
      return Wrong(StrCat("`", step.name, "` has no entry `", *step.selector, "`"));
    }
    Node map{.kind = Node::Kind::kMap};
    map.entries.push_back({.key = *step.selector, .value = ToNode(edit_.set())});
    std::unique_ptr<Message> one(message->New());
    CP_RETURN_IF_ERROR(Bind(std::move(map), field.name(), one.get()));
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

  absl::Status EditElement(const FieldDescriptor& field, int index, const PathStep& step,
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
    if (field.is_map()) return AddEntry(field, step, message);
    CP_RETURN_IF_ERROR(AddElement(field, message));
    // The new one stands last, and belongs where the old one stood.
    const Reflection& reflection = *message->GetReflection();
    for (int i = reflection.FieldSize(*message, &field) - 1; i > index; --i) {
      reflection.SwapElements(message, &field, i - 1, i);
    }
    return absl::OkStatus();
  }

  const v1::Edit& edit_;
};

}  // namespace

absl::Status ApplyEdit(const v1::Edit& edit, Message* message) {
  if (edit.path().empty()) return InvalidArgument("an edit needs a path");
  if (edit.has_set() == edit.remove()) {
    return InvalidArgument(StrCat(
        "edit of `", edit.path(), "`: ",
        edit.remove() ? "it has both `set` and `remove`" : "it needs `set` or `remove: true`"));
  }
  std::unique_ptr<Message> edited(message->New());
  edited->CopyFrom(*message);
  CP_RETURN_IF_ERROR(Editor(edit).Apply(edit.path(), edited.get()));
  message->GetReflection()->Swap(message, edited.get());
  return absl::OkStatus();
}

}  // namespace changepolicy
