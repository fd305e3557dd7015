// Fields that nobody stated: unknown, not false, and named by their path.
#include <algorithm>
#include <ostream>
#include <set>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

class Stated final : public FactPresence {
 public:
  explicit Stated(std::set<std::string, std::less<>> unknown) : unknown_(std::move(unknown)) {}
  bool IsKnown(const google::protobuf::Message& parent,
               const google::protobuf::FieldDescriptor& field, std::string_view path,
               bool test) const override {
    return !unknown_.contains(path);
  }

 private:
  std::set<std::string, std::less<>> unknown_;
};

class Unknowns : public testing::Test {
 protected:
  Unknowns() {
    change_.add_services()->set_client_facing(true);
    change_.add_services();
    activation_.SetFact("change", change_);
    activation_.SetPresence(&presence_);
  }
  v1::ChangeRequest change_;
  Stated presence_{{"change.urgency", "change.services[1].client_facing", "change.third_parties"}};
  Activation activation_;
};

TEST_F(Unknowns, Propagate) {
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH", activation_), "unknown change.urgency");
  EXPECT_EQ(Answer("!(change.urgency == Urgency.HIGH)", activation_), "unknown change.urgency");
  EXPECT_EQ(Answer("has(change.urgency)", activation_), "unknown change.urgency");
  EXPECT_EQ(Answer("size(change.third_parties)", activation_), "unknown change.third_parties");
}

TEST_F(Unknowns, AreNotFalse) {
  EXPECT_EQ(Answer("false && change.urgency == Urgency.HIGH", activation_), "false");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH && false", activation_), "false");
  EXPECT_EQ(Answer("true && change.urgency == Urgency.HIGH", activation_),
            "unknown change.urgency");
  EXPECT_EQ(Answer("true || change.urgency == Urgency.HIGH", activation_), "true");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH ? 1 : 1", activation_),
            "unknown change.urgency");
}

TEST_F(Unknowns, StandAboveErrors) {
  EXPECT_EQ(Answer("1 / 0 == 1 && change.urgency == Urgency.HIGH", activation_),
            "unknown change.urgency");
  EXPECT_EQ(Answer("change.urgency == Urgency.HIGH || 1 / 0 == 1", activation_),
            "unknown change.urgency");
}

TEST_F(Unknowns, OfSeveralFieldsAreAllNamed) {
  EXPECT_EQ(
      Answer("change.urgency == Urgency.HIGH && size(change.third_parties) == 0", activation_),
      "unknown change.third_parties change.urgency");
}

TEST_F(Unknowns, InAListDecideOnlyWhereNothingElseDoes) {
  EXPECT_EQ(Answer("change.services.exists(x, x.client_facing)", activation_), "true");
  EXPECT_EQ(Answer("change.services.all(x, x.client_facing)", activation_),
            "unknown change.services[1].client_facing");
  EXPECT_EQ(Answer("change.services.all(x, !x.client_facing)", activation_), "false");
}

// What is unknown is put together once, and not anew for each element.
TEST(UnknownElements, TakeStepsInProportion) {
  const auto steps_of = [](int size, const char* text) {
    v1::ChangeRequest change;
    std::set<std::string, std::less<>> paths;
    for (int i = 0; i < size; ++i) {
      change.add_services();
      paths.insert(StrCat("change.services[", i, "].client_facing"));
    }
    const Stated presence(paths);
    Activation activation;
    activation.SetFact("change", change);
    activation.SetPresence(&presence);
    const CompileResult compiled = TestEnvironment().Compile(text);
    const Expression& expression = compiled.expression.value();
    const Evaluation evaluation = EvaluateMeasured(expression, activation);
    EXPECT_TRUE(evaluation.value.is_unknown()) << text;
    EXPECT_EQ(evaluation.value.unknown().size(), paths.size()) << text;
    const std::set<std::string> behind = UnknownsBehind(expression, activation);
    EXPECT_TRUE(std::equal(behind.begin(), behind.end(), paths.begin(), paths.end())) << text;
    return evaluation.steps;
  };
  for (const char* const text :
       {"change.services.all(x, x.client_facing)", "change.services.exists(x, x.client_facing)",
        "!change.services.exists(x, !x.client_facing)",
        "change.services.map(x, x.client_facing) == []"}) {
    EXPECT_LE(steps_of(4000, text), 5 * steps_of(1000, text)) << text;
  }
}

// ---- Patterns of attributes

struct Pattern {
  const char* unknown;
  const char* text;
  const char* gives;
};
std::ostream& operator<<(std::ostream& out, const Pattern& row) {
  return out << row.unknown << ": " << row.text;
}

class Patterns : public testing::TestWithParam<Pattern> {
 protected:
  Patterns() {
    change_.set_id("C-1");
    change_.add_services()->set_client_facing(true);
    MapBuilder inner;
    inner.Add(Value::String("c"), Value::Int(1));
    inner.Add(Value::String("d"), Value::Int(2));
    MapBuilder outer;
    outer.Add(Value::String("b"), Value::ListOf({inner.Build(), Value::Int(7)}));
    outer.Add(Value::String("e"), Value::Int(5));
    activation_.Set("a", outer.Build());
    activation_.Set("l", Value::ListOf({Value::Int(1), Value::Int(2)}));
    activation_.Set("change", Value::BorrowedMessage(change_));
  }
  v1::ChangeRequest change_;
  Activation activation_;
};

TEST_P(Patterns, Give) {
  ASSERT_TRUE(activation_.SetUnknown(GetParam().unknown).ok());
  EXPECT_EQ(Answer(GetParam().text, activation_), GetParam().gives);
  EXPECT_EQ(Answer(GetParam().text, activation_, false), GetParam().gives);
}

INSTANTIATE_TEST_SUITE_P(
    At, Patterns,
    testing::Values(
        Pattern{"a.e", "a.e", "unknown a.e"}, Pattern{"a.e", "a['e']", "unknown a.e"},
        Pattern{"a['e']", "a.e", "unknown a.e"}, Pattern{"a.e", "a.e.x.y", "unknown a.e"},
        Pattern{"a.e", "a.b[1]", "7"}, Pattern{"a.*", "a.e", "unknown a.e"},
        Pattern{"a.b[*].c", "a.b[0].c", "unknown a.b[0].c"}, Pattern{"a.b[*].c", "a.b[0].d", "2"},
        Pattern{"a.b[*].c", "a.e", "5"}, Pattern{"a.b[1]", "a.b[0].c + a.b[1]", "unknown a.b[1]"},
        Pattern{"l[0]", "l[1]", "2"}, Pattern{"l[0]", "l[0]", "unknown l[0]"},
        Pattern{"l[0]", "l[1 - 1]", "unknown l[0]"}, Pattern{"l[9]", "l[9]", "unknown l[9]"},
        Pattern{"i", "i", "unknown i"}, Pattern{"i", "i + 1 / 0", "unknown i"},
        Pattern{"m", "m['k']", "unknown m"}, Pattern{"m['k k']", "m['k k']", "unknown m[\"k k\"]"},
        Pattern{"change.id", "change.id", "unknown change.id"},
        Pattern{"change.services[*].client_facing", "change.services[0].client_facing",
                "unknown change.services[0].client_facing"},
        Pattern{"change.id", "size(change.services)", "1"},
        Pattern{"a.e", "a.?e.orValue(1)", "unknown a.e"},
        Pattern{"a.e", "a[?'e'].orValue(1)", "unknown a.e"},
        Pattern{"a.e", "has(a.e)", "unknown a.e"}, Pattern{"a.e", "has(a.b)", "true"},
        Pattern{"s", "l[size(s)]", "unknown s"}, Pattern{"b", "b ? 1 : 2", "unknown b"}));

// As a whole value, what has an unknown part is unknown.
INSTANTIATE_TEST_SUITE_P(
    Above, Patterns,
    testing::Values(Pattern{"a.b[0].c", "a.b[0]", "unknown a.b[0]"},
                    Pattern{"a.b[0].c", "size(a.b)", "unknown a.b"},
                    Pattern{"a.b[0].c", "a == {}", "unknown a"},
                    Pattern{"a.b[0].c", "[a.b]", "unknown a.b"},
                    Pattern{"a.b[0].c", "has(a.b)", "unknown a.b"},
                    Pattern{"a.b[0].c", "a.b.exists(x, x == 7)", "unknown a.b"},
                    Pattern{"a.b[0].c", "'e' in a", "unknown a"},
                    Pattern{"l[0]", "l.all(x, x > 0)", "unknown l"},
                    Pattern{"change.id", "change == change", "unknown change"},
                    Pattern{"a.b[0].c", "cel.bind(v, a.b, v[1])", "unknown a.b"}));

// Everything that a result needs is named, once and sorted; what decides it otherwise is not.
INSTANTIATE_TEST_SUITE_P(
    Sets, Patterns,
    testing::Values(Pattern{"l[*]", "[l[1], l[0], l[1]]", "unknown l[0] l[1]"},
                    Pattern{"l[*]", "{'x': l[1], 'y': l[0]}", "unknown l[0] l[1]"},
                    Pattern{"l[*]", "{'x': 1 / 0, 'y': l[0]}", "unknown l[0]"},
                    Pattern{"a.e", "ChangeRequest{id: a.e, urgency: Urgency(1 / 0)}",
                            "unknown a.e"},
                    Pattern{"l[*]", "l[0] > 0 && l[1] > 0 && 1 > 2", "false"},
                    Pattern{"l[*]", "l[0] > 0 || l[1] > 0", "unknown l[0] l[1]"},
                    Pattern{"l[*]", "l[0] > 0 ? l[1] : 1 / 0", "unknown l[0]"}));

TEST(PatternTexts, ThatAreNone) {
  Activation activation;
  for (const char* const text :
       {"", ".a", "a.", "a[", "a[]", "a[1.5]", "a..b", "*.a", "a b", "a[-'x']", "true", "a[x]"}) {
    EXPECT_EQ(activation.SetUnknown(text).code(), absl::StatusCode::kInvalidArgument) << text;
  }
  for (const char* const text :
       {"a", "a.b", "a.`b c`", "a[-1]", "a[1u]", "a[true]", "a[*].*", "a.in"}) {
    EXPECT_TRUE(activation.SetUnknown(text).ok()) << text;
  }
}

}  // namespace
}  // namespace changepolicy::cel
