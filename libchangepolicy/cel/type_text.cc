#include "libchangepolicy/cel/type_text.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

namespace {

// Types without parameters, by the names of the language and by those of the tables.
const std::vector<std::pair<std::string_view, Type>>& PlainTypes() {
  static const auto& types = *[] {
    auto* const all = new std::vector<std::pair<std::string_view, Type>>(BuiltinTypes());
    const std::pair<std::string_view, Type> others[] = {
        // The names of the tables of functions.
        {"null", Type::Null()},
        {"timestamp", Type::Timestamp()},
        {"duration", Type::Duration()},
        // Known in every pool, whether or not it has their files.
        {"google.protobuf.Any", Type::Any()},
        {"google.protobuf.Value", Type::Dyn()},
        {"google.protobuf.Struct", Type::Map(Type::String(), Type::Dyn())},
        {"google.protobuf.ListValue", Type::List(Type::Dyn())},
        {"google.protobuf.BoolValue", Type::Wrapper(Type::Bool())},
        {"google.protobuf.Int32Value", Type::Wrapper(Type::Int())},
        {"google.protobuf.Int64Value", Type::Wrapper(Type::Int())},
        {"google.protobuf.UInt32Value", Type::Wrapper(Type::Uint())},
        {"google.protobuf.UInt64Value", Type::Wrapper(Type::Uint())},
        {"google.protobuf.FloatValue", Type::Wrapper(Type::Double())},
        {"google.protobuf.DoubleValue", Type::Wrapper(Type::Double())},
        {"google.protobuf.StringValue", Type::Wrapper(Type::String())},
        {"google.protobuf.BytesValue", Type::Wrapper(Type::Bytes())},
    };
    all->insert(all->end(), std::begin(others), std::end(others));
    return all;
  }();
  return types;
}

bool IsNamePart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

bool IsParameter(std::string_view name) {
  return name.size() == 1 && std::isupper(static_cast<unsigned char>(name[0])) != 0;
}

class TypeParser {
 public:
  TypeParser(std::string_view text, const TypeNames& names, bool parameters, Diagnostic* diagnostic)
      : text_(text), names_(names), parameters_(parameters), diagnostic_(*diagnostic) {}

  std::optional<Type> Whole() {
    std::optional<Type> type = One(0);
    if (!type.has_value()) return std::nullopt;
    Blanks();
    if (pos_ != text_.size()) {
      return Complain(pos_, pos_ + 1, StrCat("the type ends before `", Rest(), "`"),
                      "write one type, like `list(string)`");
    }
    return type;
  }

  std::optional<ParsedSignature> Signature() {
    ParsedSignature parsed;
    parsed.overload.id = text_;
    if (!Head(&parsed) || !Parameters(&parsed)) return std::nullopt;
    Blanks();
    if (text_.substr(pos_, 2) != "->") {
      Complain(pos_, pos_ + 1, "expected `->` and the type of the result",
               "write a signature like `size(string) -> int`");
      return std::nullopt;
    }
    pos_ += 2;
    std::optional<Type> result = Whole();
    if (!result.has_value()) return std::nullopt;
    parsed.overload.result = *std::move(result);
    return parsed;
  }

 private:
  static constexpr int kDeepest = 32;

  std::nullopt_t Complain(size_t begin, size_t end, std::string message, std::string help) {
    const size_t last = text_.size();
    diagnostic_ = {.id = "cel-type-text",
                   .message = std::move(message),
                   .help = std::move(help),
                   .begin = static_cast<uint32_t>(std::min(begin, last)),
                   .end = static_cast<uint32_t>(std::min(end, last))};
    return std::nullopt;
  }

  std::string_view Rest() const { return text_.substr(pos_, 20); }

  void Blanks() {
    while (pos_ < text_.size() && text_[pos_] == ' ') ++pos_;
  }
  bool Accept(char c) {
    Blanks();
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }
  std::string_view Name() {
    Blanks();
    const size_t begin = pos_;
    while (pos_ < text_.size() && IsNamePart(text_[pos_])) ++pos_;
    return text_.substr(begin, pos_ - begin);
  }

  std::optional<Type> Plain(std::string_view name) const {
    for (const auto& [known, type] : PlainTypes()) {
      if (known == name) return type;
    }
    if (parameters_ && IsParameter(name)) return Type::Parameter(name);
    return names_.resolver ? names_.resolver(name) : std::nullopt;
  }

  std::optional<Type> One(int depth) {
    Blanks();
    const size_t begin = pos_;
    if (depth > kDeepest) {
      return Complain(begin, begin + 1, StrCat("nested deeper than ", kDeepest, " levels"),
                      "write `dyn` for what is inside");
    }
    const std::string_view name = Name();
    const size_t end = pos_;
    if (name.empty()) {
      return Complain(begin, begin + 1,
                      begin == text_.size() ? std::string("expected a type")
                                            : StrCat("expected a type before `", Rest(), "`"),
                      "write one like `int`, `list(string)` or the full name of a message");
    }
    if (!Accept('(')) {
      std::optional<Type> type = Plain(name);
      return type.has_value() ? type : Unknown(name, begin, end);
    }
    std::vector<Type> inner;
    if (!Inner(depth, &inner)) return std::nullopt;
    return Parameterized(name, std::move(inner), begin, end);
  }

  std::nullopt_t Unknown(std::string_view name, size_t begin, size_t end) {
    std::vector<std::string_view> known = names_.known;
    for (const auto& [plain, type] : PlainTypes()) known.push_back(plain);
    std::string help = DidYouMean(name, known);
    if (help.empty()) {
      help = "it is a type like `int` or `list(string)`, or the full name of a message or enum";
    }
    return Complain(begin, end, StrCat("`", name, "` is no type"), std::move(help));
  }

  // What stands between parentheses; the first is consumed already.
  bool Inner(int depth, std::vector<Type>* inner) {
    if (Accept(')')) return true;
    while (true) {
      std::optional<Type> type = One(depth + 1);
      if (!type.has_value()) return false;
      inner->push_back(*std::move(type));
      if (Accept(')')) return true;
      if (!Accept(',')) {
        Complain(pos_, pos_ + 1, "expected `,` or `)`", "close what was opened");
        return false;
      }
    }
  }

  std::optional<Type> Parameterized(std::string_view name, std::vector<Type> inner, size_t begin,
                                    size_t end) {
    const size_t wanted = name == "map" ? 2 : 1;
    const bool known = name == "map" || name == "list" || name == "type" || name == "wrapper" ||
                       name == "optional_type" || name == "optional";
    if (!known) {
      return Complain(begin, end, StrCat("`", name, "` takes no parameters"),
                      "list, map, optional_type and type take some");
    }
    if (inner.size() != wanted) {
      return Complain(
          begin, end,
          StrCat("`", name, "` takes ", wanted, wanted == 1 ? " type" : " types", ", found ",
                 inner.size()),
          name == "map" ? "write `map(string, int)`" : StrCat("write `", name, "(int)`"));
    }
    if (name == "map") return MapOf(std::move(inner), begin, end);
    if (name == "list") return Type::List(inner[0]);
    if (name == "type") return Type::TypeOf(inner[0]);
    if (name == "wrapper") return Type::Wrapper(inner[0]);
    return Type::Optional(inner[0]);
  }

  std::optional<Type> MapOf(std::vector<Type> inner, size_t begin, size_t end) {
    switch (inner[0].kind()) {
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kString:
      case TypeKind::kDyn:
      case TypeKind::kParameter:
        return Type::Map(inner[0], inner[1]);
      default:
        return Complain(begin, end,
                        StrCat("`", inner[0].ToString(), "` cannot be the key of a map"),
                        "keys are bool, int, uint or string");
    }
  }

  // The name, and the type of the target where it has one.
  bool Head(ParsedSignature* parsed) {
    const size_t open = OpeningOfParameters();
    if (open == std::string_view::npos) {
      Complain(0, text_.size(), StrCat("`", text_, "` is no signature"),
               "write one like `size(string) -> int`, or `string.shout(int) -> string`");
      return false;
    }
    const std::string_view head = text_.substr(0, open);
    const size_t dot = head.rfind('.');
    if (dot != std::string_view::npos) {
      Diagnostic ignored;
      TypeParser target(head.substr(0, dot), names_, true, &ignored);
      if (std::optional<Type> type = target.Whole()) {
        parsed->overload.is_member = true;
        parsed->overload.parameters.push_back(*std::move(type));
        pos_ = dot + 1;
      } else if (head.find('(') != std::string_view::npos) {
        diagnostic_ = ignored;
        return false;
      }
    }
    const size_t begin = pos_;
    parsed->name = Name();
    if (pos_ != open || !IsFunctionName(parsed->name)) {
      Complain(begin, open, StrCat("`", text_.substr(begin, open - begin), "` is no name"),
               "a function is named by letters, digits and `_`, namespaces before a dot");
      return false;
    }
    pos_ = open + 1;
    return true;
  }

  static bool IsFunctionName(std::string_view name) {
    bool starts = true;
    for (const char c : name) {
      if (starts && (c == '.' || std::isdigit(static_cast<unsigned char>(c)) != 0)) return false;
      starts = c == '.';
    }
    return !starts;
  }

  // The parenthesis that the one before `->` closes.
  size_t OpeningOfParameters() const {
    int depth = 0;
    for (size_t i = text_.find("->"); i != std::string_view::npos && i-- > 0;) {
      if (text_[i] == ')') ++depth;
      if (text_[i] == '(' && --depth == 0) return i;
    }
    return std::string_view::npos;
  }

  bool Parameters(ParsedSignature* parsed) {
    std::vector<Type> types;
    if (!Inner(0, &types)) return false;
    parsed->overload.parameters.insert(parsed->overload.parameters.end(),
                                       std::make_move_iterator(types.begin()),
                                       std::make_move_iterator(types.end()));
    return true;
  }

  const std::string_view text_;
  const TypeNames& names_;
  const bool parameters_;
  Diagnostic& diagnostic_;
  size_t pos_ = 0;
};

}  // namespace

std::optional<Type> ParseTypeText(std::string_view text, const TypeNames& names,
                                  Diagnostic* diagnostic) {
  return TypeParser(text, names, false, diagnostic).Whole();
}

std::optional<ParsedSignature> ParseSignatureText(std::string_view text, const TypeNames& names,
                                                  Diagnostic* diagnostic) {
  return TypeParser(text, names, true, diagnostic).Signature();
}

}  // namespace changepolicy::cel
