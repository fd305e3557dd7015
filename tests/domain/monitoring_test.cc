#include "libchangepolicy/domain/monitoring.h"

#include <optional>
#include <string>
#include <vector>

#include "changepolicy/v1/release.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Deployed(const std::string& place, int64_t at,
                     const std::string& conclusion = "PASSED") {
  return "deployments { environment: ENVIRONMENT_" + place + " conclusion: CONCLUSION_" +
         conclusion + (at < 0 ? "" : " happened_at { seconds: " + std::to_string(at) + " }") +
         " }\n";
}

std::string Watched(int64_t from, int64_t seconds) {
  return "monitoring { performance: true logs: true security_alerts: true started_at { seconds: " +
         std::to_string(from) + " } duration { seconds: " + std::to_string(seconds) + " } }\n";
}

TEST(Monitoring, TheLongerTimeFromTheLaterBeginning) {
  const std::string deployed = Deployed("PRODUCTION", 100);
  const struct {
    std::string text;
    int64_t at_least;
    std::optional<int64_t> until;
  } cases[] = {
      {deployed + Watched(150, 60), 0, 210},
      {deployed + Watched(150, 60), 59, 210},
      {deployed + Watched(150, 60), 61, 211},
      {deployed + Watched(150, 60), -500, 210},
      {deployed + Watched(150, -60), 10, 160},
      {deployed + Watched(150, -60), -10, 150},
      {deployed + Watched(50, 60), 0, 160},
      {deployed + Deployed("PRODUCTION", 300) + Watched(150, 60), 0, 360},
      {deployed + Deployed("PRODUCTION", 300, "FAILED") + Watched(150, 60), 0, 360},
      {deployed + Deployed("PRODUCTION", 300, "SKIPPED") + Watched(150, 60), 0, 210},
      {deployed + Deployed("STAGING", 300) + Watched(150, 60), 0, 210},
      {deployed + Deployed("STAGING", 300) + "environments: ENVIRONMENT_STAGING " +
           Watched(150, 60),
       0, 360},
      {"environments: ENVIRONMENT_STAGING " + Deployed("STAGING", 100) + Watched(150, 60), 0, 210},
      {Watched(150, 60), 0, std::nullopt},
      {Deployed("STAGING", 100) + Watched(150, 60), 0, std::nullopt},
      {Deployed("PRODUCTION", -1) + Watched(150, 60), 0, std::nullopt},
      {deployed + "monitoring { performance: true logs: true security_alerts: true }", 0,
       std::nullopt},
      {deployed, 0, std::nullopt},
      {deployed + Watched(150, 315576000000), 0, std::nullopt},
  };
  for (const auto& c : cases) {
    const auto& release = AsFlat<flat::Release>(Parse<v1::Release>(c.text));
    std::vector<absl::Time> changes;
    const Watch watch = WatchOf(release, absl::Seconds(c.at_least), At(1), &changes);
    ASSERT_EQ(watch.until.has_value(), c.until.has_value()) << c.text;
    EXPECT_FALSE(watch.complete);
    if (!c.until.has_value()) {
      EXPECT_THAT(changes, IsEmpty());
      continue;
    }
    EXPECT_EQ(*watch.until, At(*c.until)) << c.text;
    EXPECT_THAT(changes, ElementsAre(At(*c.until)));
    EXPECT_FALSE(WatchOf(release, absl::Seconds(c.at_least), At(*c.until - 1), nullptr).complete);
    EXPECT_TRUE(WatchOf(release, absl::Seconds(c.at_least), At(*c.until), nullptr).complete);
  }
}

TEST(Monitoring, EverySignalIsWatched) {
  for (const char* missing : {"performance", "logs", "security_alerts"}) {
    auto release = Parse<v1::Release>(Deployed("PRODUCTION", 100) + Watched(150, 60));
    v1::Monitoring* const monitoring = release.mutable_monitoring();
    const auto* const field = monitoring->GetDescriptor()->FindFieldByName(missing);
    monitoring->GetReflection()->SetBool(monitoring, field, false);
    const Watch watch =
        WatchOf(AsFlat<flat::Release>(release), absl::ZeroDuration(), At(1000), nullptr);
    EXPECT_FALSE(watch.complete) << missing;
    EXPECT_EQ(watch.until, At(210));
  }
}

}  // namespace
}  // namespace changepolicy
