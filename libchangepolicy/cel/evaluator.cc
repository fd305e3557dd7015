#include "libchangepolicy/cel/evaluator.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/budget.h"
#include "libchangepolicy/cel/cost_model.h"
#include "libchangepolicy/cel/dominant.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/equality.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/utf8.h"
#include "libchangepolicy/cel/wording.h"

namespace changepolicy::cel {

using google::protobuf::FieldDescriptor;

namespace {

using Kind = Value::Kind;

Value NoSuchField(std::string_view name) {
  return Value::FromError(absl::StatusCode::kNotFound, StrCat("no such field: `", name, "`"));
}

Value NoSuchKey(const Value& key) {
  return Value::FromError(absl::StatusCode::kNotFound, StrCat("no such key: ", key.ToString()));
}

class Evaluator final : public CallContext {
 public:
  Evaluator(const Expression& expression, const Activation& activation)
      : expression_(expression),
        tree_(expression.tree()),
        activation_(activation),
        environment_(expression.environment()),
        budget_(tree_, environment_.options().limits),
        current_(tree_.root),
        proto_{.pool = &environment_.pool(),
               .factory = &environment_.factory(),
               .enums = environment_.options().enums} {}

  Evaluation Run() { return Measured(tree_.root); }

  Evaluation RunConstant(NodeId part, uint64_t steps) {
    const uint64_t taken = environment_.options().limits.evaluation_steps;
    const uint64_t withheld = taken - std::min(taken, steps);
    budget_.Work(part, withheld);
    Evaluation evaluation = Measured(part);
    evaluation.steps -= withheld;
    return evaluation;
  }

  Evaluation Measured(NodeId part) {
    Evaluation evaluation{.value = Visit(part)};
    if (budget_.exhausted()) evaluation.value = budget_.Exhausted();
    evaluation.cost = budget_.cost();
    evaluation.steps = budget_.steps();
    evaluation.memory_bytes = budget_.memory_bytes();
    return evaluation;
  }

  Value RunPart(NodeId part, std::vector<LocalVariable> locals, uint64_t* steps_left) {
    // What the other parts took is taken already.
    const uint64_t limit = environment_.options().limits.evaluation_steps;
    budget_.Work(part, limit - *steps_left);
    locals_ = std::move(locals);
    Value result = Visit(part);
    *steps_left = budget_.exhausted() ? 0 : limit - budget_.steps();
    return budget_.exhausted() ? budget_.Exhausted() : result;
  }

  std::set<std::string> RunExploration() {
    exploring_ = true;
    Visit(tree_.root);
    std::set<std::string> open(open_.begin(), open_.end());
    if (budget_.exhausted()) {
      const References& all = expression_.references();
      open.insert(all.paths.begin(), all.paths.end());
    }
    return open;
  }

  bool Charge(uint64_t steps) override { return budget_.Work(current_, steps); }
  bool Reserve(uint64_t bytes) override {
    // Counted when it is there; here, only whether there is room.
    return budget_.HasMemory(current_, bytes);
  }
  const void* host() const override { return activation_.host(); }
  const google::protobuf::DescriptorPool& pool() const override { return environment_.pool(); }
  google::protobuf::MessageFactory& factory() const override { return environment_.factory(); }
  EnumProfile enums() const override { return proto_.enums; }

 private:
  // An error without a place gets that of the node.
  Value Placed(Value value, NodeId id) const {
    if (!value.is_error() || value.error().node != kNoNode) return value;
    Error error = value.error();
    error.node = id;
    return Value::FromError(std::move(error));
  }

  Value Visit(NodeId id) {
    if (!budget_.Work(id, 1)) return budget_.Exhausted();
    if (exploring_) return Explore(id);
    return Placed(VisitKind(id), id);
  }

  // What unknowns a part met no longer matters once its value is known.
  Value Explore(NodeId id) {
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

  // Whatever is unknown of it was met in its parts, or where the variable got its value. A fold
  // asks such nodes for each element, about all that is unknown so far.
  bool IsOfParts(NodeId id) const {
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

  // Counts a value that was just made: its memory, the work of filling that, and how deep it is.
  // Nothing for a value that somebody else holds, which is no new one.
  Value Made(NodeId id, Value value) {
    const uint64_t bytes = value.FreshBytes();
    if (bytes > 0 && (!budget_.Work(id, TextSteps(bytes)) || !budget_.Memory(id, bytes))) {
      return budget_.Exhausted();
    }
    const size_t deepest = environment_.options().limits.value_depth;
    if (value.depth() > deepest) {
      budget_.Halt(Placed(Value::FromError(absl::StatusCode::kResourceExhausted,
                                           StrCat("makes a value that is nested deeper than ",
                                                  deepest, " levels, in `", Excerpt(tree_, id),
                                                  "` at ", PlaceOf(tree_, id))),
                          id));
      return budget_.Exhausted();
    }
    return value;
  }

  Value VisitKind(NodeId id) {
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

  static Value OfLiteral(const Literal& literal) {
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

  // ---- Names

  Value Variable(const std::string& name) {
    const Value* const value = activation_.Find(name);
    if (value == nullptr) {
      return Value::FromError(absl::StatusCode::kNotFound, StrCat("`", name, "` has no value"));
    }
    // A message that stands for a value of the language: a Timestamp, an Any.
    return value->Is(Kind::kMessage) ? AdaptMessage(value->message(), proto_) : *value;
  }

  Value Local(NodeId id, const std::string& name) {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->name != name) continue;
      // An outer variable of many is further away.
      budget_.Work(id, static_cast<uint64_t>(local - locals_.rbegin()) / 8);
      return local->value;
    }
    return Value::FromError(absl::StatusCode::kInternal, "a variable out of its scope");
  }

  Value Unresolved(const Node& node, const Resolution& resolution) {
    if (node.kind == NodeKind::kCall) {
      Value failed;
      std::vector<Value> args;
      if (!Arguments(node, 0, &args, &failed)) return failed;
      return NoSuchOverload(node.name, args);
    }
    return Value::FromError(absl::StatusCode::kNotFound,
                            StrCat("undeclared reference to `", resolution.name, "`"));
  }

  // ---- Attributes, where patterns say that some are unknown

  struct Located {
    Value value;
    AttributePath path;  // empty for what is no attribute
  };

  // A variable, or one step from something.
  static bool IsAttribute(const Node& node, const Resolution& resolution) {
    if (resolution.kind == Resolution::Kind::kVariable) return true;
    if (resolution.kind == Resolution::Kind::kNone) return node.kind == NodeKind::kSelect;
    return resolution.kind == Resolution::Kind::kFunction &&
           (resolution.form == CallForm::kIndex || resolution.form == CallForm::kOptionalSelect);
  }

  AttributePattern::Match MatchOf(const AttributePath& path) const {
    AttributePattern::Match best = AttributePattern::Match::kNone;
    if (path.empty()) return best;
    for (const AttributePattern& pattern : activation_.unknown()) {
      best = std::max(best, pattern.Of(path));
    }
    return best;
  }

  // Known enough to select from; the patterns are asked before the value, which need not be there.
  Located Locate(NodeId id) {
    const Node& node = tree_[id];
    const Resolution& resolution = expression_.ResolutionOf(id);
    if (!IsAttribute(node, resolution)) return {Visit(id), {}};
    if (!budget_.Work(id, 1)) return {budget_.Exhausted(), {}};
    if (resolution.kind == Resolution::Kind::kVariable) {
      AttributePath path = PathOfVariable(resolution.name);
      if (MatchOf(path) == AttributePattern::Match::kAt) return {UnknownAt(path), {}};
      budget_.Cost(id, 1);
      return {Placed(Made(id, Variable(resolution.name)), id), std::move(path)};
    }
    Located operand = Locate(node.args[0]);
    const Value key =
        node.kind == NodeKind::kSelect ? Value::String(node.name) : Visit(node.args[1]);
    if (operand.value.is_unknown()) {
      return {key.is_unknown() ? MergeUnknowns(operand.value, key) : operand.value, {}};
    }
    if (!key.is_known())
      return {key.is_unknown() || !operand.value.is_error() ? key : operand.value, {}};
    AttributePath path = std::move(operand.path);
    if (std::optional<MapKey> step = ToMapKey(key); !step.has_value()) {
      path.clear();
    } else if (!path.empty()) {
      path.push_back(*std::move(step));
    }
    if (MatchOf(path) == AttributePattern::Match::kAt) return {UnknownAt(path), {}};
    budget_.Cost(id, 1);
    return {Placed(Made(id, StepFrom(id, operand.value, key)), id), std::move(path)};
  }

  static Value UnknownAt(const AttributePath& path) {
    return Value::Unknown({AttributeText(path)});
  }

  Value StepFrom(NodeId id, const Value& operand, const Value& key) {
    const Node& node = tree_[id];
    if (!operand.is_known()) return operand;
    if (node.kind == NodeKind::kSelect) return Field(operand, node.name, node.test_only);
    const Resolution& resolution = expression_.ResolutionOf(id);
    if (resolution.form == CallForm::kOptionalSelect)
      return OptionalField(operand, key.string_value());
    std::vector<Value> args = {operand, key};
    MakeIndexInt(&args);
    return Apply(id, resolution, args);
  }

  // Used as it is, not selected from.
  Value Whole(Located located) const {
    const bool partial =
        !located.value.is_unknown() && MatchOf(located.path) == AttributePattern::Match::kAbove;
    return partial ? UnknownAt(located.path) : std::move(located.value);
  }

  // ---- Selection

  Value Select(NodeId id, const Node& node) {
    const Value operand = Visit(node.args[0]);
    // The presence of a message's field costs nothing, as in cel-go.
    budget_.Cost(id, node.test_only && !operand.Is(Kind::kMap) ? 0 : 1);
    return Made(id, Field(operand, node.name, node.test_only));
  }

  Value Field(const Value& operand, const std::string& name, bool test) {
    switch (operand.kind()) {
      case Kind::kError:
      case Kind::kUnknown:
        return operand;
      case Kind::kMessage:
        return MessageField(operand.message(), name, test);
      case Kind::kMap: {
        const Value key = Value::String(name);
        std::optional<Value> found = operand.map().Find(key);
        if (test) return Value::Bool(found.has_value());
        return found.has_value() ? Adapted(*std::move(found)) : NoSuchKey(key);
      }
      case Kind::kOptional: {
        if (!operand.has_optional_value()) {
          return test ? Value::Bool(false) : Value::OptionalNone();
        }
        return test ? Field(operand.optional_value(), name, true)
                    : OptionalField(operand.optional_value(), name);
      }
      default:
        return Value::FromError(
            absl::StatusCode::kUnimplemented,
            StrCat("no such overload: `", operand.type_name(), "` has no field `", name, "`"));
    }
  }

  Value Adapted(const Value& value) const {
    return value.Is(Kind::kMessage) ? AdaptMessage(value.message(), proto_) : value;
  }

  Value MessageField(const MessageValue& message, const std::string& name, bool test) {
    const FieldDescriptor* const field =
        FindField(*message.message->GetDescriptor(), name, environment_.pool());
    if (field == nullptr) return NoSuchField(name);
    const bool is_fact = message.trail != nullptr && message.trail->is_fact();
    if (!is_fact) {
      return test ? Value::Bool(HasField(*message.message, *field))
                  : ReadField(message, *field, proto_);
    }
    const std::string path = StrCat(message.trail->ToString(), ".", name);
    const FactPresence* const presence = activation_.presence();
    Value value;
    if (presence != nullptr && !presence->IsKnown(*message.message, *field, path, test)) {
      value = Value::Unknown({path});
    } else {
      value = test ? Value::Bool(HasField(*message.message, *field))
                   : ReadField(message, *field, proto_);
    }
    if (activation_.observer() != nullptr && !value.Is(Kind::kMessage)) {
      activation_.observer()->OnRead(path, value);
    }
    return value;
  }

  // `a.?b`: the field where it is there. What has no fields at all, a null among others, has not
  // this one either, as in other implementations; `has` and plain selection fail there.
  Value OptionalField(const Value& operand, const std::string& name) {
    if (operand.is_known() && !HasParts(operand)) return Value::OptionalNone();
    if (operand.Is(Kind::kOptional)) {
      return operand.has_optional_value() ? OptionalField(operand.optional_value(), name) : operand;
    }
    const Value present = Field(operand, name, true);
    if (!present.is_true()) return present.is_false() ? Value::OptionalNone() : present;
    Value value = Field(operand, name, false);
    return value.is_known() ? Value::OptionalOf(std::move(value)) : value;
  }

  // ---- Calls

  Value Call(NodeId id, const Node& node, const Resolution& resolution) {
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

  // A list is indexed by a whole number of any kind.
  static void MakeIndexInt(std::vector<Value>* args) {
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

  // False, with the unknown or else the error among them, where not all are known.
  bool Arguments(const Node& node, size_t skip, std::vector<Value>* args, Value* failed) {
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

  Value Apply(NodeId id, const Resolution& resolution, Args args) {
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

  uint64_t CostOf(NodeId id, const Overload& overload, Args args, const Value& result) {
    if (overload.cost.cost == nullptr) return 1;
    absl::InlinedVector<Extent, 4> extents;
    for (const Value& arg : args) extents.push_back(ExtentOf(id, arg));
    return overload.cost.cost(extents, ExtentOf(id, result)).max;
  }

  Extent ExtentOf(NodeId id, const Value& value) {
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

  // Unknown sets may be long.
  Value Merged(const Value& a, const Value& b) {
    budget_.Work(current_, (a.unknown().size() + b.unknown().size()) / 2);
    return MergeUnknowns(a, b);
  }

  static bool IsTime(const Value& value) {
    return value.Is(Kind::kTimestamp) || value.Is(Kind::kDuration);
  }
  static bool IsComparison(std::string_view function) {
    return IsOrdering(function) || function == "_==_" || function == "_!=_";
  }

  // Commutative: what decides does so from either side; unknown beats error.
  Value Logic(const Node& node, bool decisive) {
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

  Value Conditional(const Node& node) {
    const Value condition = Visit(node.args[0]);
    if (condition.is_unknown() && exploring_) {
      Visit(node.args[1]);
      Visit(node.args[2]);
    }
    if (!condition.is_known()) return condition;
    if (!condition.Is(Kind::kBool)) return NoSuchOverload(node.name, {condition});
    return Visit(node.args[condition.bool_value() ? 1 : 2]);
  }

  // optional.or(optional) and optional.orValue(value): the other is asked only when it is needed.
  Value OrElse(const Node& node, const Resolution& resolution) {
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

  // ---- Aggregates

  // The element; `*skip` where it is optional and none.
  Value Element(NodeId id, bool optional, bool* skip) {
    Value value = Visit(id);
    *skip = false;
    if (!optional || !value.is_known()) return value;
    if (!value.Is(Kind::kOptional)) return NoSuchOverload("?", {value});
    *skip = !value.has_optional_value();
    return *skip ? value : value.optional_value();
  }

  // Parts that are not known, of something that needs them all: every unknown, or else the first
  // error.
  class Missing {
   public:
    void Add(const Value& value) {
      if (value.is_unknown()) {
        is_unknown_ = true;  // also where nobody says by what
        unknown_.insert(unknown_.end(), value.unknown().begin(), value.unknown().end());
      } else if (!error_.has_value()) {
        error_ = value;
      }
    }
    // Sorts all unknowns together.
    std::optional<Value> found() const {
      return is_unknown_ ? std::optional(Value::Unknown(unknown_)) : error_;
    }

   private:
    bool is_unknown_ = false;
    UnknownSet unknown_;
    std::optional<Value> error_;
  };

  Value ListOf(NodeId id, const Node& node) {
    budget_.Cost(id, cost::kListCreation);
    std::vector<Value> elements;
    elements.reserve(node.args.size());
    Missing missing;
    for (size_t i = 0; i < node.args.size(); ++i) {
      bool skip = false;
      Value element = Element(node.args[i], node.IsOptional(i), &skip);
      if (!element.is_known()) missing.Add(element);
      if (!skip) elements.push_back(std::move(element));
    }
    if (std::optional<Value> found = missing.found()) return *std::move(found);
    return Made(id, Value::ListOf(std::move(elements)));
  }

  Value MapOf(NodeId id, const Node& node) {
    budget_.Cost(id, cost::kMapCreation);
    MapBuilder builder;
    Missing missing;
    for (size_t i = 0; i < node.args.size(); i += 2) {
      const Value key = Visit(node.args[i]);
      bool skip = false;
      Value value = Element(node.args[i + 1], node.IsOptional(i / 2), &skip);
      if (!key.is_known()) missing.Add(key);
      if (!value.is_known()) missing.Add(value);
      if (skip || !key.is_known() || !value.is_known()) continue;
      if (Value error = Insert(id, &builder, key, std::move(value)); error.is_error()) {
        missing.Add(error);
      }
    }
    if (std::optional<Value> found = missing.found()) return *std::move(found);
    return Made(id, builder.Build());
  }

  Value Insert(NodeId id, MapBuilder* builder, const Value& key, Value value) {
    // The index compares keys, and keeps a copy.
    const uint64_t bytes = key.Is(Kind::kString) ? key.string_value().size() : 0;
    if (!budget_.Work(id, 2 + TextSteps(bytes) * 4)) return budget_.Exhausted();
    switch (builder->Add(key, std::move(value))) {
      case MapBuilder::Outcome::kAdded:
        return Value::Null();
      case MapBuilder::Outcome::kBadKey:
        return Value::FromError(absl::StatusCode::kInvalidArgument,
                                StrCat("`", key.type_name(), "` cannot be the key of a map"));
      case MapBuilder::Outcome::kRepeatedKey:
        break;
    }
    return Value::FromError(absl::StatusCode::kInvalidArgument,
                            StrCat("repeated key: ", key.ToString()));
  }

  Value MessageOf(NodeId id, const Node& node, const Resolution& resolution) {
    budget_.Cost(id, cost::kMessageCreation);
    std::vector<FieldValue> fields;
    Missing missing;
    for (size_t i = 0; i < node.args.size(); ++i) {
      const FieldDescriptor* const field =
          FindField(*resolution.descriptor, node.fields()[i], environment_.pool());
      bool skip = false;
      Value value = Element(node.args[i], node.IsOptional(i), &skip);
      if (!value.is_known()) missing.Add(value);
      if (field == nullptr) missing.Add(NoSuchField(node.fields()[i]));
      if (!skip && field != nullptr) fields.push_back({field, std::move(value)});
    }
    if (std::optional<Value> found = missing.found()) return *std::move(found);
    current_ = id;
    ProtoContext metered = proto_;
    metered.meter = this;
    Value built = BuildMessage(*resolution.descriptor, fields, metered);
    if (built.Is(Kind::kMessage)) {
      const uint64_t bytes = built.message().message->ByteSizeLong();
      if (!budget_.Work(id, TextSteps(bytes)) || !budget_.Memory(id, kValueBytes + 2 * bytes)) {
        return budget_.Exhausted();
      }
    }
    return budget_.exhausted() ? budget_.Exhausted() : Made(id, std::move(built));
  }

  // ---- Comprehensions

  Value Comprehension(NodeId id, const Node& node) {
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

  // As `all` and `exists` have it: what the accumulator is unknown by stays, whatever is added.
  bool IsLogicOfAccumulator(const Node& node) const {
    const Node& step = tree_[node.args[kStep]];
    const CallForm form = expression_.ResolutionOf(node.args[kStep]).form;
    return (form == CallForm::kAnd || form == CallForm::kOr) && node.accumulator() == "@result" &&
           tree_[step.args[0]].kind == NodeKind::kIdent &&
           tree_[step.args[0]].name == node.accumulator();
  }

  // What the rest reads besides the range.
  void ExploreBody(const Node& node, const Value& range) {
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

  void PushElement(NodeId id, const Node& node, const Value& range, size_t index) {
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

  // What `map`, `filter` and the transformations do: a step that adds to the accumulator, perhaps
  // under a condition. Collected in place, since copying the accumulator at each step would make
  // them quadratic. The result is the one that the general way gives.
  std::optional<Value> Collect(NodeId id, const Node& node, const Value& range) {
    const Node& initial = tree_[node.args[kInitial]];
    const bool list = initial.kind == NodeKind::kList && initial.args.empty();
    const bool map = initial.kind == NodeKind::kMap && initial.args.empty();
    if ((!list && !map) || tree_[node.args[kResult]].name != node.accumulator())
      return std::nullopt;
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

  Value CollectInto(NodeId id, const Node& node, const Value& range, NodeId filter,
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

  // As `gathered + [value]`.
  Value AddElement(const Node& step, std::vector<Value>* elements) {
    budget_.Cost(step.args[1], cost::kListCreation + 2);
    Value value = Visit(tree_[step.args[1]].args[0]);
    if (!value.is_known()) return value;
    if (!budget_.HasMemory(step.args[1], elements->size() * kValueBytes)) {
      return budget_.Exhausted();
    }
    elements->push_back(std::move(value));
    return Value::Null();
  }

  Value AddEntry(NodeId id, const Node& step, MapBuilder* entries) {
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

  const Expression& expression_;
  const Tree& tree_;
  const Activation& activation_;
  const Environment& environment_;
  Budget budget_;
  NodeId current_;  // whose function is at work
  const ProtoContext proto_;
  std::vector<LocalVariable> locals_;
  // UnknownsBehind: goes where a value alone would not need to, and keeps what it meets.
  bool exploring_ = false;
  std::vector<std::string> open_;
  std::set<std::string> open_set_;  // the same
};

}  // namespace

Value Evaluate(const Expression& expression, const Activation& activation) {
  return Evaluator(expression, activation).Run().value;
}

Evaluation EvaluateMeasured(const Expression& expression, const Activation& activation) {
  return Evaluator(expression, activation).Run();
}

Value EvaluatePart(const Expression& expression, NodeId part, std::vector<LocalVariable> locals,
                   const Activation& activation, uint64_t* steps_left) {
  return Evaluator(expression, activation).RunPart(part, std::move(locals), steps_left);
}

Evaluation EvaluateConstant(const Expression& expression, NodeId part, uint64_t steps) {
  return Evaluator(expression, Activation()).RunConstant(part, steps);
}

std::set<std::string> UnknownsBehind(const Expression& expression, const Activation& activation) {
  return Evaluator(expression, activation).RunExploration();
}

}  // namespace changepolicy::cel
