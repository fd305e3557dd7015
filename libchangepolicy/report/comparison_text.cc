#include "libchangepolicy/report/comparison_text.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/schedule_wording.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

// `deploy ALLOWED, normal`; a release has no category.
std::string Answer(v1::Transition transition, v1::Verdict verdict, v1::Category category,
                   const v1::PolicyFlip& flip) {
  std::string text =
      StrCat(transition == v1::TRANSITION_UNSPECIFIED ? std::string("no step") : Verb(transition),
             " ", ShortName(verdict));
  if (flip.category_before() != flip.category_after()) {
    StrAppend(&text, ", ", absl::AsciiStrToLower(ToAbsl(ShortName(category))));
  }
  return text;
}

std::string Why(const v1::PolicyFlip& flip) {
  std::vector<std::string> parts;
  if (!flip.newly_blocking().empty()) {
    parts.push_back(StrCat("now held by ", Join(flip.newly_blocking(), ", ")));
  }
  if (!flip.no_longer_blocking().empty()) {
    parts.push_back(StrCat("no longer by ", Join(flip.no_longer_blocking(), ", ")));
  }
  if (flip.grandfathered()) parts.emplace_back("stays with the earlier version for now");
  return Join(parts, "; ");
}

}  // namespace

std::string ComparisonText(const v1::PolicyComparison& given, const TextOptions& options) {
  const v1::PolicyComparison comparison = Printed(given);
  const Painter paint(options.color);
  std::string text =
      StrCat("now ", InstantText(comparison.now()), "\n", comparison.before_version(), " against ",
             comparison.after_version(), ": ", CountText(comparison.subjects(), "open subject"),
             ", ", comparison.flips().empty() ? "none" : Grouped(comparison.flips_size()),
             " answered differently\n");
  Table table;
  if (!comparison.flips().empty()) {
    table.Add({{"subject"}, {comparison.before_version()}, {comparison.after_version()}, {"why"}});
  }
  for (const v1::PolicyFlip& flip : comparison.flips()) {
    table.Add({{flip.subject_id()},
               {Answer(flip.before_transition(), flip.before(), flip.category_before(), flip),
                VerdictColor(flip.before())},
               {Answer(flip.after_transition(), flip.after(), flip.category_after(), flip),
                VerdictColor(flip.after())},
               {Why(flip)}});
  }
  if (!table.empty()) StrAppend(&text, "\n", table.Text(2, paint));
  if (!comparison.problems().empty()) text += "\nCould not be asked\n";
  for (const std::string& problem : comparison.problems()) StrAppend(&text, "  ", problem, "\n");
  return text;
}

}  // namespace changepolicy
