// No evaluation costs more than the bound that was known before it: random expressions over random
// inputs within the declared sizes.
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"

namespace changepolicy::cel {
namespace {

constexpr size_t kString = 12, kList = 4;

// Writes well-typed expressions over s string, l list(int), m map(string, int), i int, a dyn.
class Writer {
 public:
  explicit Writer(uint64_t seed) : random_(seed) {}

  std::string Any() {
    switch (Pick(4)) {
      case 0:
        return Text(4);
      case 1:
        return Texts(4);
      case 2:
        return Number(4);
      default:
        return Truth(4);
    }
  }

 private:
  size_t Pick(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }

  // `body` with a new variable in scope, that is a text.
  template <typename Body>
  std::string With(const std::string& variable, Body body) {
    texts_.push_back(variable);
    std::string text = body();
    texts_.pop_back();
    return text;
  }
  std::string Fresh() { return StrCat("x", next_++); }

  std::string Text(int depth) {
    if (depth == 0) {
      if (!texts_.empty() && Pick(2) == 0) return texts_[Pick(texts_.size())];
      static constexpr const char* kTexts[] = {"s", "''", "'ab'", "'lorem ipsum dolor'",
                                               "string(i)"};
      return kTexts[Pick(5)];
    }
    const int below = depth - 1;
    switch (Pick(13)) {
      case 0:
        return StrCat("(", Text(below), " + ", Text(below), ")");
      case 1:
        return StrCat("(", Truth(below), " ? ", Text(below), " : ", Text(below), ")");
      case 2:
        return StrCat(Text(below), ".replace(", Text(0), ", ", Text(below), ")");
      case 3:
        return StrCat(Text(below), ".substring(0)");
      case 4:
        return StrCat(Texts(below), ".join(", Text(0), ")");
      case 5:
        return StrCat("strings.quote(", Text(below), ")");
      case 6:
        return StrCat("'%s-%s'.format([", Text(below), ", ", Number(0), "])");
      case 7: {
        const std::string x = Fresh(), value = Text(below);
        return StrCat("cel.bind(", x, ", ", value, ", ", With(x, [&] { return Text(below); }), ")");
      }
      case 8:
        return StrCat("string(bytes(", Text(below), "))");
      case 9:
        return StrCat(Texts(below), ".first().orValue(", Text(0), ")");
      case 10:
        return StrCat(Text(below), ".trim().upperAscii()");
      case 11:
        return StrCat("{'k': ", Text(below), "}.k");
      default:
        return StrCat("ChangeRequest{id: ", Text(below), "}.id");
    }
  }

  std::string Texts(int depth) {
    if (depth == 0) return Pick(2) == 0 ? "[s, 'ab']" : "m.map(k, k)";
    const int below = depth - 1;
    const std::string x = Fresh();
    switch (Pick(11)) {
      case 0:
        return StrCat("[", Text(below), ", ", Text(below), "]");
      case 1: {
        const std::string range = Texts(below);
        return StrCat(range, ".map(", x, ", ", With(x, [&] { return Text(below); }), ")");
      }
      case 2: {
        const std::string range = Texts(below);
        return StrCat(range, ".filter(", x, ", ", With(x, [&] { return Truth(below); }), ")");
      }
      case 3:
        return StrCat("(", Texts(below), " + ", Texts(below), ")");
      case 4:
        return StrCat(Text(below), ".split(", Text(0), ")");
      case 5:
        return StrCat(Texts(below), ".distinct()");
      case 6:
        return StrCat(Texts(below), ".sort()");
      case 7:
        return StrCat("[", Texts(below), ", ", Texts(below), "].map(", x, ", ", x, ".join())");
      case 8:
        return StrCat("l.map(", x, ", ", Text(below), ")");
      case 9: {
        const std::string range = Texts(below);
        return StrCat(range, ".transformMap(", x, "i, ", x, ", ",
                      With(x, [&] { return Text(below); }), ").map(k, string(k))");
      }
      default:
        return StrCat(Texts(below), ".reverse()");
    }
  }

  std::string Number(int depth) {
    if (depth == 0) return Pick(2) == 0 ? "i" : "3";
    const int below = depth - 1;
    switch (Pick(6)) {
      case 0:
        return StrCat("size(", Text(below), ")");
      case 1:
        return StrCat("size(", Texts(below), ")");
      case 2:
        return StrCat("(", Number(below), " + ", Number(below), ")");
      case 3:
        return StrCat(Text(below), ".indexOf(", Text(below), ")");
      case 4:
        return StrCat("lists.range(", Number(0), ").map(n, n + size(", Text(below), ")).size()");
      default:
        return StrCat("[[", Number(below), "], l].flatten().size()");
    }
  }

  std::string Truth(int depth) {
    if (depth == 0) return Pick(2) == 0 ? "b" : "i > 1";
    const int below = depth - 1;
    const std::string x = Fresh();
    switch (Pick(10)) {
      case 0:
        return StrCat("(", Truth(below), " && ", Truth(below), ")");
      case 1:
        return StrCat("(", Truth(below), " || ", Truth(below), ")");
      case 2:
        return StrCat(Text(below), " == ", Text(below));
      case 3:
        return StrCat(Text(below), ".contains(", Text(below), ")");
      case 4:
        return StrCat(Text(below), " in ", Texts(below));
      case 5: {
        const std::string range = Texts(below);
        return StrCat(range, Pick(2) == 0 ? ".all(" : ".exists(", x, ", ",
                      With(x, [&] { return Truth(below); }), ")");
      }
      case 6:
        return StrCat(Text(below), ".matches('a+b')");
      case 7:
        return StrCat(Texts(below), " == ", Texts(below));
      case 8: {
        const std::string range = Texts(below);
        return StrCat(range, ".exists_one(", x, ", ", With(x, [&] { return Truth(below); }), ")");
      }
      default:
        return StrCat("!(", Truth(below), ")");
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> texts_;  // variables in scope
  int next_ = 0;
};

class Input {
 public:
  // As large as the limits allow, every other time.
  explicit Input(uint64_t seed) : random_(seed), full_(seed % 2 == 0) {
    activation_.Set("s", Value::String(Text()));
    activation_.Set("i", Value::Int(static_cast<int64_t>(Size(5))));
    activation_.Set("b", Value::Bool(Size(1) == 1));
    std::vector<Value> numbers;
    for (size_t i = Size(kList); i > 0; --i) numbers.push_back(Value::Int(7));
    activation_.Set("l", Value::ListOf(std::move(numbers)));
    MapBuilder map;
    for (size_t i = Size(kList); i > 0; --i) map.Add(Value::String(Text()), Value::Int(1));
    activation_.Set("m", map.Build());
  }
  const Activation& activation() const { return activation_; }

 private:
  size_t Size(size_t most) {
    return full_ ? most : std::uniform_int_distribution<size_t>(0, most)(random_);
  }
  std::string Text() {
    std::string text;
    for (size_t i = Size(kString); i > 0; --i) {
      text += std::uniform_int_distribution<int>(0, 9)(random_) == 0 ? "\u20ac" : "a";
    }
    return text;
  }

  std::mt19937_64 random_;
  const bool full_;
  Activation activation_;
};

TEST(CostProperty, NothingCostsMoreThanItsBound) {
  const SizeLimits limits{.string = kString, .bytes = kString, .list = kList, .map = kList};
  int known = 0;
  for (uint64_t seed = 1; seed <= 4'000; ++seed) {
    const std::string text = Writer(seed).Any();
    for (const bool check : {true, false}) {
      const CompileResult compiled = TestEnvironment().Compile(text, {.check = check});
      ASSERT_TRUE(compiled.expression) << text << ": " << compiled.diagnostics.front().message;
      const CostEstimate estimate = EstimateCost(*compiled.expression, limits);
      for (uint64_t round = 0; round < 3; ++round) {
        const Input input(seed * 3 + round);
        const Evaluation evaluation = EvaluateMeasured(*compiled.expression, input.activation());
        ASSERT_LE(evaluation.cost, estimate.max) << "seed " << seed << ", " << text;
        // These may hide that a part has failed, and what fails may cost less.
        const bool hides = text.find("&&") != text.npos || text.find("||") != text.npos ||
                           text.find(".all(") != text.npos || text.find(".exists(") != text.npos;
        if (evaluation.value.is_known() && !hides) {
          ASSERT_GE(evaluation.cost, estimate.min) << "seed " << seed << ", " << text;
          ++known;
        }
      }
    }
  }
  // The generator makes more than errors.
  EXPECT_GT(known, 5'000);
}

}  // namespace
}  // namespace changepolicy::cel
