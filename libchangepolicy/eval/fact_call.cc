#include "libchangepolicy/eval/fact_call.h"

namespace changepolicy {

std::optional<FactCall> ReadCall(std::string_view path) {
  const size_t open = path.find('(');
  if (open == std::string_view::npos || !path.ends_with(')')) return std::nullopt;
  FactCall call;
  call.name = std::string(path.substr(0, open));
  const std::string_view inside = path.substr(open + 1, path.size() - open - 2);
  int depth = 0;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\') ++i;
    if (quoted) continue;
    depth += c == '(' || c == '[';
    depth -= c == ')' || c == ']';
    if (c != ',' || depth > 0) continue;
    call.arguments.emplace_back(inside.substr(begin, i - begin));
    begin = i + 2;  // and a blank
  }
  if (begin < inside.size()) call.arguments.emplace_back(inside.substr(begin));
  return call;
}

std::string FactCall::Text(size_t index) const {
  const auto value = index < arguments.size() ? ReadLiteral(arguments[index], nullptr)
                                              : std::optional<cel::Value>();
  return value.has_value() && value->Is(cel::Value::Kind::kString) ? value->string_value() : "";
}

std::optional<absl::Duration> FactCall::Length(size_t index) const {
  const auto value = index < arguments.size() ? ReadLiteral(arguments[index], nullptr)
                                              : std::optional<cel::Value>();
  if (!value.has_value() || !value->Is(cel::Value::Kind::kDuration)) return std::nullopt;
  return value->duration_value();
}

int FactCall::Number(size_t index, const google::protobuf::EnumDescriptor* type) const {
  const auto value =
      index < arguments.size() ? ReadLiteral(arguments[index], type) : std::optional<cel::Value>();
  return value.has_value() && value->Is(cel::Value::Kind::kEnum) ? value->enum_value().number : 0;
}

}  // namespace changepolicy
