#include "libchangepolicy/mapping/written.h"

#include <map>

#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

using cel::Value;

bool ToNode(const Value& value, Node* node) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      *node = {.text = "null"};
      return true;
    case Value::Kind::kBool:
    case Value::Kind::kInt:
    case Value::Kind::kDouble:
      *node = {.text = value.ToString()};
      return true;
    case Value::Kind::kUint:
      *node = {.text = StrCat(value.uint_value())};
      return true;
    case Value::Kind::kString:
      *node = {.text = value.string_value(), .quoted = true};
      return true;
    case Value::Kind::kTimestamp:
      *node = {.text = cel::TimestampText(value.timestamp_value()), .quoted = true};
      return true;
    case Value::Kind::kDuration:
      *node = {.text = cel::DurationText(value.duration_value()), .quoted = true};
      return true;
    case Value::Kind::kList:
      *node = {.kind = Node::Kind::kList};
      for (size_t i = 0; i < value.list().size(); ++i) {
        if (!ToNode(value.list().At(i), &node->items.emplace_back())) return false;
      }
      return true;
    case Value::Kind::kMap:
      *node = {.kind = Node::Kind::kMap};
      for (size_t i = 0; i < value.map().size(); ++i) {
        const Value key = value.map().KeyAt(i);
        Entry& entry = node->entries.emplace_back();
        entry.key = key.Is(Value::Kind::kString) ? key.string_value() : key.ToString();
        if (!ToNode(value.map().ValueAt(i), &entry.value)) return false;
      }
      return true;
    case Value::Kind::kOptional:
      return ToNode(value.has_optional_value() ? value.optional_value() : Value::Null(), node);
    default:
      return false;
  }
}

Node* Reach(Node* root, std::string_view path) {
  const size_t dot = path.find('.');
  const std::string name(path.substr(0, dot));
  for (Entry& entry : root->entries) {
    if (entry.key != name) continue;
    return dot == std::string_view::npos ? &entry.value : Reach(&entry.value, path.substr(dot + 1));
  }
  Entry& entry = root->entries.emplace_back();
  entry.key = name;
  entry.value.kind = Node::Kind::kMap;
  return dot == std::string_view::npos ? &entry.value : Reach(&entry.value, path.substr(dot + 1));
}

std::optional<std::string> JsonText(const google::protobuf::Value& value) {
  std::string text;
  if (value.has_list_value()) {
    for (const auto& element : value.list_value().values()) {
      const std::optional<std::string> inner = JsonText(element);
      if (!inner.has_value()) return std::nullopt;
      StrAppend(&text, text.empty() ? "" : ",", *inner);
    }
    return StrCat("[", text, "]");
  }
  if (value.has_struct_value()) {
    const auto& fields = value.struct_value().fields();
    for (const auto& [key, element] : std::map(fields.begin(), fields.end())) {
      google::protobuf::Value name;
      name.set_string_value(key);
      const std::optional<std::string> inner = JsonText(element);
      if (!inner.has_value()) return std::nullopt;
      StrAppend(&text, text.empty() ? "" : ",", *JsonText(name), ":", *inner);
    }
    return StrCat("{", text, "}");
  }
  if (!google::protobuf::util::MessageToJsonString(value, &text).ok()) return std::nullopt;
  return text;
}

}  // namespace changepolicy
