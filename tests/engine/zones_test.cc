// Decisions by other rules of time zones than this machine's.
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/zone_rules.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/read.h"
#include "tests/base/tzif.h"

namespace changepolicy {
namespace {

// All but the gates.
constexpr char kHead[] = R"(policy: {id: zones, version: "1"}
clauses: {C: {title: One}}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
)";
constexpr char kGates[] = R"(gates:
  - {id: hour, at: [SUBMIT], must: 'change.schedule.start.getHours("Asia/Singapore") == 8', clause: C}
  - {id: window, at: [SUBMIT], must: calendar.inside_window, clause: C}
)";

constexpr char kOrganization[] = R"(directory:
  calendar:
    windows:
      - id: morning
        times: [{zone: Asia/Singapore, start: "2026-01-01T08:00", duration: 2h, rrule: FREQ=DAILY}]
)";

// Work is planned at midnight UTC.
v1::Decision DecideBy(std::string_view gates, std::string_view organization_text) {
  const PolicyResult policy = Policy::Load({{"p.yaml", StrCat(kHead, gates)}});
  v1::Organization organization;
  Issues issues = ReadMessage(organization_text, Format::kYaml, "o.yaml", &organization);
  const OrganizationResult created = Organization::Create(organization);
  issues.insert(issues.end(), created.issues.begin(), created.issues.end());
  issues.insert(issues.end(), policy.issues.begin(), policy.issues.end());
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  v1::ChangeRequest change;
  change.set_id("C-1");
  change.set_state(v1::CHANGE_STATE_DRAFT);
  change.mutable_schedule()->mutable_start()->set_seconds(1772409600);
  change.mutable_schedule()->mutable_end()->set_seconds(1772409600 + 3600);
  change.mutable_schedule()->mutable_rollback_reserve();
  change.add_environments(v1::ENVIRONMENT_PRODUCTION);
  change.add_services()->set_id("api");
  change.set_team("core");
  return Engine(*policy.policy, *created.organization)
      .Decide(change,
              {.now = absl::FromUnixSeconds(1772323200), .transition = v1::TRANSITION_SUBMIT})
      .value();
}

// Statuses of the two gates.
std::pair<v1::Status, v1::Status> Decide() {
  const v1::Decision decision = DecideBy(kGates, kOrganization);
  return {decision.outcomes(0).status(), decision.outcomes(1).status()};
}

TEST(Zones, OfAFolderChangeWhatIsDecidedInsideOfTheScope) {
  const auto open = std::pair(v1::STATUS_SATISFIED, v1::STATUS_SATISFIED);
  const auto shut = std::pair(v1::STATUS_UNSATISFIED, v1::STATUS_UNSATISFIED);
  const MadeZones zones("audit-zones");
  zones.Add("Asia/Singapore", 5);
  EXPECT_EQ(Decide(), open);
  {
    const ScopedZoneFolder scope(zones.folder());
    EXPECT_EQ(Decide(), shut);
  }
  EXPECT_EQ(Decide(), open);
}

// As a log has them: what is read on one machine gives the same answer from a folder.
TEST(Zones, AreReadToBeWrittenElsewhere) {
  const std::string bytes = ReadZoneFile("Asia/Singapore").value();
  const MadeZones zones("audit-zones-copied");
  zones.Add("Asia/Singapore", 0);
  std::ofstream(zones.folder().path + "/Asia/Singapore", std::ios::binary) << bytes;
  const auto here = Decide();
  const ScopedZoneFolder scope(zones.folder());
  EXPECT_EQ(Decide(), here);
}

// Which rules a decision was made by, where it was made by any.
TEST(Zones, TheDecisionSaysTheVersionOfTheRules) {
  const MadeZones zones("engine-zones");
  zones.Add("Asia/Singapore", 5);
  const auto version_of = [](std::string_view gates, std::string_view organization) {
    return DecideBy(gates, organization).tzdb_version();
  };
  constexpr char kNoZones[] = R"(gates:
  - {id: one, at: [SUBMIT], must: 'change.schedule.start.getHours("UTC") == 0', clause: C}
  - {id: other, at: [SUBMIT], must: change.team != "A/B", clause: C}
)";
  constexpr char kLedger[] = R"(directory: {}
ledger: {scheduled: [{subject_id: C-9, title: 'at 8 in "Asia/Singapore"'}]}
)";
  EXPECT_EQ(version_of(kGates, kOrganization), ZoneRulesVersion());
  EXPECT_EQ(version_of(kGates, "directory: {}"), ZoneRulesVersion());
  EXPECT_EQ(version_of(kNoZones, kOrganization), ZoneRulesVersion());
  EXPECT_EQ(version_of(kNoZones, kLedger), ZoneRulesVersion());
  EXPECT_EQ(version_of(kNoZones, "directory: {}"), "");
  const ScopedZoneFolder scope(zones.folder());
  EXPECT_NE(zones.folder().version, "");
  EXPECT_EQ(version_of(kGates, "directory: {}"), zones.folder().version);
  EXPECT_EQ(version_of(kNoZones, kOrganization), zones.folder().version);
  EXPECT_EQ(version_of(kNoZones, "directory: {}"), "");
}

}  // namespace
}  // namespace changepolicy
