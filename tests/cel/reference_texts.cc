// The reference's texts: every string is taken apart into its code points first.
#include <charconv>
#include <cmath>
#include <cstdio>

#include "libchangepolicy/base/text.h"
#include "re2/re2.h"
#include "tests/cel/reference_evaluator.h"

namespace changepolicy::cel::reference {

using Kind = Value::Kind;
using Points = std::vector<char32_t>;

std::vector<char32_t> Decode(std::string_view text) {
  Points points;
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t at) {
      return static_cast<char32_t>(static_cast<unsigned char>(text[at]));
    };
    const char32_t first = byte(i);
    const size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (size_t j = 1; j < length; ++j) point = (point << 6) | (byte(i + j) & 0x3F);
    points.push_back(point);
    i += length;
  }
  return points;
}

std::string Encode(const std::vector<char32_t>& points) {
  std::string text;
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  for (const char32_t point : points) {
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0 | (point >> 6));
      put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      put(0xE0 | (point >> 12));
      put(0x80 | ((point >> 6) & 0x3F));
      put(0x80 | (point & 0x3F));
    } else {
      put(0xF0 | (point >> 18));
      put(0x80 | ((point >> 12) & 0x3F));
      put(0x80 | ((point >> 6) & 0x3F));
      put(0x80 | (point & 0x3F));
    }
  }
  return text;
}

namespace {

Value Text(const Points& points) { return Value::String(Encode(points)); }

bool HasAt(const Points& text, const Points& part, size_t at) {
  if (at + part.size() > text.size()) return false;
  return std::equal(part.begin(), part.end(), text.begin() + static_cast<ptrdiff_t>(at));
}

// -1 where it is not there.
int64_t Find(const Points& text, const Points& part, size_t from) {
  for (size_t at = from; at <= text.size(); ++at) {
    if (HasAt(text, part, at)) return static_cast<int64_t>(at);
  }
  return -1;
}

int64_t FindLast(const Points& text, const Points& part, size_t from) {
  int64_t last = -1;
  for (size_t at = 0; at <= from && at <= text.size(); ++at) {
    if (HasAt(text, part, at)) last = static_cast<int64_t>(at);
  }
  return last;
}

Points Slice(const Points& text, size_t begin, size_t end) {
  return Points(text.begin() + static_cast<ptrdiff_t>(begin),
                text.begin() + static_cast<ptrdiff_t>(end));
}

Points Cased(Points text, char32_t first, char32_t last, int shift) {
  for (char32_t& point : text) {
    if (point >= first && point <= last)
      point = static_cast<char32_t>(static_cast<int>(point) + shift);
  }
  return text;
}

// White space as Unicode has it.
bool IsBlank(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Points Replaced(const Points& text, const Points& from, const Points& to, int64_t limit) {
  Points out;
  size_t at = 0;
  int64_t done = 0;
  while (true) {
    const bool more = limit < 0 || done < limit;
    if (more && HasAt(text, from, at)) {
      out.insert(out.end(), to.begin(), to.end());
      ++done;
      if (!from.empty()) {
        at += from.size();
        continue;
      }
    }
    if (at >= text.size()) return out;
    out.push_back(text[at++]);
  }
}

Value Split(const Points& text, const Points& separator, int64_t limit) {
  std::vector<Value> parts;
  if (limit == 0) return Value::ListOf({});
  size_t begin = 0;
  while (limit < 0 || std::cmp_less(parts.size() + 1, limit)) {
    if (separator.empty()) {
      if (begin + 1 >= text.size()) break;
      parts.push_back(Text(Slice(text, begin, begin + 1)));
      ++begin;
      continue;
    }
    const int64_t found = Find(text, separator, begin);
    if (found < 0) break;
    parts.push_back(Text(Slice(text, begin, static_cast<size_t>(found))));
    begin = static_cast<size_t>(found) + separator.size();
  }
  if (!separator.empty() || begin < text.size()) {
    parts.push_back(Text(Slice(text, begin, text.size())));
  }
  return Value::ListOf(parts);
}

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

// With a text as target: by name and number of arguments.
std::optional<Value> OfText(const std::string& function, const Values& args) {
  const Points text = Decode(args[0].string_value());
  const int64_t size = static_cast<int64_t>(text.size());
  if (args.size() == 1) {
    if (function == "size") return Value::Int(size);
    if (function == "lowerAscii") return Text(Cased(text, 'A', 'Z', 32));
    if (function == "upperAscii") return Text(Cased(text, 'a', 'z', -32));
    if (function == "reverse") return Text(Points(text.rbegin(), text.rend()));
    if (function == "strings.quote") return Value::String(Quoted(args[0].string_value()));
    if (function == "bytes") return Value::Bytes(args[0].string_value());
    if (function == "string") return args[0];
    if (function == "trim") {
      size_t begin = 0, end = text.size();
      while (begin < end && IsBlank(text[begin])) ++begin;
      while (begin < end && IsBlank(text[end - 1])) --end;
      return Text(Slice(text, begin, end));
    }
    return std::nullopt;
  }
  if (args[1].Is(Kind::kInt)) {
    const int64_t begin = args[1].int_value();
    if (function == "charAt" && args.size() == 2) {
      if (begin < 0 || begin > size) return Failure("position");
      const size_t at = static_cast<size_t>(begin);
      return begin == size ? Value::String("") : Text(Slice(text, at, at + 1));
    }
    if (function == "substring") {
      if (args.size() == 3 && !args[2].Is(Kind::kInt)) return std::nullopt;
      const int64_t end = args.size() == 3 ? args[2].int_value() : size;
      if (begin < 0 || end < begin || end > size) return Failure("position");
      return Text(Slice(text, static_cast<size_t>(begin), static_cast<size_t>(end)));
    }
    return std::nullopt;
  }
  if (!args[1].Is(Kind::kString)) return std::nullopt;
  const bool replaces = function == "replace";
  if (args.size() > 2 && !args[2].Is(replaces ? Kind::kString : Kind::kInt)) return std::nullopt;
  if (args.size() > 3 && !args[3].Is(Kind::kInt)) return std::nullopt;
  const Points part = Decode(args[1].string_value());
  if (function == "_+_") {
    Points both = text;
    both.insert(both.end(), part.begin(), part.end());
    return Text(both);
  }
  if (function == "contains") return Value::Bool(Find(text, part, 0) >= 0);
  if (function == "startsWith") return Value::Bool(HasAt(text, part, 0));
  if (function == "endsWith") {
    return Value::Bool(part.size() <= text.size() && HasAt(text, part, text.size() - part.size()));
  }
  if (function == "matches") {
    const RE2 pattern(args[1].string_value(), RE2::Quiet);
    if (!pattern.ok()) return Failure("pattern");
    return Value::Bool(RE2::PartialMatch(args[0].string_value(), pattern));
  }
  if (function == "indexOf" || function == "lastIndexOf") {
    const bool last = function == "lastIndexOf";
    const int64_t from = args.size() == 3 ? args[2].int_value() : last ? size : 0;
    if (from < 0 || from > size) return Failure("position");
    return Value::Int((last ? FindLast : Find)(text, part, static_cast<size_t>(from)));
  }
  if (replaces) {
    const int64_t limit = args.size() == 4 ? args[3].int_value() : -1;
    return Text(Replaced(text, part, Decode(args[2].string_value()), limit));
  }
  if (function == "split") return Split(text, part, args.size() == 3 ? args[2].int_value() : -1);
  return std::nullopt;
}

bool IsUtf8(const std::string& bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const size_t length = first < 0x80   ? 1
                          : first < 0xC2 ? 0
                          : first < 0xE0 ? 2
                          : first < 0xF0 ? 3
                          : first < 0xF5 ? 4
                                         : 0;
    if (length == 0 || i + length > bytes.size()) return false;
    for (size_t j = 1; j < length; ++j) {
      if ((static_cast<unsigned char>(bytes[i + j]) & 0xC0) != 0x80) return false;
    }
    // One that could be shorter, or is no code point, gives other bytes back.
    const std::string piece = bytes.substr(i, length);
    const Points points = Decode(piece);
    if (Encode(points) != piece || (points[0] >= 0xD800 && points[0] < 0xE000) ||
        points[0] > 0x10FFFF) {
      return false;
    }
    i += length;
  }
  return true;
}

// With what is no UTF-8 replaced, a run of it by one character.
std::string Repaired(const std::string& bytes) {
  std::string text;
  bool broken = false;
  for (size_t i = 0; i < bytes.size();) {
    size_t length = 0;
    for (size_t size = 1; size <= 4 && i + size <= bytes.size() && length == 0; ++size) {
      if (IsUtf8(bytes.substr(i, size))) length = size;
    }
    if (length == 0 && !broken) text += "\uFFFD";
    broken = length == 0;
    text += bytes.substr(i, length);
    i += std::max<size_t>(1, length);
  }
  return text;
}

// The fewest digits that give the number back, zeros up to the point, and no exponent.
std::string PlainDigits(double value) {
  if (!std::isfinite(value)) return TextOfDouble(value);
  for (int digits = 1;; ++digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*e", digits - 1, std::fabs(value));
    if (std::strtod(text, nullptr) != std::fabs(value)) continue;
    const std::string written = text;
    const size_t e = written.find('e');
    std::string plain = written.substr(0, e);
    std::erase(plain, '.');
    int point = std::stoi(written.substr(e + 1)) + 1;  // how many digits stand before it
    for (; point <= 0; ++point) plain.insert(0, "0");
    while (plain.size() < static_cast<size_t>(point)) plain += '0';
    if (plain.size() > static_cast<size_t>(point)) plain.insert(static_cast<size_t>(point), ".");
    return (std::signbit(value) ? "-" : "") + plain;
  }
}

std::string PlainSeconds(absl::Duration duration) {
  const absl::Duration rest = duration % absl::Seconds(1);
  return PlainDigits(static_cast<double>((duration - rest) / absl::Seconds(1)) +
                     static_cast<double>(rest / absl::Nanoseconds(1)) / 1e9) +
         "s";
}

// %s; nothing for what has no text.
std::optional<std::string> Shown(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case Kind::kInt:
      return std::to_string(value.int_value());
    case Kind::kUint:
      return std::to_string(value.uint_value());
    case Kind::kDouble:
      return PlainDigits(value.double_value());
    case Kind::kString:
      return value.string_value();
    case Kind::kBytes:
      return Repaired(value.bytes_value());
    case Kind::kTimestamp:
      return TextOfTimestamp(value.timestamp_value());
    case Kind::kDuration:
      return PlainSeconds(value.duration_value());
    case Kind::kType:
      return RuntimeTypeName(value.type_value());
    case Kind::kList: {
      std::string text = "[";
      for (size_t i = 0; i < value.list().size(); ++i) {
        const auto element = Shown(value.list().At(i));
        if (!element.has_value()) return std::nullopt;
        text += (i == 0 ? "" : ", ") + *element;
      }
      return text + "]";
    }
    case Kind::kMap: {
      std::vector<std::string> entries;
      for (size_t i = 0; i < value.map().size(); ++i) {
        const auto key = Shown(value.map().KeyAt(i)), held = Shown(value.map().ValueAt(i));
        if (!key.has_value() || !held.has_value()) return std::nullopt;
        entries.push_back(*key + ": " + *held);
      }
      std::sort(entries.begin(), entries.end());
      std::string text = "{";
      for (const std::string& entry : entries) text += (text.size() == 1 ? "" : ", ") + entry;
      return text + "}";
    }
    default:
      return std::nullopt;
  }
}

std::string InBase(__int128 number, int base) {
  if (number < 0) return "-" + InBase(-number, base);
  const auto digit = static_cast<size_t>(number % base);
  return (number < base ? "" : InBase(number / base, base)) + "0123456789abcdef"[digit];
}

std::string Hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const int byte = static_cast<unsigned char>(c);
    text += (byte < 16 ? "0" : "") + InBase(byte, 16);
  }
  return text;
}

// One place of a format; nothing where the letter does not take the value.
std::optional<std::string> Placed(char letter, int precision, const Value& value) {
  const bool whole = value.Is(Kind::kInt) || value.Is(Kind::kUint);
  const __int128 number = value.Is(Kind::kInt)    ? __int128{value.int_value()}
                          : value.Is(Kind::kUint) ? __int128{value.uint_value()}
                                                  : 0;
  switch (letter) {
    case 's':
      return Shown(value);
    case 'd':
      if (whole) return InBase(number, 10);
      if (value.Is(Kind::kDouble)) return Shown(value);
      return std::nullopt;
    case 'b':
      if (value.Is(Kind::kBool)) return value.bool_value() ? "1" : "0";
      return whole ? std::optional(InBase(number, 2)) : std::nullopt;
    case 'o':
      return whole ? std::optional(InBase(number, 8)) : std::nullopt;
    case 'x':
    case 'X': {
      std::string text;
      if (whole) {
        text = InBase(number, 16);
      } else if (value.Is(Kind::kString)) {
        text = Hex(value.string_value());
      } else if (value.Is(Kind::kBytes)) {
        text = Hex(value.bytes_value());
      } else {
        return std::nullopt;
      }
      return letter == 'x' ? text : Encode(Cased(Decode(text), 'a', 'z', -32));
    }
    case 'e':
    case 'f': {
      if (!whole && !value.Is(Kind::kDouble)) return std::nullopt;
      const double real = whole ? static_cast<double>(number) : value.double_value();
      if (!std::isfinite(real)) return TextOfDouble(real);
      char buffer[2000];
      std::snprintf(buffer, sizeof(buffer), letter == 'f' ? "%.*f" : "%.*e", precision, real);
      return std::string(buffer);
    }
    default:
      return std::nullopt;
  }
}

Value Format(const std::string& pattern, const List& values) {
  std::string out;
  size_t used = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    if (++i == pattern.size()) return Failure("format");
    if (pattern[i] == '%') {
      out += '%';
      continue;
    }
    int precision = 6;
    if (pattern[i] == '.') {
      precision = 0;
      const size_t begin = ++i;
      for (; i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9'; ++i) {
        precision = precision * 10 + (pattern[i] - '0');
        if (precision > 1000) return Failure("format");
      }
      if (i == begin || i == pattern.size()) return Failure("format");
    }
    if (used == values.size()) return Failure("format");
    const auto text = Placed(pattern[i], precision, values.At(used++));
    if (!text.has_value()) return Failure("format");
    out += *text;
  }
  return Value::String(out);
}

}  // namespace

std::string TextOfDouble(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  // The fewest digits that give the number back, laid out plainly or with an exponent.
  char buffer[400];
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-5 && size < 1e21);
  const auto result =
      std::to_chars(buffer, buffer + sizeof(buffer), value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  return std::string(buffer, result.ptr);
}

std::optional<Value> CallTexts(const std::string& function, const Values& args) {
  if (args.empty()) return std::nullopt;
  const Value& first = args[0];
  if (first.Is(Kind::kString)) {
    if (function == "format" && args.size() == 2 && args[1].Is(Kind::kList)) {
      return Format(first.string_value(), args[1].list());
    }
    if (function == "bool" && args.size() == 1) {
      const std::string& text = first.string_value();
      for (const char* const yes : {"1", "t", "T", "true", "TRUE", "True"}) {
        if (text == yes) return Value::Bool(true);
      }
      for (const char* const no : {"0", "f", "F", "false", "FALSE", "False"}) {
        if (text == no) return Value::Bool(false);
      }
      return Failure("no bool");
    }
    return OfText(function, args);
  }
  if (first.Is(Kind::kBytes)) {
    const std::string& bytes = first.bytes_value();
    if (function == "size") return Value::Int(static_cast<int64_t>(bytes.size()));
    if (function == "bytes") return first;
    if (function == "_+_" && args[1].Is(Kind::kBytes)) {
      return Value::Bytes(bytes + args[1].bytes_value());
    }
    if (function == "string") return IsUtf8(bytes) ? Value::String(bytes) : Failure("no UTF-8");
    return std::nullopt;
  }
  if (function == "bool" && first.Is(Kind::kBool)) return first;
  const bool scalar = first.Is(Kind::kBool) || first.Is(Kind::kInt) || first.Is(Kind::kUint) ||
                      first.Is(Kind::kDouble) || first.Is(Kind::kTimestamp) ||
                      first.Is(Kind::kDuration);
  if (function == "string" && first.Is(Kind::kDouble)) {
    return Value::String(TextOfDouble(first.double_value()));
  }
  if (function == "string" && first.Is(Kind::kDuration)) {
    return Value::String(TextOfDuration(first.duration_value()));
  }
  if (function == "string" && scalar) return Value::String(*Shown(first));
  if (function == "join" && first.Is(Kind::kList)) {
    if (args.size() == 2 && !args[1].Is(Kind::kString)) return std::nullopt;
    std::string joined;
    for (size_t i = 0; i < first.list().size(); ++i) {
      const Value element = first.list().At(i);
      if (!element.Is(Kind::kString)) return Failure("no text");
      joined += (i > 0 && args.size() == 2 ? args[1].string_value() : "") + element.string_value();
    }
    return Value::String(joined);
  }
  return std::nullopt;
}

}  // namespace changepolicy::cel::reference
