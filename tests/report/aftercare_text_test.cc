#include "libchangepolicy/report/aftercare_text.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(AftercareText, SaysWhatWasFoundAndWhatFollows) {
  const struct {
    std::string aftercare, text;
  } cases[] = {
      {"", ""},
      {"health: HEALTH_GOOD", "good"},
      {"health: HEALTH_GOOD advised: TRANSITION_REVIEW", "good; next: review"},
      {"health: HEALTH_GOOD watched_until { seconds: 60 }",
       "good, to be watched until 1970-01-01T00:01:00Z; wait"},
      {"health: HEALTH_GOOD watched: true watched_until { seconds: 60 } advised: "
       "TRANSITION_PUBLISH",
       "good, watched until 1970-01-01T00:01:00Z; next: publish"},
      {"health: HEALTH_UNCHECKED unchecked: 'PRODUCTION' unchecked: 'STAGING'",
       "unchecked, nothing checked in PRODUCTION, STAGING"},
      {"health: HEALTH_BAD failing: 'PRODUCTION db' failing: 'PRODUCTION http' issues_found: true "
       "advised: TRANSITION_ROLL_BACK",
       "bad, PRODUCTION db failed, PRODUCTION http failed, an issue was found; next: roll back"},
      {"health: HEALTH_BAD issues_found: true advised: TRANSITION_HOTFIX answered_by: 'REL-2.0.1'",
       "bad, an issue was found; next: hotfix (REL-2.0.1)"},
      {"health: HEALTH_BAD failing: 'PRODUCTION db' forward_only: true",
       "bad, PRODUCTION db failed; it cannot be taken back: repair it"},
      {"health: HEALTH_BAD failing: 'PRODUCTION db'", "bad, PRODUCTION db failed"},
  };
  for (const auto& c : cases) {
    v1::Aftercare aftercare;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(c.aftercare, &aftercare));
    EXPECT_EQ(AftercareText(aftercare), c.text);
  }
}

}  // namespace
}  // namespace changepolicy
