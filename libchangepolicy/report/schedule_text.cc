#include "libchangepolicy/report/schedule_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/table.h"

namespace changepolicy {
namespace {

constexpr std::string_view kTo = " to ";
constexpr std::string_view kRed = "31";
constexpr std::string_view kGreen = "32";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kBlue = "34";
constexpr std::string_view kBold = "1";

constexpr size_t kMostLasting = 6;  // of one day

struct Interval {
  absl::Time start, end;
};

template <typename Message>
Interval IntervalOf(const Message& message) {
  return {ReportInstant(message.start()), ReportInstant(message.end())};
}

// What the reports below share.
class Writer {
 protected:
  explicit Writer(const ScheduleTextOptions& options)
      : local_(options.zone), paint_(options.color) {}

  template <typename... Args>
  void Line(const Args&... args) {
    StrAppend(&text_, args..., "\n");
  }

  void Section(std::string_view heading, const Table& table) {
    if (table.empty()) return;
    Line("\n", heading);
    text_ += table.Text(2, paint_);
  }

  template <typename List>
  void Problems(const List& problems) {
    Table table;
    for (const std::string& problem : problems) table.Add({{"??", kYellow}, {problem}});
    Section("Could not be computed", table);
  }

  std::string Zone(absl::Time from, absl::Time until) const {
    return StrCat("times are local to ", local_.ZoneText(from, until));
  }

  template <typename Message>
  std::string When(const Message& message) const {
    if (!message.has_start() || !message.has_end()) return "time not said";
    const auto [start, end] = IntervalOf(message);
    return local_.Span(start, end, kTo);
  }

  template <typename List>
  static std::string Clashes(const List& clashes) {
    std::vector<std::string> texts;
    for (const v1::Clash& clash : clashes) texts.push_back(ClashText(clash));
    return Join(texts, "; ");
  }

  const LocalTime local_;
  const Painter paint_;
  std::string text_;
};

// ---- The forward schedule --------------------------------------------------------------------

class ScheduleWriter : Writer {
 public:
  ScheduleWriter(const v1::ForwardSchedule& schedule, const ScheduleTextOptions& options)
      : Writer(options),
        schedule_(schedule),
        verbose_(options.verbose),
        trains_only_(options.trains_only) {}

  std::string Write() {
    Collect();
    Headline();
    Days();
    Problems(schedule_.problems());
    return std::move(text_);
  }

 private:
  enum Kind { kFrozen, kOpen, kTrain, kPlanned, kConflict };

  struct Entry {
    Kind kind;
    absl::Time start, end;
    std::string id, what;
  };

  void Headline() {
    long releases = 0;
    for (const v1::ScheduledWork& work : schedule_.works()) {
      releases += work.is_release() ? 1 : 0;
    }
    Line(paint_(kBold, trains_only_ ? "Release calendar" : "Forward schedule of change"), ": ",
         schedule_.organization().empty() ? "unnamed organization" : schedule_.organization());
    Line("  ", local_.Span(from_, until_, kTo));
    Line("  ", Zone(from_, until_));
    const std::string departures = CountText(schedule_.departures_size(), "train departure");
    if (trains_only_) {
      Line("  ", departures);
    } else {
      Line("  ", CountText(schedule_.works_size() - releases, "change"), ", ",
           CountText(releases, "release"), ", ", CountText(schedule_.conflicts_size(), "conflict"),
           ", ", CountText(schedule_.freezes_size(), "freeze"), ", ",
           CountText(schedule_.windows_size(), "window"), ", ", departures);
    }
    Line("  as of ",
         schedule_.has_now() ? local_.Instant(ReportInstant(schedule_.now())) : "a time not said",
         "; tzdb ",
         schedule_.tzdb_version().empty() ? "of unknown version" : schedule_.tzdb_version());
  }

  void Add(Kind kind, Interval interval, std::string id, std::string what) {
    entries_.push_back({kind, interval.start, interval.end, std::move(id), std::move(what)});
  }

  static std::string PeriodText(const v1::SchedulePeriod& period) {
    return StrCat(period.title(), period.title().empty() ? "for " : ", for ",
                  ScopeText(period.scope()),
                  period.emergency_may_cross() ? "; emergencies may cross" : "",
                  period.clause().empty() ? "" : StrCat("  [", period.clause(), "]"));
  }

  std::string WorkText(const v1::ScheduledWork& work) const {
    std::vector<std::string> parts;
    if (!work.title().empty()) parts.push_back(work.title());
    std::string kind = WorkKindText(work);
    if (!work.change_model().empty()) StrAppend(&kind, " (", work.change_model(), ")");
    parts.push_back(kind);
    const auto list = [&](const auto& ids, std::string_view what) {
      if (!ids.empty()) parts.push_back(StrCat(what, Join(ids, ", ")));
    };
    list(work.services(), "on ");
    list(work.assets(), "alters ");
    std::vector<std::string> environments;
    for (const int each : work.environments()) environments.push_back(EnvironmentText(each));
    list(environments, "in ");
    if (!work.team().empty()) parts.push_back(StrCat("team ", work.team()));
    list(work.people(), "by ");
    list(work.depends_on(), "after ");
    if (verbose_ && work.has_recorded_at()) {
      parts.push_back(StrCat("recorded ", local_.Instant(ReportInstant(work.recorded_at()))));
    }
    return Join(parts, "; ");
  }

  void Collect() {
    from_ = schedule_.has_from() ? ReportInstant(schedule_.from()) : absl::InfiniteFuture();
    until_ = schedule_.has_until() ? ReportInstant(schedule_.until()) : absl::InfinitePast();
    for (const v1::SchedulePeriod& each : schedule_.freezes()) {
      Add(kFrozen, IntervalOf(each), each.id(), PeriodText(each));
    }
    for (const v1::SchedulePeriod& each : schedule_.windows()) {
      Add(kOpen, IntervalOf(each), each.id(), PeriodText(each));
    }
    for (const v1::TrainDeparture& each : schedule_.departures()) {
      const auto date = [&](bool has, const google::protobuf::Timestamp& at,
                            std::string_view what) {
        if (!has) return;
        const absl::Time time = ReportInstant(at);
        if (schedule_.has_from() && time < from_) return;
        if (schedule_.has_until() && time >= until_) return;
        std::string text = StrCat(what, each.title().empty() ? "" : ", ", each.title());
        if (!each.kind().empty()) StrAppend(&text, " (", each.kind(), ")");
        if (!each.changes().empty()) StrAppend(&text, ": ", Join(each.changes(), ", "));
        Add(kTrain, {time, time}, each.id(), text);
      };
      date(each.has_feature_freeze(), each.feature_freeze(), "feature freeze");
      date(each.has_code_freeze(), each.code_freeze(), "code freeze");
      date(each.has_candidate(), each.candidate(), "candidate");
      date(each.has_release(), each.release(), "release");
    }
    for (const v1::ScheduledWork& each : schedule_.works()) {
      if (!HasTime(each)) {
        undated_.Add({{each.subject_id()}, {WorkText(each)}});
        continue;
      }
      Add(kPlanned, IntervalOf(each), each.subject_id(), WorkText(each));
    }
    for (const v1::Conflict& each : schedule_.conflicts()) {
      Add(kConflict, IntervalOf(each), each.one(),
          StrCat("with ", each.other(), ": ", Clashes(each.clashes())));
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.start, a.kind) < std::tie(b.start, b.kind);
    });
    for (const Entry& entry : entries_) {
      if (!schedule_.has_from()) from_ = std::min(from_, entry.start);
      if (!schedule_.has_until()) until_ = std::max(until_, entry.end);
    }
    if (from_ == absl::InfiniteFuture()) from_ = std::min(absl::UnixEpoch(), until_);
    until_ = std::max(from_, until_);
    if (from_ == absl::InfinitePast()) from_ = until_ = absl::UnixEpoch();
  }

  bool IsLong(const Entry& entry) const { return entry.end - entry.start > absl::Hours(24); }

  void Days() {
    // By day: what begins on it; and days on which something long ends, which are listed as well.
    std::map<absl::CivilDay, std::vector<const Entry*>> days;
    std::vector<const Entry*> lasting;
    for (const Entry& entry : entries_) {
      days[local_.DayOf(std::max(entry.start, from_))].push_back(&entry);
      if (!IsLong(entry)) continue;
      lasting.push_back(&entry);
      const absl::Time last = std::min(entry.end, until_) - absl::Nanoseconds(1);
      if (last >= entry.start) days[local_.DayOf(last)];
    }
    if (days.empty()) {
      Line("\n", trains_only_ ? "No train has a date in this time."
                 : undated_.empty()
                     ? "Nothing is planned, open or frozen in this time."
                     : "Nothing that has a time is planned, open or frozen in this time.");
      Undated();
      return;
    }
    Table table;
    absl::CivilDay next = local_.DayOf(from_);
    for (const auto& [day, entries] : days) {
      Gap(next, day, &table);
      next = day + 1;
      const absl::Duration length = local_.LengthOf(day);
      table.AddLine(StrCat(LocalTime::Day(day),
                           length == absl::Hours(24)
                               ? ""
                               : StrCat("  (", local_.LengthOfDayText(day), " day: from ",
                                        local_.ZoneAt(local_.StartOf(day)), " to ",
                                        local_.ZoneAt(local_.StartOf(day + 1)), ")")),
                    kBold);
      // What goes on comes first.
      const absl::Time morning = local_.StartOf(day);
      std::erase_if(lasting, [morning](const Entry* each) { return each->end <= morning; });
      size_t shown = 0, more = 0;
      for (const Entry* const entry : lasting) {
        if (std::max(entry->start, from_) >= morning) continue;
        if (shown == kMostLasting) {
          ++more;
          continue;
        }
        ++shown;
        AddRow(*entry,
               entry->end < local_.StartOf(day + 1) ? StrCat("until ", local_.Clock(entry->end))
                                                    : "all day",
               day, &table);
      }
      if (more > 0) table.Add({{}, {}, {StrCat("and ", more, " more that go on")}, {}});
      for (const Entry* const entry : entries) AddRow(*entry, TimesOn(day, *entry), day, &table);
    }
    Gap(next, local_.DayOf(until_ - absl::Nanoseconds(1)) + 1, &table);
    Line();
    text_ += table.Text(2, paint_);
    Undated();
  }

  void Undated() { Section("Without a time", undated_); }

  void Gap(absl::CivilDay from, absl::CivilDay until, Table* table) const {
    if (from >= until) return;
    const absl::CivilDay last = until - 1;
    table->AddLine(
        StrCat(LocalTime::Day(from), from == last ? "" : StrCat(" to ", LocalTime::Day(last)),
               ": nothing begins or ends"),
        "");
  }

  // `22:00-04:00 +1d`: the end is on the next day.
  std::string TimesOn(absl::CivilDay day, const Entry& entry) const {
    if (entry.kind == kTrain) return local_.Clock(entry.start);
    const absl::Time night = local_.StartOf(day + 1);
    const std::string end = entry.end == night ? "24:00" : local_.Clock(entry.end);
    const std::string next = entry.end > night ? " +1d" : "";
    const bool began_before = entry.start < local_.StartOf(day) || entry.start < from_;
    if (began_before)
      return IsLong(entry) && entry.end > night ? "all day" : StrCat("until ", end, next);
    if (IsLong(entry)) return StrCat("from ", local_.Clock(entry.start));
    return StrCat(local_.Clock(entry.start), "-", end, next);
  }

  // When it ends, where the times of the day do not say it.
  std::string Until(absl::CivilDay day, const Entry& entry) const {
    if (!IsLong(entry) || entry.end <= local_.StartOf(day + 1)) return "";
    return StrCat("until ", local_.Instant(entry.end), "; ");
  }

  void AddRow(const Entry& entry, std::string times, absl::CivilDay day, Table* table) const {
    static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {"frozen", kBlue}, {"open", kGreen}, {"train", ""}, {"planned", ""}, {"conflict", kRed}};
    const auto [word, color] = kWords[entry.kind];
    table->Add({{std::string(word), color},
                {std::move(times)},
                {entry.id},
                {Until(day, entry) + entry.what}});
  }

  const v1::ForwardSchedule& schedule_;
  const bool verbose_, trains_only_;
  absl::Time from_, until_;
  std::vector<Entry> entries_;
  Table undated_;
};

// ---- Slots -------------------------------------------------------------------------------------

class SlotsWriter : Writer {
 public:
  SlotsWriter(const v1::SlotsAnswer& answer, const ScheduleTextOptions& options)
      : Writer(options), answer_(answer) {}

  std::string Write() {
    const absl::Time from = ReportInstant(answer_.from());
    const absl::Time until = ReportInstant(answer_.until());
    const std::string verdict =
        answer_.slots().empty()
            ? paint_(kRed, "none known")
            : paint_(kGreen, CountText(answer_.slots_size(), "range", "ranges") + " of starts");
    Line("Next slots of ", answer_.subject_id(), ": ", verdict);
    if (answer_.has_length()) {
      Line("  ", LengthText(FromProto(answer_.length())), " of work, rollback reserve included");
    }
    Line("  starts searched: ", local_.Span(from, until, kTo));
    Line("  ", Zone(from, until));
    Line("  as of ",
         answer_.has_now() ? local_.Instant(ReportInstant(answer_.now())) : "a time not said",
         "; tzdb ", answer_.tzdb_version().empty() ? "of unknown version" : answer_.tzdb_version());
    if (answer_.has_must_start_before()) {
      Line("  approvals and evidence that hold now hold for starts before ",
           local_.Instant(ReportInstant(answer_.must_start_before())));
    }
    Slots();
    if (answer_.slots().empty()) None();
    Obstacles();
    Problems(answer_.problems());
    return std::move(text_);
  }

 private:
  void Slots() {
    Table table;
    if (!answer_.slots().empty()) {
      table.Add({{"start"}, {"ends"}, {"latest start"}, {"windows"}});
    }
    for (const v1::Slot& slot : answer_.slots()) {
      const bool range = slot.has_latest_start() &&
                         ReportInstant(slot.latest_start()) > ReportInstant(slot.start());
      table.Add(
          {{local_.Instant(ReportInstant(slot.start()))},
           {local_.Instant(ReportInstant(slot.end()))},
           {range ? local_.Instant(ReportInstant(slot.latest_start())) : std::string("the same")},
           {slot.windows().empty() ? std::string("none declared") : Join(slot.windows(), ", ")}});
    }
    Section("Slots", table);
  }

  void None() {
    Line();
    if (!answer_.unknown().empty()) {
      Line("No slot can be named: not known: ", Join(answer_.unknown(), ", "));
    } else if (answer_.obstacles().empty()) {
      Line("No start was found, and nothing is named that stands in the way.");
    } else {
      Line("Every start that was searched is ruled out by what follows.");
    }
  }

  void Obstacles() {
    Table table;
    for (const v1::Obstacle& obstacle : answer_.obstacles()) {
      const std::string when =
          obstacle.has_end()
              ? When(obstacle)
              : StrCat("from ", local_.Instant(ReportInstant(obstacle.start())), " on");
      const std::string clashes = Clashes(obstacle.clashes());
      table.Add({{when}, {StrCat(ObstacleText(obstacle), clashes.empty() ? "" : ": ", clashes)}});
    }
    Section(answer_.slots().empty() ? "What rules starts out" : "Why not earlier", table);
    if (!answer_.slots().empty() && !answer_.unknown().empty()) {
      Line("\nNot known: ", Join(answer_.unknown(), ", "));
    }
  }

  const v1::SlotsAnswer& answer_;
};

// ---- Conflicts, freezes, trains
// -------------------------------------------------------------------

class AnswerWriter : Writer {
 public:
  explicit AnswerWriter(const ScheduleTextOptions& options) : Writer(options) {}

  std::string Conflicts(const v1::ConflictsAnswer& answer) {
    Line(answer.conflicts().empty() ? paint_(kGreen, "No conflicts")
                                    : paint_(kRed, CountText(answer.conflicts_size(), "conflict")),
         " between ", CountText(answer.works(), "piece of work", "pieces of work"));
    Span span;
    for (const v1::Conflict& conflict : answer.conflicts()) span.Add(conflict);
    if (span.known) Line("  ", Zone(span.from, span.until));
    int number = 0;
    for (const v1::Conflict& conflict : answer.conflicts()) {
      Line("\n", ++number, ". ", paint_(kBold, StrCat(conflict.one(), " and ", conflict.other())));
      Line("   both under way ", When(conflict), " (",
           LengthText(ReportInstant(conflict.end()) - ReportInstant(conflict.start())), ")");
      for (const v1::Clash& clash : conflict.clashes()) Line("   - ", ClashText(clash));
      if (conflict.clashes().empty()) Line("   - in what they meet is not said");
    }
    Problems(answer.problems());
    return std::move(text_);
  }

  std::string FreezeImpact(const v1::FreezeImpactAnswer& answer) {
    Line("Freeze ", answer.freeze(), ": ",
         answer.hits().empty()
             ? paint_(kGreen, "hits no planned work")
             : paint_(kYellow, StrCat("hits ", CountText(answer.hits_size(), "piece of work",
                                                         "pieces of work"))));
    Span span;
    for (const v1::FreezeHit& hit : answer.hits()) span.Add(hit);
    if (span.known) Line("  ", Zone(span.from, span.until));
    Table table;
    if (!answer.hits().empty()) table.Add({{"work"}, {"planned"}, {"meets the freeze"}, {"so"}});
    for (const v1::FreezeHit& hit : answer.hits()) {
      std::vector<std::string> notes;
      if (hit.may_finish()) notes.emplace_back("began before it and may finish");
      if (hit.may_cross())
        notes.emplace_back("an emergency, may cross with the freeze's approvals");
      if (notes.empty()) notes.emplace_back("has to move");
      if (!hit.unknown().empty()) {
        notes.push_back(StrCat("counts as hit, since not known: ", Join(hit.unknown(), ", ")));
      }
      table.Add(
          {{hit.subject_id()},
           {When(hit)},
           {StrCat(When(hit.freeze()),
                   hit.freeze().clause().empty() ? "" : StrCat("  [", hit.freeze().clause(), "]"))},
           {Join(notes, "; "), hit.may_finish() || hit.may_cross() ? kYellow : kRed}});
    }
    if (!table.empty()) {
      Line();
      text_ += table.Text(2, paint_);
    }
    Problems(answer.problems());
    return std::move(text_);
  }

  std::string TrainPlan(const v1::TrainPlan& plan) {
    const v1::TrainDeparture& departure = plan.departure();
    Line(paint_(kBold, StrCat("Train ", departure.id())), ": ",
         plan.changes().empty() ? paint_(kYellow, "no change goes")
                                : paint_(kGreen, CountText(plan.changes_size(), "change") +
                                                     (plan.changes_size() == 1 ? " goes" : " go")),
         plan.left_out().empty() ? ""
                                 : StrCat(", ", plan.left_out_size(),
                                          plan.left_out_size() == 1 ? " does not" : " do not"));
    std::vector<std::string> about;
    if (!departure.title().empty()) about.push_back(departure.title());
    if (!departure.train().empty()) about.push_back(StrCat("train ", departure.train()));
    if (!departure.kind().empty()) about.push_back(departure.kind());
    if (!about.empty()) Line("  ", Join(about, "; "));
    Table dates;
    Span span;
    const auto date = [&](bool has, const google::protobuf::Timestamp& at, std::string_view what) {
      if (has) span.Add(ReportInstant(at));
      dates.Add({{std::string(what)},
                 {has ? local_.Instant(ReportInstant(at)) : std::string("not planned")}});
    };
    date(departure.has_feature_freeze(), departure.feature_freeze(), "feature freeze");
    date(departure.has_code_freeze(), departure.code_freeze(), "code freeze");
    date(departure.has_candidate(), departure.candidate(), "candidate");
    date(departure.has_release(), departure.release(), "release");
    if (span.known) Line("  ", Zone(span.from, span.until));
    text_ += dates.Text(2, paint_);
    const std::set<std::string> grouped(departure.changes().begin(), departure.changes().end());
    Table goes;
    int number = 0;
    for (const std::string& change : plan.changes()) {
      goes.Add({{StrCat(++number, ".")},
                {change},
                {grouped.contains(change) ? "grouped into it already" : ""}});
    }
    Section("Goes, in this order", goes);
    Table stays;
    for (const v1::LeftOut& left_out : plan.left_out()) {
      stays.Add({{left_out.change()},
                 {StrCat(LeftOutText(left_out),
                         grouped.contains(left_out.change()) ? " (though grouped into it)" : "")}});
    }
    Section("Does not go", stays);
    if (plan.changes().empty() && plan.left_out().empty()) {
      Line("\nThere is no change that could go.");
    }
    return std::move(text_);
  }

 private:
  struct Span {
    bool known = false;
    absl::Time from = absl::InfiniteFuture(), until = absl::InfinitePast();

    void Add(absl::Time time) {
      known = true;
      from = std::min(from, time);
      until = std::max(until, time + absl::Nanoseconds(1));
    }
    template <typename Message>
    void Add(const Message& message) {
      if (message.has_start()) Add(ReportInstant(message.start()));
      if (message.has_end()) Add(ReportInstant(message.end()));
    }
  };
};

}  // namespace

std::string ScheduleText(const v1::ForwardSchedule& schedule, const ScheduleTextOptions& options) {
  const v1::ForwardSchedule printed = Printed(schedule);
  return ScheduleWriter(printed, options).Write();
}

std::string SlotsText(const v1::SlotsAnswer& answer, const ScheduleTextOptions& options) {
  const v1::SlotsAnswer printed = Printed(answer);
  return SlotsWriter(printed, options).Write();
}

std::string ConflictsText(const v1::ConflictsAnswer& answer, const ScheduleTextOptions& options) {
  return AnswerWriter(options).Conflicts(Printed(answer));
}

std::string FreezeImpactText(const v1::FreezeImpactAnswer& answer,
                             const ScheduleTextOptions& options) {
  return AnswerWriter(options).FreezeImpact(Printed(answer));
}

std::string TrainPlanText(const v1::TrainPlan& plan, const ScheduleTextOptions& options) {
  return AnswerWriter(options).TrainPlan(Printed(plan));
}

}  // namespace changepolicy
