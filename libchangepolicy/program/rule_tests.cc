#include "libchangepolicy/program/rule_tests.h"

#include <algorithm>
#include <utility>

namespace changepolicy {
namespace {

// What a definition says, where the node is one.
NodeIndex Named(const Program& program, NodeIndex node) {
  while (program.node(node).op == Op::kDefinition) {
    const NodeIndex root = program.definition(program.node(node).a).expression.root;
    if (root == kNoIndex) break;
    node = root;
  }
  return node;
}

// The operands of a chain of `&&`, in the order in which they are asked, and those of the
// definitions that it names.
void Conjuncts(const Program& program, NodeIndex node, std::vector<NodeIndex>* conjuncts) {
  node = Named(program, node);
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
  const ProgramNode& constant = program.node(Named(program, node));
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
  return program.node(Named(program, node)).op == Op::kConstant;
}

// A part that is compared with constants.
struct Comparison {
  NodeIndex value = kNoIndex;
  TestRelation relation = TestRelation::kIs;
  std::vector<Datum> values;
};

// Of `constant op value`, the operator of `value op constant`.
Op Mirrored(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessEqual:
      return Op::kGreaterEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterEqual:
      return Op::kLessEqual;
    default:
      return op;
  }
}

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

// An enum's few values can be told one by one.
bool FindOrder(Op op, const Datum& bound, Comparison* found) {
  if (bound.kind() == Datum::Kind::kEnum) {
    for (int64_t number = 0; number < kMostEnumNumbers; ++number) {
      if (Holds(op, number, bound.number)) {
        found->values.push_back(Datum::Enum(static_cast<int32_t>(number)));
      }
    }
    return true;
  }
  const bool is_int = bound.kind() == Datum::Kind::kInt;
  const bool is_time =
      bound.kind() == Datum::Kind::kTimestamp || bound.kind() == Datum::Kind::kDuration;
  if (op == Op::kNotEqual || (!is_int && !is_time)) return false;
  const bool at_least = op == Op::kGreater || op == Op::kGreaterEqual;
  found->relation = at_least ? TestRelation::kAtLeast : TestRelation::kAtMost;
  int64_t number = bound.number;
  if (is_int && op == Op::kGreater && __builtin_add_overflow(number, 1, &number)) return false;
  if (is_int && op == Op::kLess && __builtin_sub_overflow(number, 1, &number)) return false;
  found->values.push_back(Datum::Int(number));
  return true;
}

// Of both sides of `||`, one after the other.
template <typename Test>
void AddValues(const Test& other, Test* test) {
  test->values.insert(test->values.end(), other.values.begin(), other.values.end());
}

bool FindComparison(const Program& program, NodeIndex condition, Comparison* found) {
  const ProgramNode& node = program.node(condition);
  switch (node.op) {
    case Op::kIn:
    case Op::kStartsWith:
    case Op::kEndsWith:
      found->value = node.a;
      if (node.op == Op::kStartsWith) found->relation = TestRelation::kStartsWith;
      if (node.op == Op::kEndsWith) found->relation = TestRelation::kEndsWith;
      return KeysOf(program, node.b, &found->values);
    case Op::kEqual: {
      const bool swapped = IsConstant(program, node.a);
      found->value = swapped ? node.b : node.a;
      return KeysOf(program, swapped ? node.a : node.b, &found->values);
    }
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual: {
      const bool swapped = IsConstant(program, node.a);
      const NodeIndex bound = Named(program, swapped ? node.a : node.b);
      if (!IsConstant(program, bound)) return false;
      found->value = swapped ? node.b : node.a;
      return FindOrder(swapped ? Mirrored(node.op) : node.op,
                       program.constant(program.node(bound).a), found);
    }
    case Op::kOr: {
      Comparison other;
      if (!FindComparison(program, node.a, found) || !FindComparison(program, node.b, &other) ||
          other.value != found->value || other.relation != found->relation) {
        return false;
      }
      AddValues(other, found);
      return true;
    }
    default:
      return false;
  }
}

// `list.exists(x, x == K)`, `x in [K, L]`, `x.part.startsWith(K)` and so on; of several at once,
// the first.
bool FindListTest(const Program& program, NodeIndex list, NodeIndex body, int32_t slot,
                  RuleTest* test) {
  if (program.node(body).op == Op::kAnd) {
    return FindListTest(program, list, program.node(body).a, slot, test) ||
           FindListTest(program, list, program.node(body).b, slot, test);
  }
  Comparison found;
  if (!FindComparison(program, body, &found)) return false;
  const ProgramNode& compared = program.node(found.value);
  const bool itself = compared.op == Op::kLocal && compared.a == slot;
  const bool part = compared.op == Op::kField && program.node(compared.a).op == Op::kLocal &&
                    program.node(compared.a).a == slot;
  if (!itself && !part) return false;
  test->attribute = {.value = list, .relation = found.relation, .is_list = true};
  if (part) {
    test->attribute.part = found.value;
    test->attribute.slot = slot;
  }
  test->values = std::move(found.values);
  return true;
}

bool FindTest(const Program& program, NodeIndex condition, RuleTest* test) {
  const ProgramNode& node = program.node(condition);
  switch (node.op) {
    case Op::kExists:
      return FindListTest(program, node.a, node.b, node.c, test);
    case Op::kField:
      // A boolean itself.
      test->attribute.value = condition;
      test->values = {Datum::Bool(true)};
      return program.field(node.b).form == FieldForm::kBool;
    case Op::kNot: {
      const ProgramNode& inner = program.node(node.a);
      test->attribute.value = node.a;
      test->values = {Datum::Bool(false)};
      return inner.op == Op::kField && program.field(inner.b).form == FieldForm::kBool;
    }
    case Op::kOr: {
      RuleTest other;
      if (!FindTest(program, node.a, test) || !FindTest(program, node.b, &other) ||
          !(test->attribute == other.attribute)) {
        return false;
      }
      AddValues(other, test);
      return true;
    }
    case Op::kIn:
      if (IsConstant(program, node.a) && !IsConstant(program, node.b)) {
        test->attribute = {.value = node.b, .is_list = true};
        return KeysOf(program, node.a, &test->values);
      }
      break;
    default:
      break;
  }
  Comparison found;
  if (!FindComparison(program, condition, &found)) return false;
  test->attribute = {.value = found.value, .relation = found.relation};
  test->values = std::move(found.values);
  return true;
}

}  // namespace

std::vector<RuleTest> TestsOf(const Program& program, NodeIndex root) {
  std::vector<RuleTest> tests;
  std::vector<NodeIndex> conjuncts;
  Conjuncts(program, root, &conjuncts);
  for (const NodeIndex conjunct : conjuncts) {
    if (program.TellsOfClock(conjunct)) break;
    RuleTest test;
    if (FindTest(program, conjunct, &test)) tests.push_back(std::move(test));
  }
  return tests;
}

}  // namespace changepolicy
