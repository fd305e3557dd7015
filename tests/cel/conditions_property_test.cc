// Many conditions at once give what each gives by itself, whatever they are asked about.
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel_conditions.h"
#include "tests/cel/random.h"

namespace changepolicy {
namespace {

using cel::Random;

const std::vector<std::pair<std::string, std::string>>& Variables() {
  static const auto& variables = *new std::vector<std::pair<std::string, std::string>>{
      {"text", "string"},
      {"whole", "int"},
      {"natural", "uint"},
      {"share", "double"},
      {"open", "bool"},
      {"labels", "map(string, string)"},
      {"flags", "map(string, bool)"},
      {"any", "dyn"},
      {"any.part", "string"},
      {"names", "list(string)"},
      {"field", "google.protobuf.FieldDescriptorProto"}};
  return variables;
}

std::string Text(Random* random) {
  return StrCat("'", random->Pick<std::string>({"a", "b", "c"}), "'");
}
std::string Number(Random* random) {
  return random->Pick<std::string>({"0", "1", "2", "1u", "2u", "1.0", "1.5", "-1"});
}
std::string Literal(Random* random) {
  switch (random->Below(4)) {
    case 0:
      return Number(random);
    case 1:
      return random->Pick<std::string>({"true", "false", "null", "b'a'"});
    default:
      return Text(random);
  }
}

std::string Attribute(Random* random) {
  return random->Pick<std::string>({"text",
                                    "whole",
                                    "natural",
                                    "share",
                                    "open",
                                    "labels.k",
                                    "labels['k']",
                                    "labels['l']",
                                    "flags.on",
                                    "any",
                                    "any.k",
                                    "any['k']",
                                    "any.part",
                                    "names[0]",
                                    "has(labels.k)",
                                    "has(any.k)",
                                    "field.name",
                                    "field.number",
                                    "field.type",
                                    "field.options.deprecated",
                                    "has(field.options)",
                                    "has(field.name)",
                                    "size(text)",
                                    "dyn(text)",
                                    "text.startsWith('a')"});
}

std::string List(Random* random, bool mixed) {
  std::string list = "[";
  const size_t size = random->Below(4);
  for (size_t i = 0; i < size; ++i) {
    StrAppend(&list, i > 0 ? ", " : "", mixed ? Literal(random) : Text(random));
  }
  return StrCat(list, "]");
}

std::string Condition(Random* random, int depth) {
  const size_t choice = random->Below(depth > 0 ? 12 : 7);
  switch (choice) {
    case 0:
    case 1:
      return StrCat(Attribute(random), " == ", Literal(random));
    case 2:
      return StrCat(Literal(random), random->Chance(70) ? " == " : " != ", Attribute(random));
    case 3:
    case 4:
      return StrCat(Attribute(random), " in ", List(random, random->Chance(30)));
    case 5:
      if (random->Chance(50)) {
        return StrCat(Literal(random), " in ",
                      random->Pick<std::string>({"names", "labels", "flags", "any", "any.k"}));
      }
      return StrCat("!", Attribute(random));
    case 6:
      return random->Chance(50) ? Attribute(random) : StrCat("whole / natural", " == 1");
    case 7:
      return StrCat("(", Condition(random, depth - 1), ") ? (", Condition(random, depth - 1),
                    ") : (", Condition(random, depth - 1), ")");
    case 8:
    case 9:
      return StrCat("(", Condition(random, depth - 1), ") || (", Condition(random, depth - 1), ")");
    default:
      return StrCat("(", Condition(random, depth - 1), ") && (", Condition(random, depth - 1), ")");
  }
}

v1::CelValue Value(Random* random, int depth) {
  switch (random->Below(depth > 0 ? 9 : 7)) {
    case 0:
      return ToCelValue(static_cast<int64_t>(random->Below(3)) - 1);
    case 1:
      return ToCelValue(static_cast<uint64_t>(random->Below(3)));
    case 2:
      return ToCelValue(0.5 * static_cast<double>(random->Below(5)));
    case 3:
      return ToCelValue(random->Chance(50));
    case 7: {
      v1::CelValue list;
      list.mutable_list_value();
      for (size_t i = random->Below(3); i > 0; --i) {
        *list.mutable_list_value()->add_values() = Value(random, depth - 1);
      }
      return list;
    }
    case 8: {
      v1::CelValue map;
      map.mutable_map_value();
      for (const std::string key : {"k", "l", "on"}) {
        if (random->Chance(40)) continue;
        auto* entry = map.mutable_map_value()->add_entries();
        *entry->mutable_key() = ToCelValue(key);
        *entry->mutable_value() = Value(random, depth - 1);
      }
      return map;
    }
    case 4: {
      v1::CelValue null;
      null.set_null_value(google::protobuf::NULL_VALUE);
      return null;
    }
    default:
      return ToCelValue(random->Pick<std::string>({"a", "b", "c"}));
  }
}

// Of the declared type mostly; contents of lists and maps may be anything.
CelInput Input(Random* random) {
  CelInput input;
  for (const auto& [name, type] : Variables()) {
    if (name == "field" || random->Chance(8)) continue;
    const std::map<std::string, v1::CelValue> plain = {
        {"string", ToCelValue(random->Pick<std::string>({"a", "b", "c"}))},
        {"int", ToCelValue(static_cast<int64_t>(random->Below(3)) - 1)},
        {"uint", ToCelValue(static_cast<uint64_t>(random->Below(3)))},
        {"double", ToCelValue(0.5 * static_cast<double>(random->Below(5)))},
        {"bool", ToCelValue(random->Chance(50))}};
    const auto found = plain.find(type);
    v1::CelValue value = found != plain.end() ? found->second : Value(random, 2);
    if (type.starts_with("map")) {
      while (!value.has_map_value()) value = Value(random, 2);
    } else if (type.starts_with("list")) {
      while (!value.has_list_value()) value = Value(random, 2);
    }
    input.Set(name, std::move(value));
  }
  google::protobuf::FieldDescriptorProto field;
  if (random->Chance(70)) field.set_name(random->Pick<std::string>({"a", "b", "c"}));
  if (random->Chance(70)) field.set_number(static_cast<int32_t>(random->Below(3)));
  if (random->Chance(50)) field.set_type(google::protobuf::FieldDescriptorProto::TYPE_FLOAT);
  if (random->Chance(50)) field.mutable_options()->set_deprecated(random->Chance(50));
  if (random->Chance(90)) input.Set("field", field);
  if (random->Chance(30)) {
    input.SetUnknown(
        random->Pick<std::string>({"text", "whole", "labels.k", "labels", "any", "any.part",
                                   "flags.on", "names[0]", "field", "field.name"}));
  }
  return input;
}

CelConditions Conditions(Random* random, size_t count) {
  CelEnvironment environment = *CelEnvironment::Create();
  for (const auto& [name, type] : Variables()) {
    EXPECT_TRUE(environment.AddVariable(name, type).ok());
  }
  std::vector<CelExpression> compiled;
  while (compiled.size() < count) {
    const std::string text = Condition(random, 3);
    CelCompiled one = environment.Compile(text, {.check = random->Chance(50)});
    if (!one.expression.has_value()) continue;  // what the checker refuses
    if (one.expression->type() != "bool" && one.expression->type() != "dyn") continue;
    compiled.push_back(*std::move(one.expression));
  }
  absl::StatusOr<CelConditions> conditions = CelConditions::Create(std::move(compiled));
  EXPECT_TRUE(conditions.ok()) << conditions.status();
  return *std::move(conditions);
}

TEST(CelConditionsPropertyTest, GiveWhatEachGivesByItself) {
  size_t held = 0;
  size_t undecided = 0;
  size_t all = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    Random random(seed);
    // Few are told apart by the bits of a word, many by tables.
    constexpr size_t kCounts[] = {3, 40, 64, 65, 100};
    const CelConditions conditions = Conditions(&random, kCounts[seed % std::size(kCounts)]);
    for (int asked = 0; asked < 20; ++asked) {
      const CelInput input = Input(&random);
      const absl::StatusOr<v1::CelFound> found = conditions.Find(input);
      ASSERT_TRUE(found.ok()) << found.status();
      auto holds = found->holds().begin();
      auto open = found->undecided().begin();
      absl::Status first = absl::OkStatus();
      for (int i = 0; i < static_cast<int>(conditions.conditions().size()); ++i) {
        const CelExpression& condition = conditions.conditions()[static_cast<size_t>(i)];
        const absl::StatusOr<bool> alone = condition.EvaluateBool(input);
        const bool is_held = holds != found->holds().end() && *holds == i;
        const bool is_open = open != found->undecided().end() && open->condition() == i;
        EXPECT_EQ(alone.ok() && *alone, is_held) << condition.text();
        EXPECT_EQ(!alone.ok(), is_open) << condition.text();
        if (is_open) {
          EXPECT_EQ(open->result().SerializeAsString(),
                    condition.Evaluate(input).SerializeAsString())
              << condition.text();
        }
        if (is_held) ++holds;
        if (is_open) ++open;
        if (!alone.ok() && first.ok()) first = alone.status();
      }
      ASSERT_TRUE(holds == found->holds().end() && open == found->undecided().end()) << seed;
      const absl::StatusOr<bool> any = conditions.AnyHolds(input);
      if (!found->holds().empty()) {
        EXPECT_TRUE(any.ok() && *any);
      } else {
        EXPECT_EQ(any.status(), first);
      }
      held += static_cast<size_t>(found->holds_size());
      undecided += static_cast<size_t>(found->undecided_size());
      all += conditions.conditions().size();
    }
  }
  // The conditions and the inputs are such that all three happen often.
  EXPECT_GT(held, all / 20);
  EXPECT_GT(undecided, all / 20);
  EXPECT_LT(held + undecided, all / 10 * 9);
}

}  // namespace
}  // namespace changepolicy
