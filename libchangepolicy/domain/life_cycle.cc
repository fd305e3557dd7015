#include "libchangepolicy/domain/life_cycle.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace changepolicy {
namespace {

template <typename Step, typename State>
void Add(google::protobuf::RepeatedPtrField<Step>* steps, std::string_view id,
         v1::Transition transition, std::initializer_list<State> from, State to) {
  Step& step = *steps->Add();
  step.set_id(std::string(id));
  step.set_at(transition);
  for (const State state : from) step.add_from(state);
  step.set_to(to);
}

v1::LifeCycle MakeOwnLifeCycle() {
  v1::LifeCycle life;
  auto* const changes = life.mutable_changes();
  using enum v1::ChangeState;
  Add(changes, "submit", v1::TRANSITION_SUBMIT, {CHANGE_STATE_DRAFT}, CHANGE_STATE_SUBMITTED);
  Add(changes, "assess", v1::TRANSITION_ASSESS, {CHANGE_STATE_SUBMITTED}, CHANGE_STATE_ASSESSED);
  Add(changes, "approve", v1::TRANSITION_APPROVE, {CHANGE_STATE_ASSESSED}, CHANGE_STATE_APPROVED);
  Add(changes, "schedule", v1::TRANSITION_SCHEDULE, {CHANGE_STATE_APPROVED},
      CHANGE_STATE_SCHEDULED);
  Add(changes, "deploy", v1::TRANSITION_DEPLOY, {CHANGE_STATE_SCHEDULED},
      CHANGE_STATE_IMPLEMENTING);
  Add(changes, "verify", v1::TRANSITION_VERIFY, {CHANGE_STATE_IMPLEMENTING},
      CHANGE_STATE_VERIFYING);
  Add(changes, "review", v1::TRANSITION_REVIEW, {CHANGE_STATE_VERIFYING}, CHANGE_STATE_REVIEW);
  Add(changes, "close", v1::TRANSITION_CLOSE, {CHANGE_STATE_REVIEW}, CHANGE_STATE_CLOSED);
  Add(changes, "reject", v1::TRANSITION_REJECT, {CHANGE_STATE_SUBMITTED, CHANGE_STATE_ASSESSED},
      CHANGE_STATE_REJECTED);
  Add(changes, "cancel", v1::TRANSITION_CANCEL,
      {CHANGE_STATE_DRAFT, CHANGE_STATE_SUBMITTED, CHANGE_STATE_ASSESSED, CHANGE_STATE_APPROVED,
       CHANGE_STATE_SCHEDULED},
      CHANGE_STATE_CANCELLED);
  Add(changes, "roll-back", v1::TRANSITION_ROLL_BACK,
      {CHANGE_STATE_IMPLEMENTING, CHANGE_STATE_VERIFYING, CHANGE_STATE_REVIEW},
      CHANGE_STATE_ROLLED_BACK);

  auto* const releases = life.mutable_releases();
  using enum v1::ReleaseState;
  Add(releases, "cut-candidate", v1::TRANSITION_CUT_CANDIDATE, {RELEASE_STATE_PLANNED},
      RELEASE_STATE_CANDIDATE);
  Add(releases, "validate", v1::TRANSITION_VALIDATE, {RELEASE_STATE_CANDIDATE},
      RELEASE_STATE_VALIDATED);
  Add(releases, "approve", v1::TRANSITION_APPROVE, {RELEASE_STATE_VALIDATED},
      RELEASE_STATE_APPROVED);
  Add(releases, "deploy", v1::TRANSITION_DEPLOY, {RELEASE_STATE_APPROVED}, RELEASE_STATE_DEPLOYING);
  Add(releases, "monitor", v1::TRANSITION_MONITOR, {RELEASE_STATE_DEPLOYING},
      RELEASE_STATE_MONITORING);
  Add(releases, "publish", v1::TRANSITION_PUBLISH, {RELEASE_STATE_MONITORING},
      RELEASE_STATE_RELEASED);
  Add(releases, "review", v1::TRANSITION_REVIEW, {RELEASE_STATE_RELEASED}, RELEASE_STATE_REVIEWED);
  Add(releases, "roll-back", v1::TRANSITION_ROLL_BACK,
      {RELEASE_STATE_DEPLOYING, RELEASE_STATE_MONITORING, RELEASE_STATE_RELEASED},
      RELEASE_STATE_ROLLED_BACK);
  Add(releases, "hotfix", v1::TRANSITION_HOTFIX, {RELEASE_STATE_MONITORING, RELEASE_STATE_RELEASED},
      RELEASE_STATE_HOTFIXED);
  Add(releases, "withdraw", v1::TRANSITION_WITHDRAW,
      {RELEASE_STATE_PLANNED, RELEASE_STATE_CANDIDATE, RELEASE_STATE_VALIDATED,
       RELEASE_STATE_APPROVED},
      RELEASE_STATE_WITHDRAWN);
  return life;
}

template <typename Steps>
bool HasStepAt(const Steps& steps, v1::Transition transition) {
  return std::any_of(steps.begin(), steps.end(),
                     [&](const auto& step) { return step.at() == transition; });
}

}  // namespace

const v1::LifeCycle& OwnLifeCycle() {
  static const auto& life = *new v1::LifeCycle(MakeOwnLifeCycle());
  return life;
}

v1::LifeCycle EffectiveLifeCycle(const v1::LifeCycle& declared) {
  v1::LifeCycle life = declared;
  if (life.changes().empty()) *life.mutable_changes() = OwnLifeCycle().changes();
  if (life.releases().empty()) *life.mutable_releases() = OwnLifeCycle().releases();
  return life;
}

bool IsStepOf(v1::SubjectKind kind, v1::Transition transition) {
  return kind == v1::SUBJECT_KIND_RELEASE ? HasStepAt(OwnLifeCycle().releases(), transition)
                                          : HasStepAt(OwnLifeCycle().changes(), transition);
}

bool LeavesFrom(const v1::ChangeStep& step, v1::ChangeState state) {
  return std::find(step.from().begin(), step.from().end(), state) != step.from().end();
}

bool LeavesFrom(const v1::ReleaseStep& step, v1::ReleaseState state) {
  return std::find(step.from().begin(), step.from().end(), state) != step.from().end();
}

}  // namespace changepolicy
