#include "libchangepolicy/report/due_text.h"

#include <algorithm>

#include "absl/strings/str_replace.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/report/csv.h"
#include "libchangepolicy/report/local_time.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

// To the unit that matters for so long a time.
std::string About(absl::Duration length) {
  const absl::Duration unit = length >= absl::Hours(48)    ? absl::Hours(24)
                              : length >= absl::Hours(2)   ? absl::Hours(1)
                              : length >= absl::Minutes(2) ? absl::Minutes(1)
                                                           : absl::Seconds(1);
  return LengthText(absl::Trunc(length, unit));
}

std::string LateText(const v1::DueItem& item, absl::Time now) {
  if (!item.has_due_at()) return "";
  const absl::Duration late = now - FromProto(item.due_at());
  if (late == absl::ZeroDuration()) return "now";
  return late > absl::ZeroDuration() ? StrCat(About(late), " late") : StrCat("in ", About(-late));
}

std::string DueAt(const v1::DueItem& item) {
  return item.has_due_at() ? InstantText(item.due_at()) : "";
}

std::string Headline(const v1::DueAnswer& answer) {
  const auto& items = answer.items();
  const auto overdue = std::count_if(items.begin(), items.end(),
                                     [](const v1::DueItem& item) { return item.overdue(); });
  const auto unknown = std::count_if(
      items.begin(), items.end(), [](const v1::DueItem& item) { return !item.unknown().empty(); });
  return StrCat("Due", answer.has_until() ? StrCat(" until ", InstantText(answer.until())) : "",
                ": ", CountText(answer.items_size(), "thing"),
                overdue > 0 ? StrCat(", ", overdue, " overdue") : "",
                unknown > 0 ? StrCat(", ", unknown, " not known") : "");
}

std::string Cell(std::string_view text) {
  return absl::StrReplaceAll(ToAbsl(text), {{"|", "\\|"}});
}

}  // namespace

std::string DueItemText(const v1::DueItem& item, const Policy& policy) {
  switch (item.kind()) {
    case v1::DUE_KIND_EXCEPTION_END:
      return StrCat("accepted risk ", item.id(), " ends");
    case v1::DUE_KIND_COMPENSATING_CONTROL:
      return item.parameters().empty()
                 ? StrCat("what is done instead under accepted risk ", item.id())
                 : StrCat("instead, under accepted risk ", item.id(), ": ",
                          item.parameters(0).value());
    case v1::DUE_KIND_TRAINING:
      return StrCat("training ", item.id());
    case v1::DUE_KIND_POLICY_REVIEW:
      return StrCat("review of the policy ", item.id());
    case v1::DUE_KIND_CHANGE_MODEL:
      return StrCat("approval of the change model ", item.id(), " ends");
    default:
      break;
  }
  const auto& rules = policy.proto().obligations();
  for (int i = 0; i < rules.size(); ++i) {
    if (rules[i].id() != item.rule()) continue;
    const MessageTemplate& message =
        policy.checked()->obligations()[static_cast<size_t>(i)].message;
    // The ledger does not say what the message asks for.
    const bool can_fill = std::count_if(message.pieces.begin(), message.pieces.end(),
                                        [](const MessageTemplate::Piece& piece) {
                                          return piece.expression.has_value();
                                        }) == item.parameters_size();
    std::string text = can_fill ? FillIn(message, item.parameters()) : std::string();
    if (text.empty()) text = rules[i].title();
    return text.empty() ? item.rule() : StrCat(item.rule(), ": ", text);
  }
  return item.rule().empty() ? item.id() : item.rule();
}

std::string DueText(const v1::DueAnswer& given, const Policy& policy, const TextOptions& options) {
  const v1::DueAnswer answer = Printed(given);
  const Painter paint(options.color);
  const absl::Time now = FromProto(answer.now());
  std::string text = Headline(answer) + "\n";
  Table items;
  Table unknown;
  if (!answer.items().empty()) {
    items.Add({{""}, {"due"}, {"owner"}, {"what"}, {"for"}, {"how late"}});
  }
  for (const v1::DueItem& item : answer.items()) {
    const std::string_view color = item.overdue() ? "31" : item.unknown().empty() ? "" : "33";
    items.Add({{item.overdue()           ? "!!"
                : item.unknown().empty() ? ""
                                         : "??",
                color},
               {item.has_due_at() ? DueAt(item) : "as soon as possible"},
               {item.owner().empty() ? "nobody named" : item.owner()},
               {DueItemText(item, policy)},
               {item.subject_id().empty() ? "-" : item.subject_id()},
               {LateText(item, now), color}});
    if (!item.unknown().empty()) unknown.Add({{item.id()}, {Join(item.unknown(), ", ")}});
  }
  if (!items.empty()) StrAppend(&text, "\n", items.Text(2, paint));
  if (!unknown.empty()) StrAppend(&text, "\nNot known\n", unknown.Text(2, paint));
  if (!answer.problems().empty()) text += "\nCould not be asked\n";
  for (const std::string& problem : answer.problems()) StrAppend(&text, "  ", problem, "\n");
  return text;
}

std::string DueMarkdown(const v1::DueAnswer& given, const Policy& policy) {
  const v1::DueAnswer answer = Printed(given);
  const absl::Time now = FromProto(answer.now());
  std::string text = StrCat("# ", Headline(answer), "\n\nAt ", InstantText(answer.now()), "\n");
  if (!answer.items().empty()) {
    text +=
        "\n| due | how late | owner | what | for | clauses | not known |\n"
        "|---|---|---|---|---|---|---|\n";
  }
  for (const v1::DueItem& item : answer.items()) {
    const std::string late = LateText(item, now);
    StrAppend(&text, "| ", item.has_due_at() ? DueAt(item) : "as soon as possible", " | ",
              item.overdue() ? StrCat("**", late, "**") : late, " | ", Cell(item.owner()), " | ",
              Cell(DueItemText(item, policy)), " | ", Cell(item.subject_id()), " | ",
              Join(item.clauses(), ", "), " | ", Cell(Join(item.unknown(), ", ")), " |\n");
  }
  if (!answer.problems().empty()) text += "\nCould not be asked:\n\n";
  for (const std::string& problem : answer.problems()) StrAppend(&text, "- ", problem, "\n");
  return text;
}

std::string DueCsv(const v1::DueAnswer& given, const Policy& policy) {
  const v1::DueAnswer answer = Printed(given);
  std::string text =
      "due_at,overdue,kind,id,rule,subject_id,owner,team,source,clauses,unknown,what\n";
  for (const v1::DueItem& item : answer.items()) {
    text += CsvLine({DueAt(item), item.overdue() ? "true" : "false", ShortName(item.kind()),
                     item.id(), item.rule(), item.subject_id(), item.owner(), item.team(),
                     ShortName(item.source()), Join(item.clauses(), " "), Join(item.unknown(), " "),
                     DueItemText(item, policy)});
  }
  return text;
}

}  // namespace changepolicy
