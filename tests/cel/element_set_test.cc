// Collections that are asked for equals, against comparing all with all.
#include "libchangepolicy/cel/element_set.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/evaluator.h"
#include "tests/cel/fixture.h"
#include "tests/cel/random.h"

namespace changepolicy::cel {
namespace {

class Counting final : public Meter {
 public:
  bool Charge(uint64_t steps) override {
    used += steps;
    return true;
  }
  bool Reserve(uint64_t) override { return true; }
  uint64_t used = 0;
};

Value Mapping(Value key, Value value) {
  MapBuilder builder;
  builder.Add(key, std::move(value));
  return builder.Build();
}

// Values of all kinds of which many are equal, or nearly.
std::vector<Value> Pool() {
  static const auto& messages = *[] {
    auto* const both = new std::vector<v1::ChangeRequest>(3);
    (*both)[0].set_id("a");
    (*both)[1].set_id("b");
    (*both)[2].set_id("a");
    return both;
  }();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<Value> pool = {
      Value::Null(),
      Value::Bool(false),
      Value::Bool(true),
      Value::Double(-0.0),
      Value::Double(1.5),
      Value::Double(std::numeric_limits<double>::quiet_NaN()),
      Value::Double(kInfinity),
      Value::Double(-kInfinity),
      Value::String(""),
      Value::Bytes(""),
      Value::String("1"),
      Value::Bytes("1"),
      Value::String(std::string(100, 'x')),
      Value::String(std::string(100, 'x')),
      Value::Timestamp(absl::UnixEpoch()),
      Value::Timestamp(absl::FromUnixSeconds(1)),
      Value::Duration(absl::ZeroDuration()),
      Value::Duration(absl::Seconds(1)),
      Value::OfType(Type::Int()),
      Value::OfType(Type::List(Type::Int())),
      Value::OfType(Type::List(Type::Dyn())),
      Value::OptionalNone(),
      Value::OptionalOf(Value::Int(1)),
      Value::OptionalOf(Value::Uint(1)),
      Value::ListOf({}),
      Value::ListOf({Value::Int(1), Value::Double(2)}),
      Value::ListOf({Value::Uint(1), Value::Int(2)}),
      Value::ListOf({Value::Double(std::numeric_limits<double>::quiet_NaN())}),
      MapBuilder().Build(),
      Mapping(Value::Int(1), Value::String("a")),
      Mapping(Value::Uint(1), Value::String("a")),
      Value::FromError(absl::StatusCode::kNotFound, "none"),
      Value::Unknown({"a"}),
  };
  for (const auto& message : messages) pool.push_back(Value::BorrowedMessage(message));
  // Numbers around those where doubles, ints and uints end to tell each other apart.
  for (const int64_t least : {int64_t{-3}, (int64_t{1} << 53) - 3, kMost - 6, kLeast}) {
    for (int64_t i = 0; i <= 6; ++i) {
      pool.push_back(Value::Int(least + i));
      if (least + i >= 0) pool.push_back(Value::Uint(static_cast<uint64_t>(least + i)));
      pool.push_back(Value::Double(static_cast<double>(least + i)));
    }
  }
  for (const uint64_t least : {(uint64_t{1} << 63) - 2, std::numeric_limits<uint64_t>::max() - 4}) {
    for (uint64_t i = 0; i <= 4; ++i) {
      pool.push_back(Value::Uint(least + i));
      pool.push_back(Value::Double(static_cast<double>(least + i)));
    }
  }
  pool.push_back(Value::Double(0x1.0000000000001p63));
  pool.push_back(Value::Double(-0x1.0000000000001p63));
  pool.push_back(Value::Double(0x1p64));
  pool.push_back(Value::Double(0x1.0000000000001p64));
  return pool;
}

bool HasEqual(const std::vector<Value>& values, const Value& wanted) {
  return std::any_of(values.begin(), values.end(),
                     [&](const Value& one) { return Equal(one, wanted); });
}

// Each value beside each other one, among few and among many.
TEST(ElementSets, AgreeWithEquality) {
  Counting meter;
  const std::vector<Value> pool = Pool();
  for (const Value& one : pool) {
    for (const size_t padding : {size_t{0}, size_t{40}}) {
      ElementSet set;
      // Equal to none of the pool.
      for (size_t i = 0; i < padding; ++i) set.Add(Value::Int(1'000'000 + static_cast<int>(i)));
      set.Add(one);
      for (const Value& other : pool) {
        if (!other.is_known()) continue;
        EXPECT_EQ(set.Has(other, meter), Equal(one, other))
            << one.ToString() << " " << other.ToString() << " " << padding;
      }
    }
  }
}

TEST(ElementSets, AgreeWithComparingAllOnRandomLists) {
  Counting meter;
  const std::vector<Value> pool = Pool();
  Random random(7);
  for (int round = 0; round < 400; ++round) {
    const size_t size = random.Below(120);
    ElementSet set;
    std::vector<Value> reference;
    for (size_t i = 0; i < size; ++i) {
      const Value& element = random.Pick(pool);
      if (element.is_known()) {
        ASSERT_EQ(set.Has(element, meter), HasEqual(reference, element)) << element.ToString();
      }
      set.Add(element);
      reference.push_back(element);
    }
    ASSERT_EQ(set.values().size(), size);
  }
}

// Places instead of values, so that 1 and 1u are told apart.
std::vector<size_t> FirstPlaces(const std::vector<Value>& list) {
  std::vector<size_t> places;
  for (size_t i = 0; i < list.size(); ++i) {
    const bool repeated = std::any_of(places.begin(), places.end(),
                                      [&](size_t place) { return Equal(list[place], list[i]); });
    if (!repeated) places.push_back(i);
  }
  return places;
}

Value Evaluated(std::string_view text, const std::vector<Value>& a, const std::vector<Value>& b) {
  static const auto& environment = *[] {
    auto* const made = new Environment(google::protobuf::DescriptorPool::generated_pool(),
                                       google::protobuf::MessageFactory::generated_factory(), {});
    for (const std::string_view name : {"a", "b"}) {
      EXPECT_TRUE(made->AddVariable(name, Type::List(Type::Dyn())).ok());
    }
    return made;
  }();
  Activation activation;
  activation.Set("a", Value::ListOf(a));
  activation.Set("b", Value::ListOf(b));
  const CompileResult compiled = environment.Compile(text);
  EXPECT_TRUE(compiled.expression.has_value()) << text;
  return Evaluate(*compiled.expression, activation);
}

std::vector<Value> RandomList(const std::vector<Value>& pool, size_t size, Random* random) {
  std::vector<Value> list;
  while (list.size() < size) {
    const Value& element = random->Pick(pool);
    if (element.is_known()) list.push_back(element);
  }
  return list;
}

TEST(ElementSets, DistinctKeepsTheFirstOfEquals) {
  const std::vector<Value> pool = Pool();
  Random random(11);
  for (int round = 0; round < 300; ++round) {
    const std::vector<Value> list = RandomList(pool, random.Below(90), &random);
    const std::vector<size_t> places = FirstPlaces(list);
    const Value kept = Evaluated("a.distinct()", list, {});
    ASSERT_TRUE(kept.Is(Value::Kind::kList)) << kept.ToString();
    ASSERT_EQ(kept.list().size(), places.size());
    for (size_t i = 0; i < places.size(); ++i) {
      ASSERT_EQ(kept.list().At(i).ToString(), list[places[i]].ToString());
      ASSERT_EQ(kept.list().At(i).kind(), list[places[i]].kind());
    }
  }
}

TEST(ElementSets, SetsAnswerAsComparingAll) {
  const std::vector<Value> pool = Pool();
  Random random(13);
  const auto every = [](const std::vector<Value>& list, const std::vector<Value>& part) {
    return std::all_of(part.begin(), part.end(),
                       [&](const Value& one) { return HasEqual(list, one); });
  };
  int contained = 0;
  for (int round = 0; round < 600; ++round) {
    std::vector<Value> a = RandomList(pool, random.Below(round % 2 == 0 ? 90 : 400), &random);
    // Often a part of the other, so that the answers vary.
    std::vector<Value> b = RandomList(a.empty() || random.Chance(30) ? pool : a,
                                      a.empty() ? 0 : random.Below(60), &random);
    contained += every(a, b) ? 1 : 0;
    ASSERT_EQ(Evaluated("sets.contains(a, b)", a, b).is_true(), every(a, b));
    ASSERT_EQ(Evaluated("a.hasOnly(b)", a, b).is_true(), every(b, a));
    ASSERT_EQ(Evaluated("sets.equivalent(a, b)", a, b).is_true(), every(a, b) && every(b, a));
    const bool any =
        std::any_of(b.begin(), b.end(), [&](const Value& one) { return HasEqual(a, one); });
    ASSERT_EQ(Evaluated("sets.intersects(a, b)", a, b).is_true(), any);
  }
  EXPECT_GT(contained, 50);
  EXPECT_LT(contained, 550);
}

// What 10,000 elements cost at most: no choice of them makes lookups slow. Integers that round to
// one double, texts with one long beginning, and equals.
TEST(ElementSets, AreFastWhateverTheElements) {
  constexpr int64_t kMany = 10'000;
  std::vector<std::vector<Value>> lists(4);
  for (int64_t i = 0; i < kMany; ++i) {
    lists[0].push_back(Value::Int((int64_t{1} << 62) + i));
    lists[1].push_back(Value::String(std::string(64, 'x') + std::to_string(i)));
    lists[2].push_back(Value::Double(static_cast<double>(i) / 7));
    lists[3].push_back(Value::Bool(true));
  }
  for (const std::vector<Value>& list : lists) {
    Counting meter;
    ElementSet set;
    for (const Value& element : list) {
      set.Has(element, meter);
      set.Add(element);
    }
    for (const Value& element : list) EXPECT_TRUE(set.Has(element, meter));
    // Two lookups each; of a text, 16 of its blocks of 64 bytes.
    EXPECT_LE(meter.used, 2 * kMany * 17);
  }
}

// The limit on steps counts what is done: far less than all with all.
TEST(ElementSets, DistinctTakesFewStepsForManyElements) {
  const CompileResult compiled = TestEnvironment().Compile("lists.range(5000).distinct().size()");
  ASSERT_TRUE(compiled.expression.has_value());
  const Evaluation measured = EvaluateMeasured(*compiled.expression, {});
  EXPECT_EQ(measured.value.ToString(), "5000");
  EXPECT_LT(measured.steps, 50'000u);
  EXPECT_GE(measured.steps, 15'000u);
  // In cel-go's units as ever.
  EXPECT_GT(measured.cost, 50'000'000u);
}

}  // namespace
}  // namespace changepolicy::cel
