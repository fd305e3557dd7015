#include "libchangepolicy/report/audit_report_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_findings.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/csv.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr size_t kMostFindings = 10;  // of one test
constexpr int kMostReplayed = 10;

std::string_view OutcomeMark(TestOutcome outcome) {
  return outcome == TestOutcome::kPassed ? "ok" : outcome == TestOutcome::kFailed ? "no" : "??";
}

std::string_view OutcomeColor(TestOutcome outcome) {
  return outcome == TestOutcome::kPassed ? "32" : outcome == TestOutcome::kFailed ? "31" : "33";
}

// `[CM-5.1, soc2/CC8.1]`; empty for none.
template <typename Clauses, typename Controls>
std::string Brackets(const Clauses& clauses, const Controls& controls) {
  std::vector<std::string> names(clauses.begin(), clauses.end());
  names.insert(names.end(), controls.begin(), controls.end());
  return names.empty() ? "" : StrCat("[", Join(names, ", "), "]");
}

// How many records the test looked at, and how many of them are exceptions.
Table::Row TestRow(const AuditTestView& test) {
  const std::string_view color = OutcomeColor(test.outcome);
  Table::Row row = {{std::string(OutcomeMark(test.outcome)), color}, {test.Title()}};
  if (test.result == nullptr) {
    row.push_back({"not listed", color});
  } else if (test.outcome == TestOutcome::kNotRun) {
    row.push_back({"did not run", color});
  } else {
    row.push_back({Grouped(test.result->examined())});
    row.push_back({Grouped(test.result->exceptions())});
  }
  return row;
}

void AddFinding(const v1::AuditFinding& finding, const NamesBeside& beside, const Painter& paint,
                std::string* text) {
  std::vector<std::string> parts;
  if (finding.has_at()) parts.push_back(InstantText(ReportInstant(finding.at())));
  if (!finding.subject_id().empty()) parts.push_back(finding.subject_id());
  if (finding.has_index()) parts.push_back(StrCat("entry ", finding.index()));
  if (!finding.id().empty()) parts.push_back(finding.id());
  Table table;
  table.Add({{Join(parts, "  ")}});
  std::string sentence = finding.text();
  if (!finding.rules().empty()) {
    StrAppend(&sentence, sentence.empty() ? "" : "; ",
              finding.rules_size() == 1 ? "rule " : "rules ", Join(finding.rules(), ", "));
  }
  const std::string behind = Brackets(beside.Clauses(finding), beside.Controls(finding));
  StrAppend(&sentence, sentence.empty() || behind.empty() ? "" : " ", behind);
  *text += table.Text(2, paint);
  Table below;
  if (!sentence.empty()) below.Add({{sentence}});
  *text += below.Text(6, paint);
}

void AddFindings(const std::vector<AuditTestView>& tests, bool all, const Painter& paint,
                 std::string* text) {
  for (const AuditTestView& test : tests) {
    if (test.findings.empty()) continue;
    const std::string name = AuditTestText(test.kind);
    Table heading;
    heading.Add({{StrCat(test.Title(), test.Title() == name ? "" : StrCat(" (", name, ")"), ": ",
                         CountText(static_cast<long>(test.findings.size()), "finding")),
                  OutcomeColor(test.outcome)}});
    StrAppend(text, "\n", heading.Text(0, paint));
    Table names;
    if (test.result != nullptr) {
      const std::string brackets = Brackets(test.result->clauses(), test.result->controls());
      if (!brackets.empty()) names.Add({{brackets}});
    }
    *text += names.Text(2, paint);
    const NamesBeside beside(test);
    const size_t shown = all ? test.findings.size() : std::min(test.findings.size(), kMostFindings);
    for (size_t i = 0; i < shown; ++i) AddFinding(*test.findings[i], beside, paint, text);
    if (shown < test.findings.size()) {
      StrAppend(text, "  ... and ", Grouped(static_cast<long>(test.findings.size() - shown)),
                " more\n");
    }
  }
}

void AddVerification(const v1::VerificationReport& report, Table* table) {
  table->Add({{"verification"}, {VerdictOfLog(report), report.problems().empty() ? "" : "31"}});
  for (const AuditFact& fact : VerifiedFacts(report)) {
    table->Add({{StrCat("  ", fact.name)}, {fact.text}});
  }
  for (const v1::LogProblem& problem : report.problems()) {
    const std::string where = FirstBadText(problem);
    table->Add({{StrCat("  ", LogProblemText(problem.kind())), "31"},
                {StrCat(where.empty() ? "no entry is bad" : where, ": ", problem.detail())}});
  }
}

void AddReplay(const v1::ReplayReport& report, Table* table) {
  table->Add({{"replay"}, {ReplayCountsText(report), ReplayHolds(report) ? "" : "31"}});
  const int shown = std::min(report.entries_size(), kMostReplayed);
  for (int i = 0; i < shown; ++i) table->Add({{""}, {ReplayedText(report.entries(i))}});
  const int64_t more = report.entries_size() - shown + ReplayedUnlisted(report);
  if (more > 0) table->Add({{""}, {StrCat("... and ", Grouped(more), " more")}});
  if (!report.semantics().empty()) {
    table->Add({{"  semantics"}, {StrCat("unknown here: ", Join(report.semantics(), ", "))}});
  }
}

void AddLog(const v1::AuditReport& report, const Painter& paint, std::string* text) {
  Table table;
  if (report.has_verification()) {
    AddVerification(report.verification(), &table);
  } else {
    table.Add({{"verification"}, {"not asked for", "33"}});
  }
  if (report.has_replay()) {
    AddReplay(report.replay(), &table);
  } else {
    table.Add({{"replay"}, {"not asked for", "33"}});
  }
  StrAppend(text, "\nThe log itself\n", table.Text(2, paint));
}

}  // namespace

bool AuditPassed(const v1::AuditReport& report) {
  return JudgeAudit(report, ViewTests(report)).good;
}

std::string AuditReportText(const v1::AuditReport& given, const TextOptions& options) {
  const v1::AuditReport report = Printed(given);
  const Painter paint(options.color);
  const std::vector<AuditTestView> tests = ViewTests(report);
  const AuditVerdict verdict = JudgeAudit(report, tests);
  std::string text = StrCat(verdict.good ? paint("1;32", "PASSED") : paint("1;31", "NOT PASSED"),
                            ": ", VerdictText(verdict), "\n");
  Table remarks;
  for (const std::string& remark : verdict.remarks) remarks.Add({{remark}});
  text += remarks.Text(2, paint);

  Table about;
  for (const AuditFact& fact : AboutAudit(report)) about.Add({{fact.name}, {fact.text}});
  about.Add({{"changes"}, {CountsText(report.categories())}});
  about.Add({{"decisions"}, {CountsText(report.verdicts())}});
  StrAppend(&text, "\n", about.Text(2, paint));

  Table table;
  table.Add({{""}, {"test"}, {"examined"}, {"exceptions"}});
  for (const AuditTestView& test : tests) table.Add(TestRow(test));
  if (!tests.empty()) StrAppend(&text, "\n", table.Text(2, paint));
  AddFindings(tests, options.verbose, paint, &text);
  if (!report.problems().empty()) text += "\nCould not be looked at\n";
  Table problems;
  for (const std::string& problem : report.problems()) problems.Add({{problem}});
  text += problems.Text(2, paint);
  AddLog(report, paint, &text);
  return text;
}

std::string AuditReportCsv(const v1::AuditReport& given) {
  const v1::AuditReport report = Printed(given);
  std::string text = "test,id,subject,entry,at,text,rules,clauses,controls\n";
  for (const v1::AuditFinding& finding : report.findings()) {
    text += CsvLine({ShortName(finding.test()), finding.id(), finding.subject_id(),
                     finding.has_index() ? StrCat(finding.index()) : std::string(),
                     finding.has_at() ? InstantText(ReportInstant(finding.at())) : std::string(),
                     finding.text(), Join(finding.rules(), " "), Join(finding.clauses(), " "),
                     Join(finding.controls(), " ")});
  }
  return text;
}

}  // namespace changepolicy
