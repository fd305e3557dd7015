// What one Decision, or one error, becomes in the columns.
#include "bindings/arrow/decision_columns.h"

#include <ostream>

#include "bindings/arrow/unmet.h"
#include "changepolicy/v1/decision.flat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/flat/copy.h"
#include "tests/arrow/made_column.h"

namespace changepolicy::bindings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::SlotOutcome Slot(std::string_view of, int needed, int assigned, bool chosen) {
  v1::SlotOutcome slot;
  slot.set_of(std::string(of));
  slot.set_needed(needed);
  for (int i = 0; i < assigned; ++i) slot.add_assigned();
  slot.set_chosen(chosen);
  return slot;
}

v1::RuleOutcome Outcome(std::string_view rule, v1::Status status,
                        const std::vector<v1::SlotOutcome>& slots = {}) {
  v1::RuleOutcome outcome;
  outcome.set_rule(std::string(rule));
  outcome.set_status(status);
  for (const v1::SlotOutcome& slot : slots) *outcome.mutable_approval()->add_slots() = slot;
  return outcome;
}

v1::Decision DecisionOf(const std::vector<v1::RuleOutcome>& outcomes) {
  v1::Decision decision;
  for (const v1::RuleOutcome& outcome : outcomes) *decision.add_outcomes() = outcome;
  return decision;
}

// The same as the struct that the lists are made from.
class FlatDecision {
 public:
  explicit FlatDecision(const std::vector<v1::RuleOutcome>& outcomes = {})
      : decision_(*flat::CopyOf<flat::Decision>(DecisionOf(outcomes), &arena_)) {}
  operator const flat::Decision&() const { return decision_; }  // NOLINT: it is one

 private:
  flat::Arena arena_;
  const flat::Decision& decision_;
};

TEST(Unmet, IsWhateverIsNotGoodAndNotExcused) {
  std::vector<v1::RuleOutcome> outcomes;
  for (int status = v1::Status_MIN; status <= v1::Status_MAX; ++status) {
    outcomes.push_back(Outcome(v1::Status_Name(status), static_cast<v1::Status>(status),
                               {Slot(v1::Status_Name(status), 1, 0, true)}));
  }
  outcomes.push_back(Outcome("later", static_cast<v1::Status>(99), {Slot("anybody", 1, 0, true)}));
  const FlatDecision decision(outcomes);
  EXPECT_THAT(UnmetGates(decision),
              ElementsAre("STATUS_UNSPECIFIED", "STATUS_UNSATISFIED", "STATUS_UNSATISFIABLE",
                          "STATUS_UNKNOWN", "STATUS_ERROR", "later"));
  EXPECT_THAT(MissingRoles(decision),
              ElementsAre("STATUS_ERROR", "STATUS_UNKNOWN", "STATUS_UNSATISFIABLE",
                          "STATUS_UNSATISFIED", "STATUS_UNSPECIFIED", "anybody"));
}

TEST(Unmet, MissingIsWhoTheChosenBranchLacksOnceEach) {
  EXPECT_THAT(MissingRoles(FlatDecision(
                  {Outcome("two branches", v1::STATUS_UNSATISFIED,
                           {Slot("role lead", 2, 1, true), Slot("role cto", 1, 0, false),
                            Slot("role filled", 1, 1, true)}),
                   Outcome("none chosen", v1::STATUS_UNSATISFIABLE,
                           {Slot("role b", 1, 0, false), Slot("role a", 1, 0, false)}),
                   Outcome("again", v1::STATUS_UNKNOWN, {Slot("role lead", 1, 0, true)}),
                   Outcome("no slots", v1::STATUS_UNSATISFIED)})),
              ElementsAre("role a", "role b", "role lead"));
  EXPECT_THAT(MissingRoles(FlatDecision()), IsEmpty());
}

// A column of an answer with one row.
class OneRow {
 public:
  explicit OneRow(DecisionColumns* columns) {
    answer_.schema = DecisionColumns::Schema();
    answer_.array = columns->Finish();
  }
  std::optional<std::string> operator[](std::string_view name) const {
    return TextAt(answer_[name], 0);
  }

 private:
  Answer answer_;
};

// Appends the message's bytes.
void AppendBytesOf(const v1::Decision& decision, DecisionColumns* columns) {
  flat::Arena arena;
  ASSERT_TRUE(columns->AppendDecision(decision.SerializeAsString(), &arena).ok());
}

TEST(DecisionColumns, KeepTheBytesAsTheyAre) {
  v1::Decision decision = DecisionOf({Outcome("a", v1::STATUS_SATISFIED)});
  decision.set_tzdb_version("2026a");
  DecisionColumns columns;
  AppendBytesOf(decision, &columns);
  EXPECT_EQ(OneRow(&columns)["decision"], NormativeBytes(decision));
}

TEST(DecisionColumns, RefuseWhatIsNoDecision) {
  DecisionColumns columns;
  flat::Arena arena;
  EXPECT_EQ(columns.AppendDecision("\xff\xff", &arena).code(), absl::StatusCode::kInternal);
  AppendBytesOf(DecisionOf({}), &columns);
  Answer answer;
  answer.schema = DecisionColumns::Schema();
  answer.array = columns.Finish();
  EXPECT_EQ(answer.array.length, 1);
  EXPECT_EQ(answer["id"].length, 1);
}

TEST(DecisionColumns, ValuesOfALaterVersionAreNumbersAndNoneIsNull) {
  for (const int verdict : {77, -1, 1'000'000}) {
    v1::Decision decision;
    decision.set_verdict(static_cast<v1::Verdict>(verdict));
    DecisionColumns columns;
    AppendBytesOf(decision, &columns);
    const OneRow row(&columns);
    EXPECT_EQ(row["verdict"], StrCat(verdict));
    EXPECT_EQ(row["category"], std::nullopt);
    EXPECT_EQ(row["risk_level"], std::nullopt);
  }
}

// The names are kept in a table, which has to know every value.
TEST(DecisionColumns, NameEveryValue) {
  for (int verdict = 1; verdict <= v1::Verdict_MAX; ++verdict) {
    v1::Decision decision;
    decision.set_verdict(static_cast<v1::Verdict>(verdict));
    decision.mutable_risk()->set_level(static_cast<v1::RiskLevel>(verdict));
    DecisionColumns columns;
    AppendBytesOf(decision, &columns);
    const OneRow row(&columns);
    EXPECT_EQ(StrCat("VERDICT_", *row["verdict"]),
              v1::Verdict_Name(static_cast<v1::Verdict>(verdict)));
    EXPECT_EQ(StrCat("RISK_LEVEL_", *row["risk_level"]),
              v1::RiskLevel_Name(static_cast<v1::RiskLevel>(verdict)));
  }
}

struct Shown {
  std::string message;
  std::string shown;
};
std::ostream& operator<<(std::ostream& out, const Shown& row) {
  return out << row.shown.substr(0, 20);
}

class Errors : public testing::TestWithParam<Shown> {};

TEST_P(Errors, AreTextWhateverTheyQuote) {
  DecisionColumns columns;
  columns.AppendError("C-1", GetParam().message);
  const OneRow row(&columns);
  EXPECT_EQ(row["error"], GetParam().shown);
  EXPECT_EQ(row["id"], "C-1");
}

const std::string kManyA(4000, 'a');

INSTANTIATE_TEST_SUITE_P(
    Messages, Errors,
    testing::Values(Shown{"plain", "plain"}, Shown{"", ""},
                    Shown{"one \xff two \xc3( \xe2\x82", "one \uFFFD two \uFFFD( \uFFFD\uFFFD"},
                    Shown{kManyA, kManyA}, Shown{kManyA + "b", kManyA + "..."},
                    Shown{kManyA.substr(2) + "€", kManyA.substr(2) + "..."},
                    Shown{kManyA.substr(3) + "€!", kManyA.substr(3) + "€..."}));

}  // namespace
}  // namespace changepolicy::bindings
