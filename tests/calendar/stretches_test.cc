// What is kept of a pattern is what the pattern gives when it is asked itself.
#include "libchangepolicy/calendar/stretches.h"

#include <algorithm>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/calendar/times.h"

namespace changepolicy {
namespace {

constexpr const char* kZones[] = {"America/New_York",
                                  "Europe/Dublin",
                                  "Australia/Lord_Howe",
                                  "Africa/Casablanca",
                                  "Pacific/Apia",
                                  "America/Sao_Paulo",
                                  "Antarctica/Troll",
                                  "Asia/Tehran",
                                  "America/St_Johns",
                                  "Asia/Singapore",
                                  "UTC"};
constexpr const char* kRules[] = {"",
                                  "FREQ=DAILY",
                                  "FREQ=WEEKLY;BYDAY=TU,TH,SU",
                                  "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU",
                                  "FREQ=MONTHLY;BYDAY=-1SU",
                                  "FREQ=HOURLY;INTERVAL=5",
                                  "FREQ=HOURLY",
                                  "FREQ=MINUTELY;INTERVAL=7",
                                  "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
                                  "FREQ=DAILY;COUNT=900"};
constexpr const char* kLengths[] = {"30m", "4h", "24h", "36h", "240h", "1000h"};

class Question {
 public:
  explicit Question(unsigned seed) : random_(seed) {
    pattern_.set_zone(Some(kZones));
    // Around midnight and in the small hours, when clocks change.
    start_ = absl::CivilSecond(Below(2) == 0 ? 2011 : 2025, 1 + static_cast<int>(Below(12)),
                               1 + static_cast<int>(Below(28)), static_cast<int>(Below(4)),
                               15 * static_cast<int>(Below(4)));
    pattern_.set_start(absl::FormatCivilTime(start_));
    pattern_.set_rrule(Some(kRules));
    if (Below(2) == 0) {
      pattern_.set_duration(Some(kLengths));
    } else {
      pattern_.set_end(absl::FormatCivilTime(start_ + 1'800 * (1 + Below(100))));
    }
    if (Below(3) == 0) pattern_.add_exdates(absl::FormatCivilTime(start_ + 86'400 * 7));
    if (Below(3) == 0) pattern_.add_rdates(absl::FormatCivilTime(start_ + 86'400 * 40));
    // One that goes on while others begin and end.
    if (Below(2) == 0) {
      pattern_.add_rdates(StrCat(absl::FormatCivilTime(start_ + 86'400 * 33), "/PT200H"));
    }
  }

  unsigned Below(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }
  const v1::TimePattern& pattern() const { return pattern_; }

  // Mostly within two years of the start, sometimes many years away; of minutes, weeks or nothing.
  Interval Span() {
    const absl::Time start = absl::FromCivil(start_, absl::UTCTimeZone());
    const int years = Below(4) == 0 ? static_cast<int>(Below(600)) - 300 : 0;
    const absl::Time from = start + absl::Hours(24 * 365 * years) +
                            absl::Minutes(15) * static_cast<int>(Below(70'000)) -
                            absl::Hours(2'000);
    const absl::Duration length =
        Below(3) == 0 ? absl::Hours(Below(700)) : absl::Minutes(Below(600));
    return {from, from + length - (Below(9) == 0 ? absl::Hours(30) : absl::ZeroDuration())};
  }

 private:
  template <size_t kSize>
  const char* Some(const char* const (&list)[kSize]) {
    return list[Below(kSize)];
  }

  std::mt19937 random_;
  v1::TimePattern pattern_;
  absl::CivilSecond start_;
};

struct Answered {
  std::vector<Interval> intervals;
  std::vector<std::string> problems;
  bool complete = false;
  friend bool operator==(const Answered&, const Answered&) = default;
};

Answered Ask(const Times& times, const Interval& span) {
  Answered answered;
  answered.complete = times.Expand(span, &answered.intervals, &answered.problems);
  std::sort(answered.intervals.begin(), answered.intervals.end());
  return answered;
}

Answered Ask(const CompiledPattern& pattern, const Interval& span) {
  const Expansion expansion = pattern.Expand(span.start, span.end);
  return {expansion.intervals, expansion.problems, expansion.complete};
}

google::protobuf::RepeatedPtrField<v1::TimePattern> Alone(const v1::TimePattern& pattern) {
  google::protobuf::RepeatedPtrField<v1::TimePattern> list;
  *list.Add() = pattern;
  return list;
}

TEST(Stretches, GiveWhatThePatternGives) {
  size_t some = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    Question question(seed);
    const Times times(Alone(question.pattern()));
    const auto pattern = CompiledPattern::Compile(question.pattern());
    ASSERT_TRUE(pattern.has_value()) << question.pattern().DebugString();
    for (int i = 0; i < 60; ++i) {
      const Interval span = question.Span();
      const Answered expected = Ask(*pattern, span);
      some += expected.intervals.empty() ? 0 : 1;
      ASSERT_EQ(Ask(times, span), expected)
          << question.pattern().DebugString() << absl::FormatTime(span.start) << " to "
          << absl::FormatTime(span.end);
    }
  }
  EXPECT_GT(some, 3'000u);
}

TEST(Stretches, GiveWhatThePatternGivesAtTheirEdges) {
  v1::TimePattern pattern;
  pattern.set_zone("UTC");
  pattern.set_start("1960-01-01T23:00:00");
  pattern.set_duration("3h");
  pattern.set_rrule("FREQ=DAILY");
  const Times times(Alone(pattern));
  const auto compiled = CompiledPattern::Compile(pattern);
  for (int stretch = -20; stretch < 20; ++stretch) {
    for (const int days : {0, 15, 16, 17}) {
      for (const absl::Duration beside : {-absl::Nanoseconds(1), absl::ZeroDuration(),
                                          absl::Nanoseconds(1), absl::Hours(-1), absl::Hours(23)}) {
        const absl::Time edge = absl::UnixEpoch() + absl::Hours(24 * 32) * stretch;
        const Interval span{edge - absl::Hours(3) + beside, edge + absl::Hours(24 * days) + beside};
        EXPECT_EQ(Ask(times, span), Ask(*compiled, span)) << stretch << " " << days << beside;
      }
    }
  }
}

// The same questions from several threads, on a table that none of them has asked yet.
TEST(Stretches, ThreadsAgree) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Question question(seed + 1'000);
    const Times times(Alone(question.pattern()));
    std::vector<Interval> spans;
    for (int i = 0; i < 50; ++i) spans.push_back(question.Span());
    std::vector<std::vector<Answered>> answers(4);
    std::vector<std::thread> threads;
    for (auto& mine : answers) {
      threads.emplace_back([&] {
        for (const Interval& span : spans) mine.push_back(Ask(times, span));
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& mine : answers) EXPECT_EQ(mine, answers[0]);
  }
}

TEST(Stretches, WhatIsComputedIsKept) {
  const Stretches stretches;
  int computed = 0;
  const auto compute = [&](const Interval& span) {
    ++computed;
    return std::optional(std::vector<Interval>{{span.start, span.start + absl::Hours(1)}});
  };
  std::vector<Interval> given;
  const auto visit = [&](absl::Time at, absl::Duration length) {
    return stretches.Visit({at, at + length}, compute,
                           [&](const Interval& each) { given.push_back(each); });
  };
  const absl::Time edge = absl::UnixEpoch() + absl::Hours(24 * 32) * 600;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(visit(edge + absl::Minutes(59) + absl::Hours(i), absl::Hours(2)));
  }
  EXPECT_EQ(computed, 1);
  EXPECT_EQ(given.size(), 1u);
  // A longer time, a stretch in the place of a kept one, and years without an end.
  EXPECT_FALSE(visit(edge, absl::Hours(24 * 60)));
  EXPECT_FALSE(visit(edge + absl::Hours(24 * 32) * 8, absl::Hours(1)));
  EXPECT_FALSE(visit(absl::InfinitePast(), absl::Hours(1)));
  EXPECT_FALSE(visit(absl::InfiniteFuture(), absl::Hours(1)));
  EXPECT_EQ(given.size(), 1u);
  EXPECT_EQ(computed, 1);
}

TEST(Stretches, WhatCannotBeComputedIsNotKept) {
  const auto never = [](const Interval&) { ADD_FAILURE(); };
  const Interval span{absl::UnixEpoch(), absl::UnixEpoch() + absl::Hours(1)};
  const Stretches unknown, many;
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(unknown.Visit(
        span, [](const Interval&) { return std::optional<std::vector<Interval>>(); }, never));
    EXPECT_FALSE(many.Visit(
        span,
        [](const Interval& stretch) { return std::optional(std::vector<Interval>(513, stretch)); },
        never));
  }
}

}  // namespace
}  // namespace changepolicy
