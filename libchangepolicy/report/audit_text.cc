#include "libchangepolicy/report/audit_text.h"

#include <string_view>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/table.h"

namespace changepolicy {
namespace {

constexpr std::string_view kGood = "32";
constexpr std::string_view kBad = "31";
constexpr std::string_view kOpen = "33";

// The log as it was asked: its name, how long, what its entries hash to.
void AddLog(const std::string& origin, int64_t size, const std::string& root, Table* table) {
  table->Add({{"log"}, {origin.empty() ? "without a name" : origin}});
  table->Add({{"size"}, {CountText(size, "entry", "entries")}});
  table->Add({{"root"}, {root.empty() ? "not computed" : root}});
}

std::string_view OutcomeColor(v1::ReplayOutcome outcome) {
  return outcome == v1::REPLAY_OUTCOME_ERASED || outcome == v1::REPLAY_OUTCOME_OTHER_SEMANTICS
             ? kOpen
             : kBad;
}

std::string ValueText(const std::string& value) { return value.empty() ? "nothing" : value; }

}  // namespace

std::string VerificationText(const v1::VerificationReport& given, const TextOptions& options) {
  const v1::VerificationReport report = Printed(given);
  const Painter paint(options.color);
  const bool sound = report.problems().empty();
  std::string text = !sound                        ? paint("1;31", "NOT VERIFIED")
                     : report.signatures_checked() ? paint("1;32", "VERIFIED")
                                                   : paint("1;33", "HASHES VERIFIED");
  StrAppend(&text, ": ", VerdictOfLog(report),
            sound && !report.signatures_checked() ? ", but signatures were not checked" : "",
            "\n\n");
  Table facts;
  AddLog(report.origin(), report.size(), report.root(), &facts);
  for (const AuditFact& fact : VerifiedFacts(report)) facts.Add({{fact.name}, {fact.text}});
  text += facts.Text(2, paint);
  if (sound) return text;
  text += "\nProblems\n";
  Table problems;
  for (const v1::LogProblem& problem : report.problems()) {
    const std::string where = FirstBadText(problem);
    problems.Add({{LogProblemText(problem.kind()), kBad},
                  {where.empty() ? "no entry is bad" : where},
                  {problem.detail()}});
  }
  return text + problems.Text(2, paint);
}

std::string ReplayText(const v1::ReplayReport& given, const TextOptions& options) {
  const v1::ReplayReport report = Printed(given);
  const Painter paint(options.color);
  const std::string_view color = report.same() == report.decisions() ? "1;32"
                                 : ReplayHolds(report)               ? "1;33"
                                                                     : "1;31";
  std::string text = StrCat(paint(color, "Replayed"), " ", ReplayCountsText(report), "\n");
  for (const v1::ReplayedEntry& entry : report.entries()) {
    StrAppend(&text, "\nentry ", entry.index(),
              entry.subject_id().empty() ? "" : StrCat("  ", entry.subject_id()), "  ",
              paint(OutcomeColor(entry.outcome()), ReplayOutcomeText(entry.outcome())), "\n");
    Table table;
    if (!entry.detail().empty()) table.AddLine(entry.detail(), {});
    if (!entry.differences().empty()) table.Add({{"field"}, {"in the log"}, {"replayed"}});
    for (const v1::FieldDifference& difference : entry.differences()) {
      table.Add({{difference.path()},
                 {ValueText(difference.stored()), kGood},
                 {ValueText(difference.replayed()), kBad}});
    }
    text += table.Text(2, paint);
  }
  const int64_t unlisted = ReplayedUnlisted(report);
  if (unlisted > 0) StrAppend(&text, "\n... and ", Grouped(unlisted), " more\n");
  if (!report.semantics().empty()) {
    StrAppend(&text, "\nSemantics unknown here: ", Join(report.semantics(), ", "), "\n");
  }
  return text;
}

std::string SampleText(const v1::AuditSample& given, const TextOptions& options) {
  const v1::AuditSample sample = Printed(given);
  const Painter paint(options.color);
  int64_t drawn = 0;
  int64_t population = 0;
  for (const v1::AuditSamplePart& part : sample.parts()) {
    drawn += part.indices_size();
    population += part.population();
  }
  std::string text =
      StrCat("Sample of ", Grouped(drawn), " of ", CountText(population, "entry", "entries"),
             " in ", CountText(sample.parts_size(), "part"), "\n\n");
  Table facts;
  AddLog(sample.origin(), sample.size(), sample.root(), &facts);
  facts.Add({{"seed"}, {sample.seed().empty() ? "none" : sample.seed()}});
  facts.Add({{"parts by"}, {StratumText(sample.stratum())}});
  text += facts.Text(2, paint);
  for (const v1::AuditSamplePart& part : sample.parts()) {
    StrAppend(&text, "\n", part.name().empty() ? "not said" : part.name(), ": ",
              Grouped(part.indices_size()), " of ", Grouped(part.population()), "\n");
    Table table;
    for (int i = 0; i < part.indices_size(); ++i) {
      const bool named = i < part.subjects_size() && !part.subjects(i).empty();
      table.Add({{StrCat("entry ", part.indices(i))}, {named ? part.subjects(i) : "-"}});
    }
    text += table.Text(2, paint);
  }
  return text;
}

}  // namespace changepolicy
