// The interval algebra against a slow oracle that asks each minute, over random calendars around
// the clock changes of a dozen zones; and what must hold of slots whatever the calendars are.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/calendar/calendar.h"
#include "libchangepolicy/calendar/calendar_check.h"
#include "libchangepolicy/calendar/slots.h"
#include "libchangepolicy/flat/copy.h"

namespace changepolicy {
namespace {

// A zone and a day close to a change of its clocks.
struct Place {
  const char* zone;
  absl::CivilDay day;
};
const Place kPlaces[] = {
    {"America/New_York", absl::CivilDay(2026, 3, 8)},
    {"America/New_York", absl::CivilDay(2026, 11, 1)},
    {"Europe/London", absl::CivilDay(2026, 10, 25)},
    {"Europe/Dublin", absl::CivilDay(2026, 3, 29)},
    {"Australia/Lord_Howe", absl::CivilDay(2026, 4, 5)},
    {"Australia/Lord_Howe", absl::CivilDay(2026, 10, 4)},
    {"Africa/Casablanca", absl::CivilDay(2026, 2, 15)},
    {"Pacific/Apia", absl::CivilDay(2011, 12, 30)},
    {"America/Sao_Paulo", absl::CivilDay(2018, 11, 4)},
    {"Asia/Tehran", absl::CivilDay(2022, 3, 22)},
    {"Antarctica/Troll", absl::CivilDay(2026, 3, 29)},
    {"America/St_Johns", absl::CivilDay(2026, 11, 1)},
    {"Asia/Kathmandu", absl::CivilDay(2026, 5, 3)},
    {"Asia/Singapore", absl::CivilDay(2026, 8, 9)},
    {"UTC", absl::CivilDay(2026, 2, 28)},
};

// The minutes of ten days; everything in these worlds begins and ends on one.
constexpr int kMinutes = 10 * 24 * 60;
// So much more is known, on both sides, than is asked about.
constexpr int kMargin = 3 * 24 * 60;

using Minutes = std::vector<char>;

class World {
 public:
  World(unsigned seed) : random_(seed), place_(kPlaces[Below(std::size(kPlaces))]) {
    EXPECT_TRUE(absl::LoadTimeZone(place_.zone, &zone_));
    origin_ = absl::FromCivil(place_.day, absl::UTCTimeZone()) - absl::Hours(24 * 5);
    for (int minute = -kMargin; minute < kMinutes + kMargin; ++minute) {
      const absl::CivilMinute local = absl::ToCivilMinute(At(minute), zone_);
      locals_.push_back(local);
      first_.emplace(local, minute);  // the first of two
    }
    MakeCalendar();
    MakeSchedule();
    compiled_ = CompiledCalendar(calendar_);
    relations_ = Relations(directory_);
    index_ = WorkIndex(ledger_.scheduled(), &relations_);
    work_.id = "CHG-1";
    const bool both = Below(3) == 0;
    const bool api = both || Below(2) == 0;
    if (api) work_.services.Add("api", &arena_);
    if (both || !api) work_.services.Add("mail", &arena_);
    work_.assets.Add(arena_.Copy(StrCat("a", Below(3))), &arena_);
    work_.environments.Add(v1::ENVIRONMENT_PRODUCTION, &arena_);
    length_ = 1 + static_cast<int>(Below(Below(4) == 0 ? 2000 : 300));
    if (Below(4) == 0) {
      const int from = static_cast<int>(Below(kMinutes));
      away_ = {from, from + 1 + static_cast<int>(Below(1500))};
      helpers_.push_back(
          {"person ann", nullptr, IntervalSet({Between(away_.first, away_.second)})});
    }
  }

  unsigned Below(unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random_); }
  absl::Time At(int minute) const { return origin_ + absl::Minutes(minute); }
  Interval Between(int from, int to) const { return {At(from), At(to)}; }

  // The oracle -----------------------------------------------------------------------------------

  // A local time as a minute, by looking at all of them.
  int MinuteOf(absl::CivilMinute local) const {
    const auto found = first_.find(local);
    if (found != first_.end()) return found->second;
    // It never occurs: the offset of the last minute before the gap.
    const auto after = std::find_if(locals_.begin(), locals_.end(),
                                    [&](absl::CivilMinute each) { return each > local; });
    const auto before = std::prev(after);
    return static_cast<int>(before - locals_.begin()) - kMargin + static_cast<int>(local - *before);
  }

  // By the definition of the pattern: each local day on which it has an instance.
  void Mark(const v1::TimePattern& pattern, Minutes* minutes) const {
    absl::CivilMinute start;
    EXPECT_TRUE(absl::ParseCivilTime(pattern.start().substr(0, 16), &start));
    const bool weekly = pattern.rrule().starts_with("FREQ=WEEKLY");
    for (absl::CivilDay day = place_.day - 7; day < place_.day + 8; ++day) {
      if (day < absl::CivilDay(start)) continue;
      if (pattern.rrule().empty() && day != absl::CivilDay(start)) continue;
      static constexpr const char* kNames[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
      const int weekday = static_cast<int>(absl::GetWeekday(day));
      if (weekly && pattern.rrule().find(kNames[weekday], 12) == std::string::npos) continue;
      const absl::CivilMinute local(day.year(), day.month(), day.day(), start.hour(),
                                    start.minute());
      const int from = MinuteOf(local);
      int to = 0;
      if (pattern.end().empty()) {
        absl::Duration length;
        EXPECT_TRUE(absl::ParseDuration(pattern.duration(), &length));
        to = from + static_cast<int>(absl::ToInt64Minutes(length));
      } else {
        absl::CivilMinute end;
        EXPECT_TRUE(absl::ParseCivilTime(pattern.end().substr(0, 16), &end));
        to = MinuteOf(local + (end - start));
      }
      for (int minute = std::max(from, 0); minute < std::min(to, kMinutes); ++minute) {
        (*minutes)[static_cast<size_t>(minute)] = 1;
      }
    }
  }

  template <typename Element>
  Minutes MinutesOf(const Element& element) const {
    Minutes minutes(kMinutes, 0);
    for (const v1::TimePattern& pattern : element.times()) Mark(pattern, &minutes);
    return minutes;
  }

  static bool IsInScope(const v1::CalendarScope& scope, std::string_view service) {
    return scope.services().empty() || std::find(scope.services().begin(), scope.services().end(),
                                                 service) != scope.services().end();
  }

  // Whether work that starts at the minute may go on for all of its length.
  std::vector<char> FreeStarts() const {
    std::vector<Minutes> open;  // one per service that windows are declared for
    for (const std::string_view service : work_.services) {
      Minutes some(kMinutes, 0);
      bool declared = false;
      for (const v1::MaintenanceWindow& window : calendar_.windows()) {
        if (!IsInScope(window.scope(), service)) continue;
        declared = true;
        const Minutes minutes = MinutesOf(window);
        for (size_t i = 0; i < minutes.size(); ++i) some[i] = some[i] | minutes[i];
      }
      if (declared) open.push_back(std::move(some));
    }
    std::vector<std::pair<Minutes, bool>> frozen;
    for (const v1::Freeze& freeze : calendar_.freezes()) {
      const bool concerns =
          std::any_of(work_.services.begin(), work_.services.end(),
                      [&](std::string_view each) { return IsInScope(freeze.scope(), each); });
      if (concerns) frozen.emplace_back(MinutesOf(freeze), freeze.overrun_allowed());
    }
    Minutes busy(kMinutes, 0);
    const auto occupy = [&](int from, int to) {
      for (int i = std::max(0, from); i < std::min(to, kMinutes); ++i) busy[i] = 1;
    };
    for (const v1::ScheduledWork& other : ledger_.scheduled()) {
      if (other.assets(0) != work_.assets[0]) continue;
      occupy(static_cast<int>(absl::ToInt64Minutes(FromProto(other.start()) - origin_)),
             static_cast<int>(absl::ToInt64Minutes(FromProto(other.end()) - origin_)));
    }
    occupy(away_.first, away_.second);
    std::vector<char> free(kMinutes, 0);
    for (int start = 0; start + length_ <= kMinutes; ++start) {
      bool good = true;
      for (int i = start; i < start + length_ && good; ++i) {
        const auto at = static_cast<size_t>(i);
        good = busy[at] == 0 && std::all_of(open.begin(), open.end(),
                                            [&](const Minutes& each) { return each[at] != 0; });
        for (const auto& [minutes, overrun] : frozen) {
          const bool stops = !overrun || minutes[static_cast<size_t>(start)] != 0;
          good = good && (minutes[at] == 0 || !stops);
        }
      }
      free[static_cast<size_t>(start)] = good ? 1 : 0;
    }
    return free;
  }

  // The code under test --------------------------------------------------------------------------

  std::vector<char> StartsOfSlots() const {
    const CalendarSources sources = Sources();
    const v1::SlotsAnswer answer = FindSlots({.sources = &sources,
                                              .index = &index_,
                                              .work = &work_,
                                              .length = absl::Minutes(length_),
                                              .from = At(0),
                                              .until = At(kMinutes),
                                              .count = 100'000});
    std::vector<char> starts(kMinutes, 0);
    for (const v1::Slot& slot : answer.slots()) {
      EXPECT_EQ(FromProto(slot.end()) - FromProto(slot.start()), absl::Minutes(length_));
      const absl::Time last = FromProto(slot.latest_start());
      for (absl::Time at = FromProto(slot.start()); at <= last; at += absl::Minutes(1)) {
        starts[static_cast<size_t>(absl::ToInt64Minutes(at - origin_))] = 1;
      }
    }
    return starts;
  }

  CalendarSources Sources() const {
    CalendarSources sources{.calendars = {&compiled_}, .relations = &relations_};
    for (const Helper& helper : helpers_) sources.helpers.push_back(&helper);
    return sources;
  }

  v1::CalendarAnswer Ask(int start) {
    Work planned = work_;
    planned.interval = Between(start, start + length_);
    const CalendarSources sources = Sources();
    flat::Arena arena;
    const Concerns concerns(sources, planned, &arena);
    v1::CalendarAnswer answer;
    EXPECT_TRUE(flat::CopyTo(*AnswerCalendar(concerns, index_, &arena), &answer));
    return answer;
  }

  int length() const { return length_; }
  const v1::Calendar& calendar() const { return calendar_; }
  void Replace(const v1::Calendar& calendar) {
    calendar_ = calendar;
    compiled_ = CompiledCalendar(calendar_);
  }
  std::string Describe() const {
    return StrCat(place_.zone, " ", absl::FormatCivilTime(place_.day), "\n",
                  calendar_.DebugString(), "length ", length_);
  }

 private:
  v1::TimePattern RandomPattern() {
    v1::TimePattern pattern;
    pattern.set_zone(place_.zone);
    // Often near the hours in which clocks change.
    const unsigned minute = Below(2) == 0 ? Below(5 * 60) : Below(24 * 60);
    const absl::CivilDay day = place_.day - static_cast<int>(Below(7)) + (Below(3) == 0 ? 2 : 0);
    const absl::CivilSecond start = absl::CivilSecond(day) + 60 * minute;
    pattern.set_start(absl::FormatCivilTime(start));
    const unsigned length = 1 + Below(Below(3) == 0 ? 24 * 60 : 4 * 60);
    if (Below(2) == 0) {
      pattern.set_duration(StrCat(length, "m"));
    } else {
      pattern.set_end(absl::FormatCivilTime(start + 60 * length));
    }
    switch (Below(3)) {
      case 0:
        break;
      case 1:
        pattern.set_rrule("FREQ=DAILY");
        break;
      default:
        pattern.set_rrule(Below(2) == 0 ? "FREQ=WEEKLY;BYDAY=SA,SU,MO"
                                        : "FREQ=WEEKLY;BYDAY=TU,FR,SU");
        break;
    }
    return pattern;
  }

  template <typename Element>
  void Fill(Element* element, int number) {
    element->set_id(StrCat("e", number));
    for (unsigned i = 0; i <= Below(2); ++i) *element->add_times() = RandomPattern();
    if (Below(3) == 0) element->mutable_scope()->add_services(Below(2) == 0 ? "api" : "mail");
  }

  void MakeCalendar() {
    const unsigned windows = Below(4), freezes = Below(3);
    for (unsigned i = 0; i < windows; ++i) Fill(calendar_.add_windows(), static_cast<int>(i));
    for (unsigned i = 0; i < freezes; ++i) {
      Fill(calendar_.add_freezes(), static_cast<int>(i));
      calendar_.mutable_freezes(static_cast<int>(i))->set_overrun_allowed(Below(3) == 0);
    }
    EXPECT_FALSE(HasErrors(CheckCalendar(calendar_, "c"))) << ToText(CheckCalendar(calendar_, "c"));
  }

  void MakeSchedule() {
    const unsigned works = Below(6);
    for (unsigned i = 0; i < works; ++i) {
      v1::ScheduledWork& work = *ledger_.add_scheduled();
      work.set_subject_id(StrCat("CHG-", i + 2));
      const int from = static_cast<int>(Below(kMinutes));
      ToProto(At(from), work.mutable_start());
      ToProto(At(from + 1 + static_cast<int>(Below(600))), work.mutable_end());
      work.add_assets(StrCat("a", Below(3)));
    }
  }

  std::mt19937 random_;
  const Place place_;
  absl::TimeZone zone_;
  absl::Time origin_;
  std::vector<absl::CivilMinute> locals_;
  std::map<absl::CivilMinute, int> first_;
  v1::Calendar calendar_;
  v1::Directory directory_;
  v1::Ledger ledger_;
  CompiledCalendar compiled_;
  Relations relations_;
  WorkIndex index_;
  flat::Arena arena_;
  Work work_;
  std::vector<Helper> helpers_;
  std::pair<int, int> away_ = {0, 0};
  int length_ = 1;
};

// 75 of a thousand of CHANGEPOLICY_ORACLE_RUNS, which is 4,000 where nobody sets it.
int Runs() {
  const char* const runs = std::getenv("CHANGEPOLICY_ORACLE_RUNS");
  return runs == nullptr ? 300 : std::max(std::atoi(runs) / 40 * 3, 30);
}

// Starts whose work lies within the minutes that the oracle looks at.
void ExpectSame(const std::vector<char>& oracle, const std::vector<char>& found,
                const World& world) {
  for (int start = 0; start + world.length() <= kMinutes; ++start) {
    const auto at = static_cast<size_t>(start);
    ASSERT_EQ(oracle[at], found[at])
        << absl::FormatTime(world.At(start), absl::UTCTimeZone()) << "\n"
        << world.Describe();
  }
}

// Every start in a slot is free, and every free start is in one: so the first slot is the next.
TEST(SlotsOracle, SlotsAreTheFreeStarts) {
  int some = 0;
  for (int run = 0; run < Runs(); ++run) {
    const World world(static_cast<unsigned>(run));
    const std::vector<char> oracle = world.FreeStarts();
    some += std::count(oracle.begin(), oracle.end(), 1) > 0 ? 1 : 0;
    ExpectSame(oracle, world.StartsOfSlots(), world);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(some, Runs() / 4);  // not only worlds in which nothing goes
}

// The answer to a planned interval says the same as the slots.
TEST(SlotsOracle, APlannedIntervalIsAdmissibleWhereASlotIs) {
  for (int run = 0; run < Runs(); ++run) {
    World world(static_cast<unsigned>(run) + 1'000'000);
    const std::vector<char> oracle = world.FreeStarts();
    for (int i = 0; i < 40; ++i) {
      const int start =
          static_cast<int>(world.Below(static_cast<unsigned>(kMinutes - world.length())));
      const v1::CalendarAnswer answer = world.Ask(start);
      const bool admissible = (!answer.windows_declared() || answer.inside_window()) &&
                              !answer.frozen() && answer.conflicts().empty() &&
                              answer.unavailable().empty();
      ASSERT_EQ(admissible, oracle[static_cast<size_t>(start)] != 0)
          << absl::FormatTime(world.At(start), absl::UTCTimeZone()) << "\n"
          << world.Describe() << "\n"
          << answer.DebugString();
    }
  }
}

TEST(SlotsProperty, ClosingAWindowNeverOpensASlot) {
  for (int run = 0; run < Runs(); ++run) {
    World world(static_cast<unsigned>(run) + 2'000'000);
    const std::vector<char> before = world.StartsOfSlots();
    v1::Calendar calendar = world.calendar();
    for (v1::MaintenanceWindow& window : *calendar.mutable_windows()) {
      // The window stays declared: it opens at times that are over.
      if (world.Below(2) == 0) continue;
      for (v1::TimePattern& pattern : *window.mutable_times()) {
        pattern.set_start("1999-01-01T00:00:00");
        pattern.clear_end();
        pattern.set_duration("1h");
        pattern.clear_rrule();
      }
    }
    world.Replace(calendar);
    const std::vector<char> after = world.StartsOfSlots();
    for (size_t i = 0; i < after.size(); ++i) ASSERT_LE(after[i], before[i]) << world.Describe();
  }
}

TEST(SlotsProperty, AFreezeRemovesExactlyTheStartsThatMeetIt) {
  for (int run = 0; run < Runs(); ++run) {
    World world(static_cast<unsigned>(run) + 3'000'000);
    const std::vector<char> before = world.StartsOfSlots();
    const int from = static_cast<int>(world.Below(kMinutes - 1));
    const int to = from + 1 + static_cast<int>(world.Below(600));
    v1::Calendar calendar = world.calendar();
    v1::Freeze& freeze = *calendar.add_freezes();
    freeze.set_id("new");
    v1::TimePattern& pattern = *freeze.add_times();
    pattern.set_zone("UTC");
    pattern.set_start(
        absl::FormatCivilTime(absl::ToCivilSecond(world.At(from), absl::UTCTimeZone())));
    pattern.set_end(absl::FormatCivilTime(absl::ToCivilSecond(world.At(to), absl::UTCTimeZone())));
    world.Replace(calendar);
    const std::vector<char> after = world.StartsOfSlots();
    for (int i = 0; i < kMinutes; ++i) {
      const bool meets = i < to && i + world.length() > from;
      ASSERT_EQ(after[static_cast<size_t>(i)], meets ? 0 : before[static_cast<size_t>(i)])
          << i << " " << world.Describe();
    }
  }
}

}  // namespace
}  // namespace changepolicy
