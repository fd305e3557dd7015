// The charts of an audit report's page. Bars are drawn, words and figures are text of the page, so
// that they stay readable at any width; positions are in per cent for the same reason.
#include <algorithm>
#include <cmath>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_page.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/html_table.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/schedule_wording.h"

namespace changepolicy {
namespace {

constexpr size_t kMostColumns = 12;
constexpr double kPlotTop = 36;  // above it: figures
constexpr double kPlotBottom = 156;
constexpr double kChartHeight = 192;  // with the names of the columns

// Months of one column.
struct Column {
  std::string name;   // below the column
  std::string under;  // in a second line
  std::string full;   // like `2026-01`, `2026-01 to 2026-03`
  AuditSums sums;
  double Highest() const {
    return static_cast<double>(std::max({sums.deployments, sums.unauthorized, sums.emergencies}));
  }
};

bool IsMonth(std::string_view month) {
  return month.size() == 7 && month[4] == '-' && month[5] >= '0' && month[5] <= '1';
}

std::string NameOfMonth(std::string_view month) {
  constexpr std::string_view kNames[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const int number = IsMonth(month) ? (month[5] - '0') * 10 + (month[6] - '0') : 0;
  return number < 1 || number > 12 ? "?" : std::string(kNames[number - 1]);
}

// How many months share a column, so that there are few enough columns, or years.
size_t GroupOf(size_t months) {
  return months <= kMostColumns ? 1 : months <= 3 * kMostColumns ? 3 : 12;
}

// Only the last columns where years are too many, too.
std::vector<Column> Columns(const v1::AuditReport& report) {
  const size_t months = static_cast<size_t>(report.months_size());
  const size_t group = GroupOf(months);
  const size_t skipped =
      months > group * kMostColumns ? (months / group - kMostColumns + 1) * group : 0;
  std::vector<Column> columns;
  std::string last_year;
  for (size_t first = skipped; first < months; first += group) {
    const size_t end = std::min(first + group, months);
    Column column;
    for (size_t i = first; i < end; ++i) {
      AddMonth(report.months(static_cast<int>(i)), &column.sums);
    }
    const std::string& month = report.months(static_cast<int>(first)).month();
    const std::string year = IsMonth(month) ? month.substr(0, 4) : std::string();
    column.name = NameOfMonth(month);
    // A year below each column has no room on a phone.
    const bool has_room = group < 12 || columns.size() % 2 == 0;
    if (year != last_year && has_room) column.under = year;
    last_year = year;
    column.full = group == 1
                      ? month
                      : StrCat(month, " to ", report.months(static_cast<int>(end - 1)).month());
    columns.push_back(std::move(column));
  }
  return columns;
}

// `139`, `1.2k`, `34k`: what has room over a narrow column.
std::string Short(int64_t exact) {
  double count = static_cast<double>(exact);
  constexpr std::string_view kUnits[] = {"", "k", "M", "G", "T", "P", "E"};
  size_t unit = 0;
  while (count >= 1000 && unit + 1 < std::size(kUnits)) {
    count /= 1000;
    ++unit;
  }
  const double shown = unit > 0 && count < 10 ? std::floor(count * 10) / 10 : std::floor(count);
  return StrCat(Number(shown), kUnits[unit]);
}

std::string Bar(std::string_view look, double x, double width, double top, double height) {
  return StrCat("<rect class=\"", look, "\" x=\"", Number(x), "%\" y=\"", Number(top),
                "\" width=\"", Number(width), "%\" height=\"", Number(height), "\"/>");
}

std::string Label(std::string_view look, double x, double y, std::string_view text) {
  return StrCat("<text class=\"", look, "\" x=\"", Number(x), "%\" y=\"", Number(y), "\">",
                Escaped(text, 20), "</text>");
}

std::string ColumnHtml(const Column& column, double x, double slot, double most) {
  const double width = slot * 0.56;
  const double left = x - width / 2;
  const auto height = [&](double count) {
    if (count <= 0) return 0.0;
    return std::max(2.0, (kPlotBottom - kPlotTop) * std::min(count, most) / most);
  };
  const double all = height(column.Highest());
  std::string html =
      StrCat("<g><title>", Escaped(column.full, 40), ": ", Grouped(column.sums.deployments),
             " deployments, ", Grouped(column.sums.emergencies), " emergencies, ",
             Grouped(column.sums.unauthorized), " unauthorized</title>");
  if (all > 0) html += Bar("all", left, width, kPlotBottom - all, all);
  // Of which; both stand in one column, side by side, because a deployment may be both.
  const double emergencies = height(static_cast<double>(column.sums.emergencies));
  if (emergencies > 0) {
    html += Bar("emergency", left, width / 2, kPlotBottom - emergencies, emergencies);
  }
  const double unauthorized = height(static_cast<double>(column.sums.unauthorized));
  if (unauthorized > 0) {
    html += Bar("unauthorized", x, width / 2, kPlotBottom - unauthorized, unauthorized);
    html += Bar("cross", x, width / 2, kPlotBottom - unauthorized, unauthorized);
    StrAppend(&html, "<g transform=\"translate(-12 0)\"><rect class=\"pill\" x=\"", Number(x),
              "%\" y=\"", Number(kPlotBottom - all - 33),
              "\" width=\"24\" height=\"15\" rx=\"7\"/>", "</g>",
              Label("pillt", x, kPlotBottom - all - 22, Short(column.sums.unauthorized)));
  }
  StrAppend(&html, Label("figure", x, kPlotBottom - all - 5, Short(column.sums.deployments)),
            Label("name", x, kPlotBottom + 16, column.name),
            column.under.empty() ? "" : Label("name", x, kPlotBottom + 30, column.under), "</g>\n");
  return html;
}

std::string Legend() {
  const auto entry = [](std::string_view look, std::string_view text) {
    const std::string bar = StrCat("<rect class=\"", look, "\" width=\"16\" height=\"12\"/>");
    return StrCat(
        "<li><svg width=\"16\" height=\"12\" aria-hidden=\"true\">", bar,
        look == "unauthorized" ? "<rect class=\"cross\" width=\"16\" height=\"12\"/>" : "",
        "</svg>", text, "</li>");
  };
  return StrCat("<ul class=\"legend\">", entry("all", "deployments"),
                entry("emergency", "of which emergencies"),
                entry("unauthorized", "of which unauthorized, with their number"), "</ul>\n");
}

std::string MonthsTable(const AuditPage& page) {
  const v1::AuditReport& report = page.report;
  HtmlTable table("months", {{"Month"},
                             {"Decisions", "num"},
                             {"Allowed", "num"},
                             {"Deployments", "num"},
                             {"Emergencies", "num"},
                             {"Unauthorized", "num"},
                             {"Findings", "num"}});
  const int first = std::max(0, report.months_size() - page.options.max_rows);
  for (int i = first; i < report.months_size(); ++i) {
    const v1::AuditMonth& month = report.months(i);
    table.Row({Foreign(month.month(), 20), Grouped(month.decisions()), Grouped(month.allowed()),
               Grouped(month.deployments()), Grouped(month.emergencies()),
               Grouped(month.unauthorized()), Grouped(month.findings())});
  }
  return StrCat("<details><summary>Figures of each month</summary>\n", table.Html(),
                CutNote(report.months_size() - first, report.months_size(), "months"),
                "</details>\n");
}

std::string MonthsHtml(const AuditPage& page) {
  std::string html =
      "<div class=\"card wide\">\n<h3 id=\"months\">Deployments to production, by month "
      "(UTC)</h3>\n";
  const std::vector<Column> columns = Columns(page.report);
  if (columns.empty()) return html + "<p>No month has anything on record.</p>\n</div>\n";
  double most = 1;
  for (const Column& column : columns) {
    most = std::max(most, column.Highest());
  }
  const AuditSums sums = SumMonths(page.report);
  // A few columns need not fill the width; what stands below the first has room to its left.
  constexpr double kMargin = 2;
  const double slot =
      (100 - 2 * kMargin) / static_cast<double>(std::max<size_t>(columns.size(), 4));
  StrAppend(&html, Legend(), "<svg class=\"columns\" width=\"100%\" height=\"",
            Number(kChartHeight),
            "\" role=\"img\" aria-labelledby=\"months months-sum\"><desc id=\"months-sum\">",
            Grouped(sums.deployments), " deployments, ", Grouped(sums.emergencies),
            " of them emergencies and ", Grouped(sums.unauthorized),
            " unauthorized. The table below has the figures of each month.</desc>\n");
  for (size_t i = 0; i < columns.size(); ++i) {
    html += ColumnHtml(columns[i], kMargin + (static_cast<double>(i) + 0.5) * slot, slot, most);
  }
  StrAppend(&html, "<rect class=\"base\" y=\"", Number(kPlotBottom),
            "\" width=\"100%\" height=\"1\"/></svg>\n");
  const size_t months = static_cast<size_t>(page.report.months_size());
  if (GroupOf(months) > 1) {
    StrAppend(&html, "<p class=\"cut\">A column is ", GroupOf(months),
              " months, named by the first of them",
              months > GroupOf(months) * kMostColumns ? "; the last 12 columns are drawn" : "",
              ".</p>\n");
  }
  return StrCat(html, MonthsTable(page), "</div>\n");
}

// One row of a chart of lying bars.
struct Lying {
  std::string name;  // HTML
  int64_t count = 0;
  std::string note;
  std::string_view look = "all";
};

std::string LyingBars(std::string_view id, std::string_view heading, std::string_view what,
                      const std::vector<Lying>& rows, std::string_view none) {
  std::string html = StrCat("<div class=\"card\">\n<h3 id=\"", id, "\">", heading, "</h3>\n");
  if (rows.empty()) return StrCat(html, "<p>", none, "</p>\n</div>\n");
  int64_t most = 1;
  for (const Lying& row : rows) most = std::max(most, row.count);
  StrAppend(&html, "<table class=\"lying\" aria-labelledby=\"", id,
            "\"><colgroup><col class=\"n\"><col><col class=\"c\"></colgroup><thead "
            "class=\"unseen\"><tr><th scope=\"col\">Name</th><th "
            "scope=\"col\">Bar</th><th scope=\"col\">",
            what, "</th></tr></thead><tbody>\n");
  for (const Lying& row : rows) {
    const double share =
        100.0 * static_cast<double>(std::max<int64_t>(0, row.count)) / static_cast<double>(most);
    StrAppend(&html, "<tr><th scope=\"row\">", row.name,
              "</th><td><svg width=\"100%\" height=\"12\" aria-hidden=\"true\">",
              row.count > 0 ? StrCat("<rect class=\"", row.look, "\" width=\"",
                                     Number(std::max(share, 0.6)), "%\" height=\"12\"/>")
                            : "",
              "</svg></td><td class=\"num\">", Grouped(row.count),
              row.note.empty() ? "" : StrCat(" <small>", row.note, "</small>"), "</td></tr>\n");
  }
  return StrCat(html, "</tbody></table>\n</div>\n");
}

std::vector<Lying> RowsOf(const google::protobuf::RepeatedPtrField<v1::AuditCount>& counts) {
  constexpr int kMost = 20;
  double all = 0;
  for (const v1::AuditCount& each : counts) all += static_cast<double>(each.count());
  std::vector<Lying> rows;
  for (int i = 0; i < std::min(counts.size(), kMost); ++i) {
    const v1::AuditCount& each = counts[i];
    rows.push_back({Foreign(CountNameText(each.name()), 60), each.count(),
                    PercentText(each.count(), static_cast<int64_t>(std::min(all, 9e18)))});
  }
  return rows;
}

}  // namespace

std::string AuditChartsHtml(const AuditPage& page) {
  std::vector<Lying> findings;
  for (const AuditTestView& test : page.tests) {
    findings.push_back(
        {TestLink(test), static_cast<int64_t>(test.findings.size()), "", "unauthorized"});
  }
  return StrCat(
      "<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">Figures</h2>\n<div "
      "class=\"cards\">\n",
      MonthsHtml(page),
      LyingBars("by-test", "Findings by test", "Findings", findings, "No test was run."),
      "<div class=\"stack\">\n",
      LyingBars("verdicts", "Decisions by verdict", "Decisions", RowsOf(page.report.verdicts()),
                "No decision is on record."),
      LyingBars("categories", "Changes by category", "Changes", RowsOf(page.report.categories()),
                "No change is on record."),
      "</div>\n</div>\n</section>\n");
}

}  // namespace changepolicy
