#include "libchangepolicy/report/wording.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

std::string List(const google::protobuf::RepeatedPtrField<std::string>& items) {
  std::string text;
  for (const std::string& item : items) StrAppend(&text, text.empty() ? "" : ", ", item);
  return text;
}

std::string About(const v1::Remark& remark, int index) {
  return index < remark.about_size() ? remark.about(index) : std::string();
}

std::string WithoutPrefix(std::string_view name, std::string_view prefix) {
  return std::string(name.substr(0, prefix.size()) == prefix ? name.substr(prefix.size()) : name);
}

// Of an edit that the engine names `3`, or `after 3` where no revision records it.
std::string EditText(const std::string& edit) {
  constexpr std::string_view kAfter = "after ";
  if (edit.empty()) return "";
  return edit.starts_with(kAfter) ? StrCat(", after revision ", edit.substr(kAfter.size()))
                                  : StrCat(", in revision ", edit);
}

}  // namespace

std::string ShortName(const google::protobuf::EnumDescriptor& type, int number) {
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) return StrCat(number);
  return ShortName(*value);
}

std::string Verb(v1::Transition transition) {
  std::string verb = ShortName(transition);
  std::replace(verb.begin(), verb.end(), '_', ' ');
  return absl::AsciiStrToLower(ToAbsl(verb));
}

std::string PartText(v1::Part part) {
  if (part == v1::PART_CO_AUTHOR) return "co-author";
  std::string noun = ShortName(part);
  std::replace(noun.begin(), noun.end(), '_', ' ');
  return absl::AsciiStrToLower(ToAbsl(noun));
}

std::string InstantText(const google::protobuf::Timestamp& timestamp) {
  return InstantText(FromProto(timestamp));
}

std::string InstantText(absl::Time time) { return UtcText(time); }

std::string RemarkText(const v1::Remark& remark) {
  const std::string& id = remark.id();
  if (id == "claimed-category-differs") {
    return StrCat("claimed as ", WithoutPrefix(About(remark, 0), "CATEGORY_"), ", but it is ",
                  WithoutPrefix(About(remark, 1), "CATEGORY_"), " by rule ", About(remark, 2));
  }
  if (id == "claimed-release-kind-differs") {
    return StrCat("claimed as ", WithoutPrefix(About(remark, 0), "RELEASE_KIND_"),
                  ", but its version makes it ", WithoutPrefix(About(remark, 1), "RELEASE_KIND_"));
  }
  if (id == "version-claims-less") {
    std::string because;
    for (int i = 2; i < remark.about_size(); ++i) {
      StrAppend(&because, i == 2 ? "" : ", ", About(remark, i));
    }
    return StrCat("its version makes it ", WithoutPrefix(About(remark, 0), "RELEASE_KIND_"),
                  ", but what is in it calls for ",
                  WithoutPrefix(About(remark, 1), "RELEASE_KIND_"), ": ", because);
  }
  if (id == "override-not-needed") {
    return StrCat("override ", About(remark, 0), " by ", About(remark, 1),
                  " set nothing aside that was not open; it stays on record");
  }
  if (id == "statement-refused") {
    return StrCat("stated to be not applicable without a reason, or by somebody who may not: ",
                  List(remark.about()));
  }
  if (id == "changelog-without-version") {
    return StrCat("the change log has no section of version ", About(remark, 0));
  }
  if (id == "release-yanked") {
    return StrCat("the change log says that version ", About(remark, 0), " was taken back");
  }
  if (id == "unknown-service") {
    return StrCat("the directory does not know: ", List(remark.about()));
  }
  if (id == "freeze-crossed") {
    return StrCat("an emergency crosses a freeze: ", List(remark.about()));
  }
  if (id == "freeze-overrun") {
    return StrCat("the planned work runs into a freeze that lets it finish: ",
                  List(remark.about()));
  }
  if (id == "directory-outdated") return "the directory is older than the policy allows";
  if (id == "ledger-outdated") return "the ledger is older than the policy allows";
  if (id == "policy-review-overdue") {
    return StrCat("policy ", About(remark, 0), " is past its review date");
  }
  if (id == "policy-not-in-force") {
    return StrCat("policy ", About(remark, 0), " is not in force yet");
  }
  if (id == "newer-schema") {
    return StrCat("written for a newer version of this library; unknown fields: ",
                  List(remark.about()));
  }
  if (id == "no-approval-rule") {
    return "no approval rule applies, and none says that no approval is needed";
  }
  if (id == "emergency-without-basis") {
    return StrCat("no emergency without a basis; what it lacks: ", List(remark.about()));
  }
  if (id == "step-unknown") {
    return StrCat("whether the step is legal depends on what nobody stated: ",
                  List(remark.about()));
  }
  if (id == "step-failed") {
    return StrCat("whether the step is legal could not be computed: ", About(remark, 0));
  }
  if (id == "life-over") {
    return StrCat(About(remark, 0), " is an end: no step leads on from it");
  }
  if (id == "transition-unknown") {
    return StrCat("which step is next cannot be told: state ", About(remark, 0),
                  " or ask for a transition");
  }
  if (id == "illegal-transition") {
    return StrCat(WithoutPrefix(About(remark, 0), "TRANSITION_"),
                  " is not legal from the present state");
  }
  return remark.about().empty() ? id : StrCat(id, ": ", List(remark.about()));
}

std::string NotCountedText(const v1::UncountedApproval& approval) {
  const std::string& detail = approval.detail();
  const auto with = [&](std::string_view text) {
    return detail.empty() ? std::string(text) : StrCat(text, " (", detail, ")");
  };
  switch (approval.reason()) {
    case v1::NOT_COUNTED_INELIGIBLE:
      return with("not eligible");
    case v1::NOT_COUNTED_APART:
      return with("has a part in it that must stay apart");
    case v1::NOT_COUNTED_EXPIRED:
      return detail.empty() ? "expired" : StrCat("expired at ", detail);
    case v1::NOT_COUNTED_VOIDED:
      return StrCat("edited since", EditText(detail));
    case v1::NOT_COUNTED_WRONG_ASPECT:
      return detail.empty() ? "covers another aspect" : StrCat("does not cover ", detail);
    case v1::NOT_COUNTED_WRONG_CONTEXT:
      return with("given for something else");
    case v1::NOT_COUNTED_DELEGATION:
      return detail.empty() ? "not covered by a delegation"
                            : StrCat("no delegation of ", detail, " covers it");
    case v1::NOT_COUNTED_RECUSED:
      return with("recused");
    case v1::NOT_COUNTED_UNKNOWN_IDENTITY:
      return with("the directory does not know this account");
    case v1::NOT_COUNTED_SERVICE_ACCOUNT:
      return with("a service account is no person");
    case v1::NOT_COUNTED_WITHDRAWN:
      return StrCat("withdrawn or replaced", detail.empty() ? "" : " by ", detail);
    case v1::NOT_COUNTED_CONDITION:
      return with("a condition is not met");
    case v1::NOT_COUNTED_TOO_EARLY:
      return detail.empty() ? "given before the stage below was complete"
                            : StrCat("lies ahead, at ", detail);
    case v1::NOT_COUNTED_LEFT:
      return with("was not with the organization");
    case v1::NOT_COUNTED_REVISION:
      return with("names no revision that exists");
    case v1::NOT_COUNTED_TRUST:
      return with("identity not assured enough");
    case v1::NOT_COUNTED_SURPLUS:
      return with("not needed for any open slot");
    case v1::NOT_COUNTED_PLACEHOLDER:
      return with("a placeholder is no person");
    case v1::NOT_COUNTED_KIND:
      return "does not say that it approves";
    default:
      return with("not counted");
  }
}

}  // namespace changepolicy
