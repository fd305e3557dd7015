// The reference's arithmetic, conversions of numbers, equality and order. Whole numbers are
// calculated with 128 bits, where nothing overflows, and then asked whether they fit.
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "google/protobuf/util/message_differencer.h"
#include "tests/cel/reference_evaluator.h"

namespace changepolicy::cel::reference {

using Kind = Value::Kind;

namespace {

using Wide = __int128;

Value IntOr(Wide number) {
  if (number < std::numeric_limits<int64_t>::min() || number > std::numeric_limits<int64_t>::max())
    return Failure("int overflow");
  return Value::Int(static_cast<int64_t>(number));
}

Value UintOr(Wide number) {
  if (number < 0 || number > std::numeric_limits<uint64_t>::max()) return Failure("uint overflow");
  return Value::Uint(static_cast<uint64_t>(number));
}

bool IsNumber(const Value& value) {
  return value.Is(Kind::kInt) || value.Is(Kind::kUint) || value.Is(Kind::kDouble);
}

Wide Whole(const Value& value) {
  return value.Is(Kind::kInt) ? Wide{value.int_value()} : Wide{value.uint_value()};
}

std::optional<Value> Binary(const std::string& function, const Value& a, const Value& b) {
  if (!IsNumber(a) || a.kind() != b.kind()) return std::nullopt;
  const char op = function[1];
  if (a.Is(Kind::kDouble)) {
    const double x = a.double_value(), y = b.double_value();
    if (op == '+') return Value::Double(x + y);
    if (op == '-') return Value::Double(x - y);
    if (op == '*') return Value::Double(x * y);
    if (op == '/') return Value::Double(x / y);
    return std::nullopt;
  }
  const Wide x = Whole(a), y = Whole(b);
  const auto fit = a.Is(Kind::kInt) ? IntOr : UintOr;
  if (op == '+') return fit(x + y);
  if (op == '-') return fit(x - y);
  if (op == '*') {
    // Of two 64-bit numbers without sign the product may need the last bit.
    return x != 0 && y != 0 && std::fabs(static_cast<double>(x) * static_cast<double>(y)) > 1e20
               ? Failure("overflow")
               : fit(x * y);
  }
  if (y == 0) return Failure("by zero");
  if (op == '/') return fit(x / y);
  // The specification calls the remainder of the smallest integer by -1 an overflow.
  if (x == std::numeric_limits<int64_t>::min() && y == -1) return Failure("overflow");
  return fit(x % y);
}

// Decimal digits with an optional sign, and nothing else.
std::optional<Wide> ParseWhole(const std::string& text, bool sign_allowed) {
  size_t at = 0;
  bool negative = false;
  if (!text.empty() && sign_allowed && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    at = 1;
  }
  if (at == text.size()) return std::nullopt;
  Wide number = 0;
  for (; at < text.size(); ++at) {
    if (text[at] < '0' || text[at] > '9' || number > Wide{1} << 70) return std::nullopt;
    number = number * 10 + (text[at] - '0');
  }
  return negative ? -number : number;
}

std::optional<double> ParseDouble(std::string text) {
  if (text.starts_with('+')) text.erase(0, 1);
  if (text.empty() || text[0] == '+') return std::nullopt;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ptr != end) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) {
    // Too small is zero, too large is no number.
    number = std::strtod(text.c_str(), nullptr);
    return std::fabs(number) < 1 ? std::optional(number) : std::nullopt;
  }
  return result.ec == std::errc() ? std::optional(number) : std::nullopt;
}

Value ToInt(const Value& value) {
  if (value.Is(Kind::kDouble)) {
    const double number = value.double_value();
    if (!(std::fabs(number) < std::ldexp(1.0, 63))) return Failure("range");
    return Value::Int(static_cast<int64_t>(std::trunc(number)));
  }
  if (value.Is(Kind::kString)) {
    const auto number = ParseWhole(value.string_value(), true);
    return number.has_value() ? IntOr(*number) : Failure("no int");
  }
  return IntOr(Whole(value));
}

Value ToUint(const Value& value) {
  if (value.Is(Kind::kDouble)) {
    const double number = value.double_value();
    if (!(number >= 0 && number < std::ldexp(1.0, 64))) return Failure("range");
    return Value::Uint(static_cast<uint64_t>(std::trunc(number)));
  }
  if (value.Is(Kind::kString)) {
    const auto number = ParseWhole(value.string_value(), false);
    return number.has_value() ? UintOr(*number) : Failure("no uint");
  }
  return UintOr(Whole(value));
}

Value ToDouble(const Value& value) {
  if (value.Is(Kind::kString)) {
    const auto number = ParseDouble(value.string_value());
    return number.has_value() ? Value::Double(*number) : Failure("no double");
  }
  return value.Is(Kind::kDouble) ? value : Value::Double(static_cast<double>(Whole(value)));
}

template <typename T>
int Three(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// Numbers of two kinds: whole ones exactly; with a double among them, both as doubles where the
// double is near the integers, by range where it is not.
int OrderNumbers(const Value& a, const Value& b) {
  if (!a.Is(Kind::kDouble) && !b.Is(Kind::kDouble)) return Three(Whole(a), Whole(b));
  const auto as_double = [](const Value& value) {
    return value.Is(Kind::kDouble) ? value.double_value() : static_cast<double>(Whole(value));
  };
  const double x = as_double(a), y = as_double(b);
  return std::isnan(x) || std::isnan(y) ? 2 : Three(x, y);
}

}  // namespace

std::optional<Value> CallNumbers(const std::string& function, const Values& args) {
  if (args.size() == 2) {
    for (const char* const arithmetic : {"_+_", "_-_", "_*_", "_/_", "_%_"}) {
      if (function == arithmetic) return Binary(function, args[0], args[1]);
    }
    return std::nullopt;
  }
  if (args.size() != 1) return std::nullopt;
  const Value& value = args[0];
  if (function == "-_") {
    if (value.Is(Kind::kInt)) return IntOr(-Whole(value));
    if (value.Is(Kind::kDouble)) return Value::Double(-value.double_value());
    return std::nullopt;
  }
  if (!IsNumber(value) && !value.Is(Kind::kString)) return std::nullopt;
  if (function == "int") return ToInt(value);
  if (function == "uint") return ToUint(value);
  if (function == "double") return ToDouble(value);
  return std::nullopt;
}

std::optional<int> Order(const Value& a, const Value& b) {
  if (IsNumber(a) && IsNumber(b)) return OrderNumbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kBool:
      return Three(a.bool_value(), b.bool_value());
    case Kind::kString:
      return Three(Decode(a.string_value()), Decode(b.string_value()));
    case Kind::kBytes: {
      const std::string &x = a.bytes_value(), &y = b.bytes_value();
      return Three(std::basic_string<unsigned char>(x.begin(), x.end()),
                   std::basic_string<unsigned char>(y.begin(), y.end()));
    }
    case Kind::kTimestamp:
      return Three(a.timestamp_value(), b.timestamp_value());
    case Kind::kDuration:
      return Three(a.duration_value(), b.duration_value());
    default:
      return std::nullopt;
  }
}

std::optional<Value> Lookup(const Map& map, const Value& key) {
  for (size_t i = 0; i < map.size(); ++i) {
    if (Equal(map.KeyAt(i), key)) return map.ValueAt(i);
  }
  return std::nullopt;
}

bool Equal(const Value& a, const Value& b) {
  if (const std::optional<int> order = Order(a, b)) return *order == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kType:
      return RuntimeTypeName(a.type_value()) == RuntimeTypeName(b.type_value());
    case Kind::kOptional:
      if (!a.has_optional_value() || !b.has_optional_value()) {
        return a.has_optional_value() == b.has_optional_value();
      }
      return Equal(a.optional_value(), b.optional_value());
    case Kind::kList: {
      bool same = a.list().size() == b.list().size();
      for (size_t i = 0; same && i < a.list().size(); ++i) {
        same = Equal(a.list().At(i), b.list().At(i));
      }
      return same;
    }
    case Kind::kMap: {
      bool same = a.map().size() == b.map().size();
      for (size_t i = 0; same && i < a.map().size(); ++i) {
        const std::optional<Value> other = Lookup(b.map(), a.map().KeyAt(i));
        same = other.has_value() && Equal(a.map().ValueAt(i), *other);
      }
      return same;
    }
    case Kind::kMessage:
      return a.message().message->GetDescriptor() == b.message().message->GetDescriptor() &&
             google::protobuf::util::MessageDifferencer::Equals(*a.message().message,
                                                                *b.message().message);
    default:
      return false;
  }
}

}  // namespace changepolicy::cel::reference
