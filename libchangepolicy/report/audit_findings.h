// What an audit came to: its tests with the findings of each, and the verdict. One place for text,
// Markdown and HTML. For the files of this folder.
#ifndef LIBCHANGEPOLICY_REPORT_AUDIT_FINDINGS_H_
#define LIBCHANGEPOLICY_REPORT_AUDIT_FINDINGS_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/audit.pb.h"

namespace changepolicy {

enum class TestOutcome { kPassed, kFailed, kNotRun };

// `passed`, `failed`, `did not run`.
std::string_view OutcomeWord(TestOutcome outcome);

// A test and what it found. Points into the report.
struct AuditTestView {
  v1::AuditTestKind kind = v1::AUDIT_TEST_KIND_UNSPECIFIED;
  // Null where the report has findings of a test that it does not list.
  const v1::AuditTestResult* result = nullptr;
  std::vector<const v1::AuditFinding*> findings;  // in the report's order
  // Passed only where the report says so and nothing in it speaks against.
  TestOutcome outcome = TestOutcome::kNotRun;

  // The line of the test's title; its name where it has none.
  std::string Title() const;
};

// The tests as the report has them, then those that only findings name, by number.
std::vector<AuditTestView> ViewTests(const v1::AuditReport& report);

// What findings of one test name beside what the test itself speaks to: that stands once, with the
// test. Points into the report.
class NamesBeside {
 public:
  explicit NamesBeside(const AuditTestView& test);

  // In their order.
  std::vector<std::string> Clauses(const v1::AuditFinding& finding) const;
  std::vector<std::string> Controls(const v1::AuditFinding& finding) const;

 private:
  std::set<std::string_view> clauses_, controls_;
};

struct AuditVerdict {
  int64_t tests = 0, passed = 0, failed = 0, not_run = 0, findings = 0;
  // Every test passed, the log's hashes are right, its decisions come out the same where that was
  // asked, and nothing could not be looked at.
  bool good = false;
  // What speaks against besides the tests, and what was not looked at, in a few words each.
  std::vector<std::string> remarks;
};
AuditVerdict JudgeAudit(const v1::AuditReport& report, const std::vector<AuditTestView>& tests);

// `13 tests: 9 passed, 3 failed, 1 did not run; 17 findings`.
std::string VerdictText(const AuditVerdict& verdict);

// Sums over months.
struct AuditSums {
  int64_t decisions = 0, allowed = 0, deployments = 0, unauthorized = 0, emergencies = 0;
};
AuditSums SumMonths(const v1::AuditReport& report);
// Adds a month to the sums, as AddCount does (audit_wording.h).
void AddMonth(const v1::AuditMonth& month, AuditSums* sums);

// `4.2 %`, rounded down, but never to nothing; `-` of nothing.
std::string PercentText(int64_t part, int64_t whole);

// A clause or a control, with the tests that speak to it and the findings that touch it.
struct AuditIndexEntry {
  std::string name;
  std::vector<const AuditTestView*> tests;        // in their order
  std::vector<const v1::AuditFinding*> findings;  // by test; each once
};

// By name. What a test names holds for each of its findings as well, so that a clause whose test
// failed never stands without findings.
std::vector<AuditIndexEntry> IndexClauses(const std::vector<AuditTestView>& tests);
std::vector<AuditIndexEntry> IndexControls(const std::vector<AuditTestView>& tests);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AUDIT_FINDINGS_H_
