// The strings library of the language's extensions. Positions count code points.
#include <array>
#include <limits>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

namespace {

using Points = std::vector<std::string_view>;

Value OutOfRange(int64_t index, size_t size) {
  return Value::FromError(absl::StatusCode::kOutOfRange,
                          StrCat("position ", index, " is outside a string of ", size));
}

const std::string& TextOf(const Value& value) { return value.string_value(); }

std::string Joined(const Points& points, size_t begin, size_t end) {
  std::string text;
  for (size_t i = begin; i < end; ++i) text += points[i];
  return text;
}

bool Spend(CallContext& context, size_t bytes) { return context.Charge(1 + bytes / 16); }

Value CharAt(CallContext& context, Args args) {
  if (!Spend(context, TextOf(args[0]).size())) return Value::Null();
  const Points points = CodePoints(TextOf(args[0]));
  const int64_t index = args[1].int_value();
  if (index < 0 || std::cmp_greater(index, points.size())) return OutOfRange(index, points.size());
  const size_t at = static_cast<size_t>(index);
  return Value::String(at == points.size() ? "" : std::string(points[at]));
}

bool MatchesAt(const Points& text, const Points& part, size_t at) {
  if (at + part.size() > text.size()) return false;
  for (size_t i = 0; i < part.size(); ++i) {
    if (text[at + i] != part[i]) return false;
  }
  return true;
}

Value IndexOf(CallContext& context, Args args) {
  const Points text = CodePoints(TextOf(args[0])), part = CodePoints(TextOf(args[1]));
  if (!Spend(context, text.size() * (part.size() + 1))) return Value::Null();
  const int64_t from = args.size() == 3 ? args[2].int_value() : 0;
  if (from < 0 || std::cmp_greater(from, text.size())) return OutOfRange(from, text.size());
  for (size_t at = static_cast<size_t>(from); at <= text.size(); ++at) {
    if (MatchesAt(text, part, at)) return Value::Int(static_cast<int64_t>(at));
  }
  return Value::Int(-1);
}

Value LastIndexOf(CallContext& context, Args args) {
  const Points text = CodePoints(TextOf(args[0])), part = CodePoints(TextOf(args[1]));
  if (!Spend(context, text.size() * (part.size() + 1))) return Value::Null();
  const int64_t from = args.size() == 3 ? args[2].int_value() : static_cast<int64_t>(text.size());
  if (from < 0 || std::cmp_greater(from, text.size())) return OutOfRange(from, text.size());
  for (size_t at = static_cast<size_t>(from) + 1; at-- > 0;) {
    if (MatchesAt(text, part, at)) return Value::Int(static_cast<int64_t>(at));
  }
  return Value::Int(-1);
}

Value Join(CallContext& context, Args args) {
  std::string joined;
  const List& list = args[0].list();
  for (size_t i = 0; i < list.size(); ++i) {
    const Value element = list.At(i);
    if (!element.is_known()) return element;
    if (!element.Is(Value::Kind::kString)) return NoSuchOverload("join", args);
    if (!Spend(context, TextOf(element).size())) return Value::Null();
    if (i > 0 && args.size() == 2) joined += TextOf(args[1]);
    joined += TextOf(element);
  }
  return Value::String(std::move(joined));
}

template <char kFirst, char kLast, int kShift>
Value ChangeCase(CallContext& context, Args args) {
  std::string text = TextOf(args[0]);
  if (!Spend(context, text.size())) return Value::Null();
  for (char& c : text) {
    if (c >= kFirst && c <= kLast) c = static_cast<char>(c + kShift);
  }
  return Value::String(std::move(text));
}

// How often something may be done; below zero, as often as there is reason to.
size_t Limit(Args args, size_t index) {
  if (args.size() <= index || args[index].int_value() < 0) {
    return std::numeric_limits<size_t>::max();
  }
  return static_cast<size_t>(args[index].int_value());
}

Value Replace(CallContext& context, Args args) {
  const std::string &text = TextOf(args[0]), &from = TextOf(args[1]), &to = TextOf(args[2]);
  size_t left = Limit(args, 3);
  std::string replaced;
  size_t at = 0;
  const Points points = from.empty() ? CodePoints(text) : Points{};
  if (from.empty()) {
    // Before each code point, and at the end.
    for (size_t i = 0; i <= points.size(); ++i) {
      if (!Spend(context, to.size())) return Value::Null();
      if (left > 0) {
        replaced += to;
        --left;
      }
      if (i < points.size()) replaced += points[i];
    }
    return Value::String(std::move(replaced));
  }
  while (left-- > 0) {
    const size_t found = text.find(from, at);
    if (found == std::string::npos) break;
    if (!Spend(context, found - at + to.size())) return Value::Null();
    replaced += StrCat(std::string_view(text).substr(at, found - at), to);
    at = found + from.size();
  }
  return Value::String(replaced + text.substr(at));
}

Value Split(CallContext& context, Args args) {
  const std::string &text = TextOf(args[0]), &separator = TextOf(args[1]);
  if (!context.Charge(1 + text.size())) return Value::Null();
  const size_t limit = Limit(args, 2);
  std::vector<Value> parts;
  if (limit == 0) return Value::ListOf({});
  std::string_view rest = text;
  while (parts.size() + 1 < limit) {
    if (separator.empty()) {
      const Points points = CodePoints(rest.substr(0, 4));
      if (points.empty() || points[0].size() == rest.size()) break;
      parts.push_back(Value::String(std::string(points[0])));
      rest.remove_prefix(points[0].size());
      continue;
    }
    const size_t found = rest.find(separator);
    if (found == std::string_view::npos) break;
    parts.push_back(Value::String(std::string(rest.substr(0, found))));
    rest.remove_prefix(found + separator.size());
  }
  if (!separator.empty() || !rest.empty()) parts.push_back(Value::String(std::string(rest)));
  return Value::ListOf(std::move(parts));
}

Value Substring(CallContext& context, Args args) {
  if (!Spend(context, TextOf(args[0]).size())) return Value::Null();
  const Points points = CodePoints(TextOf(args[0]));
  const int64_t size = static_cast<int64_t>(points.size());
  const int64_t begin = args[1].int_value();
  const int64_t end = args.size() == 3 ? args[2].int_value() : size;
  if (begin < 0 || begin > size) return OutOfRange(begin, points.size());
  if (end < 0 || end > size) return OutOfRange(end, points.size());
  if (begin > end) {
    return Value::FromError(absl::StatusCode::kInvalidArgument,
                            StrCat("a substring from ", begin, " to ", end, " ends too early"));
  }
  return Value::String(Joined(points, static_cast<size_t>(begin), static_cast<size_t>(end)));
}

bool IsBlank(std::string_view point) {
  static constexpr std::array<std::string_view, 25> kBlanks = {
      " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
      "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
      "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  return std::find(kBlanks.begin(), kBlanks.end(), point) != kBlanks.end();
}

Value Trim(CallContext& context, Args args) {
  if (!Spend(context, TextOf(args[0]).size())) return Value::Null();
  const Points points = CodePoints(TextOf(args[0]));
  size_t begin = 0, end = points.size();
  while (begin < end && IsBlank(points[begin])) ++begin;
  while (end > begin && IsBlank(points[end - 1])) --end;
  return Value::String(Joined(points, begin, end));
}

Value Reverse(CallContext& context, Args args) {
  if (!Spend(context, TextOf(args[0]).size())) return Value::Null();
  Points points = CodePoints(TextOf(args[0]));
  std::reverse(points.begin(), points.end());
  return Value::String(Joined(points, 0, points.size()));
}

Value Quote(CallContext& context, Args args) {
  if (!Spend(context, TextOf(args[0]).size())) return Value::Null();
  static constexpr std::string_view kSpecial = "\a\b\f\n\r\t\v\\\"";
  static constexpr std::string_view kLetters = "abfnrtv\\\"";
  std::string quoted = "\"";
  for (const char c : TextOf(args[0])) {
    const size_t special = kSpecial.find(c);
    if (special == std::string_view::npos || c == '\0') {
      quoted += c;
    } else {
      quoted += '\\';
      quoted += kLetters[special];
    }
  }
  return Value::String(quoted + "\"");
}

}  // namespace

void AddStringExtension(FunctionTable* table) {
  const FunctionTable rows = {
      {"string.charAt(int) -> string", CharAt,
       "the character at the position, empty right behind the last"},
      {"string.indexOf(string) -> int", IndexOf,
       "where the other text first begins, -1 where it does not occur"},
      {"string.indexOf(string, int) -> int", IndexOf, "the same from a position on"},
      {"string.lastIndexOf(string) -> int", LastIndexOf,
       "where the other text last begins, -1 where it does not occur"},
      {"string.lastIndexOf(string, int) -> int", LastIndexOf, "the same up to a position"},
      {"list(string).join() -> string", Join, "the texts one after the other"},
      {"list(string).join(string) -> string", Join,
       "the texts one after the other with a separator between them"},
      {"string.lowerAscii() -> string", ChangeCase<'A', 'Z', 'a' - 'A'>, "A to Z in lower case"},
      {"string.upperAscii() -> string", ChangeCase<'a', 'z', 'A' - 'a'>, "a to z in upper case"},
      {"string.replace(string, string) -> string", Replace,
       "the text with every occurrence of the first replaced by the second"},
      {"string.replace(string, string, int) -> string", Replace,
       "the same for so many occurrences, all where it is negative"},
      {"string.split(string) -> list(string)", Split,
       "the parts between the separators; single characters where that is empty"},
      {"string.split(string, int) -> list(string)", Split,
       "the same, at most so many parts, all where it is negative"},
      {"string.substring(int) -> string", Substring, "the text from the position on"},
      {"string.substring(int, int) -> string", Substring,
       "the text from the first position to before the second"},
      {"string.trim() -> string", Trim, "the text without white space at its ends"},
      {"string.reverse() -> string", Reverse, "the characters from the last to the first"},
      {"strings.quote(string) -> string", Quote,
       "the text in double quotes, with escapes, as an expression writes it"},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
