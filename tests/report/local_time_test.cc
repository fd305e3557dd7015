// Instants in a zone, and lengths, as people read them.
#include "libchangepolicy/report/local_time.h"

#include "gtest/gtest.h"
#include "libchangepolicy/calendar/zone.h"

namespace changepolicy {
namespace {

absl::Time At(std::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, absl::string_view(text.data(), text.size()),
                              &time, &error))
      << error;
  return time;
}

TEST(LengthTextTest, NamesWhatIsNotZero) {
  const struct {
    absl::Duration length;
    std::string_view text;
  } cases[] = {
      {absl::ZeroDuration(), "0 min"},
      {absl::Milliseconds(2), "less than 1 s"},
      {absl::Minutes(90), "1 h 30 min"},
      {absl::Hours(24), "1 d"},
      {absl::Hours(49) + absl::Seconds(5), "2 d 1 h 5 s"},
      {-absl::Minutes(5), "-5 min"},
  };
  for (const auto& each : cases) EXPECT_EQ(LengthText(each.length), each.text);
}

TEST(LocalTimeTest, SpansNameTheSecondDayWhereItIsAnother) {
  const LocalTime local(*FindZone("Europe/Berlin"));
  const struct {
    std::string_view start, end, text;
  } cases[] = {
      {"2026-03-02T09:00:00Z", "2026-03-02T09:30:00Z", "Mon 2 Mar 2026 10:00 to 10:30"},
      {"2026-03-02T21:00:00Z", "2026-03-02T23:00:00Z", "Mon 2 Mar 2026 22:00 to 24:00"},
      {"2026-03-02T21:00:00Z", "2026-03-03T03:00:00Z", "Mon 2 Mar 2026 22:00 to Tue 3 Mar 04:00"},
      {"2025-12-31T21:00:00Z", "2026-01-01T03:00:00Z",
       "Wed 31 Dec 2025 22:00 to Thu 1 Jan 2026 04:00"},
      {"2026-03-02T09:00:30Z", "2026-03-02T09:00:30Z", "Mon 2 Mar 2026 10:00:30 to 10:00:30"},
      // The hour that occurs twice says which.
      {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
       "Sun 25 Oct 2026 02:30 +02:00 to 02:30 +01:00"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(local.Span(At(each.start), At(each.end), " to "), each.text);
  }
}

TEST(LocalTimeTest, DaysAreAsLongAsTheZoneMakesThem) {
  const struct {
    std::string_view zone;
    absl::CivilDay day;
    int hours;
  } cases[] = {
      {"Europe/Berlin", absl::CivilDay(2026, 3, 28), 24},
      {"Europe/Berlin", absl::CivilDay(2026, 3, 29), 23},
      {"Europe/Berlin", absl::CivilDay(2026, 10, 25), 25},
      {"America/New_York", absl::CivilDay(2026, 11, 1), 25},
      {"Africa/Cairo", absl::CivilDay(2026, 4, 24), 23},  // whose midnight does not exist
      {"Pacific/Apia", absl::CivilDay(2011, 12, 30), 0},  // which does not exist
  };
  for (const auto& each : cases) {
    EXPECT_EQ(LocalTime(*FindZone(each.zone)).LengthOf(each.day), absl::Hours(each.hours))
        << each.zone;
  }
}

TEST(LocalTimeTest, ZoneIsNamedOnceWithItsChanges) {
  const LocalTime berlin(*FindZone("Europe/Berlin"));
  EXPECT_EQ(berlin.ZoneText(At("2026-03-02T00:00:00Z"), At("2026-03-29T01:00:00Z")),
            "Europe/Berlin (CET, UTC+01:00)");
  EXPECT_EQ(berlin.ZoneText(At("2026-03-02T00:00:00Z"), At("2026-03-29T01:00:01Z")),
            "Europe/Berlin (CET, UTC+01:00; from Sun 29 Mar 2026 CEST, UTC+02:00)");
  EXPECT_EQ(berlin.ZoneText(At("2026-10-24T00:00:00Z"), At("2026-10-26T00:00:00Z")),
            "Europe/Berlin (CEST, UTC+02:00; from Sun 25 Oct 2026 CET, UTC+01:00)");
  const LocalTime istanbul(*FindZone("Europe/Istanbul"));
  EXPECT_EQ(istanbul.ZoneText(At("2026-03-02T00:00:00Z"), At("2026-03-03T00:00:00Z")),
            "Europe/Istanbul (UTC+03:00)");
}

TEST(ReportInstantTest, StaysWithinTheYearsOfATimestamp) {
  google::protobuf::Timestamp mad;
  mad.set_seconds(INT64_MAX);
  EXPECT_EQ(LocalTime(absl::UTCTimeZone()).Instant(ReportInstant(mad)), "Fri 31 Dec 9999 23:59:59");
  mad.set_seconds(INT64_MIN);
  mad.set_nanos(-5);
  EXPECT_EQ(LocalTime(absl::UTCTimeZone()).Instant(ReportInstant(mad)), "Mon 1 Jan 1 00:00");
}

}  // namespace
}  // namespace changepolicy
