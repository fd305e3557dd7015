#include "libchangepolicy/domain/life_cycle.h"

#include <algorithm>
#include <map>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ChangeLife, MainLine) {
  EXPECT_THAT(TransitionsAhead(v1::CHANGE_STATE_DRAFT),
              ElementsAre(v1::TRANSITION_SUBMIT, v1::TRANSITION_ASSESS, v1::TRANSITION_APPROVE,
                          v1::TRANSITION_SCHEDULE, v1::TRANSITION_DEPLOY, v1::TRANSITION_VERIFY,
                          v1::TRANSITION_REVIEW, v1::TRANSITION_CLOSE));
  EXPECT_THAT(TransitionsAhead(v1::CHANGE_STATE_REVIEW), ElementsAre(v1::TRANSITION_CLOSE));
}

TEST(ReleaseLife, MainLine) {
  EXPECT_THAT(TransitionsAhead(v1::RELEASE_STATE_PLANNED),
              ElementsAre(v1::TRANSITION_CUT_CANDIDATE, v1::TRANSITION_VALIDATE,
                          v1::TRANSITION_APPROVE, v1::TRANSITION_DEPLOY, v1::TRANSITION_MONITOR,
                          v1::TRANSITION_PUBLISH, v1::TRANSITION_REVIEW));
}

TEST(ChangeLife, LegalTransitionsAreSortedByNumber) {
  EXPECT_THAT(LegalTransitions(v1::CHANGE_STATE_SUBMITTED),
              ElementsAre(v1::TRANSITION_ASSESS, v1::TRANSITION_REJECT, v1::TRANSITION_CANCEL));
  EXPECT_THAT(LegalTransitions(v1::CHANGE_STATE_IMPLEMENTING),
              ElementsAre(v1::TRANSITION_VERIFY, v1::TRANSITION_ROLL_BACK));
  EXPECT_THAT(LegalTransitions(v1::RELEASE_STATE_RELEASED),
              ElementsAre(v1::TRANSITION_REVIEW, v1::TRANSITION_ROLL_BACK, v1::TRANSITION_HOTFIX));
}

TEST(ChangeLife, SideLines) {
  const std::map<v1::Transition, std::pair<v1::ChangeState, std::set<v1::ChangeState>>> lines = {
      {v1::TRANSITION_REJECT,
       {v1::CHANGE_STATE_REJECTED, {v1::CHANGE_STATE_SUBMITTED, v1::CHANGE_STATE_ASSESSED}}},
      {v1::TRANSITION_CANCEL,
       {v1::CHANGE_STATE_CANCELLED,
        {v1::CHANGE_STATE_DRAFT, v1::CHANGE_STATE_SUBMITTED, v1::CHANGE_STATE_ASSESSED,
         v1::CHANGE_STATE_APPROVED, v1::CHANGE_STATE_SCHEDULED}}},
      {v1::TRANSITION_ROLL_BACK,
       {v1::CHANGE_STATE_ROLLED_BACK,
        {v1::CHANGE_STATE_IMPLEMENTING, v1::CHANGE_STATE_VERIFYING, v1::CHANGE_STATE_REVIEW}}},
      {v1::TRANSITION_HOTFIX, {}},
      {v1::TRANSITION_WITHDRAW, {}},
  };
  for (const auto& [transition, line] : lines) {
    for (int i = v1::ChangeState_MIN; i <= v1::ChangeState_MAX; ++i) {
      const auto state = static_cast<v1::ChangeState>(i);
      const bool legal = line.second.count(state) > 0;
      EXPECT_EQ(StateAfter(state, transition), legal ? line.first : v1::CHANGE_STATE_UNSPECIFIED)
          << v1::Transition_Name(transition) << " from " << v1::ChangeState_Name(state);
    }
  }
}

TEST(ReleaseLife, SideLines) {
  const std::map<v1::Transition, std::pair<v1::ReleaseState, std::set<v1::ReleaseState>>> lines = {
      {v1::TRANSITION_ROLL_BACK,
       {v1::RELEASE_STATE_ROLLED_BACK,
        {v1::RELEASE_STATE_DEPLOYING, v1::RELEASE_STATE_MONITORING, v1::RELEASE_STATE_RELEASED}}},
      {v1::TRANSITION_HOTFIX,
       {v1::RELEASE_STATE_HOTFIXED, {v1::RELEASE_STATE_MONITORING, v1::RELEASE_STATE_RELEASED}}},
      {v1::TRANSITION_WITHDRAW,
       {v1::RELEASE_STATE_WITHDRAWN,
        {v1::RELEASE_STATE_PLANNED, v1::RELEASE_STATE_CANDIDATE, v1::RELEASE_STATE_VALIDATED,
         v1::RELEASE_STATE_APPROVED}}},
      {v1::TRANSITION_REJECT, {}},
      {v1::TRANSITION_CANCEL, {}},
  };
  for (const auto& [transition, line] : lines) {
    for (int i = v1::ReleaseState_MIN; i <= v1::ReleaseState_MAX; ++i) {
      const auto state = static_cast<v1::ReleaseState>(i);
      const bool legal = line.second.count(state) > 0;
      EXPECT_EQ(StateAfter(state, transition), legal ? line.first : v1::RELEASE_STATE_UNSPECIFIED)
          << v1::Transition_Name(transition) << " from " << v1::ReleaseState_Name(state);
    }
  }
}

TEST(Lives, NothingIsLegalFromFinalUnsetAndInventedStates) {
  for (const auto state :
       {v1::CHANGE_STATE_UNSPECIFIED, v1::CHANGE_STATE_CLOSED, v1::CHANGE_STATE_REJECTED,
        v1::CHANGE_STATE_CANCELLED, v1::CHANGE_STATE_ROLLED_BACK, static_cast<v1::ChangeState>(-1),
        static_cast<v1::ChangeState>(999)}) {
    EXPECT_THAT(LegalTransitions(state), IsEmpty()) << state;
    EXPECT_EQ(NextTransition(state), v1::TRANSITION_UNSPECIFIED) << state;
    EXPECT_THAT(TransitionsAhead(state), IsEmpty()) << state;
  }
  for (const auto state : {v1::RELEASE_STATE_UNSPECIFIED, v1::RELEASE_STATE_REVIEWED,
                           v1::RELEASE_STATE_ROLLED_BACK, v1::RELEASE_STATE_HOTFIXED,
                           v1::RELEASE_STATE_WITHDRAWN, static_cast<v1::ReleaseState>(-1)}) {
    EXPECT_THAT(LegalTransitions(state), IsEmpty()) << state;
    EXPECT_EQ(NextTransition(state), v1::TRANSITION_UNSPECIFIED) << state;
  }
}

template <typename State>
void ExpectNextIsLegalAndLeadsOn(int lowest, int highest) {
  for (int i = lowest; i <= highest; ++i) {
    const auto state = static_cast<State>(i);
    const std::vector<v1::Transition> legal = LegalTransitions(state);
    const v1::Transition next = NextTransition(state);
    EXPECT_EQ(legal.empty(), next == v1::TRANSITION_UNSPECIFIED) << i;
    if (!legal.empty()) {
      EXPECT_THAT(legal, ::testing::Contains(next)) << i;
      EXPECT_EQ(StateAfter(state, next), i + 1) << i;
    }
    for (const v1::Transition transition : legal) {
      EXPECT_NE(StateAfter(state, transition), 0) << i;
    }
  }
}

TEST(Lives, NextIsLegalAndLeadsOn) {
  ExpectNextIsLegalAndLeadsOn<v1::ChangeState>(v1::ChangeState_MIN, v1::ChangeState_MAX);
  ExpectNextIsLegalAndLeadsOn<v1::ReleaseState>(v1::ReleaseState_MIN, v1::ReleaseState_MAX);
}

}  // namespace
}  // namespace changepolicy
