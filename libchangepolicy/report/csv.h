// Lines of comma-separated values (RFC 4180, with lines that end with a line feed). For the files
// of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_CSV_H_
#define LIBCHANGEPOLICY_REPORT_CSV_H_

#include <string>
#include <vector>

namespace changepolicy {

// The fields as a line, with the line feed. A field is quoted where it has to be.
//
// A spreadsheet takes a cell that begins with = + - or @ (in full width as well, and behind blanks)
// for a formula, which a record must not write: such a field gets an apostrophe in front, and
// whoever needs the text as it was takes one apostrophe off where one of these follows. Texts are
// expected to be printable (base/text.h), so that no field holds a line's end or a tabulator.
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_CSV_H_
