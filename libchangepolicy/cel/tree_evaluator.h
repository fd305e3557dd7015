// The walk of the evaluator over one tree: shared by evaluator.cc and the files of its parts
// (evaluator_attributes.cc, evaluator_calls.cc, evaluator_aggregates.cc, evaluator_folds.cc), and
// included by nobody else.
#ifndef LIBCHANGEPOLICY_CEL_TREE_EVALUATOR_H_
#define LIBCHANGEPOLICY_CEL_TREE_EVALUATOR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/activation.h"
#include "libchangepolicy/cel/attribute.h"
#include "libchangepolicy/cel/budget.h"
#include "libchangepolicy/cel/environment.h"
#include "libchangepolicy/cel/evaluator.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/proto_adapter.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// For one use, by one thread: one of the Run functions, once. The expression and the activation
// outlive it.
class TreeEvaluator final : public CallContext {
 public:
  TreeEvaluator(const Expression& expression, const Activation& activation,
                Budget::Blame blame = Budget::Blame::kParts);

  Evaluation Run() { return Measured(tree_.root); }
  // As EvaluateConstant, EvaluatePart and UnknownsBehind say.
  Evaluation RunConstant(NodeId part, uint64_t steps);
  Value RunPart(NodeId part, std::vector<LocalVariable> locals, uint64_t* steps_left);
  std::set<std::string> RunExploration();

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
  using Kind = Value::Kind;

  Evaluation Measured(NodeId part);
  // An error without a place gets that of the node.
  static Value Placed(Value value, NodeId id);
  Value Visit(NodeId id);
  // What unknowns a part met no longer matters once its value is known.
  Value Explore(NodeId id);
  // Whatever is unknown of it was met in its parts, or where the variable got its value. A fold
  // asks such nodes for each element, about all that is unknown so far.
  bool IsOfParts(NodeId id) const;
  // Counts a value that was just made: its memory, the work of filling that, and how deep it is.
  // Nothing for a value that somebody else holds, which is no new one.
  Value Made(NodeId id, Value value);
  Value VisitKind(NodeId id);

  // ---- Names
  Value Variable(const std::string& name);
  Value Local(NodeId id, const std::string& name);
  Value Unresolved(const Node& node, const Resolution& resolution);

  // ---- Attributes, where patterns say that some are unknown
  struct Located {
    Value value;
    AttributePath path;  // empty for what is no attribute
  };
  // A variable, or one step from something.
  static bool IsAttribute(const Node& node, const Resolution& resolution);
  AttributePattern::Match MatchOf(const AttributePath& path) const;
  // Known enough to select from; the patterns are asked before the value, which need not be there.
  Located Locate(NodeId id);
  Value StepFrom(NodeId id, const Value& operand, const Value& key);
  // Used as it is, not selected from.
  Value Whole(Located located) const;

  // ---- Selection
  Value Select(NodeId id, const Node& node);
  Value Field(const Value& operand, const std::string& name, bool test);
  // A message that stands for a value of the language, a Timestamp or an Any, is that value.
  Value Adapted(const Value& value) const;
  static Value NoSuchField(std::string_view name);
  Value MessageField(const MessageValue& message, const std::string& name, bool test);
  // `a.?b`: the field where it is there. What has no fields at all, a null among others, has not
  // this one either, as in other implementations; `has` and plain selection fail there.
  Value OptionalField(const Value& operand, const std::string& name);

  // ---- Calls
  Value Call(NodeId id, const Node& node, const Resolution& resolution);
  // A list is indexed by a whole number of any kind.
  static void MakeIndexInt(std::vector<Value>* args);
  // False, with the unknown or else the error among them, where not all are known.
  bool Arguments(const Node& node, size_t skip, std::vector<Value>* args, Value* failed);
  Value Apply(NodeId id, const Resolution& resolution, Args args);
  uint64_t CostOf(NodeId id, const Overload& overload, Args args, const Value& result);
  Extent ExtentOf(NodeId id, const Value& value);
  // Unknown sets may be long.
  Value Merged(const Value& a, const Value& b);
  // Commutative: what decides does so from either side; unknown beats error.
  Value Logic(const Node& node, bool decisive);
  Value Conditional(const Node& node);
  // optional.or(optional) and optional.orValue(value): the other is asked only when it is needed.
  Value OrElse(const Node& node, const Resolution& resolution);

  // ---- Aggregates

  // Parts that are not known, of something that needs them all: every unknown, or else the first
  // error.
  class Missing {
   public:
    void Add(const Value& value);
    // Sorts all unknowns together.
    std::optional<Value> found() const {
      return is_unknown_ ? std::optional(Value::Unknown(unknown_)) : error_;
    }

   private:
    bool is_unknown_ = false;
    UnknownSet unknown_;
    std::optional<Value> error_;
  };
  // The element; `*skip` where it is optional and none.
  Value Element(NodeId id, bool optional, bool* skip);
  Value ListOf(NodeId id, const Node& node);
  Value MapOf(NodeId id, const Node& node);
  // Null, or the error of a key that cannot be there.
  Value Insert(NodeId id, MapBuilder* builder, const Value& key, Value value);
  Value MessageOf(NodeId id, const Node& node, const Resolution& resolution);

  // ---- Comprehensions
  Value Comprehension(NodeId id, const Node& node);
  // As `all` and `exists` have it: what the accumulator is unknown by stays, whatever is added.
  bool IsLogicOfAccumulator(const Node& node) const;
  // What the rest reads besides the range.
  void ExploreBody(const Node& node, const Value& range);
  void PushElement(NodeId id, const Node& node, const Value& range, size_t index);
  // What `map`, `filter` and the transformations do: a step that adds to the accumulator, perhaps
  // under a condition. Collected in place, since copying the accumulator at each step would make
  // them quadratic. The result is the one that the general way gives.
  std::optional<Value> Collect(NodeId id, const Node& node, const Value& range);
  Value CollectInto(NodeId id, const Node& node, const Value& range, NodeId filter,
                    const Node& step, bool list);
  // As `gathered + [value]`.
  Value AddElement(const Node& step, std::vector<Value>* elements);
  Value AddEntry(NodeId id, const Node& step, MapBuilder* entries);

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

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TREE_EVALUATOR_H_
