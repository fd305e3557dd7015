#include "libchangepolicy/domain/aftercare.h"

#include <algorithm>
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/time.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kNothing = v1::TRANSITION_UNSPECIFIED;
constexpr auto kPublish = v1::TRANSITION_PUBLISH;
constexpr auto kRollBack = v1::TRANSITION_ROLL_BACK;
constexpr auto kHotfix = v1::TRANSITION_HOTFIX;

const std::string kDeployed =
    "deployments { environment: ENVIRONMENT_PRODUCTION conclusion: CONCLUSION_PASSED "
    "happened_at { seconds: 100 } }\n";
const std::string kStandby =
    "deployments { environment: ENVIRONMENT_DISASTER_RECOVERY conclusion: CONCLUSION_PASSED "
    "happened_at { seconds: 110 } }\n";
const std::string kAborted =
    "deployments { environment: ENVIRONMENT_PRODUCTION conclusion: CONCLUSION_FAILED "
    "happened_at { seconds: 100 } }\n";
const std::string kWatched =
    "monitoring { performance: true logs: true security_alerts: true "
    "started_at { seconds: 120 } duration { seconds: 60 } }\n";

std::string Check(const std::string& name, bool passed, const std::string& place = "PRODUCTION") {
  return "health_checks { name: '" + name + "' environment: ENVIRONMENT_" + place +
         " conclusion: CONCLUSION_" + (passed ? "PASSED" : "FAILED") +
         " happened_at { seconds: 130 } }\n";
}

TextJudge Text() {
  return TextJudge(Parse<v1::TextRules>("placeholders: 'tbd' minimum_length: 20"));
}

struct Question {
  v1::Transition next = kPublish;
  std::optional<bool> can_go_back = true;
  bool may_roll_back = true;
  bool may_hotfix = true;
  int64_t now = 1000;
  Environments environments = {v1::ENVIRONMENT_PRODUCTION, v1::ENVIRONMENT_DISASTER_RECOVERY};
};

template <typename Subject>
v1::Aftercare Assess(const Subject& subject, const flat::Release* release, const Question& asked,
                     std::vector<absl::Time>* changes = nullptr) {
  const TextJudge text = Text();
  return AssessAftercare({.deployments = &subject.deployments(),
                          .checks = &subject.health_checks(),
                          .environments = asked.environments,
                          .release = release,
                          .can_go_back = asked.can_go_back,
                          .text = &text,
                          .next = asked.next,
                          .may_roll_back = asked.may_roll_back,
                          .may_hotfix = asked.may_hotfix,
                          .now = At(asked.now)},
                         changes);
}

v1::Aftercare OfRelease(const std::string& text, const Question& asked = {},
                        std::vector<absl::Time>* changes = nullptr) {
  const auto& release = AsFlat<flat::Release>(Parse<v1::Release>(text));
  return Assess(release, &release, asked, changes);
}

v1::Aftercare OfChange(const std::string& text, const Question& asked) {
  return Assess(AsFlat<flat::ChangeRequest>(Parse<v1::ChangeRequest>(text)), nullptr, asked);
}

TEST(Aftercare, NothingFollowsWhereNothingWasDeployed) {
  EXPECT_EQ(OfRelease("").ByteSizeLong(), 0u);
  EXPECT_EQ(OfRelease(Check("smoke", false)).ByteSizeLong(), 0u);
  EXPECT_EQ(
      OfRelease(
          "deployments { environment: ENVIRONMENT_PRODUCTION conclusion: CONCLUSION_SKIPPED }")
          .ByteSizeLong(),
      0u);
  // Staging is none of its environments.
  EXPECT_EQ(OfRelease("deployments { environment: ENVIRONMENT_STAGING }").ByteSizeLong(), 0u);
}

TEST(Aftercare, Health) {
  const struct {
    std::string text;
    v1::Health health;
    std::vector<std::string> failing, unchecked;
  } cases[] = {
      {kDeployed + Check("smoke", true), v1::HEALTH_GOOD, {}, {}},
      {kDeployed, v1::HEALTH_UNCHECKED, {}, {"PRODUCTION"}},
      {kDeployed + Check("smoke", false), v1::HEALTH_BAD, {"PRODUCTION smoke"}, {}},
      {kDeployed + Check("b", false) + Check("a", false) + Check("c", true),
       v1::HEALTH_BAD,
       {"PRODUCTION a", "PRODUCTION b"},
       {}},
      {kDeployed + kStandby + Check("smoke", true),
       v1::HEALTH_UNCHECKED,
       {},
       {"DISASTER_RECOVERY"}},
      {kDeployed + kStandby + Check("smoke", false),
       v1::HEALTH_BAD,
       {"PRODUCTION smoke"},
       {"DISASTER_RECOVERY"}},
      {kDeployed + kStandby + Check("smoke", true) + Check("smoke", true, "DISASTER_RECOVERY"),
       v1::HEALTH_GOOD,
       {},
       {}},
      {kDeployed + Check("smoke", true) + Check("smoke", false, "STAGING"),
       v1::HEALTH_GOOD,
       {},
       {}},
      {kAborted + Check("smoke", true), v1::HEALTH_BAD, {"PRODUCTION deployment"}, {}},
      {kAborted + Check("deployment", false), v1::HEALTH_BAD, {"PRODUCTION deployment"}, {}},
  };
  for (const auto& c : cases) {
    const v1::Aftercare found = OfRelease(c.text);
    EXPECT_EQ(found.health(), c.health) << c.text;
    EXPECT_THAT(found.failing(), testing::ElementsAreArray(c.failing)) << c.text;
    EXPECT_THAT(found.unchecked(), testing::ElementsAreArray(c.unchecked)) << c.text;
  }
}

TEST(Aftercare, OfPlacesThatNobodyNamed) {
  const v1::Aftercare found = OfRelease(
      "deployments { environment: ENVIRONMENT_STAGING conclusion: CONCLUSION_PASSED "
      "happened_at { seconds: 90 } }\n" +
          kDeployed,
      {.environments = {}});
  EXPECT_EQ(found.health(), v1::HEALTH_UNCHECKED);
  EXPECT_THAT(found.unchecked(), ElementsAre("PRODUCTION", "STAGING"));
}

TEST(Aftercare, WhatFollowsForARelease) {
  const std::string good = kDeployed + Check("smoke", true) + kWatched;
  const std::string bad = kDeployed + Check("smoke", false);
  const std::string issue = kDeployed + Check("smoke", true) + "monitoring { issues_found: true ";
  const struct {
    std::string text;
    Question asked;
    v1::Transition advised;
    std::string answered_by;
  } cases[] = {
      {good, {}, kPublish, ""},
      {good, {.now = 179}, kNothing, ""},
      {good, {.now = 180}, kPublish, ""},
      {good, {.next = v1::TRANSITION_REVIEW, .now = 179}, v1::TRANSITION_REVIEW, ""},
      {good, {.next = kNothing}, kNothing, ""},
      {kDeployed, {}, kNothing, ""},
      {kDeployed, {.next = v1::TRANSITION_MONITOR}, v1::TRANSITION_MONITOR, ""},
      {bad, {}, kRollBack, ""},
      {bad, {.next = v1::TRANSITION_MONITOR}, kRollBack, ""},
      {bad, {.may_roll_back = false}, kNothing, ""},
      {bad, {.can_go_back = false}, kHotfix, ""},
      {bad, {.can_go_back = false, .may_hotfix = false}, kNothing, ""},
      {bad, {.can_go_back = std::nullopt}, kNothing, ""},
      {issue + "}", {}, kRollBack, ""},
      {issue + "hotfix_reference: 'H-1' }", {}, kHotfix, "H-1"},
      {issue + "hotfix_reference: 'H-1' }", {.may_hotfix = false}, kNothing, "H-1"},
      {issue + "rollback_reference: 'R-1' }", {}, kRollBack, "R-1"},
      {issue + "hotfix_reference: 'H-1' rollback_reference: 'R-1' }", {}, kRollBack, "R-1"},
      {issue + "hotfix_reference: 'H-1' rollback_reference: 'R-1' }",
       {.can_go_back = false},
       kHotfix,
       "H-1"},
      {issue + "rollback_reference: 'R-1' }", {.can_go_back = false}, kHotfix, ""},
      {issue + "hotfix_reference: 'T.B.D.' }", {}, kRollBack, ""},
      {issue + "hotfix_reference: ' - ' }", {}, kRollBack, ""},
  };
  for (const auto& c : cases) {
    const v1::Aftercare found = OfRelease(c.text, c.asked);
    EXPECT_EQ(found.advised(), c.advised) << c.text << " at " << c.asked.now;
    EXPECT_EQ(found.answered_by(), c.answered_by) << c.text;
    EXPECT_EQ(found.forward_only(), c.asked.can_go_back == false);
  }
}

TEST(Aftercare, AnAnswerSpeaksOfAnIssue) {
  const std::string good = kDeployed + Check("smoke", true);
  for (const char* monitoring :
       {"issues_found: true", "rollback_reference: 'R-1'", "hotfix_reference: 'H-1'"}) {
    const v1::Aftercare found = OfRelease(good + "monitoring { " + monitoring + " }");
    EXPECT_TRUE(found.issues_found()) << monitoring;
    EXPECT_EQ(found.health(), v1::HEALTH_BAD) << monitoring;
    EXPECT_THAT(found.failing(), IsEmpty());
  }
  const v1::Aftercare quiet = OfRelease(good + "monitoring { hotfix_reference: 'tbd' }");
  EXPECT_FALSE(quiet.issues_found());
  EXPECT_EQ(quiet.health(), v1::HEALTH_GOOD);
}

TEST(Aftercare, WhatFollowsForAChange) {
  const auto advised = [](const std::string& text, const Question& asked) {
    return OfChange(text, asked).advised();
  };
  const std::string bad = kDeployed + Check("smoke", false);
  EXPECT_EQ(advised(kDeployed + Check("smoke", true), {.next = v1::TRANSITION_REVIEW}),
            v1::TRANSITION_REVIEW);
  EXPECT_EQ(advised(kDeployed, {.next = v1::TRANSITION_REVIEW}), kNothing);
  EXPECT_EQ(advised(kDeployed, {.next = v1::TRANSITION_VERIFY}), v1::TRANSITION_VERIFY);
  EXPECT_EQ(advised(bad, {}), kRollBack);
  EXPECT_EQ(advised(bad, {.may_roll_back = false}), kNothing);
  EXPECT_EQ(advised(bad, {.can_go_back = false}), kNothing);
  EXPECT_TRUE(OfChange(bad, {.can_go_back = false}).forward_only());
  EXPECT_FALSE(OfChange(bad, {}).has_watched_until());
}

TEST(Aftercare, TheWatchIsTold) {
  std::vector<absl::Time> changes;
  const v1::Aftercare during =
      OfRelease(kDeployed + Check("smoke", true) + kWatched, {.now = 150}, &changes);
  EXPECT_EQ(FromProto(during.watched_until()), At(180));
  EXPECT_FALSE(during.watched());
  EXPECT_THAT(changes, ElementsAre(At(180)));
  EXPECT_TRUE(OfRelease(kDeployed + Check("smoke", true) + kWatched).watched());
}

TEST(Aftercare, IsTheSameInAnyOrder) {
  auto release = Parse<v1::Release>(kDeployed + kStandby + Check("a", false) + Check("b", true) +
                                    Check("c", false, "DISASTER_RECOVERY") + kAborted);
  const auto& in_order = AsFlat<flat::Release>(release);
  const std::string first = Assess(in_order, &in_order, {}).SerializeAsString();
  std::reverse(release.mutable_deployments()->begin(), release.mutable_deployments()->end());
  std::reverse(release.mutable_health_checks()->begin(), release.mutable_health_checks()->end());
  const auto& reversed = AsFlat<flat::Release>(release);
  EXPECT_EQ(Assess(reversed, &reversed,
                   {.environments = {v1::ENVIRONMENT_DISASTER_RECOVERY, v1::ENVIRONMENT_PRODUCTION,
                                     v1::ENVIRONMENT_PRODUCTION}})
                .SerializeAsString(),
            first);
}

TEST(CanGoBack, AsFarAsIsSaid) {
  const auto no_release = static_cast<const flat::Release*>(nullptr);
  const auto ask = [&](const std::string& text, bool known) {
    return CanGoBack(AsFlat<flat::Rollback>(Parse<v1::Rollback>(text)), known, no_release);
  };
  EXPECT_EQ(ask("", false), std::nullopt);
  EXPECT_EQ(ask("", true), true);
  EXPECT_EQ(ask("irreversible: false", true), true);
  EXPECT_EQ(ask("irreversible: true", true), false);
  EXPECT_EQ(ask("irreversible: true known_good_state: '1.2'", true), false);
  EXPECT_EQ(ask("known_good_state: '1.2'", false), true);
  const auto& release = AsFlat<flat::Release>(Parse<v1::Release>(
      "changes { id: 'a' } changes { id: 'b' rollback { irreversible: true } }"));
  const auto& reversible = AsFlat<flat::Rollback>(Parse<v1::Rollback>("irreversible: false"));
  EXPECT_EQ(CanGoBack(reversible, true, &release), false);
}

}  // namespace
}  // namespace changepolicy
