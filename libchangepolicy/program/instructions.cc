// What is done for each node: chains of `&&` and `||` as one list, comparisons with constants
// without their operands' kinds, attributes by their place among the facts.
#include <algorithm>
#include <optional>

#include "libchangepolicy/program/compiler.h"

namespace changepolicy {
namespace {

// Numbers that fit a set of 64 bits.
constexpr int64_t kMostNumbers = 64;

bool IsNumber(const Datum& datum) {
  return datum.kind() == Datum::Kind::kBool || datum.kind() == Datum::Kind::kInt ||
         datum.kind() == Datum::Kind::kEnum;
}

std::optional<int32_t> RelationOf(Op op) {
  switch (op) {
    case Op::kEqual:
      return kIfEqual;
    case Op::kNotEqual:
      return kIfLess | kIfGreater;
    case Op::kLess:
      return kIfLess;
    case Op::kLessEqual:
      return kIfLess | kIfEqual;
    case Op::kGreater:
      return kIfGreater;
    case Op::kGreaterEqual:
      return kIfGreater | kIfEqual;
    default:
      return std::nullopt;
  }
}

// Of the two sides changed about.
int32_t Mirrored(int32_t relation) {
  return (relation & kIfEqual) | ((relation & kIfLess) != 0 ? kIfGreater : 0) |
         ((relation & kIfGreater) != 0 ? kIfLess : 0);
}

}  // namespace

void ProgramCompiler::MakeInstructions() {
  for (const ProgramNode& node : program_.nodes_) {
    program_.instructions_.push_back(InstructionFor(node));
  }
  // A field stands for itself only when an instruction of its own does not find it.
  for (size_t i = 0; i < program_.nodes_.size(); ++i) {
    const ProgramNode& node = program_.nodes_[i];
    if (node.op != Op::kField || program_.field(node.b).path == kNoIndex) continue;
    const int32_t path = program_.field(node.b).path;
    program_.instructions_[i] = {.op = Op::kFieldAt,
                                 .memo = node.memo,
                                 .a = node.a,
                                 .b = path,
                                 .c = program_.path(path).bit,
                                 .d = node.b};
  }
}

Instruction ProgramCompiler::InstructionFor(const ProgramNode& node) {
  Instruction instruction{.op = node.op,
                          .memo = node.memo,
                          .a = node.a,
                          .b = node.b,
                          .c = node.c,
                          .d = node.now_coefficient};
  switch (node.op) {
    case Op::kAnd:
      return InstructionForLogic(node, Op::kAllOf);
    case Op::kOr:
      return InstructionForLogic(node, Op::kAnyOf);
    case Op::kIn:
      InstructionForMembership(node, &instruction);
      return instruction;
    default:
      InstructionForComparison(node, &instruction);
      return instruction;
  }
}

// Left to right; a part that is kept for others stays a part.
void ProgramCompiler::AddOperands(NodeIndex index, Op chain,
                                  std::vector<NodeIndex>* operands) const {
  const ProgramNode& node = program_.node(index);
  if (node.op != chain || node.memo != kNoIndex) {
    operands->push_back(index);
    return;
  }
  AddOperands(node.a, chain, operands);
  AddOperands(node.b, chain, operands);
}

Instruction ProgramCompiler::InstructionForLogic(const ProgramNode& node, Op op) {
  std::vector<NodeIndex> operands;
  AddOperands(node.a, node.op, &operands);
  AddOperands(node.b, node.op, &operands);
  const auto first = static_cast<int32_t>(program_.operands_.size());
  program_.operands_.insert(program_.operands_.end(), operands.begin(), operands.end());
  return {.op = op, .memo = node.memo, .a = first, .b = static_cast<int32_t>(operands.size())};
}

// False, with nothing changed, where it is none of a number or text with a constant.
bool ProgramCompiler::InstructionForComparison(const ProgramNode& node, Instruction* instruction) {
  std::optional<int32_t> relation = RelationOf(node.op);
  if (!relation.has_value() || node.now_coefficient != 0) return false;
  NodeIndex value = node.a;
  NodeIndex constant = node.b;
  if (IsConstant(value)) {
    std::swap(value, constant);
    relation = Mirrored(*relation);
  }
  if (!IsConstant(constant)) return false;
  const int32_t index = program_.node(constant).a;
  const Datum& datum = program_.constant(index);
  const bool is_text = datum.kind() == Datum::Kind::kString && *relation == kIfEqual;
  if (!is_text && !IsNumber(datum)) return false;
  *instruction = {.op = is_text ? Op::kTextIs : Op::kNumberIs,
                  .memo = node.memo,
                  .a = value,
                  .b = index,
                  .c = *relation};
  return true;
}

// False, with nothing changed, where it is no number in a list of small ones.
bool ProgramCompiler::InstructionForMembership(const ProgramNode& node, Instruction* instruction) {
  const Datum* const list = ConstantAt(node.b);
  if (list == nullptr) return false;
  uint64_t numbers = 0;
  for (uint32_t i = 0; i < list->extra(); ++i) {
    const Datum& element = list->list[i];
    if (!IsNumber(element) || element.number < 0 || element.number >= kMostNumbers) return false;
    numbers |= uint64_t{1} << element.number;
  }
  *instruction = {.op = Op::kNumberIn,
                  .memo = node.memo,
                  .a = node.a,
                  .b = static_cast<int32_t>(program_.numbers_.size())};
  program_.numbers_.push_back(numbers);
  return true;
}

}  // namespace changepolicy
