// The auditor's programme as a person reads it, as Markdown, and as comma-separated values.
#include "libchangepolicy/report/audit_report_text.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/report/audit_findings.h"
#include "libchangepolicy/report/csv.h"
#include "libchangepolicy/report/markdown.h"
#include "libchangepolicy/report/table.h"
#include "tests/report/audit_reports.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

v1::AuditReport Some() {
  return ParseAudit<v1::AuditReport>(R"(
origin: example.com/log
size: 40
root: AAAA
now: 2026-04-02T08:00:00Z
period: {start: 2026-01-01T00:00:00Z}
policy_id: saas
policy_version: "2"
policy_digest: sha256:00
tests:
  - {test: COMPLETENESS, title: Deployments belong to changes, examined: 12, exceptions: 2, clauses: [CM-1.1], controls: [soc2/CC8.1], examines: deployments}
  - {test: RETENTION, examined: 0}
  - {test: OVERRIDES, title: Rules that were set aside, examined: 30, passed: true, examines: decisions}
findings:
  - {test: COMPLETENESS, id: deployment-without-change, index: 4, text: "=web went out, and nobody knows why", clauses: [CM-1.1], controls: [soc2/CC8.1], at: 2026-02-03T21:14:09Z}
  - {test: COMPLETENESS, id: early, subject_id: CHG|2, index: 7, text: It was early, rules: [window, lead], clauses: [CM-6.1]}
  - {test: BACKDATING, id: backdated, subject_id: CHG-3, text: "<b>was</b> \"backdated\"", clauses: [CM-9]}
months:
  - {month: 2026-02, decisions: 30, allowed: 20, deployments: 12, unauthorized: 1, emergencies: 2, findings: 1}
categories: [{name: NORMAL, count: 8}]
verification: {size: 40, entries_verified: 40, problems: [{kind: ENTRY_ALTERED, first_bad_index: 17, detail: other bytes}]}
replay:
  decisions: 30
  same: 27
  different: 1
  failed: 1
  erased: 1
  entries:
    - {index: 9, subject_id: CHG-9, outcome: DIFFERENT, differences: [{path: "outcomes[3].status"}, {path: risk.level}]}
    - {index: 10, outcome: FAILED, detail: no blob sha256:00}
problems: ["entry 39 is of a version unknown here"]
)");
}

TEST(AuditReportText, SaysWhatWasFound) {
  EXPECT_EQ(AuditReportText(Some()),
            R"(NOT PASSED: 4 tests: 1 passed, 2 failed, 1 did not run; 3 findings
  the log has 1 problem, first bad entry 17
  replayed 30 decisions: 27 the same, 1 different, 1 erased, 1 failed
  1 thing could not be looked at

  log        example.com/log
  size       40 entries
  root       AAAA
  asked at   2026-04-02T08:00:00Z
  policy     saas, version 2
  digest     sha256:00
  period     from 2026-01-01T00:00:00Z
  changes    8 normal
  decisions  none

      test                           examined     exceptions
  no  Deployments belong to changes  12           2
  ??  retention                      did not run
  ok  Rules that were set aside      30           0
  no  backdating                     not listed

Deployments belong to changes (completeness): 2 findings
  [CM-1.1, soc2/CC8.1]
  2026-02-03T21:14:09Z  entry 4  deployment-without-change
      =web went out, and nobody knows why
  CHG|2  entry 7  early
      It was early; rules window, lead [CM-6.1]

backdating: 1 finding
  CHG-3  backdated
      <b>was</b> "backdated" [CM-9]

Could not be looked at
  entry 39 is of a version unknown here

The log itself
  verification     1 problem, first bad entry 17
    entries        40 of 40 hashed again
    blobs          0 hashed again
    openings       0 open their commitments
    checkpoints    none that is good
    cosignatures   0 of trusted witnesses
    signatures     not checked: no key to trust was given
    entry altered  first bad entry 17: other bytes
  replay           30 decisions: 27 the same, 1 different, 1 erased, 1 failed
                   entry 9, CHG-9: different in outcomes[3].status, risk.level
                   entry 10: failed, no blob sha256:00
                   ... and 1 more
)");
}

// All is well; what each case changes is what speaks against it.
TEST(AuditReportText, PassesOnlyWhereNothingSpeaksAgainst) {
  const struct {
    std::string_view changed;
    std::string_view begins;
  } cases[] = {
      {"{}", "PASSED: 1 test: all passed; no findings\n\n"},
      {"{replay: {decisions: 4, same: 3, erased: 1}}",
       "PASSED: 1 test: all passed; no findings\n  replayed 4 decisions: 3 the same, 1 erased\n"},
      {"{replay: {decisions: 4, same: 3, other_semantics: 1}}",
       "PASSED: 1 test: all passed; no findings\n  replayed 4 decisions: 3 the same, 1 by other"},
      {"{replay: {decisions: 4, same: 3, different: 1}}", "NOT PASSED: 1 test: all passed"},
      {"{replay: {decisions: 4, same: 3, failed: 1}}", "NOT PASSED: 1 test: all passed"},
      {"{replay: {decisions: 4, same: 3}}", "NOT PASSED: 1 test: all passed"},
      {"{problems: [something]}",
       "NOT PASSED: 1 test: all passed; no findings\n  1 thing could not be looked at\n"},
      {"{verification: {problems: [{kind: FORKED, first_bad_index: 3}]}}",
       "NOT PASSED: 1 test: all passed; no findings\n  the log has 1 problem, first bad entry 3\n"},
      {"{tests: [{test: RETENTION}]}",
       "NOT PASSED: 2 tests: 1 passed, 1 did not run; no findings\n"},
      {"{tests: [{test: RETENTION, exceptions: 1}]}",
       "NOT PASSED: 2 tests: 1 passed, 1 failed; no findings\n"},
      // A report that contradicts itself.
      {"{tests: [{test: RETENTION, passed: true, exceptions: 1}]}",
       "NOT PASSED: 2 tests: 1 passed, 1 failed; no findings\n"},
      {"{findings: [{test: APPROVAL}]}", "NOT PASSED: 1 test: 0 passed, 1 failed; 1 finding\n"},
      {"{findings: [{test: EVIDENCE}]}", "NOT PASSED: 2 tests: 1 passed, 1 failed; 1 finding\n"},
  };
  for (const auto& each : cases) {
    auto report = ParseAudit<v1::AuditReport>(
        "{tests: [{test: APPROVAL, passed: true}], verification: {signatures_checked: true}, "
        "replay: {decisions: 4, same: 4}}");
    const auto changed = ParseAudit<v1::AuditReport>(each.changed);
    if (changed.has_replay()) report.clear_replay();
    report.MergeFrom(changed);
    EXPECT_THAT(AuditReportText(report), StartsWith(std::string(each.begins))) << each.changed;
    EXPECT_THAT(AuditReportMarkdown(report),
                StartsWith(each.begins.starts_with("PASSED") ? "# Audit: passed\n"
                                                             : "# Audit: not passed\n"))
        << each.changed;
  }
}

TEST(AuditReportText, NothingIsNoPass) {
  EXPECT_THAT(AuditReportText(v1::AuditReport()),
              StartsWith("NOT PASSED: no tests; no findings\n  the log was not verified\n  "
                         "decisions were not replayed\n"));
  EXPECT_FALSE(AuditPassed(ParseAudit<v1::AuditReport>(
      "{verification: {signatures_checked: true}, replay: {decisions: 1, same: 1}}")));
  auto report = ParseAudit<v1::AuditReport>("{tests: [{test: APPROVAL, passed: true}]}");
  EXPECT_THAT(AuditReportText(report), StartsWith("NOT PASSED: 1 test: all passed"));
  report.mutable_verification();
  EXPECT_THAT(
      AuditReportText(report),
      StartsWith("PASSED: 1 test: all passed; no findings\n  signatures of the log were not "
                 "checked\n  decisions were not replayed\n"));
}

TEST(AuditReportText, ShowsTenOfATestUnlessVerbose) {
  const v1::AuditReport report = ManyFindings(3000);
  const std::string text = AuditReportText(report);
  EXPECT_THAT(text, HasSubstr("(completeness): 1,000 findings\n"));
  EXPECT_THAT(text, HasSubstr("\n  ... and 990 more\n"));
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 120);
  EXPECT_THAT(AuditReportText(report, {.verbose = true}),
              HasSubstr("Made-up finding number 2999 "));
  const std::string markdown = AuditReportMarkdown(ManyFindings(3003));
  EXPECT_THAT(markdown, HasSubstr("\n... and 1 more\n"));
  const std::string csv = AuditReportCsv(report);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3001);
}

TEST(AuditReportText, FitsATerminal) {
  const std::string texts[] = {AuditReportText(Some()), AuditReportText(ManyFindings(60))};
  for (const std::string& text : texts) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      EXPECT_LE(DisplayWidth(std::string_view(text).substr(at, end - at)), 100u);
      at = end + 1;
    }
  }
}

TEST(AuditReportMarkdown, IsMarkupOnlyWhereItIsOurs) {
  const std::string text = AuditReportMarkdown(Some());
  EXPECT_THAT(text, StartsWith("# Audit: not passed\n\n4 tests: 1 passed, 2 failed, 1 did not run; "
                               "3 findings\n\n- the log has 1 problem, first bad entry 17\n"));
  EXPECT_THAT(text, HasSubstr("\n| failed | Deployments belong to changes | 12 | 2 | deployments | "
                              "CM-1.1 | soc2/CC8.1 |\n"));
  EXPECT_THAT(text, HasSubstr("\n| did not run | retention | 0 | 0 | records |  |  |\n"));
  EXPECT_THAT(text, HasSubstr("\n|  | CHG\\|2 | 7 | It was early | window, lead | CM-6.1 |  |\n"));
  EXPECT_THAT(text, HasSubstr("| \\<b\\>was\\</b\\> \"backdated\" |"));
  EXPECT_THAT(text, HasSubstr("\n| 2026-02 | 30 | 20 | 12 | 1 | 2 | 1 |\n"));
  EXPECT_THAT(text, HasSubstr("\n- entry altered: first bad entry 17: other bytes\n"));
  EXPECT_THAT(text, HasSubstr("\n  - entry 9, CHG-9: different in outcomes\\[3\\].status, "));
}

TEST(AuditReportCsv, HasARowForEachFinding) {
  EXPECT_EQ(AuditReportCsv(Some()),
            "test,id,subject,entry,at,text,rules,clauses,controls\n"
            "COMPLETENESS,deployment-without-change,,4,2026-02-03T21:14:09Z,\"'=web went out, and "
            "nobody knows why\",,CM-1.1,soc2/CC8.1\n"
            "COMPLETENESS,early,CHG|2,7,,It was early,window lead,CM-6.1,\n"
            "BACKDATING,backdated,CHG-3,,,\"<b>was</b> \"\"backdated\"\"\",,CM-9,\n");
}

TEST(CsvLine, KeepsFormulasFromSpreadsheets) {
  const struct {
    std::string field, written;
  } cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"=1+1", "'=1+1"},
      {"+49 30", "'+49 30"},
      {"-2", "'-2"},
      {"@sum", "'@sum"},
      {"  =1", "'  =1"},
      {"\uFF1D1", "'\uFF1D1"},
      {"1=1", "1=1"},
      {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
      {"a,b", "\"a,b\""},
      {"say \"so\"", "\"say \"\"so\"\"\""},
      {"two\nlines", "\"two\nlines\""},
      {"   ", "   "},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(CsvLine({each.field, "x"}), each.written + ",x\n") << each.field;
  }
}

TEST(MarkdownWords, EscapesWhatWouldBeMarkup) {
  const struct {
    std::string_view text, words;
  } cases[] = {
      {"plain, with CHG-1 and some_id.", "plain, with CHG-1 and some_id."},
      {"_so_ *so* `so`", "\\_so\\_ \\*so\\* \\`so\\`"},
      {"[a](http://b) ![c](d)", "\\[a\\](http://b) !\\[c\\](d)"},
      {"<script>", "\\<script\\>"},
      {"a|b\\|c", "a\\|b\\\\\\|c"},
      {"# no heading", "\\# no heading"},
      {"- no list", "\\- no list"},
      {"&lt;", "\\&lt;"},
  };
  for (const auto& each : cases) EXPECT_EQ(MarkdownWords(each.text), each.words);
}

TEST(AuditReportText, ARecordForgesNoLine) {
  const std::string evil = "a\nPASSED: b\x1b[2J\u202E\u2028";
  v1::AuditReport report = Some();
  report.set_origin(evil);
  report.mutable_tests(0)->set_title(evil);
  report.mutable_tests(0)->set_examines(evil);
  report.mutable_findings(0)->set_text(evil);
  report.mutable_findings(0)->set_subject_id(evil);
  report.mutable_findings(0)->add_clauses(evil);
  report.mutable_months(0)->set_month(evil);
  report.mutable_categories(0)->set_name(evil);
  report.mutable_replay()->mutable_entries(0)->set_subject_id(evil);
  report.mutable_verification()->mutable_problems(0)->set_detail(evil);
  report.set_problems(0, evil);
  for (const std::string& text :
       {AuditReportText(report), AuditReportMarkdown(report), AuditReportCsv(report)}) {
    EXPECT_THAT(text, Not(HasSubstr("\nPASSED")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(text, Not(HasSubstr("\u202E")));
    EXPECT_THAT(text, Not(HasSubstr("\u2028")));
  }
}

TEST(PercentText, IsNothingOnlyOfNothing) {
  EXPECT_EQ(PercentText(0, 0), "-");
  EXPECT_EQ(PercentText(0, 10), "0 %");
  EXPECT_EQ(PercentText(1, 100000), "0.1 %");
  EXPECT_EQ(PercentText(18, 412), "4.3 %");
  EXPECT_EQ(PercentText(999, 1000), "99.9 %");
  EXPECT_EQ(PercentText(10, 10), "100 %");
}

TEST(AuditIndex, CountsAFindingForWhatItAndItsTestName) {
  const v1::AuditReport report = Some();
  const std::vector<AuditTestView> tests = ViewTests(report);
  const std::vector<AuditIndexEntry> clauses = IndexClauses(tests);
  ASSERT_EQ(clauses.size(), 3u);
  EXPECT_EQ(clauses[0].name, "CM-1.1");
  EXPECT_THAT(clauses[0].findings, ElementsAre(&report.findings(0), &report.findings(1)));
  EXPECT_THAT(clauses[0].tests, ElementsAre(&tests[0]));
  EXPECT_EQ(clauses[1].name, "CM-6.1");
  EXPECT_THAT(clauses[1].findings, ElementsAre(&report.findings(1)));
  const std::vector<AuditIndexEntry> controls = IndexControls(tests);
  ASSERT_EQ(controls.size(), 1u);
  EXPECT_THAT(controls[0].findings, ElementsAre(&report.findings(0), &report.findings(1)));
}

}  // namespace
}  // namespace changepolicy
