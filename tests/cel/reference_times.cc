// The reference's times: nanoseconds in 128 bits, and a calendar that counts days one rule at a
// time. Only the offsets of named zones come from Abseil.
#include <cctype>

#include "absl/time/time.h"
#include "libchangepolicy/base/text.h"
#include "tests/cel/reference_evaluator.h"

namespace changepolicy::cel::reference {

using Kind = Value::Kind;

namespace {

using Wide = __int128;
constexpr Wide kSecond = 1'000'000'000;
constexpr Wide kFirst = Wide{-62'135'596'800} * kSecond;
constexpr Wide kPast = Wide{253'402'300'800} * kSecond;

Wide Nanos(absl::Duration duration) {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(duration, absl::Seconds(1), &rest);
  return Wide{seconds} * kSecond + absl::ToInt64Nanoseconds(rest);
}
Wide Nanos(absl::Time time) { return Nanos(time - absl::UnixEpoch()); }

absl::Duration FromNanos(Wide nanos) {
  return absl::Seconds(static_cast<int64_t>(nanos / kSecond)) +
         absl::Nanoseconds(static_cast<int64_t>(nanos % kSecond));
}

Value TimestampOr(Wide nanos) {
  if (nanos < kFirst || nanos >= kPast) return Failure("timestamp range");
  return Value::Timestamp(absl::UnixEpoch() + FromNanos(nanos));
}

Value DurationOr(Wide nanos) {
  if (nanos < INT64_MIN || nanos > INT64_MAX) return Failure("duration range");
  return Value::Duration(FromNanos(nanos));
}

Wide FloorDivide(Wide a, Wide b) { return a / b - (a % b < 0 ? 1 : 0); }

bool IsLeap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int DaysIn(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && IsLeap(year) ? 1 : 0);
}

// Days from 1970-01-01 to the first of January, through whole cycles of 400 years.
Wide DaysToYear(int year) {
  const int past = year - 1;
  return Wide{365} * past + past / 4 - past / 100 + past / 400 - 719'162;
}

struct Civil {
  int year, month, day, hour, minute, second, millisecond, weekday, yearday;
};

Civil ToCivil(Wide nanos) {
  const Wide seconds = FloorDivide(nanos, kSecond);
  const Wide days = FloorDivide(seconds, 86'400);
  const int rest = static_cast<int>(seconds - days * 86'400);
  Civil civil{};
  civil.hour = rest / 3600;
  civil.minute = rest / 60 % 60;
  civil.second = rest % 60;
  civil.millisecond = static_cast<int>((nanos - seconds * kSecond) / 1'000'000);
  civil.weekday = static_cast<int>(((days % 7) + 7 + 4) % 7);  // 1970 began on a Thursday
  civil.year = 1970 + static_cast<int>(days / 366) - 2;
  if (civil.year < 1) civil.year = 1;
  while (civil.year > 1 && DaysToYear(civil.year) > days) --civil.year;
  while (DaysToYear(civil.year + 1) <= days) ++civil.year;
  civil.yearday = static_cast<int>(days - DaysToYear(civil.year));
  int left = civil.yearday;
  civil.month = 1;
  while (left >= DaysIn(civil.year, civil.month)) left -= DaysIn(civil.year, civil.month++);
  civil.day = left + 1;
  return civil;
}

std::optional<int> Number(std::string_view text) {
  int number = 0;
  if (text.empty()) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Seconds east of Greenwich.
std::optional<int> FixedOffset(std::string_view zone) {
  const bool west = zone.starts_with('-');
  if (west || zone.starts_with('+')) zone.remove_prefix(1);
  if (zone.size() != 5 || zone[2] != ':') return std::nullopt;
  const auto hours = Number(zone.substr(0, 2)), minutes = Number(zone.substr(3));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * (*hours * 3600 + *minutes * 60);
}

std::optional<int> OffsetAt(const std::string& zone, absl::Time time) {
  if (const auto fixed = FixedOffset(zone)) return fixed;
  for (const char c : zone) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (!letter && c != '/' && c != '_' && c != '-' && c != '+') return std::nullopt;
  }
  absl::TimeZone loaded;
  if (zone.empty() || zone[0] == '/' || !absl::LoadTimeZone(ToAbsl(zone), &loaded)) {
    return std::nullopt;
  }
  return loaded.At(time).offset;
}

std::optional<Value> Part(const std::string& function, const Values& args) {
  const absl::Time time = args[0].timestamp_value();
  int offset = 0;
  if (args.size() == 2) {
    const std::optional<int> found = OffsetAt(args[1].string_value(), time);
    if (!found.has_value()) return Failure("no zone");
    offset = *found;
  }
  Wide nanos = Nanos(time) + Wide{offset} * kSecond;
  // West of Greenwich the first instants of the calendar are in the year before it.
  if (nanos < kFirst && function == "getFullYear") return Value::Int(0);
  if (nanos < kFirst) nanos += Wide{146'097} * 86'400 * kSecond;  // 400 years later, all else alike
  const Civil civil = ToCivil(nanos);
  if (function == "getFullYear") return Value::Int(civil.year);
  if (function == "getMonth") return Value::Int(civil.month - 1);
  if (function == "getDate") return Value::Int(civil.day);
  if (function == "getDayOfMonth") return Value::Int(civil.day - 1);
  if (function == "getDayOfWeek") return Value::Int(civil.weekday);
  if (function == "getDayOfYear") return Value::Int(civil.yearday);
  if (function == "getHours") return Value::Int(civil.hour);
  if (function == "getMinutes") return Value::Int(civil.minute);
  if (function == "getSeconds") return Value::Int(civil.second);
  if (function == "getMilliseconds") return Value::Int(civil.millisecond);
  return std::nullopt;
}

std::optional<Value> DurationPart(const std::string& function, Wide nanos) {
  if (function == "getHours") return Value::Int(static_cast<int64_t>(nanos / (3600 * kSecond)));
  if (function == "getMinutes") return Value::Int(static_cast<int64_t>(nanos / (60 * kSecond)));
  if (function == "getSeconds") return Value::Int(static_cast<int64_t>(nanos / kSecond));
  if (function == "getMilliseconds") {
    return Value::Int(static_cast<int64_t>(nanos / 1'000'000 % 1000));
  }
  return std::nullopt;
}

Value ParseTime(std::string_view text) {
  // yyyy-mm-ddThh:mm:ss, a fraction, a zone.
  if (text.size() < 20) return Failure("no timestamp");
  const auto year = Number(text.substr(0, 4)), month = Number(text.substr(5, 2)),
             day = Number(text.substr(8, 2)), hour = Number(text.substr(11, 2)),
             minute = Number(text.substr(14, 2)), second = Number(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return Failure("no timestamp");
  const std::string marks{text[4], text[7], text[10], text[13], text[16]};
  if (marks != "--T::" && marks != "--t::") return Failure("no timestamp");
  if (*year < 1 || *month < 1 || *month > 12 || *day < 1 || *day > DaysIn(*year, *month) ||
      *hour > 23 || *minute > 59 || *second > 59) {
    return Failure("no timestamp");
  }
  text.remove_prefix(19);
  Wide nanos = 0;
  if (text[0] == '.') {
    size_t digits = 1;
    Wide unit = kSecond / 10;
    for (; digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0;
         ++digits, unit /= 10) {
      nanos += unit * (text[digits] - '0');
    }
    if (digits == 1) return Failure("no timestamp");
    text.remove_prefix(digits);
  }
  int offset = 0;
  if (text != "Z" && text != "z") {
    if (!text.starts_with('+') && !text.starts_with('-')) return Failure("no timestamp");
    const auto fixed = FixedOffset(text);
    if (!fixed.has_value()) return Failure("no timestamp");
    offset = *fixed;
  }
  Wide days = DaysToYear(*year) + *day - 1;
  for (int m = 1; m < *month; ++m) days += DaysIn(*year, m);
  const Wide seconds = days * 86'400 + *hour * 3600 + *minute * 60 + *second - offset;
  return TimestampOr(seconds * kSecond + nanos);
}

// A sign, then numbers with units: 1h30m, -1.5s, 0.
Value ParseSpan(std::string_view text) {
  bool negative = false;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return DurationOr(0);
  if (text.empty()) return Failure("no duration");
  Wide total = 0;
  while (!text.empty()) {
    Wide whole = 0, part = 0, scale = 1;
    size_t at = 0, digits = 0;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at) {
      if (++digits > 25) return Failure("duration range");
      whole = whole * 10 + (text[at] - '0');
    }
    if (at < text.size() && text[at] == '.') {
      for (++at; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
           ++at, ++digits) {
        if (scale < Wide{1'000'000'000'000'000}) {
          part = part * 10 + (text[at] - '0');
          scale *= 10;
        }
      }
    }
    if (digits == 0) return Failure("no duration");
    text.remove_prefix(at);
    Wide unit = 0;
    size_t length = 1;
    if (text.starts_with("ns") || text.starts_with("us") || text.starts_with("ms")) {
      unit = text[0] == 'n' ? 1 : text[0] == 'u' ? 1000 : 1'000'000;
      length = 2;
    } else if (!text.empty() && (text[0] == 'h' || text[0] == 'm' || text[0] == 's')) {
      unit = (text[0] == 'h' ? 3600 : text[0] == 'm' ? 60 : 1) * kSecond;
    } else {
      return Failure("no duration");
    }
    total += whole * unit + part * unit / scale;
    text.remove_prefix(length);
  }
  return DurationOr(negative ? -total : total);
}

std::string Fraction(Wide nanos) {
  if (nanos == 0) return "";
  std::string digits = std::to_string(static_cast<int64_t>(nanos + kSecond)).substr(1);
  while (digits.back() == '0') digits.pop_back();
  return "." + digits;
}

std::string Padded(int number, size_t width) {
  std::string text = std::to_string(number);
  while (text.size() < width) text.insert(0, 1, '0');
  return text;
}

std::optional<Value> Arithmetic(bool add, const Value& a, const Value& b) {
  const Wide sign = add ? 1 : -1;
  if (a.Is(Kind::kTimestamp) && b.Is(Kind::kDuration)) {
    return TimestampOr(Nanos(a.timestamp_value()) + sign * Nanos(b.duration_value()));
  }
  if (a.Is(Kind::kDuration) && b.Is(Kind::kTimestamp) && add) {
    return TimestampOr(Nanos(a.duration_value()) + Nanos(b.timestamp_value()));
  }
  if (a.Is(Kind::kDuration) && b.Is(Kind::kDuration)) {
    return DurationOr(Nanos(a.duration_value()) + sign * Nanos(b.duration_value()));
  }
  if (a.Is(Kind::kTimestamp) && b.Is(Kind::kTimestamp) && !add) {
    return DurationOr(Nanos(a.timestamp_value()) - Nanos(b.timestamp_value()));
  }
  return std::nullopt;
}

}  // namespace

std::string TextOfTimestamp(absl::Time time) {
  const Wide nanos = Nanos(time);
  const Civil c = ToCivil(nanos);
  return Padded(c.year, 4) + "-" + Padded(c.month, 2) + "-" + Padded(c.day, 2) + "T" +
         Padded(c.hour, 2) + ":" + Padded(c.minute, 2) + ":" + Padded(c.second, 2) +
         Fraction(nanos - FloorDivide(nanos, kSecond) * kSecond) + "Z";
}

std::string TextOfDuration(absl::Duration duration) {
  const Wide nanos = Nanos(duration);
  const Wide size = nanos < 0 ? -nanos : nanos;
  return (nanos < 0 ? "-" : "") + std::to_string(static_cast<int64_t>(size / kSecond)) +
         Fraction(size % kSecond) + "s";
}

std::optional<Value> CallTimes(const std::string& function, const Values& args) {
  if (args.size() == 2 && (function == "_+_" || function == "_-_")) {
    return Arithmetic(function == "_+_", args[0], args[1]);
  }
  if (function.starts_with("get")) {
    if (args[0].Is(Kind::kDuration) && args.size() == 1) {
      return DurationPart(function, Nanos(args[0].duration_value()));
    }
    const bool zoned = args.size() == 2 && args[1].Is(Kind::kString);
    if (args[0].Is(Kind::kTimestamp) && (args.size() == 1 || zoned)) return Part(function, args);
    return std::nullopt;
  }
  if (args.size() != 1) return std::nullopt;
  if (function == "timestamp") {
    if (args[0].Is(Kind::kTimestamp)) return args[0];
    if (args[0].Is(Kind::kString)) return ParseTime(args[0].string_value());
    if (args[0].Is(Kind::kInt)) return TimestampOr(Wide{args[0].int_value()} * kSecond);
  }
  if (function == "duration") {
    if (args[0].Is(Kind::kDuration)) return args[0];
    if (args[0].Is(Kind::kString)) return ParseSpan(args[0].string_value());
  }
  if (function == "int" && args[0].Is(Kind::kTimestamp)) {
    return Value::Int(static_cast<int64_t>(FloorDivide(Nanos(args[0].timestamp_value()), kSecond)));
  }
  return std::nullopt;
}

}  // namespace changepolicy::cel::reference
