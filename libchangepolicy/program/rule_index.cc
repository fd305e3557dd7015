#include "libchangepolicy/program/rule_index.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// Of fewer rules the bits take less than lists would.
constexpr size_t kLeastListed = 1024;
// A listed rule's test for more values than these is left to the condition itself.
constexpr size_t kMostAlternatives = 8;
// Values of an attribute that are bits of one word.
constexpr uint32_t kMostMasked = 64;

// Rules may be listed under a value that at most so many ask for: to look at one costs about as
// much as to go through some words of bits.
size_t MostUnderOneValue(size_t rules) { return std::clamp<size_t>(rules / 256, 4, 64); }

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
      for (const Datum& value : test.values) {
        const uint32_t id = Intern(&index_.attributes_[attribute], value);
        const bool is_new = std::find(ids_.begin() + static_cast<std::ptrdiff_t>(added.first),
                                      ids_.end(), id) == ids_.end();
        if (is_new) ids_.push_back(id);
      }
      added.count = ids_.size() - added.first;
    }
  }

  void Finish() {
    begins_.push_back(tests_.size());
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
  // be found where the attribute is unknown.
  const Test* LeastAsked(absl::Span<const Test> tests) const {
    const Test* least = nullptr;
    size_t ask_least = 0;
    for (const Test& test : tests) {
      if (test.count == 0) continue;
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
    std::vector<std::vector<std::pair<uint32_t, uint32_t>>> places(index_.attributes_.size());
    for (size_t i = 0; i < rules.size(); ++i) {
      const auto place = static_cast<uint32_t>(index_.entries_.size());
      for (const uint32_t id : IdsOf(*under[i])) {
        places[under[i]->attribute].emplace_back(id, place);
      }
      index_.entries_.push_back({0, static_cast<uint32_t>(index_.rules_[rules[i]])});
      for (const Test& test : TestsOfRule(rules[i])) {
        if (&test != under[i]) AddTest(test, place);
      }
    }
    for (size_t a = 0; a < places.size(); ++a) {
      if (places[a].empty()) continue;
      Attribute& attribute = index_.attributes_[a];
      std::sort(places[a].begin(), places[a].end());
      attribute.begins.resize(attribute.values + 1);
      for (const auto& [id, place] : places[a]) {
        ++attribute.begins[id + 1];
        attribute.listed.push_back(place);
      }
      std::partial_sum(attribute.begins.begin(), attribute.begins.end(), attribute.begins.begin());
      attribute.listed.shrink_to_fit();
    }
    index_.entries_.shrink_to_fit();
  }

  void AddTest(const Test& test, uint32_t rule) {
    const auto head = static_cast<uint32_t>(test.attribute);
    const absl::Span<const uint32_t> ids = IdsOf(test);
    if (index_.attributes_[test.attribute].values <= kMostMasked) {
      uint64_t mask = 0;
      for (const uint32_t id : ids) mask |= uint64_t{1} << id;
      const auto next = static_cast<uint32_t>(index_.masks_.size());
      const auto [known, is_new] = masks_.try_emplace(mask, next);
      if (is_new) index_.masks_.push_back(mask);
      index_.entries_.push_back({head | kMask, known->second});
    } else if (ids.empty()) {
      index_.entries_.push_back({head, index_.attributes_[test.attribute].values});  // no value
    } else if (ids.size() <= kMostAlternatives) {
      for (const uint32_t id : ids) index_.entries_.push_back({head | kOr, id});
      index_.entries_.back().head = head;
    }
    index_.entries_[rule].head = static_cast<uint32_t>(index_.entries_.size()) - rule - 1;
  }

  RuleIndex& index_;
  std::vector<size_t> begins_;  // by rule, of tests_
  std::vector<Test> tests_;
  std::vector<uint32_t> ids_;
  std::vector<std::vector<uint32_t>> asking_;  // by attribute and value
  std::map<uint64_t, uint32_t> masks_;
};

RuleIndex::RuleIndex(const Program& program, const std::vector<Rule>& rules) {
  Builder builder(this);
  for (const auto& [rule, condition] : rules) builder.Add(program, rule, condition);
  builder.Finish();
}

// Where rules ask for the value.
void RuleIndex::AddValue(const Attribute& attribute, const Datum& value,
                         std::vector<uint32_t>* ids) {
  const auto add = [ids](const auto& values, const auto& key) {
    const auto found = values.find(key);
    if (found != values.end()) ids->push_back(found->second);
  };
  if (value.kind() == Datum::Kind::kString) {
    add(attribute.by_text, ToAbsl(value.string()));
  } else {
    add(attribute.by_number, value.number);
  }
}

RuleIndex::Present RuleIndex::PresentIn(const Attribute& attribute, ProgramEvaluator* evaluator,
                                        std::vector<uint32_t>* ids) {
  Present present{.first = static_cast<uint32_t>(ids->size())};
  const TestedAttribute& tested = attribute.tested;
  const Datum value = evaluator->Peek(tested.value);
  // An unknown attribute excludes nothing, nor does an enum's value that nobody has named.
  present.any = !value.is_known() || (value.kind() == Datum::Kind::kEnum &&
                                      (value.number < 0 || value.number >= kMostEnumNumbers));
  if (present.any) return present;
  if (tested.is_list) {
    const uint32_t size = SizeOfList(value);
    for (uint32_t i = 0; i < size; ++i) {
      const Datum element = evaluator->PeekElement(value, i, tested.part, tested.slot);
      if (!element.is_known()) {
        present.any = true;
        return present;
      }
      AddValue(attribute, element, ids);
    }
  } else {
    AddValue(attribute, value, ids);
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

bool RuleIndex::Holds(const Entry& test, const Scratch& scratch) const {
  const Present& present = scratch.present[test.head & kAttribute];
  if (present.any) return true;
  if ((test.head & kMask) != 0) return (present.mask & masks_[test.value]) != 0;
  const auto ids = absl::MakeConstSpan(scratch.ids).subspan(present.first, present.count);
  return std::find(ids.begin(), ids.end(), test.value) != ids.end();
}

bool RuleIndex::MayApply(const Entry* rule, const Scratch& scratch) const {
  for (const Entry* test = rule + 1; test <= rule + rule->head; ++test) {
    bool holds = Holds(*test, scratch);
    for (; (test->head & kOr) != 0; ++test) holds = holds || Holds(test[1], scratch);
    if (!holds) return false;
  }
  return true;
}

// Those that are listed and may apply, by rising number, each once.
void RuleIndex::FindListed(Scratch* scratch) const {
  std::vector<int32_t>& found = scratch->listed;
  const auto look_at = [&](absl::Span<const uint32_t> places) {
    for (const uint32_t place : places) __builtin_prefetch(&entries_[place]);
    for (const uint32_t place : places) {
      const Entry* const rule = &entries_[place];
      if (MayApply(rule, *scratch)) found.push_back(static_cast<int32_t>(rule->value));
    }
  };
  for (size_t a = 0; a < attributes_.size(); ++a) {
    const Attribute& attribute = attributes_[a];
    if (attribute.listed.empty()) continue;
    const Present& present = scratch->present[a];
    const auto listed = absl::MakeConstSpan(attribute.listed);
    if (present.any) {
      look_at(listed);
      continue;
    }
    for (uint32_t i = 0; i < present.count; ++i) {
      const uint32_t id = scratch->ids[present.first + i];
      look_at(
          listed.subspan(attribute.begins[id], attribute.begins[id + 1] - attribute.begins[id]));
    }
  }
  // One is listed under each of several values.
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
  scratch->present.clear();
  scratch->ids.clear();
  scratch->listed.clear();
  for (const Attribute& attribute : attributes_) {
    const Present present = PresentIn(attribute, evaluator, &scratch->ids);
    scratch->present.push_back(present);
    if (present.any || attribute.wide.empty()) continue;
    Cut(attribute, absl::MakeConstSpan(scratch->ids).subspan(present.first, present.count),
        remaining, room);
  }
  if (!entries_.empty()) FindListed(scratch);
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
