#include "libchangepolicy/domain/deployment.h"

#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/domain/health.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr v1::Environment kStaging = v1::ENVIRONMENT_STAGING;

const ArtifactIdentity kD1 = {"D1", "", true, false};
const ArtifactIdentity kUnstated = {};
const ArtifactIdentity kNone = {"", "", true, true};

struct Deployed {
  std::string digest;
  int64_t at;
  v1::Conclusion conclusion = v1::CONCLUSION_PASSED;
  v1::Environment environment = kStaging;
};

v1::ChangeRequest With(const std::vector<Deployed>& runs) {
  v1::ChangeRequest change;
  for (const Deployed& run : runs) {
    v1::Deployment* deployment = change.add_deployments();
    deployment->set_digest(run.digest);
    if (run.at >= 0) deployment->mutable_happened_at()->set_seconds(run.at);
    deployment->set_conclusion(run.conclusion);
    deployment->set_environment(run.environment);
  }
  return change;
}

TEST(Deployment, DoneByTheLatestOfThisArtifact) {
  const struct {
    std::vector<Deployed> runs;
    ArtifactIdentity artifact;
    Finding done;
  } cases[] = {
      {{}, kD1, Finding::Of(false)},
      {{{"D1", 10}}, kD1, Finding::Of(true)},
      {{{"d1", 10}}, kD1, Finding::Of(true)},
      {{{"D2", 10}}, kD1, Finding::Of(false)},
      {{{"", 10}}, kD1, Finding::Of(false)},
      {{{"D1", 10}, {"D2", 20}}, kD1, Finding::Of(true)},
      {{{"D1", 10, v1::CONCLUSION_FAILED}}, kD1, Finding::Of(false)},
      {{{"D1", 10, v1::CONCLUSION_UNSPECIFIED}}, kD1, Finding::Of(false)},
      {{{"D1", 10, v1::CONCLUSION_SKIPPED}}, kD1, Finding::Of(false)},
      {{{"D1", 10}, {"D1", 20, v1::CONCLUSION_SKIPPED}}, kD1, Finding::Of(true)},
      {{{"D1", 20, v1::CONCLUSION_FAILED}, {"D1", 10}}, kD1, Finding::Of(false)},
      {{{"D1", 20}, {"D1", 10, v1::CONCLUSION_FAILED}}, kD1, Finding::Of(true)},
      {{{"D1", 10}, {"D1", 10, v1::CONCLUSION_FAILED}}, kD1, Finding::Of(false)},
      {{{"D1", 10, v1::CONCLUSION_PASSED, v1::ENVIRONMENT_TEST}}, kD1, Finding::Of(false)},
      {{{"D1", -1}}, kD1, Finding::Of(true)},
      {{{"D1", 10}, {"D1", -1, v1::CONCLUSION_FAILED}}, kD1, Finding::Of(false)},
      {{}, kUnstated, Finding::Of(false)},
      {{{"D1", 10, v1::CONCLUSION_FAILED}}, kUnstated, Finding::Of(false)},
      {{{"D1", 10}}, kUnstated, Finding::Needs("artifact.digest")},
      {{{"", 10}}, kNone, Finding::Of(true)},
      {{{"D1", 10}}, kNone, Finding::Of(false)},
  };
  for (const auto& c : cases) {
    const v1::ChangeRequest change = With(c.runs);
    EXPECT_EQ(IsDeployed(change.deployments(), c.artifact, kStaging), c.done)
        << change.ShortDebugString();
  }
  EXPECT_FALSE(
      IsDeployed(With({{"D1", 10}}).deployments(), kD1, v1::ENVIRONMENT_UNSPECIFIED).holds);
}

TEST(Deployment, AutomatedOrWithAReason) {
  const TextJudge rules(Parse<v1::TextRules>("placeholders: 'n/a'"));
  const struct {
    const char* text;
    bool automated;
  } cases[] = {
      {"", false},
      {"deployments { environment: ENVIRONMENT_STAGING automated: true }", true},
      {"deployments { environment: ENVIRONMENT_STAGING }", false},
      {"deployments { environment: ENVIRONMENT_STAGING manual_reason: 'vendor console only' }",
       true},
      {"deployments { environment: ENVIRONMENT_STAGING manual_reason: 'N.A.' }", false},
      {"deployments { environment: ENVIRONMENT_TEST automated: true }", false},
      {"deployments { environment: ENVIRONMENT_STAGING automated: true happened_at { seconds: 9 } }"
       "deployments { environment: ENVIRONMENT_STAGING happened_at { seconds: 8 } }",
       true},
      {"deployments { environment: ENVIRONMENT_STAGING automated: true happened_at { seconds: 9 } }"
       "deployments { environment: ENVIRONMENT_STAGING happened_at { seconds: 9 } }",
       false},
      {"deployments { environment: ENVIRONMENT_STAGING automated: true happened_at { seconds: 9 } }"
       "deployments { environment: ENVIRONMENT_STAGING }",
       false},
      {"deployments { environment: ENVIRONMENT_STAGING automated: true happened_at { seconds: 9 } }"
       "deployments { environment: ENVIRONMENT_STAGING conclusion: CONCLUSION_SKIPPED "
       "  happened_at { seconds: 10 } }",
       true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsAutomated(Parse<v1::ChangeRequest>(c.text).deployments(), kStaging, rules),
              c.automated)
        << c.text;
  }
}

Finding Soak(const std::vector<Deployed>& runs, int64_t now, const ArtifactIdentity& artifact = kD1,
             std::vector<absl::Time>* changes = nullptr, int64_t duration = 100) {
  return HasSoaked(With(runs).deployments(), artifact, kStaging, absl::Seconds(duration), At(now),
                   changes);
}

TEST(Soak, FromTheLastDeploymentOfThisArtifact) {
  std::vector<absl::Time> changes;
  EXPECT_FALSE(Soak({{"D1", 1000}}, 1099, kD1, &changes).holds);
  EXPECT_THAT(changes, ElementsAre(At(1100)));
  changes.clear();
  EXPECT_TRUE(Soak({{"D1", 1000}}, 1100, kD1, &changes).holds);
  EXPECT_THAT(changes, IsEmpty());
  EXPECT_FALSE(Soak({{"D1", 1000}, {"D1", 1050}}, 1149).holds) << "deployed again";
  EXPECT_TRUE(Soak({{"D1", 1050}, {"D1", 1000}}, 1150).holds);
}

TEST(Soak, EndedByWhateverElseIsDeployed) {
  EXPECT_FALSE(Soak({}, 5000).holds);
  EXPECT_FALSE(Soak({{"D2", 1000}}, 5000).holds);
  EXPECT_FALSE(Soak({{"D1", 1000}, {"D2", 1200}}, 5000).holds);
  EXPECT_FALSE(Soak({{"D1", 1000}, {"D2", 1000}}, 5000).holds);
  EXPECT_FALSE(Soak({{"D1", 1000}, {"", 1200}}, 5000).holds);
  EXPECT_FALSE(Soak({{"D1", 1000}, {"D2", -1}}, 5000).holds);
  EXPECT_FALSE(Soak({{"D1", 1000}, {"D2", 1200, v1::CONCLUSION_FAILED}}, 5000).holds);
  EXPECT_FALSE(Soak({{"D1", 1000}, {"D1", 1200, v1::CONCLUSION_CANCELLED}}, 5000).holds);
  EXPECT_TRUE(Soak({{"D1", 1000}, {"D2", 1200, v1::CONCLUSION_SKIPPED}}, 5000).holds);
  EXPECT_TRUE(Soak({{"D2", 900}, {"D1", 1000}}, 5000).holds);
  EXPECT_TRUE(Soak({{"D1", 1000}, {"D2", 1200}, {"D1", 1300}}, 5000).holds) << "back again";
  EXPECT_TRUE(
      Soak({{"D1", 1000}, {"D2", 1200, v1::CONCLUSION_PASSED, v1::ENVIRONMENT_PRODUCTION}}, 5000)
          .holds);
}

TEST(Soak, WithoutATimeOrADuration) {
  EXPECT_FALSE(Soak({{"D1", -1}}, 5000).holds);
  EXPECT_TRUE(Soak({{"D1", 1000}}, 1000, kD1, nullptr, 0).holds);
  EXPECT_TRUE(Soak({{"D1", 1000}}, 1000, kD1, nullptr, -50).holds);
  EXPECT_FALSE(HasSoaked(With({{"D1", 1000}}).deployments(), kD1, kStaging,
                         absl::InfiniteDuration(), At(5000), nullptr)
                   .holds);
}

TEST(Soak, OfAnUnstatedArtifact) {
  const Finding needs = Finding::Needs("artifact.digest");
  EXPECT_EQ(Soak({{"D1", 1000}}, 1100, kUnstated), needs);
  EXPECT_EQ(Soak({{"D1", 1000}}, 1099, kUnstated), Finding::Of(false));
  EXPECT_EQ(Soak({}, 1100, kUnstated), Finding::Of(false));
  EXPECT_EQ(Soak({{"D1", 1000}, {"D1", 1001, v1::CONCLUSION_FAILED}}, 5000, kUnstated),
            Finding::Of(false));
}

TEST(Health, AfterTheLastDeployment) {
  const auto check = [](const std::string& name, int64_t at, const std::string& conclusion) {
    return "health_checks { environment: ENVIRONMENT_STAGING name: '" + name +
           "' conclusion: CONCLUSION_" + conclusion +
           (at < 0 ? "" : " happened_at { seconds: " + std::to_string(at) + " }") + " }\n";
  };
  const std::string deployed =
      "deployments { environment: ENVIRONMENT_STAGING happened_at { seconds: 100 } }\n"
      "deployments { environment: ENVIRONMENT_PRODUCTION happened_at { seconds: 900 } }\n";
  const struct {
    std::string text;
    bool healthy;
  } cases[] = {
      {"", false},
      {check("http", 101, "PASSED"), false},
      {deployed, false},
      {deployed + check("http", 101, "PASSED"), true},
      {deployed + check("http", 100, "PASSED"), false},
      {deployed + check("http", 99, "PASSED"), false},
      {deployed + check("http", 101, "PASSED") + check("http", 100, "FAILED"), true},
      {deployed + check("http", 101, "PASSED") + check("db", 100, "FAILED"), false},
      {deployed + check("http", 101, "PASSED") + check("db", 99, "FAILED"), true},
      {deployed + check("http", 101, "PASSED") + check("db", 102, "SKIPPED"), false},
      {deployed + check("http", 101, "PASSED") + check("db", 102, "UNSPECIFIED"), false},
      {deployed + check("http", 101, "FAILED") + check("http", 102, "PASSED"), true},
      {deployed + check("http", 102, "FAILED") + check("http", 101, "PASSED"), false},
      {deployed + check("http", 101, "FAILED") + check("http", 101, "PASSED"), false},
      {deployed + check("http", 101, "PASSED") + check("http", 101, "FAILED"), false},
      {deployed + check("http", -1, "PASSED"), false},
      {deployed + check("http", 101, "PASSED") + check("http", -1, "FAILED"), false},
      {deployed + check("http", 101, "PASSED") + check("http", -1, "PASSED"), true},
      {"deployments { environment: ENVIRONMENT_STAGING }" + check("http", 101, "PASSED"), false},
      {deployed +
           "deployments { environment: ENVIRONMENT_STAGING happened_at { seconds: 150 } "
           "conclusion: CONCLUSION_FAILED }" +
           check("http", 101, "PASSED"),
       false},
      {deployed +
           "deployments { environment: ENVIRONMENT_STAGING happened_at { seconds: 150 } "
           "conclusion: CONCLUSION_SKIPPED }" +
           check("http", 101, "PASSED"),
       true},
  };
  for (const auto& c : cases) {
    const auto change = Parse<v1::ChangeRequest>(c.text);
    EXPECT_EQ(IsHealthy(change.health_checks(), change.deployments(), kStaging), c.healthy)
        << c.text;
  }
  const auto change = Parse<v1::ChangeRequest>(deployed + check("http", 901, "PASSED"));
  EXPECT_FALSE(IsHealthy(change.health_checks(), change.deployments(), v1::ENVIRONMENT_PRODUCTION));
}

TEST(Health, OfOneCheck) {
  const auto change = Parse<v1::ChangeRequest>(R"pb(
    deployments {
      environment: ENVIRONMENT_STAGING
      happened_at { seconds: 100 }
    }
    health_checks {
      environment: ENVIRONMENT_STAGING
      name: "http"
      conclusion: CONCLUSION_PASSED
      happened_at { seconds: 101 }
    }
    health_checks {
      environment: ENVIRONMENT_STAGING
      name: "db"
      conclusion: CONCLUSION_FAILED
      happened_at { seconds: 101 }
    }
    health_checks {
      environment: ENVIRONMENT_STAGING
      name: "old"
      conclusion: CONCLUSION_PASSED
      happened_at { seconds: 99 }
    }
  )pb");
  const auto passed = [&](v1::Environment environment, std::string_view name) {
    return HasPassed(change.health_checks(), change.deployments(), environment, name);
  };
  EXPECT_TRUE(passed(kStaging, "http"));
  EXPECT_FALSE(passed(kStaging, "db"));
  EXPECT_FALSE(passed(kStaging, "old"));
  EXPECT_FALSE(passed(kStaging, "HTTP"));
  EXPECT_FALSE(passed(kStaging, ""));
  EXPECT_FALSE(passed(v1::ENVIRONMENT_PRODUCTION, "http"));
  const EnvironmentHealth health = HealthOf(change.health_checks(), change.deployments(), kStaging);
  EXPECT_TRUE(health.checked);
  EXPECT_THAT(health.failing, testing::ElementsAre("db"));
}

TEST(Deployment, FromCodeOrByHandForAReason) {
  const struct {
    const char* text;
    bool from_code;
  } cases[] = {
      {"", false},
      {"infrastructure_as_code: true", true},
      {"infrastructure_as_code: false", false},
      {"automated: true", false},
      {"manual_reason: 'The old balancer has no interface'", true},
      {"manual_reason: 'TBD'", false},
      {"infrastructure_as_code: true conclusion: CONCLUSION_SKIPPED", false},
  };
  const TextJudge rules(Parse<v1::TextRules>("placeholders: 'tbd'"));
  for (const auto& c : cases) {
    v1::ChangeRequest change;
    if (*c.text != '\0') *change.add_deployments() = Parse<v1::Deployment>(c.text);
    for (v1::Deployment& deployment : *change.mutable_deployments()) {
      deployment.set_environment(kStaging);
    }
    EXPECT_EQ(IsFromCode(change.deployments(), kStaging, rules), c.from_code) << c.text;
    EXPECT_FALSE(IsFromCode(change.deployments(), v1::ENVIRONMENT_PRODUCTION, rules));
  }
  // The last one decides.
  auto change = Parse<v1::ChangeRequest>(R"pb(
    deployments {
      environment: ENVIRONMENT_STAGING
      infrastructure_as_code: true
      happened_at { seconds: 100 }
    }
    deployments {
      environment: ENVIRONMENT_STAGING
      happened_at { seconds: 101 }
    }
  )pb");
  EXPECT_FALSE(IsFromCode(change.deployments(), kStaging, rules));
  change.mutable_deployments(1)->mutable_happened_at()->set_seconds(99);
  EXPECT_TRUE(IsFromCode(change.deployments(), kStaging, rules));
}

TEST(Deployment, WhetherTheLastOneSucceeded) {
  const auto succeeded = [](const std::vector<Deployed>& deployments) {
    return HasSucceeded(With(deployments).deployments(), kStaging);
  };
  EXPECT_FALSE(succeeded({}));
  EXPECT_TRUE(succeeded({{"D1", 100}}));
  EXPECT_FALSE(succeeded({{"D1", 100}, {"D1", 101, v1::CONCLUSION_CANCELLED}}));
  EXPECT_TRUE(succeeded({{"D1", 101}, {"D1", 100, v1::CONCLUSION_FAILED}}));
  EXPECT_TRUE(succeeded({{"D1", 100}, {"D2", 101, v1::CONCLUSION_SKIPPED}}));
  EXPECT_FALSE(succeeded({{"D1", 100, v1::CONCLUSION_PASSED, v1::ENVIRONMENT_PRODUCTION}}));
}

}  // namespace
}  // namespace changepolicy
