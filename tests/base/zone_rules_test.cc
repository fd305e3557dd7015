// Rules of zones: this machine's, and a folder's.
#include "libchangepolicy/base/zone_rules.h"

#include <fstream>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "tests/base/tzif.h"

namespace changepolicy {
namespace {

// The hour in the zone at midnight UTC; -1 where there is no such zone.
int HourIn(const std::string& zone) {
  const std::optional<absl::TimeZone> found = LoadZone(zone);
  return found ? static_cast<int>(found->At(absl::FromUnixSeconds(1767225600)).cs.hour()) : -1;
}

TEST(ZoneRules, AreThoseOfTheMachine) {
  EXPECT_EQ(HourIn("Asia/Singapore"), 8);
  EXPECT_EQ(HourIn("UTC"), 0);
  for (const char* const name :
       {"", "localtime", "posixrules", "/etc/localtime", "../zoneinfo/UTC", "Asia/../UTC", "Asia",
        "Asia/Nowhere", "Asia/Singapore ", "libc:localtime"}) {
    EXPECT_EQ(HourIn(name), -1) << name;
    EXPECT_EQ(ReadZoneFile(name).status().code(), absl::StatusCode::kNotFound) << name;
  }
  std::ifstream file("/usr/share/zoneinfo/Asia/Singapore", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(ReadZoneFile("Asia/Singapore").value(), bytes);
  EXPECT_NE(ZoneRulesVersion(), "");
}

TEST(ZoneRules, AreThoseOfAFolderForAWhile) {
  const MadeZones outer("zones-outer"), inner("zones-inner");
  outer.Add("Asia/Singapore", 3);
  outer.Add("Europe/Berlin", 4);
  inner.Add("Asia/Singapore", 5);
  const std::string version = ZoneRulesVersion();
  ASSERT_NE(version, "made");
  {
    const ScopedZoneFolder outside(outer.folder());
    EXPECT_EQ(HourIn("Asia/Singapore"), 3);
    EXPECT_EQ(HourIn("Europe/Berlin"), 4);
    EXPECT_EQ(ZoneRulesVersion(), "made");
    EXPECT_EQ(ReadZoneFile("Asia/Singapore").value(), TzifOf(3));
    {
      const ScopedZoneFolder inside({inner.folder().path, "other"});
      EXPECT_EQ(HourIn("Asia/Singapore"), 5);
      EXPECT_EQ(HourIn("Europe/Berlin"), -1);
      EXPECT_EQ(ReadZoneFile("Europe/Berlin").status().code(), absl::StatusCode::kNotFound);
      EXPECT_EQ(HourIn("UTC"), 0);
      EXPECT_EQ(HourIn("localtime"), -1);
      EXPECT_EQ(ZoneRulesVersion(), "other");
    }
    EXPECT_EQ(HourIn("Asia/Singapore"), 3);
    EXPECT_EQ(ZoneRulesVersion(), "made");
    // Other threads do not notice.
    std::thread([&] {
      EXPECT_EQ(HourIn("Asia/Singapore"), 8);
      EXPECT_EQ(ZoneRulesVersion(), version);
    }).join();
  }
  EXPECT_EQ(HourIn("Asia/Singapore"), 8);
  EXPECT_EQ(HourIn("Europe/Berlin"), 1);
  EXPECT_EQ(ZoneRulesVersion(), version);
}

}  // namespace
}  // namespace changepolicy
