#include "libchangepolicy/report/comment_markdown.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/decision_parts.h"
#include "libchangepolicy/report/explanation_text.h"
#include "libchangepolicy/report/markdown.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

// Room for the line that says what was left out, and for what closes an open fold.
constexpr size_t kReserve = 300;
constexpr size_t kLongestCell = 600;
constexpr std::string_view kFoldEnd = "\n</details>\n";

std::string Words(std::string_view text, size_t most = kLongestCell) {
  return CommentWords(OneLine(text, most));
}

std::string_view VerdictSign(std::string_view verdict) {
  return verdict == "ALLOWED"   ? "\u2705"
         : verdict == "DENIED"  ? "\u274C"
         : verdict == "UNKNOWN" ? "\u2753"
                                : "\u26A0\uFE0F";
}

std::string_view FindingSign(const CheckFinding& finding) {
  if (!finding.blocks) return finding.status == v1::STATUS_SATISFIED ? "\u2705" : "\u2139\uFE0F";
  return finding.status == v1::STATUS_UNSATISFIED || finding.status == v1::STATUS_UNSATISFIABLE
             ? "\u274C"
             : "\u2753";
}

class CommentWriter {
 public:
  explicit CommentWriter(const CommentOptions& options) : options_(options) {
    if (!options.key.empty()) text_ = StrCat("<!-- changepolicy:", options.key, " -->\n");
  }

  std::string Write(const std::vector<CheckedRecord>& records) {
    if (records.size() != 1) Overview(records);
    for (const CheckedRecord& record : records) {
      // Of many, what is allowed has its line in the overview.
      if (records.size() == 1 || !IsAllowed(record)) One(record);
    }
    if (left_out_ > 0) {
      StrAppend(&text_, "\n", Count(left_out_, "line"), " left out: there is room for ",
                options_.most, " bytes.\n");
    }
    return std::move(text_);
  }

 private:
  // The whole block or nothing.
  bool Add(std::string_view block) {
    if (text_.size() + block.size() + kReserve > options_.most) {
      ++left_out_;
      return false;
    }
    // What is first begins without an empty line.
    text_ += text_.empty() && block.starts_with("\n") ? block.substr(1) : block;
    return true;
  }

  // Items below what begins them, which is not there without one.
  void AddList(const std::string& begin, const std::vector<std::string>& items,
               std::string_view end) {
    if (items.empty()) return;
    if (!Add(begin)) {
      left_out_ += items.size() - 1;
      return;
    }
    for (const std::string& item : items) Add(item);
    text_ += end;  // the reserve has room for it
  }

  void AddFold(std::string_view summary, std::string_view head,
               const std::vector<std::string>& items) {
    AddList(StrCat("\n<details><summary>", summary, "</summary>\n\n", head), items, kFoldEnd);
  }

  void Overview(const std::vector<CheckedRecord>& records) {
    const std::string worst = WorstVerdict(records);
    Add(StrCat("### ", VerdictSign(worst), " ", worst, ": ", Count(records.size(), "record"),
               "\n"));
    std::vector<std::string> rows;
    for (const CheckedRecord& record : records) {
      const std::string verdict = VerdictOf(record);
      rows.push_back(StrCat("| ", VerdictSign(verdict), " | ", verdict, " | ",
                            Words(QuestionOf(record)), " | ", Words(record.title, 120), " |\n"));
    }
    AddList("\n| | verdict | question | title |\n|---|---|---|---|\n", rows, "");
  }

  void One(const CheckedRecord& record) {
    const std::string verdict = VerdictOf(record);
    Add(StrCat("\n### ", VerdictSign(verdict), " ", verdict, ": ", Words(QuestionOf(record)),
               "\n"));
    if (!record.title.empty()) Add(StrCat("\nTitle: ", Words(record.title, 300), "\n"));
    const std::vector<CheckFinding> findings = FindingsOf(record);
    if (!record.decision.has_value()) {
      Missing(findings);
      return;
    }
    const v1::Decision decision = Printed(*record.decision);
    const std::string facts = HeadlineFacts(decision);
    Add(StrCat("\nDecided ", Words(DecidedBy(decision)), facts.empty() ? "" : ": ", Words(facts),
               "\n"));
    Missing(findings);
    Steps(decision.explanation());
    WorthKnowing(findings);
    Holding(record, decision);
    Owed(decision);
    const std::string holds = HoldsText(decision);
    if (!holds.empty()) Add(StrCat("\n", Words(holds), "\n"));
  }

  void Missing(const std::vector<CheckFinding>& findings) {
    std::vector<std::string> rows;
    for (const CheckFinding& finding : findings) {
      if (!finding.blocks) continue;
      rows.push_back(StrCat("| ", FindingSign(finding), " | ", Words(finding.rule), " | ",
                            Words(finding.text), finding.remedy.empty() ? "" : "<br>&rarr; ",
                            Words(finding.remedy), " | ", Who(finding), " | ",
                            Clauses(finding.clauses), " |\n"));
    }
    AddList("\n| | rule | what is missing | who can supply it | clauses |\n|---|---|---|---|---|\n",
            rows, "");
  }

  // `ann, bob for role engineer<br>role qa`.
  std::string Who(const CheckFinding& finding) const {
    std::vector<std::pair<std::string, std::vector<std::string>>> people;  // by what they are for
    std::vector<std::string> lines;
    for (const Supplier& supplier : finding.suppliers) {
      if (supplier.person.empty()) {
        lines.push_back(Words(supplier.as));
        continue;
      }
      auto found = std::find_if(people.begin(), people.end(),
                                [&](const auto& each) { return each.first == supplier.as; });
      if (found == people.end()) found = people.insert(people.end(), {supplier.as, {}});
      found->second.push_back(Person(supplier.person));
    }
    for (size_t i = 0; i < people.size(); ++i) {
      lines.insert(lines.begin() + static_cast<long>(i),
                   StrCat(Join(people[i].second, ", "), " for ", Words(people[i].first)));
    }
    return Join(lines, "<br>");
  }

  std::string Person(const std::string& id) const {
    const auto found = options_.mentions.find(id);
    return found == options_.mentions.end() ? Words(id) : StrCat("@", found->second);
  }

  std::string Clauses(const std::vector<std::string>& clauses) const {
    std::vector<std::string> texts;
    for (const std::string& clause : clauses) {
      const std::string url = ClauseUrl(options_.clause_url, clause);
      texts.push_back(url.empty() ? Words(clause) : StrCat("[", Words(clause), "](<", url, ">)"));
    }
    return Join(texts, ", ");
  }

  void Steps(const v1::Explanation& explanation) {
    if (!explanation.fix().found()) return;
    std::vector<std::string> items;
    for (const v1::FixStep& step : explanation.fix().steps()) {
      items.push_back(StrCat(items.size() + 1, ". ", Words(StepText(step)), "\n"));
    }
    AddFold(StrCat("To open the gate: ", Count(items.size(), "step")), "", items);
  }

  void WorthKnowing(const std::vector<CheckFinding>& findings) {
    std::vector<std::string> items;
    for (const CheckFinding& finding : findings) {
      if (finding.blocks) continue;
      const bool of_rule = finding.rule != kVerdictFinding;
      items.push_back(StrCat("| ", FindingSign(finding), " | ", of_rule ? Words(finding.rule) : "",
                             " | ", Words(finding.text), " | ", Clauses(finding.clauses), " |\n"));
    }
    AddFold(StrCat("Worth knowing: ", items.size()), "| | rule | | clauses |\n|---|---|---|---|\n",
            items);
  }

  void Holding(const CheckedRecord& record, const v1::Decision& decision) {
    std::vector<std::string> rows;
    for (CheckFinding& finding : HoldingOf(record)) {
      rows.push_back(StrCat("| ", FindingSign(finding), " | ", Words(finding.rule), " | ",
                            Words(finding.text), " | ", Clauses(finding.clauses), " |\n"));
    }
    AddFold(HoldingText(decision), "| | rule | | clauses |\n|---|---|---|---|\n", rows);
  }

  void Owed(const v1::Decision& decision) {
    std::vector<std::string> rows;
    for (const v1::ObligationDue& owed : decision.obligations()) {
      rows.push_back(StrCat("| ", Words(owed.rule()), " | ", Words(OwedText(owed, decision)), " | ",
                            Clauses({owed.clauses().begin(), owed.clauses().end()}), " |\n"));
    }
    AddFold(StrCat("Owed once it goes ahead: ", rows.size()),
            "| rule | who, until when | clauses |\n|---|---|---|\n", rows);
  }

  const CommentOptions& options_;
  std::string text_;
  size_t left_out_ = 0;
};

bool IsWord(std::string_view text, std::string_view also, size_t most) {
  const auto is_letter = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); };
  return !text.empty() && text.size() <= most && is_letter(text.front()) &&
         is_letter(text.back()) && text.find("--") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter(c) || c == '-' || also.find(c) != std::string_view::npos;
         });
}

}  // namespace

std::string CommentMarkdown(const std::vector<CheckedRecord>& records,
                            const CommentOptions& options) {
  return CommentWriter(options).Write(records);
}

bool IsCommentKey(std::string_view key) { return IsWord(key, "._", 64); }

std::map<std::string, std::string> Mentions(const v1::Directory& directory) {
  std::map<std::string, std::string> mentions;
  for (const v1::Person& person : directory.people()) {
    std::set<std::string> logins;
    for (const std::string& account : person.accounts()) {
      if (IsWord(account, "", 39)) logins.insert(account);
    }
    if (logins.size() == 1 && !person.service_account()) {
      mentions.emplace(person.id(), *logins.begin());
    }
  }
  return mentions;
}

}  // namespace changepolicy
