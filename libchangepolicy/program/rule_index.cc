#include "libchangepolicy/program/rule_index.h"

#include <algorithm>
#include <bit>

#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// The operands of a chain of `&&`, in the order in which they are asked.
void Conjuncts(const Program& program, NodeIndex node, std::vector<NodeIndex>* conjuncts) {
  const ProgramNode& and_node = program.node(node);
  if (and_node.op != Op::kAnd) {
    conjuncts->push_back(node);
    return;
  }
  Conjuncts(program, and_node.a, conjuncts);
  Conjuncts(program, and_node.b, conjuncts);
}

// What a test compares with: constants that are numbers, enum values or texts.
bool IsKey(const Datum& datum) {
  return datum.kind() == Datum::Kind::kBool || datum.kind() == Datum::Kind::kInt ||
         datum.kind() == Datum::Kind::kEnum || datum.kind() == Datum::Kind::kString;
}

bool KeysOf(const Program& program, NodeIndex node, std::vector<Datum>* keys) {
  const ProgramNode& constant = program.node(node);
  if (constant.op != Op::kConstant) return false;
  const Datum& datum = program.constant(constant.a);
  if (datum.kind() != Datum::Kind::kList) {
    keys->push_back(datum);
  } else {
    keys->insert(keys->end(), datum.list, datum.list + datum.extra());
  }
  return std::all_of(keys->begin(), keys->end(), IsKey);
}

bool IsConstant(const Program& program, NodeIndex node) {
  return program.node(node).op == Op::kConstant;
}

// The numbers that an enum's values may have, for tests of their order.
constexpr int64_t kMostEnumNumbers = 64;

bool Holds(Op op, int64_t value, int64_t bound) {
  switch (op) {
    case Op::kLess:
      return value < bound;
    case Op::kLessEqual:
      return value <= bound;
    case Op::kGreater:
      return value > bound;
    case Op::kGreaterEqual:
      return value >= bound;
    default:
      return value != bound;
  }
}

}  // namespace

RuleIndex::RuleIndex(const Program& program, const std::vector<Rule>& rules) {
  for (const auto& [rule, condition] : rules) {
    const auto place = static_cast<uint32_t>(rules_.size());
    rules_.push_back(rule);
    const ProgramExpression* const compiled =
        condition == nullptr ? nullptr : program.Find(*condition);
    if (compiled == nullptr || compiled->root == kNoIndex) continue;
    // A definition is computed before all else.
    if (!program.NeedsTellOfClock(*compiled)) Add(program, compiled->root, place);
  }
  // Until now these are the rules that do ask something.
  const size_t words = (rules_.size() + 63) / 64;
  for (Attribute& attribute : attributes_) {
    attribute.unconstrained.resize(words);
    for (uint64_t& word : attribute.unconstrained) word = ~word;
    if (rules_.size() % 64 != 0) {
      attribute.unconstrained.back() &= (uint64_t{1} << rules_.size() % 64) - 1;
    }
    for (auto& [number, places] : attribute.by_number) Condense(words, &places);
    for (auto& [text, places] : attribute.by_text) Condense(words, &places);
  }
}

void RuleIndex::Add(const Program& program, NodeIndex condition, uint32_t rule) {
  std::vector<NodeIndex> conjuncts;
  Conjuncts(program, condition, &conjuncts);
  for (const NodeIndex conjunct : conjuncts) {
    // What comes after is not asked where something before it is false, and may then not be told.
    if (program.TellsOfClock(conjunct)) return;
    Test test;
    if (!FindTest(program, conjunct, &test)) continue;
    Attribute& attribute = AttributeOf(test);
    attribute.unconstrained.resize(std::max<size_t>(attribute.unconstrained.size(), rule / 64 + 1));
    uint64_t& word = attribute.unconstrained[rule / 64];
    const uint64_t bit = uint64_t{1} << rule % 64;
    // A second test of the attribute is left to the condition itself.
    if ((word & bit) != 0) continue;
    word |= bit;
    for (const Datum& value : test.values) {
      std::vector<uint32_t>& list = value.kind() == Datum::Kind::kString
                                        ? attribute.by_text[std::string(value.string())].few
                                        : attribute.by_number[value.number].few;
      if (list.empty() || list.back() != rule) list.push_back(rule);
    }
  }
}

RuleIndex::Attribute& RuleIndex::AttributeOf(const Test& test) {
  for (Attribute& attribute : attributes_) {
    if (attribute.value == test.value && attribute.is_list == test.is_list &&
        attribute.part == test.part && attribute.slot == test.slot) {
      return attribute;
    }
  }
  Attribute& attribute = attributes_.emplace_back();
  attribute.value = test.value;
  attribute.is_list = test.is_list;
  attribute.part = test.part;
  attribute.slot = test.slot;
  return attribute;
}

// `list.exists(x, x == K)`, `x in [K, L]`, `x.part == K`, `x.part in [K, L]`.
bool RuleIndex::FindListTest(const Program& program, NodeIndex list, NodeIndex body, int32_t slot,
                             Test* test) {
  const ProgramNode& inner = program.node(body);
  if (inner.op != Op::kEqual && inner.op != Op::kIn) return false;
  NodeIndex element = inner.a;
  NodeIndex constant = inner.b;
  if (inner.op == Op::kEqual && IsConstant(program, element)) std::swap(element, constant);
  if (!KeysOf(program, constant, &test->values)) return false;
  const ProgramNode& compared = program.node(element);
  const bool itself = compared.op == Op::kLocal && compared.a == slot;
  const bool part = compared.op == Op::kField && program.node(compared.a).op == Op::kLocal &&
                    program.node(compared.a).a == slot;
  if (!itself && !part) return false;
  test->value = list;
  test->is_list = true;
  if (part) {
    test->part = element;
    test->slot = slot;
  }
  return true;
}

bool RuleIndex::FindTest(const Program& program, NodeIndex condition, Test* test) {
  const ProgramNode& node = program.node(condition);
  switch (node.op) {
    case Op::kExists:
      return FindListTest(program, node.a, node.b, node.c, test);
    case Op::kIn:
      if (IsConstant(program, node.a) && !IsConstant(program, node.b)) {
        test->value = node.b;
        test->is_list = true;
        return KeysOf(program, node.a, &test->values);
      }
      test->value = node.a;
      return KeysOf(program, node.b, &test->values);
    case Op::kEqual: {
      const bool swapped = IsConstant(program, node.a);
      test->value = swapped ? node.b : node.a;
      return KeysOf(program, swapped ? node.a : node.b, &test->values);
    }
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual: {
      // Of an enum, whose few values can be told one by one.
      std::vector<Datum> bound;
      if (!KeysOf(program, node.b, &bound) || bound[0].kind() != Datum::Kind::kEnum) return false;
      test->value = node.a;
      for (int64_t number = 0; number < kMostEnumNumbers; ++number) {
        if (Holds(node.op, number, bound[0].number)) {
          test->values.push_back(Datum::Enum(static_cast<int32_t>(number)));
        }
      }
      return true;
    }
    case Op::kField:
      // A boolean itself.
      test->value = condition;
      test->values = {Datum::Bool(true)};
      return program.field(node.b).form == FieldForm::kBool;
    case Op::kNot: {
      const ProgramNode& inner = program.node(node.a);
      test->value = node.a;
      test->values = {Datum::Bool(false)};
      return inner.op == Op::kField && program.field(inner.b).form == FieldForm::kBool;
    }
    default:
      return false;
  }
}

const RuleIndex::Places* RuleIndex::FindPlaces(const Attribute& attribute, const Datum& value) {
  if (value.kind() == Datum::Kind::kString) {
    const auto found = attribute.by_text.find(ToAbsl(value.string()));
    return found == attribute.by_text.end() ? nullptr : &found->second;
  }
  const auto found = attribute.by_number.find(value.number);
  return found == attribute.by_number.end() ? nullptr : &found->second;
}

// Going through words of bits costs about as much as setting half as many bits one by one.
void RuleIndex::Condense(size_t words, Places* places) {
  if (2 * places->few.size() <= words) {
    places->few.shrink_to_fit();
    return;
  }
  places->bits.resize(words);
  for (const uint32_t rule : places->few) places->bits[rule / 64] |= uint64_t{1} << rule % 64;
  places->few = std::vector<uint32_t>();  // which gives its memory back, as `{}` would not
}

void RuleIndex::Cut(const Attribute& attribute, const Places* matching,
                    absl::Span<uint64_t> remaining, uint64_t* room) {
  const uint64_t* const unconstrained = attribute.unconstrained.data();
  if (matching != nullptr && !matching->bits.empty()) {
    const uint64_t* const bits = matching->bits.data();
    for (size_t i = 0; i < remaining.size(); ++i) remaining[i] &= unconstrained[i] | bits[i];
    return;
  }
  // What is left of a few is put aside, and back.
  const absl::Span<const uint32_t> few =
      matching == nullptr ? absl::Span<const uint32_t>() : absl::MakeConstSpan(matching->few);
  for (size_t i = 0; i < few.size(); ++i) {
    room[i] = remaining[few[i] / 64] & uint64_t{1} << few[i] % 64;
  }
  for (size_t i = 0; i < remaining.size(); ++i) remaining[i] &= unconstrained[i];
  for (size_t i = 0; i < few.size(); ++i) remaining[few[i] / 64] |= room[i];
}

void RuleIndex::CutByElements(const Attribute& attribute, const Datum& list,
                              ProgramEvaluator* evaluator, absl::Span<uint64_t> remaining,
                              uint64_t* room) {
  std::copy(attribute.unconstrained.begin(), attribute.unconstrained.end(), room);
  const uint32_t size = SizeOfList(list);
  for (uint32_t i = 0; i < size; ++i) {
    const Datum element = evaluator->PeekElement(list, i, attribute.part, attribute.slot);
    if (!element.is_known()) return;
    const Places* const places = FindPlaces(attribute, element);
    if (places == nullptr) continue;
    for (size_t w = 0; w < places->bits.size(); ++w) room[w] |= places->bits[w];
    for (const uint32_t rule : places->few) room[rule / 64] |= uint64_t{1} << rule % 64;
  }
  for (size_t i = 0; i < remaining.size(); ++i) remaining[i] &= room[i];
}

void RuleIndex::Find(ProgramEvaluator* evaluator, Scratch* scratch,
                     std::vector<int32_t>* rules) const {
  const size_t words = (rules_.size() + 63) / 64;
  if (scratch->size() < 2 * words) scratch->resize(2 * words);
  const absl::Span<uint64_t> remaining(scratch->data(), words);
  uint64_t* const room = scratch->data() + words;
  std::fill(remaining.begin(), remaining.end(), ~uint64_t{0});
  if (rules_.size() % 64 != 0) remaining.back() = (uint64_t{1} << rules_.size() % 64) - 1;
  for (const Attribute& attribute : attributes_) {
    const Datum value = evaluator->Peek(attribute.value);
    // An unknown attribute excludes nothing, nor does an enum's value that nobody has named.
    if (!value.is_known() || (value.kind() == Datum::Kind::kEnum &&
                              (value.number < 0 || value.number >= kMostEnumNumbers))) {
      continue;
    }
    if (attribute.is_list) {
      CutByElements(attribute, value, evaluator, remaining, room);
    } else {
      Cut(attribute, FindPlaces(attribute, value), remaining, room);
    }
  }
  for (size_t i = 0; i < words; ++i) {
    for (uint64_t word = remaining[i]; word != 0; word &= word - 1) {
      rules->push_back(rules_[64 * i + static_cast<size_t>(std::countr_zero(word))]);
    }
  }
}

}  // namespace changepolicy
