#include "libchangepolicy/domain/life_cycle.h"

#include <algorithm>
#include <array>

namespace changepolicy {
namespace {

template <typename State>
struct Step {
  State from;
  v1::Transition transition;
  State to;
  bool main_line = false;
};

constexpr std::array<Step<v1::ChangeState>, 18> kChangeSteps = {{
    {v1::CHANGE_STATE_DRAFT, v1::TRANSITION_SUBMIT, v1::CHANGE_STATE_SUBMITTED, true},
    {v1::CHANGE_STATE_SUBMITTED, v1::TRANSITION_ASSESS, v1::CHANGE_STATE_ASSESSED, true},
    {v1::CHANGE_STATE_ASSESSED, v1::TRANSITION_APPROVE, v1::CHANGE_STATE_APPROVED, true},
    {v1::CHANGE_STATE_APPROVED, v1::TRANSITION_SCHEDULE, v1::CHANGE_STATE_SCHEDULED, true},
    {v1::CHANGE_STATE_SCHEDULED, v1::TRANSITION_DEPLOY, v1::CHANGE_STATE_IMPLEMENTING, true},
    {v1::CHANGE_STATE_IMPLEMENTING, v1::TRANSITION_VERIFY, v1::CHANGE_STATE_VERIFYING, true},
    {v1::CHANGE_STATE_VERIFYING, v1::TRANSITION_REVIEW, v1::CHANGE_STATE_REVIEW, true},
    {v1::CHANGE_STATE_REVIEW, v1::TRANSITION_CLOSE, v1::CHANGE_STATE_CLOSED, true},

    {v1::CHANGE_STATE_SUBMITTED, v1::TRANSITION_REJECT, v1::CHANGE_STATE_REJECTED},
    {v1::CHANGE_STATE_ASSESSED, v1::TRANSITION_REJECT, v1::CHANGE_STATE_REJECTED},

    {v1::CHANGE_STATE_DRAFT, v1::TRANSITION_CANCEL, v1::CHANGE_STATE_CANCELLED},
    {v1::CHANGE_STATE_SUBMITTED, v1::TRANSITION_CANCEL, v1::CHANGE_STATE_CANCELLED},
    {v1::CHANGE_STATE_ASSESSED, v1::TRANSITION_CANCEL, v1::CHANGE_STATE_CANCELLED},
    {v1::CHANGE_STATE_APPROVED, v1::TRANSITION_CANCEL, v1::CHANGE_STATE_CANCELLED},
    {v1::CHANGE_STATE_SCHEDULED, v1::TRANSITION_CANCEL, v1::CHANGE_STATE_CANCELLED},

    {v1::CHANGE_STATE_IMPLEMENTING, v1::TRANSITION_ROLL_BACK, v1::CHANGE_STATE_ROLLED_BACK},
    {v1::CHANGE_STATE_VERIFYING, v1::TRANSITION_ROLL_BACK, v1::CHANGE_STATE_ROLLED_BACK},
    {v1::CHANGE_STATE_REVIEW, v1::TRANSITION_ROLL_BACK, v1::CHANGE_STATE_ROLLED_BACK},
}};

constexpr std::array<Step<v1::ReleaseState>, 16> kReleaseSteps = {{
    {v1::RELEASE_STATE_PLANNED, v1::TRANSITION_CUT_CANDIDATE, v1::RELEASE_STATE_CANDIDATE, true},
    {v1::RELEASE_STATE_CANDIDATE, v1::TRANSITION_VALIDATE, v1::RELEASE_STATE_VALIDATED, true},
    {v1::RELEASE_STATE_VALIDATED, v1::TRANSITION_APPROVE, v1::RELEASE_STATE_APPROVED, true},
    {v1::RELEASE_STATE_APPROVED, v1::TRANSITION_DEPLOY, v1::RELEASE_STATE_DEPLOYING, true},
    {v1::RELEASE_STATE_DEPLOYING, v1::TRANSITION_MONITOR, v1::RELEASE_STATE_MONITORING, true},
    {v1::RELEASE_STATE_MONITORING, v1::TRANSITION_PUBLISH, v1::RELEASE_STATE_RELEASED, true},
    {v1::RELEASE_STATE_RELEASED, v1::TRANSITION_REVIEW, v1::RELEASE_STATE_REVIEWED, true},

    {v1::RELEASE_STATE_DEPLOYING, v1::TRANSITION_ROLL_BACK, v1::RELEASE_STATE_ROLLED_BACK},
    {v1::RELEASE_STATE_MONITORING, v1::TRANSITION_ROLL_BACK, v1::RELEASE_STATE_ROLLED_BACK},
    {v1::RELEASE_STATE_RELEASED, v1::TRANSITION_ROLL_BACK, v1::RELEASE_STATE_ROLLED_BACK},

    {v1::RELEASE_STATE_MONITORING, v1::TRANSITION_HOTFIX, v1::RELEASE_STATE_HOTFIXED},
    {v1::RELEASE_STATE_RELEASED, v1::TRANSITION_HOTFIX, v1::RELEASE_STATE_HOTFIXED},

    {v1::RELEASE_STATE_PLANNED, v1::TRANSITION_WITHDRAW, v1::RELEASE_STATE_WITHDRAWN},
    {v1::RELEASE_STATE_CANDIDATE, v1::TRANSITION_WITHDRAW, v1::RELEASE_STATE_WITHDRAWN},
    {v1::RELEASE_STATE_VALIDATED, v1::TRANSITION_WITHDRAW, v1::RELEASE_STATE_WITHDRAWN},
    {v1::RELEASE_STATE_APPROVED, v1::TRANSITION_WITHDRAW, v1::RELEASE_STATE_WITHDRAWN},
}};

template <typename Steps, typename State>
std::vector<v1::Transition> Legal(const Steps& steps, State state) {
  std::vector<v1::Transition> legal;
  for (const auto& step : steps) {
    if (step.from == state) legal.push_back(step.transition);
  }
  std::sort(legal.begin(), legal.end());
  return legal;
}

template <typename Steps, typename State>
v1::Transition Next(const Steps& steps, State state) {
  for (const auto& step : steps) {
    if (step.from == state && step.main_line) return step.transition;
  }
  return v1::TRANSITION_UNSPECIFIED;
}

template <typename Steps, typename State>
State After(const Steps& steps, State state, v1::Transition transition) {
  for (const auto& step : steps) {
    if (step.from == state && step.transition == transition) return step.to;
  }
  return State{};
}

template <typename Steps, typename State>
std::vector<v1::Transition> Ahead(const Steps& steps, State state) {
  std::vector<v1::Transition> ahead;
  for (v1::Transition next = Next(steps, state); next != v1::TRANSITION_UNSPECIFIED;
       next = Next(steps, state)) {
    ahead.push_back(next);
    state = After(steps, state, next);
  }
  return ahead;
}

}  // namespace

std::vector<v1::Transition> LegalTransitions(v1::ChangeState state) {
  return Legal(kChangeSteps, state);
}
std::vector<v1::Transition> LegalTransitions(v1::ReleaseState state) {
  return Legal(kReleaseSteps, state);
}

v1::Transition NextTransition(v1::ChangeState state) { return Next(kChangeSteps, state); }
v1::Transition NextTransition(v1::ReleaseState state) { return Next(kReleaseSteps, state); }

v1::ChangeState StateAfter(v1::ChangeState state, v1::Transition transition) {
  return After(kChangeSteps, state, transition);
}
v1::ReleaseState StateAfter(v1::ReleaseState state, v1::Transition transition) {
  return After(kReleaseSteps, state, transition);
}

std::vector<v1::Transition> TransitionsAhead(v1::ChangeState state) {
  return Ahead(kChangeSteps, state);
}
std::vector<v1::Transition> TransitionsAhead(v1::ReleaseState state) {
  return Ahead(kReleaseSteps, state);
}

}  // namespace changepolicy
