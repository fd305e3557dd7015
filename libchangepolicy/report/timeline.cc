#include "libchangepolicy/report/timeline.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/timeline_layout.h"
#include "libchangepolicy/report/timeline_svg.h"

namespace changepolicy {
namespace {

constexpr std::string_view kDash = " \xE2\x80\x93 ";
constexpr std::string_view kNarrow =
    "Ask for a shorter time, or for some services or teams, to see each by itself.";

// Units of the drawing that a sheet of paper (A4, landscape) has room for, with some of the page's
// head above the first.
constexpr double kHighestPanel = 540;
constexpr int kMostNames = 12;  // of a list in a cell
constexpr int kMostClashes = 20;
constexpr int kMostProblems = 50;

struct Counts {
  long changes = 0, releases = 0, freezes = 0, windows = 0;
};

Counts CountAll(const v1::ForwardSchedule& schedule) {
  Counts counts;
  for (const v1::ScheduledWork& work : schedule.works()) {
    ++(work.is_release() ? counts.releases : counts.changes);
  }
  counts.freezes = schedule.freezes_size();
  counts.windows = schedule.windows_size();
  return counts;
}

std::string Heading(const v1::ForwardSchedule& schedule) {
  return schedule.organization().empty() ? "Unnamed organization" : schedule.organization();
}

std::string Summary(const v1::ForwardSchedule& schedule) {
  const Counts counts = CountAll(schedule);
  return StrCat(CountText(counts.changes, "change"), ", ", CountText(counts.releases, "release"),
                ", ", CountText(schedule.conflicts_size(), "conflict"), ", ",
                CountText(counts.freezes, "freeze"), ", ", CountText(counts.windows, "window"),
                ", ", CountText(schedule.departures_size(), "train departure"));
}

// What the drawing does not show by itself.
std::vector<std::string> LeftOut(const v1::ForwardSchedule& schedule,
                                 const TimelineLayout& layout) {
  std::vector<std::string> notes;
  if (layout.summed) {
    notes.push_back(
        StrCat("There is too much work to draw each by itself; the drawing sums it up "
               "per lane and ",
               layout.unit, "."));
  }
  if (layout.other_services > 0) {
    notes.push_back(StrCat(layout.other_services,
                           " lanes, those with the fewest conflicts and the least work, share the "
                           "last one."));
  }
  if (layout.short_windows) {
    notes.emplace_back("At this scale windows of some hours stand in their tracks only.");
  }
  const size_t conflicts = schedule.conflicts_size();
  if (conflicts > layout.conflicts_marked && !layout.summed) {
    notes.push_back(StrCat(conflicts - layout.conflicts_marked, " of ", conflicts,
                           " conflicts are not marked in the drawing."));
  }
  return notes;
}

class PageWriter {
 public:
  PageWriter(const v1::ForwardSchedule& schedule, const TimelineOptions& options)
      : schedule_(schedule),
        options_(options),
        local_(options.zone),
        layout_(LayOutTimeline(schedule, options)) {
    for (int i = 0; i < std::min(schedule.conflicts_size(), Rows()); ++i) {
      conflicts_of_[schedule.conflicts(i).one()].push_back(i);
      conflicts_of_[schedule.conflicts(i).other()].push_back(i);
    }
  }

  std::string Write() {
    StrAppend(&out_, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
              "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
              Escaped(Heading(schedule_)), ": forward schedule of change</title>\n<style>",
              TimelineColors(), TimelinePageStyle(), TimelineDrawingStyle(),
              "</style>\n</head>\n<body>\n<main>\n");
    Head();
    Problems();
    Drawing();
    Conflicts();
    Works();
    Periods(schedule_.freezes(), "Freezes", "freeze", "No freeze holds in this time.");
    Periods(schedule_.windows(), "Maintenance windows", "window",
            "No maintenance window opens in this time.");
    Trains();
    Foot();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  int Rows() const { return std::max(0, options_.max_rows); }

  template <typename... Args>
  void Line(const Args&... args) {
    StrAppend(&out_, args..., "\n");
  }

  void Fact(std::string_view name, std::string_view value) {
    Line("<div><dt>", name, "</dt><dd>", Escaped(value), "</dd></div>");
  }

  void Head() {
    const TimelineScale& scale = layout_.scale;
    Line("<header>\n<p class=\"over\">Forward schedule of change</p>\n<h1><bdi>",
         Escaped(Heading(schedule_)), "</bdi></h1>\n<dl class=\"facts\">");
    Fact("From, until", local_.Span(scale.from(), scale.until(), kDash));
    Fact("Times are local to", local_.ZoneText(scale.from(), scale.until()));
    Fact("As of", schedule_.has_now() ? local_.Instant(ReportInstant(schedule_.now()))
                                      : std::string("not said"));
    Line("</dl>");
    const Counts counts = CountAll(schedule_);
    Line("<ul class=\"counts\">");
    Count(counts.changes, "change", false);
    Count(counts.releases, "release", false);
    Count(schedule_.conflicts_size(), "conflict", schedule_.conflicts_size() > 0);
    Count(counts.freezes, "freeze", false);
    Count(counts.windows, "window", false);
    Count(schedule_.departures_size(), "train departure", false);
    Line("</ul>\n</header>");
  }

  void Count(long count, std::string_view noun, bool bad) {
    Line("<li", bad ? " class=\"bad\"" : "", "><b>", Grouped(count), "</b>", noun,
         count == 1 ? "" : "s", "</li>");
  }

  void Problems() {
    if (schedule_.problems().empty()) return;
    Line(
        "<div class=\"note bad\"><strong>Not everything could be computed.</strong> What is named "
        "here may be missing below, or hold where it is not shown.<ul>");
    for (int i = 0; i < std::min(schedule_.problems_size(), kMostProblems); ++i) {
      Line("<li><bdi>", Escaped(schedule_.problems(i)), "</bdi></li>");
    }
    if (schedule_.problems_size() > kMostProblems) {
      Line("<li>and ", schedule_.problems_size() - kMostProblems, " more</li>");
    }
    Line("</ul></div>");
  }

  void Drawing() {
    Line("<section aria-labelledby=\"timeline\">\n<h2 id=\"timeline\">Timeline</h2>");
    Line(
        "<p class=\"sub\">One lane for each service. Windows and freezes of the whole organization "
        "cross all lanes; others stand in the lanes of their services and teams. Work over several "
        "services stands in each of their lanes. What holds for some environments or models only "
        "says so below its name. Everything is listed in the tables below.</p>");
    std::vector<std::string> notes = LeftOut(schedule_, layout_);
    if (!notes.empty()) {
      Line("<div class=\"note\">", Join(notes, " "), " ", kNarrow, "</div>");
    }
    if (schedule_.works().empty()) {
      Line("<div class=\"note\">No change or release is planned in this time.</div>");
    }
    Line("<ul class=\"legend\">");
    for (const LegendEntry& entry : TimelineLegend(layout_)) {
      Line("<li><svg width=\"30\" height=\"16\" aria-hidden=\"true\">", entry.swatch, "</svg>",
           entry.text, "</li>");
    }
    Line("</ul>\n<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">",
         TimelineDefinitions(),
         "</svg>\n<figure class=\"box\" tabindex=\"0\" role=\"group\" "
         "aria-label=\"Timeline, scrolls sideways on narrow screens\">");
    const std::vector<TimelinePanel> panels = TimelinePanels(layout_, kHighestPanel);
    for (size_t i = 0; i < panels.size(); ++i) {
      const std::string part =
          panels.size() == 1 ? std::string() : StrCat(", part ", i + 1, " of ", panels.size());
      Line("<svg class=\"panel\" role=\"img\" aria-labelledby=\"t", i, " d", i, "\" viewBox=\"0 0 ",
           Number(layout_.width), " ", Number(panels[i].height), "\" width=\"",
           Number(layout_.width), "\" height=\"", Number(panels[i].height), "\"><title id=\"t", i,
           "\">Timeline", part, "</title><desc id=\"d", i, "\">", Escaped(Describe(panels[i])),
           "</desc>", DrawPanel(layout_, panels[i]), "</svg>");
    }
    Line("</figure>\n</section>");
  }

  std::string Describe(const TimelinePanel& panel) const {
    std::vector<std::string> names;
    for (size_t i = panel.first; i < panel.last; ++i) names.push_back(layout_.lanes[i].name);
    return StrCat(
        Summary(schedule_), ", ", local_.Span(layout_.scale.from(), layout_.scale.until(), kDash),
        ". The tables below list all of it. Lanes: ", names.empty() ? "none" : Join(names, ", "));
  }

  // ---- Tables ----------------------------------------------------------------------------------

  void Section(std::string_view id, std::string_view heading) {
    Line("<section aria-labelledby=\"", id, "\">\n<h2 id=\"", id, "\">", heading, "</h2>");
  }

  void BeginTable(std::string_view id, std::initializer_list<std::string_view> columns) {
    out_ += StrCat("<div class=\"box\" tabindex=\"0\" role=\"group\" aria-labelledby=\"", id,
                   "\"><table aria-labelledby=\"", id, "\"><thead><tr>");
    for (const std::string_view column : columns) {
      StrAppend(&out_, "<th scope=\"col\">", column, "</th>");
    }
    Line("</tr></thead><tbody>");
  }

  void EndTable(int shown, int all, std::string_view noun) {
    Line("</tbody></table></div>");
    if (shown < all) {
      Line("<p class=\"note\">", Grouped(shown), " of ", Grouped(all), " ", noun, " are listed. ",
           kNarrow, "</p>");
    }
  }

  // Ids or names; `and 3 more` after the first ones.
  template <typename List>
  static std::string Names(const List& list) {
    std::string text;
    for (int i = 0; i < std::min<int>(list.size(), kMostNames); ++i) {
      StrAppend(&text, i == 0 ? "" : ", ", "<bdi>", Escaped(list.Get(i), 120), "</bdi>");
    }
    if (list.size() > kMostNames) StrAppend(&text, " and ", list.size() - kMostNames, " more");
    return text;
  }

  template <typename List>
  static std::string Small(std::string_view what, const List& list) {
    return list.empty() ? "" : StrCat("<small>", what, " ", Names(list), "</small>");
  }

  static std::string Small(std::string_view what, const std::string& text) {
    return text.empty() ? ""
                        : StrCat("<small>", what, what.empty() ? "" : " ", "<bdi>", Escaped(text),
                                 "</bdi></small>");
  }

  template <typename Message>
  std::string When(const Message& message) const {
    if (!message.has_start() || !message.has_end()) return "<td>not said</td>";
    const absl::Time start = ReportInstant(message.start());
    const absl::Time end = ReportInstant(message.end());
    return StrCat("<td>", Escaped(local_.Span(start, end, kDash)), "<small>",
                  LengthText(end - start), "</small></td>");
  }

  void Conflicts() {
    Section("conflicts", "Conflicts");
    if (schedule_.conflicts().empty()) {
      Line("<p>No two pieces of work are in each other's way.</p>\n</section>");
      return;
    }
    std::map<std::string_view, const v1::ScheduledWork*> works;
    for (const v1::ScheduledWork& work : schedule_.works()) works.emplace(work.subject_id(), &work);
    const auto subject = [&](const std::string& id) {
      const auto work = works.find(id);
      return StrCat("<td><bdi>", Escaped(id, 120), "</bdi>",
                    work == works.end() ? "" : Small("", work->second->title()), "</td>");
    };
    BeginTable("conflicts", {"No.", "Starts first", "The other", "Both under way", "They meet in"});
    const int shown = std::min(schedule_.conflicts_size(), Rows());
    for (int i = 0; i < shown; ++i) {
      const v1::Conflict& conflict = schedule_.conflicts(i);
      std::string clashes;
      for (int j = 0; j < std::min(conflict.clashes_size(), kMostClashes); ++j) {
        StrAppend(&clashes, j == 0 ? "" : "<br>", "<bdi>", Escaped(ClashText(conflict.clashes(j))),
                  "</bdi>");
      }
      if (conflict.clashes_size() > kMostClashes) {
        StrAppend(&clashes, "<br>and ", conflict.clashes_size() - kMostClashes, " more");
      }
      Line("<tr id=\"c", i + 1, "\"><th scope=\"row\"><span class=\"tag\">", i + 1, "</span></th>",
           subject(conflict.one()), subject(conflict.other()), When(conflict), "<td>",
           clashes.empty() ? "not said" : clashes, "</td></tr>");
    }
    EndTable(shown, schedule_.conflicts_size(), "conflicts");
    Line("</section>");
  }

  std::string ConflictLinks(const std::string& subject) const {
    const auto found = conflicts_of_.find(subject);
    if (found == conflicts_of_.end()) return "none";
    std::string text;
    for (size_t i = 0; i < std::min<size_t>(found->second.size(), kMostNames); ++i) {
      const int number = found->second[i] + 1;
      StrAppend(&text, i == 0 ? "" : " ", "<a class=\"tag\" href=\"#c", number, "\">", number,
                "</a>");
    }
    if (found->second.size() > kMostNames) {
      StrAppend(&text, " and ", found->second.size() - kMostNames, " more");
    }
    return text;
  }

  void Works() {
    Section("works", "Changes and releases");
    if (schedule_.works().empty()) {
      Line("<p>No change or release is planned in this time.</p>\n</section>");
      return;
    }
    BeginTable("works", {"Change or release", "When, with rollback reserve", "Services", "Kind",
                         "Team and people", "Conflicts"});
    const int shown = std::min(schedule_.works_size(), Rows());
    for (int i = 0; i < shown; ++i) {
      const v1::ScheduledWork& work = schedule_.works(i);
      std::string environments;
      for (const int each : work.environments()) {
        StrAppend(&environments, environments.empty() ? "" : ", ", EnvironmentText(each));
      }
      const bool emergency = work.category() == v1::CATEGORY_EMERGENCY;
      Line("<tr><th scope=\"row\"><bdi>", Escaped(work.subject_id(), 120), "</bdi>",
           Small("", work.title()), Small("needs first", work.depends_on()), "</th>", When(work),
           "<td>", work.services().empty() ? "none named" : Names(work.services()),
           Small("alters", work.assets()), Small("in", environments), "</td><td",
           emergency ? " class=\"emergency\"" : "", ">", WorkKindText(work),
           Small("model", work.change_model()),
           Small("recorded", work.has_recorded_at()
                                 ? local_.Instant(ReportInstant(work.recorded_at()))
                                 : std::string()),
           "</td><td>",
           work.team().empty() ? std::string("no team named")
                               : StrCat("<bdi>", Escaped(work.team(), 120), "</bdi>"),
           work.people().empty() ? "" : StrCat("<small>", Names(work.people()), "</small>"),
           "</td><td>", ConflictLinks(work.subject_id()), "</td></tr>");
    }
    EndTable(shown, schedule_.works_size(), "changes and releases");
    Line("</section>");
  }

  template <typename List>
  void Periods(const List& periods, std::string_view heading, std::string_view noun,
               std::string_view none) {
    const std::string id = StrCat(noun, "s");
    const bool freezes = noun == "freeze";
    Section(id, heading);
    if (periods.empty()) {
      Line("<p>", none, "</p>\n</section>");
      return;
    }
    if (freezes) {
      BeginTable(id, {"Freeze", "When", "Holds for", "Clause", "Emergencies"});
    } else {
      BeginTable(id, {"Window", "When", "Open for", "Clause"});
    }
    const int shown = std::min(periods.size(), Rows());
    for (int i = 0; i < shown; ++i) {
      const v1::SchedulePeriod& period = periods[i];
      Line("<tr><th scope=\"row\"><bdi>", Escaped(period.id(), 120), "</bdi>",
           Small("", period.title()), "</th>", When(period), "<td><bdi>",
           Escaped(ScopeText(period.scope())), "</bdi></td><td><bdi>",
           period.clause().empty() ? "none named" : Escaped(period.clause(), 120), "</bdi></td>",
           !freezes                       ? ""
           : period.emergency_may_cross() ? "<td>may cross it, with its own approvals</td>"
                                          : "<td>wait as well</td>",
           "</tr>");
    }
    EndTable(shown, periods.size(), id);
    Line("</section>");
  }

  void Trains() {
    Section("trains", "Release trains");
    if (schedule_.departures().empty()) {
      Line("<p>No release train has a date in this time.</p>\n</section>");
      return;
    }
    BeginTable("trains",
               {"Departure", "Feature freeze", "Code freeze", "Candidate", "Release", "Changes"});
    const auto date = [&](bool has, const google::protobuf::Timestamp& at) {
      return StrCat("<td>", has ? local_.Instant(ReportInstant(at)) : std::string("not planned"),
                    "</td>");
    };
    const int shown = std::min(schedule_.departures_size(), Rows());
    for (int i = 0; i < shown; ++i) {
      const v1::TrainDeparture& each = schedule_.departures(i);
      Line("<tr><th scope=\"row\"><bdi>", Escaped(each.id(), 120), "</bdi>",
           Small("", each.title()), Small("train", each.train()), Small("kind", each.kind()),
           "</th>", date(each.has_feature_freeze(), each.feature_freeze()),
           date(each.has_code_freeze(), each.code_freeze()),
           date(each.has_candidate(), each.candidate()), date(each.has_release(), each.release()),
           "<td>", each.changes().empty() ? "none yet" : Names(each.changes()), "</td></tr>");
    }
    EndTable(shown, schedule_.departures_size(), "departures");
    Line("</section>");
  }

  void Foot() {
    Line(
        "<footer>Intervals are half-open: what ends at an instant leaves it free. Rules of time "
        "zones: tzdb ",
        schedule_.tzdb_version().empty() ? std::string("of unknown version")
                                         : Escaped(schedule_.tzdb_version(), 60),
        ".</footer>");
  }

  const v1::ForwardSchedule& schedule_;
  const TimelineOptions& options_;
  const LocalTime local_;
  const TimelineLayout layout_;
  std::map<std::string_view, std::vector<int>> conflicts_of_;
  std::string out_;
};

std::string SvgDocument(const v1::ForwardSchedule& schedule, const TimelineOptions& options) {
  const LocalTime local(options.zone);
  const TimelineLayout layout = LayOutTimeline(schedule, options);
  const TimelinePanel panel = TimelinePanels(layout, 1e9).front();
  std::vector<std::string> lines = {
      StrCat(local.Span(layout.scale.from(), layout.scale.until(), kDash), " in ",
             local.ZoneText(layout.scale.from(), layout.scale.until())),
      StrCat(Summary(schedule), "; as of ",
             schedule.has_now() ? local.Instant(ReportInstant(schedule.now())) : "a time not said",
             "; tzdb ", schedule.tzdb_version().empty() ? "unknown" : schedule.tzdb_version())};
  for (const std::string& note : LeftOut(schedule, layout)) lines.push_back(note);
  if (!schedule.problems().empty()) {
    lines.push_back(StrCat("Not everything could be computed: ", Join(schedule.problems(), "; ")));
  }
  if (schedule.works().empty()) {
    lines.emplace_back("No change or release is planned in this time.");
  }
  const std::string heading = StrCat(Heading(schedule), ": forward schedule of change");
  const double room = kTimelineWidth - 4;
  std::string body =
      StrCat("<text class=\"big\" x=\"2\" y=\"24\">", Escaped(Fit(heading, room / 21)), "</text>");
  double y = 46;
  for (const std::string& line : lines) {
    StrAppend(&body, "<text x=\"2\" y=\"", Number(y), "\">", "<title>", Escaped(line), "</title>",
              Escaped(Fit(line, room / kTimelineFont)), "</text>");
    y += 17;
  }
  // The legend, in as many rows as it takes.
  double x = 2;
  for (const LegendEntry& entry : TimelineLegend(layout)) {
    const double width = 38 + EmWidth(entry.text) * kTimelineFont;
    if (x + width > room) {
      x = 2;
      y += 22;
    }
    StrAppend(&body, "<g transform=\"translate(", Number(x), " ", Number(y - 8), ")\">",
              entry.swatch, "<text x=\"36\" y=\"12\">", entry.text, "</text></g>");
    x += width + 14;
  }
  y += 20;
  const double height = y + panel.height + 4;
  return StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "role=\"img\" aria-labelledby=\"t d\" viewBox=\"-16 -12 ",
      Number(kTimelineWidth + 32), " ", Number(height + 24), "\" width=\"",
      Number(kTimelineWidth + 32), "\" height=\"", Number(height + 24), "\"><title id=\"t\">",
      Escaped(heading), "</title><desc id=\"d\">", Escaped(Join(lines, ". "), 2000),
      "</desc><style>", TimelineColors(), TimelineDrawingStyle(),
      "svg .big{font-size:20px;font-weight:650}</style>", TimelineDefinitions(),
      "<rect x=\"-16\" y=\"-12\" width=\"100%\" height=\"100%\" style=\"fill:var(--page)\"/>", body,
      "<g transform=\"translate(0 ", Number(y), ")\">", DrawPanel(layout, panel), "</g></svg>\n");
}

}  // namespace

std::string TimelineHtml(const v1::ForwardSchedule& schedule, const TimelineOptions& options) {
  const v1::ForwardSchedule printed = Printed(schedule);
  return PageWriter(printed, options).Write();
}

std::string TimelineSvg(const v1::ForwardSchedule& schedule, const TimelineOptions& options) {
  return SvgDocument(Printed(schedule), options);
}

}  // namespace changepolicy
