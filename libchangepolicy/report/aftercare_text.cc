#include "libchangepolicy/report/aftercare_text.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

std::string NextText(const v1::Aftercare& aftercare) {
  if (aftercare.advised() != v1::TRANSITION_UNSPECIFIED) {
    return StrCat(
        "; next: ", Verb(aftercare.advised()),
        aftercare.answered_by().empty() ? "" : StrCat(" (", aftercare.answered_by(), ")"));
  }
  if (aftercare.health() == v1::HEALTH_BAD) {
    return aftercare.forward_only() ? "; it cannot be taken back: repair it" : "";
  }
  return aftercare.has_watched_until() && !aftercare.watched() ? "; wait" : "";
}

}  // namespace

std::string AftercareText(const v1::Aftercare& aftercare) {
  if (aftercare.health() == v1::HEALTH_UNSPECIFIED) return "";
  std::vector<std::string> found;
  for (const std::string& check : aftercare.failing()) found.push_back(StrCat(check, " failed"));
  if (aftercare.issues_found()) found.emplace_back("an issue was found");
  if (!aftercare.unchecked().empty()) {
    found.push_back(StrCat("nothing checked in ", Join(aftercare.unchecked(), ", ")));
  }
  if (aftercare.has_watched_until()) {
    found.push_back(StrCat(aftercare.watched() ? "watched" : "to be watched", " until ",
                           InstantText(aftercare.watched_until())));
  }
  return StrCat(absl::AsciiStrToLower(ToAbsl(ShortName(aftercare.health()))),
                found.empty() ? "" : ", ", Join(found, ", "), NextText(aftercare));
}

}  // namespace changepolicy
