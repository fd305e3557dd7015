// What the planner finds out about a tree before it plans. Included by the plan's files only.
#ifndef LIBCHANGEPOLICY_CEL_PLAN_PARTS_H_
#define LIBCHANGEPOLICY_CEL_PLAN_PARTS_H_

#include <vector>

#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

// By node: whether it reads no variable, no local of outside, and calls functions of the libraries
// only, so that it has one value for ever.
std::vector<bool> ClosedParts(const Expression& expression);

// What a comprehension does.
struct Loop {
  enum class Form {
    kFold,
    kExists,  // whether `body` holds for an element
    kAll,     // whether it holds for all
    kGather,  // the list of `body` for those elements that pass `filter`
    kMap,     // the same for a map
  };
  Form form = Form::kFold;
  NodeId body = kNoNode;
  NodeId filter = kNoNode;  // kNoNode: all pass
};
Loop LoopOf(const Tree& tree, const Node& comprehension);

// Not one of a host, whose answer may depend on more than the arguments.
bool IsOfLibraries(const Overload& overload);

struct Step;
struct StepDetail;
// Make a call one of an operation that plans do, where it is one; otherwise they leave it as it is.
// `second` is the node of the second argument.
void ChooseUnary(const Resolution& resolution, Step* step);
void ChooseBinary(const Resolution& resolution, const Node& second, Step* step, StepDetail* detail);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_PLAN_PARTS_H_
