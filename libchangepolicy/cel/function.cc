#include "libchangepolicy/cel/function.h"

#include <cctype>
#include <utility>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

namespace {

class SignatureParser {
 public:
  SignatureParser(std::string_view text, const TypeResolver& resolver)
      : text_(text), resolver_(resolver) {}

  std::optional<ParsedSignature> Run() {
    ParsedSignature parsed;
    const bool in_namespace = text_.starts_with('.');
    if (in_namespace) text_.remove_prefix(1);
    parsed.overload.id = text_;
    // A target is a type with a dot and the function's own name behind it.
    const size_t open = NameEnd();
    if (open == std::string_view::npos) return std::nullopt;
    const std::string_view head = text_.substr(0, open);
    const size_t dot = head.rfind('.');
    if (!in_namespace && dot != std::string_view::npos && IsTarget(head.substr(0, dot))) {
      std::optional<Type> target = Type_();
      if (!target.has_value() || !Accept('.')) return std::nullopt;
      parsed.overload.is_member = true;
      parsed.overload.parameters.push_back(*std::move(target));
    }
    parsed.name = text_.substr(pos_, open - pos_);
    pos_ = open + 1;
    while (!Accept(')')) {
      std::optional<Type> parameter = Type_();
      if (!parameter.has_value()) return std::nullopt;
      parsed.overload.parameters.push_back(*std::move(parameter));
      (void)Accept(',');
    }
    if (!Accept('-') || !Accept('>')) return std::nullopt;
    std::optional<Type> result = Type_();
    Blanks();
    if (!result.has_value() || pos_ != text_.size()) return std::nullopt;
    parsed.overload.result = *std::move(result);
    return parsed;
  }

 private:
  // The parenthesis that opens the parameters: the one that closes right before `->`.
  size_t NameEnd() const {
    const size_t arrow = text_.find(" ->");
    if (arrow == std::string_view::npos) return arrow;
    int depth = 0;
    for (size_t i = arrow; i-- > 0;) {
      if (text_[i] == ')') ++depth;
      if (text_[i] == '(' && --depth == 0) return i;
    }
    return std::string_view::npos;
  }

  bool IsTarget(std::string_view name) const {
    const size_t open = name.find('(');
    return open != std::string_view::npos || Named(name).has_value();
  }

  void Blanks() {
    while (pos_ < text_.size() && text_[pos_] == ' ') ++pos_;
  }
  bool Accept(char c) {
    Blanks();
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  std::optional<Type> Named(std::string_view name) const {
    static constexpr std::pair<std::string_view, TypeKind> kNames[] = {
        {"dyn", TypeKind::kDyn},
        {"null", TypeKind::kNull},
        {"bool", TypeKind::kBool},
        {"int", TypeKind::kInt},
        {"uint", TypeKind::kUint},
        {"double", TypeKind::kDouble},
        {"string", TypeKind::kString},
        {"bytes", TypeKind::kBytes},
        {"timestamp", TypeKind::kTimestamp},
        {"duration", TypeKind::kDuration},
        {"enum", TypeKind::kEnum},
    };
    for (const auto& [known, kind] : kNames) {
      if (known == name) return Type::Of(kind);
    }
    if (name.size() == 1 && std::isupper(static_cast<unsigned char>(name[0])) != 0) {
      return Type::Parameter(name);
    }
    if (name == "ip") return Type::Opaque(kIpTypeName, {});
    if (name == "cidr") return Type::Opaque(kCidrTypeName, {});
    return resolver_ ? resolver_(name) : std::nullopt;
  }

  std::optional<Type> Type_() {
    Blanks();
    const size_t begin = pos_;
    while (pos_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[pos_])) != 0 || text_[pos_] == '_')) {
      ++pos_;
    }
    const std::string_view name = text_.substr(begin, pos_ - begin);
    if (pos_ >= text_.size() || text_[pos_] != '(') {
      return name == "type" ? Type::TypeOf(Type::Dyn()) : Named(name);
    }
    ++pos_;
    std::vector<Type> inner;
    while (!Accept(')')) {
      std::optional<Type> parameter = Type_();
      if (!parameter.has_value()) return std::nullopt;
      inner.push_back(*std::move(parameter));
      (void)Accept(',');
    }
    if (name == "map" && inner.size() == 2) return Type::Map(inner[0], inner[1]);
    if (inner.size() != 1) return std::nullopt;
    if (name == "list") return Type::List(inner[0]);
    if (name == "optional") return Type::Optional(inner[0]);
    if (name == "type") return Type::TypeOf(inner[0]);
    return std::nullopt;
  }

  std::string_view text_;
  const TypeResolver& resolver_;
  size_t pos_ = 0;
};

}  // namespace

std::optional<ParsedSignature> ParseSignature(std::string_view signature,
                                              const TypeResolver& resolver) {
  return SignatureParser(signature, resolver).Run();
}

std::string_view WrittenName(std::string_view function) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"math.@max", "math.greatest"},
      {"math.@min", "math.least"},
      {"@sort_by_keys", "sortBy"},
      {"@map_insert", "transformMap"},
  };
  for (const auto& [internal, written] : kNames) {
    if (internal == function) return written;
  }
  return function;
}

bool Fits(const Value& value, const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return value.Is(Value::Kind::kNull);
    case TypeKind::kBool:
      return value.Is(Value::Kind::kBool);
    case TypeKind::kInt:
      return value.Is(Value::Kind::kInt);
    case TypeKind::kUint:
      return value.Is(Value::Kind::kUint);
    case TypeKind::kDouble:
      return value.Is(Value::Kind::kDouble);
    case TypeKind::kString:
      return value.Is(Value::Kind::kString);
    case TypeKind::kBytes:
      return value.Is(Value::Kind::kBytes);
    case TypeKind::kTimestamp:
      return value.Is(Value::Kind::kTimestamp);
    case TypeKind::kDuration:
      return value.Is(Value::Kind::kDuration);
    case TypeKind::kList:
      return value.Is(Value::Kind::kList);
    case TypeKind::kMap:
      return value.Is(Value::Kind::kMap);
    case TypeKind::kType:
      return value.Is(Value::Kind::kType);
    case TypeKind::kEnum:
      return value.Is(Value::Kind::kEnum) &&
             (type.name().empty() || value.enum_value().descriptor == type.enum_descriptor());
    case TypeKind::kMessage:
      return value.Is(Value::Kind::kMessage) &&
             value.message().message->GetDescriptor()->full_name() == type.name();
    case TypeKind::kOpaque:
      return type.IsOptional()
                 ? value.Is(Value::Kind::kOptional)
                 : value.Is(Value::Kind::kOpaque) && value.opaque().type().name() == type.name();
    case TypeKind::kWrapper:
      return value.Is(Value::Kind::kNull) || Fits(value, type.first());
    case TypeKind::kError:
    case TypeKind::kDyn:
    case TypeKind::kAny:
    case TypeKind::kParameter:
      return true;
  }
  return false;
}

Value NoSuchOverload(std::string_view function, Args args) {
  std::string types;
  for (const Value& arg : args) {
    StrAppend(&types, types.empty() ? "" : ", ", arg.type_name());
  }
  return Value::FromError(
      absl::StatusCode::kUnimplemented,
      StrCat("no such overload: `", WrittenName(function), "` of (", types, ")"));
}

}  // namespace changepolicy::cel
