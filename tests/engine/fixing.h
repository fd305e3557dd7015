// Steps of a fix taken and decided, as the tests of fixes ask it again and again.
#ifndef TESTS_ENGINE_FIXING_H_
#define TESTS_ENGINE_FIXING_H_

#include <string>
#include <vector>

#include "libchangepolicy/engine.h"
#include "libchangepolicy/eval/apply_steps.h"

namespace changepolicy {

// The organization as if it had been taken at that instant.
Organization TakenAt(const Organization& organization, absl::Time at);

// One line per step, like `EVIDENCE unit STAGING` or `APPROVAL cy`.
std::string TextOf(const v1::FixStep& step);
std::vector<std::string> TextsOf(const v1::MinimalFix& fix);

// The verdict once the steps are taken.
template <typename Subject>
v1::Verdict VerdictAfter(const Policy& policy, const Organization& organization,
                         const Subject& subject, const Question& question,
                         const std::vector<v1::FixStep>& steps) {
  FactFinder facts(*policy.checked(), *organization.bound(), subject, question.now);
  const auto taken = TakeSteps(&facts, steps);
  if (!taken.ok()) return v1::VERDICT_UNSPECIFIED;
  Question then = question;
  then.now = taken->now;
  then.detail = v1::DETAIL_REASONS;
  const Organization later =
      then.now == question.now ? organization : TakenAt(organization, then.now);
  return Engine(policy, later).Decide(taken->subject, then)->verdict();
}

}  // namespace changepolicy

#endif  // TESTS_ENGINE_FIXING_H_
