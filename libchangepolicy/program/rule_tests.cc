#include "libchangepolicy/program/rule_tests.h"

#include <algorithm>
#include <utility>

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

// A definition that is a constant is what it says.
NodeIndex Named(const Program& program, NodeIndex node) {
  if (program.node(node).op != Op::kDefinition) return node;
  const NodeIndex root = program.definition(program.node(node).a).expression.root;
  return root == kNoIndex ? node : root;
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

// `list.exists(x, x == K)`, `x in [K, L]`, `x.part == K`, `x.part in [K, L]`.
bool FindListTest(const Program& program, NodeIndex list, NodeIndex body, int32_t slot,
                  RuleTest* test) {
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
  test->attribute.value = list;
  test->attribute.is_list = true;
  if (part) {
    test->attribute.part = element;
    test->attribute.slot = slot;
  }
  return true;
}

bool FindTest(const Program& program, NodeIndex condition, RuleTest* test) {
  const ProgramNode& node = program.node(condition);
  switch (node.op) {
    case Op::kExists:
      return FindListTest(program, node.a, node.b, node.c, test);
    case Op::kIn:
      if (IsConstant(program, node.a) && !IsConstant(program, node.b)) {
        test->attribute.value = node.b;
        test->attribute.is_list = true;
        return KeysOf(program, node.a, &test->values);
      }
      test->attribute.value = node.a;
      return KeysOf(program, node.b, &test->values);
    case Op::kEqual: {
      const bool swapped = IsConstant(program, node.a);
      test->attribute.value = swapped ? node.b : node.a;
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
      test->attribute.value = node.a;
      for (int64_t number = 0; number < kMostEnumNumbers; ++number) {
        if (Holds(node.op, number, bound[0].number)) {
          test->values.push_back(Datum::Enum(static_cast<int32_t>(number)));
        }
      }
      return true;
    }
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
    default:
      return false;
  }
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
