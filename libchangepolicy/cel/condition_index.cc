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
// Of conditions with the same attributes and values, more than these are told apart by an element.
constexpr size_t kCrowded = 8;

struct Attribute {
  size_t conditions = 0;  // that test it
  uint32_t first = 0;     // of these
  NodeId node = kNoNode;
  AttributeTest::Kind kind = AttributeTest::Kind::kText;
  bool of_element = false;
};
using Attributes = std::map<std::string, Attribute>;
using Tests = std::vector<AttributeTest>;

// Names of those that pay: tested by two conditions or more, and of many those that most test.
std::vector<std::string> Chosen(const Attributes& attributes, bool of_element) {
  std::vector<std::string> names;
  for (const auto& [name, attribute] : attributes) {
    if (attribute.conditions >= 2 && attribute.of_element == of_element) names.push_back(name);
  }
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return attributes.at(a).conditions > attributes.at(b).conditions;
  });
  if (names.size() > kMostAttributes) names.resize(kMostAttributes);
  return names;
}

// Null where the condition does not test it.
const AttributeTest* FindTest(const Tests& tests, const std::string& name) {
  const auto found = std::lower_bound(
      tests.begin(), tests.end(), name,
      [](const AttributeTest& test, const std::string& wanted) { return test.name < wanted; });
  return found == tests.end() || found->name != name ? nullptr : &*found;
}

// Of what a condition tests, the chosen attributes with values for at most kMostTuples tuples.
uint64_t MaskOf(const Tests& tests, const std::vector<std::string>& names) {
  std::vector<std::pair<size_t, size_t>> found;  // values, attribute
  for (size_t i = 0; i < names.size(); ++i) {
    const AttributeTest* const test = FindTest(tests, names[i]);
    if (test != nullptr && !test->values.empty()) found.emplace_back(test->values.size(), i);
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

// What a condition is found by.
struct Terms {
  std::vector<const AttributeTest*> tests;

  // Each combination of the values.
  template <typename Each>
  void ForEachTuple(Each each) const {
    std::vector<const MapKey*> tuple(tests.size());
    Extend(0, &tuple, each);
  }

 private:
  template <typename Each>
  void Extend(size_t from, std::vector<const MapKey*>* tuple, Each& each) const {
    if (from == tests.size()) return each(*tuple);
    for (const MapKey& value : tests[from]->values) {
      (*tuple)[from] = &value;
      Extend(from + 1, tuple, each);
    }
  }
};

std::vector<Terms> TermsOf(const std::vector<Tests>& tests, const std::vector<std::string>& names) {
  std::vector<uint64_t> masks;
  masks.reserve(tests.size());
  for (const Tests& of_one : tests) masks.push_back(MaskOf(of_one, names));
  Thin(names.size(), &masks);
  std::vector<Terms> terms(tests.size());
  for (size_t i = 0; i < tests.size(); ++i) {
    for (size_t attribute = 0; attribute < names.size(); ++attribute) {
      if ((masks[i] >> attribute & 1) == 0) continue;
      terms[i].tests.push_back(FindTest(tests[i], names[attribute]));
    }
  }
  return terms;
}

// Adds an element, if they have one that is chosen, to what these conditions are found by. Whether
// any has.
bool AddElements(const std::vector<Tests>& tests, const std::vector<std::string>& names,
                 const std::vector<bool>& which, std::vector<Terms>* terms) {
  bool any = false;
  for (size_t i = 0; i < terms->size(); ++i) {
    if (!which[i]) continue;
    size_t tuples = 1;
    for (const AttributeTest* const test : (*terms)[i].tests) tuples *= test->values.size();
    for (const std::string& name : names) {
      const AttributeTest* const test = FindTest(tests[i], name);
      if (test == nullptr || test->values.size() > kMostTuples / tuples) continue;
      (*terms)[i].tests.push_back(test);
      any = true;
      break;
    }
  }
  return any;
}

}  // namespace

ConditionIndex::ConditionIndex(absl::Span<const Expression> conditions) : size_(conditions.size()) {
  std::vector<Tests> tests;
  tests.reserve(conditions.size());
  Attributes attributes;
  for (const Expression& condition : conditions) {
    const auto number = static_cast<uint32_t>(tests.size());
    for (const AttributeTest& test : tests.emplace_back(TestsOf(condition))) {
      const auto [known, is_new] = attributes.try_emplace(test.name);
      if (is_new) known->second = {0, number, test.attribute, test.kind, test.of_element};
      ++known->second.conditions;
    }
  }
  std::vector<Terms> terms = TermsOf(tests, Chosen(attributes, /*of_element=*/false));
  const auto fill = [&] {
    attributes_.clear();
    values_.clear();
    groups_.clear();
    std::map<std::string, size_t> places;
    std::map<std::vector<size_t>, size_t> groups;
    for (size_t i = 0; i < terms.size(); ++i) {
      std::vector<size_t> tested;
      for (const AttributeTest* const test : terms[i].tests) {
        const auto [place, is_new] = places.try_emplace(test->name, attributes_.size());
        if (is_new) {
          const Attribute& attribute = attributes.at(test->name);
          attributes_.push_back(AttributeAt(conditions[attribute.first], attribute.node));
          values_.push_back({.kind = attribute.kind, .of_element = attribute.of_element});
        }
        tested.push_back(place->second);
      }
      const auto [known, is_new] = groups.try_emplace(tested, groups_.size());
      if (is_new) groups_.push_back({tested, {}});
      Group& group = groups_[known->second];
      terms[i].ForEachTuple([&](const std::vector<const MapKey*>& values) {
        Tuple tuple;
        for (size_t part = 0; part < values.size(); ++part) {
          tuple.push_back(Intern(tested[part], *values[part]));
        }
        group.conditions[tuple].push_back(static_cast<uint32_t>(i));
      });
    }
  };
  fill();
  const std::vector<bool> crowded = Crowded(terms.size());
  if (AddElements(tests, Chosen(attributes, /*of_element=*/true), crowded, &terms)) fill();
  if (is_small()) FillBits();
}

void ConditionIndex::FillBits() {
  const uint64_t all = size_ == 64 ? ~uint64_t{0} : (uint64_t{1} << size_) - 1;
  for (const Values& values : values_) {
    bits_.push_back({all, std::vector<uint64_t>(values.texts.size() + values.others.size())});
  }
  for (const Group& group : groups_) {
    for (const auto& [tuple, conditions] : group.conditions) {
      uint64_t here = 0;
      for (const uint32_t condition : conditions) here |= uint64_t{1} << condition;
      for (size_t part = 0; part < tuple.size(); ++part) {
        Bits& bits = bits_[group.attributes[part]];
        bits.untested &= ~here;
        bits.by_place[static_cast<size_t>(tuple[part])] |= here;
      }
    }
  }
}

uint64_t ConditionIndex::BitsOf(size_t attribute, const Value& value) const {
  const Bits& bits = bits_[attribute];
  uint64_t possible = bits.untested;
  const auto add = [&](Place place) {
    if (place == kAny) possible = ~uint64_t{0};
    if (place != kAny && place != kNone) possible |= bits.by_place[static_cast<size_t>(place)];
  };
  if (values_[attribute].of_element) {
    for (const Place place : PlacesOf(attribute, value)) add(place);
  } else {
    add(PlaceOf(values_[attribute], value));
  }
  return possible;
}

// Those that stand under the same values as many others.
std::vector<bool> ConditionIndex::Crowded(size_t conditions) const {
  std::vector<bool> crowded(conditions);
  for (const Group& group : groups_) {
    for (const auto& [tuple, there] : group.conditions) {
      if (there.size() <= kCrowded) continue;
      for (const uint32_t condition : there) crowded[condition] = true;
    }
  }
  return crowded;
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

ConditionIndex::Place ConditionIndex::PlaceOf(const Values& values, const Value& value) {
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

void ConditionIndex::AddKeysOf(const Values& values, const Map& map, Places* places) {
  if (map.size() > values.texts.size() + values.others.size()) {
    for (const auto& [text, place] : values.texts) {
      if (map.IndexOf({std::string_view(text)}).has_value()) places->push_back(place);
    }
    for (const auto& [other, place] : values.others) {
      const KeyView key = std::visit([](auto plain) { return KeyView{plain}; }, other);
      if (map.IndexOf(key).has_value()) places->push_back(place);
    }
    return;
  }
  for (size_t i = 0; i < map.size(); ++i) {
    const Value* const key = map.PeekKey(i);
    const Place place = PlaceOf(values, key != nullptr ? *key : map.KeyAt(i));
    if (place != kNone && place != kAny) places->push_back(place);
  }
}

ConditionIndex::Places ConditionIndex::PlacesOf(size_t attribute, const Value& value) const {
  const Values& values = values_[attribute];
  if (!values.of_element) return {PlaceOf(values, value)};
  Places places;
  if (value.Is(Value::Kind::kMap)) {
    AddKeysOf(values, value.map(), &places);
  } else if (value.Is(Value::Kind::kList)) {
    const List& list = value.list();
    for (size_t i = 0; i < list.size(); ++i) {
      const Value* const element = list.Peek(i);
      // An element of another kind equals nothing that is asked for.
      const Place place = PlaceOf(values, element != nullptr ? *element : list.At(i));
      if (place != kNone && place != kAny) places.push_back(place);
    }
  } else {
    places.push_back(kAny);
  }
  return places;
}

void ConditionIndex::AddConditionsOf(const Group& group, absl::Span<const Places> places,
                                     Numbers* conditions) {
  Tuple wanted;
  bool is_any = false;
  for (const size_t attribute : group.attributes) {
    const Places& here = places[attribute];
    if (here.empty() || here.front() == kNone) return;
    is_any = is_any || here.front() == kAny;
    wanted.push_back(here.front());
  }
  const auto add = [&](const std::vector<uint32_t>& found) {
    conditions->insert(conditions->end(), found.begin(), found.end());
  };
  if (is_any) {
    for (const auto& [tuple, found] : group.conditions) {
      bool fits = true;
      for (size_t i = 0; i < tuple.size() && fits; ++i) {
        const Places& here = places[group.attributes[i]];
        fits = here.front() == kAny || std::find(here.begin(), here.end(), tuple[i]) != here.end();
      }
      if (fits) add(found);
    }
    return;
  }
  const auto look_up = [&] {
    const auto found = group.conditions.find(wanted);
    if (found != group.conditions.end()) add(found->second);
  };
  if (group.attributes.empty()) return look_up();
  for (const Place place : places[group.attributes.back()]) {
    wanted.back() = place;
    look_up();
  }
}

void ConditionIndex::Find(absl::Span<const Places> places, Numbers* conditions) const {
  const size_t before = conditions->size();
  for (const Group& group : groups_) AddConditionsOf(group, places, conditions);
  // A condition stands under several tuples where it asks for one of several values.
  const auto first = conditions->begin() + static_cast<std::ptrdiff_t>(before);
  std::sort(first, conditions->end());
  conditions->erase(std::unique(first, conditions->end()), conditions->end());
}

}  // namespace changepolicy::cel
