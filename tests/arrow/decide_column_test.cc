// A column decided is each of its rows decided: whatever the format, slice and number of threads.
#include "bindings/arrow/decide_column.h"

#include <cstring>
#include <ostream>
#include <utility>

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
  for (const int rows : {0, 1, 64, 65, 130}) {
    for (const int before : {0, 9}) {
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

absl::Status Decide(const ColumnQuestion& question, const ArrowColumn& subjects,
                    const ArrowColumn* now, Answer* answer) {
  return DecideColumn(TheEngine(), question, subjects, now, &answer->schema, &answer->array);
}

TEST(DecideColumn, IsTheSameForAnyNumberOfThreads) {
  const MadeColumn made("z", ManyChanges(700, false), 5);
  ColumnQuestion question = AboutChanges();
  Answer alone;
  ASSERT_TRUE(Decide(question, made.column(), nullptr, &alone).ok());
  for (const int threads : {0, 2, 8, 1000}) {
    question.threads = threads;
    Answer together;
    ASSERT_TRUE(Decide(question, made.column(), nullptr, &together).ok());
    EXPECT_EQ(together.Bytes(), alone.Bytes()) << threads;
  }
}

// Most of them null, so that the test is over soon.
TEST(DecideColumn, DecidesAHundredThousandRows) {
  constexpr int kRows = 100'000;
  constexpr int kEach = 50;
  Cells cells(kRows);
  for (int row = 0; row < kRows; row += kEach) cells[row] = NthBytes(row);
  const MadeColumn made("Z", cells);
  ColumnQuestion question = AboutChanges();
  question.threads = 8;
  Answer answer;
  ASSERT_TRUE(Decide(question, made.column(), nullptr, &answer).ok());
  ASSERT_EQ(answer.array.length, kRows);
  EXPECT_EQ(answer["decision"].null_count, kRows - kRows / kEach);
  for (int row = 0; row < kRows; ++row) {
    ASSERT_EQ(TextAt(answer["error"], row).has_value(), row % kEach != 0) << row;
    if (row % kEach != 0) continue;
    ASSERT_EQ(TextAt(answer["decision"], row),
              NormativeBytes(*TheEngine().Decide(NthChange(row), question.question)))
        << row;
  }
}

struct BadRow {
  std::string name;
  bool json;
  std::string cell;
  std::string id;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }

class RowErrors : public testing::TestWithParam<BadRow> {};

// Between two rows that are decided all the same.
TEST_P(RowErrors, StandInTheirRow) {
  const std::string good = GetParam().json ? NthJson(71) : NthBytes(71);
  const MadeColumn made(GetParam().json ? "u" : "z", {good, GetParam().cell, good});
  Answer answer;
  ASSERT_TRUE(Decide(AboutChanges(GetParam().json), made.column(), nullptr, &answer).ok());
  for (const int row : {0, 2}) {
    EXPECT_EQ(TextAt(answer["verdict"], row), "ALLOWED");
    EXPECT_EQ(TextAt(answer["error"], row), std::nullopt);
  }
  EXPECT_EQ(TextAt(answer["error"], 1), GetParam().error);
  EXPECT_EQ(TextAt(answer["id"], 1).value_or(""), GetParam().id);
  ExpectNoAnswer(answer, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RowErrors,
    testing::Values(
        BadRow{"no message", false, "\xff\xff", "",
               "subject: error: the bytes are no serialized changepolicy.v1.ChangeRequest\n  help: "
               "check that the file is whole and of this message"},
        BadRow{"cut off", false, NthBytes(1).substr(0, NthBytes(1).size() - 1), "",
               "subject: error: the bytes are no serialized changepolicy.v1.ChangeRequest\n  help: "
               "check that the file is whole and of this message"},
        BadRow{"an id that is no text", false, "\x0a\x02\xff\xfe", "",
               "subject: error: the bytes are no serialized changepolicy.v1.ChangeRequest\n  help: "
               "check that the file is whole and of this message"},
        BadRow{"nothing", false, "", "", "id: the change has none; give it a unique id"},
        BadRow{"no text", true, "{\"id\": \"\xff\"}", "",
               "subject:1:9: error: byte 8 is not UTF-8\n  help: save the document as UTF-8"},
        BadRow{"empty text", true, "", "",
               "subject: error: the document is empty\n  help: write something into it, or leave "
               "it out"},
        BadRow{"unknown field", true, R"({"id": "C", "titel": "a"})", "",
               "subject:1:13: error: unknown field `titel` in ChangeRequest (at titel)\n  help: "
               "did you mean `title`?"},
        BadRow{"not JSON", true, "{\"id\": ", "",
               "subject:1:8: error: the text is not JSON at `\"id\": `\n  help: check the commas, "
               "quotes and brackets before this place"},
        BadRow{"YAML", true, "id: C-1", "",
               "subject:1:1: error: the text is not JSON at `i`\n  help: check the commas, quotes "
               "and brackets before this place"},
        BadRow{"another kind", true, R"({"release": {"id": "R"}})", "",
               "subject:1:1: error: this is a release, and a change is asked for\n  help: name the "
               "other file, or ask for the other kind"},
        BadRow{"no id", true, R"({"title": "a"})", "",
               "id: the change has none; give it a unique id"}));

TEST(DecideColumn, CutsWhatARowSaysOfItself) {
  std::string many = "{\"id\": \"C\"";
  for (int i = 0; i < 100; ++i) StrAppend(&many, ", \"wrong", i, "\": 1");
  const std::string wide = StrCat("{\"", std::string(100'000, 'x'), "\": 1}");
  const MadeColumn made("u", {many + "}", wide});
  Answer answer;
  ASSERT_TRUE(Decide(AboutChanges(true), made.column(), nullptr, &answer).ok());
  EXPECT_TRUE(TextAt(answer["error"], 0)->ends_with("\nand 97 more"))
      << *TextAt(answer["error"], 0);
  EXPECT_EQ(TextAt(answer["error"], 1)->size(), 4003);
  EXPECT_TRUE(TextAt(answer["error"], 1)->ends_with("xxx..."));
}

TEST(DecideColumn, ReadsAnInstantForEachRow) {
  const std::string seconds = "1772445600";  // 2026-03-02T10:00:00Z
  const MadeColumn subjects(
      "z", {NthBytes(71), NthBytes(71), std::nullopt, NthBytes(71), NthBytes(71), NthBytes(71)});
  const MadeColumn now(
      "tss:UTC", {seconds, std::nullopt, seconds, "1772445601", "253402300800", "-62135596801"});
  ColumnQuestion question = AboutChanges();
  question.question.now = absl::InfinitePast();
  const ArrowColumn instants = now.column();
  Answer answer;
  ASSERT_TRUE(Decide(question, subjects.column(), &instants, &answer).ok());
  for (const auto& [row, instant] :
       {std::pair(0, At("2026-03-02T10:00:00Z")), std::pair(3, At("2026-03-02T10:00:01Z"))}) {
    question.question.now = instant;
    EXPECT_EQ(TextAt(answer["decision"], row),
              NormativeBytes(*TheEngine().Decide(NthChange(71), question.question)));
  }
  EXPECT_EQ(TextAt(answer["error"], 1), "now: the row is null");
  EXPECT_EQ(TextAt(answer["id"], 1), "CHG-71");
  EXPECT_EQ(TextAt(answer["error"], 2), "the row is null");
  EXPECT_EQ(TextAt(answer["error"], 4), "now: the instant is not in the years 1 to 9999");
  EXPECT_EQ(TextAt(answer["error"], 5), "now: the instant is not in the years 1 to 9999");
  for (const int row : {1, 2, 4, 5}) ExpectNoAnswer(answer, row);
}

TEST(DecideColumn, AtDetailVerdictSaysNothingOfRiskAndPeople) {
  const MadeColumn made("z", {NthBytes(1)});
  ColumnQuestion question = AboutChanges();
  question.question.detail = v1::DETAIL_VERDICT;
  Answer answer;
  ASSERT_TRUE(Decide(question, made.column(), nullptr, &answer).ok());
  EXPECT_EQ(TextAt(answer["verdict"], 0), "DENIED");
  EXPECT_EQ(ListAt(answer["unmet_gates"], 0), (std::vector<std::string>{"peers", "board"}));
  for (const char* name : {"risk_score", "risk_level", "missing_roles"}) {
    EXPECT_TRUE(IsNull(answer[name], 0)) << name;
  }
}

TEST(DecideColumn, OfReleasesTheCategoryIsTheirKind) {
  v1::Release release;
  release.set_id("R-1");
  release.set_version("2.0.0");
  release.set_previous_version("1.4.2");
  const MadeColumn made("z", {release.SerializeAsString()});
  ColumnQuestion question = AboutChanges();
  question.kind = v1::SUBJECT_KIND_RELEASE;
  Answer answer;
  ASSERT_TRUE(Decide(question, made.column(), nullptr, &answer).ok());
  const v1::Decision decision = *TheEngine().Decide(release, question.question);
  EXPECT_EQ(TextAt(answer["decision"], 0), NormativeBytes(decision));
  EXPECT_EQ(TextAt(answer["category"], 0), "MAJOR");
}

TEST(DecideColumn, IsBoundedByTheLargestColumn) {
  const MadeColumn made("z", ManyChanges(300, false));
  ColumnQuestion question = AboutChanges();
  Answer answer;
  ASSERT_TRUE(Decide(question, made.column(), nullptr, &answer).ok());
  const ArrowArray& decisions = answer["decision"];
  int32_t bytes = 0;
  std::memcpy(&bytes, static_cast<const int32_t*>(decisions.buffers[1]) + decisions.length, 4);
  for (const int threads : {1, 8}) {
    question.threads = threads;
    question.max_column_bytes = bytes;
    Answer fits;
    EXPECT_TRUE(Decide(question, made.column(), nullptr, &fits).ok());
    for (const int32_t less : {bytes - 1, bytes / 50, 0}) {
      question.max_column_bytes = less;
      Answer none;
      const absl::Status status = Decide(question, made.column(), nullptr, &none);
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
      EXPECT_EQ(MessageOf(status), StrCat("a column of the answer would have more than ", less,
                                          " bytes; give fewer rows at a time"));
    }
  }
}

TEST(DecideColumn, RefusesAQuestionThatIsWrongForEveryRow) {
  const MadeColumn made("z", {NthBytes(1)});
  const MadeColumn two("tss:UTC", {"1", "2"});
  const ArrowColumn instants = two.column();
  const auto message = [&](const ColumnQuestion& question, const ArrowColumn* now) {
    Answer answer;
    const absl::Status status = Decide(question, made.column(), now, &answer);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(MessageOf(status));
  };
  ColumnQuestion question = AboutChanges();
  question.kind = v1::SUBJECT_KIND_UNSPECIFIED;
  EXPECT_EQ(message(question, nullptr), "kind: say whether the rows are changes or releases");
  question = AboutChanges();
  question.threads = -1;
  EXPECT_EQ(message(question, nullptr), "threads: -1 is no number of threads");
  question = AboutChanges();
  question.question.now = absl::InfinitePast();
  EXPECT_EQ(message(question, nullptr),
            "now: the question has no instant; the library reads no clock");
  EXPECT_EQ(message(question, &instants), "now: there are 2 rows, and 1 subjects");
  question = AboutChanges();
  question.question.transition = static_cast<v1::Transition>(999);
  EXPECT_EQ(message(question, nullptr), "transition: `999` is no transition");
  for (const int64_t bytes : {int64_t{-1}, int64_t{1} << 31}) {
    question = AboutChanges();
    question.max_column_bytes = bytes;
    EXPECT_EQ(message(question, nullptr),
              StrCat("max_column_bytes: ", bytes, " is not between 0 and 2147483647"));
  }
  EXPECT_FALSE(
      DecideColumn(TheEngine(), AboutChanges(), made.column(), nullptr, nullptr, nullptr).ok());
}

}  // namespace
}  // namespace changepolicy::bindings
