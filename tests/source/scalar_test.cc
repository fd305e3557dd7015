// Instants as text: the form that nearly all have is read by a way of its own, which must not know
// other instants than the general one.
#include "libchangepolicy/source/scalar.h"

#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// `2026-01-31T09:30:00`, of numbers that may be none of a calendar.
std::string Written(int year, int month, int day, int hour, int minute, int second) {
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute, second);
}

// With `Z` and with an offset it is the same instant, or none.
void ExpectTheSame(const std::string& written) {
  EXPECT_EQ(ReadInstant(written + "Z"), ReadInstant(written + "+00:00")) << written;
}

TEST(ReadInstant, ReadsTheUsualForm) {
  EXPECT_EQ(ReadInstant("1970-01-01T00:00:00Z"), absl::UnixEpoch());
  EXPECT_EQ(ReadInstant("2026-01-31T09:30:00Z"), absl::FromUnixSeconds(1'769'851'800));
  EXPECT_EQ(ReadInstant("2024-02-29T23:59:59Z"), absl::FromUnixSeconds(1'709'251'199));
  EXPECT_EQ(ReadInstant("0001-01-01T00:00:00Z"), absl::FromUnixSeconds(-62'135'596'800));
  EXPECT_EQ(ReadInstant("9999-12-31T23:59:59Z"), absl::FromUnixSeconds(253'402'300'799));
}

TEST(ReadInstant, RefusesWhatIsInNoCalendar) {
  for (const char* const text :
       {"0000-12-31T23:59:59Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00", "2026-1-01T00:00:00Z", "2026-01-01T00:00:00Zz"}) {
    EXPECT_EQ(ReadInstant(text), std::nullopt) << text;
  }
}

TEST(ReadInstant, IsTheSameByBothWays) {
  for (const int year : {0, 1, 1582, 1900, 1970, 2000, 2023, 2024, 9999}) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) ExpectTheSame(Written(year, month, day, 12, 0, 0));
    }
  }
  for (int part = 0; part < 100; ++part) {
    ExpectTheSame(Written(2026, 6, 15, part, 0, 0));
    ExpectTheSame(Written(2026, 6, 15, 0, part, 0));
    ExpectTheSame(Written(2026, 6, 15, 0, 0, part));
  }
  std::mt19937_64 random(7);
  const auto below = [&](int most) { return static_cast<int>(random() % most); };
  for (int i = 0; i < 20'000; ++i) {
    ExpectTheSame(Written(below(10'000), below(15), below(34), below(26), below(63), below(63)));
  }
}

}  // namespace
}  // namespace changepolicy
