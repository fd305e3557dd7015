// The answer of the auditor's programme as one page of HTML that needs nothing else.
//
// The page runs no script and loads nothing; it follows the reader's light or dark scheme, fits
// phones, is read by screen readers and worked by keyboard, and prints on A4. Outcomes are told by
// word and shape, not by colour alone; what a chart shows stands in a table, too. The same report
// and options give the same bytes. Texts of records are escaped and cut where they are long.
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_HTML_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_HTML_H_

#include <string>

#include "changepolicy/v1/audit.pb.h"

namespace changepolicy {

struct AuditHtmlOptions {
  // What the commands that check the report call the log's file.
  std::string log_file = "audit.log";
  // What one page holds at most; what goes beyond is counted, and the page says where it is.
  int max_findings = 200;  // of each test
  int max_rows = 200;      // of each other table
};

// Thread-safe; linear in the report. Findings are numbered as the lines of AuditReportCsv are,
// after the line of names. A report of 100,000 findings gives less than a megabyte.
std::string AuditReportHtml(const v1::AuditReport& report, const AuditHtmlOptions& options = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_HTML_H_
