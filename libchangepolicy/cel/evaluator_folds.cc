// Comprehensions, which macros make.
#include <utility>

#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/tree_evaluator.h"

namespace changepolicy::cel {

Value TreeEvaluator::Comprehension(NodeId id, const Node& node) {
  const Value range = Visit(node.args[kRange]);
  if (range.is_unknown() && exploring_) ExploreBody(node, range);
  if (!range.is_known()) return range;
  if (!range.Is(Kind::kList) && !range.Is(Kind::kMap)) {
    return NoSuchOverload("comprehension", {range});
  }
  if (std::optional<Value> collected = Collect(id, node, range)) return *std::move(collected);
  const size_t outside = locals_.size();
  Value initial = Visit(node.args[kInitial]);
  locals_.push_back({node.accumulator(), std::move(initial)});
  const size_t size = range.Is(Kind::kList) ? range.list().size() : range.map().size();
  // A step of logic adds to what is unknown so far. That is put together once, at the end: the
  // accumulator is unknown meanwhile because of nothing in particular.
  const bool is_logic = IsLogicOfAccumulator(node);
  Missing missing;
  for (size_t i = 0; i < size && !budget_.exhausted(); ++i) {
    PushElement(id, node, range, i);
    const Value proceed = Visit(node.args[kCondition]);
    if (!proceed.is_true()) {
      locals_.resize(outside + 1);
      if (proceed.is_false()) break;
      locals_.resize(outside);
      return proceed.is_known() ? NoSuchOverload("comprehension", {proceed}) : proceed;
    }
    Value next = Visit(node.args[kStep]);
    locals_.resize(outside + 1);
    if (is_logic && next.is_unknown()) {
      budget_.Work(id, next.unknown().size());
      missing.Add(next);
      next = Value::Unknown({});
    }
    locals_.back().value = std::move(next);
  }
  if (is_logic && locals_.back().value.is_unknown()) {
    if (std::optional<Value> found = missing.found()) locals_.back().value = *std::move(found);
  }
  Value result = Visit(node.args[kResult]);
  locals_.resize(outside);
  return result;
}

bool TreeEvaluator::IsLogicOfAccumulator(const Node& node) const {
  const Node& step = tree_[node.args[kStep]];
  const CallForm form = expression_.ResolutionOf(node.args[kStep]).form;
  return (form == CallForm::kAnd || form == CallForm::kOr) && node.accumulator() == "@result" &&
         tree_[step.args[0]].kind == NodeKind::kIdent &&
         tree_[step.args[0]].name == node.accumulator();
}

void TreeEvaluator::ExploreBody(const Node& node, const Value& range) {
  const size_t outside = locals_.size();
  Visit(node.args[kInitial]);
  locals_.push_back({node.accumulator(), range});
  locals_.push_back({node.variable(), range});
  if (!node.second_variable().empty()) locals_.push_back({node.second_variable(), range});
  Visit(node.args[kCondition]);
  Visit(node.args[kStep]);
  locals_.resize(outside + 1);
  Visit(node.args[kResult]);
  locals_.resize(outside);
}

void TreeEvaluator::PushElement(NodeId id, const Node& node, const Value& range, size_t index) {
  const bool two = !node.second_variable().empty();
  const auto push = [&](const std::string& name, Value value) {
    locals_.push_back({name, Made(id, std::move(value))});
  };
  if (range.Is(Kind::kMap)) {
    push(node.variable(), range.map().KeyAt(index));
    if (two) push(node.second_variable(), Adapted(range.map().ValueAt(index)));
  } else if (two) {
    push(node.variable(), Value::Int(static_cast<int64_t>(index)));
    push(node.second_variable(), Adapted(range.list().At(index)));
  } else {
    push(node.variable(), Adapted(range.list().At(index)));
  }
}

std::optional<Value> TreeEvaluator::Collect(NodeId id, const Node& node, const Value& range) {
  const Node& initial = tree_[node.args[kInitial]];
  const bool list = initial.kind == NodeKind::kList && initial.args.empty();
  const bool map = initial.kind == NodeKind::kMap && initial.args.empty();
  if ((!list && !map) || tree_[node.args[kResult]].name != node.accumulator()) return std::nullopt;
  const Node* step = &tree_[node.args[kStep]];
  NodeId filter = kNoNode;
  if (step->name == "_?_:_") {
    filter = step->args[0];
    step = &tree_[step->args[1]];
  }
  const std::string_view adds = list ? "_+_" : "@map_insert";
  if (step->kind != NodeKind::kCall || step->name != adds ||
      tree_[step->args[0]].name != node.accumulator() || node.accumulator() != "@result") {
    return std::nullopt;
  }
  // What is not visited costs what it would cost: the empty start, and the name of the result.
  budget_.Cost(node.args[kInitial], list ? cost::kListCreation : cost::kMapCreation);
  budget_.Cost(node.args[kResult], 1);
  return Made(id, CollectInto(id, node, range, filter, *step, list));
}

Value TreeEvaluator::CollectInto(NodeId id, const Node& node, const Value& range, NodeId filter,
                                 const Node& step, bool list) {
  std::vector<Value> elements;
  MapBuilder entries;
  Missing missing;
  const size_t outside = locals_.size();
  const size_t size = range.Is(Kind::kList) ? range.list().size() : range.map().size();
  for (size_t i = 0; i < size && !budget_.exhausted(); ++i) {
    PushElement(id, node, range, i);
    const Value passes = filter == kNoNode ? Value::Bool(true) : Visit(filter);
    Value added = Value::Null();
    if (!passes.Is(Kind::kBool)) {
      added = passes.is_known() ? NoSuchOverload("_?_:_", {passes}) : passes;
      if (passes.is_unknown() && exploring_) {
        (void)(list ? AddElement(step, &elements) : AddEntry(id, step, &entries));
      }
    } else if (passes.bool_value()) {
      added = list ? AddElement(step, &elements) : AddEntry(id, step, &entries);
    } else {
      budget_.Cost(id, 1);  // the name of what was gathered so far
    }
    locals_.resize(outside);
    if (added.is_known()) continue;
    missing.Add(added);
    if (added.is_unknown()) budget_.Work(id, 1 + added.unknown().size());
  }
  if (std::optional<Value> found = missing.found()) return *std::move(found);
  return list ? Value::ListOf(std::move(elements)) : entries.Build();
}

Value TreeEvaluator::AddElement(const Node& step, std::vector<Value>* elements) {
  budget_.Cost(step.args[1], cost::kListCreation + 2);
  Value value = Visit(tree_[step.args[1]].args[0]);
  if (!value.is_known()) return value;
  if (!budget_.HasMemory(step.args[1], elements->size() * kValueBytes)) {
    return budget_.Exhausted();
  }
  elements->push_back(std::move(value));
  return Value::Null();
}

Value TreeEvaluator::AddEntry(NodeId id, const Node& step, MapBuilder* entries) {
  budget_.Cost(id, 2);
  const Value key = Visit(step.args[1]);
  if (!key.is_known()) return key;
  if (step.args.size() == 3) {
    Value value = Visit(step.args[2]);
    if (!budget_.HasMemory(id, entries->size() * 4 * kValueBytes)) return budget_.Exhausted();
    return value.is_known() ? Insert(id, entries, key, std::move(value)) : value;
  }
  if (!key.Is(Kind::kMap)) return NoSuchOverload("@map_insert", {key});
  for (size_t i = 0; i < key.map().size(); ++i) {
    Value error = Insert(id, entries, key.map().KeyAt(i), key.map().ValueAt(i));
    if (error.is_error()) return error;
  }
  return Value::Null();
}

}  // namespace changepolicy::cel
