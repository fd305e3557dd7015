#include "libchangepolicy/domain/aftercare.h"

#include <algorithm>
#include <set>
#include <string>

#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/monitoring.h"

namespace changepolicy {
namespace {

void JudgeHealth(const AftercareQuestion& question, const Environments& places,
                 v1::Aftercare* aftercare) {
  std::set<std::string> failing, unchecked;
  for (const v1::Environment place : places) {
    const std::string name = ValueName(place);
    const EnvironmentHealth health = HealthOf(*question.checks, *question.deployments, place);
    for (const std::string& check : health.failing) failing.insert(StrCat(name, " ", check));
    if (!HasSucceeded(*question.deployments, place)) failing.insert(StrCat(name, " deployment"));
    if (!health.checked) unchecked.insert(name);
  }
  *aftercare->mutable_failing() = {failing.begin(), failing.end()};
  *aftercare->mutable_unchecked() = {unchecked.begin(), unchecked.end()};
  aftercare->set_health(!failing.empty() || aftercare->issues_found() ? v1::HEALTH_BAD
                        : !unchecked.empty()                          ? v1::HEALTH_UNCHECKED
                                                                      : v1::HEALTH_GOOD);
}

v1::Transition AdviseAgainstTrouble(const AftercareQuestion& question, bool hotfix_answers) {
  if (!question.can_go_back.has_value()) return v1::TRANSITION_UNSPECIFIED;
  const bool is_release = question.release != nullptr;
  if (is_release && (!*question.can_go_back || hotfix_answers)) {
    return question.may_hotfix ? v1::TRANSITION_HOTFIX : v1::TRANSITION_UNSPECIFIED;
  }
  return *question.can_go_back && question.may_roll_back ? v1::TRANSITION_ROLL_BACK
                                                         : v1::TRANSITION_UNSPECIFIED;
}

}  // namespace

std::optional<bool> CanGoBack(const flat::Rollback& rollback, bool irreversible_known,
                              const flat::Release* release) {
  const auto is_irreversible = [](const flat::ChangeRequest& change) {
    return change.rollback().irreversible();
  };
  const bool changes_hold_it =
      release != nullptr &&
      std::any_of(release->changes().begin(), release->changes().end(), is_irreversible);
  if (rollback.irreversible() || changes_hold_it) return false;
  if (irreversible_known || !rollback.known_good_state().empty()) return true;
  return std::nullopt;
}

v1::Aftercare AssessAftercare(const AftercareQuestion& question, std::vector<absl::Time>* changes) {
  v1::Aftercare aftercare;
  const Environments places = DeployedTo(*question.deployments, question.environments);
  if (places.empty()) return aftercare;
  aftercare.set_forward_only(question.can_go_back == false);
  bool hotfix_answers = false;
  if (question.release != nullptr) {
    const Watch watch = WatchOf(*question.release, absl::ZeroDuration(), question.now, changes);
    if (watch.until.has_value()) ToProto(*watch.until, aftercare.mutable_watched_until());
    aftercare.set_watched(watch.complete);
    const flat::Monitoring& monitoring = question.release->monitoring();
    const bool rollback = question.text->IsGiven(monitoring.rollback_reference());
    const bool hotfix = question.text->IsGiven(monitoring.hotfix_reference());
    hotfix_answers = hotfix && (!rollback || aftercare.forward_only());
    aftercare.set_issues_found(monitoring.issues_found() || rollback || hotfix);
    if (hotfix_answers) {
      aftercare.set_answered_by(std::string(monitoring.hotfix_reference()));
    } else if (rollback && !aftercare.forward_only()) {
      aftercare.set_answered_by(std::string(monitoring.rollback_reference()));
    }
  }
  JudgeHealth(question, places, &aftercare);
  v1::Transition advised = question.next;
  if (aftercare.health() == v1::HEALTH_BAD) {
    advised = AdviseAgainstTrouble(question, hotfix_answers);
  } else if (aftercare.health() == v1::HEALTH_UNCHECKED) {
    const bool checks_follow =
        question.next == v1::TRANSITION_VERIFY || question.next == v1::TRANSITION_MONITOR;
    if (!checks_follow) advised = v1::TRANSITION_UNSPECIFIED;
  } else if (question.next == v1::TRANSITION_PUBLISH && !aftercare.watched()) {
    advised = v1::TRANSITION_UNSPECIFIED;
  }
  aftercare.set_advised(advised);
  return aftercare;
}

}  // namespace changepolicy
