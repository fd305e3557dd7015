#include "libchangepolicy/cel/attribute.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/unparse.h"

namespace changepolicy::cel {

AttributePath PathOfVariable(std::string_view variable) {
  AttributePath path;
  size_t begin = 0;
  while (true) {
    const size_t dot = variable.find('.', begin);
    path.push_back({std::string(variable.substr(begin, dot - begin))});
    if (dot == std::string_view::npos) return path;
    begin = dot + 1;
  }
}

std::string AttributeText(const AttributePath& path) {
  struct Visitor {
    std::string operator()(bool key) const { return key ? "[true]" : "[false]"; }
    std::string operator()(int64_t key) const { return StrCat("[", key, "]"); }
    std::string operator()(uint64_t key) const { return StrCat("[", key, "u]"); }
    std::string operator()(const std::string& key) const {
      return FieldText(key) == key ? StrCat(".", key) : StrCat("[", StringText(key), "]");
    }
  };
  std::string text;
  for (const MapKey& step : path) text += std::visit(Visitor(), step.key);
  return text.starts_with('.') ? text.substr(1) : text;
}

namespace {

// name ('.' (name | '*') | '[' (key | '*') ']')*
class PatternParser {
 public:
  explicit PatternParser(const std::vector<Token>& tokens) : tokens_(tokens) {}

  bool Run(std::vector<std::optional<MapKey>>* steps) {
    if (Peek().kind != TokenKind::kIdent || IsKeyword(Peek().text)) return false;
    steps->push_back(MapKey{std::string(Next().text)});
    while (Peek().kind != TokenKind::kEnd) {
      if (!Step(steps)) return false;
    }
    return true;
  }

 private:
  const Token& Peek() const { return tokens_[next_]; }
  const Token& Next() { return tokens_[Peek().kind == TokenKind::kEnd ? next_ : next_++]; }
  bool Accept(std::string_view symbol) {
    if (Peek().kind != TokenKind::kSymbol || Peek().text != symbol) return false;
    ++next_;
    return true;
  }

  bool Step(std::vector<std::optional<MapKey>>* steps) {
    if (Accept(".")) {
      if (Accept("*")) {
        steps->push_back(std::nullopt);
        return true;
      }
      if (Peek().kind != TokenKind::kIdent && Peek().kind != TokenKind::kQuotedIdent) return false;
      steps->push_back(MapKey{std::string(Next().text)});
      return true;
    }
    if (!Accept("[")) return false;
    if (Accept("*")) {
      steps->push_back(std::nullopt);
    } else if (std::optional<MapKey> key = Key()) {
      steps->push_back(std::move(key));
    } else {
      return false;
    }
    return Accept("]");
  }

  std::optional<MapKey> Key() {
    const bool negative = Accept("-");
    const Token token = Next();
    if (!negative && token.kind == TokenKind::kString) return MapKey{std::string(token.text)};
    if (!negative && token.kind == TokenKind::kIdent &&
        (token.text == "true" || token.text == "false")) {
      return MapKey{token.text == "true"};
    }
    const std::string digits = StrCat(negative ? "-" : "", token.text);
    const auto number = [&](auto value) -> std::optional<MapKey> {
      const char* const last = digits.data() + digits.size();
      const auto [end, error] = std::from_chars(digits.data(), last, value);
      if (error != std::errc() || end != last) return std::nullopt;
      if constexpr (std::is_same_v<decltype(value), int64_t>) return MapKey{value};
      return ToMapKey(Value::Uint(static_cast<uint64_t>(value)));
    };
    if (token.kind == TokenKind::kInt) return number(int64_t{0});
    if (token.kind == TokenKind::kUint && !negative) return number(uint64_t{0});
    return std::nullopt;
  }

  const std::vector<Token>& tokens_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<AttributePattern> AttributePattern::Parse(std::string_view text) {
  Diagnostics diagnostics;
  const std::optional<Tokens> tokens = Tokenize(text, &diagnostics);
  AttributePattern pattern;
  if (!tokens.has_value() || !PatternParser(tokens->list).Run(&pattern.steps_)) {
    return InvalidArgument(StrCat("`", text,
                                  "` is no path to a part of a variable; write it like "
                                  "`request.auth.claims`, `m[\"key\"]` or `list[*].owner`"));
  }
  pattern.text_ = text;
  return pattern;
}

AttributePattern::Match AttributePattern::Of(const AttributePath& path) const {
  const size_t common = std::min(path.size(), steps_.size());
  for (size_t i = 0; i < common; ++i) {
    if (steps_[i].has_value() && !(*steps_[i] == path[i])) return Match::kNone;
  }
  return path.size() < steps_.size() ? Match::kAbove : Match::kAt;
}

}  // namespace changepolicy::cel
