#include "libchangepolicy/program/list_fold.h"

#include <string>
#include <string_view>

namespace changepolicy {

using cel::Node;
using cel::NodeId;
using cel::NodeKind;

namespace {

// `acc` alone.
bool IsName(const cel::Tree& tree, NodeId id, std::string_view name) {
  return tree[id].kind == NodeKind::kIdent && tree[id].name == name;
}

// A call of the function with so many arguments; null otherwise.
const Node* CallOf(const cel::Tree& tree, NodeId id, std::string_view function, size_t args) {
  const Node& node = tree[id];
  return node.kind == NodeKind::kCall && node.name == function && node.args.size() == args
             ? &node
             : nullptr;
}

bool IsLiteral(const cel::Tree& tree, NodeId id, const cel::Literal& literal) {
  return tree[id].kind == NodeKind::kLiteral && tree[id].literal == literal;
}

// Of a list of one; none of any other node.
NodeId OnlyElement(const cel::Tree& tree, NodeId id) {
  const Node& list = tree[id];
  const bool one = list.kind == NodeKind::kList && list.args.size() == 1 && !list.IsOptional(0);
  return one ? list.args[0] : cel::kNoNode;
}

}  // namespace

ListFold RecognizeFold(const cel::Tree& tree, const Node& node) {
  const std::string& acc = node.accumulator();
  const NodeId step = node.args[cel::kStep];
  const NodeId result = node.args[cel::kResult];
  const std::string& element =
      node.second_variable().empty() ? node.variable() : node.second_variable();
  if (const Node* const both = CallOf(tree, step, "_&&_", 2);
      both != nullptr && IsLiteral(tree, node.args[cel::kInitial], true) &&
      IsName(tree, both->args[0], acc) && IsName(tree, result, acc)) {
    return {Op::kAll, both->args[1]};
  }
  if (const Node* const either = CallOf(tree, step, "_||_", 2);
      either != nullptr && IsLiteral(tree, node.args[cel::kInitial], false) &&
      IsName(tree, either->args[0], acc) && IsName(tree, result, acc)) {
    return {Op::kExists, either->args[1]};
  }
  if (const Node* const branch = CallOf(tree, step, "_?_:_", 3);
      branch != nullptr && IsName(tree, branch->args[2], acc)) {
    const Node* const more = CallOf(tree, branch->args[1], "_+_", 2);
    if (more == nullptr || !IsName(tree, more->args[0], acc)) return {};
    if (IsLiteral(tree, more->args[1], int64_t{1}) &&
        IsLiteral(tree, node.args[cel::kInitial], int64_t{0})) {
      return {Op::kExistsOne, branch->args[0]};
    }
    const NodeId gathered = OnlyElement(tree, more->args[1]);
    if (gathered == cel::kNoNode || !IsName(tree, result, acc)) return {};
    if (IsName(tree, gathered, element)) return {Op::kFilter, branch->args[0]};
    return {Op::kMap, gathered, branch->args[0]};
  }
  if (const Node* const more = CallOf(tree, step, "_+_", 2);
      more != nullptr && IsName(tree, more->args[0], acc) && IsName(tree, result, acc)) {
    const NodeId gathered = OnlyElement(tree, more->args[1]);
    if (gathered != cel::kNoNode) return {Op::kMap, gathered};
  }
  return {};
}

bool IsBinding(const cel::Tree& tree, const Node& node) {
  const Node& range = tree[node.args[cel::kRange]];
  return range.kind == NodeKind::kList && range.args.empty() &&
         IsLiteral(tree, node.args[cel::kCondition], false);
}

}  // namespace changepolicy
