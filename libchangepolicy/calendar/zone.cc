#include "libchangepolicy/calendar/zone.h"

#include <array>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/zone_rules.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

namespace {

// Exactly so many digits; -1 where they are not there.
int Digits(std::string_view text, size_t at, size_t count) {
  int number = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

}  // namespace

std::optional<absl::TimeZone> FindZone(std::string_view name) { return LoadZone(name); }

std::string SuggestZone(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kCommon = {"UTC",
                                                               "Asia/Singapore",
                                                               "Asia/Tokyo",
                                                               "Asia/Kolkata",
                                                               "Asia/Shanghai",
                                                               "Asia/Hong_Kong",
                                                               "Asia/Dubai",
                                                               "Asia/Jakarta",
                                                               "Asia/Manila",
                                                               "Australia/Sydney",
                                                               "Europe/London",
                                                               "Europe/Berlin",
                                                               "Europe/Paris",
                                                               "Europe/Madrid",
                                                               "Europe/Amsterdam",
                                                               "Europe/Zurich",
                                                               "Europe/Vienna",
                                                               "America/New_York",
                                                               "America/Chicago",
                                                               "America/Denver",
                                                               "America/Los_Angeles",
                                                               "America/Toronto",
                                                               "America/Sao_Paulo",
                                                               "Africa/Johannesburg"};
  const std::string_view nearest = Nearest(name, {kCommon.begin(), kCommon.end()});
  return nearest.empty() ? "name a zone of the IANA database, like `Asia/Singapore`"
                         : StrCat("did you mean `", nearest, "`?");
}

std::optional<absl::CivilSecond> ParseLocal(std::string_view text) {
  const int year = Digits(text, 0, 4), month = Digits(text, 5, 2), day = Digits(text, 8, 2);
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || year < 1 || month < 1 || month > 12 ||
      day < 1) {
    return std::nullopt;
  }
  int hour = 0, minute = 0, second = 0;
  if (text.size() > 10) {
    if (text.size() != 16 && text.size() != 19) return std::nullopt;
    hour = Digits(text, 11, 2);
    minute = Digits(text, 14, 2);
    if (text.size() == 19) second = text[16] == ':' ? Digits(text, 17, 2) : -1;
    if (text[10] != 'T' || text[13] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59) {
      return std::nullopt;
    }
  }
  const absl::CivilSecond local(year, month, day, hour, minute, second);
  return local.day() == day ? std::optional(local) : std::nullopt;
}

absl::Time ToInstant(absl::CivilSecond local, absl::TimeZone zone) {
  // `pre` is the first of two, and for a gap the instant by the offset before it.
  return zone.At(local).pre;
}

const std::string& TzdbVersion() { return ZoneRulesVersion(); }

}  // namespace changepolicy
