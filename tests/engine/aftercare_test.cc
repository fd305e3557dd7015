// What a decision says after a deployment, and what expressions read of it.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kDeployed =
    "deployments: [{environment: STAGING, conclusion: PASSED, happened_at: "
    "2026-03-01T10:00:00Z}]\n";
constexpr std::string_view kFailed =
    "health_checks: [{name: smoke, environment: STAGING, conclusion: FAILED, happened_at: "
    "2026-03-01T11:00:00Z}]\n";
constexpr std::string_view kPassed =
    "health_checks: [{name: smoke, environment: STAGING, conclusion: PASSED, happened_at: "
    "2026-03-01T11:00:00Z}]\n";

template <typename Subject>
v1::Decision DecideWith(std::string_view must, const Subject& subject,
                        const std::string& now = "2026-03-02T10:00:00Z",
                        v1::Detail detail = v1::DETAIL_REASONS) {
  const Engine engine(
      LoadOrDie(PolicyWith(
          StrCat("gates:\n  - {id: g, at: [ROLL_BACK, REVIEW, PUBLISH], clause: C, must: '", must,
                 "'}\n"))),
      Firm());
  return *engine.Decide(subject,
                        {.now = At(now), .transition = v1::TRANSITION_ROLL_BACK, .detail = detail});
}

v1::ChangeRequest Change(std::string_view more) {
  return ReadChange(StrCat("id: C-1\npeople: {requester: ann, authors: [ann]}\n", more));
}

v1::Release Release(std::string_view more) {
  v1::Release release;
  const Issues issues = ReadMessage(StrCat("id: R-1\n", more), Format::kYaml, "r.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  return release;
}

TEST(Aftercare, StandsInTheDecisionAfterADeployment) {
  const std::string here = "environments: [STAGING]\nrollback: {irreversible: false}\n";
  EXPECT_FALSE(DecideWith("true", Change(here)).has_aftercare());
  const v1::Aftercare bad =
      DecideWith("true", Change(StrCat(here, "state: VERIFYING\n", kDeployed, kFailed)))
          .aftercare();
  EXPECT_EQ(bad.health(), v1::HEALTH_BAD);
  EXPECT_EQ(bad.advised(), v1::TRANSITION_ROLL_BACK);
  EXPECT_THAT(bad.failing(), ElementsAre("STAGING smoke"));
  const v1::Aftercare good =
      DecideWith("true", Change(StrCat(here, "state: VERIFYING\n", kDeployed, kPassed)))
          .aftercare();
  EXPECT_EQ(good.health(), v1::HEALTH_GOOD);
  EXPECT_EQ(good.advised(), v1::TRANSITION_REVIEW);
  EXPECT_FALSE(DecideWith("true", Change(StrCat(here, kDeployed, kFailed)), "2026-03-02T10:00:00Z",
                          v1::DETAIL_VERDICT)
                   .has_aftercare());
}

TEST(Aftercare, AdvisesNothingThatTheStateRulesOut) {
  const auto advised = [](std::string_view state) {
    return DecideWith("true", Change(StrCat("environments: [STAGING]\nrollback: {irreversible: "
                                            "false}\n",
                                            state, kDeployed, kFailed)))
        .aftercare()
        .advised();
  };
  EXPECT_EQ(advised("state: IMPLEMENTING\n"), v1::TRANSITION_ROLL_BACK);
  EXPECT_EQ(advised("state: CLOSED\n"), v1::TRANSITION_UNSPECIFIED);
  EXPECT_EQ(advised(""), v1::TRANSITION_ROLL_BACK);
}

TEST(Aftercare, DependsOnWhatIsStated) {
  const auto outcome = [](std::string_view must, std::string_view more) {
    return DecideWith(must, Change(more)).outcomes(0);
  };
  constexpr std::string_view kGood = "change.id != \"\" && aftercare.health == Health.GOOD";
  const std::string nowhere = StrCat(kDeployed, kPassed);
  v1::RuleOutcome found = outcome(kGood, nowhere);
  EXPECT_EQ(found.status(), v1::STATUS_UNKNOWN);
  EXPECT_THAT(found.unknown(), ElementsAre("change.environments"));
  EXPECT_EQ(outcome(kGood, StrCat(nowhere, "environments: [STAGING]\n")).status(),
            v1::STATUS_SATISFIED);
  // Without a deployment nothing depends on where it goes.
  EXPECT_EQ(outcome(kGood, "").status(), v1::STATUS_UNSATISFIED);

  constexpr std::string_view kBack =
      "change.id != \"\" && aftercare.advised == Transition.ROLL_BACK";
  const std::string bad = StrCat("environments: [STAGING]\n", kDeployed, kFailed);
  found = outcome(kBack, bad);
  EXPECT_EQ(found.status(), v1::STATUS_UNKNOWN);
  EXPECT_THAT(found.unknown(), ElementsAre("change.rollback.irreversible"));
  EXPECT_EQ(outcome(kBack, StrCat(bad, "rollback: {irreversible: false}\n")).status(),
            v1::STATUS_SATISFIED);
  EXPECT_EQ(outcome(kBack, StrCat(bad, "rollback: {known_good_state: \"1.2\"}\n")).status(),
            v1::STATUS_SATISFIED);
  EXPECT_EQ(outcome(kBack, StrCat(bad, "rollback: {irreversible: true}\n")).status(),
            v1::STATUS_UNSATISFIED);
  constexpr std::string_view kForward = "change.id == \"\" || aftercare.forward_only";
  EXPECT_EQ(outcome(kForward, bad).status(), v1::STATUS_UNKNOWN);
  EXPECT_EQ(outcome(kForward, StrCat(bad, "rollback: {irreversible: true}\n")).status(),
            v1::STATUS_SATISFIED);
}

TEST(Aftercare, ChecksByTheirName) {
  const auto status = [](std::string_view name) {
    return DecideWith(StrCat("health.passed(Environment.STAGING, \"", name, "\")"),
                      Change(StrCat("environments: [STAGING]\n", kDeployed, kPassed)))
        .outcomes(0)
        .status();
  };
  EXPECT_EQ(status("smoke"), v1::STATUS_SATISFIED);
  EXPECT_EQ(status("latency"), v1::STATUS_UNSATISFIED);
}

TEST(Monitoring, IsOverAtTheEndOfTheLongerTime) {
  const v1::Release release = Release(StrCat(
      "environments: [STAGING]\nmonitoring: {performance: true, logs: true, security_alerts: "
      "true, started_at: 2026-03-01T12:00:00Z, duration: 24h}\n",
      kDeployed, kPassed));
  const auto decide = [&](std::string_view must, const std::string& now) {
    return DecideWith(must, release, now);
  };
  const v1::Decision before =
      decide("monitoring.complete(duration(\"25h\"))", "2026-03-02T11:00:00Z");
  EXPECT_EQ(StatusOf(before, "g"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(FromProto(before.next_evaluation()), At("2026-03-02T12:00:00Z"))
      << "when the declared watch is over";
  const v1::Decision between =
      decide("monitoring.complete(duration(\"25h\"))", "2026-03-02T12:00:00Z");
  EXPECT_TRUE(between.aftercare().watched());
  EXPECT_EQ(FromProto(between.next_evaluation()), At("2026-03-02T13:00:00Z"));
  EXPECT_EQ(StatusOf(between, "g"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(StatusOf(decide("monitoring.complete(duration(\"25h\"))", "2026-03-02T13:00:00Z"), "g"),
            v1::STATUS_SATISFIED);
}

// What speaks against going on is seen before its time by as much as clocks may differ.
TEST(Aftercare, TroubleIsSeenWithinTheSkew) {
  const Engine engine(LoadOrDie(StrCat(PolicyWith("gates: [{id: g, subjects: RELEASE, at: PUBLISH, "
                                                  "clause: C, must: 'true'}]\n"),
                                       "limits: {clock_skew: 5m}\n")),
                      Firm());
  const auto health = [&](std::string_view more, std::string_view now) {
    const v1::Release release =
        Release(StrCat("environments: [STAGING]\n", kDeployed, kPassed, more));
    return engine.Decide(release, {.now = At(now), .transition = v1::TRANSITION_PUBLISH})
        ->aftercare()
        .health();
  };
  const std::string issue = "monitoring: {issues_found: true, recorded_at: 2026-03-02T10:00:00Z}\n";
  EXPECT_EQ(health(issue, "2026-03-02T09:54:59Z"), v1::HEALTH_GOOD);
  EXPECT_EQ(health(issue, "2026-03-02T09:55:00Z"), v1::HEALTH_BAD);

  std::string failed =
      "deployments: [{environment: STAGING, conclusion: FAILED, happened_at: "
      "2026-03-02T10:00:00Z}]\n";
  const auto deployed = [&](std::string_view now) {
    const v1::Release release = Release(StrCat("environments: [STAGING]\n", failed));
    return engine.Decide(release, {.now = At(now), .transition = v1::TRANSITION_PUBLISH})
        ->has_aftercare();
  };
  EXPECT_FALSE(deployed("2026-03-02T09:54:59Z"));
  EXPECT_TRUE(deployed("2026-03-02T09:55:00Z"));
  failed.replace(failed.find("FAILED"), 6, "PASSED");
  EXPECT_FALSE(deployed("2026-03-02T09:59:59Z"));
  EXPECT_TRUE(deployed("2026-03-02T10:00:00Z"));
}

}  // namespace
}  // namespace changepolicy
