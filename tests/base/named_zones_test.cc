// Which time zones a message names.
#include "libchangepolicy/base/named_zones.h"

#include <string>
#include <vector>

#include "changepolicy/v1/policy.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/zone_rules.h"

namespace changepolicy {
namespace {

TEST(NamedZones, AreFoundInFieldsAndExpressions) {
  v1::Policy policy;
  policy.mutable_calendar()->add_windows()->add_times()->set_zone("Europe/Berlin");
  policy.mutable_calendar()->add_windows()->add_times()->set_zone("Europe/Berlin");
  policy.mutable_calendar()->add_windows()->add_times()->set_zone("Europe/Berlni");
  policy.add_gates()->set_must("change.x.getHours(\"Asia/Singapore\") > 8 && 'Asia/Nowhere' != ''");
  policy.add_gates()->set_must("it's at 'UTC', isn't it?");
  (*policy.mutable_definitions())["d"].set_is("now.getDate('America/New_York')");
  policy.mutable_policy()->add_standards("Asia/Tokyo");
  EXPECT_EQ(ZonesNamedIn(policy),
            (std::vector<std::string>{"America/New_York", "Asia/Singapore", "Europe/Berlin",
                                      "Europe/Berlni", "UTC"}));
  EXPECT_EQ(ZonesNamedIn(v1::Policy()), std::vector<std::string>());
  // Of a folder beside the zones, and in small letters no zone at all.
  policy.add_gates()->set_must("now.getHours('posix/Asia/Tokyo') > now.getHours('asia/tokyo')");
  EXPECT_EQ(ZonesNamedIn(policy).back(), "posix/Asia/Tokyo");
  EXPECT_EQ(ZonesNamedIn(policy).size(), 6);
}

TEST(NamedZones, RulesThatCanChangeHaveAVersion) {
  v1::Policy policy;
  EXPECT_EQ(ZoneRulesNamedIn(policy), "");
  policy.add_gates()->set_must("now.getHours('UTC') > 8");
  EXPECT_EQ(ZoneRulesNamedIn(policy), "");
  policy.add_gates()->set_must("now.getHours('Asia/Tokyo') > 8");
  EXPECT_EQ(ZoneRulesNamedIn(policy), ZoneRulesVersion());
}

}  // namespace
}  // namespace changepolicy
