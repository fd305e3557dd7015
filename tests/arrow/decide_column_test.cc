// A column decided is each of its rows decided: whatever the format, slice and number of threads.
#include "bindings/arrow/decide_column.h"

#include <ostream>

#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "tests/arrow/made_column.h"
#include "tests/arrow/scene.h"
#include "tests/engine/example.h"

namespace changepolicy::bindings {
namespace {

constexpr const char* kAnswers[] = {"verdict",       "category",    "risk_score", "risk_level",
                                    "missing_roles", "unmet_gates", "decision"};

bool IsNull(const ArrowArray& column, int64_t row) {
  const auto* const bits = static_cast<const uint8_t*>(column.buffers[0]);
  return bits != nullptr && (bits[row / 8] >> (row % 8) & 1) == 0;
}

void ExpectNoAnswer(const Answer& answer, int64_t row) {
  for (const char* name : kAnswers) EXPECT_TRUE(IsNull(answer[name], row)) << name << " " << row;
}

// Each row by itself is asked of the engine.
void ExpectDecisionsOf(const Cells& cells, const ColumnQuestion& question, const Answer& answer) {
  ASSERT_EQ(answer.array.length, static_cast<int64_t>(cells.size()));
  for (int64_t row = 0; row < answer.array.length; ++row) {
    if (!cells[row].has_value()) {
      EXPECT_EQ(TextAt(answer["error"], row), "the row is null");
      EXPECT_EQ(TextAt(answer["id"], row), std::nullopt);
      ExpectNoAnswer(answer, row);
    } else if (TextAt(answer["error"], row).has_value()) {
      EXPECT_EQ(row % 11, 5) << *TextAt(answer["error"], row);
      ExpectNoAnswer(answer, row);
    } else {
      const v1::ChangeRequest change = NthChange(static_cast<int>(row));
      const v1::Decision decision = *TheEngine().Decide(change, question.question);
      EXPECT_EQ(TextAt(answer["id"], row), change.id());
      EXPECT_EQ(TextAt(answer["decision"], row), NormativeBytes(decision));
      EXPECT_EQ(StrCat("VERDICT_", *TextAt(answer["verdict"], row)),
                v1::Verdict_Name(decision.verdict()));
      EXPECT_EQ(StrCat("CATEGORY_", *TextAt(answer["category"], row)),
                v1::Category_Name(decision.categorization().category()));
      EXPECT_EQ(StrCat("RISK_LEVEL_", *TextAt(answer["risk_level"], row)),
                v1::RiskLevel_Name(decision.risk().level()));
      EXPECT_EQ(NumberAt(answer["risk_score"], row), decision.risk().score());
    }
  }
}

struct Form {
  std::string format;
  bool json;
};
std::ostream& operator<<(std::ostream& out, const Form& form) {
  return out << form.format << (form.json ? " of JSON" : "");
}

class EveryForm : public testing::TestWithParam<Form> {};

TEST_P(EveryForm, GivesWhatEachRowGives) {
  const ColumnQuestion question = AboutChanges(GetParam().json);
  for (const int rows : {0, 1, 2, 63, 64, 65, 200}) {
    for (const int before : {0, 1, 9}) {
      const Cells cells = ManyChanges(rows, GetParam().json);
      const MadeColumn made(GetParam().format, cells, before);
      Answer answer;
      ASSERT_TRUE(
          DecideColumn(TheEngine(), question, made.column(), nullptr, &answer.schema, &answer.array)
              .ok());
      ExpectDecisionsOf(cells, question, answer);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, EveryForm,
                         testing::Values(Form{"z", false}, Form{"Z", false}, Form{"vz", false},
                                         Form{"u", true}, Form{"U", true}, Form{"vu", true},
                                         Form{"z", true}, Form{"Z", true}, Form{"vz", true}));

// `DENIED NORMAL 7 HIGH roles: role lead gates: board`.
std::string RowText(const Answer& answer, int64_t row) {
  std::string text =
      StrCat(*TextAt(answer["verdict"], row), " ", *TextAt(answer["category"], row), " ",
             *NumberAt(answer["risk_score"], row), " ", *TextAt(answer["risk_level"], row));
  for (const char* name : {"missing_roles", "unmet_gates"}) {
    StrAppend(&text, "; ", name, ":");
    const std::optional<std::vector<std::string>> items = ListAt(answer[name], row);
    for (const std::string& item : *items) StrAppend(&text, " [", item, "]");
  }
  return text;
}

TEST(DecideColumn, TellsWhatIsMissing) {
  const MadeColumn made(
      "z", {NthBytes(1), NthBytes(16), NthBytes(15), NthBytes(26), NthBytes(71), NthBytes(9)});
  Answer answer;
  ASSERT_TRUE(DecideColumn(TheEngine(), AboutChanges(), made.column(), nullptr, &answer.schema,
                           &answer.array)
                  .ok());
  EXPECT_EQ(RowText(answer, 0),
            "DENIED NORMAL 4 MEDIUM; missing_roles: [person dan] [role cpo or role cto] "
            "[role engineer] [role lead]; unmet_gates: [peers] [board]");
  EXPECT_EQ(RowText(answer, 1),
            "DENIED NORMAL 7 HIGH; missing_roles: [role cpo or role cto]; unmet_gates: [board]");
  EXPECT_EQ(RowText(answer, 2),
            "DENIED NORMAL 0 LOW; missing_roles:; unmet_gates: [calm] [titled]");
  EXPECT_EQ(RowText(answer, 3), "ERROR NORMAL 3 MEDIUM; missing_roles:; unmet_gates: [divided]");
  EXPECT_EQ(RowText(answer, 4), "ALLOWED NORMAL 0 LOW; missing_roles:; unmet_gates:");
  EXPECT_EQ(RowText(answer, 5),
            "DENIED EMERGENCY 4 MEDIUM; missing_roles: [person dan] [role cpo or role cto]; "
            "unmet_gates: [board] [titled]");
}

}  // namespace
}  // namespace changepolicy::bindings
