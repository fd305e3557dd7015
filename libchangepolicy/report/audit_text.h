// Answers about an audit log as text for a terminal of 100 columns: what verification found, how
// replay came out, what a sample drew. A line of the verdict first, then all that the answer says.
// Texts of records are made safe to print (base/text.h). Pure functions of what they are given,
// safe to call from many threads; the time is linear in the answer.
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_TEXT_H_

#include <string>

#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {

// What was hashed and which signatures were checked, then each problem with its first bad entry. A
// log whose signatures were not checked is never called verified. Ends with a newline.
std::string VerificationText(const v1::VerificationReport& report, const TextOptions& options = {});

// How many decisions came out the same, then each of the others that the report lists, with the
// fields that differ, and how many it does not list. Ends with a newline.
std::string ReplayText(const v1::ReplayReport& report, const TextOptions& options = {});

// What it takes to draw the sample again, then the entries of each part. Ends with a newline.
std::string SampleText(const v1::AuditSample& sample, const TextOptions& options = {});

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_TEXT_H_
