#include "libchangepolicy/issue.h"

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

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
