// Writes an audit report as the library does, for the tests that look at it from outside:
//   report_audit_tool text|markdown|csv|html FILE
//   report_audit_tool text|markdown|csv|html COUNT    (of so many made-up findings)
#include <charconv>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "libchangepolicy/report/audit_html.h"
#include "libchangepolicy/report/audit_report_text.h"
#include "libchangepolicy/source/read.h"
#include "tests/report/audit_reports.h"

namespace changepolicy {
namespace {

int Run(int argc, char** argv) {
  const std::string what = argc == 3 ? argv[1] : "";
  if (what != "text" && what != "markdown" && what != "csv" && what != "html") {
    std::cerr << "usage: report_audit_tool text|markdown|csv|html FILE|COUNT\n";
    return 3;
  }
  const std::string_view source = argv[2];
  int count = 0;
  v1::AuditReport report;
  if (std::from_chars(source.data(), source.data() + source.size(), count).ptr ==
      source.data() + source.size()) {
    report = ManyFindings(count);
  } else {
    std::ostringstream bytes;
    bytes << std::ifstream(argv[2], std::ios::binary).rdbuf();
    const Issues issues = ReadMessage(bytes.str(), Format::kAuto, argv[2], &report);
    if (!issues.empty()) {
      std::cerr << ToText(issues) << "\n";
      return 1;
    }
  }
  std::cout << (what == "text"       ? AuditReportText(report)
                : what == "markdown" ? AuditReportMarkdown(report)
                : what == "csv"      ? AuditReportCsv(report)
                                     : AuditReportHtml(report));
  return std::cout.flush() ? 0 : 1;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) { return changepolicy::Run(argc, argv); }
