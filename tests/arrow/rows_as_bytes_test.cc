// Rows of serialized messages are decided as the bytes that they are, without a message being made
// of them. What a row is and says of itself is the same as of its message.
#include <string>

#include "bindings/arrow/decide_column.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "tests/arrow/made_column.h"
#include "tests/arrow/scene.h"
#include "tests/engine/example.h"

namespace changepolicy::bindings {
namespace {

absl::Status Decide(const ColumnQuestion& question, const ArrowColumn& subjects, Answer* answer) {
  return DecideColumn(TheEngine(), question, subjects, nullptr, &answer->schema, &answer->array);
}

// Messages pass by as bytes, and whatever is read of them otherwise has to come to the same.
TEST(RowsAsBytes, GiveAtEachDetailWhatEachRowGives) {
  const MadeColumn made("z", {NthBytes(1), NthBytes(15), NthBytes(26), NthBytes(71)});
  for (const v1::Detail detail :
       {v1::DETAIL_VERDICT, v1::DETAIL_REASONS, v1::DETAIL_RULES, v1::DETAIL_FULL}) {
    for (const bool digest : {false, true}) {
      ColumnQuestion question = AboutChanges();
      question.question.detail = detail;
      question.question.subject_digest = digest;
      Answer answer;
      ASSERT_TRUE(Decide(question, made.column(), &answer).ok());
      int64_t row = 0;
      for (const int n : {1, 15, 26, 71}) {
        const v1::Decision decision = *TheEngine().Decide(NthChange(n), question.question);
        EXPECT_EQ(decision.subject_digest().empty(), !digest);
        EXPECT_EQ(TextAt(answer["decision"], row), NormativeBytes(decision));
        EXPECT_EQ(TextAt(answer["id"], row), decision.subject_id());
        ++row;
      }
    }
  }
}

// The bytes of the same messages, written as others may write them.
TEST(RowsAsBytes, AreReadAsProtobufReadsThem) {
  const std::string newer = NthBytes(71) + "\xfa\x7f\x03new";  // field 2047
  const std::string twice = "\x0a\x05other" + NthBytes(71);    // of two ids the last one counts
  const std::string behind = NthBytes(71) + "\x0a\x05other";
  const std::string large = [] {
    v1::ChangeRequest change = NthChange(71);
    change.set_title("add a thing" + std::string(5 << 20, 'x'));
    return change.SerializeAsString();
  }();
  const std::string rows[] = {newer, twice, behind, large};
  const MadeColumn made("z", {newer, twice, behind, large});
  const ColumnQuestion question = AboutChanges();
  Answer answer;
  ASSERT_TRUE(Decide(question, made.column(), &answer).ok());
  for (int64_t row = 0; row < 4; ++row) {
    v1::ChangeRequest change;
    ASSERT_TRUE(change.ParseFromString(rows[row]));
    const v1::Decision decision = *TheEngine().Decide(change, question.question);
    EXPECT_EQ(TextAt(answer["decision"], row), NormativeBytes(decision)) << row;
    EXPECT_EQ(TextAt(answer["id"], row), change.id());
  }
  EXPECT_EQ(TextAt(answer["verdict"], 0), "ERROR");  // nobody knows what the field says
}

TEST(RowsAsBytes, AreRefusedOverTheLimitOfADocument) {
  v1::ChangeRequest change = NthChange(71);
  change.set_title(std::string((16 << 20) + 1, 'x'));
  for (const v1::Detail detail : {v1::DETAIL_REASONS, v1::DETAIL_FULL}) {
    ColumnQuestion question = AboutChanges();
    question.question.detail = detail;
    const MadeColumn made("z", {change.SerializeAsString(), NthBytes(71)});
    Answer answer;
    ASSERT_TRUE(Decide(question, made.column(), &answer).ok());
    EXPECT_EQ(TextAt(answer["decision"], 0), std::nullopt);
    EXPECT_EQ(TextAt(answer["error"], 0),
              StrCat("subject: error: the document has ", change.ByteSizeLong(),
                     " bytes\n  help: at most 16777216 bytes are read; split the document"));
    EXPECT_EQ(TextAt(answer["id"], 0), std::nullopt);
    EXPECT_EQ(TextAt(answer["verdict"], 1), "ALLOWED");
  }
}

// What is wrong with a row that can be read stands beside its id.
TEST(RowsAsBytes, AreNamedWhereTheyCannotBeAskedAbout) {
  v1::ChangeRequest change = NthChange(71);
  change.add_revisions()->set_number(3);
  const MadeColumn made("z", {change.SerializeAsString()});
  Answer answer;
  ASSERT_TRUE(Decide(AboutChanges(), made.column(), &answer).ok());
  EXPECT_EQ(TextAt(answer["decision"], 0), std::nullopt);
  EXPECT_EQ(TextAt(answer["id"], 0), "CHG-71");
  EXPECT_EQ(TextAt(answer["error"], 0),
            MessageOf(TheEngine().Decide(change, AboutChanges().question).status()));
}

}  // namespace
}  // namespace changepolicy::bindings
