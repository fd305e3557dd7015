// The strings library of the language's extensions. Positions count code points.
#include <algorithm>
#include <array>
#include <limits>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/utf8.h"

namespace changepolicy::cel {

namespace {

Value OutOfRange(int64_t index, size_t size) {
  return Value::FromError(absl::StatusCode::kOutOfRange,
                          StrCat("position ", index, " is outside a string of ", size));
}

const std::string& TextOf(const Value& value) { return value.string_value(); }

bool Spend(CallContext& context, size_t bytes) { return context.Charge(1 + bytes / 16); }

// The byte at which a code point begins, or the end; npos for a position outside the text.
size_t OffsetOf(std::string_view text, int64_t index) {
  if (index < 0 || std::cmp_greater(index, text.size())) return std::string_view::npos;
  return OffsetOfPoint(text, static_cast<size_t>(index));
}

Value CharAt(CallContext& context, Args args) {
  const std::string_view text = TextOf(args[0]);
  if (!Spend(context, text.size())) return Value::Null();
  const int64_t index = args[1].int_value();
  const size_t at = OffsetOf(text, index);
  if (at == std::string_view::npos) return OutOfRange(index, CountCodePoints(text));
  if (at == text.size()) return Value::String("");
  return Value::String(std::string(text.substr(at, FirstPoint(text.substr(at)))));
}

Value PositionAt(std::string_view text, size_t offset) {
  if (offset == std::string_view::npos) return Value::Int(-1);
  return Value::Int(static_cast<int64_t>(CountCodePoints(text.substr(0, offset))));
}

Value IndexOf(CallContext& context, Args args) {
  const std::string_view text = TextOf(args[0]), part = TextOf(args[1]);
  if (!Spend(context, text.size() + part.size())) return Value::Null();
  const int64_t from = args.size() == 3 ? args[2].int_value() : 0;
  const size_t begin = OffsetOf(text, from);
  if (begin == std::string_view::npos) return OutOfRange(from, CountCodePoints(text));
  return PositionAt(text, FindText(text, part, begin));
}

// The last place of `part` at or before `last`: the texts from their ends, so that this is the
// first, and linear.
size_t FindLast(std::string_view text, std::string_view part, size_t last) {
  const size_t end = std::min(text.size(), last + part.size());
  const std::string backwards(text.rend() - static_cast<ptrdiff_t>(end), text.rend());
  const std::string wanted(part.rbegin(), part.rend());
  const size_t found = FindText(backwards, wanted);
  return found == std::string_view::npos ? found : end - found - part.size();
}

Value LastIndexOf(CallContext& context, Args args) {
  const std::string_view text = TextOf(args[0]), part = TextOf(args[1]);
  const size_t bytes = text.size() + part.size();
  if (!Spend(context, 2 * bytes) || !context.Reserve(bytes)) return Value::Null();
  size_t last = text.size();
  if (args.size() == 3) {
    last = OffsetOf(text, args[2].int_value());
    if (last == std::string_view::npos) {
      return OutOfRange(args[2].int_value(), CountCodePoints(text));
    }
  }
  return PositionAt(text, FindLast(text, part, last));
}

Value Join(CallContext& context, Args args) {
  std::string joined;
  const List& list = args[0].list();
  const std::string_view separator = args.size() == 2 ? TextOf(args[1]) : std::string_view();
  for (size_t i = 0; i < list.size(); ++i) {
    const Value element = list.At(i);
    if (!element.is_known()) return element;
    if (!element.Is(Value::Kind::kString)) return NoSuchOverload("join", args);
    const size_t bytes = TextOf(element).size() + separator.size();
    if (!Spend(context, bytes) || !context.Reserve(joined.size() + bytes)) return Value::Null();
    if (i > 0) joined += separator;
    joined += TextOf(element);
  }
  return Value::String(std::move(joined));
}

template <char kFirst, char kLast, int kShift>
Value ChangeCase(CallContext& context, Args args) {
  if (!Spend(context, TextOf(args[0]).size())) return Value::Null();
  std::string text = TextOf(args[0]);
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
  const std::string_view text = TextOf(args[0]), from = TextOf(args[1]), to = TextOf(args[2]);
  std::string replaced;
  size_t at = 0;
  for (size_t left = Limit(args, 3); left > 0; --left) {
    // An empty text is before each code point, and at the end.
    const size_t found = FindText(text, from, at);
    if (found == std::string_view::npos) break;
    const size_t step = from.empty() && found < text.size() ? FirstPoint(text.substr(found)) : 0;
    const size_t bytes = found - at + to.size() + step;
    if (!Spend(context, bytes) || !context.Reserve(replaced.size() + bytes)) return Value::Null();
    replaced += text.substr(at, found - at);
    replaced += to;
    replaced += text.substr(found, step);
    at = found + from.size() + step;
    if (from.empty() && step == 0) break;
  }
  if (!Spend(context, text.size())) return Value::Null();
  replaced += text.substr(at);
  return Value::String(std::move(replaced));
}

Value Split(CallContext& context, Args args) {
  const std::string_view separator = TextOf(args[1]);
  std::string_view rest = TextOf(args[0]);
  if (!Spend(context, rest.size())) return Value::Null();
  const size_t limit = Limit(args, 2);
  std::vector<Value> parts;
  const auto add = [&](size_t length) {
    // The text of a part is on the heap when it is long.
    if (!Spend(context, length) ||
        !context.Reserve(2 * kValueBytes * (1 + parts.size()) + length)) {
      return false;
    }
    parts.push_back(Value::String(std::string(rest.substr(0, length))));
    return true;
  };
  if (limit == 0) return Value::ListOf({});
  while (parts.size() + 1 < limit) {
    size_t length = 0;
    if (separator.empty()) {
      if (rest.empty() || FirstPoint(rest) == rest.size()) break;
      length = FirstPoint(rest);
    } else {
      length = FindText(rest, separator);
      if (length == std::string_view::npos) break;
    }
    if (!add(length)) return Value::Null();
    rest.remove_prefix(length + separator.size());
  }
  if ((!separator.empty() || !rest.empty()) && !add(rest.size())) return Value::Null();
  return Value::ListOf(std::move(parts));
}

Value Substring(CallContext& context, Args args) {
  const std::string_view text = TextOf(args[0]);
  if (!Spend(context, text.size())) return Value::Null();
  const size_t begin = OffsetOf(text, args[1].int_value());
  if (begin == std::string_view::npos) {
    return OutOfRange(args[1].int_value(), CountCodePoints(text));
  }
  if (args.size() == 2) return Value::String(std::string(text.substr(begin)));
  const size_t end = OffsetOf(text, args[2].int_value());
  if (end == std::string_view::npos) return OutOfRange(args[2].int_value(), CountCodePoints(text));
  if (begin > end) {
    return Value::FromError(absl::StatusCode::kInvalidArgument,
                            StrCat("a substring from ", args[1].int_value(), " to ",
                                   args[2].int_value(), " ends too early"));
  }
  return Value::String(std::string(text.substr(begin, end - begin)));
}

bool IsBlank(std::string_view point) {
  static constexpr std::array<std::string_view, 25> kBlanks = {
      " ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085", "\u00a0", "\u1680",
      "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008",
      "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  return std::find(kBlanks.begin(), kBlanks.end(), point) != kBlanks.end();
}

Value Trim(CallContext& context, Args args) {
  std::string_view text = TextOf(args[0]);
  if (!Spend(context, text.size())) return Value::Null();
  while (!text.empty() && IsBlank(text.substr(0, FirstPoint(text)))) {
    text.remove_prefix(FirstPoint(text));
  }
  while (!text.empty() && IsBlank(text.substr(text.size() - LastPoint(text)))) {
    text.remove_suffix(LastPoint(text));
  }
  return Value::String(std::string(text));
}

Value Reverse(CallContext& context, Args args) {
  std::string_view text = TextOf(args[0]);
  if (!Spend(context, text.size())) return Value::Null();
  std::string reversed;
  while (!text.empty()) {
    reversed += text.substr(text.size() - LastPoint(text));
    text.remove_suffix(LastPoint(text));
  }
  return Value::String(std::move(reversed));
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
       "the character at the position, empty right behind the last", cost::kCharAt},
      {"string.indexOf(string) -> int", IndexOf,
       "where the other text first begins, -1 where it does not occur", cost::kPosition},
      {"string.indexOf(string, int) -> int", IndexOf, "the same from a position on",
       cost::kPosition},
      {"string.lastIndexOf(string) -> int", LastIndexOf,
       "where the other text last begins, -1 where it does not occur", cost::kPosition},
      {"string.lastIndexOf(string, int) -> int", LastIndexOf, "the same up to a position",
       cost::kPosition},
      {"list(string).join() -> string", Join, "the texts one after the other", cost::kJoin},
      {"list(string).join(string) -> string", Join,
       "the texts one after the other with a separator between them", cost::kJoin},
      {"string.lowerAscii() -> string", ChangeCase<'A', 'Z', 'a' - 'A'>, "A to Z in lower case",
       cost::kMapText},
      {"string.upperAscii() -> string", ChangeCase<'a', 'z', 'A' - 'a'>, "a to z in upper case",
       cost::kMapText},
      {"string.replace(string, string) -> string", Replace,
       "the text with every occurrence of the first replaced by the second", cost::kReplace},
      {"string.replace(string, string, int) -> string", Replace,
       "the same for so many occurrences, all where it is negative", cost::kReplace},
      {"string.split(string) -> list(string)", Split,
       "the parts between the separators; single characters where that is empty", cost::kSplit},
      {"string.split(string, int) -> list(string)", Split,
       "the same, at most so many parts, all where it is negative", cost::kSplit},
      {"string.substring(int) -> string", Substring, "the text from the position on", cost::kTrim},
      {"string.substring(int, int) -> string", Substring,
       "the text from the first position to before the second", cost::kTrim},
      {"string.trim() -> string", Trim, "the text without white space at its ends", cost::kTrim},
      {"string.reverse() -> string", Reverse, "the characters from the last to the first",
       cost::kMapText},
      {"strings.quote(string) -> string", Quote,
       "the text in double quotes, with escapes, as an expression writes it", cost::kQuote},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
