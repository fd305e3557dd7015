// The answer of the auditor's programme (AuditReport) as text for a terminal, as Markdown, and as
// comma-separated values. Pure functions of the report, safe to call from many threads; the time is
// linear in the report. Texts of records are made safe to print (base/text.h).
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_REPORT_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_REPORT_TEXT_H_

#include <string>

#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {

// Whether nothing speaks against the log and how it was used: every test ran, passed and found
// nothing, the log's hashes are right, no decision came out otherwise, and everything could be
// looked at. What the documents call PASSED.
bool AuditPassed(const v1::AuditReport& report);

// For a terminal of 100 columns: the verdict; what was audited; a row for each test; findings by
// test, under the clauses and controls that the test speaks to and each with what it touches beside
// them, ten of each test and `... and 12 more` unless `verbose`; what could not be looked at;
// verification and replay. Ends with a newline.
std::string AuditReportText(const v1::AuditReport& report, const TextOptions& options = {});

// The same as Markdown, with the months, and 1,000 findings of each test. What records say is
// escaped, so that it is text in Markdown, too. Ends with a newline.
std::string AuditReportMarkdown(const v1::AuditReport& report);

// Every finding, in the report's order: `test,id,subject,entry,at,text,rules,clauses,controls`.
// RFC 4180, with a line of names first and lines that end with a line feed; lists are separated by
// blanks; an entry or instant that there is not is empty. A field that a spreadsheet would take for
// a formula (it begins, behind blanks or not, with = + - or @, in full width as well) has an
// apostrophe in front, which a reader of the bytes takes off again.
std::string AuditReportCsv(const v1::AuditReport& report);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_REPORT_TEXT_H_
