#include "libchangepolicy/calendar/departures.h"

#include "gtest/gtest.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

TEST(FindDeparture, KnowsTheDaysOfRelease) {
  v1::Calendar calendar;
  ASSERT_TRUE(ReadMessage(R"(
trains:
  - {id: big, kind: major, release: 2026-06-01T10:00:00Z}
  - id: shop/monthly
    kind: minor
    cadence: {zone: Pacific/Auckland, start: 2026-03-10T10:00:00, rrule: "FREQ=MONTHLY;BYDAY=2TU", candidate_before: 1d}
)",
                          Format::kYaml, "c", &calendar)
                  .empty());
  const auto find = [&](std::string_view id) { return FindDeparture(id, calendar.trains()); };
  EXPECT_EQ(find("big")->kind(), "major");
  const auto april = find("shop/monthly/2026-04-14");
  ASSERT_TRUE(april.has_value());
  // The day is that of the zone.
  EXPECT_EQ(FromProto(april->release()),
            absl::FromCivil(absl::CivilSecond(2026, 4, 13, 22, 0, 0), absl::UTCTimeZone()));
  // On the day before only the candidate is cut.
  for (const char* const none : {"shop/monthly/2026-04-13", "shop/monthly", "shop/monthly/soon",
                                 "big/2026-06-01", "", "/", "shop/monthly/2026-04-14T10:00"}) {
    EXPECT_FALSE(find(none).has_value()) << none;
  }
}

}  // namespace
}  // namespace changepolicy
