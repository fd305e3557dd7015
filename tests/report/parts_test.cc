#include "libchangepolicy/report/parts.h"

#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

bool StaysAsItIs(const v1::Decision& decision) {
  return Printed(decision).SerializeAsString() == decision.SerializeAsString();
}

// Each character at each place of a text of several words of memory, and of one that ends within
// one.
TEST(PrintableDecision, IsOneThatPrintingLeavesAsItIs) {
  for (const size_t size : {1, 7, 8, 9, 19}) {
    for (size_t at = 0; at < size; ++at) {
      for (int c = 0; c < 0x80; ++c) {
        v1::Decision decision;
        std::string text(size, '~');
        text[at] = static_cast<char>(c);
        decision.set_subject_id(text);
        ASSERT_EQ(IsPrintable(decision), c >= 0x20 && c < 0x7F) << c << " at " << at;
        ASSERT_EQ(IsPrintable(decision), StaysAsItIs(decision)) << c << " at " << at;
      }
    }
  }
}

TEST(PrintableDecision, LooksBelowFieldsAndLists) {
  constexpr char kBell[] = "rings\a";
  v1::Decision decision;
  v1::RuleOutcome& outcome = *decision.add_outcomes();
  outcome.add_clauses("CM-1.1");
  outcome.add_facts()->set_path("change.id");
  ASSERT_TRUE(IsPrintable(decision));
  outcome.add_clauses(kBell);
  EXPECT_FALSE(IsPrintable(decision));
  outcome.mutable_clauses()->RemoveLast();
  outcome.mutable_facts(0)->set_path(kBell);
  EXPECT_FALSE(IsPrintable(decision));
}

TEST(PrintableDecision, MayHoldLettersOfAnyLanguage) {
  v1::Decision decision;
  decision.set_subject_id("Änderung 変更");
  EXPECT_TRUE(IsPrintable(decision));
  decision.set_subject_id("Änderung\u202E変更");  // turns the direction of writing
  EXPECT_FALSE(IsPrintable(decision));
  EXPECT_FALSE(StaysAsItIs(decision));
}

}  // namespace
}  // namespace changepolicy
