#include "libchangepolicy/domain/review.h"

#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

std::string Deployed(const std::string& place, int64_t at) {
  return "deployments { environment: ENVIRONMENT_" + place + " conclusion: CONCLUSION_PASSED" +
         (at < 0 ? "" : " happened_at { seconds: " + std::to_string(at) + " }") + " }\n";
}

std::string Review(int64_t at, const std::string& by = "ann",
                   const std::string& findings = "The runbook lacked a step") {
  return "reviews { by: '" + by + "' findings: '" + findings + "'" +
         (at < 0 ? "" : " happened_at { seconds: " + std::to_string(at) + " }") + " }\n";
}

TEST(Review, NotBeforeTheLastDeployment) {
  const std::string deployed = Deployed("PRODUCTION", 100);
  const struct {
    std::string text;
    bool reviewed;
  } cases[] = {
      {"", false},
      {deployed, false},
      {deployed + Review(100), true},
      {deployed + Review(101), true},
      {deployed + Review(99), false},
      {deployed + Review(99) + Review(101), true},
      {deployed + Review(-1), false},
      {Review(-1), true},
      {Review(1), true},
      {deployed + Review(101, ""), false},
      {deployed + Review(101, "ann", "tbd"), false},
      {deployed + Deployed("DISASTER_RECOVERY", 200) + Review(101), false},
      {deployed + Deployed("DISASTER_RECOVERY", 200) + Review(200), true},
      {deployed + Deployed("STAGING", 200) + Review(101), true},
      {deployed + Deployed("PRODUCTION", -1) + Review(101), false},
  };
  const TextJudge rules(Parse<v1::TextRules>("placeholders: 'tbd'"));
  for (const auto& c : cases) {
    const auto change = Parse<v1::ChangeRequest>(c.text);
    EXPECT_EQ(IsReviewed(change.reviews(), change.deployments(),
                         {v1::ENVIRONMENT_PRODUCTION, v1::ENVIRONMENT_DISASTER_RECOVERY}, rules),
              c.reviewed)
        << c.text;
  }
}

TEST(Review, OfPlacesThatNobodyNamed) {
  const auto change = Parse<v1::ChangeRequest>(Deployed("PRODUCTION", 100) +
                                               Deployed("STAGING", 200) + Review(150));
  const TextJudge nothing{v1::TextRules()};
  EXPECT_FALSE(IsReviewed(change.reviews(), change.deployments(), {}, nothing));
  EXPECT_TRUE(
      IsReviewed(change.reviews(), change.deployments(), {v1::ENVIRONMENT_PRODUCTION}, nothing));
}

}  // namespace
}  // namespace changepolicy
