// The page of an audit report: what it says, what it links, how much it holds.
#include "libchangepolicy/report/audit_html.h"

#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/report/html_table.h"
#include "tests/report/audit_reports.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::AuditReport FromFile(const std::string& name) {
  std::ostringstream bytes;
  bytes << std::ifstream(std::string(CHANGEPOLICY_SOURCE_DIR "/tests/report/data/") + name).rdbuf();
  return ParseAudit<v1::AuditReport>(bytes.str());
}

TEST(AuditReportHtml, SaysWhatMatters) {
  const std::string page = AuditReportHtml(FromFile("audit_quarter.yaml"));
  for (const std::string_view words : {
           "<title>Audit of log.example.com/changes</title>",
           "<h1><bdi>log.example.com/changes</bdi></h1>",
           "Not passed</strong> 13 tests: 7 passed, 5 failed, 1 did not run; 11 findings",
           "<bdi>saas, version 2.3</bdi>",
           "<bdi>from 2026-01-01T00:00:00Z until 2026-04-01T00:00:00Z</bdi>",
           "<bdi>3vK0mC1ZpQmB0gqjR1c4bYl6c0oQm3C8n0y2o5qJx0M=</bdi>",
           // Tiles.
           "7 <i>of 13</i></b><small>5 failed, 1 did not run</small>",
           "<span>Deployments examined</span><b>412</b>",
           "2</b><small>0.4 % of deployments</small>",
           "<span>Emergency share</span><b>4.3 %</b><small>18 of 412 deployments</small>",
           "1</b><small>of 96 obligations</small>",
           "<b>1,628 <i>of 1,630</i></b><small>2 erased</small>",
           // Charts.
           "2026-02: 139 deployments, 9 emergencies, 2 unauthorized",
           "<td class=\"num\">1,351 <small>82.8 %</small></td>",
           "412 deployments, 18 of them emergencies and 2 unauthorized.",
           // Findings.
           "<tr id=\"f8\">",
           "<td data-label=\"When (UTC)\">2026-02-18 10:00:00Z</td>",
           "<bdi>CHG-2188</bdi><small>entry 1990</small>",
           // Index.
           "<a href=\"#f4\">4</a>, <a href=\"#f5\">5</a>, <a href=\"#f6\">6</a>",
           // The log.
           "changepolicy audit verify audit.log --key log.pub\n",
           "changepolicy audit report audit.log --policy policy.yaml --now 2026-04-02T08:00:00Z "
           "--from 2026-01-01T00:00:00Z --to 2026-04-01T00:00:00Z --format html<",
           "Nothing is wrong with the log.",
           "1,630 decisions: 1,628 the same, 2 erased.",
       }) {
    EXPECT_THAT(page, HasSubstr(std::string(words)));
  }
}

TEST(AuditReportHtml, NothingIsNotGood) {
  const std::string page = AuditReportHtml(v1::AuditReport());
  for (const std::string_view words :
       {"Not passed</strong> no tests; no findings", "the log was not verified",
        "<b>not known</b><small>completeness was not tested</small>",
        "<b>not known</b><small>no month was counted</small>",
        "<b>not known</b><small>replay was not asked for</small>", "No test was run.",
        "No test found anything.", "No month has anything on record.", "No decision is on record.",
        "Decisions were not replayed."}) {
    EXPECT_THAT(page, HasSubstr(std::string(words)));
  }
}

TEST(AuditReportHtml, PassedWhereAllIsWell) {
  const std::string page = AuditReportHtml(ParseAudit<v1::AuditReport>(
      "{tests: [{test: APPROVAL, passed: true}], verification: {signatures_checked: true}, "
      "replay: {decisions: 4, same: 4}}"));
  EXPECT_THAT(page, HasSubstr("Passed</strong> 1 test: all passed; no findings"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"bad\"")));
}

TEST(AuditReportHtml, EachOutcomeHasItsShapeAndItsWord) {
  const std::string page = AuditReportHtml(ParseAudit<v1::AuditReport>(
      "{tests: [{test: APPROVAL, passed: true}, {test: RETENTION}, {test: OVERRIDES, exceptions: "
      "1}]}"));
  EXPECT_THAT(page, HasSubstr("<use href=\"#i-good\"/></svg>passed</span>"));
  EXPECT_THAT(page, HasSubstr("<use href=\"#i-open\"/></svg>did not run</span>"));
  EXPECT_THAT(page, HasSubstr("<use href=\"#i-bad\"/></svg>failed</span>"));
}

TEST(AuditReportHtml, ForeignTextStaysText) {
  const v1::AuditReport report = FromFile("audit_hostile.yaml");
  const std::string page = AuditReportHtml(report, {.log_file = "it's; <b>\" && rm"});
  for (const std::string_view never :
       {"<script", "<img", "<b onmouseover", "<svg onload", "<a href='", "href=\"http", "<problem>",
        "\x1b", "\u202E", "\u2066", "\u2028", "<u>"}) {
    EXPECT_THAT(page, Not(HasSubstr(std::string(never)))) << never;
  }
  EXPECT_THAT(page, HasSubstr("changepolicy audit verify &#39;it&#39;\\&#39;&#39;s; "
                              "&lt;b&gt;&quot; &amp;&amp; rm&#39; --key log.pub\n"));
  EXPECT_THAT(page, HasSubstr("a finding of a test that is not listed"));
}

TEST(AuditReportHtml, TheSameReportGivesTheSameBytes) {
  const v1::AuditReport report = FromFile("audit_quarter.yaml");
  EXPECT_EQ(AuditReportHtml(report), AuditReportHtml(v1::AuditReport(report)));
}

TEST(AuditReportHtml, HoldsSoMuchAndSaysWhatItLeavesOut) {
  const std::string page = AuditReportHtml(ManyFindings(100'000));
  EXPECT_LT(page.size(), 1'000'000u);
  EXPECT_THAT(page, HasSubstr("200 of 33,334 findings are listed."));
  EXPECT_THAT(page, HasSubstr("<tr id=\"f200\">"));
  EXPECT_THAT(page, Not(HasSubstr("id=\"f201\"")));
  EXPECT_THAT(page, HasSubstr("100,000 findings"));
  EXPECT_THAT(page, HasSubstr("A column is 12 months"));
  // Everything is short, however long the words are.
  v1::AuditReport report = ManyFindings(3);
  const std::string word(100'000, 'W');
  report.mutable_findings(0)->set_text(word);
  report.mutable_findings(0)->set_subject_id(word);
  for (int i = 0; i < 10'000; ++i) report.mutable_findings(0)->add_clauses(StrCat("C-", i));
  for (int i = 0; i < 10'000; ++i) report.add_problems(StrCat(i, word.substr(0, 1000)));
  EXPECT_LT(AuditReportHtml(report).size(), 400'000u);
  EXPECT_THAT(AuditReportHtml(report), HasSubstr(" and 9,988 more"));
}

TEST(AuditReportHtml, LinksOnlyToFindingsThatItLists) {
  const std::string page = AuditReportHtml(ManyFindings(30), {.max_findings = 2});
  // Ten findings in each of three tests; the first two of each are listed.
  EXPECT_THAT(page, HasSubstr("<a href=\"#f11\">11</a>"));
  EXPECT_THAT(page, Not(HasSubstr("#f13\"")));
  EXPECT_THAT(page, HasSubstr("2 of 10 findings are listed."));
}

TEST(AuditReportHtml, MonthsShareColumnsWhereTheyAreMany) {
  const struct {
    int months, columns;
  } cases[] = {{1, 1}, {12, 12}, {13, 5}, {36, 12}, {37, 4}, {120, 10}, {160, 12}};
  for (const auto& each : cases) {
    v1::AuditReport report;
    for (int i = 0; i < each.months; ++i) {
      v1::AuditMonth& month = *report.add_months();
      month.set_month(StrCat(2010 + i / 12, i % 12 < 9 ? "-0" : "-", i % 12 + 1));
      month.set_deployments(10);
    }
    const std::string page = AuditReportHtml(report);
    size_t columns = 0;
    for (size_t at = page.find("<g><title>"); at != std::string::npos;
         at = page.find("<g><title>", at + 1)) {
      ++columns;
    }
    EXPECT_EQ(columns, static_cast<size_t>(each.columns)) << each.months;
    // The last month is drawn whatever is left out.
    EXPECT_THAT(page, HasSubstr(StrCat(report.months(each.months - 1).month(), ": ")))
        << each.months;
  }
}

TEST(AuditReportHtml, SaysOnceWhatTheTestSpeaksTo) {
  const std::string page = AuditReportHtml(FromFile("audit_quarter.yaml"));
  EXPECT_THAT(page, HasSubstr("<p class=\"sub\">Clauses <bdi>CM-4.1</bdi>; controls "
                              "<bdi>nist800-53/CM-3</bdi>, <bdi>soc2/CC8.1</bdi></p>"));
  // Beside it, in the one table where there is something; with all of the test's sixteen controls.
  EXPECT_THAT(page, HasSubstr("<td data-label=\"Further clauses and controls\"><bdi>CM-6.1</bdi>"));
  EXPECT_THAT(page, HasSubstr("<bdi>pdpa/s24</bdi>, <bdi>soc2/CC4.1</bdi>, <bdi>soc2/CC8.1</bdi>"));
  const std::string without = page.substr(page.find("id=\"t-approval\""));
  EXPECT_THAT(without.substr(0, without.find("</table>")), Not(HasSubstr("Further clauses")));
}

TEST(AuditReportHtml, YearsStandBelowEveryOtherColumnWhereEachIsAnother) {
  const std::string years = AuditReportHtml(ManyFindings(3));  // of twelve years
  EXPECT_THAT(years, HasSubstr(">2014</text>"));
  EXPECT_THAT(years, Not(HasSubstr(">2015</text>")));
  EXPECT_THAT(years, HasSubstr(">2024</text>"));
}

TEST(AuditReportHtml, AShareIsBadWhereItsTestFailed) {
  auto report = ParseAudit<v1::AuditReport>(
      "{tests: [{test: EMERGENCY_SHARE, exceptions: 1}], months: [{month: 2026-01, deployments: 3, "
      "emergencies: 1}]}");
  EXPECT_THAT(AuditReportHtml(report), HasSubstr("<li class=\"bad\"><span>Emergency share</span>"));
  report.mutable_tests(0)->set_exceptions(0);
  report.mutable_tests(0)->set_passed(true);
  EXPECT_THAT(AuditReportHtml(report), HasSubstr("<li><span>Emergency share</span><b>33.3 %</b>"));
}

TEST(HtmlTable, IsNothingWithoutRows) {
  HtmlTable table("id", {{"A"}, {"B", "num", 20}});
  EXPECT_EQ(table.Html(), "");
  EXPECT_EQ(table.Html("None."), "<p>None.</p>\n");
  table.Row({"1", "2"}, "r");
  EXPECT_EQ(table.Html("None."),
            "<table aria-labelledby=\"id\"><colgroup><col><col "
            "style=\"width:20%\"></colgroup><thead><tr><th scope=\"col\">A</th><th scope=\"col\" "
            "class=\"num\">B</th></tr></thead><tbody>\n<tr id=\"r\"><th scope=\"row\" "
            "data-label=\"A\">1</th><td data-label=\"B\" class=\"num\">2</td></tr>\n</tbody>"
            "</table>\n");
}

}  // namespace
}  // namespace changepolicy
