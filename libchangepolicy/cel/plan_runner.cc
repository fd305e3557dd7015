#include "libchangepolicy/cel/plan_runner.h"

#include <utility>

#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/plan_step.h"

namespace changepolicy::cel {

std::optional<Value> Plan::Evaluate(absl::Span<const Value* const> values, const void* host,
                                    Used* used) const {
  const ScratchLease scratch;
  PlanRunner runner(expression_.environment(), values, host, &*scratch);
  std::optional<Value> value = runner.Run(*parts_->root, parts_->locals);
  if (used != nullptr) *used = runner.used();
  return value;
}

std::optional<Value> PlanRunner::Run(const Step& root, size_t locals) {
  if (locals > 0) scratch_.locals.resize(locals);
  Cell cell = Visit(root);
  if (!gave_up_ && cell.Is(Kind::kError) && cell.form == Cell::Form::kCells) {
    cell = Apply(*cell.cells[2].step, {cell.cells, 2});
  }
  if (gave_up_ || steps_ > limits_.evaluation_steps || cost_ > limits_.cost ||
      memory_ > limits_.memory_bytes) {
    return std::nullopt;
  }
  if (!cell.Is(Kind::kError)) {
    Value value = Owned(cell);
    return gave_up_ ? std::nullopt : std::optional(std::move(value));
  }
  if (cell.value == nullptr) return std::nullopt;
  Error error = cell.value->error();
  if (error.node == kNoNode) error.node = static_cast<NodeId>(cell.size);
  return Value::FromError(std::move(error));
}

Cell PlanRunner::Fail(const Step& step, const Cell& a, const Cell& b) {
  Cell* const call = scratch_.NewCells(3);
  call[0] = a;
  call[1] = b;
  call[2].step = &step;
  Cell error = Cell::Error();
  error.form = Cell::Form::kCells;
  error.scratch = true;
  error.cells = call;
  return error;
}

bool PlanRunner::Charge(uint64_t steps) {
  steps_ = SaturatingAdd(steps_, steps);
  if (steps_ > limits_.evaluation_steps) gave_up_ = true;
  return !gave_up_;
}

bool PlanRunner::Reserve(uint64_t bytes) {
  if (SaturatingAdd(memory_, bytes) > limits_.memory_bytes) gave_up_ = true;
  return !gave_up_;
}

bool PlanRunner::PayCopies(const Cell& cell) {
  copied_ += kValueBytes;
  if (cell.form == Cell::Form::kText && cell.value == nullptr) copied_ += cell.text->size();
  if (copied_ > limits_.memory_bytes) gave_up_ = true;
  if (cell.form == Cell::Form::kCells) {
    for (uint32_t i = 0; i < cell.size && !gave_up_; ++i) PayCopies(cell.cells[i]);
  }
  return !gave_up_;
}

Value PlanRunner::Owned(const Cell& cell) {
  return PayCopies(cell) ? ValueOf(cell, context_) : Value::Null();
}

Cell PlanRunner::Visit(const Step& step) {
  steps_ += step.steps;
  cost_ += step.cost;
  if (steps_ > limits_.evaluation_steps) return GiveUp();
  switch (step.op) {
    case Op::kConstant:
      memory_ += step.slot;
      return step.constant;
    case Op::kVariable:
      return Variable(step);
    case Op::kLocal:
      return scratch_.locals[step.slot];
    case Op::kField:
      return Field(step);
    case Op::kAnd:
      return Logic(step, false);
    case Op::kOr:
      return Logic(step, true);
    case Op::kNot: {
      const Cell operand = Visit(*step.args[0]);
      if (operand.Is(Kind::kBool)) {
        cost_ += 1;
        return Cell::Bool(!operand.boolean);
      }
      return operand.Is(Kind::kError) ? operand : Apply(step, {&operand, 1});
    }
    case Op::kConditional:
      return Conditional(step);
    case Op::kNotFalse:
      return Cell::Bool(!Visit(*step.args[0]).is_false());
    case Op::kSame: {
      const Cell operand = Visit(*step.args[0]);
      if (operand.Is(Kind::kError)) return operand;
      if ((step.kinds & KindBit(operand.kind)) == 0) return Apply(step, {&operand, 1});
      cost_ += 1;
      if (operand.form == Cell::Form::kText) PayTexts(operand.text->size());
      return operand;
    }
    case Op::kEqual:
      return Compare(step);
    case Op::kOrder:
      return Order(step);
    case Op::kArithmetic:
      return Arithmetic(step);
    case Op::kNegate:
      return Negate(step);
    case Op::kIn:
      return In(step);
    case Op::kIndex:
      return Index(step);
    case Op::kSize:
      return Size(step);
    case Op::kContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
      return Search(step);
    case Op::kMatches:
      return Matches(step);
    case Op::kType:
      return TypeOf(step);
    case Op::kCall:
      return Call(step);
    case Op::kList:
      return List(step);
    case Op::kMap:
      return Map(step);
    case Op::kMessage:
      return Message(step);
    case Op::kExists:
      return Exists(step);
    case Op::kGather:
      return Gather(step);
    case Op::kFold:
      return Fold(step);
  }
  return GiveUp();
}

Cell PlanRunner::Variable(const Step& step) {
  const Value* const value = values_[step.slot];
  if (value == nullptr) return Cell::Error();
  if (value->is_unknown()) return GiveUp();
  if (value->is_error()) return Cell::Error();
  const Cell cell = CellOf(*value);
  if (cell.form == Cell::Form::kMessage) {
    return AdoptMessage(cell);
  }
  if (DepthOf(cell) > limits_.value_depth) return GiveUp();
  return cell;
}

// As the plain evaluator: what decides does so from either side.
Cell PlanRunner::Logic(const Step& step, bool decisive) {
  const Cell left = Visit(*step.args[0]);
  if (left.Is(Kind::kBool) && left.boolean == decisive) return left;
  const Cell right = Visit(*step.args[1]);
  if (right.Is(Kind::kBool) && right.boolean == decisive) return right;
  if (left.Is(Kind::kBool) && right.Is(Kind::kBool)) return Cell::Bool(!decisive);
  if (left.Is(Kind::kError)) return left;
  return right.Is(Kind::kError) ? right : Cell::Error();
}

Cell PlanRunner::Conditional(const Step& step) {
  const Cell condition = Visit(*step.args[0]);
  if (!condition.Is(Kind::kBool)) return condition.Is(Kind::kError) ? condition : Cell::Error();
  return Visit(*step.args[condition.boolean ? 1 : 2]);
}

Cell PlanRunner::Made(Value value) {
  if (value.is_error()) {
    return value.error().code == absl::StatusCode::kResourceExhausted ? GiveUp() : Cell::Error();
  }
  if (value.is_unknown()) return GiveUp();
  if (const uint64_t bytes = value.FreshBytes(); bytes > 0) PayFresh(bytes);
  if (value.depth() > limits_.value_depth) return GiveUp();
  Cell cell = CellOf(value);
  if (cell.value == nullptr) return cell;
  const Value* const kept = scratch_.Keep(std::move(value));
  cell.value = kept;
  cell.scratch = true;
  return cell.form == Cell::Form::kMessage ? AdoptMessage(cell) : cell;
}

Cell PlanRunner::Adopt(const Value& value) {
  if (value.is_unknown()) return GiveUp();
  if (value.is_error()) return Cell::Error();
  const Cell cell = CellOf(value);
  return cell.form == Cell::Form::kMessage ? AdoptMessage(cell) : cell;
}

// A message that stands for a value of the language is that value.
Cell PlanRunner::AdoptMessage(Cell cell) {
  // A fact, whose reading is watched; or what was in an Any, which the plain evaluator counts anew
  // at each use.
  const MessageValue& root = cell.value->message();
  if (root.trail != nullptr || root.unpacked > 0) return GiveUp();
  if (StandsForItself(*cell.message->GetDescriptor())) return cell;
  return Made(AdaptMessage(cell.value->message(), context_));
}

}  // namespace changepolicy::cel
