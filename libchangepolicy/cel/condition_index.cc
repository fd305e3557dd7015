#include "libchangepolicy/cel/condition_index.h"

#include <algorithm>
#include <map>
#include <optional>
#include <type_traits>

namespace changepolicy::cel {
namespace {

// One bit of a word for each.
constexpr size_t kMostAttributes = 64;
// Each costs a lookup, whatever is asked.
constexpr size_t kMostGroups = 64;
// Under so many combinations of values a condition is kept; what asks for more is asked for less.
constexpr size_t kMostTuples = 64;

struct Attribute {
  size_t conditions = 0;  // that test it
  uint32_t first = 0;     // of these
  NodeId node = kNoNode;
  AttributeTest::Kind kind = AttributeTest::Kind::kText;
};

// Names of those that pay: tested by two conditions or more, and of many those that most test.
std::vector<std::string> Chosen(const std::map<std::string, Attribute>& attributes) {
  std::vector<std::string> names;
  for (const auto& [name, attribute] : attributes) {
    if (attribute.conditions >= 2) names.push_back(name);
  }
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return attributes.at(a).conditions > attributes.at(b).conditions;
  });
  if (names.size() > kMostAttributes) names.resize(kMostAttributes);
  return names;
}

// Of what a condition tests, the chosen attributes with values for at most kMostTuples tuples.
uint64_t MaskOf(const std::vector<AttributeTest>& tests, const std::vector<std::string>& names) {
  std::vector<std::pair<size_t, size_t>> found;  // values, attribute
  for (size_t i = 0; i < names.size(); ++i) {
    const auto test = std::lower_bound(
        tests.begin(), tests.end(), names[i],
        [](const AttributeTest& one, const std::string& name) { return one.name < name; });
    if (test == tests.end() || test->name != names[i] || test->values.empty()) continue;
    found.emplace_back(test->values.size(), i);
  }
  std::sort(found.begin(), found.end());
  uint64_t mask = 0;
  size_t tuples = 1;
  for (const auto& [values, attribute] : found) {
    if (values > kMostTuples / tuples) break;
    tuples *= values;
    mask |= uint64_t{1} << attribute;
  }
  return mask;
}

size_t CountGroups(std::vector<uint64_t> masks) {
  std::sort(masks.begin(), masks.end());
  return static_cast<size_t>(std::unique(masks.begin(), masks.end()) - masks.begin());
}

// Takes attributes away, the least used first, until there are few groups.
void Thin(size_t attributes, std::vector<uint64_t>* masks) {
  uint64_t left = attributes == 64 ? ~uint64_t{0} : (uint64_t{1} << attributes) - 1;
  while (left != 0 && CountGroups(*masks) > kMostGroups) {
    size_t least = 0;
    size_t least_used = masks->size() + 1;
    for (size_t i = 0; i < attributes; ++i) {
      if ((left >> i & 1) == 0) continue;
      const auto used = static_cast<size_t>(std::count_if(
          masks->begin(), masks->end(), [&](uint64_t mask) { return (mask >> i & 1) != 0; }));
      if (used <= least_used) {
        least_used = used;
        least = i;
      }
    }
    left &= ~(uint64_t{1} << least);
    for (uint64_t& mask : *masks) mask &= left;
  }
}

}  // namespace

ConditionIndex::ConditionIndex(absl::Span<const Expression> conditions) {
  std::vector<std::vector<AttributeTest>> tests;
  tests.reserve(conditions.size());
  std::map<std::string, Attribute> attributes;
  for (const Expression& condition : conditions) {
    const auto number = static_cast<uint32_t>(tests.size());
    for (const AttributeTest& test : tests.emplace_back(TestsOf(condition))) {
      const auto [known, is_new] = attributes.try_emplace(test.name);
      if (is_new) known->second = {0, number, test.attribute, test.kind};
      ++known->second.conditions;
    }
  }
  std::vector<std::string> names = Chosen(attributes);
  std::vector<uint64_t> masks;
  masks.reserve(tests.size());
  for (const auto& of_one : tests) masks.push_back(MaskOf(of_one, names));
  Thin(names.size(), &masks);

  // Those that are still asked for.
  uint64_t used = 0;
  for (const uint64_t mask : masks) used |= mask;
  std::map<std::string, size_t> place;
  for (size_t i = 0; i < names.size(); ++i) {
    if ((used >> i & 1) == 0) continue;
    const Attribute& attribute = attributes.at(names[i]);
    place.emplace(names[i], attributes_.size());
    attributes_.push_back(AttributeAt(conditions[attribute.first], attribute.node));
    values_.emplace_back().kind = attribute.kind;
  }

  std::map<uint64_t, size_t> groups;
  for (size_t i = 0; i < masks.size(); ++i) {
    const auto [known, is_new] = groups.try_emplace(masks[i], groups_.size());
    if (is_new) groups_.emplace_back();
    Group& group = groups_[known->second];
    std::vector<Tuple> tuples(1);
    for (const AttributeTest& test : tests[i]) {
      const auto chosen = std::find(names.begin(), names.end(), test.name);
      if (chosen == names.end() || (masks[i] >> (chosen - names.begin()) & 1) == 0) continue;
      const size_t attribute = place.at(test.name);
      if (is_new) group.attributes.push_back(attribute);
      std::vector<Tuple> longer;
      for (const Tuple& tuple : tuples) {
        for (const MapKey& value : test.values) {
          longer.push_back(tuple);
          longer.back().push_back(Intern(attribute, value));
        }
      }
      tuples = std::move(longer);
    }
    for (const Tuple& tuple : tuples) group.conditions[tuple].push_back(static_cast<uint32_t>(i));
  }
}

ConditionIndex::Place ConditionIndex::Intern(size_t attribute, const MapKey& value) {
  Values& values = values_[attribute];
  const Place next{static_cast<uint32_t>(values.texts.size() + values.others.size())};
  return std::visit(
      [&](const auto& key) {
        if constexpr (std::is_same_v<std::decay_t<decltype(key)>, std::string>) {
          return values.texts.try_emplace(key, next).first->second;
        } else {
          return values.others.try_emplace(key, next).first->second;
        }
      },
      value.key);
}

ConditionIndex::Place ConditionIndex::PlaceOf(size_t attribute, const Value& value) const {
  const Values& values = values_[attribute];
  const auto place = [](const auto& map, const auto& key) {
    const auto found = map.find(key);
    return found == map.end() ? kNone : found->second;
  };
  switch (values.kind) {
    case AttributeTest::Kind::kText:
      return value.Is(Value::Kind::kString) ? place(values.texts, value.string_value()) : kAny;
    case AttributeTest::Kind::kBool:
      if (!value.Is(Value::Kind::kBool)) return kAny;
      break;
    case AttributeTest::Kind::kNumber:
      if (!value.Is(Value::Kind::kInt) && !value.Is(Value::Kind::kUint) &&
          !value.Is(Value::Kind::kDouble)) {
        return kAny;
      }
      break;
  }
  // A double that is no whole number equals nothing that is asked for.
  const std::optional<MapKey> key = ToMapKey(value);
  if (!key.has_value()) return kNone;
  return std::visit(
      [&](const auto& number) {
        if constexpr (std::is_same_v<std::decay_t<decltype(number)>, std::string>) {
          return kAny;
        } else {
          return place(values.others, std::variant<bool, int64_t, uint64_t>(number));
        }
      },
      key->key);
}

void ConditionIndex::Find(absl::Span<const Place> places, std::vector<uint32_t>* conditions) const {
  const size_t before = conditions->size();
  for (const Group& group : groups_) {
    Tuple wanted;
    bool is_any = false;
    bool is_none = false;
    for (const size_t attribute : group.attributes) {
      wanted.push_back(places[attribute]);
      is_any = is_any || wanted.back() == kAny;
      is_none = is_none || wanted.back() == kNone;
    }
    if (is_none) continue;
    if (!is_any) {
      const auto found = group.conditions.find(wanted);
      if (found == group.conditions.end()) continue;
      conditions->insert(conditions->end(), found->second.begin(), found->second.end());
      continue;
    }
    for (const auto& [tuple, there] : group.conditions) {
      const bool fits = std::equal(tuple.begin(), tuple.end(), wanted.begin(),
                                   [](Place a, Place b) { return b == kAny || a == b; });
      if (fits) conditions->insert(conditions->end(), there.begin(), there.end());
    }
  }
  // A condition stands under several tuples where it asks for one of several values.
  const auto first = conditions->begin() + static_cast<std::ptrdiff_t>(before);
  std::sort(first, conditions->end());
  conditions->erase(std::unique(first, conditions->end()), conditions->end());
}

}  // namespace changepolicy::cel
