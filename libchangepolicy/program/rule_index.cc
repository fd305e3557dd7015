#include "libchangepolicy/program/rule_index.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <map>
#include <numeric>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// Of fewer rules the bits take less than lists would.
constexpr size_t kLeastListed = 1024;
// A rule is listed under at most so many values, and of a listed rule a test for more of them is
// left to the condition itself.
constexpr size_t kMostAlternatives = 8;
// Values of an attribute that are bits of one word.
constexpr uint32_t kMostMasked = 64;
// Rules of a list are bits of one word, too.
constexpr uint32_t kMostOfList = 64;

// Rules may be listed under a value that at most so many ask for: to look at one costs about as
// much as to go through some words of bits.
size_t MostUnderOneValue(size_t rules) { return std::clamp<size_t>(rules / 256, 4, 64); }

// Of no order that a rule asks for.
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::min();

bool IsOrder(TestRelation relation) {
  return relation == TestRelation::kAtLeast || relation == TestRelation::kAtMost;
}

// As a limit, which has to be reached: `at most` is turned around.
int64_t LimitOf(TestRelation relation, int64_t number) {
  return relation == TestRelation::kAtMost ? ~number : number;
}

}  // namespace

class RuleIndex::Builder {
 public:
  explicit Builder(RuleIndex* index) : index_(*index) {}

  void Add(const Program& program, int32_t rule, const CheckedExpression* condition) {
    index_.rules_.push_back(rule);
    begins_.push_back(tests_.size());
    const ProgramExpression* const compiled =
        condition == nullptr ? nullptr : program.Find(*condition);
    if (compiled == nullptr || compiled->root == kNoIndex) return;
    // A definition is computed before all else.
    if (program.NeedsTellOfClock(*compiled)) return;
    for (const RuleTest& test : TestsOf(program, compiled->root)) {
      const size_t attribute = NumberOf(test.attribute);
      // A second test of the attribute is left to the condition itself.
      if (std::any_of(tests_.begin() + static_cast<std::ptrdiff_t>(begins_.back()), tests_.end(),
                      [&](const Test& other) { return other.attribute == attribute; })) {
        continue;
      }
      Test& added = tests_.emplace_back();
      added.attribute = attribute;
      added.first = ids_.size();
      if (IsOrder(test.attribute.relation)) {
        added.limit = std::numeric_limits<int64_t>::max();
        for (const Datum& value : test.values) {
          added.limit = std::min(added.limit, LimitOf(test.attribute.relation, value.number));
        }
        continue;
      }
      for (const Datum& value : test.values) {
        ids_.push_back(Intern(&index_.attributes_[attribute], value));
      }
      const auto first = ids_.begin() + static_cast<std::ptrdiff_t>(added.first);
      std::sort(first, ids_.end());
      ids_.erase(std::unique(first, ids_.end()), ids_.end());
      added.count = ids_.size() - added.first;
    }
  }

  void Finish() {
    begins_.push_back(tests_.size());
    for (Attribute& attribute : index_.attributes_) CollectLengths(&attribute);
    Count();
    std::vector<size_t> listed;
    std::vector<const Test*> under;
    const size_t most = MostUnderOneValue(index_.rules_.size());
    for (size_t rule = 0; rule < index_.rules_.size(); ++rule) {
      const Test* const least =
          index_.rules_.size() < kLeastListed ? nullptr : LeastAsked(TestsOfRule(rule));
      if (least != nullptr && MostThatAsk(*least) <= most) {
        listed.push_back(rule);
        under.push_back(least);
      } else {
        AddWide(rule);
      }
    }
    FinishWide();
    List(listed, under);
  }

 private:
  struct Test {
    size_t attribute = 0;
    size_t first = 0;  // of ids_
    size_t count = 0;
    int64_t limit = kNoLimit;  // of an order, which names no value
  };

  size_t NumberOf(const TestedAttribute& tested) {
    std::vector<Attribute>& attributes = index_.attributes_;
    const auto known =
        std::find_if(attributes.begin(), attributes.end(),
                     [&](const Attribute& attribute) { return attribute.tested == tested; });
    const auto number = static_cast<size_t>(known - attributes.begin());
    if (known == attributes.end()) attributes.emplace_back().tested = tested;
    return number;
  }

  static uint32_t Intern(Attribute* attribute, const Datum& value) {
    const uint32_t next = attribute->values;
    const uint32_t id =
        value.kind() == Datum::Kind::kString
            ? attribute->by_text.try_emplace(std::string(value.string()), next).first->second
            : attribute->by_number.try_emplace(value.number, next).first->second;
    if (id == next) ++attribute->values;
    return id;
  }

  void CollectLengths(Attribute* attribute) {
    index_.most_values_ = std::max(index_.most_values_, attribute->values);
    if (attribute->tested.relation != TestRelation::kStartsWith &&
        attribute->tested.relation != TestRelation::kEndsWith) {
      return;
    }
    std::vector<size_t>& lengths = attribute->lengths;
    for (const auto& [text, id] : attribute->by_text) lengths.push_back(text.size());
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  }

  bool HasLimit(const Test& test) const {
    return IsOrder(index_.attributes_[test.attribute].tested.relation);
  }

  absl::Span<const uint32_t> IdsOf(const Test& test) const {
    return absl::MakeConstSpan(ids_).subspan(test.first, test.count);
  }
  absl::Span<const Test> TestsOfRule(size_t rule) const {
    return absl::MakeConstSpan(tests_).subspan(begins_[rule], begins_[rule + 1] - begins_[rule]);
  }

  void Count() {
    for (const Attribute& attribute : index_.attributes_) asking_.emplace_back(attribute.values);
    for (const Test& test : tests_) {
      for (const uint32_t id : IdsOf(test)) ++asking_[test.attribute][id];
    }
  }

  // Of the values that it names, how many rules ask for that which most do.
  size_t MostThatAsk(const Test& test) const {
    size_t most = 0;
    for (const uint32_t id : IdsOf(test)) {
      most = std::max<size_t>(most, asking_[test.attribute][id]);
    }
    return most;
  }

  // Null where there is none. A rule that asks for no value at all stands under none, and would not
  // be found where the attribute is unknown; one that asks for many would be kept under each.
  const Test* LeastAsked(absl::Span<const Test> tests) const {
    const Test* least = nullptr;
    size_t ask_least = 0;
    for (const Test& test : tests) {
      if (test.count == 0 || test.count > kMostAlternatives) continue;
      const size_t ask = MostThatAsk(test);
      if (least != nullptr && ask >= ask_least) continue;
      least = &test;
      ask_least = ask;
    }
    return least;
  }

  void AddWide(size_t rule) {
    const auto place = static_cast<uint32_t>(index_.wide_.size());
    index_.wide_.push_back(index_.rules_[rule]);
    for (const Test& test : TestsOfRule(rule)) {
      Attribute& attribute = index_.attributes_[test.attribute];
      if (HasLimit(test)) {
        attribute.limits.resize(place, kNoLimit);
        attribute.limits.push_back(test.limit);
        continue;
      }
      attribute.wide.resize(attribute.values);
      // At first these are the rules that do ask something.
      attribute.unconstrained.resize(place / 64 + 1);
      attribute.unconstrained.back() |= uint64_t{1} << place % 64;
      for (const uint32_t id : IdsOf(test)) attribute.wide[id].few.push_back(place);
    }
  }

  void FinishWide() {
    const size_t words = (index_.wide_.size() + 63) / 64;
    for (Attribute& attribute : index_.attributes_) {
      if (!attribute.limits.empty()) {
        attribute.limits.resize(64 * words, kNoLimit);
        attribute.limits.shrink_to_fit();
      }
      if (attribute.wide.empty()) continue;
      attribute.unconstrained.resize(words);
      attribute.unconstrained.shrink_to_fit();
      for (uint64_t& word : attribute.unconstrained) word = ~word;
      if (index_.wide_.size() % 64 != 0) {
        attribute.unconstrained.back() &= (uint64_t{1} << index_.wide_.size() % 64) - 1;
      }
      for (Places& places : attribute.wide) Condense(words, &places);
    }
  }

  // Going through words of bits costs about as much as setting half as many bits one by one.
  static void Condense(size_t words, Places* places) {
    if (2 * places->few.size() <= words) {
      places->few.shrink_to_fit();
      return;
    }
    places->bits.resize(words);
    for (const uint32_t rule : places->few) places->bits[rule / 64] |= uint64_t{1} << rule % 64;
    places->few = std::vector<uint32_t>();  // which gives its memory back, as `{}` would not
  }

  // `under`: the test under whose values each of the rules is listed.
  void List(const std::vector<size_t>& rules, const std::vector<const Test*>& under) {
    // By attribute: value and rule, the latter as its place in `rules`.
    std::vector<std::vector<std::pair<uint32_t, uint32_t>>> places(index_.attributes_.size());
    for (size_t i = 0; i < rules.size(); ++i) {
      for (const uint32_t id : IdsOf(*under[i])) {
        places[under[i]->attribute].emplace_back(id, static_cast<uint32_t>(i));
      }
    }
    for (size_t a = 0; a < places.size(); ++a) {
      if (places[a].empty()) continue;
      Attribute& attribute = index_.attributes_[a];
      std::sort(places[a].begin(), places[a].end());
      auto next = places[a].begin();
      for (uint32_t value = 0; value < attribute.values; ++value) {
        attribute.lists.push_back(static_cast<uint32_t>(index_.lists_.size()));
        while (next != places[a].end() && next->first == value) {
          RuleIndex::List& list = index_.lists_.emplace_back();
          list.first_rule = static_cast<uint32_t>(index_.listed_.size());
          list.first_test = static_cast<uint32_t>(index_.tests_.size());
          for (; next != places[a].end() && next->first == value && list.rules < kMostOfList;
               ++next) {
            AddListed(rules[next->second], under[next->second], &list);
          }
          list.tests = static_cast<uint32_t>(index_.tests_.size()) - list.first_test;
        }
      }
      attribute.lists.push_back(static_cast<uint32_t>(index_.lists_.size()));
    }
    index_.listed_.shrink_to_fit();
    index_.lists_.shrink_to_fit();
    index_.tests_.shrink_to_fit();
  }

  void AddListed(size_t rule, const Test* under, RuleIndex::List* list) {
    const uint64_t bit = uint64_t{1} << list->rules++;
    index_.listed_.push_back(index_.rules_[rule]);
    for (const Test& test : TestsOfRule(rule)) {
      if (&test != under) AddTest(test, bit, list->first_test);
    }
  }

  // To the tests of a list, from `first` on, if they do not have it already.
  void AddTest(const Test& test, uint64_t rule, uint32_t first) {
    const auto head = static_cast<uint32_t>(test.attribute);
    const absl::Span<const uint32_t> ids = IdsOf(test);
    const uint32_t values = index_.attributes_[test.attribute].values;
    std::vector<RuleIndex::Test> wanted;
    if (HasLimit(test)) {
      const auto next = static_cast<uint32_t>(index_.limits_.size());
      const auto [known, is_new] = limits_.try_emplace(test.limit, next);
      if (is_new) index_.limits_.push_back(test.limit);
      wanted.push_back({head | kLimit, known->second});
    } else if (values <= kMostMasked) {
      uint64_t mask = 0;
      for (const uint32_t id : ids) mask |= uint64_t{1} << id;
      const auto next = static_cast<uint32_t>(index_.masks_.size());
      const auto [known, is_new] = masks_.try_emplace(mask, next);
      if (is_new) index_.masks_.push_back(mask);
      wanted.push_back({head | kMask, known->second});
    } else if (ids.empty()) {
      wanted.push_back({head, values});  // which nothing has
    } else if (ids.size() <= kMostAlternatives) {
      for (const uint32_t id : ids) wanted.push_back({head | kOr, id});
      wanted.back().head = head;
    } else {
      return;
    }
    const auto same = [](const RuleIndex::Test& a, const RuleIndex::Test& b) {
      return a.head == b.head && a.value == b.value;
    };
    std::vector<RuleIndex::Test>& tests = index_.tests_;
    const auto begin = tests.begin() + static_cast<std::ptrdiff_t>(first);
    auto known = std::search(begin, tests.end(), wanted.begin(), wanted.end(), same);
    // Not the last of more values.
    while (known != tests.end() && known != begin && ((known - 1)->head & kOr) != 0) {
      known = std::search(known + 1, tests.end(), wanted.begin(), wanted.end(), same);
    }
    if (known == tests.end()) known = tests.insert(known, wanted.begin(), wanted.end());
    (known + static_cast<std::ptrdiff_t>(wanted.size()) - 1)->rules |= rule;
  }

  RuleIndex& index_;
  std::vector<size_t> begins_;  // by rule, of tests_
  std::vector<Test> tests_;
  std::vector<uint32_t> ids_;
  std::vector<std::vector<uint32_t>> asking_;  // by attribute and value
  std::map<uint64_t, uint32_t> masks_;
  std::map<int64_t, uint32_t> limits_;
};

RuleIndex::RuleIndex(const Program& program, const std::vector<Rule>& rules) {
  Builder builder(this);
  for (const auto& [rule, condition] : rules) builder.Add(program, rule, condition);
  builder.Finish();
}

template <typename Add>
void RuleIndex::ForValues(const Attribute& attribute, const Datum& value, Add add) {
  const auto look_up = [add](const auto& values, const auto& key) {
    const auto found = values.find(key);
    if (found != values.end()) add(found->second);
  };
  const std::string_view text =
      value.kind() == Datum::Kind::kString ? value.string() : std::string_view();
  switch (attribute.tested.relation) {
    case TestRelation::kIs:
      if (value.kind() == Datum::Kind::kString) return look_up(attribute.by_text, ToAbsl(text));
      return look_up(attribute.by_number, value.number);
    case TestRelation::kStartsWith:
    case TestRelation::kEndsWith:
      for (const size_t length : attribute.lengths) {
        if (length > text.size()) break;
        const bool starts = attribute.tested.relation == TestRelation::kStartsWith;
        look_up(attribute.by_text,
                ToAbsl(starts ? text.substr(0, length) : text.substr(text.size() - length)));
      }
      return;
    case TestRelation::kAtLeast:
    case TestRelation::kAtMost:
      return;
  }
}

RuleIndex::Present RuleIndex::PresentIn(const Attribute& attribute, ProgramEvaluator* evaluator,
                                        Scratch* scratch) const {
  std::vector<uint32_t>* const ids = &scratch->ids;
  Present present{.first = static_cast<uint32_t>(ids->size())};
  const TestedAttribute& tested = attribute.tested;
  const Datum value = evaluator->Peek(tested.value);
  // An unknown attribute excludes nothing, nor does an enum's value that nobody has named.
  const auto excludes = [](const Datum& datum) {
    return datum.is_known() && (datum.kind() != Datum::Kind::kEnum ||
                                (datum.number >= 0 && datum.number < kMostEnumNumbers));
  };
  present.any = !excludes(value);
  if (present.any) return present;
  if (IsOrder(tested.relation)) {
    // Of a list, what reaches most; nothing reaches more than an empty one.
    present.number = kNoLimit;
    const auto add = [&](const Datum& datum) {
      present.any = present.any || !excludes(datum);
      present.number = std::max(present.number, LimitOf(tested.relation, datum.number));
    };
    if (!tested.is_list) {
      add(value);
      return present;
    }
    for (uint32_t i = 0; i < SizeOfList(value); ++i) {
      add(evaluator->PeekElement(value, i, tested.part, tested.slot));
    }
    return present;
  }
  if (tested.is_list) {
    // Many elements have the same: files of one folder.
    ++scratch->search;
    const auto add = [scratch, ids](uint32_t id) {
      if (std::exchange(scratch->met[id], scratch->search) != scratch->search) ids->push_back(id);
    };
    const uint32_t size = SizeOfList(value);
    for (uint32_t i = 0; i < size; ++i) {
      const Datum element = evaluator->PeekElement(value, i, tested.part, tested.slot);
      if (!excludes(element)) {
        present.any = true;
        return present;
      }
      ForValues(attribute, element, add);
    }
  } else {
    ForValues(attribute, value, [ids](uint32_t id) { ids->push_back(id); });
  }
  present.count = static_cast<uint32_t>(ids->size()) - present.first;
  if (attribute.values <= kMostMasked) {
    for (uint32_t i = 0; i < present.count; ++i) {
      present.mask |= uint64_t{1} << (*ids)[present.first + i];
    }
  }
  return present;
}

void RuleIndex::Cut(const Attribute& attribute, absl::Span<const uint32_t> values,
                    absl::Span<uint64_t> remaining, uint64_t* room) {
  const uint64_t* const unconstrained = attribute.unconstrained.data();
  if (remaining.size() == 1) {
    uint64_t fitting = *unconstrained;
    for (const uint32_t value : values) {
      const Places& places = attribute.wide[value];
      if (!places.bits.empty()) fitting |= places.bits.front();
    }
    remaining.front() &= fitting;
    return;
  }
  if (values.size() == 1 && !attribute.wide[values.front()].bits.empty()) {
    const uint64_t* const bits = attribute.wide[values.front()].bits.data();
    for (size_t i = 0; i < remaining.size(); ++i) remaining[i] &= unconstrained[i] | bits[i];
    return;
  }
  if (values.empty()) {
    for (size_t i = 0; i < remaining.size(); ++i) remaining[i] &= unconstrained[i];
    return;
  }
  std::copy(attribute.unconstrained.begin(), attribute.unconstrained.end(), room);
  for (const uint32_t value : values) {
    const Places& places = attribute.wide[value];
    for (size_t i = 0; i < places.bits.size(); ++i) room[i] |= places.bits[i];
    for (const uint32_t rule : places.few) room[rule / 64] |= uint64_t{1} << rule % 64;
  }
  for (size_t i = 0; i < remaining.size(); ++i) remaining[i] &= room[i];
}

void RuleIndex::CutByLimit(const Attribute& attribute, int64_t number,
                           absl::Span<uint64_t> remaining) {
  const int64_t* limit = attribute.limits.data();
  for (size_t i = 0; i < remaining.size(); ++i, limit += 64) {
    if (remaining[i] == 0) continue;
    uint64_t reached = 0;
    for (int j = 0; j < 64; ++j) reached |= uint64_t{number >= limit[j]} << j;
    remaining[i] &= reached;
  }
}

bool RuleIndex::Holds(const Test& test, const Scratch& scratch) const {
  const Present& present = scratch.present[test.head & kAttribute];
  if (present.any) return true;
  if ((test.head & kMask) != 0) return (present.mask & masks_[test.value]) != 0;
  if ((test.head & kLimit) != 0) return present.number >= limits_[test.value];
  const auto ids = absl::MakeConstSpan(scratch.ids).subspan(present.first, present.count);
  return std::find(ids.begin(), ids.end(), test.value) != ids.end();
}

// All rules of the list at once: each test is asked once, and takes those that make it.
void RuleIndex::FindIn(const List& list, Scratch* scratch) const {
  uint64_t remaining = ~uint64_t{0} >> (64 - list.rules);
  bool holds = false;
  for (const Test& test : absl::MakeConstSpan(tests_).subspan(list.first_test, list.tests)) {
    holds = holds || Holds(test, *scratch);
    if ((test.head & kOr) != 0) continue;
    remaining &= holds ? ~uint64_t{0} : ~test.rules;
    holds = false;
  }
  for (; remaining != 0; remaining &= remaining - 1) {
    scratch->listed.push_back(
        listed_[list.first_rule + static_cast<uint32_t>(std::countr_zero(remaining))]);
  }
}

// Those that are listed and may apply, by rising number, each once.
void RuleIndex::FindListed(Scratch* scratch) const {
  uint32_t asked = 0;
  const auto find_in = [&](uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) FindIn(lists_[i], scratch);
    asked += end - begin;
  };
  for (size_t a = 0; a < attributes_.size(); ++a) {
    const std::vector<uint32_t>& lists = attributes_[a].lists;
    if (lists.empty()) continue;
    const Present& present = scratch->present[a];
    if (present.any) find_in(lists.front(), lists.back());
    for (uint32_t i = 0; i < present.count; ++i) {
      const uint32_t value = scratch->ids[present.first + i];
      find_in(lists[value], lists[value + 1]);
    }
  }
  if (asked < 2) return;
  // One is listed under each of several values.
  std::vector<int32_t>& found = scratch->listed;
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
}

void RuleIndex::Find(ProgramEvaluator* evaluator, Scratch* scratch,
                     std::vector<int32_t>* rules) const {
  const size_t words = (wide_.size() + 63) / 64;
  if (scratch->words.size() < 2 * words) scratch->words.resize(2 * words);
  const absl::Span<uint64_t> remaining(scratch->words.data(), words);
  uint64_t* const room = scratch->words.data() + words;
  std::fill(remaining.begin(), remaining.end(), ~uint64_t{0});
  if (wide_.size() % 64 != 0) remaining.back() = (uint64_t{1} << wide_.size() % 64) - 1;
  const bool has_lists = !lists_.empty();
  if (scratch->met.size() < most_values_) scratch->met.resize(most_values_);
  scratch->present.clear();
  scratch->ids.clear();
  scratch->listed.clear();
  for (const Attribute& attribute : attributes_) {
    const Present present = PresentIn(attribute, evaluator, scratch);
    if (!present.any && !attribute.limits.empty()) {
      CutByLimit(attribute, present.number, remaining);
    } else if (!present.any && !attribute.wide.empty()) {
      Cut(attribute, absl::MakeConstSpan(scratch->ids).subspan(present.first, present.count),
          remaining, room);
    }
    if (has_lists) {
      scratch->present.push_back(present);
    } else {
      scratch->ids.clear();
    }
  }
  if (has_lists) FindListed(scratch);
  auto listed = scratch->listed.begin();
  for (size_t i = 0; i < words; ++i) {
    for (uint64_t word = remaining[i]; word != 0; word &= word - 1) {
      const int32_t rule = wide_[64 * i + static_cast<size_t>(std::countr_zero(word))];
      for (; listed != scratch->listed.end() && *listed < rule; ++listed) rules->push_back(*listed);
      rules->push_back(rule);
    }
  }
  rules->insert(rules->end(), listed, scratch->listed.end());
}

}  // namespace changepolicy
