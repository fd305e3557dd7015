// What it costs to ask a compiled pattern about four hours, and to compile it.
#include <iterator>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "libchangepolicy/calendar/pattern.h"

namespace changepolicy {
namespace {

constexpr const char* kRules[] = {"FREQ=WEEKLY;BYDAY=SU",
                                  "FREQ=DAILY",
                                  "FREQ=DAILY;COUNT=5000",
                                  "FREQ=MONTHLY;BYDAY=2TU",
                                  "FREQ=YEARLY;BYMONTH=12;BYDAY=-1SU",
                                  "FREQ=HOURLY",
                                  "FREQ=MINUTELY;INTERVAL=15",
                                  "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"};

v1::TimePattern Pattern(const std::string& rule) {
  v1::TimePattern pattern;
  pattern.set_zone("America/New_York");
  pattern.set_start("2020-01-05T02:00:00");
  pattern.set_end("2020-01-05T06:00:00");
  pattern.set_rrule(rule);
  return pattern;
}

void ExpandFourHours(benchmark::State& state) {
  const std::string rule = kRules[state.range(0)];
  state.SetLabel(rule);
  const CompiledPattern compiled = CompiledPattern::Compile(Pattern(rule)).value();
  const absl::Time begin =
      absl::FromCivil(absl::CivilSecond(2026, 3, 1, 0, 0, 0), absl::UTCTimeZone());
  int i = 0;
  for (auto _ : state) {
    const absl::Time from = begin + absl::Minutes(37 * (i++ % 20'000));
    benchmark::DoNotOptimize(compiled.Expand(from, from + absl::Hours(4)));
  }
}
BENCHMARK(ExpandFourHours)->DenseRange(0, std::size(kRules) - 1);

void Compile(benchmark::State& state) {
  const std::string rule = kRules[state.range(0)];
  state.SetLabel(rule);
  const v1::TimePattern pattern = Pattern(rule);
  for (auto _ : state) benchmark::DoNotOptimize(CompiledPattern::Compile(pattern));
}
BENCHMARK(Compile)->DenseRange(0, std::size(kRules) - 1);

}  // namespace
}  // namespace changepolicy
