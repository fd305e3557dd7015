// format(): texts with places for values, `%s %d %f %e %b %o %x %X %%`, of the strings library.
#include <cmath>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

constexpr int kMaxPrecision = 1000;

Value Failed(std::string message) {
  return Value::FromError(absl::StatusCode::kInvalidArgument, std::move(message));
}

Value CannotFormat(char verb, const Value& value) {
  return Failed(
      StrCat("`%", std::string_view(&verb, 1), "` does not take `", value.type_name(), "`"));
}

// %s; false for a value that has no text.
bool AppendText(const Value& value, int depth, std::string* out);

bool AppendList(const List& list, int depth, std::string* out) {
  *out += '[';
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) *out += ", ";
    if (!AppendText(list.At(i), depth, out)) return false;
  }
  *out += ']';
  return true;
}

bool AppendMap(const Map& map, int depth, std::string* out) {
  std::map<std::string, std::string> entries;
  for (size_t i = 0; i < map.size(); ++i) {
    std::string key, value;
    if (!AppendText(map.KeyAt(i), depth, &key) || !AppendText(map.ValueAt(i), depth, &value)) {
      return false;
    }
    entries.emplace(std::move(key), std::move(value));
  }
  *out += '{';
  for (const auto& [key, value] : entries) {
    if (!out->ends_with('{')) *out += ", ";
    StrAppend(out, key, ": ", value);
  }
  *out += '}';
  return true;
}

bool AppendText(const Value& value, int depth, std::string* out) {
  if (depth > 50) return false;
  switch (value.kind()) {
    case Kind::kString:
      *out += value.string_value();
      return true;
    case Kind::kBytes:
      // A text that is none would break whatever counts its code points.
      *out += value.bytes_value();
      return IsValidUtf8(value.bytes_value());
    case Kind::kUint:
      StrAppend(out, value.uint_value());
      return true;
    case Kind::kTimestamp:
      *out += TimestampText(value.timestamp_value());
      return true;
    case Kind::kDuration:
      *out += DurationText(value.duration_value());
      return true;
    case Kind::kList:
      return AppendList(value.list(), depth + 1, out);
    case Kind::kMap:
      return AppendMap(value.map(), depth + 1, out);
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kDouble:
    case Kind::kType:
    case Kind::kEnum:
      *out += value.ToString();
      return true;
    default:
      return false;
  }
}

std::string InBase(uint64_t magnitude, unsigned base, bool negative) {
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[magnitude % base]);
    magnitude /= base;
  } while (magnitude != 0);
  return negative ? "-" + digits : digits;
}

std::string InBase(const Value& value, unsigned base) {
  if (value.Is(Kind::kUint)) return InBase(value.uint_value(), base, false);
  const int64_t number = value.int_value();
  const uint64_t bits = static_cast<uint64_t>(number);
  return InBase(number < 0 ? uint64_t{0} - bits : bits, base, number < 0);
}

bool IsWhole(const Value& value) { return value.Is(Kind::kInt) || value.Is(Kind::kUint); }

std::string Upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// One place; the text, or the error.
Value Place(char verb, int precision, const Value& value) {
  std::string text;
  switch (verb) {
    case 's':
      return AppendText(value, 0, &text) ? Value::String(std::move(text))
                                         : CannotFormat(verb, value);
    case 'd':
      if (IsWhole(value)) return Value::String(InBase(value, 10));
      if (value.Is(Kind::kDouble) && !std::isfinite(value.double_value())) {
        return Value::String(DoubleText(value.double_value()));
      }
      return CannotFormat(verb, value);
    case 'f':
    case 'e': {
      double number = 0;
      if (value.Is(Kind::kDouble)) {
        number = value.double_value();
      } else if (value.Is(Kind::kInt)) {
        number = static_cast<double>(value.int_value());
      } else if (value.Is(Kind::kUint)) {
        number = static_cast<double>(value.uint_value());
      } else {
        return CannotFormat(verb, value);
      }
      if (!std::isfinite(number)) return Value::String(DoubleText(number));
      return Value::String(verb == 'f' ? absl::StrFormat("%.*f", precision, number)
                                       : absl::StrFormat("%.*e", precision, number));
    }
    case 'b':
      if (value.Is(Kind::kBool)) return Value::String(value.bool_value() ? "1" : "0");
      return IsWhole(value) ? Value::String(InBase(value, 2)) : CannotFormat(verb, value);
    case 'o':
      return IsWhole(value) ? Value::String(InBase(value, 8)) : CannotFormat(verb, value);
    case 'x':
    case 'X':
      if (IsWhole(value)) {
        text = InBase(value, 16);
      } else if (value.Is(Kind::kString)) {
        text = absl::BytesToHexString(value.string_value());
      } else if (value.Is(Kind::kBytes)) {
        text = absl::BytesToHexString(value.bytes_value());
      } else {
        return CannotFormat(verb, value);
      }
      return Value::String(verb == 'X' ? Upper(std::move(text)) : text);
    default:
      return Failed(StrCat("`%", std::string_view(&verb, 1), "` is no way to format a value"));
  }
}

Value Format(CallContext& context, Args args) {
  const std::string& pattern = args[0].string_value();
  const List& values = args[1].list();
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    if (++i >= pattern.size()) return Failed("a `%` ends the format");
    if (pattern[i] == '%') {
      out += '%';
      continue;
    }
    int precision = 6;
    if (pattern[i] == '.') {
      precision = 0;
      const size_t digits = ++i;
      while (i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9') {
        precision = std::min(precision * 10 + (pattern[i] - '0'), kMaxPrecision + 1);
        ++i;
      }
      if (i == digits || i >= pattern.size())
        return Failed("a `%.` lacks its digits or its letter");
      if (precision > kMaxPrecision) return Failed(StrCat("more than ", kMaxPrecision, " digits"));
    }
    if (next >= values.size()) {
      return Failed(StrCat("the format has more places than the ", values.size(), " values"));
    }
    const Value value = values.At(next++);
    if (!value.is_known()) return value;
    Value text = Place(pattern[i], precision, value);
    if (text.is_error()) return text;
    out += text.string_value();
    if (!context.Charge(1 + text.string_value().size() / 64)) return Value::Null();
  }
  return Value::String(std::move(out));
}

}  // namespace

void AddFormat(FunctionTable* table) {
  table->push_back({"string.format(list(dyn)) -> string", Format});
}

}  // namespace changepolicy::cel
