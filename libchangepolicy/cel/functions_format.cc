// format(): texts with places for values, `%s %d %f %e %b %o %x %X %%`, of the strings library.
#include <cmath>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "libchangepolicy/base/text.h"
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

// %s; false for a value that has no text, or once the budget is spent. What is shared in a value is
// written out as often as it occurs, so each part is paid for.
class TextWriter {
 public:
  explicit TextWriter(CallContext& context) : context_(context) {}

  bool Append(const Value& value, int depth, std::string* out) {
    if (depth > kDeepest || !context_.Charge(1)) return false;
    switch (value.kind()) {
      case Kind::kString:
        return Put(value.string_value(), out);
      case Kind::kBytes:
        return Put(value.bytes_value(), out);
      case Kind::kUint:
        return Put(StrCat(value.uint_value()), out);
      case Kind::kTimestamp:
        return Put(TimestampText(value.timestamp_value()), out);
      case Kind::kDuration:
        return Put(DurationText(value.duration_value()), out);
      case Kind::kList:
        return AppendList(value.list(), depth + 1, out);
      case Kind::kMap:
        return AppendMap(value.map(), depth + 1, out);
      case Kind::kDouble:
        // The shortest digits are found by trying.
        return context_.Charge(64) && Put(value.ToString(), out);
      case Kind::kNull:
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kType:
      case Kind::kEnum:
        return Put(value.ToString(), out);
      default:
        return false;
    }
  }

 private:
  static constexpr int kDeepest = 50;

  bool Put(std::string_view text, std::string* out) {
    written_ += text.size();
    if (!context_.Charge(TextSteps(text.size())) || !context_.Reserve(written_)) return false;
    *out += text;
    return true;
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

  bool AppendMap(const Map& map, int depth, std::string* out) {
    std::map<std::string, std::string> entries;
    for (size_t i = 0; i < map.size(); ++i) {
      std::string key, value;
      if (!Append(map.KeyAt(i), depth, &key) || !Append(map.ValueAt(i), depth, &value)) {
        return false;
      }
      entries.emplace(std::move(key), std::move(value));
    }
    *out += '{';
    for (const auto& [key, value] : entries) {
      if (!out->ends_with('{')) *out += ", ";
      if (!Put(key, out) || !Put(": ", out) || !Put(value, out)) return false;
    }
    *out += '}';
    return true;
  }

  CallContext& context_;
  uint64_t written_ = 0;
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
  table->push_back({"string.format(list(dyn)) -> string", Format, "", cost::kFormat});
}

}  // namespace changepolicy::cel
