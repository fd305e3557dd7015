// Whatever a schedule holds, its timeline is a bounded text, and the same each time. What stands in
// it is looked at from outside, in timeline_test.py.
#include "libchangepolicy/report/timeline.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/calendar/zone.h"
#include "libchangepolicy/report/schedule_text.h"
#include "tests/report/many_works.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2654435761u + 1) {}

  uint64_t operator()(uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % below;
  }

 private:
  uint64_t state_;
};

// Times that meet, do not meet, are turned around, or lie beyond all calendars.
void Throw(Dice& dice, google::protobuf::Timestamp* time) {
  constexpr int64_t kAround = 1774652400;
  switch (dice(12)) {
    case 0:
      time->set_seconds(INT64_MAX);
      break;
    case 1:
      time->set_seconds(INT64_MIN);
      time->set_nanos(-7);
      break;
    case 2:
      time->set_seconds(0);
      break;
    default:
      time->set_seconds(kAround + static_cast<int64_t>(dice(20 * 86400)) - 5 * 86400);
  }
}

std::string Word(Dice& dice) {
  static const std::vector<std::string> kWords = {"",
                                                  "a",
                                                  "b",
                                                  "web",
                                                  "<b>",
                                                  "\xFF\xFE",
                                                  "\"'&]]>",
                                                  "発注",
                                                  "\u202E",
                                                  std::string(3000, 'w'),
                                                  std::string("\0x", 2)};
  return kWords[dice(kWords.size())];
}

v1::ForwardSchedule Mad(uint64_t seed) {
  Dice dice(seed);
  v1::ForwardSchedule schedule;
  schedule.set_organization(Word(dice));
  if (dice(4) > 0) Throw(dice, schedule.mutable_from());
  if (dice(4) > 0) Throw(dice, schedule.mutable_until());
  if (dice(4) > 0) Throw(dice, schedule.mutable_now());
  for (uint64_t i = dice(6); i > 0; --i) {
    v1::SchedulePeriod& period = dice(2) == 0 ? *schedule.add_windows() : *schedule.add_freezes();
    period.set_id(Word(dice));
    period.set_title(Word(dice));
    Throw(dice, period.mutable_start());
    if (dice(8) > 0) Throw(dice, period.mutable_end());
    if (dice(2) == 0) period.mutable_scope()->add_services(Word(dice));
    if (dice(3) == 0) period.mutable_scope()->add_teams(Word(dice));
  }
  for (uint64_t i = dice(12); i > 0; --i) {
    v1::ScheduledWork& work = *schedule.add_works();
    work.set_subject_id(Word(dice));
    work.set_title(Word(dice));
    if (dice(8) > 0) Throw(dice, work.mutable_start());
    if (dice(8) > 0) Throw(dice, work.mutable_end());
    for (uint64_t j = dice(3); j > 0; --j) work.add_services(Word(dice));
    work.set_team(Word(dice));
    work.set_category(static_cast<v1::Category>(dice(9)));
    work.add_environments(static_cast<v1::Environment>(dice(9)));
  }
  for (uint64_t i = dice(5); i > 0; --i) {
    v1::Conflict& conflict = *schedule.add_conflicts();
    conflict.set_one(Word(dice));
    conflict.set_other(Word(dice));
    if (dice(8) > 0) Throw(dice, conflict.mutable_start());
    if (dice(8) > 0) Throw(dice, conflict.mutable_end());
    v1::Clash& clash = *conflict.add_clashes();
    clash.set_kind(static_cast<v1::ClashKind>(dice(9)));
    clash.set_one(Word(dice));
  }
  for (uint64_t i = dice(4); i > 0; --i) {
    v1::TrainDeparture& departure = *schedule.add_departures();
    departure.set_train(Word(dice));
    if (dice(2) > 0) Throw(dice, departure.mutable_feature_freeze());
    if (dice(2) > 0) Throw(dice, departure.mutable_code_freeze());
    if (dice(2) > 0) Throw(dice, departure.mutable_candidate());
    if (dice(2) > 0) Throw(dice, departure.mutable_release());
  }
  return schedule;
}

TEST(TimelineTest, MadSchedulesAreDrawnAsWell) {
  const absl::TimeZone zones[] = {absl::UTCTimeZone(), *FindZone("Europe/Berlin"),
                                  *FindZone("Pacific/Apia")};
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const v1::ForwardSchedule schedule = Mad(seed);
    const TimelineOptions options = {.zone = zones[seed % 3],
                                     .max_lanes = static_cast<int>(seed % 5),
                                     .max_bars = static_cast<int>(seed % 20),
                                     .max_conflicts = static_cast<int>(seed % 3),
                                     .max_rows = static_cast<int>(seed % 7)};
    const std::string html = TimelineHtml(schedule, options);
    const std::string svg = TimelineSvg(schedule, options);
    ASSERT_EQ(html, TimelineHtml(schedule, options)) << seed;
    ASSERT_EQ(svg, TimelineSvg(schedule, options)) << seed;
    for (const std::string* text : {&html, &svg}) {
      ASSERT_THAT(*text, Not(HasSubstr("\"nan"))) << seed;
      ASSERT_THAT(*text, Not(HasSubstr("\"inf"))) << seed;
      ASSERT_THAT(*text, Not(HasSubstr("=\"-0"))) << seed;
      ASSERT_THAT(*text, Not(HasSubstr("width=\"-"))) << seed;
      ASSERT_LT(text->size(), 400'000u) << seed;
    }
    ASSERT_LT(ScheduleText(schedule, {.zone = options.zone}).size(), 4'000'000u) << seed;
  }
}

TEST(TimelineTest, TheWorstTextsGiveABoundedPage) {
  v1::ForwardSchedule schedule = ManyWorks(1500, 1500);
  const std::string quotes(2000, '"');
  for (v1::ScheduledWork& work : *schedule.mutable_works()) {
    work.set_title(quotes);
    for (int i = 0; i < 20; ++i) work.add_assets(quotes);
  }
  EXPECT_LT(TimelineHtml(schedule).size(), 16u << 20);
}

}  // namespace
}  // namespace changepolicy
