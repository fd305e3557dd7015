// Entries of an audit log as comma-separated values (RFC 4180), for spreadsheets: what happened,
// when, to which subject, and how it was decided.
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_ENTRY_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_ENTRY_TEXT_H_

#include <string>

#include "libchangepolicy/audit_log.h"

namespace changepolicy {

// Lines with a line feed at the end. A text that a spreadsheet would take for a formula has an
// apostrophe before it.
std::string EntryCsvHeader();
std::string EntryCsv(const LoggedEntry& entry);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_ENTRY_TEXT_H_
