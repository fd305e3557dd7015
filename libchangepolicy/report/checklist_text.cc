#include "libchangepolicy/report/checklist_text.h"

#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

std::string StatusWords(v1::Status status) {
  switch (status) {
    case v1::STATUS_UNSATISFIABLE:
      return "cannot be met as things stand";
    case v1::STATUS_WAIVED:
      return "waived by an accepted risk";
    case v1::STATUS_OVERRIDDEN:
      return "set aside by an override";
    case v1::STATUS_UNKNOWN:
      return "not known";
    case v1::STATUS_ERROR:
      return "could not be evaluated";
    default:
      return "";
  }
}

// `qa, developer; the tester`.
std::string Who(const v1::ChecklistItem& item) {
  std::vector<std::string> parts;
  for (const int part : item.parts()) {
    parts.push_back(StrCat("the ", PartText(static_cast<v1::Part>(part))));
  }
  const std::string roles = Join(item.roles(), ", ");
  return StrCat(roles, roles.empty() || parts.empty() ? "" : "; ", Join(parts, ", "));
}

std::string ItemText(const v1::ChecklistItem& item, bool of_subject) {
  std::string text =
      StrCat("- [", item.status() == v1::STATUS_SATISFIED ? "x" : " ", "] **", item.title(), "**");
  if (item.kind() == "obligation") text += " (afterwards)";
  if (const std::string words = StatusWords(item.status()); !words.empty()) {
    StrAppend(&text, " (", words, ")");
  }
  if (!item.todo().empty()) StrAppend(&text, ": ", item.todo());
  if (!item.clauses().empty()) StrAppend(&text, " [", Join(item.clauses(), ", "), "]");
  if (const std::string who = Who(item); !who.empty()) StrAppend(&text, "\n  by ", who);
  if (!of_subject && !item.when().empty()) StrAppend(&text, "\n  where `", item.when(), "`");
  return text + "\n";
}

}  // namespace

std::string ChecklistMarkdown(const v1::Checklist& given, const Policy& policy) {
  const v1::Checklist checklist = Printed(given);
  const bool of_subject = !checklist.subject_id().empty();
  const std::string title = Printable(policy.proto().policy().title());
  std::string text =
      StrCat("# Checklist", of_subject ? StrCat(" for ", checklist.subject_id()) : "",
             checklist.role().empty() ? "" : StrCat(" of the role ", checklist.role()), "\n\n",
             title.empty() ? checklist.policy_id() : title, ", ", checklist.policy_version(), "\n");
  if (checklist.steps().empty()) text += "\nNothing to do.\n";
  for (const v1::ChecklistStep& step : checklist.steps()) {
    StrAppend(&text, "\n## ",
              step.subject_kind() == v1::SUBJECT_KIND_RELEASE ? "Release" : "Change", ": ",
              Verb(step.transition()), "\n\n");
    for (const v1::ChecklistItem& item : step.items()) text += ItemText(item, of_subject);
  }
  return text;
}

}  // namespace changepolicy
