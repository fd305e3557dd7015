// What an expression says, as a tree. Nodes stand in one array, children before their parents, and
// are named by their index, so that passes can keep what they find out in arrays of their own.
//
// Macros are expanded: `has` is a Select that only tests, the others are comprehensions; the tree
// remembers the calls that they were, and each node knows the text that it came from. Operators are
// calls of the functions `_+_`, `!_`, `_[_]`,
// `_?_:_`, `@in` and so on, as in the syntax of cel.expr (specification, syntax.proto).
#ifndef LIBCHANGEPOLICY_CEL_TREE_H_
#define LIBCHANGEPOLICY_CEL_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"

namespace changepolicy::cel {

using NodeId = int32_t;
inline constexpr NodeId kNoNode = -1;

struct BytesLiteral {
  std::string bytes;
  friend bool operator==(const BytesLiteral&, const BytesLiteral&) = default;
};
// null, bool, int, uint, double, string, bytes.
using Literal =
    std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, BytesLiteral>;

enum class NodeKind : uint8_t {
  kLiteral,
  kIdent,          // name; a leading dot is kept in it
  kSelect,         // args[0] . name; with test_only: has(...)
  kCall,           // name(args), or args[0].name(args[1..]) where is_member
  kList,           // args
  kMap,            // args: key, value, key, value
  kMessage,        // name; fields parallel to args
  kComprehension,  // args: range, initial, condition, step, result
};

// Arguments of a comprehension, by position in Node::args.
enum ComprehensionPart { kRange, kInitial, kCondition, kStep, kResult };

// What few nodes have.
struct NodeDetail {
  std::vector<std::string> fields;
  std::vector<uint32_t> field_offsets;  // where each of them begins
  // By element, entry or field: it is left out when its optional value is none. Empty where none is
  // marked so.
  std::vector<bool> optional;
  // Comprehension: variables of the element (and second: of the value), and of the accumulator.
  std::string variable;
  std::string second_variable;
  std::string accumulator;
};

// Mostly of few.
using NodeArgs = absl::InlinedVector<NodeId, 4>;

// A policy of ten thousand rules has a million of them while it is loaded, so they are kept small.
struct Node {
  NodeKind kind = NodeKind::kLiteral;
  bool test_only = false;
  bool is_member = false;
  // Written in backquotes, or by the optional selector: never part of a qualified name.
  bool quoted = false;
  // Bytes [begin, end) of the expression's text; and the byte that a message should point at.
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t at = 0;
  Literal literal;
  std::string name;
  NodeArgs args;
  std::shared_ptr<const NodeDetail> detail;  // null for most

  const std::vector<std::string>& fields() const { return Detail().fields; }
  const std::vector<uint32_t>& field_offsets() const { return Detail().field_offsets; }
  const std::vector<bool>& optional() const { return Detail().optional; }
  const std::string& variable() const { return Detail().variable; }
  const std::string& second_variable() const { return Detail().second_variable; }
  const std::string& accumulator() const { return Detail().accumulator; }

  bool HasOptional() const { return !optional().empty(); }
  // Whether this element, entry or field is marked `?`.
  bool IsOptional(size_t part) const { return HasOptional() && optional()[part]; }

  // `detail`, or that of a node which has none.
  const NodeDetail& Detail() const;
};

// A call as written, where a macro put something else. Target and arguments are nodes of the tree,
// shared with the expansion, except for those that only give a name: variables, `cel` of cel.bind.
struct MacroUse {
  NodeId node = kNoNode;  // the root of the expansion
  std::string function;
  NodeId target = kNoNode;  // kNoNode for a call without one
  NodeArgs args;
};

struct Tree {
  std::string text;
  std::vector<Node> nodes;
  NodeId root = kNoNode;
  // By rising node. `has` is not among them: a Select that tests says all that was written.
  std::vector<MacroUse> macro_uses;

  // The call that this node stands for; null where none was recorded. Logarithmic.
  const MacroUse* MacroUseAt(NodeId id) const;

  const Node& operator[](NodeId id) const { return nodes[static_cast<size_t>(id)]; }
  Node& operator[](NodeId id) { return nodes[static_cast<size_t>(id)]; }
};

// `a.b.c` of a chain of selections that starts at an identifier; empty for anything else.
std::string QualifiedName(const Tree& tree, NodeId id);

// The first identifier of such a chain; kNoNode for anything else.
NodeId RootIdent(const Tree& tree, NodeId id);

// A stable notation of the tree, one line, for tests and tools: `_+_(x, 1)`. Trees with one dump
// are equal. Recursive, as deep as the tree.
std::string Dump(const Tree& tree);

// Whether the trees say the same: kinds, names, literals (doubles by their bits), order. Places,
// text and recorded macros do not count. Recursive, as deep as the smaller tree.
bool Equal(const Tree& a, const Tree& b);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TREE_H_
