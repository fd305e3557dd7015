#include "libchangepolicy/flat/parse.h"

#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/cel.flat.h"
#include "changepolicy/v1/cel.pb.h"
#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/schedule.flat.h"
#include "changepolicy/v1/trial.flat.h"
#include "changepolicy/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::flat {
namespace {

using ::testing::ElementsAre;

// A literal with zeros inside.
template <size_t kSize>
std::string Bytes(const char (&text)[kSize]) {
  return std::string(text, kSize - 1);
}

// Bytes of one message type, whether protobuf takes them, and whether something in them is unknown.
struct Case {
  const char* what;
  std::string bytes;
  bool accepted;
  bool unknown = false;
};

std::vector<Case> ValueCases() {
  return {
      {"nothing", "", true},
      {"number", Bytes("\x10\x01"), true},
      {"overlong number", Bytes("\x10\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"), true},
      {"ten bytes with bits over 64", Bytes("\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), true},
      {"eleven bytes", Bytes("\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00"), false},
      {"number cut off", Bytes("\x18\xff"), false},
      {"no number", Bytes("\x18"), false},
      {"overlong tag", Bytes("\x90\x80\x80\x80\x00\x01"), true},
      {"tag with bits over 32", Bytes("\x90\x80\x80\x80\x70\x01"), true},
      {"tag of six bytes", Bytes("\x90\x80\x80\x80\x80\x00\x01"), false},
      {"tag cut off", Bytes("\x90\x80"), false},
      {"tag 0", Bytes("\x00\x01"), false},
      {"field 0", Bytes("\x02\x00"), false},
      {"double", Bytes("\x29\x00\x00\x00\x00\x00\x00\xf0\x3f"), true},
      {"double cut off", Bytes("\x29\x00\x00\x00\x00\x00\x00\xf0"), false},
      {"string", Bytes("\x32\x02hi"), true},
      {"string beyond the end", Bytes("\x32\x03hi"), false},
      {"string with an overlong size", Bytes("\x32\x82\x80\x80\x80\x00hi"), true},
      {"string with a size of six bytes", Bytes("\x32\x82\x80\x80\x80\x80\x00hi"), false},
      {"string with a size of 2 GiB", Bytes("\x32\xff\xff\xff\xff\x07hi"), false},
      {"string that is no text", Bytes("\x32\x02h\xff"), false},
      {"string with a surrogate", Bytes("\x32\x03\xed\xa0\x80"), false},
      {"string with an overlong form", Bytes("\x32\x02\xc0\x80"), false},
      {"string above U+10FFFF", Bytes("\x32\x04\xf4\x90\x80\x80"), false},
      {"long text whose end is bad",
       Bytes("\x32\x13"
             "abcdefghijklmnopqr\xff"),
       false},
      {"text of other letters", Bytes("\x32\x04\xc3\xa4\xc3\xb6"), true},
      {"bytes that are no text", Bytes("\x3a\x02h\xff"), true},
      {"message", Bytes("\x4a\x03\x0a\x01x"), true},
      {"message beyond the end", Bytes("\x4a\x04\x0a\x01x"), false},
      {"string beyond its message", Bytes("\x4a\x03\x0a\x02xy"), false},
      {"unknown field", Bytes("\x20\x01\x98\x06\x01"), true, true},
      {"known field of another type",
       Bytes("\x11"
             "12345678"),
       true, true},
      {"unknown text that is none", Bytes("\xaa\x06\x01\xff"), true, true},
      {"unknown of 32 bits", Bytes("\xad\x06\x01\x02\x03\x04"), true, true},
      {"unknown of 32 bits cut off", Bytes("\xad\x06\x01\x02\x03"), false},
      {"wire type 6", Bytes("\xae\x06\x01"), false},
      {"wire type 7", Bytes("\xaf\x06\x01"), false},
      {"group", Bytes("\xa3\x06\x08\x01\xa4\x06"), true, true},
      {"group that does not end", Bytes("\xa3\x06\x08\x01"), false},
      {"group that ends as another", Bytes("\xa3\x06\x08\x01\xac\x06"), false},
      {"end of no group", Bytes("\xa4\x06"), false},
      {"end of a group in a message", Bytes("\x4a\x02\xa4\x06"), false},
      {"group that holds tag 0", Bytes("\xa3\x06\x00\xa4\x06"), false},
      {"group in a group", Bytes("\xa3\x06\xab\x06\xac\x06\xa4\x06"), true, true},
      {"groups that cross", Bytes("\xa3\x06\xab\x06\xa4\x06\xac\x06"), false},
      {"group of number 0", Bytes("\xa3\x06\x03\x04\xa4\x06"), false},
      {"unknown field in a message", Bytes("\x4a\x03\x98\x06\x01"), true, true},
  };
}

TEST(ParseTest, AcceptsWhatProtobufAccepts) {
  for (const Case& c : ValueCases()) {
    SCOPED_TRACE(c.what);
    v1::CelValue theirs;
    EXPECT_EQ(theirs.ParseFromString(c.bytes), c.accepted);
    Arena arena;
    ParseResult result;
    CelValue ours;
    EXPECT_EQ(Parse(c.bytes, &ours, &arena, &result), c.accepted);
    if (c.accepted) {
      EXPECT_EQ(result.has_unknown, c.unknown);
    }
  }
}

// Of bytes that the arena keeps.
template <typename T>
T Parsed(std::string_view bytes, Arena* arena) {
  T message;
  ParseResult result;
  EXPECT_TRUE(Parse(arena->Copy(bytes), &message, arena, &result));
  EXPECT_FALSE(result.has_unknown);
  return message;
}

// What the bytes are of, in a message in a message ... by two levels a turn, of these tags.
std::string Nested(std::string bytes, const std::string& inner, const std::string& outer,
                   int turns) {
  for (int i = 0; i < turns; ++i) {
    for (const std::string& tag : {inner, outer}) {
      std::string wrapped = tag;
      size_t size = bytes.size();
      for (; size >= 0x80; size >>= 7) wrapped += static_cast<char>(size | 0x80);
      bytes = wrapped + static_cast<char>(size) + bytes;
    }
  }
  return bytes;
}

TEST(ParseTest, RefusesTheSameDepth) {
  for (int turns : {1, 49, 50, 51, 60}) {
    const std::string bytes = Nested("", "\x0a", "\x62", turns);
    Arena arena;
    ParseResult result;
    CelValue ours;
    EXPECT_EQ(Parse(bytes, &ours, &arena, &result), v1::CelValue().ParseFromString(bytes)) << turns;
    EXPECT_EQ(Parse(bytes, &ours, &arena, &result), turns <= 50) << turns;
  }
}

TEST(ParseTest, AnInstantCountsAsDepth) {
  for (int turns : {49, 50}) {
    // An instant of a change that is the snapshot of a revision of a change.
    const std::string bytes =
        Nested(Bytes("\xd2\x02\x06\x08\x80\x80\x80\x80\x06"), "\x2a", "\xf2\x01", turns);
    Arena arena;
    ParseResult result;
    ChangeRequest ours;
    EXPECT_EQ(v1::ChangeRequest().ParseFromString(bytes), turns < 50);
    EXPECT_EQ(Parse(bytes, &ours, &arena, &result), turns < 50);
  }
}

TEST(ParseTest, InstantsAreReadInEveryForm) {
  // Seconds of five bytes, of one, of none, of ten; with nanoseconds, with another field, merged.
  for (const std::string& bytes :
       {Bytes("\xd2\x02\x06\x08\xff\xfe\xfd\xfc\x7b"), Bytes("\xd2\x02\x02\x08\x07"),
        Bytes("\xd2\x02\x00"), Bytes("\xd2\x02\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        Bytes("\xd2\x02\x08\x08\xff\xfe\xfd\xfc\x7b\x10\x05"),
        Bytes("\xd2\x02\x02\x10\x05\xd2\x02\x06\x08\xff\xfe\xfd\xfc\x7b"),
        Bytes("\xd2\x02\x06\x08\xff\xfe\xfd\xfc\x7b\xd2\x02\x02\x10\x05"),
        Bytes("\xd2\x02\x06\x08\x81\x80\x80\x80\x00")}) {
    v1::ChangeRequest theirs;
    ASSERT_TRUE(theirs.ParseFromString(bytes));
    Arena arena;
    const auto ours = Parsed<ChangeRequest>(bytes, &arena);
    EXPECT_TRUE(ours.has_created_at());
    EXPECT_EQ(ours.created_at().seconds(), theirs.created_at().seconds());
    EXPECT_EQ(ours.created_at().nanos(), theirs.created_at().nanos());
  }
}

TEST(ParseTest, GroupsCountAsDepth) {
  for (int groups : {99, 100, 101}) {
    std::string bytes;
    for (int i = 0; i < groups; ++i) bytes += "\xa3\x06";
    for (int i = 0; i < groups; ++i) bytes += "\xa4\x06";
    Arena arena;
    ParseResult result;
    CelValue ours;
    EXPECT_EQ(v1::CelValue().ParseFromString(bytes), groups <= 100);
    EXPECT_EQ(Parse(bytes, &ours, &arena, &result), groups <= 100) << groups;
  }
}

TEST(ParseTest, ReadsFieldsOfEveryKind) {
  v1::ChangeRequest change;
  change.set_id("CHG-1");
  change.set_title("");
  change.set_state(v1::CHANGE_STATE_APPROVED);
  change.add_kinds(v1::CHANGE_KIND_CONFIGURATION);
  change.add_kinds(static_cast<v1::ChangeKind>(-7));
  change.add_assets("db-1");
  change.add_assets("db-2");
  change.mutable_created_at()->set_seconds(-62135596800);
  change.mutable_created_at()->set_nanos(999999999);
  change.add_approvals()->set_id("A-1");
  change.add_approvals()->set_id("A-2");
  change.mutable_impact()->set_user_interface(true);
  const std::string bytes = change.SerializeAsString();
  Arena arena;
  const auto ours = Parsed<ChangeRequest>(bytes, &arena);
  EXPECT_EQ(ours.id(), "CHG-1");
  EXPECT_TRUE(ours.has_title());
  EXPECT_EQ(ours.title(), "");
  EXPECT_FALSE(ours.has_team());
  EXPECT_EQ(ours.state(), v1::CHANGE_STATE_APPROVED);
  EXPECT_THAT(ours.kinds(), ElementsAre(v1::CHANGE_KIND_CONFIGURATION, -7));
  EXPECT_THAT(ours.assets(), ElementsAre("db-1", "db-2"));
  EXPECT_EQ(ours.created_at().seconds(), -62135596800);
  EXPECT_EQ(ours.created_at().nanos(), 999999999);
  EXPECT_FALSE(ours.has_schedule());
  EXPECT_EQ(ours.schedule().start().seconds(), 0);
  ASSERT_EQ(ours.approvals_size(), 2);
  EXPECT_EQ(ours.approvals(1).id(), "A-2");
  EXPECT_TRUE(ours.impact().user_interface());
  EXPECT_FALSE(ours.impact().has_availability());
}

TEST(ParseTest, TakesListsOfNumbersInPiecesAndWhole) {
  Arena arena;
  const auto ours = Parsed<ChangeRequest>(Bytes("\x30\x01\x32\x02\x02\x03\x30\x04"), &arena);
  EXPECT_THAT(ours.kinds(), ElementsAre(1, 2, 3, 4));
}

TEST(ParseTest, MergesMessagesAndLetsTheLastScalarWin) {
  Arena arena;
  const auto ours = Parsed<CelValue>(
      Bytes("\x4a\x03\x0a\x01x\x4a\x04\x10\x05\x10\x06\x10\x01\x4a\x02\x10\x07"), &arena);
  // The bool between them takes away what the oneof held.
  EXPECT_EQ(ours.kind_case(), CelValue::kEnumValue);
  EXPECT_EQ(ours.enum_value().type(), "");
  EXPECT_EQ(ours.enum_value().value(), 7);
  EXPECT_FALSE(ours.bool_value());
  const auto merged = Parsed<CelValue>(Bytes("\x4a\x03\x0a\x01x\x4a\x04\x10\x05\x10\x06"), &arena);
  EXPECT_EQ(merged.enum_value().type(), "x");
  EXPECT_EQ(merged.enum_value().value(), 6);
}

TEST(ParseTest, MapsAreByKeyAndTheLastWins) {
  Arena arena;
  const auto ours = Parsed<ImpactAssessment>(Bytes("\x62\x06\x0a\x01"
                                                   "b\x12\x01"
                                                   "1\x62\x06\x0a\x01"
                                                   "a\x12\x01"
                                                   "2\x62\x02\x12\x00"
                                                   "\x62\x06\x12\x01"
                                                   "3\x0a\x01"
                                                   "b\x62\x04\x0a\x02"
                                                   "ab"),
                                             &arena);
  std::vector<std::string> read;
  for (const auto& [key, value] : ours.answers()) read.push_back(StrCat(key, "=", value));
  EXPECT_THAT(read, ElementsAre("=", "a=2", "ab=", "b=3"));
  ASSERT_NE(ours.answers().find("b"), nullptr);
  EXPECT_EQ(ours.answers().find("b")->value(), "3");
  EXPECT_EQ(ours.answers().find("c"), nullptr);
}

TEST(ParseTest, ForgetsWhatIsUnknownInAnEntryAsProtobufDoes) {
  Arena arena;
  ParseResult result;
  ImpactAssessment ours;
  const std::string bytes = Bytes(
      "\x62\x06\x0a\x01"
      "b\x98\x06\x01");
  ASSERT_TRUE(Parse(bytes, &ours, &arena, &result));
  EXPECT_FALSE(result.has_unknown);
  EXPECT_TRUE(ours.answers().contains("b"));
}

}  // namespace
}  // namespace changepolicy::flat
