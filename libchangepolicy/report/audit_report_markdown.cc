// An AuditReport as Markdown.
#include <algorithm>
#include <string>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_findings.h"
#include "libchangepolicy/report/audit_report_text.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/markdown.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr size_t kMostFindings = 1000;  // of one test
constexpr int kMostReplayed = 1000;

std::string Row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) StrAppend(&row, " ", MarkdownWords(cell), " |");
  return row + "\n";
}

std::string Head(const std::vector<std::string>& names) {
  std::string head = Row(names);
  for (size_t i = 0; i < names.size(); ++i) head += "|---";
  return head + "|\n";
}

void AddTests(const std::vector<AuditTestView>& tests, std::string* text) {
  if (tests.empty()) return;
  StrAppend(text, "\n## Tests\n\n",
            Head({"outcome", "test", "examined", "exceptions", "of", "clauses", "controls"}));
  for (const AuditTestView& test : tests) {
    static const v1::AuditTestResult kNone;
    const v1::AuditTestResult& result = test.result == nullptr ? kNone : *test.result;
    *text += Row({std::string(OutcomeWord(test.outcome)), test.Title(), Grouped(result.examined()),
                  Grouped(result.exceptions()), ExaminesText(result), Join(result.clauses(), ", "),
                  Join(result.controls(), ", ")});
  }
}

void AddFindings(const std::vector<AuditTestView>& tests, std::string* text) {
  for (const AuditTestView& test : tests) {
    if (test.findings.empty()) continue;
    const long all = static_cast<long>(test.findings.size());
    StrAppend(
        text, "\n## Findings: ", MarkdownWords(AuditTestText(test.kind)), ", ", Grouped(all),
        "\n\n",
        Head({"at", "for", "entry", "finding", "rules", "further clauses", "further controls"}));
    const NamesBeside beside(test);
    const size_t shown = std::min(test.findings.size(), kMostFindings);
    for (size_t i = 0; i < shown; ++i) {
      const v1::AuditFinding& finding = *test.findings[i];
      *text +=
          Row({finding.has_at() ? InstantText(ReportInstant(finding.at())) : std::string(),
               finding.subject_id(), finding.has_index() ? StrCat(finding.index()) : std::string(),
               finding.text().empty() ? finding.id() : finding.text(), Join(finding.rules(), ", "),
               Join(beside.Clauses(finding), ", "), Join(beside.Controls(finding), ", ")});
    }
    if (shown < test.findings.size()) {
      StrAppend(text, "\n... and ", Grouped(all - static_cast<long>(shown)), " more\n");
    }
  }
}

void AddMonths(const v1::AuditReport& report, std::string* text) {
  if (report.months().empty()) return;
  StrAppend(text, "\n## Months\n\n",
            Head({"month", "decisions", "allowed", "deployments", "unauthorized", "emergencies",
                  "findings"}));
  for (const v1::AuditMonth& month : report.months()) {
    *text += Row({month.month(), Grouped(month.decisions()), Grouped(month.allowed()),
                  Grouped(month.deployments()), Grouped(month.unauthorized()),
                  Grouped(month.emergencies()), Grouped(month.findings())});
  }
}

void AddLog(const v1::AuditReport& report, std::string* text) {
  *text += "\n## The log itself\n\n";
  const auto item = [text](std::string_view name, const std::string& value) {
    StrAppend(text, "- ", name, ": ", MarkdownWords(value), "\n");
  };
  if (report.has_verification()) {
    item("verification", VerdictOfLog(report.verification()));
    for (const AuditFact& fact : VerifiedFacts(report.verification())) item(fact.name, fact.text);
    for (const v1::LogProblem& problem : report.verification().problems()) {
      const std::string where = FirstBadText(problem);
      item(LogProblemText(problem.kind()),
           StrCat(where.empty() ? "no entry is bad" : where, ": ", problem.detail()));
    }
  } else {
    item("verification", "not asked for");
  }
  item("replay", report.has_replay() ? ReplayCountsText(report.replay()) : "not asked for");
  const v1::ReplayReport& replay = report.replay();
  const int shown = std::min(replay.entries_size(), kMostReplayed);
  for (int i = 0; i < shown; ++i) {
    StrAppend(text, "  - ", MarkdownWords(ReplayedText(replay.entries(i))), "\n");
  }
  const int64_t more = replay.entries_size() - shown + ReplayedUnlisted(replay);
  if (more > 0) StrAppend(text, "  - ... and ", Grouped(more), " more\n");
  if (!replay.semantics().empty()) {
    item("semantics unknown here", Join(replay.semantics(), ", "));
  }
}

}  // namespace

std::string AuditReportMarkdown(const v1::AuditReport& given) {
  const v1::AuditReport report = Printed(given);
  const std::vector<AuditTestView> tests = ViewTests(report);
  const AuditVerdict verdict = JudgeAudit(report, tests);
  std::string text = StrCat("# Audit: ", verdict.good ? "passed" : "not passed", "\n\n",
                            VerdictText(verdict), "\n\n");
  for (const std::string& remark : verdict.remarks) {
    StrAppend(&text, "- ", MarkdownWords(remark), "\n");
  }
  if (!verdict.remarks.empty()) text += "\n";
  text += Head({"", ""});
  for (const AuditFact& fact : AboutAudit(report)) text += Row({fact.name, fact.text});
  text += Row({"changes", CountsText(report.categories())});
  text += Row({"decisions", CountsText(report.verdicts())});
  AddTests(tests, &text);
  AddFindings(tests, &text);
  AddMonths(report, &text);
  if (!report.problems().empty()) text += "\n## Could not be looked at\n\n";
  for (const std::string& problem : report.problems()) {
    StrAppend(&text, "- ", MarkdownWords(problem), "\n");
  }
  AddLog(report, &text);
  return text;
}

}  // namespace changepolicy
