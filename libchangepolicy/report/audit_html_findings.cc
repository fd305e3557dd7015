// The findings of an audit report's page, by test, and who looks for them by clause or control.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/audit_page.h"
#include "libchangepolicy/report/audit_wording.h"
#include "libchangepolicy/report/html_table.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr size_t kMostLinks = 12;
constexpr size_t kMostOfTest = 60;  // clauses, and controls

// What all findings of the test touch.
std::string BehindHtml(const AuditTestView& test) {
  if (test.result == nullptr) return "";
  const std::string clauses = ForeignList(test.result->clauses(), kMostOfTest);
  const std::string controls = ForeignList(test.result->controls(), kMostOfTest);
  if (clauses.empty() && controls.empty()) return "";
  return StrCat("<p class=\"sub\">", clauses.empty() ? "" : "Clauses ", clauses,
                clauses.empty() || controls.empty() ? "" : "; ",
                controls.empty() ? "" : "controls ", controls, "</p>\n");
}

// The day, and the time below it where the column is narrow.
std::string WhenHtml(const v1::AuditFinding& finding) {
  if (!finding.has_at()) return "at no instant";
  std::string instant = InstantText(ReportInstant(finding.at()));
  const size_t t = instant.find('T');
  if (t != std::string::npos) instant[t] = ' ';
  return instant;
}

std::string TextHtml(const v1::AuditFinding& finding) {
  std::string html = Foreign(finding.text().empty() ? finding.id() : finding.text());
  if (!finding.id().empty()) StrAppend(&html, "<small>", Foreign(finding.id(), 120), "</small>");
  if (!finding.rules().empty()) {
    StrAppend(&html, "<small>", finding.rules_size() == 1 ? "rule " : "rules ",
              ForeignList(finding.rules()), "</small>");
  }
  return html;
}

std::string SubjectHtml(const v1::AuditFinding& finding) {
  const std::string subject = finding.subject_id().empty() ? std::string("no change or release")
                                                           : Foreign(finding.subject_id(), 120);
  return finding.has_index() ? StrCat(subject, "<small>entry ", finding.index(), "</small>")
                             : subject;
}

std::string TestHtml(const AuditPage& page, const AuditTestView& test) {
  const NamesBeside beside(test);
  std::vector<std::pair<int64_t, const v1::AuditFinding*>> listed;
  bool any_beside = false;
  for (const v1::AuditFinding* const finding : test.findings) {
    const auto number = page.listed.find(finding);
    if (number == page.listed.end()) continue;
    listed.emplace_back(number->second, finding);
    any_beside =
        any_beside || !beside.Clauses(*finding).empty() || !beside.Controls(*finding).empty();
  }
  const std::string anchor = AnchorOf(test.kind);
  std::vector<HtmlTable::Column> columns = {
      {"No.", "num", 7}, {"When (UTC)", "", 15}, {"For", "", 15}, {"Finding"}};
  if (any_beside) columns.push_back({"Further clauses and controls", "", 23});
  HtmlTable table(anchor, std::move(columns));
  for (const auto& [number, finding] : listed) {
    std::vector<std::string> cells = {StrCat(number), WhenHtml(*finding), SubjectHtml(*finding),
                                      TextHtml(*finding)};
    if (any_beside) {
      const std::string names = ClausesHtml(ForeignList(beside.Clauses(*finding)),
                                            ForeignList(beside.Controls(*finding)));
      cells.push_back(names.empty() ? "none" : names);
    }
    table.Row(cells, StrCat("f", number));
  }
  return StrCat("<details open>\n<summary><h3 id=\"", anchor, "\">", Foreign(test.Title()),
                "</h3> <span class=\"count\">",
                CountText(static_cast<long>(test.findings.size()), "finding"),
                "</span></summary>\n", BehindHtml(test), table.Html(),
                CutNote(static_cast<int64_t>(listed.size()),
                        static_cast<int64_t>(test.findings.size()), "findings"),
                "</details>\n");
}

std::string LinksHtml(const AuditPage& page, const AuditIndexEntry& entry) {
  if (entry.findings.empty()) return "none";
  std::string links;
  size_t count = 0;
  for (const v1::AuditFinding* const finding : entry.findings) {
    if (count == kMostLinks) break;
    const std::string link = FindingLink(page, finding);
    if (link.empty()) continue;
    StrAppend(&links, count == 0 ? "" : ", ", link);
    ++count;
  }
  const size_t more = entry.findings.size() - count;
  if (more == 0) return links;
  return StrCat(links, count == 0 ? "" : " and ", Grouped(static_cast<long>(more)),
                count == 0 ? " that are not listed" : " more");
}

std::string IndexTable(const AuditPage& page, std::string_view id, std::string_view noun,
                       const std::vector<AuditIndexEntry>& index) {
  HtmlTable table(id,
                  {{noun, "", 26}, {"Tests", "", 34}, {"Findings", "num", 12}, {"No.", "", 28}});
  const size_t shown =
      std::min(index.size(), static_cast<size_t>(std::max(0, page.options.max_rows)));
  for (size_t i = 0; i < shown; ++i) {
    const AuditIndexEntry& entry = index[i];
    std::string tests;
    for (const AuditTestView* const test : entry.tests) {
      StrAppend(&tests, tests.empty() ? "" : "<br>", OutcomeIcon(test->outcome),
                "<span class=\"unseen\">", OutcomeWord(test->outcome), ": </span>",
                TestLink(*test));
    }
    table.Row({Foreign(entry.name, 120), tests, Grouped(static_cast<long>(entry.findings.size())),
               LinksHtml(page, entry)});
  }
  return StrCat("<h3 id=\"", id, "\">By ", absl::AsciiStrToLower(ToAbsl(noun)), "</h3>\n",
                table.Html("No test and no finding names one."),
                CutNote(static_cast<int64_t>(shown), static_cast<int64_t>(index.size()), id));
}

}  // namespace

std::string AuditFindingsHtml(const AuditPage& page) {
  std::string html = "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n";
  if (page.report.findings().empty()) html += "<p>No test found anything.</p>\n";
  for (const AuditTestView& test : page.tests) {
    if (!test.findings.empty()) html += TestHtml(page, test);
  }
  return html + "</section>\n";
}

std::string AuditIndexHtml(const AuditPage& page) {
  return StrCat(
      "<section aria-labelledby=\"index\">\n<h2 id=\"index\">Clauses and controls</h2>\n<p "
      "class=\"sub\">A finding counts for what it names itself and for what its test speaks to. "
      "The mark before a test says how it came out.</p>\n",
      IndexTable(page, "clauses", "Clause", IndexClauses(page.tests)),
      IndexTable(page, "controls", "Control", IndexControls(page.tests)), "</section>\n");
}

}  // namespace changepolicy
