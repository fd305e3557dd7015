// What a new version of a policy would change for open subjects.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/check/load.h"
#include "libchangepolicy/domain/grandfathering.h"
#include "libchangepolicy/eval/bound_organization.h"
#include "libchangepolicy/eval/decide.h"
#include "libchangepolicy/policy_series.h"

namespace changepolicy {
namespace {

// The policy as if it had always been in force: what it would decide is asked before it begins.
absl::StatusOr<std::shared_ptr<const CheckedPolicy>> InForceAlways(const Policy& policy) {
  v1::Policy always = policy.proto();
  always.mutable_policy()->clear_effective_from();
  always.mutable_policy()->clear_grandfathering();
  LoadResult loaded = LoadPolicy(always, always.policy().id());
  if (loaded.policy == nullptr) return Internal(ToText(loaded.issues));
  return std::move(loaded.policy);
}

template <typename Steps>
bool LeadsOn(const Steps& steps, int state) {
  return std::any_of(steps.begin(), steps.end(), [&](const auto& step) {
    return std::find(step.from().begin(), step.from().end(), state) != step.from().end();
  });
}

bool IsOpen(const v1::LifeCycle& life, const v1::ChangeRequest& change) {
  return change.state() == 0 || LeadsOn(life.changes(), change.state());
}
bool IsOpen(const v1::LifeCycle& life, const v1::Release& release) {
  return release.state() == 0 || LeadsOn(life.releases(), release.state());
}

std::set<std::string> BlockingRules(const v1::Decision& decision) {
  std::set<std::string> rules;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.status() == v1::STATUS_UNSATISFIED ||
        outcome.status() == v1::STATUS_UNSATISFIABLE || outcome.status() == v1::STATUS_UNKNOWN ||
        outcome.status() == v1::STATUS_ERROR) {
      rules.insert(outcome.rule());
    }
  }
  return rules;
}

void AddDifference(const std::set<std::string>& of, const std::set<std::string>& without,
                   google::protobuf::RepeatedPtrField<std::string>* rules) {
  for (const std::string& rule : of) {
    if (without.count(rule) == 0) *rules->Add() = rule;
  }
}

class Comparer {
 public:
  Comparer(const Policy& after, std::shared_ptr<const CheckedPolicy> before_always,
           std::shared_ptr<const CheckedPolicy> after_always, const Organization& organization,
           absl::Time now)
      : header_(after.proto().policy()),
        before_(std::move(before_always)),
        after_(std::move(after_always)),
        organization_(*organization.bound()),
        now_(now) {}

  template <typename Subject>
  void Add(const std::vector<Subject>& subjects) {
    constexpr bool kIsRelease = std::is_same_v<Subject, v1::Release>;
    std::map<std::string, int> count;
    for (const Subject& subject : subjects) ++count[subject.id()];
    for (const Subject& subject : subjects) {
      const std::string name =
          StrCat(kIsRelease ? "release " : "change ", subject.id().empty() ? "?" : subject.id());
      if (count[subject.id()] > 1) {
        problems_.insert(StrCat(name, ": is given ", count[subject.id()], " times"));
        continue;
      }
      if (!IsOpen(before_->life_cycle(), subject) && !IsOpen(after_->life_cycle(), subject)) {
        continue;
      }
      const DecideOptions options{.now = now_};
      const auto before = changepolicy::Decide(*before_, organization_, subject, options);
      const auto after = changepolicy::Decide(*after_, organization_, subject, options);
      if (!before.ok() || !after.ok()) {
        problems_.insert(StrCat(name, ": ", MessageOf((before.ok() ? after : before).status())));
        continue;
      }
      ++subjects_;
      if (before->verdict() == after->verdict() &&
          before->categorization().category() == after->categorization().category()) {
        continue;
      }
      v1::PolicyFlip& flip = flips_.emplace_back(MakeFlip(*before, *after));
      // Asked before the new version begins, the question is what happens once it does.
      const absl::Time then =
          header_.has_effective_from() ? std::max(now_, FromProto(header_.effective_from())) : now_;
      flip.set_grandfathered(StaysWithVersionBefore(header_, subject, then));
    }
  }

  v1::PolicyComparison Finish(const Policy& before) {
    std::sort(flips_.begin(), flips_.end(), [](const v1::PolicyFlip& a, const v1::PolicyFlip& b) {
      return std::tuple(a.subject_id(), a.subject_kind()) <
             std::tuple(b.subject_id(), b.subject_kind());
    });
    v1::PolicyComparison comparison;
    comparison.set_before_version(before.proto().policy().version());
    comparison.set_after_version(header_.version());
    ToProto(now_, comparison.mutable_now());
    comparison.set_subjects(subjects_);
    *comparison.mutable_flips() = {flips_.begin(), flips_.end()};
    *comparison.mutable_problems() = {problems_.begin(), problems_.end()};
    return comparison;
  }

 private:
  static v1::PolicyFlip MakeFlip(const v1::Decision& before, const v1::Decision& after) {
    v1::PolicyFlip flip;
    flip.set_subject_id(before.subject_id());
    flip.set_subject_kind(before.subject_kind());
    flip.set_before_transition(before.transition());
    flip.set_before(before.verdict());
    flip.set_after_transition(after.transition());
    flip.set_after(after.verdict());
    flip.set_category_before(before.categorization().category());
    flip.set_category_after(after.categorization().category());
    const std::set<std::string> shut_before = BlockingRules(before);
    const std::set<std::string> shut_after = BlockingRules(after);
    AddDifference(shut_after, shut_before, flip.mutable_newly_blocking());
    AddDifference(shut_before, shut_after, flip.mutable_no_longer_blocking());
    return flip;
  }

  const v1::PolicyHeader& header_;
  const std::shared_ptr<const CheckedPolicy> before_, after_;
  const BoundOrganization& organization_;
  const absl::Time now_;
  int subjects_ = 0;
  std::vector<v1::PolicyFlip> flips_;
  std::set<std::string> problems_;
};

}  // namespace

absl::StatusOr<v1::PolicyComparison> ComparePolicies(const Policy& before, const Policy& after,
                                                     const Organization& organization,
                                                     const std::vector<v1::ChangeRequest>& changes,
                                                     const std::vector<v1::Release>& releases,
                                                     absl::Time now) {
  if (now == absl::InfinitePast() || now == absl::InfiniteFuture()) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  CP_ASSIGN_OR_RETURN(auto before_always, InForceAlways(before));
  CP_ASSIGN_OR_RETURN(auto after_always, InForceAlways(after));
  Comparer comparer(after, std::move(before_always), std::move(after_always), organization, now);
  comparer.Add(changes);
  comparer.Add(releases);
  return comparer.Finish(before);
}

}  // namespace changepolicy
