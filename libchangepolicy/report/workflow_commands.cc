#include "libchangepolicy/report/workflow_commands.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_replace.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"

namespace changepolicy {
namespace {

constexpr size_t kLongestTitle = 200;

// The escapes that the runner takes off again.
std::string Data(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string Property(std::string_view text) {
  return absl::StrReplaceAll(Data(text), {{":", "%3A"}, {",", "%2C"}});
}

// The annotations of one kind.
class Annotations {
 public:
  explicit Annotations(std::string_view kind) : kind_(kind) {}

  void Add(const CheckedRecord& record, int line, std::string_view title,
           std::string_view message) {
    std::string properties;
    if (!record.file.empty()) {
      StrAppend(&properties, "file=", Property(OneLine(record.file)), ",");
      if (line > 0) StrAppend(&properties, "line=", line, ",");
    }
    lines_.push_back(StrCat("::", kind_, " ", properties, "title=",
                            Property(OneLine(title, kLongestTitle)), "::", Data(message), "\n"));
  }

  std::string Text() const {
    const bool all = lines_.size() <= kMostAnnotations;
    const size_t shown = all ? lines_.size() : kMostAnnotations - 1;
    std::string text;
    for (size_t i = 0; i < shown; ++i) text += lines_[i];
    if (!all) {
      StrAppend(&text, "::", kind_,
                " title=changepolicy::", Count(lines_.size() - shown, "annotation"),
                " of this kind left out: GitHub shows ", kMostAnnotations,
                " in a step. The step summary (--summary) and the other formats have them.\n");
    }
    return text;
  }

 private:
  const std::string_view kind_;
  std::vector<std::string> lines_;
};

std::string Message(const CheckFinding& finding) {
  std::string message = finding.text;
  if (!finding.remedy.empty()) StrAppend(&message, "\n-> ", finding.remedy);
  std::string who;
  for (const Supplier& supplier : finding.suppliers) {
    StrAppend(&who, who.empty() ? "" : "; ", supplier.person,
              supplier.person.empty() ? "" : " for ", supplier.as);
  }
  if (!who.empty()) StrAppend(&message, "\nWho can supply it: ", OneLine(who));
  if (!finding.clauses.empty()) {
    StrAppend(&message, "\nClauses: ", OneLine(Join(finding.clauses, ", ")));
  }
  return message;
}

}  // namespace

std::string WorkflowAnnotations(const std::vector<CheckedRecord>& records) {
  Annotations errors("error"), warnings("warning"), notices("notice");
  for (const CheckedRecord& record : records) {
    const std::string verdict = VerdictOf(record);
    for (const CheckFinding& finding : FindingsOf(record)) {
      const bool of_rule = finding.rule != kVerdictFinding && finding.rule != kRecordFinding;
      (finding.blocks ? errors : warnings)
          .Add(record, finding.line,
               StrCat(verdict, " ", QuestionOf(record), of_rule ? ": " : "",
                      of_rule ? finding.rule : ""),
               Message(finding));
    }
    if (IsAllowed(record)) {
      notices.Add(record, record.line, StrCat(verdict, " ", QuestionOf(record)),
                  record.title.empty() ? "It may go ahead." : OneLine(record.title));
    }
  }
  return StrCat(errors.Text(), warnings.Text(), notices.Text());
}

std::string WorkflowLogText(std::string_view text) {
  std::string safe;
  bool begins = true;  // only blanks since the line began
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (begins && rest.starts_with("::")) safe += "| ";
    safe += text[i];
    if (rest.starts_with("##[")) {
      safe += "# [";
      i += 2;
    }
    // What .NET trims, as far as it is one byte; all else begins with a byte above.
    const unsigned char c = static_cast<unsigned char>(text[i]);
    begins = c == '\n' || c == '\r' || (begins && (c <= ' ' || c >= 0x80));
  }
  return safe;
}

}  // namespace changepolicy
