// Many conditions asked at once: which hold, which are not evaluated for it, and what is refused.
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel_conditions.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CelConditionsTest : public ::testing::Test {
 protected:
  CelConditionsTest() {
    for (const auto& [name, type] :
         std::vector<std::pair<std::string, std::string>>{{"role", "string"},
                                                          {"action", "string"},
                                                          {"level", "int"},
                                                          {"share", "double"},
                                                          {"urgent", "bool"},
                                                          {"labels", "map(string, string)"},
                                                          {"flags", "map(string, bool)"},
                                                          {"ticket", "dyn"},
                                                          {"groups", "list(string)"},
                                                          {"user.name", "string"}}) {
      EXPECT_TRUE(environment_.AddVariable(name, type).ok());
    }
    // Tells that it is evaluated, and is true.
    EXPECT_TRUE(environment_
                    .AddFunction("asked(int) -> bool",
                                 [asked = asked_](absl::Span<const v1::CelValue>) {
                                   ++*asked;
                                   return ToCelValue(true);
                                 })
                    .ok());
  }

  CelExpression Compiled(const std::string& text, bool check = true) const {
    CelCompiled compiled = environment_.Compile(text, {.check = check});
    EXPECT_TRUE(compiled.expression.has_value()) << text << ToText(compiled.issues);
    return *std::move(compiled.expression);
  }

  CelConditions Conditions(const std::vector<std::string>& texts, bool check = true) const {
    std::vector<CelExpression> compiled;
    for (const std::string& text : texts) compiled.push_back(Compiled(text, check));
    absl::StatusOr<CelConditions> conditions = CelConditions::Create(std::move(compiled));
    EXPECT_TRUE(conditions.ok()) << conditions.status();
    return *std::move(conditions);
  }

  static v1::CelFound Find(const CelConditions& conditions, const CelInput& input) {
    absl::StatusOr<v1::CelFound> found = conditions.Find(input);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *std::move(found) : v1::CelFound();
  }

  // How many are evaluated for the input of one that holds and a hundred others that do not.
  int Evaluated(const std::string& condition, const std::string& other, const CelInput& input) {
    std::vector<std::string> texts(100, StrCat("asked(0) && (", other, ")"));
    texts.push_back(StrCat("asked(1) && (", condition, ")"));
    const CelConditions conditions = Conditions(texts);
    *asked_ = 0;
    const v1::CelFound found = Find(conditions, input);
    EXPECT_THAT(found.undecided(), IsEmpty()) << condition;
    EXPECT_THAT(found.holds(), ElementsAre(100)) << condition;
    return *asked_;
  }

  const std::shared_ptr<std::atomic<int>> asked_ = std::make_shared<std::atomic<int>>(0);
  CelEnvironment environment_ = *CelEnvironment::Create();
};

TEST_F(CelConditionsTest, FindsThoseThatHold) {
  const CelConditions conditions = Conditions({
      "role == 'nurse' && action in ['read', 'write']",
      "role == 'nurse' && action == 'bill'",
      "role == 'clerk'",
      "level > 3",
      "action == 'read' || action == 'audit'",
  });
  CelInput input;
  input.Set("role", "nurse").Set("action", "read").Set("level", 4);
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAre(0, 3, 4));
  EXPECT_THAT(*conditions.AnyHolds(input), true);
  input.Set("role", "clerk").Set("action", "bill").Set("level", 1);
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAre(2));
  input.Set("role", "guest");
  EXPECT_THAT(Find(conditions, input).holds(), IsEmpty());
  EXPECT_THAT(*conditions.AnyHolds(input), false);
  EXPECT_EQ(conditions.conditions().size(), 5u);
}

TEST_F(CelConditionsTest, OfNoneNoneHolds) {
  const CelConditions none = Conditions({});
  EXPECT_THAT(Find(none, CelInput()).holds(), IsEmpty());
  EXPECT_THAT(*none.AnyHolds(CelInput()), false);
}

// asked() stands before what makes the others false, so that it would tell of each of them.
TEST_F(CelConditionsTest, LeavesOutWhatItsAttributesExclude) {
  CelInput input;
  input.Set("role", "nurse")
      .Set("action", "read")
      .Set("level", 4)
      .Set("share", 2.0)
      .Set("urgent", true)
      .Set("user.name", "ann");
  v1::CelValue labels, flags;
  auto* entry = labels.mutable_map_value()->add_entries();
  *entry->mutable_key() = ToCelValue("team");
  *entry->mutable_value() = ToCelValue("blue");
  entry = flags.mutable_map_value()->add_entries();
  *entry->mutable_key() = ToCelValue("on");
  *entry->mutable_value() = ToCelValue(true);
  input.Set("labels", labels).Set("flags", flags).Set("ticket", labels);
  for (const auto& [condition, other] : std::vector<std::pair<std::string, std::string>>{
           {"role == 'nurse'", "role == 'clerk'"},
           {"'nurse' == role", "'clerk' == role"},
           {"role in ['clerk', 'nurse']", "role in ['clerk', 'guest']"},
           {"role == 'clerk' || role == 'nurse'", "role == 'clerk' || role == 'guest'"},
           {"level == 4", "level == 5"},
           {"level in [1, 4]", "level in [1, 5]"},
           {"share == 2.0 && level == 4", "share == 2.0 && level == 1"},
           {"urgent", "!urgent"},
           {"urgent == true", "urgent == false"},
           {"user.name == 'ann'", "user.name == 'bob'"},
           {"labels.team == 'blue'", "labels.team == 'red'"},
           {"labels['team'] == 'blue'", "labels['team'] == 'red'"},
           {"flags.on", "!flags.on"},
           {"has(labels.team)", "!has(labels.team)"},
           {"ticket.team == 'blue'", "ticket.team == 'red'"},
           {"(role == 'nurse' && action == 'read') || role == 'clerk'",
            "(role == 'guest' && action == 'read') || role == 'clerk'"},
           {"role in ['nurse', 'clerk'] && role in ['nurse']",
            "role in ['nurse', 'clerk'] && role in ['clerk', 'guest']"}}) {
    EXPECT_EQ(Evaluated(condition, other, input), 1) << condition;
  }
}

// Those that would stand under the same values are told apart by an element of a list or a key.
TEST_F(CelConditionsTest, LeavesOutWhatAnElementExcludes) {
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) {
    texts.push_back(StrCat("asked(", i, ") && role == 'nurse' && 'g", i, "' in groups"));
    texts.push_back(StrCat("asked(", i, ") && ('l", i, "' in labels || 'm", i, "' in labels)"));
    texts.push_back(StrCat("asked(", i, ") && 'g", i, "' in groups && 'h", i, "' in groups"));
  }
  // Few: these are evaluated.
  for (int i = 0; i < 5; ++i) texts.push_back(StrCat("role == 'clerk' && 'g", i, "' in groups"));
  const CelConditions conditions = Conditions(texts);
  v1::CelValue groups, labels;
  for (const std::string group : {"other", "g7", "g9", "h9"}) {
    *groups.mutable_list_value()->add_values() = ToCelValue(group);
  }
  const auto label = [&](const std::string& name) {
    auto* entry = labels.mutable_map_value()->add_entries();
    *entry->mutable_key() = ToCelValue(name);
    *entry->mutable_value() = ToCelValue("");
  };
  label("m3");
  CelInput input;
  input.Set("role", "nurse").Set("groups", groups).Set("labels", labels);
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAre(10, 21, 27, 29));
  // Both of the second kind, the one of the first and of the third for each of g7 and g9.
  EXPECT_LE(*asked_, 6);
  // A map with more keys than anybody asks for.
  for (int i = 0; i < 1000; ++i) label(StrCat("n", i));
  *asked_ = 0;
  EXPECT_THAT(Find(conditions, input.Set("labels", labels)).holds(), ElementsAre(10, 21, 27, 29));
  EXPECT_LE(*asked_, 6);
  EXPECT_THAT(Find(conditions, input.Set("role", "clerk").Set("groups", groups)).holds(),
              ElementsAre(10, 29));
}

// `>` and a sum exclude nothing.
TEST_F(CelConditionsTest, EvaluatesWhatTheyDoNotExclude) {
  std::vector<std::string> texts(10, "asked(0) && level > 4");
  texts.push_back("asked(1) && level + 1 == 5");
  const CelConditions conditions = Conditions(texts);
  EXPECT_THAT(Find(conditions, CelInput().Set("level", 4)).holds(), ElementsAre(10));
  EXPECT_EQ(*asked_, 11);
}

TEST_F(CelConditionsTest, AnErrorOrAnUnknownIsUndecidedWhereItMatters) {
  const CelConditions conditions = Conditions({
      "role == 'nurse' && level / 0 == 1",
      "role == 'clerk' && level / 0 == 1",
      "role == 'nurse' && action == 'read'",
      "role == 'clerk' && action == 'read'",
      "labels.team == 'blue'",
  });
  CelInput input;
  input.Set("role", "nurse").Set("level", 1).Set("labels", v1::CelValue()).SetUnknown("action");
  v1::CelValue empty;
  empty.mutable_map_value();
  input.Set("labels", empty);
  const v1::CelFound found = Find(conditions, input);
  EXPECT_THAT(found.holds(), IsEmpty());
  ASSERT_EQ(found.undecided_size(), 3);
  EXPECT_EQ(found.undecided(0).condition(), 0);
  EXPECT_EQ(found.undecided(0).result().error().code(), "INVALID_ARGUMENT");
  EXPECT_EQ(found.undecided(1).condition(), 2);
  EXPECT_THAT(found.undecided(1).result().unknown().paths(), ElementsAre("action"));
  EXPECT_EQ(found.undecided(2).condition(), 4);
  EXPECT_EQ(found.undecided(2).result().error().code(), "NOT_FOUND");
  EXPECT_EQ(conditions.AnyHolds(input).status(),
            conditions.conditions()[0].EvaluateBool(input).status());
  // One that holds decides a disjunction.
  EXPECT_THAT(*Conditions({"level / 0 == 1", "role == 'nurse'"}).AnyHolds(input), true);
}

// A variable without a value excludes nothing, and is an error where it is read.
TEST_F(CelConditionsTest, AVariableWithoutAValueExcludesNothing) {
  const CelConditions conditions = Conditions({"role == 'a'", "role == 'b'", "role in ['c', 'd']"});
  const v1::CelFound found = Find(conditions, CelInput());
  ASSERT_EQ(found.undecided_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(found.undecided(i).condition(), i);
    EXPECT_EQ(found.undecided(i).result().error().code(), "NOT_FOUND");
  }
}

// What is no bool is an error in a conjunction, and not false.
TEST_F(CelConditionsTest, AMapWithOtherValuesThanDeclaredExcludesNothing) {
  const CelConditions conditions =
      Conditions({"flags.on && level == 1", "flags.on && level == 2", "!flags.on"});
  v1::CelValue flags;
  auto* entry = flags.mutable_map_value()->add_entries();
  *entry->mutable_key() = ToCelValue("on");
  *entry->mutable_value() = ToCelValue("yes");
  const v1::CelFound found = Find(conditions, CelInput().Set("flags", flags).Set("level", 2));
  EXPECT_THAT(found.holds(), IsEmpty());
  ASSERT_EQ(found.undecided_size(), 2);
  EXPECT_EQ(found.undecided(0).condition(), 1);
  EXPECT_EQ(found.undecided(1).condition(), 2);
}

TEST_F(CelConditionsTest, NumbersAreEqualWhateverTheirKind) {
  const CelConditions conditions = Conditions(
      {"ticket == 1", "ticket == 2", "ticket in [1, 3]", "ticket == 'one'", "ticket == true",
       "ticket == 1u", "ticket == 1.5", "ticket in [2u, 4u]", "ticket == 18446744073709551615u"},
      /*check=*/false);
  const auto holding = [&](auto value) {
    return Find(conditions, CelInput().Set("ticket", value)).holds();
  };
  EXPECT_THAT(holding(1), ElementsAre(0, 2, 5));
  EXPECT_THAT(holding(1u), ElementsAre(0, 2, 5));
  EXPECT_THAT(holding(1.0), ElementsAre(0, 2, 5));
  EXPECT_THAT(holding(1.5), ElementsAre(6));
  EXPECT_THAT(holding(2.0), ElementsAre(1, 7));
  EXPECT_THAT(holding("one"), ElementsAre(3));
  EXPECT_THAT(holding(true), ElementsAre(4));
  EXPECT_THAT(holding(~uint64_t{0}), ElementsAre(8));
  EXPECT_THAT(holding(std::numeric_limits<double>::quiet_NaN()), IsEmpty());
}

// Fields as variables, and values that take more than a look to know their type.
TEST_F(CelConditionsTest, FieldsAndTimes) {
  CelEnvironment environment = *CelEnvironment::Create();
  ASSERT_TRUE(environment.AddFields("google.protobuf.FieldDescriptorProto").ok());
  ASSERT_TRUE(environment.AddVariable("at", "timestamp").ok());
  std::vector<CelExpression> compiled;
  for (const std::string text :
       {"name == 'a' && number == 1", "name == 'b' && number == 1",
        "name == 'a' && at < timestamp('2026-01-01T00:00:00Z')", "name in ['b', 'c']",
        "options.deprecated && name == 'a'", "!options.deprecated && name == 'a'"}) {
    compiled.push_back(*environment.Compile(text).expression);
  }
  const CelConditions conditions = *CelConditions::Create(std::move(compiled));
  google::protobuf::FieldDescriptorProto field;
  field.set_name("a");
  field.set_number(1);
  CelInput input;
  input.BorrowFields(&field).Set("at", absl::FromUnixSeconds(0));
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAre(0, 2, 5));
  field.mutable_options()->set_deprecated(true);
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAre(0, 2, 4));
  field.set_name("c");
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAre(3));
  // A message of another type has no fields that are declared.
  EXPECT_EQ(conditions.Find(CelInput().SetFields(field.options())).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(conditions.Find(CelInput().SetFields(field).Set("at", 1)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(CelConditionsTest, RefusesAnInputThatDoesNotFit) {
  const CelConditions conditions = Conditions({"role == 'nurse'"});
  for (const auto& [input, why] : std::vector<std::pair<CelInput, std::string>>{
           {CelInput().Set("rol", "nurse"), "`rol` is no variable; did you mean `role`"},
           {CelInput().Set("role", 1), "`role` is declared `string`, and was given a `int`"},
           {CelInput().Set("role", "nurse").Set("level", "4"),
            "`level` is declared `int`, and was given a `string`"},
           {CelInput().Set("role", "nurse").SetUnknown("levl"), "`levl` is no variable"}}) {
    for (int time = 0; time < 2; ++time) {
      EXPECT_EQ(conditions.Find(input).status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(conditions.Find(input).status().message()), HasSubstr(why));
      EXPECT_EQ(conditions.AnyHolds(input).status(), conditions.Find(input).status());
    }
  }
  // What fitted once is looked at again after a change.
  CelInput input;
  input.Set("role", "nurse");
  EXPECT_TRUE(conditions.Find(input).ok());
  EXPECT_FALSE(conditions.Find(input.Set("level", "4")).ok());
}

TEST_F(CelConditionsTest, RefusesWhatIsNoConditionOrOfAnotherEnvironment) {
  std::vector<CelExpression> some = {Compiled("urgent"), Compiled("level + 1")};
  absl::StatusOr<CelConditions> made = CelConditions::Create(some);
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(made.status().message()),
              HasSubstr("condition 1 `level + 1` gives int, expected a bool"));
  some = {Compiled("urgent"), *CelEnvironment::Create()->Compile("1 == 1").expression};
  made = CelConditions::Create(some);
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(made.status().message()),
              HasSubstr("condition 1 `1 == 1` was compiled in another environment"));
  // One whose type shows when it is evaluated.
  const CelConditions late = Conditions({"ticket"});
  EXPECT_THAT(Find(late, CelInput().Set("ticket", true)).holds(), ElementsAre(0));
  const v1::CelFound found = Find(late, CelInput().Set("ticket", 1));
  ASSERT_EQ(found.undecided_size(), 1);
  EXPECT_EQ(found.undecided(0).result().value().int64_value(), 1);
  EXPECT_EQ(late.AnyHolds(CelInput().Set("ticket", 1)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// More attributes than are looked at, more groups, and more values than a condition is kept under.
TEST_F(CelConditionsTest, ManyAttributesAndManyValues) {
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) {
    std::string text;
    for (int bit = 0; bit < 8; ++bit) {
      if ((i >> bit & 1) != 0) StrAppend(&text, "labels.a", bit, " == 'v", i % 3, "' && ");
    }
    StrAppend(&text, "labels.b", i, " in ['x', 'y'] && labels.b", (i + 1) % 400, " == 'x'");
    texts.push_back(text);
  }
  std::string long_list;
  for (int i = 0; i < 100; ++i) StrAppend(&long_list, long_list.empty() ? "'" : "', '", "k", i);
  StrAppend(&long_list, "'");
  for (int i = 0; i < 5; ++i) texts.push_back(StrCat("role in [", long_list, "]"));
  const CelConditions conditions = Conditions(texts);
  v1::CelValue labels;
  const auto set = [&](const std::string& name, const std::string& value) {
    auto* entry = labels.mutable_map_value()->add_entries();
    *entry->mutable_key() = ToCelValue(name);
    *entry->mutable_value() = ToCelValue(value);
  };
  for (int i = 0; i < 400; ++i) set(StrCat("b", i), "x");
  for (int bit = 0; bit < 8; ++bit) set(StrCat("a", bit), "v1");
  CelInput input;
  input.Set("labels", labels).Set("role", "k7");
  std::vector<int> expected;
  for (size_t i = 0; i < texts.size(); ++i) {
    const absl::StatusOr<bool> holds = conditions.conditions()[i].EvaluateBool(input);
    ASSERT_TRUE(holds.ok()) << holds.status();
    if (*holds) expected.push_back(static_cast<int>(i));
  }
  EXPECT_GT(expected.size(), 100u);
  EXPECT_LT(expected.size(), 300u);
  EXPECT_THAT(Find(conditions, input).holds(), ElementsAreArray(expected));
}

}  // namespace
}  // namespace changepolicy
