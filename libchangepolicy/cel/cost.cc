#include "libchangepolicy/cel/cost.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/cost_shapes.h"
#include "libchangepolicy/cel/dominant.h"

namespace changepolicy::cel {

namespace {

class Estimator {
 public:
  Estimator(const Expression& expression, const SizeLimits& limits)
      : expression_(expression),
        tree_(expression.tree()),
        input_(limits),
        costs_(tree_.nodes.size()),
        shapes_(tree_.nodes.size()),
        gathers_(tree_.nodes.size()) {}

  CostEstimate Run() {
    const Interval cost = Visit(tree_.root);
    std::vector<uint64_t> shares;
    for (const Interval& interval : costs_) shares.push_back(interval.max);
    const NodeId dominant = DominantTerm(tree_, shares);
    return {.min = cost.min,
            .max = cost.max,
            .dominant = dominant,
            .dominant_max = shares[static_cast<size_t>(dominant)]};
  }

 private:
  Interval& CostAt(NodeId id) { return costs_[static_cast<size_t>(id)]; }
  Shape& ShapeAt(NodeId id) { return shapes_[static_cast<size_t>(id)]; }

  // ---- Nodes

  Interval Visit(NodeId id) {
    const Interval cost = VisitKind(id);
    CostAt(id) = cost;
    return cost;
  }

  Interval VisitKind(NodeId id) {
    const Node& node = tree_[id];
    const Resolution& resolution = expression_.ResolutionOf(id);
    switch (resolution.kind) {
      case Resolution::Kind::kVariable:
        ShapeAt(id) = input_.At(expression_.TypeOf(id), resolution.name);
        return Interval::Exactly(1);
      case Resolution::Kind::kLocal:
        ShapeAt(id) = Local(resolution.name);
        return Interval::Exactly(1);
      case Resolution::Kind::kConstant:
        ShapeAt(id) = ConstantShape(resolution.value);
        return {};
      case Resolution::Kind::kUnresolved:
        return node.kind == NodeKind::kCall ? VisitAll(node) : Interval();
      default:
        break;
    }
    switch (node.kind) {
      case NodeKind::kLiteral:
        ShapeAt(id) = LiteralShape(node.literal);
        return {};
      case NodeKind::kSelect:
        return VisitSelect(id, node);
      case NodeKind::kCall:
        return VisitCall(id, node, resolution);
      case NodeKind::kList:
        return VisitList(id, node);
      case NodeKind::kMap:
        return VisitMap(id, node);
      case NodeKind::kMessage:
        return VisitMessage(id, node, resolution);
      case NodeKind::kComprehension:
        return VisitComprehension(id, node);
      case NodeKind::kIdent:
        break;
    }
    return {};
  }

  Interval VisitAll(const Node& node, size_t from = 0) {
    Interval cost;
    for (size_t i = from; i < node.args.size(); ++i) cost = cost + Visit(node.args[i]);
    return cost;
  }

  Shape Local(const std::string& name) const {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->first == name) return local->second;
    }
    return Anything(kUnbounded);
  }

  // ---- Selection

  static bool MayBeOptional(const Type& type) { return type.IsOptional() || type.IsDynamic(); }

  // The field or entry of this name in a message or map; `type` is the field's.
  Shape FieldOf(const Shape& operand, const std::string& name, const Type& type) const {
    if (operand.element == nullptr && !operand.path.empty()) {
      return input_.At(type, StrCat(operand.path, ".", name));
    }
    return ElementOf(operand);
  }

  // What is in an optional operand, or the operand itself.
  static Shape Opened(const Shape& operand, const Type& type) {
    if (type.IsOptional()) return ElementOf(operand);
    return type.IsDynamic() && operand.element != nullptr ? Union(operand, ElementOf(operand))
                                                          : operand;
  }

  Interval VisitSelect(NodeId id, const Node& node) {
    const NodeId operand = node.args[0];
    const Interval cost = Visit(operand);
    const Type& from = expression_.TypeOf(operand);
    if (node.test_only) {
      // Only a map's key is looked up by the evaluation itself.
      if (from.Is(TypeKind::kMap)) return cost + 1;
      return from.Is(TypeKind::kMessage) ? cost : cost + Interval::UpTo(1);
    }
    const Type& type = expression_.TypeOf(id);
    Shape field = FieldOf(Opened(ShapeAt(operand), from), node.name,
                          from.IsOptional() && type.IsOptional() ? type.first() : type);
    if (from.IsOptional()) {
      ShapeAt(id) = CollectionOf(Interval::Exactly(1), std::move(field));
    } else if (MayBeOptional(from) && field.path.empty()) {
      ShapeAt(id) = Union(field, CollectionOf(Interval::Exactly(1), field));
    } else {
      ShapeAt(id) = std::move(field);
    }
    return cost + 1;
  }

  Interval VisitOptionalSelect(NodeId id, const Node& node) {
    const NodeId operand = node.args[0];
    const Interval cost = Visit(operand) + 1;
    const Type& type = expression_.TypeOf(id);
    Shape field = FieldOf(Opened(ShapeAt(operand), expression_.TypeOf(operand)),
                          std::get<std::string>(tree_[node.args[1]].literal),
                          type.IsOptional() ? type.first() : type);
    ShapeAt(id) = CollectionOf(Interval::Exactly(1), std::move(field));
    return cost;
  }

  // ---- Calls

  Interval VisitCall(NodeId id, const Node& node, const Resolution& resolution) {
    const std::string& function = resolution.name;
    if (function == "_&&_" || function == "_||_") {
      // Either side may decide, the left one alone.
      const Interval left = Visit(node.args[0]);
      return {left.min, SaturatingAdd(left.max, Visit(node.args[1]).max)};
    }
    if (function == "_?_:_") {
      const Interval condition = Visit(node.args[0]);
      const Interval yes = Visit(node.args[1]), no = Visit(node.args[2]);
      ShapeAt(id) = Union(ShapeAt(node.args[1]), ShapeAt(node.args[2]));
      return condition + Union(yes, no);
    }
    if (function == "_?._") return VisitOptionalSelect(id, node);
    if ((function == "or" || function == "orValue") && node.args.size() == 2) {
      const Interval target = Visit(node.args[0]), other = Visit(node.args[1]);
      const Shape& held = ShapeAt(node.args[0]);
      ShapeAt(id) = Union(function == "or" ? held : ElementOf(held), ShapeAt(node.args[1]));
      return {SaturatingAdd(target.min, 1), (target + other + 1).max};
    }
    const size_t skip = resolution.skip_target ? 1 : 0;
    const Interval cost = VisitAll(node, skip);
    std::vector<Shape> args;
    for (size_t i = skip; i < node.args.size(); ++i) args.push_back(ShapeAt(node.args[i]));
    return cost + CostOfCall(id, resolution, args);
  }

  // Any of the overloads that are left.
  Interval CostOfCall(NodeId id, const Resolution& resolution, const std::vector<Shape>& args) {
    std::optional<Interval> cost;
    std::optional<Shape> result;
    std::vector<Extent> extents;
    for (const Shape& arg : args) extents.push_back(arg.extent);
    for (const auto& overload : resolution.overloads) {
      if (overload->parameters.size() != args.size()) continue;
      // Only lists and maps gather.
      if (gathers_[static_cast<size_t>(id)] && !overload->result.Is(TypeKind::kList) &&
          !overload->result.Is(TypeKind::kMap)) {
        continue;
      }
      Shape made = overload->cost.result != nullptr ? overload->cost.result(args)
                                                    : ResultOf(id, *overload, args);
      const Interval one = overload->cost.cost != nullptr
                               ? overload->cost.cost(extents, made.extent)
                               : Interval::Exactly(1);
      cost = cost.has_value() ? Union(*cost, one) : one;
      result = result.has_value() ? Union(*result, made) : std::move(made);
    }
    if (result.has_value()) ShapeAt(id) = *std::move(result);
    // No overload may fit at all, and then nothing is called.
    if (!cost.has_value()) return {};
    return expression_.checked() ? *cost : Interval::UpTo(cost->max);
  }

  // Of a function that does not say how large its results are.
  Shape ResultOf(NodeId id, const Overload& overload, const std::vector<Shape>& args) const {
    const Type& type = overload.result.Is(TypeKind::kParameter) || overload.result.IsDynamic()
                           ? expression_.TypeOf(id)
                           : overload.result;
    Shape result = input_.At(type, "");
    if (Largest(result) <= 1) return result;
    uint64_t largest = input_.largest();
    for (const Shape& arg : args) largest = std::max(largest, Largest(arg));
    Shape any = Anything(largest);
    if (type.IsOptional() || type.Is(TypeKind::kMessage)) any.extent = Extent();
    return any;
  }

  // ---- Aggregates

  // An element or entry as it comes into the aggregate.
  Shape Element(NodeId id, bool optional) {
    return optional ? ElementOf(ShapeAt(id)) : ShapeAt(id);
  }

  Interval VisitList(NodeId id, const Node& node) {
    Interval cost = Interval::Exactly(cost::kListCreation), size;
    std::optional<Shape> element;
    for (size_t i = 0; i < node.args.size(); ++i) {
      cost = cost + Visit(node.args[i]);
      size = size + Interval{node.IsOptional(i) ? 0u : 1u, 1};
      Shape one = Element(node.args[i], node.IsOptional(i));
      element = element.has_value() ? Union(*element, one) : std::move(one);
    }
    ShapeAt(id) = element.has_value() ? CollectionOf(size, *std::move(element)) : ShapeOf(size);
    return cost;
  }

  Interval VisitMap(NodeId id, const Node& node) {
    Interval cost = Interval::Exactly(cost::kMapCreation), size;
    std::optional<Shape> key, value;
    for (size_t i = 0; i < node.args.size(); i += 2) {
      cost = cost + Visit(node.args[i]) + Visit(node.args[i + 1]);
      size = size + Interval{node.IsOptional(i / 2) ? 0u : 1u, 1};
      Shape one = Element(node.args[i + 1], node.IsOptional(i / 2));
      const Shape& name = ShapeAt(node.args[i]);
      value = value.has_value() ? Union(*value, one) : std::move(one);
      key = key.has_value() ? Union(*key, name) : name;
    }
    Shape map = value.has_value() ? CollectionOf(size, *std::move(value)) : ShapeOf(size);
    if (key.has_value()) map.key = std::make_shared<const Shape>(*std::move(key));
    ShapeAt(id) = std::move(map);
    return cost;
  }

  // A field of a message, whichever; what has another form in protobuf may grow by that.
  Interval VisitMessage(NodeId id, const Node& node, const Resolution& resolution) {
    Interval cost = Interval::Exactly(cost::kMessageCreation);
    std::optional<Shape> field;
    uint64_t largest = 1;
    for (size_t i = 0; i < node.args.size(); ++i) {
      cost = cost + Visit(node.args[i]);
      Shape one = Element(node.args[i], node.IsOptional(i));
      largest = std::max(largest, Largest(one));
      field = field.has_value() ? Union(*field, one) : std::move(one);
    }
    if (resolution.descriptor == nullptr) return cost;
    const uint64_t converted = SaturatingAdd(SaturatingMultiply(largest, 4), 1'000);
    if (Type::Message(resolution.descriptor).Is(TypeKind::kMessage)) {
      Shape part = HoldsConverted(*resolution.descriptor, node) || !field.has_value()
                       ? Anything(converted)
                       : *std::move(field);
      part.extent.size = Union(part.extent.size, {0, 1});
      ShapeAt(id) = CollectionOf(Interval::Exactly(1), std::move(part));
    } else {
      ShapeAt(id) = Anything(converted);
    }
    return cost;
  }

  // Whether a field that is set holds JSON or an Any.
  static bool HoldsConverted(const google::protobuf::Descriptor& type, const Node& node) {
    return std::any_of(node.fields().begin(), node.fields().end(), [&](const std::string& name) {
      const auto* const field = type.FindFieldByName(name);
      if (field == nullptr) return true;
      const Type of = Type::OfField(*field, EnumProfile::kLegacy);
      const auto dynamic = [](const Type& part) {
        return part.IsDynamic() || std::any_of(part.parameters().begin(), part.parameters().end(),
                                               [](const Type& inner) { return inner.IsDynamic(); });
      };
      return dynamic(of) || std::any_of(of.parameters().begin(), of.parameters().end(), dynamic);
    });
  }

  // ---- Comprehensions

  bool IsAccumulator(NodeId id, const Node& fold) const {
    return tree_[id].kind == NodeKind::kIdent && tree_[id].name == fold.accumulator();
  }

  // The call that adds to what was gathered so far, where the step is that, perhaps under a
  // condition; kNoNode for any other step.
  NodeId GatheringStep(const Node& fold, bool* always) const {
    NodeId step = fold.args[kStep];
    *always = true;
    if (tree_[step].name == "_?_:_" && IsAccumulator(tree_[step].args[2], fold)) {
      step = tree_[step].args[1];
      *always = false;
    }
    const Node& call = tree_[step];
    const Node& initial = tree_[fold.args[kInitial]];
    const bool gathers = (call.name == "_+_" && initial.kind == NodeKind::kList) ||
                         (call.name == "@map_insert" && initial.kind == NodeKind::kMap);
    if (!gathers || call.kind != NodeKind::kCall || !IsAccumulator(call.args[0], fold)) {
      return kNoNode;
    }
    for (size_t i = 1; i < call.args.size(); ++i) {
      if (Mentions(call.args[i], fold.accumulator())) return kNoNode;
    }
    return step;
  }

  // A loop inside may have an accumulator of the same name, which is another.
  bool Mentions(NodeId id, const std::string& name) const {
    const Node& node = tree_[id];
    if (node.kind == NodeKind::kIdent) return node.name == name;
    for (size_t i = 0; i < node.args.size(); ++i) {
      if (node.kind == NodeKind::kComprehension && node.accumulator() == name && i != kRange &&
          i != kInitial) {
        continue;
      }
      if (Mentions(node.args[i], name)) return true;
    }
    return false;
  }

  static bool IsScalar(const Type& type) {
    switch (type.kind()) {
      case TypeKind::kBool:
      case TypeKind::kInt:
      case TypeKind::kUint:
      case TypeKind::kDouble:
        return true;
      default:
        return false;
    }
  }

  void PushVariables(const Node& fold, const Shape& range, const Type& type) {
    const bool two = !fold.second_variable().empty();
    // Of a list, the element or its index; of a map, the key. Of dyn, either.
    Shape first = two ? Shape() : ElementOf(range);
    if (type.Is(TypeKind::kMap)) {
      first = KeyOf(range);
    } else if (!type.Is(TypeKind::kList)) {
      first = Union(first, KeyOf(range));
    }
    locals_.emplace_back(fold.variable(), std::move(first));
    if (two) locals_.emplace_back(fold.second_variable(), ElementOf(range));
  }

  Interval VisitComprehension(NodeId id, const Node& fold) {
    const Interval start = Visit(fold.args[kRange]) + Visit(fold.args[kInitial]);
    const Shape range = ShapeAt(fold.args[kRange]);
    const size_t outside = locals_.size();
    const Interval rounds = range.extent.size;
    bool always = false;
    const NodeId gathering = GatheringStep(fold, &always);
    // What a step makes of what it was given is not followed round by round: either it is of one
    // size, or it is gathered, or it may be anything.
    Shape accumulated = Anything(kUnbounded);
    if (rounds.max == 0) {
      accumulated = ShapeAt(fold.args[kInitial]);
    } else if (IsSteady(fold)) {
      accumulated = Shape();
    }
    locals_.emplace_back(fold.accumulator(), std::move(accumulated));
    Interval loop;
    if (rounds.max > 0) {
      PushVariables(fold, range, expression_.TypeOf(fold.args[kRange]));
      if (gathering != kNoNode) gathers_[static_cast<size_t>(gathering)] = true;
      const Interval condition = Visit(fold.args[kCondition]);
      const Interval step = Visit(fold.args[kStep]);
      loop = LoopCost(fold, rounds, condition, step);
      locals_.resize(outside + 1);
      if (gathering != kNoNode) {
        locals_.back().second = Gathered(fold, tree_[gathering], rounds, always);
      }
    }
    const Interval result = Visit(fold.args[kResult]);
    ShapeAt(id) = ShapeAt(fold.args[kResult]);
    locals_.resize(outside);
    return start + loop + result;
  }

  // All of it unless the condition may end it: then, at least one condition.
  Interval LoopCost(const Node& fold, Interval rounds, Interval condition, Interval step) const {
    const Node& proceed = tree_[fold.args[kCondition]];
    const bool whole = proceed.kind == NodeKind::kLiteral && proceed.literal == Literal(true);
    const Interval all = rounds * (condition + step);
    return whole ? all : Interval{rounds.min > 0 ? condition.min : 0, all.max};
  }

  // Whether the accumulator is a number or a bool all the time.
  bool IsSteady(const Node& fold) const {
    const Node& step = tree_[fold.args[kStep]];
    if (step.name == "_&&_" || step.name == "_||_") return true;
    const Node& initial = tree_[fold.args[kInitial]];
    if (expression_.checked()) return IsScalar(expression_.TypeOf(fold.args[kInitial]));
    // exists_one counts.
    return initial.kind == NodeKind::kLiteral && std::holds_alternative<int64_t>(initial.literal) &&
           step.name == "_?_:_" && tree_[step.args[1]].name == "_+_";
  }

  Shape Gathered(const Node& fold, const Node& call, Interval rounds, bool always) {
    const Shape& initial = ShapeAt(fold.args[kInitial]);
    const bool whole = call.args.size() == 2;
    Shape added =
        whole ? ShapeAt(call.args[1]) : CollectionOf(Interval::Exactly(1), ShapeAt(call.args[2]));
    if (!whole) added.key = std::make_shared<const Shape>(ShapeAt(call.args[1]));
    Interval size = rounds * added.extent.size;
    if (!always) size.min = 0;
    Shape gathered = Union(initial, added);
    gathered.extent = {.size = initial.extent.size + size};
    gathered.path.clear();
    return gathered;
  }

  const Expression& expression_;
  const Tree& tree_;
  const InputShapes input_;
  std::vector<Interval> costs_;  // by node, parts included
  std::vector<Shape> shapes_;    // by node
  std::vector<bool> gathers_;    // by node: adds to what a loop gathers
  std::vector<std::pair<std::string, Shape>> locals_;
};

}  // namespace

CostEstimate EstimateCost(const Expression& expression, const SizeLimits& limits) {
  return Estimator(expression, limits).Run();
}

std::string Describe(const CostEstimate& estimate, const Expression& expression) {
  const auto units = [](uint64_t cost) {
    return cost == kUnbounded ? std::string("any number") : Grouped(cost);
  };
  const NodeId part = estimate.dominant;
  std::string text = StrCat("the expression may cost up to ", units(estimate.max));
  if (part == kNoNode || part == expression.tree().root) return text;
  StrAppend(&text, ", of which `", Excerpt(expression.tree(), part), "` at ",
            PlaceOf(expression.tree(), part), " ", units(estimate.dominant_max));
  return text;
}

}  // namespace changepolicy::cel
