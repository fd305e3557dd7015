// The last part of an audit report's page: how to check it, what verification of the log found, and
// how replay of its decisions came out.
#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_page.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/html_table.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/markup.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

std::string Fact(std::string_view name, std::string_view text) {
  return StrCat("<div><dt>", name, "</dt><dd>", Foreign(text), "</dd></div>\n");
}

std::string ProblemsTable(const AuditPage& page, const v1::VerificationReport& report) {
  HtmlTable table("verification",
                  {{"Problem", "", 20}, {"Where", "", 28}, {"What was found", "", 52}});
  const int shown = std::min(report.problems_size(), page.options.max_rows);
  for (int i = 0; i < shown; ++i) {
    const v1::LogProblem& problem = report.problems(i);
    const std::string where = FirstBadText(problem);
    table.Row({StrCat(OutcomeIcon(TestOutcome::kFailed), LogProblemText(problem.kind())),
               where.empty() ? "no entry is bad" : where, Foreign(problem.detail())});
  }
  return table.Html() + CutNote(shown, report.problems_size(), "problems");
}

std::string VerificationHtml(const AuditPage& page) {
  std::string html = "<h3 id=\"verification\">Verification</h3>\n";
  if (!page.report.has_verification()) {
    return html + "<p>The log was not verified.</p>\n";
  }
  const v1::VerificationReport& report = page.report.verification();
  StrAppend(&html, "<p>",
            OutcomeIcon(report.problems().empty() ? TestOutcome::kPassed : TestOutcome::kFailed),
            report.problems().empty() ? "Nothing is wrong with the log."
                                      : StrCat("The log has ", VerdictOfLog(report), "."),
            "</p>\n<dl class=\"facts\">\n");
  for (const AuditFact& fact : VerifiedFacts(report)) html += Fact(fact.name, fact.text);
  return StrCat(html, "</dl>\n", ProblemsTable(page, report));
}

TestOutcome OutcomeOf(v1::ReplayOutcome outcome) {
  return outcome == v1::REPLAY_OUTCOME_ERASED || outcome == v1::REPLAY_OUTCOME_OTHER_SEMANTICS
             ? TestOutcome::kNotRun
             : TestOutcome::kFailed;
}

std::string DifferencesHtml(const v1::ReplayedEntry& entry) {
  std::string html = entry.detail().empty() ? "" : Foreign(entry.detail());
  constexpr int kMostDifferences = 20;
  const int shown = std::min(entry.differences_size(), kMostDifferences);
  for (int i = 0; i < shown; ++i) {
    const v1::FieldDifference& difference = entry.differences(i);
    const auto value = [](const std::string& text) {
      return text.empty() ? std::string("nothing") : Foreign(text, 200);
    };
    StrAppend(&html, html.empty() ? "" : "<br>", "<code>", Foreign(difference.path(), 200),
              "</code>: ", value(difference.stored()), " in the log, ",
              value(difference.replayed()), " replayed");
  }
  return html.empty() ? "nothing more is said" : html;
}

std::string ReplayHtml(const AuditPage& page) {
  std::string html = "<h3 id=\"replay\">Replay</h3>\n";
  if (!page.report.has_replay()) return html + "<p>Decisions were not replayed.</p>\n";
  const v1::ReplayReport& report = page.report.replay();
  const TestOutcome outcome = !ReplayHolds(report)                  ? TestOutcome::kFailed
                              : report.same() == report.decisions() ? TestOutcome::kPassed
                                                                    : TestOutcome::kNotRun;
  StrAppend(&html, "<p>", OutcomeIcon(outcome),
            "Made again from what they were made from: ", ReplayCountsText(report), ".</p>\n");
  if (!report.semantics().empty()) {
    html += "<p>Semantics that are unknown here: ";
    for (int i = 0; i < std::min(report.semantics_size(), 20); ++i) {
      StrAppend(&html, i == 0 ? "" : ", ", Foreign(report.semantics(i), 60));
    }
    html += ".</p>\n";
  }
  HtmlTable table(
      "replay",
      {{"Entry", "", 12}, {"For", "", 18}, {"Outcome", "", 20}, {"What differs", "", 50}});
  const int shown = std::min(report.entries_size(), page.options.max_rows);
  for (int i = 0; i < shown; ++i) {
    const v1::ReplayedEntry& entry = report.entries(i);
    table.Row({StrCat(entry.index()),
               entry.subject_id().empty() ? "not said" : Foreign(entry.subject_id(), 120),
               StrCat(OutcomeIcon(OutcomeOf(entry.outcome())), ReplayOutcomeText(entry.outcome())),
               DifferencesHtml(entry)});
  }
  return StrCat(html, table.Html(),
                CutNote(shown, report.entries_size() + ReplayedUnlisted(report),
                        "decisions that did not come out the same"));
}

// The file's name as a word of a shell.
std::string Quoted(const std::string& file) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  if (!file.empty() && file[0] != '-' && file.find_first_not_of(kPlain) == std::string::npos) {
    return file;
  }
  std::string quoted = "'";
  for (const char c : file) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

// The options that ask the same question again.
std::string SameQuestion(const v1::AuditReport& report) {
  std::string options;
  const auto add = [&options](std::string_view option, const google::protobuf::Timestamp& at) {
    StrAppend(&options, " ", option, " ", InstantText(ReportInstant(at)));
  };
  if (report.has_now()) add("--now", report.now());
  if (report.period().has_start()) add("--from", report.period().start());
  if (report.period().has_end()) add("--to", report.period().end());
  return options;
}

std::string CheckHtml(const AuditPage& page) {
  const std::string file = Escaped(Quoted(page.options.log_file));
  return StrCat(
      "<h3 id=\"check\">How to check this report</h3>\n<p>Whoever has the log, its public key and "
      "the policy needs to trust nobody. The first command hashes every entry again and checks the "
      "signatures; its size and root must be those at the top of this page, or of a later log that "
      "holds this one. The second makes every decision again from what it was made from. The third "
      "asks for this report again; the digest of the policy must be the one above.</p>\n<pre "
      "tabindex=\"0\" role=\"region\" aria-labelledby=\"check\"><code>changepolicy audit verify ",
      file, " --key log.pub\nchangepolicy audit replay ", file, "\nchangepolicy audit report ",
      file, " --policy policy.yaml", SameQuestion(page.report), " --format html</code></pre>\n");
}

}  // namespace

std::string AuditLogHtml(const AuditPage& page) {
  return StrCat("<section aria-labelledby=\"log\">\n<h2 id=\"log\">The log itself</h2>\n",
                CheckHtml(page), VerificationHtml(page), ReplayHtml(page),
                "<h3 id=\"entries\">Entries by kind</h3>\n<p>",
                Foreign(CountsText(page.report.entries())), "</p>\n</section>\n");
}

}  // namespace changepolicy
