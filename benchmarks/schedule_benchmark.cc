// A firm with 18,000 scheduled changes over 2,000 assets: all conflicts, the next slot, what a
// freeze would hit, and one planned interval.
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "changepolicy/v1/organization.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/calendar.h"
#include "libchangepolicy/calendar/freeze_impact.h"
#include "libchangepolicy/calendar/slots.h"

namespace changepolicy {
namespace {

constexpr int kWorks = 18'000;
constexpr int kAssets = 2'000;
constexpr int kServices = 400;
constexpr int kPeople = 600;
constexpr int kDays = 365;

// The same on every machine.
class Numbers {
 public:
  int Below(int n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state_ >> 33) % static_cast<uint64_t>(n));
  }

 private:
  uint64_t state_ = 42;
};

absl::Time Start() {
  return absl::FromCivil(absl::CivilSecond(2026, 1, 1, 0, 0, 0), absl::UTCTimeZone());
}

struct Firm {
  Firm() {
    Numbers numbers;
    v1::Directory directory;
    for (int i = 0; i < kServices; ++i) {
      v1::Service& service = *directory.add_services();
      service.set_id(StrCat("service-", i));
      for (int asset = i; asset < kAssets; asset += kServices) {
        service.add_assets(StrCat("asset-", asset));
      }
      // Up to three of those that come later: chains, no circles.
      for (int j = 0; j < 3 && i + 1 < kServices; ++j) {
        service.add_depends_on(StrCat("service-", i + 1 + numbers.Below(kServices - i - 1)));
      }
    }
    relations = Relations(directory);
    for (int i = 0; i < kWorks; ++i) {
      v1::ScheduledWork& work = *ledger.add_scheduled();
      work.set_subject_id(StrCat("CHG-", i));
      const absl::Time start = Start() + absl::Minutes(numbers.Below(kDays * 24 * 60));
      ToProto(start, work.mutable_start());
      ToProto(start + absl::Minutes(30 + numbers.Below(180)), work.mutable_end());
      work.add_assets(StrCat("asset-", numbers.Below(kAssets)));
      work.add_people(StrCat("person-", numbers.Below(kPeople)));
      work.add_environments(v1::ENVIRONMENT_PRODUCTION);
    }
    index = WorkIndex(ledger.scheduled(), &relations);
    v1::Calendar calendar;
    const auto add = [](auto* element, const std::string& id, const char* zone, const char* from,
                        const char* length, const char* rule) {
      element->set_id(id);
      v1::TimePattern& times = *element->add_times();
      times.set_zone(zone);
      times.set_start(from);
      times.set_duration(length);
      times.set_rrule(rule);
    };
    const char* const zones[] = {"Asia/Singapore", "Europe/Berlin", "America/New_York"};
    for (int i = 0; i < 30; ++i) {
      add(calendar.add_windows(), StrCat("window-", i), zones[i % 3], "2025-01-01T22:00:00", "6h",
          i % 2 == 0 ? "FREQ=WEEKLY;BYDAY=TU,TH" : "FREQ=WEEKLY;BYDAY=SA");
      if (i >= 3) calendar.mutable_windows(i)->mutable_scope()->add_services(StrCat("service-", i));
      add(calendar.add_freezes(), StrCat("freeze-", i), zones[i % 3], "2025-12-24T00:00:00", "72h",
          "FREQ=MONTHLY;BYDAY=-1FR");
      calendar.mutable_freezes(i)->mutable_scope()->add_services(StrCat("service-", i * 7));
    }
    compiled = CompiledCalendar(calendar);
  }

  CalendarSources Sources() const { return {.calendars = {&compiled}, .relations = &relations}; }

  v1::Ledger ledger;
  Relations relations;
  WorkIndex index;
  CompiledCalendar compiled;
};

const Firm& TheFirm() {
  static const Firm* const firm = new Firm();
  return *firm;
}

Work WorkOn(int asset, int person, flat::Arena* arena) {
  Work work;
  work.id = "new";
  work.assets.Add(arena->Copy(StrCat("asset-", asset)), arena);
  work.services.Add(arena->Copy(StrCat("service-", asset % kServices)), arena);
  work.people.Add(arena->Copy(StrCat("person-", person)), arena);
  work.environments.Add(v1::ENVIRONMENT_PRODUCTION, arena);
  return work;
}

void IndexTheWork(benchmark::State& state) {
  const Firm& firm = TheFirm();
  for (auto _ : state) {
    benchmark::DoNotOptimize(WorkIndex(firm.ledger.scheduled(), &firm.relations));
  }
}
BENCHMARK(IndexTheWork)->Unit(benchmark::kMillisecond);

void AllConflicts(benchmark::State& state) {
  const Firm& firm = TheFirm();
  size_t conflicts = 0;
  for (auto _ : state) conflicts = firm.index.FindAllConflicts().size();
  state.SetLabel(StrCat(conflicts, " conflicts among ", kWorks));
}
BENCHMARK(AllConflicts)->Unit(benchmark::kMillisecond);

void NextSlots(benchmark::State& state) {
  const Firm& firm = TheFirm();
  const CalendarSources sources = firm.Sources();
  Numbers numbers;
  flat::Arena arena;
  for (auto _ : state) {
    arena.Reset();
    const Work work = WorkOn(numbers.Below(kAssets), numbers.Below(kPeople), &arena);
    const absl::Time from = Start() + absl::Hours(numbers.Below(300 * 24));
    const v1::SlotsAnswer answer = FindSlots({.sources = &sources,
                                              .index = &firm.index,
                                              .work = &work,
                                              .length = absl::Hours(2),
                                              .from = from,
                                              .until = from + absl::Hours(24 * 366),
                                              .count = static_cast<int>(state.range(0))});
    if (answer.slots().empty()) state.SkipWithError("no slot");
    benchmark::DoNotOptimize(answer);
  }
}
BENCHMARK(NextSlots)->Arg(1)->Arg(10)->Unit(benchmark::kMicrosecond);

void OnePlannedInterval(benchmark::State& state) {
  const Firm& firm = TheFirm();
  const CalendarSources sources = firm.Sources();
  Numbers numbers;
  flat::Arena arena;
  for (auto _ : state) {
    arena.Reset();
    Work work = WorkOn(numbers.Below(kAssets), numbers.Below(kPeople), &arena);
    const absl::Time from = Start() + absl::Hours(numbers.Below(300 * 24));
    work.interval = Interval{from, from + absl::Hours(2)};
    const Concerns concerns(sources, work, &arena);
    benchmark::DoNotOptimize(AnswerCalendar(concerns, firm.index, &arena));
  }
}
BENCHMARK(OnePlannedInterval)->Unit(benchmark::kMicrosecond);

void WhatAFreezeHits(benchmark::State& state) {
  const Firm& firm = TheFirm();
  v1::Freeze freeze;
  freeze.set_id("new");
  v1::TimePattern& times = *freeze.add_times();
  times.set_zone("UTC");
  times.set_start("2026-06-01T00:00:00");
  times.set_duration("336h");
  for (int i = 0; i < 50; ++i) freeze.mutable_scope()->add_services(StrCat("service-", i));
  const CompiledFreeze compiled = CompileFreeze(freeze, {});
  int hits = 0;
  for (auto _ : state) {
    hits = FindFreezeImpact(compiled, firm.index, firm.relations).hits_size();
  }
  state.SetLabel(StrCat(hits, " hits"));
}
BENCHMARK(WhatAFreezeHits)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace changepolicy
