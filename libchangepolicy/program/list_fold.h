// What the macros that go through a list were expanded to, recognized again.
#ifndef LIBCHANGEPOLICY_PROGRAM_LIST_FOLD_H_
#define LIBCHANGEPOLICY_PROGRAM_LIST_FOLD_H_

#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

struct ListFold {
  // kExists, kAll, kExistsOne, kFilter or kMap; kConstant for a comprehension that is none of
  // these.
  Op op = Op::kConstant;
  cel::NodeId body = cel::kNoNode;    // the predicate, or the element that is made
  cel::NodeId filter = cel::kNoNode;  // of kMap: for which elements; kNoNode: for all
};

// Goes by the comprehension's parts, so that what a macro of another name expands to in the same
// way is recognized too.
ListFold RecognizeFold(const cel::Tree& tree, const cel::Node& comprehension);

// cel.bind and its like: a comprehension over nothing, whose accumulator is the name of a value.
bool IsBinding(const cel::Tree& tree, const cel::Node& comprehension);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_LIST_FOLD_H_
