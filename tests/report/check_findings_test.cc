// What other systems are told of decisions: findings, annotations, comments, JUnit, SARIF.
#include "libchangepolicy/report/check_findings.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "libchangepolicy/report/comment_markdown.h"
#include "libchangepolicy/report/junit.h"
#include "libchangepolicy/report/markdown.h"
#include "libchangepolicy/report/sarif.h"
#include "libchangepolicy/report/workflow_commands.h"

namespace changepolicy {
namespace {

using testing::HasSubstr;
using testing::Not;

Policy SomePolicy() {
  const PolicyResult result = Policy::Load({{"policy.yaml", R"(
policy: {id: test, version: "1"}
clauses: {C: {title: a clause}}
roles: [lead]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
approvals: [{id: free, needs: {none: true}, clause: C}]
gates:
  - {id: g, title: A gate, at: [DEPLOY], must: "false", message: shut, remedy: Open it., supplied_by: [lead], clause: C}
)"}});
  EXPECT_TRUE(result.policy.has_value()) << ToText(result.issues);
  return *result.policy;
}

CheckedRecord Record(const std::string& decision) {
  CheckedRecord record{.name = "c.yaml", .file = "c.yaml", .line = 3, .policy = SomePolicy()};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(decision, &record.decision.emplace()));
  return record;
}

// Every verdict and status, as a decision may have them, whether they fit together or not.
TEST(FindingsTest, WhatIsNotAllowedHasOneThatBlocksInEveryFormat) {
  for (int verdict = 0; verdict <= 4; ++verdict) {
    for (int status = 0; status <= 8; ++status) {
      const CheckedRecord record = Record(
          "subject_id: 'C' verdict: " + std::to_string(verdict) +
          (status == 0
               ? std::string()
               : " outcomes { rule: 'g' kind: 'gate' status: " + std::to_string(status) + " }"));
      SCOPED_TRACE(record.decision->ShortDebugString());
      const std::vector<CheckFinding> findings = FindingsOf(record);
      const bool blocks = std::any_of(findings.begin(), findings.end(),
                                      [](const CheckFinding& each) { return each.blocks; });
      const bool allowed = verdict == v1::VERDICT_ALLOWED;
      EXPECT_TRUE(blocks || allowed);
      const std::string comment = CommentMarkdown({record}, {});
      EXPECT_EQ(comment.find("### \u2705") != std::string::npos, allowed) << comment;
      const std::string annotations = WorkflowAnnotations({record});
      EXPECT_EQ(annotations.find("::notice") != std::string::npos, allowed) << annotations;
      EXPECT_TRUE(annotations.starts_with("::error file=c.yaml,line=3,title=") || allowed)
          << annotations;
      EXPECT_EQ(JUnit({record}).find("name=\"verdict\" time=\"0\"/>") != std::string::npos,
                allowed);
      const std::string sarif = Sarif({record}, {});
      EXPECT_TRUE(sarif.find("\"level\": \"error\",\n") != std::string::npos || allowed) << sarif;
      if (allowed) continue;
      EXPECT_THAT(sarif, HasSubstr("\"ruleIndex\": "));
    }
  }
}

TEST(FindingsTest, TheWorstVerdictIsThatOfAll) {
  const CheckedRecord allowed = Record("verdict: VERDICT_ALLOWED");
  const CheckedRecord denied = Record("verdict: VERDICT_DENIED");
  const CheckedRecord unknown = Record("verdict: VERDICT_UNKNOWN");
  EXPECT_EQ(WorstVerdict({}), "INVALID");
  EXPECT_EQ(WorstVerdict({allowed, allowed}), "ALLOWED");
  EXPECT_EQ(WorstVerdict({denied, allowed}), "DENIED");
  EXPECT_EQ(WorstVerdict({denied, unknown, allowed}), "UNKNOWN");
  EXPECT_EQ(WorstVerdict({unknown, Record("verdict: VERDICT_ERROR")}), "ERROR");
  EXPECT_EQ(WorstVerdict({unknown, {.name = "x", .problem = "bad"}}), "INVALID");
  EXPECT_THAT(CommentMarkdown({}, {}), Not(HasSubstr("\u2705")));
}

TEST(OneLineTest, IsPrintableUtf8ThatIsCutBetweenCharacters) {
  EXPECT_EQ(OneLine("a\nb\x1B"), "a\\nb\\u001b");
  EXPECT_EQ(OneLine("a\x9B\xFFz"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(OneLine("äöü", 6), "äöü");
  EXPECT_EQ(OneLine("äöüß", 7), "äö...");
  EXPECT_EQ(OneLine("", 0), "");
  EXPECT_EQ(OneLine("ab", 1), "");
}

TEST(CommentWordsTest, NoPlatformSeesMoreThanWords) {
  EXPECT_EQ(CommentWords("@ann #7 !8 ~bug GH-9"),
            "@&#8203;ann \\#&#8203;7 !&#8203;8 \\~&#8203;bug GH-&#8203;9");
  EXPECT_EQ(CommentWords("https://x www.y"), "https:&#8203;//x www&#8203;.y");
  EXPECT_EQ(CommentWords("100% of [a](b) <i>"), "100%&#8203; of \\[a\\](b) \\<i\\>");
  EXPECT_EQ(CommentWords(""), "");
  EXPECT_EQ(CommentWords("@"), "@");
}

TEST(WorkflowLogTextTest, HoldsNoCommand) {
  EXPECT_EQ(WorkflowLogText("::error::x\n  ::y\nz ::z\n"), "| ::error::x\n  | ::y\nz ::z\n");
  EXPECT_EQ(WorkflowLogText("a ##[error]b"), "a ## [error]b");
  EXPECT_EQ(WorkflowLogText("###[x"), "### [x");
  EXPECT_EQ(WorkflowLogText("\xC2\xA0::x"), "\xC2\xA0| ::x");  // .NET trims it
  EXPECT_EQ(WorkflowLogText(""), "");
}

TEST(XmlLinesTest, AreXml) {
  EXPECT_EQ(XmlLines("a\n<b>\x01\uFFFF\"&'"), "a&#10;&lt;b&gt;\\u0001\uFFFD&quot;&amp;&#39;");
  EXPECT_EQ(XmlLines(""), "");
}

TEST(ClauseUrlTest, EscapesTheClause) {
  EXPECT_EQ(ClauseUrl("https://w/p#{clause}", "A b>"), "https://w/p#A%20b%3E");
  EXPECT_EQ(ClauseUrl("", "A"), "");
  EXPECT_TRUE(IsClausePattern("https://w/p#{clause}"));
  for (const std::string_view bad : {"", "https://w", "ftp://{clause}", "https://{clause} ",
                                     "https://{clause}>", "https://{clause}{clause}"}) {
    EXPECT_FALSE(IsClausePattern(bad)) << bad;
  }
}

TEST(MentionsTest, AreOfOneLogin) {
  v1::Directory directory;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    people { id: 'one' accounts: 'one-login' accounts: 'one@firm.example' }
    people { id: 'two' accounts: 'a' accounts: 'b' }
    people { id: 'none' accounts: 'c_d' accounts: '-e' accounts: 'f--g' }
    people { id: 'bot' accounts: 'bot' service_account: true })",
                                                            &directory));
  EXPECT_THAT(Mentions(directory), testing::ElementsAre(testing::Pair("one", "one-login")));
}

}  // namespace
}  // namespace changepolicy
