#include "libchangepolicy/cel/tree.h"

#include <array>

#include "absl/strings/escaping.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

std::string QualifiedName(const Tree& tree, NodeId id) {
  // From the end to the beginning, without a copy at each step.
  std::vector<std::string_view> steps;
  while (tree[id].kind == NodeKind::kSelect && !tree[id].test_only && !tree[id].quoted) {
    steps.push_back(tree[id].name);
    id = tree[id].args[0];
  }
  if (tree[id].kind != NodeKind::kIdent) return "";
  std::string name = tree[id].name;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) StrAppend(&name, ".", *step);
  return name;
}

NodeId RootIdent(const Tree& tree, NodeId id) {
  while (tree[id].kind == NodeKind::kSelect && !tree[id].test_only && !tree[id].quoted) {
    id = tree[id].args[0];
  }
  return tree[id].kind == NodeKind::kIdent ? id : kNoNode;
}

namespace {

struct LiteralText {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return StrCat(value); }
  std::string operator()(uint64_t value) const { return StrCat(value, "u"); }
  std::string operator()(double value) const { return StrCat(value, "d"); }
  std::string operator()(const std::string& value) const {
    return StrCat("\"", absl::Utf8SafeCEscape(value), "\"");
  }
  std::string operator()(const BytesLiteral& value) const {
    return StrCat("b\"", absl::CHexEscape(value.bytes), "\"");
  }
};

void Append(const Tree& tree, NodeId id, std::string* out) {
  const Node& node = tree[id];
  const auto append_args = [&](std::string_view open, std::string_view close, size_t from = 0) {
    *out += open;
    for (size_t i = from; i < node.args.size(); ++i) {
      if (i > from) *out += ", ";
      const size_t entry = node.kind == NodeKind::kMap ? i / 2 : i;
      if (entry < node.optional.size() && node.optional[entry]) *out += '?';
      if (i < node.fields.size()) *out += node.fields[i] + ": ";
      Append(tree, node.args[i], out);
    }
    *out += close;
  };
  switch (node.kind) {
    case NodeKind::kLiteral:
      *out += std::visit(LiteralText(), node.literal);
      return;
    case NodeKind::kIdent:
      *out += node.name;
      return;
    case NodeKind::kSelect:
      Append(tree, node.args[0], out);
      *out += (node.test_only ? ".has:" : ".") + node.name;
      return;
    case NodeKind::kCall:
      if (node.is_member) {
        Append(tree, node.args[0], out);
        *out += '.';
      }
      *out += node.name;
      append_args("(", ")", node.is_member ? 1 : 0);
      return;
    case NodeKind::kList:
      append_args("[", "]");
      return;
    case NodeKind::kMap:
      append_args("{", "}");
      return;
    case NodeKind::kMessage:
      *out += node.name;
      append_args("{", "}");
      return;
    case NodeKind::kComprehension:
      *out += StrCat("fold<", node.variable, node.second_variable.empty() ? "" : ", ",
                     node.second_variable, ", ", node.accumulator, ">");
      append_args("(", ")");
      return;
  }
}

}  // namespace

std::string Dump(const Tree& tree) {
  std::string text;
  Append(tree, tree.root, &text);
  return text;
}

}  // namespace changepolicy::cel
