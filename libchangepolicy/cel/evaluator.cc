#include "libchangepolicy/cel/evaluator.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/dominant.h"
#include "libchangepolicy/cel/tree_evaluator.h"

namespace changepolicy::cel {

namespace {

Value OfLiteral(const Literal& literal) {
  struct Visitor {
    Value operator()(std::monostate) const { return Value::Null(); }
    Value operator()(bool value) const { return Value::Bool(value); }
    Value operator()(int64_t value) const { return Value::Int(value); }
    Value operator()(uint64_t value) const { return Value::Uint(value); }
    Value operator()(double value) const { return Value::Double(value); }
    Value operator()(const std::string& value) const { return Value::String(value); }
    Value operator()(const BytesLiteral& value) const { return Value::Bytes(value.bytes); }
  };
  return std::visit(Visitor(), literal);
}

}  // namespace

TreeEvaluator::TreeEvaluator(const Expression& expression, const Activation& activation,
                             Budget::Blame blame)
    : expression_(expression),
      tree_(expression.tree()),
      activation_(activation),
      environment_(expression.environment()),
      budget_(tree_, environment_.options().limits, blame),
      current_(tree_.root),
      proto_{.pool = &environment_.pool(),
             .factory = &environment_.factory(),
             .enums = environment_.options().enums} {}

Evaluation TreeEvaluator::RunConstant(NodeId part, uint64_t steps) {
  const uint64_t taken = environment_.options().limits.evaluation_steps;
  const uint64_t withheld = taken - std::min(taken, steps);
  budget_.Work(part, withheld);
  Evaluation evaluation = Measured(part);
  evaluation.steps -= withheld;
  return evaluation;
}

Evaluation TreeEvaluator::Measured(NodeId part) {
  Evaluation evaluation{.value = Visit(part)};
  if (budget_.exhausted()) evaluation.value = budget_.Exhausted();
  evaluation.cost = budget_.cost();
  evaluation.steps = budget_.steps();
  evaluation.memory_bytes = budget_.memory_bytes();
  return evaluation;
}

Value TreeEvaluator::RunPart(NodeId part, std::vector<LocalVariable> locals, uint64_t* steps_left) {
  // What the other parts took is taken already.
  const uint64_t limit = environment_.options().limits.evaluation_steps;
  budget_.Work(part, limit - *steps_left);
  locals_ = std::move(locals);
  Value result = Visit(part);
  *steps_left = budget_.exhausted() ? 0 : limit - budget_.steps();
  return budget_.exhausted() ? budget_.Exhausted() : result;
}

std::set<std::string> TreeEvaluator::RunExploration() {
  exploring_ = true;
  Visit(tree_.root);
  std::set<std::string> open(open_.begin(), open_.end());
  if (budget_.exhausted()) {
    const References& all = expression_.references();
    open.insert(all.paths.begin(), all.paths.end());
  }
  return open;
}

Value TreeEvaluator::Placed(Value value, NodeId id) {
  if (!value.is_error() || value.error().node != kNoNode) return value;
  Error error = value.error();
  error.node = id;
  return Value::FromError(std::move(error));
}

Value TreeEvaluator::Visit(NodeId id) {
  if (!budget_.Work(id, 1)) return budget_.Exhausted();
  if (exploring_) return Explore(id);
  return Placed(VisitKind(id), id);
}

Value TreeEvaluator::Explore(NodeId id) {
  const size_t before = open_.size();
  Value value = Placed(VisitKind(id), id);
  if (value.is_unknown()) {
    if (IsOfParts(id)) return value;
    for (const std::string& attribute : value.unknown()) {
      if (open_set_.insert(attribute).second) open_.push_back(attribute);
    }
  } else if (!budget_.exhausted()) {
    for (; open_.size() > before; open_.pop_back()) open_set_.erase(open_.back());
  }
  return value;
}

bool TreeEvaluator::IsOfParts(NodeId id) const {
  const Resolution& resolution = expression_.ResolutionOf(id);
  switch (resolution.kind) {
    case Resolution::Kind::kLocal:
      return resolution.name == "@result";
    case Resolution::Kind::kFunction:
      return resolution.form == CallForm::kAnd || resolution.form == CallForm::kOr ||
             resolution.form == CallForm::kNotStrictlyFalse || resolution.name == "!_";
    default:
      return tree_[id].kind == NodeKind::kComprehension;
  }
}

Value TreeEvaluator::Made(NodeId id, Value value) {
  const uint64_t bytes = value.FreshBytes();
  if (bytes > 0 && (!budget_.Work(id, TextSteps(bytes)) || !budget_.Memory(id, bytes))) {
    return budget_.Exhausted();
  }
  const size_t deepest = environment_.options().limits.value_depth;
  if (value.depth() > deepest) {
    budget_.Halt(Placed(
        Value::FromError(absl::StatusCode::kResourceExhausted,
                         StrCat("makes a value that is nested deeper than ", deepest,
                                " levels, in `", Excerpt(tree_, id), "` at ", PlaceOf(tree_, id))),
        id));
    return budget_.Exhausted();
  }
  return value;
}

Value TreeEvaluator::VisitKind(NodeId id) {
  const Node& node = tree_[id];
  const Resolution& resolution = expression_.ResolutionOf(id);
  if (!activation_.unknown().empty() && IsAttribute(node, resolution)) return Whole(Locate(id));
  switch (resolution.kind) {
    case Resolution::Kind::kVariable:
      budget_.Cost(id, 1);
      return Made(id, Variable(resolution.name));
    case Resolution::Kind::kLocal:
      budget_.Cost(id, 1);
      return Local(id, resolution.name);
    case Resolution::Kind::kConstant:
      return resolution.value;
    case Resolution::Kind::kUnresolved:
      return Unresolved(node, resolution);
    default:
      break;
  }
  switch (node.kind) {
    case NodeKind::kLiteral:
      return OfLiteral(node.literal);
    case NodeKind::kSelect:
      return Select(id, node);
    case NodeKind::kCall:
      return Call(id, node, resolution);
    case NodeKind::kList:
      return ListOf(id, node);
    case NodeKind::kMap:
      return MapOf(id, node);
    case NodeKind::kMessage:
      return MessageOf(id, node, resolution);
    case NodeKind::kComprehension:
      return Comprehension(id, node);
    case NodeKind::kIdent:
      break;
  }
  return Value::FromError(absl::StatusCode::kInternal, "a name without meaning");
}

Value TreeEvaluator::Variable(const std::string& name) {
  const Value* const value = activation_.Find(name);
  if (value == nullptr) {
    return Value::FromError(absl::StatusCode::kNotFound, StrCat("`", name, "` has no value"));
  }
  // A message that stands for a value of the language: a Timestamp, an Any.
  return value->Is(Kind::kMessage) ? AdaptMessage(value->message(), proto_) : *value;
}

Value TreeEvaluator::Local(NodeId id, const std::string& name) {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name != name) continue;
    // An outer variable of many is further away.
    budget_.Work(id, static_cast<uint64_t>(local - locals_.rbegin()) / 8);
    return local->value;
  }
  return Value::FromError(absl::StatusCode::kInternal, "a variable out of its scope");
}

Value TreeEvaluator::Unresolved(const Node& node, const Resolution& resolution) {
  if (node.kind == NodeKind::kCall) {
    Value failed;
    std::vector<Value> args;
    if (!Arguments(node, 0, &args, &failed)) return failed;
    return NoSuchOverload(node.name, args);
  }
  return Value::FromError(absl::StatusCode::kNotFound,
                          StrCat("undeclared reference to `", resolution.name, "`"));
}

Value Evaluate(const Expression& expression, const Activation& activation) {
  return TreeEvaluator(expression, activation).Run().value;
}

Evaluation EvaluateMeasured(const Expression& expression, const Activation& activation) {
  return TreeEvaluator(expression, activation).Run();
}

Value EvaluatePart(const Expression& expression, NodeId part, std::vector<LocalVariable> locals,
                   const Activation& activation, uint64_t* steps_left) {
  return TreeEvaluator(expression, activation, Budget::Blame::kNobody)
      .RunPart(part, std::move(locals), steps_left);
}

Evaluation EvaluateConstant(const Expression& expression, NodeId part, uint64_t steps) {
  const Activation none;
  return TreeEvaluator(expression, none, Budget::Blame::kNobody).RunConstant(part, steps);
}

std::set<std::string> UnknownsBehind(const Expression& expression, const Activation& activation) {
  return TreeEvaluator(expression, activation).RunExploration();
}

}  // namespace changepolicy::cel
