#include "libchangepolicy/eval/literal_value.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/time_text.h"

namespace changepolicy {
namespace {

using cel::Value;

class Reader {
 public:
  Reader(std::string_view text, const google::protobuf::EnumDescriptor* type)
      : rest_(text), type_(type) {}

  std::optional<Value> Whole() {
    std::optional<Value> value = Read();
    return rest_.empty() ? std::move(value) : std::nullopt;
  }

 private:
  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::optional<Value> Read() {
    if (rest_.starts_with('"')) {
      std::optional<std::string> text = Text();
      return text.has_value() ? std::optional(Value::String(*std::move(text))) : std::nullopt;
    }
    if (Take("[")) return List();
    if (Take("timestamp(")) {
      const auto text = Text();
      const auto time = text.has_value() ? cel::ParseTimestamp(*text) : std::nullopt;
      return time.has_value() && Take(")") ? std::optional(Value::Timestamp(*time)) : std::nullopt;
    }
    if (Take("duration(")) {
      const auto text = Text();
      const auto length = text.has_value() ? cel::ParseDuration(*text) : std::nullopt;
      return length.has_value() && Take(")") ? std::optional(Value::Duration(*length))
                                             : std::nullopt;
    }
    return Word(rest_.substr(0, rest_.find_first_of(",]) ")));
  }

  std::optional<std::string> Text() {
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    if (rest_.empty() || rest_[0] != '"' || end >= rest_.size()) return std::nullopt;
    std::string text;
    if (!absl::CUnescape(ToAbsl(rest_.substr(1, end - 1)), &text)) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<Value> List() {
    std::vector<Value> elements;
    while (!Take("]")) {
      if (!elements.empty() && !Take(", ")) return std::nullopt;
      std::optional<Value> element = Read();
      if (!element.has_value()) return std::nullopt;
      elements.push_back(*std::move(element));
    }
    return Value::ListOf(std::move(elements));
  }

  std::optional<Value> Word(std::string_view word) {
    rest_.remove_prefix(word.size());
    if (word == "true" || word == "false") return Value::Bool(word == "true");
    const size_t dot = word.find('.');
    if (type_ != nullptr && dot != std::string_view::npos &&
        word.substr(0, dot) == std::string_view(type_->name())) {
      for (int i = 0; i < type_->value_count(); ++i) {
        if (ShortName(*type_->value(i)) == word.substr(dot + 1)) {
          return Value::Enum({.descriptor = type_, .number = type_->value(i)->number()});
        }
      }
      return std::nullopt;
    }
    int64_t integer = 0;
    if (absl::SimpleAtoi(ToAbsl(word), &integer)) return Value::Int(integer);
    double number = 0;
    if (absl::SimpleAtod(ToAbsl(word), &number)) return Value::Double(number);
    return std::nullopt;
  }

  std::string_view rest_;
  const google::protobuf::EnumDescriptor* const type_;
};

}  // namespace

std::optional<Value> ReadLiteral(std::string_view text,
                                 const google::protobuf::EnumDescriptor* type) {
  return Reader(text, type).Whole();
}

}  // namespace changepolicy
