// What a condition asks of attributes before anything else, told from its tree: where the value of
// an attribute is none of those that the condition names, the condition is false, whatever else it
// says. So many conditions can be told apart without evaluating them (condition_index.h).
#ifndef LIBCHANGEPOLICY_CEL_CONDITION_TESTS_H_
#define LIBCHANGEPOLICY_CEL_CONDITION_TESTS_H_

#include <string>
#include <vector>

#include "libchangepolicy/cel/expression.h"
#include "libchangepolicy/cel/tree.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// An attribute is a variable, a selection from one (`order.customer.name`), or an entry of one by a
// literal key (`labels["team"]`); also whether a field is set.
struct AttributeTest {
  enum class Kind : char { kBool = 'b', kNumber = 'n', kText = 't' };

  // The same for attributes that are the same and are asked in the same way for values of one kind,
  // of all expressions of an environment.
  std::string name;
  NodeId attribute = kNoNode;
  Kind kind = Kind::kText;
  // The attribute is a list or a map, of which an element or a key is asked for.
  bool of_element = false;
  // Sorted, each once. Where the attribute has a value of this kind that equals none of them, or is
  // a list or map in which none of them is, the condition is false. Numbers are equal whether they
  // are ints, uints or doubles.
  std::vector<MapKey> values;
};

// By name, each once. Reads `==` with a literal, `in` a list of literals, a literal `in` an
// attribute, a bool by itself and `!`, below `&&` and `||`. Linear in the tree, and in the values
// for each level of `&&` and `||`.
std::vector<AttributeTest> TestsOf(const Expression& condition);

// The attribute at the node as an expression of its own.
Expression AttributeAt(const Expression& condition, NodeId attribute);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_CONDITION_TESTS_H_
