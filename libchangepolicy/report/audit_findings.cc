#include "libchangepolicy/report/audit_findings.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"

namespace changepolicy {
namespace {

TestOutcome OutcomeOf(const AuditTestView& test) {
  const bool exceptions = test.result != nullptr && test.result->exceptions() > 0;
  if (exceptions || !test.findings.empty()) return TestOutcome::kFailed;
  return test.result != nullptr && test.result->passed() ? TestOutcome::kPassed
                                                         : TestOutcome::kNotRun;
}

// What keeps the verdict from being good beside the tests, or what nobody looked at.
void JudgeLog(const v1::AuditReport& report, AuditVerdict* verdict) {
  const auto remark = [verdict](std::string text, bool bad) {
    verdict->remarks.push_back(std::move(text));
    if (bad) verdict->good = false;
  };
  if (!report.has_verification()) {
    remark("the log was not verified", true);
  } else if (!report.verification().problems().empty()) {
    remark(StrCat("the log has ", VerdictOfLog(report.verification())), true);
  } else if (!report.verification().signatures_checked()) {
    remark("signatures of the log were not checked", false);
  }
  if (!report.has_replay()) {
    remark("decisions were not replayed", false);
  } else if (report.replay().same() != report.replay().decisions()) {
    remark(StrCat("replayed ", ReplayCountsText(report.replay())), !ReplayHolds(report.replay()));
  }
  if (!report.problems().empty()) {
    remark(StrCat(CountText(report.problems_size(), "thing"), " could not be looked at"), true);
  }
}

std::vector<std::string> Without(const google::protobuf::RepeatedPtrField<std::string>& names,
                                 const std::set<std::string_view>& others) {
  std::vector<std::string> rest;
  for (const std::string& name : names) {
    if (!others.contains(name)) rest.push_back(name);
  }
  return rest;
}

template <typename NamesOfResult, typename NamesOfFinding>
std::vector<AuditIndexEntry> Index(const std::vector<AuditTestView>& tests, NamesOfResult of_result,
                                   NamesOfFinding of_finding) {
  std::map<std::string_view, AuditIndexEntry> entries;
  const auto entry_of = [&entries](const std::string& name, const AuditTestView& test) {
    AuditIndexEntry& entry = entries[name];
    entry.name = name;
    if (entry.tests.empty() || entry.tests.back() != &test) entry.tests.push_back(&test);
    return &entry;
  };
  for (const AuditTestView& test : tests) {
    std::set<std::string_view> of_test;
    if (test.result != nullptr) {
      for (const std::string& name : of_result(*test.result)) {
        if (of_test.insert(name).second) entry_of(name, test);
      }
    }
    for (const v1::AuditFinding* const finding : test.findings) {
      for (const std::string_view name : of_test) entries[name].findings.push_back(finding);
      for (const std::string& name : of_finding(*finding)) {
        if (of_test.contains(name)) continue;
        AuditIndexEntry& entry = *entry_of(name, test);
        if (entry.findings.empty() || entry.findings.back() != finding) {
          entry.findings.push_back(finding);
        }
      }
    }
  }
  std::vector<AuditIndexEntry> index;
  for (auto& [name, entry] : entries) index.push_back(std::move(entry));
  return index;
}

}  // namespace

std::string_view OutcomeWord(TestOutcome outcome) {
  return outcome == TestOutcome::kPassed   ? "passed"
         : outcome == TestOutcome::kFailed ? "failed"
                                           : "did not run";
}

std::string AuditTestView::Title() const {
  return result == nullptr || result->title().empty() ? AuditTestText(kind) : result->title();
}

std::vector<AuditTestView> ViewTests(const v1::AuditReport& report) {
  std::vector<AuditTestView> tests;
  std::map<int, size_t> listed;
  for (const v1::AuditTestResult& result : report.tests()) {
    listed.emplace(result.test(), tests.size());
    tests.push_back({result.test(), &result, {}, TestOutcome::kNotRun});
  }
  std::map<int, AuditTestView> others;
  for (const v1::AuditFinding& finding : report.findings()) {
    const auto found = listed.find(finding.test());
    AuditTestView& test = found == listed.end() ? others[finding.test()] : tests[found->second];
    test.kind = finding.test();
    test.findings.push_back(&finding);
  }
  for (auto& [kind, test] : others) tests.push_back(std::move(test));
  for (AuditTestView& test : tests) test.outcome = OutcomeOf(test);
  return tests;
}

NamesBeside::NamesBeside(const AuditTestView& test) {
  if (test.result == nullptr) return;
  clauses_.insert(test.result->clauses().begin(), test.result->clauses().end());
  controls_.insert(test.result->controls().begin(), test.result->controls().end());
}

std::vector<std::string> NamesBeside::Clauses(const v1::AuditFinding& finding) const {
  return Without(finding.clauses(), clauses_);
}

std::vector<std::string> NamesBeside::Controls(const v1::AuditFinding& finding) const {
  return Without(finding.controls(), controls_);
}

AuditVerdict JudgeAudit(const v1::AuditReport& report, const std::vector<AuditTestView>& tests) {
  AuditVerdict verdict;
  for (const AuditTestView& test : tests) {
    ++verdict.tests;
    ++(test.outcome == TestOutcome::kPassed   ? verdict.passed
       : test.outcome == TestOutcome::kFailed ? verdict.failed
                                              : verdict.not_run);
  }
  verdict.findings = report.findings_size();
  verdict.good = verdict.tests > 0 && verdict.passed == verdict.tests;
  JudgeLog(report, &verdict);
  return verdict;
}

std::string VerdictText(const AuditVerdict& verdict) {
  std::string text = StrCat(CountText(verdict.tests, "test"));
  std::vector<std::string> parts;
  if (verdict.tests > 0 && verdict.passed == verdict.tests) {
    parts.emplace_back("all passed");
  } else if (verdict.tests > 0) {
    parts.push_back(StrCat(Grouped(verdict.passed), " passed"));
    if (verdict.failed > 0) parts.push_back(StrCat(Grouped(verdict.failed), " failed"));
    if (verdict.not_run > 0) parts.push_back(StrCat(Grouped(verdict.not_run), " did not run"));
  }
  if (!parts.empty()) StrAppend(&text, ": ", Join(parts, ", "));
  return StrCat(text, "; ", CountText(verdict.findings, "finding"));
}

void AddMonth(const v1::AuditMonth& month, AuditSums* sums) {
  AddCount(month.decisions(), &sums->decisions);
  AddCount(month.allowed(), &sums->allowed);
  AddCount(month.deployments(), &sums->deployments);
  AddCount(month.unauthorized(), &sums->unauthorized);
  AddCount(month.emergencies(), &sums->emergencies);
}

AuditSums SumMonths(const v1::AuditReport& report) {
  AuditSums sums;
  for (const v1::AuditMonth& month : report.months()) AddMonth(month, &sums);
  return sums;
}

std::string PercentText(int64_t part, int64_t whole) {
  if (whole <= 0) return "-";
  const double tenths = static_cast<double>(part) * 1000.0 / static_cast<double>(whole);
  int64_t shown = static_cast<int64_t>(tenths);
  if (part > 0 && shown == 0) shown = 1;
  return shown % 10 == 0 ? StrCat(Grouped(shown / 10), " %")
                         : StrCat(Grouped(shown / 10), ".", shown % 10, " %");
}

std::vector<AuditIndexEntry> IndexClauses(const std::vector<AuditTestView>& tests) {
  return Index(
      tests, [](const v1::AuditTestResult& result) -> const auto& { return result.clauses(); },
      [](const v1::AuditFinding& finding) -> const auto& { return finding.clauses(); });
}

std::vector<AuditIndexEntry> IndexControls(const std::vector<AuditTestView>& tests) {
  return Index(
      tests, [](const v1::AuditTestResult& result) -> const auto& { return result.controls(); },
      [](const v1::AuditFinding& finding) -> const auto& { return finding.controls(); });
}

}  // namespace changepolicy
