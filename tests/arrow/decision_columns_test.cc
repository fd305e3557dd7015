// What one Decision, or one error, becomes in the columns.
#include "bindings/arrow/decision_columns.h"

#include <ostream>

#include "bindings/arrow/unmet.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
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

TEST(Unmet, IsWhateverIsNotGoodAndNotExcused) {
  std::vector<v1::RuleOutcome> outcomes;
  for (int status = v1::Status_MIN; status <= v1::Status_MAX; ++status) {
    outcomes.push_back(Outcome(v1::Status_Name(status), static_cast<v1::Status>(status),
                               {Slot(v1::Status_Name(status), 1, 0, true)}));
  }
  outcomes.push_back(Outcome("later", static_cast<v1::Status>(99), {Slot("anybody", 1, 0, true)}));
  const v1::Decision decision = DecisionOf(outcomes);
  EXPECT_THAT(UnmetGates(decision),
              ElementsAre("STATUS_UNSPECIFIED", "STATUS_UNSATISFIED", "STATUS_UNSATISFIABLE",
                          "STATUS_UNKNOWN", "STATUS_ERROR", "later"));
  EXPECT_THAT(MissingRoles(decision),
              ElementsAre("STATUS_ERROR", "STATUS_UNKNOWN", "STATUS_UNSATISFIABLE",
                          "STATUS_UNSATISFIED", "STATUS_UNSPECIFIED", "anybody"));
}

TEST(Unmet, MissingIsWhoTheChosenBranchLacksOnceEach) {
  EXPECT_THAT(MissingRoles(
                  DecisionOf({Outcome("two branches", v1::STATUS_UNSATISFIED,
                                      {Slot("role lead", 2, 1, true), Slot("role cto", 1, 0, false),
                                       Slot("role filled", 1, 1, true)}),
                              Outcome("none chosen", v1::STATUS_UNSATISFIABLE,
                                      {Slot("role b", 1, 0, false), Slot("role a", 1, 0, false)}),
                              Outcome("again", v1::STATUS_UNKNOWN, {Slot("role lead", 1, 0, true)}),
                              Outcome("no slots", v1::STATUS_UNSATISFIED)})),
              ElementsAre("role a", "role b", "role lead"));
  EXPECT_THAT(MissingRoles(v1::Decision()), IsEmpty());
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

TEST(DecisionColumns, LeaveOutTheRendering) {
  v1::Decision decision = DecisionOf({Outcome("a", v1::STATUS_SATISFIED)});
  const std::string normative = NormativeBytes(decision);
  decision.mutable_rendering()->set_summary("a text for people");
  DecisionColumns columns;
  columns.AppendDecision(decision);
  EXPECT_EQ(OneRow(&columns)["decision"], normative);
}

TEST(DecisionColumns, ValuesOfALaterVersionAreNumbersAndNoneIsNull) {
  v1::Decision decision;
  decision.set_verdict(static_cast<v1::Verdict>(77));
  DecisionColumns columns;
  columns.AppendDecision(decision);
  const OneRow row(&columns);
  EXPECT_EQ(row["verdict"], "77");
  EXPECT_EQ(row["category"], std::nullopt);
  EXPECT_EQ(row["risk_level"], std::nullopt);
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
