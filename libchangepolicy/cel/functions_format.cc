// format(): texts with places for values, `%s %d %f %e %b %o %x %X %%`, of the strings library.
#include <algorithm>
#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/lexer.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

using Kind = Value::Kind;

// As cel-go has it; the specification sets none.
constexpr int kMaxPrecision = 100;

Value Failed(std::string message) {
  return Value::FromError(absl::StatusCode::kInvalidArgument, std::move(message));
}

Value CannotFormat(char verb, const Value& value) {
  return Failed(
      StrCat("`%", std::string_view(&verb, 1), "` does not take `", value.type_name(), "`"));
}

// Bytes as a text: what is no UTF-8 becomes U+FFFD, once however much of it stands together.
void AppendBytes(std::string_view bytes, std::string* out) {
  bool broken = false;
  while (!bytes.empty()) {
    const unsigned char lead = static_cast<unsigned char>(bytes[0]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length <= bytes.size() && IsValidUtf8(bytes.substr(0, length))) {
      *out += bytes.substr(0, length);
      bytes.remove_prefix(length);
      broken = false;
      continue;
    }
    if (!broken) *out += "\uFFFD";
    bytes.remove_prefix(1);
    broken = true;
  }
}

// In seconds, as the double that is nearest.
std::string SecondsText(absl::Duration duration) {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  const double nanos = static_cast<double>(absl::ToInt64Nanoseconds(rest));
  return PlainDoubleText(static_cast<double>(seconds) + nanos / 1e9) + "s";
}

// Puts the text of values together, as %s has it, for as long as the budget lasts.
class TextWriter {
 public:
  explicit TextWriter(CallContext& context) : context_(context) {}

  // False for a value that has no text, and at the end of the budget.
  bool Append(const Value& value, int depth, std::string* out) {
    if (depth > kMaxDepth) return false;
    const size_t before = out->size();
    if (!context_.Charge(1) || !AppendKind(value, depth, out)) return false;
    // What is in a list stands in `out` already, what is in a map was copied to it.
    return value.Is(Kind::kList) ||
           (context_.Charge((out->size() - before) / 16) && context_.Reserve(out->size()));
  }

 private:
  static constexpr int kMaxDepth = 50;

  bool AppendKind(const Value& value, int depth, std::string* out) {
    switch (value.kind()) {
      case Kind::kString:
        *out += value.string_value();
        return true;
      case Kind::kBytes:
        AppendBytes(value.bytes_value(), out);
        return true;
      case Kind::kUint:
        StrAppend(out, value.uint_value());
        return true;
      case Kind::kDouble:
        *out += PlainDoubleText(value.double_value());
        return true;
      case Kind::kTimestamp:
        *out += TimestampText(value.timestamp_value());
        return true;
      case Kind::kDuration:
        *out += SecondsText(value.duration_value());
        return true;
      case Kind::kList:
        return AppendList(value.list(), depth + 1, out);
      case Kind::kMap:
        return AppendMap(value.map(), depth + 1, out);
      case Kind::kNull:
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kType:
      case Kind::kEnum:
        *out += value.ToString();
        return true;
      default:
        return false;
    }
  }

  bool AppendList(const List& list, int depth, std::string* out) {
    *out += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) *out += ", ";
      if (!Append(list.At(i), depth, out)) return false;
    }
    *out += ']';
    return true;
  }

  // By the text of the keys; two keys may have the same one.
  bool AppendMap(const Map& map, int depth, std::string* out) {
    std::vector<std::pair<std::string, std::string>> entries(map.size());
    for (size_t i = 0; i < map.size(); ++i) {
      if (!Append(map.KeyAt(i), depth, &entries[i].first) ||
          !Append(map.ValueAt(i), depth, &entries[i].second)) {
        return false;
      }
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    *out += '{';
    for (size_t i = 0; i < entries.size(); ++i) {
      StrAppend(out, i > 0 ? ", " : "", entries[i].first, ": ", entries[i].second);
    }
    *out += '}';
    return true;
  }

  CallContext& context_;
};

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

uint64_t SizeOf(const Value& value) {
  if (value.Is(Kind::kString)) return value.string_value().size();
  return value.Is(Kind::kBytes) ? value.bytes_value().size() : 0;
}

// One place; the text, or the error.
Value Place(CallContext& context, char verb, int precision, const Value& value) {
  std::string text;
  switch (verb) {
    case 's':
      return TextWriter(context).Append(value, 0, &text) ? Value::String(std::move(text))
                                                         : CannotFormat(verb, value);
    case 'd':
      if (IsWhole(value)) return Value::String(InBase(value, 10));
      if (value.Is(Kind::kDouble)) return Value::String(PlainDoubleText(value.double_value()));
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
      } else if (!context.Charge(TextSteps(SizeOf(value))) || !context.Reserve(2 * SizeOf(value))) {
        return Value::String("");
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
  if (!context.Charge(TextSteps(pattern.size())) || !context.Reserve(pattern.size())) {
    return Value::Null();
  }
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
    Value text = Place(context, pattern[i], precision, value);
    if (text.is_error()) return text;
    const uint64_t bytes = text.string_value().size();
    if (!context.Charge(1 + TextSteps(bytes)) || !context.Reserve(out.size() + bytes)) {
      return Value::Null();
    }
    out += text.string_value();
  }
  return Value::String(std::move(out));
}

}  // namespace

void AddFormat(FunctionTable* table) {
  table->push_back(
      {"string.format(list(dyn)) -> string", Format,
       "the text with the values in its places: %s %d %f %e %b %o %x %X, `%.2f` for 2 digits",
       cost::kFormat});
}

}  // namespace changepolicy::cel
