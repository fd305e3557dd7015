// The axis of a timeline: which units of time have room for labels, and where they begin.
#include <algorithm>
#include <map>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/timeline_layout.h"

namespace changepolicy {
namespace {

constexpr std::string_view kMonthNames[] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};

enum class Unit { kHours, kDays, kWeeks, kMonths, kYears };

class AxisMaker {
 public:
  AxisMaker(const TimelineScale& scale, const LocalTime& local) : scale_(scale), local_(local) {}

  TimelineAxis Make(std::string* unit) {
    const double day = scale_.PerDay();
    if (day >= 280) {
      Hours(day / 24);
      Days(&axis_.upper, true);
      *unit = "hour";
    } else if (day >= 25) {
      Days(&axis_.lower, false);
      Months(&axis_.upper, 1, true);
      *unit = "day";
    } else if (day * 7 >= 25) {
      Weeks();
      Months(&axis_.upper, 1, true);
      *unit = "week";
    } else if (day * 30 >= 32) {
      Months(&axis_.lower, 1, false);
      Years(&axis_.upper, 1);
      *unit = "month";
    } else {
      const int steps[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
      int step = 1000;
      for (const int each : steps) {
        if (day * 365 * each < 44) continue;
        step = each;
        break;
      }
      Years(&axis_.lower, step);
      *unit = step == 1 ? std::string("year") : StrCat(step, " years");
    }
    if (day >= 3) DaysOfNote();
    Choose(&axis_.upper, false);
    Choose(&axis_.lower, true);
    Choose(&axis_.changes, false);
    return std::move(axis_);
  }

 private:
  // `labels`: the same text, shorter and shorter.
  void Add(std::vector<TimelineTick>* ticks, absl::Time start, absl::Time end,
           std::vector<std::string> labels, std::string full) {
    // A day that a zone skips has no length.
    if (end <= start || !scale_.Meets(start, end)) return;
    ticks->push_back({start, end, "", std::move(full)});
    labels_[ticks].push_back(std::move(labels));
  }

  bool Fits(const TimelineTick& tick, std::string_view label) const {
    const double room = scale_.At(std::min(tick.end, scale_.until())) -
                        scale_.At(std::max(tick.start, scale_.from())) - 6;
    return EmWidth(label) * 11.5 <= room;
  }

  // The longest labels that have room: each for itself, or of one length for all ticks that the
  // span does not cut.
  void Choose(std::vector<TimelineTick>* ticks, bool alike) {
    const std::vector<std::vector<std::string>>& labels = labels_[ticks];
    size_t least = 0;
    for (size_t i = 0; alike && i < ticks->size(); ++i) {
      if ((*ticks)[i].start < scale_.from() || (*ticks)[i].end > scale_.until()) continue;
      while (least + 1 < labels[i].size() && !Fits((*ticks)[i], labels[i][least])) ++least;
    }
    for (size_t i = 0; i < ticks->size(); ++i) {
      for (size_t j = std::min(least, labels[i].size()); j < labels[i].size(); ++j) {
        if (!Fits((*ticks)[i], labels[i][j])) continue;
        (*ticks)[i].label = labels[i][j];
        break;
      }
    }
  }

  void Hours(double hour) {
    constexpr int kSteps[] = {1, 2, 3, 6, 12};
    int step = 12;
    for (const int each : kSteps) {
      if (hour * each < 42) continue;
      step = each;
      break;
    }
    // Steps begin anew each day; the clock is read again at each, so that days of 23 hours are
    // right.
    for (absl::CivilDay day = First(); local_.StartOf(day) < scale_.until(); ++day) {
      absl::Time last = local_.StartOf(day);
      for (int at = step; at <= 24; at += step) {
        const absl::Time next = at == 24
                                    ? local_.StartOf(day + 1)
                                    : absl::FromCivil(absl::CivilHour(day) + at, local_.zone());
        if (next <= last) continue;
        const std::string clock = local_.Clock(last);
        Add(&axis_.lower, last, next, {clock}, clock);
        last = next;
      }
    }
  }

  void Days(std::vector<TimelineTick>* ticks, bool whole) {
    for (absl::CivilDay day = First(); local_.StartOf(day) < scale_.until(); ++day) {
      const std::string text = LocalTime::Day(day);
      const std::string number = StrCat(day.day());
      const std::string short_text = StrCat(text.substr(0, 4), number);
      const std::string letter = StrCat(text.substr(0, 2), " ", number);
      std::vector<std::string> labels = {short_text, letter, number};
      if (whole) labels.insert(labels.begin(), text);
      Add(ticks, local_.StartOf(day), local_.StartOf(day + 1), std::move(labels), text);
    }
  }

  void Weeks() {
    absl::CivilDay day = absl::PrevWeekday(First() + 1, absl::Weekday::monday);
    for (; local_.StartOf(day) < scale_.until(); day += 7) {
      const std::string text = LocalTime::Day(day);
      Add(&axis_.lower, local_.StartOf(day), local_.StartOf(day + 7),
          {StrCat("Mon ", day.day()), StrCat(day.day())}, StrCat("week of ", text));
    }
  }

  void Months(std::vector<TimelineTick>* ticks, int step, bool with_year) {
    absl::CivilMonth month(First());
    for (; local_.StartOf(absl::CivilDay(month)) < scale_.until(); month += step) {
      const std::string name(kMonthNames[month.month() - 1]);
      const std::string whole = StrCat(name, " ", month.year());
      const std::string brief = name.substr(0, 3);
      std::vector<std::string> labels = {name, brief};
      if (with_year) labels = {whole, StrCat(brief, " ", month.year()), brief};
      Add(ticks, local_.StartOf(absl::CivilDay(month)),
          local_.StartOf(absl::CivilDay(month + step)), std::move(labels), whole);
    }
  }

  void Years(std::vector<TimelineTick>* ticks, int step) {
    absl::CivilYear year(First());
    year -= year.year() % step;
    for (; local_.StartOf(absl::CivilDay(year)) < scale_.until(); year += step) {
      const std::string text = StrCat(year.year());
      Add(ticks, local_.StartOf(absl::CivilDay(year)), local_.StartOf(absl::CivilDay(year + step)),
          {text}, text);
    }
  }

  void DaysOfNote() {
    for (absl::CivilDay day = First(); local_.StartOf(day) < scale_.until(); ++day) {
      const absl::Time start = local_.StartOf(day);
      const absl::Time end = local_.StartOf(day + 1);
      const absl::Weekday weekday = absl::GetWeekday(day);
      if (weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday) {
        axis_.weekends.push_back({start, end, "", ""});
      }
      const absl::Duration length = end - start;
      if (length == absl::Hours(24) || length <= absl::ZeroDuration()) continue;
      const std::string hours = local_.LengthOfDayText(day);
      const std::string text = StrCat(hours, " day");
      Add(&axis_.changes, start, end, {text, hours, "\xC2\xB1"},
          StrCat(LocalTime::Day(day), " has ", hours, ": ", local_.ZoneAt(start), ", then ",
                 local_.ZoneAt(end)));
    }
  }

  absl::CivilDay First() const { return local_.DayOf(scale_.from()); }

  const TimelineScale& scale_;
  const LocalTime& local_;
  TimelineAxis axis_;
  std::map<const std::vector<TimelineTick>*, std::vector<std::vector<std::string>>> labels_;
};

}  // namespace

TimelineAxis LayOutAxis(const TimelineScale& scale, const LocalTime& local, std::string* unit) {
  return AxisMaker(scale, local).Make(unit);
}

}  // namespace changepolicy
