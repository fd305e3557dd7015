#include "tests/engine/fixing.h"

#include <cstdlib>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy {

Organization TakenAt(const Organization& organization, absl::Time at) {
  v1::Organization anew = organization.proto();
  if (anew.directory().has_taken_at()) ToProto(at, anew.mutable_directory()->mutable_taken_at());
  if (anew.ledger().has_taken_at()) ToProto(at, anew.mutable_ledger()->mutable_taken_at());
  OrganizationResult result = Organization::Create(std::move(anew));
  if (!result.organization.has_value()) std::abort();
  return *std::move(result.organization);
}

std::string TextOf(const v1::FixStep& step) {
  std::string text = ValueName(step.kind());
  if (!step.what().empty()) StrAppend(&text, " ", step.what());
  if (!step.person().empty()) StrAppend(&text, " ", step.person());
  if (step.environment() != v1::ENVIRONMENT_UNSPECIFIED) {
    StrAppend(&text, " ", ValueName(step.environment()));
  }
  if (step.has_start()) StrAppend(&text, " ", cel::TimestampText(FromProto(step.start())));
  if (step.has_end()) StrAppend(&text, " ", cel::TimestampText(FromProto(step.end())));
  if (!step.value().empty()) StrAppend(&text, " = ", step.value());
  return text;
}

std::vector<std::string> TextsOf(const v1::MinimalFix& fix) {
  std::vector<std::string> texts;
  for (const v1::FixStep& step : fix.steps()) texts.push_back(TextOf(step));
  return texts;
}

}  // namespace changepolicy
