#include "libchangepolicy/mapping/foreign_time.h"

#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {

namespace {

constexpr size_t kDateLength = 10;  // 2026-01-31

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `+01:00` of an offset in any of its forms; nothing for what is none.
std::optional<std::string> OffsetText(std::string_view text) {
  if (text == "Z" || text == "UTC" || text == "GMT") return "Z";
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::string digits;
  for (const char c : text.substr(1)) {
    if (c != ':') digits += c;
  }
  if (!std::all_of(digits.begin(), digits.end(), IsDigit)) return std::nullopt;
  if (digits.size() == 2) digits += "00";
  if (digits.size() != 4) return std::nullopt;
  return StrCat(text.substr(0, 1), digits.substr(0, 2), ":", digits.substr(2));
}

// Date, time of day and what follows it.
struct Parts {
  std::string_view date;
  std::string time;
  std::string fraction;  // `.25`, or empty
  std::string_view rest;
};

Parts Split(std::string_view text) {
  Parts parts{.date = text.substr(0, kDateLength)};
  text.remove_prefix(std::min(text.size(), kDateLength));
  if (!text.empty() && (text[0] == 'T' || text[0] == ' ')) {
    text.remove_prefix(1);
    const auto end = std::find_if(text.begin(), text.end(),
                                  [](char c) { return !IsDigit(c) && c != ':' && c != '.'; });
    parts.time = std::string(text.begin(), end);
    text.remove_prefix(parts.time.size());
    if (const size_t dot = parts.time.find('.'); dot != std::string::npos) {
      parts.fraction = parts.time.substr(dot);
      parts.time.resize(dot);
    }
  }
  if (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  parts.rest = text;
  return parts;
}

}  // namespace

std::optional<absl::Time> ReadForeignTime(std::string_view text, std::string_view zone,
                                          std::string* problem) {
  *problem = StrCat("`", Printable(text), "` is no instant");
  const Parts parts = Split(text);
  if (!parts.rest.empty()) {
    const std::optional<std::string> offset = OffsetText(parts.rest);
    if (!offset.has_value() || parts.time.empty()) return std::nullopt;
    const std::string time = parts.time.size() == 5 ? StrCat(parts.time, ":00") : parts.time;
    return ReadInstant(StrCat(parts.date, "T", time, parts.fraction, *offset));
  }
  const std::optional<absl::CivilSecond> local = ParseLocal(
      parts.time.empty() ? std::string(parts.date) : StrCat(parts.date, "T", parts.time));
  if (!local.has_value()) return std::nullopt;
  if (zone.empty()) {
    *problem =
        StrCat("`", Printable(text), "` has no zone; write `instant(..., \"Europe/Berlin\")`");
    return std::nullopt;
  }
  const std::optional<absl::TimeZone> found = FindZone(zone);
  if (!found.has_value()) {
    const std::string meant = SuggestZone(zone);
    *problem = StrCat("`", Printable(zone), "` is no time zone", meant.empty() ? "" : "; ", meant);
    return std::nullopt;
  }
  absl::Duration fraction;
  if (!parts.fraction.empty()) {
    const std::optional<absl::Duration> read = ReadDuration(StrCat("0", parts.fraction, "s"));
    if (!read.has_value()) return std::nullopt;
    fraction = *read;
  }
  return ToInstant(*local, *found) + fraction;
}

}  // namespace changepolicy
