// Why an approval does not count, in words; what two parts in one hand are called.
#include "libchangepolicy/report/wording.h"

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

TEST(NotCountedTextTest, TellsTheDetail) {
  const struct {
    v1::NotCounted reason;
    std::string_view detail;
    std::string_view text;
  } cases[] = {
      {v1::NOT_COUNTED_VOIDED, "3", "edited since, in revision 3"},
      {v1::NOT_COUNTED_VOIDED, "after 3", "edited since, after revision 3"},
      {v1::NOT_COUNTED_VOIDED, "", "edited since"},
      {v1::NOT_COUNTED_APART, "AUTHOR", "has a part in it that must stay apart (AUTHOR)"},
      {v1::NOT_COUNTED_EXPIRED, "2026-01-31T09:30:00+00:00",
       "expired at 2026-01-31T09:30:00+00:00"},
      {v1::NOT_COUNTED_DELEGATION, "bob", "no delegation of bob covers it"},
      {v1::NOT_COUNTED_WITHDRAWN, "a7", "withdrawn or replaced by a7"},
      {v1::NOT_COUNTED_WRONG_ASPECT, "CODE", "does not cover CODE"},
      {v1::NOT_COUNTED_TOO_EARLY, "", "given before the stage below was complete"},
      {v1::NOT_COUNTED_KIND, "", "does not say that it approves"},
  };
  for (const auto& each : cases) {
    v1::UncountedApproval approval;
    approval.set_reason(each.reason);
    approval.set_detail(std::string(each.detail));
    EXPECT_EQ(NotCountedText(approval), each.text);
  }
}

TEST(NotCountedTextTest, EveryReasonHasWords) {
  for (int number = 1; number <= v1::NotCounted_MAX; ++number) {
    v1::UncountedApproval approval;
    approval.set_reason(static_cast<v1::NotCounted>(number));
    EXPECT_NE(NotCountedText(approval), "not counted") << v1::NotCounted_Name(approval.reason());
  }
}

TEST(RemarkTextTest, NamesWhatCallsForAHigherVersion) {
  v1::Remark remark;
  remark.set_id("version-claims-less");
  for (const char* about :
       {"RELEASE_KIND_PATCH", "RELEASE_KIND_MAJOR", "change C-1", "commit 9f"}) {
    remark.add_about(about);
  }
  EXPECT_EQ(RemarkText(remark),
            "its version makes it PATCH, but what is in it calls for MAJOR: change C-1, commit 9f");
}

TEST(PartTextTest, IsANoun) {
  EXPECT_EQ(PartText(v1::PART_TESTER), "tester");
  EXPECT_EQ(PartText(v1::PART_CO_AUTHOR), "co-author");
  EXPECT_EQ(PartText(v1::PART_RELEASE_MANAGER), "release manager");
}

}  // namespace
}  // namespace changepolicy
