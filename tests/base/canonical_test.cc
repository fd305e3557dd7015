#include "libchangepolicy/base/canonical.h"

#include <string>
#include <string_view>

#include "absl/strings/escaping.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/digest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

template <typename Message = v1::ChangeRequest>
Message Read(std::string_view yaml) {
  Message message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test", &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return message;
}

std::string Canonical(const google::protobuf::Message& message) {
  const auto bytes = CanonicalBytes(message);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? *bytes : "";
}

// The worked example of docs/canonical.md.
TEST(Canonical, WorkedExample) {
  const auto change = Read(
      "id: C-1\nkinds: [CONFIGURATION, APPLICATION_CODE]\n"
      "people: {requester: ann, authors: [cy, bob]}\n");
  EXPECT_EQ(absl::BytesToHexString(Canonical(change)),
            "0a03432d31300130037a0e0a03616e6e1a0263791a03626f62");
  EXPECT_EQ(*CanonicalDigest(change),
            "sha256:63954c555d34db2cddb1a0689f991c621ab3eaa7a018853d61e26313be6575a4");
  EXPECT_EQ(Sha256(Canonical(change)), *CanonicalDigest(change));
}

TEST(Canonical, ListsWithoutOrderHaveNone) {
  EXPECT_EQ(Canonical(Read("id: C\nenvironments: [STAGING, PRODUCTION]\n")),
            Canonical(Read("id: C\nenvironments: [PRODUCTION, STAGING]\n")));
  EXPECT_EQ(Canonical(Read("id: C\napprovals: [{id: a, by: x}, {id: b, by: y}]\n")),
            Canonical(Read("id: C\napprovals: [{by: y, id: b}, {by: x, id: a}]\n")));
}

TEST(Canonical, DuplicatesAreKept) {
  EXPECT_NE(Canonical(Read("id: C\napprovals: [{id: a}, {id: a}]\n")),
            Canonical(Read("id: C\napprovals: [{id: a}]\n")));
}

TEST(Canonical, OrderIsKeptWhereItMeansSomething) {
  const std::string_view header = "policy: {id: p}\n";
  EXPECT_NE(Canonical(Read<v1::Policy>(std::string(header) + "gates: [{id: a}, {id: b}]\n")),
            Canonical(Read<v1::Policy>(std::string(header) + "gates: [{id: b}, {id: a}]\n")));
}

TEST(Canonical, ParsesBack) {
  const auto change =
      Read("id: C\nservices: [{id: s, client_facing: false}]\nfacts: {cost: {number: -0.0}}\n");
  v1::ChangeRequest back;
  ASSERT_TRUE(back.ParseFromString(Canonical(change)));
  EXPECT_EQ(Canonical(back), Canonical(change));
  EXPECT_TRUE(back.services(0).has_client_facing());
}

TEST(Canonical, FieldsOfANewerSchemaAreRefusedByName) {
  v1::ChangeRequest change = Read("id: C\nservices: [{id: s}]\n");
  v1::AffectedService* service = change.mutable_services(0);
  service->GetReflection()->MutableUnknownFields(service)->AddVarint(4000, 1);
  EXPECT_EQ(UnknownFields(change), (std::vector<std::string>{"services[0].#4000"}));
  const auto bytes = CanonicalBytes(change);
  ASSERT_FALSE(bytes.ok());
  EXPECT_NE(bytes.status().ToString().find("services[0].#4000"), std::string::npos);
}

// An approval of the schedule outlives an edit of the text, and not one of the schedule.
TEST(AspectDigests, ChangeWithTheirOwnFieldsOnly) {
  const auto before = Read(
      "id: C\ndocuments: {description: {text: one}}\n"
      "schedule: {start: 2026-01-01T00:00:00Z}\n");
  const auto described = Read(
      "id: C\ndocuments: {description: {text: two}}\n"
      "schedule: {start: 2026-01-01T00:00:00Z}\n");
  const auto moved = Read(
      "id: C\ndocuments: {description: {text: one}}\n"
      "schedule: {start: 2026-01-02T00:00:00Z}\n");
  const auto digest = [](const v1::ChangeRequest& change, v1::Aspect aspect,
                         const AspectOverrides& overrides = {}) {
    return *AspectDigest(change, aspect, overrides);
  };
  EXPECT_EQ(digest(before, v1::ASPECT_SCHEDULE), digest(described, v1::ASPECT_SCHEDULE));
  EXPECT_NE(digest(before, v1::ASPECT_SCHEDULE), digest(moved, v1::ASPECT_SCHEDULE));
  EXPECT_NE(digest(before, v1::ASPECT_DESCRIPTION), digest(described, v1::ASPECT_DESCRIPTION));
  EXPECT_EQ(digest(before, v1::ASPECT_DESCRIPTION), digest(moved, v1::ASPECT_DESCRIPTION));
  const AspectOverrides immaterial = {{"schedule.start", {.immaterial = true}}};
  EXPECT_EQ(digest(before, v1::ASPECT_SCHEDULE, immaterial),
            digest(moved, v1::ASPECT_SCHEDULE, immaterial));
}

}  // namespace
}  // namespace changepolicy
