// Audit reports for the tests: read from YAML, and of any size.
#ifndef TESTS_REPORT_AUDIT_REPORTS_H_
#define TESTS_REPORT_AUDIT_REPORTS_H_

#include <stdexcept>
#include <string>
#include <string_view>

#include "changepolicy/v1/audit.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {

// Throws where the reader complains, so that no test passes on an empty message.
template <typename Message>
Message ParseAudit(std::string_view yaml) {
  Message message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &message);
  if (!issues.empty()) throw std::invalid_argument(ToText(issues));
  return message;
}

// A report over twelve years with so many findings, in three tests of thirteen, on many clauses.
inline v1::AuditReport ManyFindings(int count) {
  v1::AuditReport report;
  report.set_origin("log.example.com/busy");
  report.set_size(int64_t{count} * 10);
  for (int kind = 1; kind <= 13; ++kind) {
    v1::AuditTestResult& test = *report.add_tests();
    test.set_test(static_cast<v1::AuditTestKind>(kind));
    test.set_title(StrCat("Test number ", kind, " of the programme"));
    test.set_examined(int64_t{count} * 3);
    test.set_examines("changes");
    test.set_exceptions(kind <= 3 ? count / 3 : 0);
    test.set_passed(kind > 3);
    test.add_clauses(StrCat("CM-", kind, ".1"));
    test.add_controls("soc2/CC8.1");
  }
  for (int i = 0; i < count; ++i) {
    v1::AuditFinding& finding = *report.add_findings();
    finding.set_test(static_cast<v1::AuditTestKind>(1 + int64_t{i} * 3 / count));
    finding.set_id("made-up");
    finding.set_subject_id(StrCat("CHG-", i));
    finding.set_index(int64_t{i} * 10);
    finding.set_text(StrCat("Made-up finding number ", i, " says something of usual length"));
    finding.add_clauses(StrCat("CM-", i % 13 + 1, ".", i % 7 + 1));
    finding.add_controls(StrCat("nist800-53/CM-", i % 9 + 1));
    finding.mutable_at()->set_seconds(1'577'836'800 + int64_t{i} * 315'360'000 / count);
  }
  for (int i = 0; i < 144; ++i) {
    v1::AuditMonth& month = *report.add_months();
    month.set_month(StrCat(2014 + i / 12, i % 12 < 9 ? "-0" : "-", i % 12 + 1));
    month.set_decisions(4000 + i * 37 % 900);
    month.set_allowed(3000 + i * 31 % 700);
    month.set_deployments(2000 + i * 53 % 1100);
    month.set_unauthorized(i % 11 == 0 ? 12 : 0);
    month.set_emergencies(40 + i * 7 % 60);
    month.set_findings(count / 144);
  }
  report.mutable_verification()->set_signatures_checked(true);
  return report;
}

}  // namespace changepolicy

#endif  // TESTS_REPORT_AUDIT_REPORTS_H_
