// One meaning in every format.
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

v1::ChangeRequest Read(std::string_view text, std::string_view file) {
  v1::ChangeRequest change;
  const Issues issues = ReadMessage(text, Format::kAuto, file, &change);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return change;
}

constexpr std::string_view kYaml = R"(id: C-1
kinds: [DATABASE_SCHEMA]
services:
  - id: shop
    client_facing: false
schedule:
  start: 2026-01-31T09:30:00+08:00
facts:
  cost: 1.5
)";

TEST(Formats, MeanTheSame) {
  const v1::ChangeRequest yaml = Read(kYaml, "c.yaml");
  EXPECT_EQ(yaml.schedule().start().seconds(), 1769823000);
  EXPECT_TRUE(yaml.services(0).has_client_facing());
  EXPECT_FALSE(yaml.services(0).client_facing());
  const v1::ChangeRequest json = Read(
      R"({"id": "C-1", "kinds": ["CHANGE_KIND_DATABASE_SCHEMA"], "services": [{"id": "shop", "clientFacing": false}],
          "schedule": {"start": "2026-01-31T01:30:00Z"}, "facts": {"cost": 1.5}})",
      "c.json");
  const v1::ChangeRequest text = Read(
      "id: 'C-1' kinds: CHANGE_KIND_DATABASE_SCHEMA services { id: 'shop' client_facing: false }"
      " schedule { start { seconds: 1769823000 } } facts { key: 'cost' value { number_value: 1.5 } "
      "}",
      "c.textproto");
  const v1::ChangeRequest binary = Read(yaml.SerializeAsString(), "c.binpb");
  for (const v1::ChangeRequest* other : {&json, &text, &binary}) {
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(yaml, *other))
        << other->DebugString();
  }
}

TEST(Formats, AreKnownByNameOrContent) {
  EXPECT_EQ(FormatOf("a.yaml", ""), Format::kYaml);
  EXPECT_EQ(FormatOf("a.yml", ""), Format::kYaml);
  EXPECT_EQ(FormatOf("a.json", ""), Format::kJson);
  EXPECT_EQ(FormatOf("a.textproto", ""), Format::kTextproto);
  EXPECT_EQ(FormatOf("a.binpb", ""), Format::kBinary);
  EXPECT_EQ(FormatOf("-", " {\"id\": 1}"), Format::kJson);
  EXPECT_EQ(FormatOf("-", "id: 1"), Format::kYaml);
  EXPECT_EQ(FormatOf("-", std::string_view("\x0a\x03\x00\xff\x01", 5)), Format::kBinary);
}

// What a scalar means is decided by what is asked of it.
TEST(Formats, ScalarsAreTextsWhereTextsAreWanted) {
  EXPECT_EQ(Read("id: 1.0\n", "c.yaml").id(), "1.0");
  EXPECT_EQ(Read("id: 007\n", "c.yaml").id(), "007");
  EXPECT_EQ(Read("id: \"true\"\n", "c.yaml").id(), "true");
  EXPECT_EQ(Read("id: 2026-01-31\n", "c.yaml").id(), "2026-01-31");
}

}  // namespace
}  // namespace changepolicy
