#include "libchangepolicy/report/audit_html.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_page.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/html_table.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/timeline_svg.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

std::string_view ShapeOf(TestOutcome outcome) {
  return outcome == TestOutcome::kPassed   ? "good"
         : outcome == TestOutcome::kFailed ? "bad"
                                           : "open";
}

}  // namespace

AuditPage::AuditPage(const v1::AuditReport& given_report, const AuditHtmlOptions& given_options)
    : report(given_report),
      options(given_options),
      tests(ViewTests(report)),
      verdict(JudgeAudit(report, tests)) {
  std::map<int, int> of_test;
  for (int i = 0; i < report.findings_size(); ++i) {
    const v1::AuditFinding& finding = report.findings(i);
    if (++of_test[finding.test()] <= options.max_findings) listed.emplace(&finding, i + 1);
  }
}

std::string AnchorOf(v1::AuditTestKind test) {
  std::string name = absl::AsciiStrToLower(ShortName(test));
  std::replace(name.begin(), name.end(), '_', '-');
  return StrCat("t-", name);
}

std::string FindingLink(const AuditPage& page, const v1::AuditFinding* finding) {
  const auto found = page.listed.find(finding);
  if (found == page.listed.end()) return "";
  return StrCat("<a href=\"#f", found->second, "\">", found->second, "</a>");
}

std::string TestLink(const AuditTestView& test) {
  const std::string name = AuditTestText(test.kind);
  if (test.findings.empty()) return name;
  return StrCat("<a href=\"#", AnchorOf(test.kind), "\">", name, "</a>");
}

std::string OutcomeIcon(TestOutcome outcome) {
  const std::string_view shape = ShapeOf(outcome);
  return StrCat("<svg class=\"icon ", shape, "\" aria-hidden=\"true\"><use href=\"#i-", shape,
                "\"/></svg>");
}

std::string OutcomeHtml(TestOutcome outcome) {
  return StrCat("<span class=\"outcome ", ShapeOf(outcome), "\">", OutcomeIcon(outcome),
                OutcomeWord(outcome), "</span>");
}

std::string CutNote(int64_t shown, int64_t all, std::string_view noun) {
  if (shown >= all) return "";
  return StrCat("<p class=\"cut\">", Grouped(shown), " of ", Grouped(all), " ", noun,
                " are listed. The report as JSON has all of them, and all findings stand in it as "
                "CSV.</p>\n");
}

std::string AuditReportHtml(const v1::AuditReport& report, const AuditHtmlOptions& options) {
  const AuditPage page(report, options);
  const std::string origin = report.origin().empty() ? "a log without a name" : report.origin();
  return StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Audit of ",
      Escaped(origin, 120), "</title>\n<style>", TimelineColors(), AuditPageStyle(),
      "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the report</a>\n",
      AuditDefinitions(), "<main id=\"main\">\n", AuditSummaryHtml(page), AuditProblemsHtml(page),
      AuditTestsHtml(page), AuditChartsHtml(page), AuditFindingsHtml(page), AuditIndexHtml(page),
      AuditLogHtml(page), "</main>\n</body>\n</html>\n");
}

}  // namespace changepolicy
