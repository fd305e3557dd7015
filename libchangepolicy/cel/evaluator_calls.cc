// Calls: arguments, overloads by the kinds of values, logic and choices.
#include <utility>
#include <variant>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/dominant.h"
#include "libchangepolicy/cel/tree_evaluator.h"
#include "libchangepolicy/cel/utf8.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

namespace {

bool IsTime(const Value& value) {
  return value.Is(Value::Kind::kTimestamp) || value.Is(Value::Kind::kDuration);
}

bool IsComparison(std::string_view function) {
  return IsOrdering(function) || function == "_==_" || function == "_!=_";
}

}  // namespace

Value TreeEvaluator::Call(NodeId id, const Node& node, const Resolution& resolution) {
  switch (resolution.form) {
    case CallForm::kAnd:
      return Logic(node, false);
    case CallForm::kOr:
      return Logic(node, true);
    case CallForm::kConditional:
      return Conditional(node);
    case CallForm::kNotStrictlyFalse:
      budget_.Cost(id, 1);
      return Value::Bool(!Visit(node.args[0]).is_false());
    case CallForm::kOptionalSelect: {
      budget_.Cost(id, 1);
      const Value operand = Visit(node.args[0]);
      if (!operand.is_known()) return operand;
      return Made(id, OptionalField(operand, std::get<std::string>(tree_[node.args[1]].literal)));
    }
    case CallForm::kOrElse:
      budget_.Cost(id, 1);
      return OrElse(node, resolution);
    case CallForm::kStrict:
    case CallForm::kIndex:
      break;
  }
  std::vector<Value> args;
  Value failed;
  if (!Arguments(node, resolution.skip_target ? 1 : 0, &args, &failed)) return failed;
  if (resolution.form == CallForm::kIndex) {
    MakeIndexInt(&args);
    if (resolution.name == "_[?_]" && !HasParts(args[0])) return Value::OptionalNone();
  }
  return Apply(id, resolution, args);
}

void TreeEvaluator::MakeIndexInt(std::vector<Value>* args) {
  Value& index = (*args)[1];
  const Value& target = (*args)[0];
  const bool opened = target.Is(Kind::kOptional) && target.has_optional_value();
  const Value& list = opened ? target.optional_value() : target;
  if (!list.Is(Kind::kList) || (!index.Is(Kind::kUint) && !index.Is(Kind::kDouble))) return;
  const std::optional<MapKey> whole = ToMapKey(index);
  if (whole.has_value() && std::holds_alternative<int64_t>(whole->key)) {
    index = Value::Int(std::get<int64_t>(whole->key));
  }
}

bool TreeEvaluator::Arguments(const Node& node, size_t skip, std::vector<Value>* args,
                              Value* failed) {
  bool known = true;
  for (size_t i = skip; i < node.args.size(); ++i) {
    Value value = Visit(node.args[i]);
    if (value.is_unknown()) {
      *failed = !known && failed->is_unknown() ? Merged(*failed, value) : value;
      known = false;
    } else if (value.is_error()) {
      if (known) *failed = value;
      known = false;
    }
    args->push_back(std::move(value));
  }
  return known;
}

Value TreeEvaluator::Apply(NodeId id, const Resolution& resolution, Args args) {
  for (const auto& overload : resolution.overloads) {
    if (overload->parameters.size() != args.size()) continue;
    bool fits = true;
    for (size_t i = 0; i < args.size() && fits; ++i) {
      fits = Fits(args[i], overload->parameters[i]);
    }
    if (!fits || !overload->implementation) continue;
    if (activation_.observer() != nullptr && args.size() == 2 && IsTime(args[0]) &&
        IsTime(args[1]) && IsComparison(resolution.name)) {
      activation_.observer()->OnTimeComparison(id, args[0], args[1]);
    }
    current_ = id;
    Value result = overload->implementation(*this, args);
    if (result.is_error() && result.error().code == absl::StatusCode::kResourceExhausted) {
      budget_.Halt(Placed(std::move(result), id));
    }
    if (budget_.exhausted()) return budget_.Exhausted();
    // Before the value is adapted, which may hand out another one.
    result = Made(id, std::move(result));
    budget_.Cost(id, CostOf(id, *overload, args, result));
    return result.Is(Kind::kMessage) ? Made(id, Adapted(result)) : result;
  }
  return NoSuchOverload(resolution.name, args);
}

uint64_t TreeEvaluator::CostOf(NodeId id, const Overload& overload, Args args,
                               const Value& result) {
  if (overload.cost.cost == nullptr) return 1;
  absl::InlinedVector<Extent, 4> extents;
  for (const Value& arg : args) extents.push_back(ExtentOf(id, arg));
  return overload.cost.cost(extents, ExtentOf(id, result)).max;
}

Extent TreeEvaluator::ExtentOf(NodeId id, const Value& value) {
  const auto sized = [](uint64_t size) { return Extent{.size = Interval::Exactly(size)}; };
  switch (value.kind()) {
    case Kind::kString:
      budget_.Work(id, TextSteps(value.string_value().size()));
      return sized(CountCodePoints(value.string_value()));
    case Kind::kBytes:
      return sized(value.bytes_value().size());
    case Kind::kList:
      return sized(value.list().size());
    case Kind::kMap:
      return sized(value.map().size());
    case Kind::kInt:
      return {.least = value.int_value(), .most = value.int_value()};
    case Kind::kError:
    case Kind::kUnknown:
      return sized(0);
    default:
      return sized(1);
  }
}

Value TreeEvaluator::Merged(const Value& a, const Value& b) {
  budget_.Work(current_, (a.unknown().size() + b.unknown().size()) / 2);
  return MergeUnknowns(a, b);
}

Value TreeEvaluator::Logic(const Node& node, bool decisive) {
  Value left = Visit(node.args[0]);
  if (left.Is(Kind::kBool) && left.bool_value() == decisive) return left;
  Value right = Visit(node.args[1]);
  if (right.Is(Kind::kBool) && right.bool_value() == decisive) return right;
  if (left.Is(Kind::kBool) && right.Is(Kind::kBool)) return Value::Bool(!decisive);
  if (left.is_unknown()) return right.is_unknown() ? Merged(left, right) : left;
  if (right.is_unknown()) return right;
  if (left.is_error()) return left;
  if (right.is_error()) return right;
  return NoSuchOverload(node.name, {left, right});
}

Value TreeEvaluator::Conditional(const Node& node) {
  const Value condition = Visit(node.args[0]);
  if (condition.is_unknown() && exploring_) {
    Visit(node.args[1]);
    Visit(node.args[2]);
  }
  if (!condition.is_known()) return condition;
  if (!condition.Is(Kind::kBool)) return NoSuchOverload(node.name, {condition});
  return Visit(node.args[condition.bool_value() ? 1 : 2]);
}

Value TreeEvaluator::OrElse(const Node& node, const Resolution& resolution) {
  // Unchecked, `orValue()` may stand alone.
  if (node.args.empty()) return NoSuchOverload(resolution.name, {});
  const Value target = Visit(node.args[0]);
  if (target.is_unknown() && exploring_) {
    for (size_t i = 1; i < node.args.size(); ++i) Visit(node.args[i]);
  }
  if (!target.is_known()) return target;
  if (!target.Is(Kind::kOptional) || node.args.size() != 2) {
    return NoSuchOverload(resolution.name, {target});
  }
  if (!target.has_optional_value()) return Visit(node.args[1]);
  return resolution.name == "or" ? target : target.optional_value();
}

}  // namespace changepolicy::cel
