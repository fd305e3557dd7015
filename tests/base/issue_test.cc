#include "libchangepolicy/issue.h"

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(IssueTest, OfALongLineShowsThePartAroundThePlace) {
  Issue issue{.message = "m", .file = "f", .position = {1, 501}, .length = 3};
  issue.source_line = std::string(500, 'a') + "xyz" + std::string(5000, 'b');
  EXPECT_EQ(ToText(issue), "f:1:501: error: m\n 1 | ..." + std::string(60, 'a') + "xyz" +
                               std::string(97, 'b') + "...\n   | " + std::string(63, ' ') + "^^^");
  // Code points are not cut apart, and what is underlined ends with what is shown.
  issue.source_line.clear();
  for (int i = 0; i < 1000; ++i) issue.source_line += "\u00e4";
  issue.length = 400;
  std::string shown;
  for (int i = 0; i < 160; ++i) shown += "\u00e4";
  EXPECT_EQ(ToText(issue), "f:1:501: error: m\n 1 | ..." + shown + "...\n   | " +
                               std::string(63, ' ') + std::string(100, '^'));
  // At its end, and where the place lies behind it.
  issue.position.column = 1000;
  issue.length = 1;
  EXPECT_TRUE(ToText(issue).ends_with(std::string(63, ' ') + "^")) << ToText(issue);
  issue.position.column = 5000;
  EXPECT_LT(ToText(issue).size(), 300);
  // A line of up to 160 is whole.
  issue.source_line = std::string(160, 'c');
  issue.position.column = 1;
  EXPECT_EQ(ToText(issue), "f:1:1: error: m\n 1 | " + std::string(160, 'c') + "\n   | ^");
}

TEST(IssueTest, TextNamesPlaceAndRemedyWithACaret) {
  Issue issue;
  issue.message = "`riskk` is not a field of `Policy`";
  issue.help = "did you mean `risk`?";
  issue.file = "policy.yaml";
  issue.path = "riskk";
  issue.position = {12, 3};
  issue.length = 5;
  issue.source_line = "  riskk: {}";
  EXPECT_EQ(ToText(issue),
            "policy.yaml:12:3: error: `riskk` is not a field of `Policy` (at riskk)\n"
            " 12 |   riskk: {}\n"
            "    |   ^^^^^\n"
            "  help: did you mean `risk`?");
}

TEST(IssueTest, TextWithoutAPlaceIsOneLine) {
  Issue issue;
  issue.severity = Severity::kWarning;
  issue.message = "nothing decides";
  EXPECT_EQ(ToText(issue), "warning: nothing decides");
}

TEST(IssueTest, ControlCharactersOfTheSourceAreNotPrinted) {
  Issue issue;
  issue.message = "m";
  issue.position = {1, 1};
  issue.source_line = "a\x1b[31mb\t";
  EXPECT_EQ(ToText(issue), "1:1: error: m\n 1 | a [31mb \n   | ^");
}

TEST(NearestTest, FindsSlipsAndRefusesStrangers) {
  EXPECT_EQ(Nearest("client_facin", {"third_party", "client_facing"}), "client_facing");
  EXPECT_EQ(Nearest("clientFacing", {"client_facing"}), "client_facing");
  EXPECT_EQ(Nearest("riks", {"risk", "rank"}), "risk");
  EXPECT_EQ(Nearest("banana", {"risk", "rank"}), "");
  EXPECT_EQ(Nearest(std::string(10000, 'a'), {"risk"}), "");
}

}  // namespace
}  // namespace changepolicy
