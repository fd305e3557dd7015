// What a plan consists of. Included by the plan's files only.
#ifndef LIBCHANGEPOLICY_CEL_PLAN_STEP_H_
#define LIBCHANGEPOLICY_CEL_PLAN_STEP_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/cel/cell.h"
#include "libchangepolicy/cel/element_set.h"
#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/regex.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

enum class Op : uint8_t {
  kConstant,     // constant
  kVariable,     // values[slot]
  kLocal,        // locals[slot]
  kField,        // args[0] . name; flag: has(...)
  kAnd,          // args[0], args[1]
  kOr,           // args[0], args[1]
  kNot,          // args[0]
  kConditional,  // args[0] ? args[1] : args[2]
  kNotFalse,     // args[0]; an error is not false
  kSame,         // args[0]
  kEqual,        // args[0], args[1]; flag: differs
  kOrder,        // args[0], args[1]; flag: less, equal: or equal
  kArithmetic,   // args[0] symbol args[1]
  kNegate,       // - args[0]
  kIn,           // args[0] in args[1]
  kIndex,        // args[0] [ args[1] ]
  kSize,         // args[0]
  kContains,     // args[0], args[1]
  kStartsWith,   // args[0], args[1]
  kEndsWith,     // args[0], args[1]
  kMatches,      // args[0], by detail->pattern
  kType,         // args[0]
  kCall,         // one of detail->resolution->overloads of detail->args
  kList,         // detail->args
  kMap,          // detail->args: key, value, key, value
  kMessage,      // detail->args, for detail->fields
  kExists,       // over args[0], args[1] for locals[slot]; flag: all
  kGather,       // over args[0], args[1], where args[2] holds if there is one
  kFold,         // over args[0], from args[1], while args[2]; locals[slot] is the accumulator
};

struct Step;

// Of a selection: the place in messages of `descriptor`; in others the name is looked up.
struct FieldPlace {
  const std::string* name = nullptr;
  const google::protobuf::Descriptor* descriptor = nullptr;
  const google::protobuf::FieldDescriptor* field = nullptr;
};

// What few steps have.
struct StepDetail {
  // Of a call, where it stands in the tree.
  NodeId node = kNoNode;
  const Resolution* resolution = nullptr;
  // Arguments of those that may have many; of kFold, its step and result.
  std::vector<const Step*> args;
  std::vector<const google::protobuf::FieldDescriptor*> fields;  // kMessage
  std::shared_ptr<const Pattern> pattern;                        // kMatches
  // Of kIn, the elements of a long list that is constant; null for others.
  std::shared_ptr<const ElementSet> among;
};

// Small, since a host that evaluates thousands of expressions has all of them before it.
struct Step {
  Step() : args{}, place{} {}

  Op op = Op::kConstant;
  bool flag = false;
  bool or_equal = false;
  bool two_variables = false;
  // Numbers of different kinds, too.
  bool mixed = false;
  char symbol = 0;
  // What the plain evaluator counts for it, without its arguments.
  uint32_t steps = 1;
  uint32_t cost = 0;
  // Kinds of operands, by bits, for which the plan does the work itself.
  uint32_t kinds = 0;
  // Of a constant, the memory that making it takes.
  uint32_t slot = 0;
  union {
    const Step* args[3];
    Cell constant;
  };
  union {
    FieldPlace place;  // kField
    const StepDetail* detail;
  };
};
static_assert(sizeof(Step) == 72);

// Of a plan. They lie still, since steps and cells refer to them.
struct PlanParts {
  std::deque<Step> steps;
  std::deque<StepDetail> details;
  std::deque<Value> constants;
  const Step* root = nullptr;
  size_t locals = 0;
};

constexpr uint32_t KindBit(Value::Kind kind) { return 1U << static_cast<unsigned>(kind); }

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_PLAN_STEP_H_
