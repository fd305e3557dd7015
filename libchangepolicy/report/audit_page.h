// The parts of the page of an audit report (audit_html.h), each in a file of its own. For them
// only.
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_PAGE_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_PAGE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/report/audit_findings.h"
#include "libchangepolicy/report/audit_html.h"

namespace changepolicy {

// What all parts read. Points into the report.
struct AuditPage {
  AuditPage(const v1::AuditReport& report, const AuditHtmlOptions& options);

  const v1::AuditReport& report;
  const AuditHtmlOptions& options;
  std::vector<AuditTestView> tests;
  AuditVerdict verdict;
  // Numbers of the findings that the page lists, from 1 in the report's order.
  std::map<const v1::AuditFinding*, int64_t> listed;
};

// The id of a test's findings on the page: `t-emergency-share`.
std::string AnchorOf(v1::AuditTestKind test);

// `12`, a link to the finding where the page lists it.
std::string FindingLink(const AuditPage& page, const v1::AuditFinding* finding);

// A link to the findings of the test where it has some, otherwise its name.
std::string TestLink(const AuditTestView& test);

// A shape and a word: `passed`, `failed`, `did not run`.
std::string OutcomeHtml(TestOutcome outcome);
// The shape alone, hidden from screen readers.
std::string OutcomeIcon(TestOutcome outcome);

// `200 of 33,333 findings are listed ...`; empty where all are.
std::string CutNote(int64_t shown, int64_t all, std::string_view noun);

// Verdict, what was audited, the most important figures.
std::string AuditSummaryHtml(const AuditPage& page);
std::string AuditTestsHtml(const AuditPage& page);
std::string AuditChartsHtml(const AuditPage& page);
std::string AuditFindingsHtml(const AuditPage& page);
// Clauses and controls, each with its findings.
std::string AuditIndexHtml(const AuditPage& page);
// What could not be looked at.
std::string AuditProblemsHtml(const AuditPage& page);
// How to check the report, what verification found, how replay came out.
std::string AuditLogHtml(const AuditPage& page);

// Symbols and patterns that the parts refer to; once in a page.
std::string_view AuditDefinitions();
std::string_view AuditPageStyle();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_PAGE_H_
