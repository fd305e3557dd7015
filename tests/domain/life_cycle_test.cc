#include "libchangepolicy/domain/life_cycle.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;

template <typename Steps>
std::vector<std::string> IdsOf(const Steps& steps) {
  std::vector<std::string> ids;
  for (const auto& step : steps) ids.push_back(step.id());
  return ids;
}

TEST(OwnLife, StepsInOrder) {
  EXPECT_THAT(IdsOf(OwnLifeCycle().changes()),
              ElementsAre("submit", "assess", "approve", "schedule", "deploy", "verify", "review",
                          "close", "reject", "cancel", "roll-back"));
  EXPECT_THAT(IdsOf(OwnLifeCycle().releases()),
              ElementsAre("cut-candidate", "validate", "approve", "deploy", "monitor", "publish",
                          "review", "roll-back", "hotfix", "withdraw"));
}

TEST(OwnLife, MainLineGoesThroughEachState) {
  v1::ChangeState change = v1::CHANGE_STATE_DRAFT;
  for (const v1::ChangeStep& step : OwnLifeCycle().changes()) {
    if (!LeavesFrom(step, change)) continue;
    EXPECT_EQ(step.to(), change + 1) << step.id();
    change = step.to();
  }
  EXPECT_EQ(change, v1::CHANGE_STATE_CLOSED);
  v1::ReleaseState release = v1::RELEASE_STATE_PLANNED;
  for (const v1::ReleaseStep& step : OwnLifeCycle().releases()) {
    if (!LeavesFrom(step, release)) continue;
    EXPECT_EQ(step.to(), release + 1) << step.id();
    release = step.to();
  }
  EXPECT_EQ(release, v1::RELEASE_STATE_REVIEWED);
}

TEST(OwnLife, SideLines) {
  using enum v1::ChangeState;
  const std::map<v1::Transition, std::pair<v1::ChangeState, std::set<int>>> lines = {
      {v1::TRANSITION_REJECT,
       {CHANGE_STATE_REJECTED, {CHANGE_STATE_SUBMITTED, CHANGE_STATE_ASSESSED}}},
      {v1::TRANSITION_CANCEL,
       {CHANGE_STATE_CANCELLED,
        {CHANGE_STATE_DRAFT, CHANGE_STATE_SUBMITTED, CHANGE_STATE_ASSESSED, CHANGE_STATE_APPROVED,
         CHANGE_STATE_SCHEDULED}}},
      {v1::TRANSITION_ROLL_BACK,
       {CHANGE_STATE_ROLLED_BACK,
        {CHANGE_STATE_IMPLEMENTING, CHANGE_STATE_VERIFYING, CHANGE_STATE_REVIEW}}},
  };
  for (const auto& [transition, line] : lines) {
    for (const v1::ChangeStep& step : OwnLifeCycle().changes()) {
      if (step.at() != transition) continue;
      EXPECT_EQ(step.to(), line.first);
      EXPECT_EQ(std::set<int>(step.from().begin(), step.from().end()), line.second);
    }
  }
}

TEST(OwnLife, FinalStatesAreLeftByNoStep) {
  for (const v1::ChangeState state :
       {v1::CHANGE_STATE_UNSPECIFIED, v1::CHANGE_STATE_CLOSED, v1::CHANGE_STATE_REJECTED,
        v1::CHANGE_STATE_CANCELLED, v1::CHANGE_STATE_ROLLED_BACK}) {
    for (const v1::ChangeStep& step : OwnLifeCycle().changes()) {
      EXPECT_FALSE(LeavesFrom(step, state)) << step.id();
    }
  }
  for (const v1::ReleaseState state :
       {v1::RELEASE_STATE_UNSPECIFIED, v1::RELEASE_STATE_REVIEWED, v1::RELEASE_STATE_ROLLED_BACK,
        v1::RELEASE_STATE_HOTFIXED, v1::RELEASE_STATE_WITHDRAWN}) {
    for (const v1::ReleaseStep& step : OwnLifeCycle().releases()) {
      EXPECT_FALSE(LeavesFrom(step, state)) << step.id();
    }
  }
}

TEST(OwnLife, EveryTransitionBelongsToSomeKind) {
  for (int i = v1::Transition_MIN + 1; i <= v1::Transition_MAX; ++i) {
    const auto transition = static_cast<v1::Transition>(i);
    EXPECT_TRUE(IsStepOf(v1::SUBJECT_KIND_CHANGE, transition) ||
                IsStepOf(v1::SUBJECT_KIND_RELEASE, transition))
        << v1::Transition_Name(transition);
  }
  EXPECT_FALSE(IsStepOf(v1::SUBJECT_KIND_CHANGE, v1::TRANSITION_HOTFIX));
  EXPECT_FALSE(IsStepOf(v1::SUBJECT_KIND_RELEASE, v1::TRANSITION_SUBMIT));
  EXPECT_FALSE(IsStepOf(v1::SUBJECT_KIND_CHANGE, v1::TRANSITION_UNSPECIFIED));
}

TEST(EffectiveLife, OwnListStandsForAnEmptyOne) {
  v1::LifeCycle declared;
  v1::ChangeStep* const step = declared.add_changes();
  step->set_id("only");
  const v1::LifeCycle life = EffectiveLifeCycle(declared);
  EXPECT_THAT(IdsOf(life.changes()), ElementsAre("only"));
  EXPECT_EQ(life.releases_size(), OwnLifeCycle().releases_size());
}

}  // namespace
}  // namespace changepolicy
