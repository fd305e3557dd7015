// From a compiled expression to a plan: which parts are constant, and what each name stands for.
#include <algorithm>
#include <string_view>
#include <utility>

#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/plan.h"
#include "libchangepolicy/cel/plan_parts.h"
#include "libchangepolicy/cel/plan_step.h"

namespace changepolicy::cel {

namespace {

// What is constant is worked out beforehand if it takes no more steps than this.
constexpr uint64_t kConstantSteps = 10'000;

}  // namespace

class Planner {
 public:
  explicit Planner(const Expression& expression)
      : expression_(expression),
        tree_(expression.tree()),
        closed_(ClosedParts(expression)),
        variables_(expression.references().variables.begin(),
                   expression.references().variables.end()) {}

  std::shared_ptr<const Plan> Run() {
    parts_->root = Build(tree_.root);
    if (parts_->root == nullptr) return nullptr;
    const std::shared_ptr<Plan> plan(new Plan(expression_, std::move(parts_)));
    plan->variables_ = std::move(variables_);
    return plan;
  }

 private:
  Step* Add(Op op) {
    parts_->steps.emplace_back().op = op;
    return &parts_->steps.back();
  }

  StepDetail* AddDetail(Step* step) {
    StepDetail* const detail = &parts_->details.emplace_back();
    step->detail = detail;
    return detail;
  }

  Cell Keep(Value value) {
    if (value.Is(Value::Kind::kType)) {
      if (const Value* const plain = PlainTypeNamed(RuntimeTypeName(value.type_value()))) {
        return CellOf(*plain);
      }
    }
    parts_->constants.push_back(std::move(value));
    return CellOf(parts_->constants.back());
  }

  // All parts are built, or the step is null.
  Step* WithArgs(Step* step, const NodeArgs& args, size_t skip = 0) {
    for (size_t i = skip; i < args.size(); ++i) {
      step->args[i - skip] = Build(args[i]);
      if (step->args[i - skip] == nullptr) return nullptr;
    }
    return step;
  }
  Step* WithManyArgs(Step* step, StepDetail* detail, const NodeArgs& args, size_t skip = 0) {
    for (size_t i = skip; i < args.size(); ++i) {
      detail->args.push_back(Build(args[i]));
      if (detail->args.back() == nullptr) return nullptr;
    }
    return step;
  }

  const Step* Build(NodeId id) {
    const Node& node = tree_[id];
    const Resolution& resolution = expression_.ResolutionOf(id);
    switch (resolution.kind) {
      case Resolution::Kind::kVariable:
        return Variable(resolution.name);
      case Resolution::Kind::kLocal:
        return Local(resolution.name);
      case Resolution::Kind::kConstant: {
        Step* const step = Add(Op::kConstant);
        step->constant = Keep(resolution.value);
        return step;
      }
      case Resolution::Kind::kUnresolved:
        return nullptr;
      default:
        break;
    }
    if (closed_[static_cast<size_t>(id)]) {
      if (const Step* const constant = Constant(id)) return constant;
    }
    switch (node.kind) {
      case NodeKind::kSelect:
        return Select(node);
      case NodeKind::kCall:
        return Call(id, node, resolution);
      case NodeKind::kList:
      case NodeKind::kMap:
      case NodeKind::kMessage:
        return Aggregate(node, resolution);
      case NodeKind::kComprehension:
        return Comprehension(node);
      default:
        return nullptr;
    }
  }

  const Step* Constant(NodeId id) {
    Evaluation found = EvaluateConstant(expression_, id, kConstantSteps);
    const Value& value = found.value;
    if (value.is_unknown()) return nullptr;
    if (value.is_error() && value.error().code == absl::StatusCode::kResourceExhausted) {
      return nullptr;
    }
    // What was in an Any is counted anew at each use.
    if (value.Is(Value::Kind::kMessage) && value.message().unpacked > 0) return nullptr;
    constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
    if (found.cost > kMost || found.memory_bytes > kMost) return nullptr;
    Step* const step = Add(Op::kConstant);
    step->steps = static_cast<uint32_t>(found.steps);
    step->cost = static_cast<uint32_t>(found.cost);
    step->slot = static_cast<uint32_t>(found.memory_bytes);
    step->constant = Keep(std::move(found.value));
    return step;
  }

  const Step* Variable(const std::string& name) {
    const auto& names = variables_;
    const auto found = std::lower_bound(names.begin(), names.end(), name);
    if (found == names.end() || *found != name) return nullptr;
    Step* const step = Add(Op::kVariable);
    step->cost = 1;
    step->slot = static_cast<uint32_t>(found - names.begin());
    return step;
  }

  const Step* Local(const std::string& name) {
    for (size_t i = scope_.size(); i-- > 0;) {
      if (scope_[i] != name) continue;
      Step* const step = Add(Op::kLocal);
      step->cost = 1;
      step->slot = static_cast<uint32_t>(i);
      // As the plain evaluator, to which an outer variable of many is further away.
      step->steps += static_cast<uint32_t>((scope_.size() - i) / 8);
      return step;
    }
    return nullptr;
  }

  const Step* Select(const Node& node) {
    Step* const step = Add(Op::kField);
    step->cost = 1;
    step->flag = node.test_only;
    step->place.name = &node.name;
    const Type& type = expression_.TypeOf(node.args[0]);
    if (type.Is(TypeKind::kMessage) && type.descriptor() != nullptr) {
      step->place.descriptor = type.descriptor();
      step->place.field =
          FindField(*type.descriptor(), node.name, expression_.environment().pool());
    }
    return WithArgs(step, node.args);
  }

  const Step* Call(NodeId id, const Node& node, const Resolution& resolution) {
    switch (resolution.form) {
      case CallForm::kAnd:
        return WithArgs(Add(Op::kAnd), node.args);
      case CallForm::kOr:
        return WithArgs(Add(Op::kOr), node.args);
      case CallForm::kConditional:
        return WithArgs(Add(Op::kConditional), node.args);
      case CallForm::kNotStrictlyFalse: {
        Step* const step = Add(Op::kNotFalse);
        step->cost = 1;
        return WithArgs(step, node.args);
      }
      case CallForm::kOptionalSelect:
      case CallForm::kOrElse:
        return nullptr;
      case CallForm::kIndex:
        if (resolution.name != "_[_]") return nullptr;
        break;
      case CallForm::kStrict:
        break;
    }
    Step* const step = Add(Op::kCall);
    StepDetail* const detail = AddDetail(step);
    detail->node = id;
    detail->resolution = &resolution;
    const size_t skip = resolution.skip_target ? 1 : 0;
    const size_t count = node.args.size() - skip;
    if (count == 1) ChooseUnary(resolution, step);
    if (count == 2) ChooseBinary(resolution, tree_[node.args.back()], step, detail);
    // An index may be of another kind than the overloads say.
    if (resolution.form == CallForm::kIndex && step->op != Op::kIndex) return nullptr;
    if (step->op == Op::kCall) return WithManyArgs(step, detail, node.args, skip);
    if (WithArgs(step, node.args, skip) == nullptr) return nullptr;
    if (step->op == Op::kIn) detail->among = ElementsOf(*step->args[1]);
    return step;
  }

  // Of a constant list in which looking is faster by an order than one by one; null for others.
  static std::shared_ptr<const ElementSet> ElementsOf(const Step& step) {
    if (step.op != Op::kConstant || !step.constant.Is(Value::Kind::kList)) return nullptr;
    const auto set = std::make_shared<ElementSet>();
    const List& list = step.constant.value->list();
    for (size_t i = 0; i < list.size(); ++i) set->Add(list.At(i));
    return set->is_ordered() ? set : nullptr;
  }

  const Step* Aggregate(const Node& node, const Resolution& resolution) {
    if (node.HasOptional()) {
      return nullptr;
    }
    const bool list = node.kind == NodeKind::kList;
    const bool map = node.kind == NodeKind::kMap;
    Step* const step = Add(list ? Op::kList : map ? Op::kMap : Op::kMessage);
    step->cost = static_cast<uint32_t>(list  ? cost::kListCreation
                                       : map ? cost::kMapCreation
                                             : cost::kMessageCreation);
    StepDetail* const detail = AddDetail(step);
    detail->resolution = &resolution;
    for (const std::string& name : node.fields()) {
      detail->fields.push_back(
          FindField(*resolution.descriptor, name, expression_.environment().pool()));
      if (detail->fields.back() == nullptr) return nullptr;
    }
    return WithManyArgs(step, detail, node.args);
  }

  // ---- Comprehensions

  // Within it the names are variables.
  const Step* BuildWithin(NodeId id, std::initializer_list<std::string_view> names) {
    const size_t outside = scope_.size();
    for (const std::string_view name : names) {
      if (!name.empty()) scope_.emplace_back(name);
    }
    parts_->locals = std::max(parts_->locals, scope_.size());
    const Step* const step = Build(id);
    scope_.resize(outside);
    return step;
  }

  const Step* Comprehension(const Node& node) {
    const Loop loop = LoopOf(tree_, node);
    if (loop.form == Loop::Form::kMap) return nullptr;
    Step* const step = Add(loop.form == Loop::Form::kFold     ? Op::kFold
                           : loop.form == Loop::Form::kGather ? Op::kGather
                                                              : Op::kExists);
    step->two_variables = !node.second_variable().empty();
    step->slot = static_cast<uint32_t>(scope_.size());
    step->args[0] = Build(node.args[kRange]);
    if (step->args[0] == nullptr) return nullptr;
    if (loop.form == Loop::Form::kGather) {
      step->cost = cost::kListCreation + 1;
      const std::initializer_list<std::string_view> inside = {node.variable(),
                                                              node.second_variable()};
      step->args[1] = BuildWithin(loop.body, inside);
      if (loop.filter != kNoNode) step->args[2] = BuildWithin(loop.filter, inside);
      return step->args[1] == nullptr || (loop.filter != kNoNode && step->args[2] == nullptr)
                 ? nullptr
                 : step;
    }
    // The plain evaluator keeps the accumulator below the variables.
    const std::initializer_list<std::string_view> inside = {node.accumulator(), node.variable(),
                                                            node.second_variable()};
    if (loop.form == Loop::Form::kFold) {
      step->args[1] = Build(node.args[kInitial]);
      step->args[2] = BuildWithin(node.args[kCondition], inside);
      StepDetail* const detail = AddDetail(step);
      detail->args = {BuildWithin(node.args[kStep], inside),
                      BuildWithin(node.args[kResult], {node.accumulator()})};
      const bool all = step->args[1] != nullptr && step->args[2] != nullptr &&
                       detail->args[0] != nullptr && detail->args[1] != nullptr;
      return all ? step : nullptr;
    }
    step->flag = loop.form == Loop::Form::kAll;
    // The start and the result.
    step->steps += 2;
    step->cost += 1;
    step->args[1] = BuildWithin(loop.body, inside);
    return step->args[1] == nullptr ? nullptr : step;
  }

  const Expression& expression_;
  const Tree& tree_;
  const std::vector<bool> closed_;
  std::vector<std::string> variables_;
  std::unique_ptr<PlanParts> parts_ = std::make_unique<PlanParts>();
  // Names of the variables of comprehensions, outermost first.
  std::vector<std::string> scope_;
};

Plan::Plan(const Expression& expression, std::unique_ptr<const PlanParts> parts)
    : expression_(expression), parts_(std::move(parts)) {}

Plan::~Plan() = default;

bool Plan::is_constant() const { return parts_->root->op == Op::kConstant; }

std::shared_ptr<const Plan> Plan::Make(const Expression& expression) {
  return Planner(expression).Run();
}

}  // namespace changepolicy::cel
