#include "libchangepolicy/report/documents_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

// `documents.rollback_strategy` as a heading: `rollback strategy`.
std::string NameOf(std::string_view field) {
  std::string name(field.substr(field.rfind('.') + 1));
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string NeedText(const v1::DocumentAssessment& document) {
  if (document.needed_at() == v1::TRANSITION_UNSPECIFIED) return "not asked for";
  return StrCat(document.needed() ? "needed, to " : "needed later, to ",
                Verb(document.needed_at()));
}

// Neither there nor asked for.
bool IsOfNoConcern(const v1::DocumentAssessment& document) {
  return document.needed_at() == v1::TRANSITION_UNSPECIFIED && document.weaknesses_size() == 1 &&
         document.weaknesses(0).kind() == v1::WEAKNESS_KIND_MISSING;
}

}  // namespace

std::string WeaknessText(const v1::Weakness& weakness) {
  switch (weakness.kind()) {
    case v1::WEAKNESS_KIND_MISSING:
      return "missing";
    case v1::WEAKNESS_KIND_PLACEHOLDER:
      return StrCat("a placeholder, `", weakness.detail(), "`");
    case v1::WEAKNESS_KIND_TEMPLATE:
      return StrCat("the template, `", weakness.detail(), "`");
    case v1::WEAKNESS_KIND_TOO_SHORT:
      return StrCat("too short, ", weakness.detail());
    case v1::WEAKNESS_KIND_COPY:
      return StrCat("says what the ", NameOf(weakness.detail()), " says already");
    case v1::WEAKNESS_KIND_REPETITIVE:
      return "the same few words over and over";
    case v1::WEAKNESS_KIND_SAYS_NOTHING_OF:
      return StrCat("says nothing of ", weakness.detail());
    case v1::WEAKNESS_KIND_UNVERIFIABLE:
      return "kept elsewhere without a digest";
    default:
      return ShortName(weakness.kind());
  }
}

std::string DocumentsText(const v1::DocumentsAnswer& given, const TextOptions& options) {
  const v1::DocumentsAnswer answer = Printed(given);
  const Painter paint(options.color);
  std::string text = StrCat("documents of change ", answer.subject_id(), ", ",
                            absl::AsciiStrToLower(ToAbsl(ShortName(answer.category()))), "\n");
  Table table;
  for (const v1::DocumentAssessment& document : answer.documents()) {
    if (IsOfNoConcern(document)) continue;
    const v1::Status status = document.sound()    ? v1::STATUS_SATISFIED
                              : document.needed() ? v1::STATUS_UNSATISFIED
                                                  : v1::STATUS_NOT_APPLICABLE;
    std::string what = document.elsewhere() ? "kept elsewhere, not read" : "";
    for (const v1::Weakness& weakness : document.weaknesses()) {
      StrAppend(&what, what.empty() ? "" : "; ", WeaknessText(weakness));
    }
    table.Add(
        {{std::string(Mark(status)), StatusColor(status)},
         {NameOf(document.field())},
         {NeedText(document)},
         {what},
         {document.clauses().empty() ? "" : StrCat("[", Join(document.clauses(), ", "), "]")}});
  }
  return text + table.Text(2, paint);
}

bool IsWeak(const v1::DocumentsAnswer& answer) {
  return std::any_of(answer.documents().begin(), answer.documents().end(),
                     [](const auto& document) { return document.needed() && !document.sound(); });
}

}  // namespace changepolicy
