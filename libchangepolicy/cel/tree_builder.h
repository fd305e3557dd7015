// Makes nodes; shared by the parser and the macros.
#ifndef LIBCHANGEPOLICY_CEL_TREE_BUILDER_H_
#define LIBCHANGEPOLICY_CEL_TREE_BUILDER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

// Bytes of the text that a node comes from, and the one to point at.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t at = 0;
};

class TreeBuilder {
 public:
  explicit TreeBuilder(const Limits& limits) : limits_(limits) {}

  NodeId Add(Node node, Span span) {
    node.begin = span.begin;
    node.end = span.end;
    node.at = span.at;
    size_t depth = 0;
    for (const NodeId arg : node.args) {
      depth = std::max(depth, depths_[static_cast<size_t>(arg)]);
    }
    depths_.push_back(depth + 1);
    too_deep_ = too_deep_ || depth + 1 > limits_.tree_depth;
    too_many_ = too_many_ || tree_.nodes.size() >= limits_.nodes;
    tree_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(tree_.nodes.size()) - 1;
  }
  NodeId AddLiteral(Literal value, Span span) {
    return Add({.kind = NodeKind::kLiteral, .literal = std::move(value)}, span);
  }
  NodeId AddIdent(std::string_view name, Span span) {
    return Add({.kind = NodeKind::kIdent, .name = std::string(name)}, span);
  }
  NodeId AddCall(std::string_view function, absl::Span<const NodeId> args, Span span) {
    return Add({.kind = NodeKind::kCall,
                .name = std::string(function),
                .args = NodeArgs(args.begin(), args.end())},
               span);
  }
  NodeId AddMember(std::string_view function, absl::Span<const NodeId> args, Span span) {
    return Add({.kind = NodeKind::kCall,
                .is_member = true,
                .name = std::string(function),
                .args = NodeArgs(args.begin(), args.end())},
               span);
  }
  NodeId AddList(absl::Span<const NodeId> elements, Span span) {
    return Add({.kind = NodeKind::kList, .args = NodeArgs(elements.begin(), elements.end())}, span);
  }

  // `use.node` is newer than those recorded before.
  void Remember(MacroUse use) { tree_.macro_uses.push_back(std::move(use)); }

  size_t size() const { return tree_.nodes.size(); }
  const Node& operator[](NodeId id) const { return tree_[id]; }
  Node& operator[](NodeId id) { return tree_[id]; }
  Span SpanOf(NodeId id) const {
    const Node& node = tree_[id];
    return {node.begin, node.end, node.at};
  }
  const Tree& tree() const { return tree_; }
  bool too_deep() const { return too_deep_; }
  bool too_many() const { return too_many_; }
  Tree Take(std::string_view text, NodeId root) {
    tree_.text = text;
    tree_.root = root;
    return std::move(tree_);
  }

 private:
  const Limits& limits_;
  Tree tree_;
  std::vector<size_t> depths_;
  bool too_deep_ = false;
  bool too_many_ = false;
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TREE_BUILDER_H_
