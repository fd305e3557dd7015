// What is left when some is unknown: its text, and that it means the same.
#include "libchangepolicy/cel/residual.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/unparse.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

Value MapOf(const std::vector<std::pair<std::string, Value>>& entries) {
  MapBuilder builder;
  for (const auto& [key, value] : entries) builder.Add(Value::String(key), value);
  return builder.Build();
}

v1::ChangeRequest ChangeOf() {
  v1::ChangeRequest change;
  change.set_id("C-1");
  change.set_urgency(v1::URGENCY_HIGH);
  for (const bool facing : {true, false, false}) change.add_services()->set_client_facing(facing);
  return change;
}

std::string Join(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) StrAppend(&text, text.empty() ? "" : " ", name);
  return text;
}

struct Left {
  const char* text;
  const char* residual;
  const char* open;
};
std::ostream& operator<<(std::ostream& out, const Left& row) { return out << row.text; }

// Known: i = 7, u = 2, d = 0.5, s = "it's", l = [1, 2, 3], m = {"a": 1, "b": 2},
// t = 2026-01-31. Unknown: b, a.x and everything below, change.urgency,
// change.services[1].client_facing.
class Residuals : public testing::TestWithParam<Left> {
 protected:
  Residuals() : change_(ChangeOf()) {
    activation_.Set("i", Value::Int(7));
    activation_.Set("u", Value::Uint(2));
    activation_.Set("d", Value::Double(0.5));
    activation_.Set("s", Value::String("it's"));
    activation_.Set("l", Value::ListOf({Value::Int(1), Value::Int(2), Value::Int(3)}));
    activation_.Set("m", MapOf({{"a", Value::Int(1)}, {"b", Value::Int(2)}}));
    activation_.Set("a", MapOf({{"y", Value::Int(5)}}));
    activation_.Set("t", Value::Timestamp(absl::FromUnixSeconds(1769817600)));
    activation_.SetFact("change", change_);
    activation_.SetPresence(&presence_);
    EXPECT_TRUE(activation_.SetUnknown("b").ok());
    EXPECT_TRUE(activation_.SetUnknown("a.x").ok());
  }

 private:
  class Presence final : public FactPresence {
   public:
    bool IsKnown(const google::protobuf::Message&, const google::protobuf::FieldDescriptor&,
                 std::string_view path, bool) const override {
      return path != "change.urgency" && path != "change.services[1].client_facing";
    }
  };

 protected:
  v1::ChangeRequest change_;
  Presence presence_;
  Activation activation_;
};

TEST_P(Residuals, Are) {
  for (const bool check : {true, false}) {
    const CompileResult compiled = TestEnvironment().Compile(GetParam().text, {.check = check});
    ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
    const Expression residual = Residual(*compiled.expression, activation_);
    if (check) {
      EXPECT_EQ(residual.text(), GetParam().residual);
    }
    EXPECT_EQ(Unparse(residual.tree()), residual.text());
    EXPECT_EQ(Join(OpenAttributes(*compiled.expression, activation_)), GetParam().open);
    EXPECT_EQ(Join(OpenAttributes(residual, activation_)), GetParam().open) << residual.text();
    EXPECT_EQ(Show(Evaluate(residual, activation_)),
              Show(Evaluate(*compiled.expression, activation_)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Known, Residuals,
    testing::Values(
        Left{"i + 1", "8", ""}, Left{"i > 3 && s == \"it's\"", "true", ""}, Left{"-i", "-7", ""},
        Left{"u", "2u", ""}, Left{"d * 2.0", "1.0", ""},
        Left{"d / 0.0", "double(\"Infinity\")", ""}, Left{"0.0 / 0.0", "double(\"NaN\")", ""},
        Left{"s", "\"it's\"", ""}, Left{"bytes(s)", "b\"it's\"", ""}, Left{"l", "[1, 2, 3]", ""},
        Left{"m", "{\"a\": 1, \"b\": 2}", ""}, Left{"t", "timestamp(\"2026-01-31T00:00:00Z\")", ""},
        Left{"t - t + duration('90s')", "duration(\"90s\")", ""}, Left{"type(i)", "int", ""},
        Left{"type(t)", "google.protobuf.Timestamp", ""}, Left{"Urgency.HIGH", "Urgency.HIGH", ""},
        Left{"Urgency(77)", ".changepolicy.v1.Urgency(77)", ""},
        Left{"optional.of(i)", "optional.of(7)", ""},
        Left{"optional.none()", "optional.none()", ""}, Left{"a.y", "5", ""},
        Left{"change.id", "\"C-1\"", ""},
        Left{"ChangeRequest{id: s}", "ChangeRequest{id: \"it's\"}", ""},
        Left{"size(change.services)", "3", ""}, Left{"null", "null", ""}));

INSTANTIATE_TEST_SUITE_P(Errors, Residuals,
                         testing::Values(Left{"i / 0", "7 / 0", ""},
                                         Left{"l[i]", "[1, 2, 3][7]", ""},
                                         Left{"b || i / 0 == 1", "b || 7 / 0 == 1", "b"},
                                         Left{"i / 0 == 1 && b", "7 / 0 == 1 && b", "b"},
                                         Left{"i / 0 == 1 ? b : !b", "7 / 0 == 1 ? b : !b", ""},
                                         Left{"{i: b, 7: b}[7]", "{7: b, dyn(7): b}[7]", "b"}));

INSTANTIATE_TEST_SUITE_P(
    Logic, Residuals,
    testing::Values(
        Left{"i > 3 && b", "b", "b"}, Left{"b && i > 3", "b", "b"}, Left{"i > 9 || b", "b", "b"},
        Left{"i > 9 && b", "false", ""}, Left{"b || i > 3", "true", ""},
        Left{"b && a.x && i == 7", "b && a.x", "a.x b"}, Left{"i > 3 && a.x", "true && a.x", "a.x"},
        Left{"i > 3 && a.x == 1", "a.x == 1", "a.x"}, Left{"i > 3 ? b : a.x", "b", "b"},
        Left{"i > 3 ? b : a.y == 5", "b", "b"}, Left{"b ? i : size(s)", "b ? 7 : 4", "b"},
        Left{"b ? a.x : a.z", "b ? a.x : a.z", "a.x b"}, Left{"!b", "!b", "b"},
        Left{"!(i > 3 && b)", "!b", "b"}, Left{"(b || i > 9) && (i > 3 || b)", "b", "b"}));

INSTANTIATE_TEST_SUITE_P(
    Parts, Residuals,
    testing::Values(Left{"a.x + i * 2", "a.x + 14", "a.x"}, Left{"a.x.y.z", "a.x.y.z", "a.x"},
                    Left{"a['x'] == a.y", "a[\"x\"] == dyn(5)", "a.x"},
                    Left{"a == {}", "a == {}", "a"}, Left{"has(a.x)", "has(a.x)", "a.x"},
                    Left{"has(a.y)", "true", ""}, Left{"[i, a.x]", "[7, a.x]", "a.x"},
                    Left{"{s: a.x, 'k': i}", "{\"it's\": a.x, \"k\": 7}", "a.x"},
                    Left{"ChangeRequest{id: s, emergency_basis: a.x}.id",
                         "ChangeRequest{id: \"it's\", emergency_basis: a.x}.id", "a.x"},
                    Left{"a.?x.orValue(i)", "a.?x.orValue(7)", "a.x"},
                    Left{"optional.none().orValue(b)", "b", "b"},
                    Left{"s.startsWith(string(a.x))", "\"it's\".startsWith(string(a.x))", "a.x"},
                    Left{"change.urgency == Urgency.HIGH", "change.urgency == Urgency.HIGH",
                         "change.urgency"},
                    Left{"change.urgency == Urgency.HIGH && change.id == 'C-1'",
                         "change.urgency == Urgency.HIGH", "change.urgency"},
                    Left{"dyn(i) == a.x", "dyn(7) == a.x", "a.x"}));

INSTANTIATE_TEST_SUITE_P(
    Macros, Residuals,
    testing::Values(
        Left{"change.services.all(x, x.client_facing)", "false", ""},
        Left{"change.services.exists(x, x.client_facing)", "true", ""},
        Left{"change.services.exists(x, !x.client_facing && i > 9 || x.client_facing && b)",
             "b || change.services[1].client_facing && b", "b change.services[1].client_facing"},
        Left{"change.services.map(x, x.client_facing)", "change.services.map(x, x.client_facing)",
             "change.services[1].client_facing"},
        Left{"l.exists(x, x > 2 && b)", "b", "b"},
        Left{"l.all(x, x < 3 || a.x == x)", "a.x == 3", "a.x"},
        Left{"l.exists(x, a.x == x)", "a.x == 1 || a.x == 2 || a.x == 3", "a.x"},
        Left{"l.all(x, 1 / (x - 2) < 9 || b)", "1 / 0 < 9 || b", "b"},
        Left{"m.exists(k, a.x == k)", "a.x == \"a\" || a.x == \"b\"", "a.x"},
        Left{"m.all(k, v, a.x == v || k == 'a')", "a.x == 2", "a.x"},
        Left{"l.map(x, x * i + a.x)", "[1, 2, 3].map(x, x * 7 + a.x)", "a.x"},
        Left{"l.filter(x, x > i / 7 && b)", "[1, 2, 3].filter(x, x > 1 && b)", "b"},
        Left{"l.exists_one(x, a.x == x)", "[1, 2, 3].exists_one(x, a.x == x)", "a.x"},
        Left{"a.x.exists(x, x == i && b)", "a.x.exists(x, x == 7 && b)", "a.x b"},
        Left{"a.x.all(x, l.exists(y, y == x))", "a.x.all(x, 1 == x || 2 == x || 3 == x)", "a.x"},
        Left{"l.all(x, l.exists(y, y == x + 1) || b)", "b", "b"},
        Left{"cel.bind(v, i + 1, v > 7 && b)", "b", "b"},
        Left{"cel.bind(v, a.x, v == v + i)", "a.x == a.x + 7", "a.x"},
        Left{"cel.bind(v, a.x + i, v * v)", "cel.bind(v, a.x + 7, v * v)", "a.x"},
        Left{"cel.bind(v, change.services, v.exists(x, x.client_facing && b))",
             "b || change.services[1].client_facing && b", "b change.services[1].client_facing"},
        Left{"a.?x.optMap(v, v + i)", "a.?x.optMap(v, v + 7)", "a.x"},
        Left{"optional.of(i).optMap(v, v + a.x)", "optional.of(7).optMap(v, 7 + a.x)", "a.x"},
        Left{"m.transformMap(k, v, v + a.x)", "{\"a\": 1, \"b\": 2}.transformMap(k, v, v + a.x)",
             "a.x"}));

// A list that is too long for a chain stays one.
TEST_F(Residuals, KeepLongLists) {
  std::vector<Value> numbers;
  for (int n = 0; n < 17; ++n) numbers.push_back(Value::Int(n));
  activation_.Set("l", Value::ListOf(numbers));
  const auto compiled = TestEnvironment().Compile("l.exists(x, a.x == x)");
  EXPECT_EQ(Residual(*compiled.expression, activation_).text(),
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].exists(x, a.x == x)");
}

// What no literal can say stays as it was written.
TEST_F(Residuals, KeepWhatCannotBeWritten) {
  std::vector<Value> numbers(2000, Value::Int(1));
  activation_.Set("l", Value::ListOf(numbers));
  const auto compiled = TestEnvironment().Compile("l.map(x, x + i) == a.x");
  EXPECT_EQ(Residual(*compiled.expression, activation_).text(), "l.map(x, x + 7) == a.x");
}

// A message that is no fact is written, and is the same message.
TEST_F(Residuals, WriteMessages) {
  change_.mutable_schedule()->mutable_start()->set_seconds(1769817600);
  change_.mutable_schedule()->mutable_start()->set_nanos(5);
  activation_.Set("change", Value::BorrowedMessage(change_));
  const auto compiled = TestEnvironment().Compile("[change, ChangeRequest{}][b ? 0 : i - 6]");
  ASSERT_TRUE(compiled.expression);
  const Expression residual = Residual(*compiled.expression, activation_);
  EXPECT_EQ(residual.references().variables, std::set<std::string>{"b"}) << residual.text();
  Activation filled;
  filled.Set("b", Value::Bool(true));
  filled.Set("change", Value::BorrowedMessage(change_));
  const auto same = TestEnvironment().Compile("change == " + residual.text());
  ASSERT_TRUE(same.expression) << same.diagnostics.front().message;
  EXPECT_EQ(Show(Evaluate(*same.expression, filled)), "true") << residual.text();
}

// A macro's variable of the same name as a variable of the environment.
TEST_F(Residuals, KeepNamesApart) {
  const auto compiled = TestEnvironment().Compile("a.x.exists(b, b == 1) && b");
  EXPECT_EQ(Residual(*compiled.expression, activation_).text(), "a.x.exists(b, b == 1) && .b");
}

TEST(ResidualLimits, OfAnExplosion) {
  const auto compiled = TestEnvironment().Compile(
      "l.all(x, l.all(y, l.all(z, l.all(v, l.all(w, b || a == x + y + z + v + w)))))");
  ASSERT_TRUE(compiled.expression);
  Activation activation;
  std::vector<Value> numbers;
  for (int n = 0; n < 16; ++n) numbers.push_back(Value::Int(n));
  activation.Set("l", Value::ListOf(numbers));
  ASSERT_TRUE(activation.SetUnknown("a").ok());
  ASSERT_TRUE(activation.SetUnknown("b").ok());
  const Expression residual = Residual(*compiled.expression, activation);
  EXPECT_LT(residual.text().size(), 100'000u);
  // The steps do not suffice to say that `l` does not matter.
  EXPECT_EQ(Join(OpenAttributes(*compiled.expression, activation)), "a b l");
}

// ---- The property that defines a residual, over random expressions and values.

// Random well-typed expressions over p q r: bool, x y z: int, v: list(int), w: map(string, int).
class Maker {
 public:
  explicit Maker(std::mt19937& random) : random_(random) {}

  std::string Bool(int depth) {
    if (depth <= 0) return Pick({"p", "q", "r", "true", "false", "x == 1"});
    const auto b = [&] { return Bool(depth - 1); };
    const auto n = [&] { return Int(depth - 1); };
    switch (Number(14)) {
      case 0:
      case 1:
      case 2:
        return StrCat("(", b(), " && ", b(), ")");
      case 3:
      case 4:
      case 5:
        return StrCat("(", b(), " || ", b(), ")");
      case 6:
        return StrCat("!(", b(), ")");
      case 7:
        return StrCat("(", b(), " ? ", b(), " : ", b(), ")");
      case 8:
        return StrCat("(", n(), Pick({" == ", " < ", " >= ", " != "}), n(), ")");
      case 9:
        return StrCat("(", n(), " in ", List(depth - 1), ")");
      case 10:
        return Fold(depth, Pick({"all", "exists", "exists_one"}));
      case 11:
        return Bind(depth);
      case 12:
        return StrCat("(", List(depth - 1), " == ", List(depth - 1), ")");
      default:
        return StrCat("(w.exists(k, k == 'a' && ", b(), ") || ", b(), ")");
    }
  }

 private:
  size_t Number(size_t below) { return random_() % below; }
  std::string Pick(std::vector<std::string> from) { return from[Number(from.size())]; }

  std::string Int(int depth) {
    std::vector<std::string> leaves = {"x", "y", "z", "0", "1", "2", "w.a", "w['b']", "v[0]"};
    leaves.insert(leaves.end(), locals_.begin(), locals_.end());
    leaves.insert(leaves.end(), locals_.begin(), locals_.end());
    if (depth <= 0) return Pick(leaves);
    const auto n = [&] { return Int(depth - 1); };
    switch (Number(6)) {
      case 0:
      case 1:
        return StrCat("(", n(), Pick({" + ", " - ", " * ", " / ", " % "}), n(), ")");
      case 2:
        return StrCat("(", Bool(depth - 1), " ? ", n(), " : ", n(), ")");
      case 3:
        return StrCat("size(", List(depth - 1), ")");
      case 4:
        return StrCat(List(depth - 1), "[", n(), "]");
      default:
        return Pick(leaves);
    }
  }

  std::string List(int depth) {
    if (depth <= 0) return Pick({"v", "[1, 2]", "[x]", "[1].filter(h, false)"});
    switch (Number(4)) {
      case 0:
        return StrCat("[", Int(depth - 1), ", ", Int(depth - 1), "]");
      case 1:
        return Fold(depth, "filter");
      case 2: {
        const std::string range = List(depth - 1);
        const std::string local = Local();
        return StrCat(range, ".map(", local, ", ", WithinInt(depth - 1), ")");
      }
      default:
        return "v";
    }
  }

  std::string Fold(int depth, const std::string& macro) {
    const std::string range = List(depth - 1);
    const std::string local = Local();
    return StrCat(range, ".", macro, "(", local, ", ", Within(depth - 1), ")");
  }
  std::string Bind(int depth) {
    const std::string value = Int(depth - 1);
    const std::string local = Local();
    return StrCat("cel.bind(", local, ", ", value, ", ", Within(depth - 1), ")");
  }
  // Declares a variable, sometimes under a name that means something outside.
  std::string Local() {
    locals_.push_back(Pick({"e", "f", "x", "g"}));
    return locals_.back();
  }
  std::string Within(int depth) {
    std::string body = Number(2) == 0 ? StrCat("(", Int(depth), " > ", Int(0), ")") : Bool(depth);
    locals_.pop_back();
    return body;
  }
  std::string WithinInt(int depth) {
    std::string body = Int(depth);
    locals_.pop_back();
    return body;
  }

  std::mt19937& random_;
  std::vector<std::string> locals_;
};

using Values = std::map<std::string, Value>;

Values RandomValues(std::mt19937& random) {
  const auto number = [&] { return Value::Int(static_cast<int64_t>(random() % 4) - 1); };
  Values values;
  for (const char* const name : {"p", "q", "r"}) values[name] = Value::Bool(random() % 2 == 0);
  for (const char* const name : {"x", "y", "z"}) values[name] = number();
  std::vector<Value> elements;
  for (size_t size = random() % 4; size > 0; --size) elements.push_back(number());
  values["v"] = Value::ListOf(std::move(elements));
  values["w"] = MapOf({{"a", number()}, {"b", number()}});
  return values;
}

Activation ActivationOf(const Values& values) {
  Activation activation;
  for (const auto& [name, value] : values) activation.Set(name, value);
  return activation;
}

const Environment& RandomEnvironment() {
  static const Environment& environment = []() -> const Environment& {
    auto* const made = new Environment(google::protobuf::DescriptorPool::generated_pool(),
                                       google::protobuf::MessageFactory::generated_factory(), {});
    for (const char* const name : {"p", "q", "r"})
      made->AddVariable(name, Type::Bool()).IgnoreError();
    for (const char* const name : {"x", "y", "z"})
      made->AddVariable(name, Type::Int()).IgnoreError();
    made->AddVariable("v", Type::List(Type::Int())).IgnoreError();
    made->AddVariable("w", Type::Map(Type::String(), Type::Int())).IgnoreError();
    return *made;
  }();
  return environment;
}

// Unknown: each variable with one chance in two, and of w sometimes one entry only.
std::set<std::string> RandomUnknowns(std::mt19937& random) {
  std::set<std::string> unknown;
  for (const char* const name : {"p", "q", "r", "x", "y", "z", "v", "w"}) {
    if (random() % 2 == 0) unknown.insert(name);
  }
  if (unknown.contains("w") && random() % 2 == 0) {
    unknown.erase("w");
    unknown.insert("w.a");
  }
  return unknown;
}

// What is unknown comes from `filled`, what is known from `values`.
Values Mixed(const Values& values, const Values& filled, const std::set<std::string>& unknown) {
  Values mixed = values;
  for (const std::string& name : unknown) {
    if (name == "w.a") {
      mixed["w"] = MapOf({{"a", *filled.at("w").map().Find(Value::String("a"))},
                          {"b", *values.at("w").map().Find(Value::String("b"))}});
    } else {
      mixed[name] = filled.at(name);
    }
  }
  return mixed;
}

// An unknown that the open attributes do not name, nor a part of it, cannot change the answer.
std::set<std::string> Without(const std::set<std::string>& unknown,
                              const std::set<std::string>& open) {
  std::set<std::string> rest;
  for (const std::string& name : unknown) {
    const bool named = std::any_of(open.begin(), open.end(), [&](const std::string& path) {
      return path == name || name.starts_with(path + ".") || path.starts_with(name + ".") ||
             path.starts_with(name + "[");
    });
    if (!named) rest.insert(name);
  }
  return rest;
}

void CheckResidual(const Expression& expression, bool check, std::mt19937& random) {
  const Values values = RandomValues(random);
  const std::set<std::string> unknown = RandomUnknowns(random);
  Activation partial = ActivationOf(values);
  for (const std::string& name : unknown) ASSERT_TRUE(partial.SetUnknown(name).ok());
  const Expression residual = Residual(expression, partial);
  const std::set<std::string> open = OpenAttributes(expression, partial);
  const Value now = Evaluate(expression, partial);
  const std::string context = StrCat("unknown ", Join(unknown), "\nresidual ", residual.text(),
                                     "\nopen ", Join(open), check ? "" : "\nunchecked");
  EXPECT_EQ(open.empty(), !now.is_unknown()) << context;
  EXPECT_EQ(Show(Evaluate(residual, partial)), Show(now)) << context;
  for (const std::string& variable : residual.references().variables) {
    EXPECT_TRUE(unknown.contains(variable) || (variable == "w" && unknown.contains("w.a")))
        << variable << "\n"
        << context;
  }
  for (const std::string& path : OpenAttributes(residual, partial)) {
    EXPECT_TRUE(open.contains(path)) << path << "\n" << context;
  }
  const Values some = RandomValues(random);
  for (int i = 0; i < 4; ++i) {
    const Activation filled = ActivationOf(Mixed(values, RandomValues(random), unknown));
    EXPECT_EQ(Show(Evaluate(residual, filled)), Show(Evaluate(expression, filled))) << context;
    // The same for all that is open, anything for what is not.
    const Values other =
        Mixed(Mixed(values, some, unknown), RandomValues(random), Without(unknown, open));
    EXPECT_EQ(Show(Evaluate(expression, ActivationOf(other))),
              Show(Evaluate(expression, ActivationOf(Mixed(values, some, unknown)))))
        << context;
  }
}

TEST(Residual, MeansTheSame) {
  constexpr unsigned kSeed = 20260131;
  constexpr int kExpressions = 2000;
  std::mt19937 random(kSeed);
  for (int i = 0; i < kExpressions && !testing::Test::HasFailure(); ++i) {
    const std::string text = Maker(random).Bool(4);
    SCOPED_TRACE(StrCat("seed ", kSeed, ", expression ", i, ": ", text));
    for (const bool check : {true, false}) {
      const CompileResult compiled = RandomEnvironment().Compile(text, {.check = check});
      ASSERT_TRUE(compiled.expression) << compiled.diagnostics.front().message;
      CheckResidual(*compiled.expression, check, random);
    }
  }
}

}  // namespace
}  // namespace changepolicy::cel
