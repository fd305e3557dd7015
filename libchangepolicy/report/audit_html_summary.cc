// The head of an audit report's page: the verdict, what was audited, the most important figures,
// what could not be looked at, and how each test came out.
#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_page.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/html_table.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/schedule_wording.h"

namespace changepolicy {
namespace {

const v1::AuditTestResult* ResultOf(const AuditPage& page, v1::AuditTestKind kind) {
  for (const AuditTestView& test : page.tests) {
    if (test.kind == kind && test.result != nullptr && test.outcome != TestOutcome::kNotRun) {
      return test.result;
    }
  }
  return nullptr;
}

struct Tile {
  std::string_view name;
  std::string figure = {};  // empty: nobody counted it
  std::string of = {};      // behind the figure, like `of 13`
  std::string note = {};
  bool bad = false;
};

Tile TestsTile(const AuditPage& page) {
  const AuditVerdict& verdict = page.verdict;
  std::string note = StrCat(Grouped(verdict.failed), " failed");
  if (verdict.not_run > 0) StrAppend(&note, ", ", Grouped(verdict.not_run), " did not run");
  return {.name = "Tests passed",
          .figure = Grouped(verdict.passed),
          .of = StrCat("of ", Grouped(verdict.tests)),
          .note = note,
          .bad = verdict.passed != verdict.tests};
}

Tile DeploymentsTile(const AuditPage& page) {
  const v1::AuditTestResult* const test = ResultOf(page, v1::AUDIT_TEST_KIND_COMPLETENESS);
  constexpr std::string_view kName = "Deployments examined";
  if (test == nullptr) return {.name = kName, .note = "completeness was not tested"};
  return {.name = kName,
          .figure = Grouped(test->examined()),
          .note = "to production, every one of them"};
}

Tile UnauthorizedTile(const AuditPage& page) {
  constexpr std::string_view kName = "Unauthorized";
  if (page.report.months().empty()) return {.name = kName, .note = "no month was counted"};
  const AuditSums sums = SumMonths(page.report);
  return {.name = kName,
          .figure = Grouped(sums.unauthorized),
          .note = StrCat(PercentText(sums.unauthorized, sums.deployments), " of deployments"),
          .bad = sums.unauthorized > 0};
}

Tile EmergenciesTile(const AuditPage& page) {
  constexpr std::string_view kName = "Emergency share";
  if (page.report.months().empty()) return {.name = kName, .note = "no month was counted"};
  const AuditSums sums = SumMonths(page.report);
  const bool failed =
      std::any_of(page.tests.begin(), page.tests.end(), [](const AuditTestView& test) {
        return test.kind == v1::AUDIT_TEST_KIND_EMERGENCY_SHARE &&
               test.outcome == TestOutcome::kFailed;
      });
  return {
      .name = kName,
      .figure = PercentText(sums.emergencies, sums.deployments),
      .note = StrCat(Grouped(sums.emergencies), " of ", Grouped(sums.deployments), " deployments"),
      .bad = failed};
}

Tile OverdueTile(const AuditPage& page) {
  const v1::AuditTestResult* const test = ResultOf(page, v1::AUDIT_TEST_KIND_OBLIGATIONS);
  constexpr std::string_view kName = "Overdue or late";
  if (test == nullptr) return {.name = kName, .note = "obligations were not tested"};
  return {.name = kName,
          .figure = Grouped(test->exceptions()),
          .note = StrCat("of ", CountText(test->examined(), "obligation")),
          .bad = test->exceptions() > 0};
}

Tile ReplayTile(const AuditPage& page) {
  constexpr std::string_view kName = "Replayed the same";
  if (!page.report.has_replay()) return {.name = kName, .note = "replay was not asked for"};
  const v1::ReplayReport& replay = page.report.replay();
  std::string note;
  const auto add = [&note](int64_t count, std::string_view what) {
    if (count != 0) StrAppend(&note, note.empty() ? "" : ", ", Grouped(count), " ", what);
  };
  add(replay.different(), "different");
  add(replay.failed(), "failed");
  add(replay.erased(), "erased");
  add(replay.other_semantics(), "by other semantics");
  return {.name = kName,
          .figure = Grouped(replay.same()),
          .of = StrCat("of ", Grouped(replay.decisions())),
          .note = note.empty() ? "to the byte" : note,
          .bad = !ReplayHolds(replay)};
}

std::string TileHtml(const Tile& tile) {
  return StrCat("<li", tile.bad ? " class=\"bad\"" : "", "><span>", tile.name, "</span><b>",
                tile.bad ? OutcomeIcon(TestOutcome::kFailed) : "",
                tile.figure.empty() ? "not known" : tile.figure,
                tile.of.empty() ? "" : StrCat(" <i>", tile.of, "</i>"), "</b><small>", tile.note,
                "</small></li>\n");
}

std::string TilesHtml(const AuditPage& page) {
  std::string html = "<ul class=\"tiles\">\n";
  for (const Tile& tile : {TestsTile(page), DeploymentsTile(page), UnauthorizedTile(page),
                           EmergenciesTile(page), OverdueTile(page), ReplayTile(page)}) {
    html += TileHtml(tile);
  }
  return html + "</ul>\n";
}

}  // namespace

std::string AuditSummaryHtml(const AuditPage& page) {
  const v1::AuditReport& report = page.report;
  std::string html = StrCat(
      "<header>\n<p class=\"over\">Audit of a log of changes</p>\n<h1>",
      report.origin().empty() ? "A log without a name" : Foreign(report.origin(), 120),
      "</h1>\n<div class=\"verdict ", page.verdict.good ? "good" : "bad", "\"><p><strong>",
      OutcomeIcon(page.verdict.good ? TestOutcome::kPassed : TestOutcome::kFailed),
      page.verdict.good ? "Passed" : "Not passed", "</strong> ", VerdictText(page.verdict), "</p>");
  if (!page.verdict.remarks.empty()) html += "<ul>";
  for (const std::string& remark : page.verdict.remarks) {
    StrAppend(&html, "<li>", Foreign(remark), "</li>");
  }
  if (!page.verdict.remarks.empty()) html += "</ul>";
  html += "</div>\n<dl class=\"facts\">\n";
  for (const AuditFact& fact : AboutAudit(report)) {
    if (fact.name == "log") continue;  // the heading says it
    const bool is_long = fact.name == "root" || fact.name == "digest";
    StrAppend(&html, "<div", is_long ? " class=\"long\"" : "", "><dt>", fact.name, "</dt><dd>",
              Foreign(fact.text), "</dd></div>\n");
  }
  return StrCat(html, "</dl>\n", TilesHtml(page), "</header>\n");
}

std::string AuditProblemsHtml(const AuditPage& page) {
  const v1::AuditReport& report = page.report;
  if (report.problems().empty()) return "";
  std::string html =
      "<section class=\"note bad\" aria-labelledby=\"problems\">\n<h2 id=\"problems\">Could not be "
      "looked at</h2>\n<p>What is named here may hide exceptions, so that no test is a proof of "
      "it.</p>\n<ul>\n";
  const int shown = std::min(report.problems_size(), page.options.max_rows);
  for (int i = 0; i < shown; ++i) {
    StrAppend(&html, "<li>", Foreign(report.problems(i)), "</li>\n");
  }
  return StrCat(html, "</ul>\n", CutNote(shown, report.problems_size(), "problems"),
                "</section>\n");
}

std::string AuditTestsHtml(const AuditPage& page) {
  constexpr size_t kMostNames = 60;
  HtmlTable table("tests", {{"Test", "", 30},
                            {"Outcome", "", 13},
                            {"Examined", "", 14},
                            {"Exceptions", "num", 11},
                            {"Clauses and controls", "", 32}});
  for (const AuditTestView& test : page.tests) {
    static const v1::AuditTestResult kNotListed;
    const v1::AuditTestResult& result = test.result == nullptr ? kNotListed : *test.result;
    const std::string names = ClausesHtml(ForeignList(result.clauses(), kMostNames),
                                          ForeignList(result.controls(), kMostNames));
    table.Row({StrCat(Foreign(test.Title()), "<small>", TestLink(test), "</small>"),
               OutcomeHtml(test.outcome),
               StrCat(Grouped(result.examined()), "<small>", Foreign(ExaminesText(result), 100),
                      "</small>"),
               test.result == nullptr ? StrCat(test.findings.size()) : Grouped(result.exceptions()),
               names.empty() ? "none named" : names});
  }
  return StrCat(
      "<section aria-labelledby=\"tests\">\n<h2 id=\"tests\">Tests</h2>\n<p "
      "class=\"sub\">Each looks at every record of the period, not at a sample.</p>\n",
      table.Html("No test was run."), "</section>\n");
}

}  // namespace changepolicy
