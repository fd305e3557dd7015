#include "libchangepolicy/cel/tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "absl/strings/escaping.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

const NodeDetail& Node::Detail() const {
  static const NodeDetail& kNone = *new NodeDetail;
  return detail == nullptr ? kNone : *detail;
}

const MacroUse* Tree::MacroUseAt(NodeId id) const {
  const auto found =
      std::lower_bound(macro_uses.begin(), macro_uses.end(), id,
                       [](const MacroUse& use, NodeId wanted) { return use.node < wanted; });
  return found != macro_uses.end() && found->node == id ? &*found : nullptr;
}

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
  std::string operator()(double value) const {
    std::array<char, 40> digits;  // the fewest that give the number back
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return std::string(digits.data(), written.ptr) + "d";
  }
  std::string operator()(const std::string& value) const {
    return StrCat("\"", absl::Utf8SafeCEscape(value), "\"");
  }
  std::string operator()(const BytesLiteral& value) const {
    return StrCat("b\"", absl::CHexEscape(value.bytes), "\"");
  }
};

// A name that no plain name can be mistaken for where it was written in backquotes.
std::string NameText(const std::string& name, bool quoted) {
  return quoted ? StrCat("`", name, "`") : name;
}

bool IsPlain(std::string_view name) {
  return name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
         std::string_view::npos;
}

void Append(const Tree& tree, NodeId id, std::string* out) {
  const Node& node = tree[id];
  const auto append_args = [&](std::string_view open, std::string_view close, size_t from = 0) {
    *out += open;
    for (size_t i = from; i < node.args.size(); ++i) {
      if (i > from) *out += ", ";
      const size_t entry = node.kind == NodeKind::kMap ? i / 2 : i;
      if (node.IsOptional(entry)) *out += '?';
      if (i < node.fields().size()) {
        *out += NameText(node.fields()[i], !IsPlain(node.fields()[i])) + ": ";
      }
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
      *out += (node.test_only ? ".has:" : ".") + NameText(node.name, node.quoted);
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
      *out += StrCat("fold<", node.variable(), node.second_variable().empty() ? "" : ", ",
                     node.second_variable(), ", ", node.accumulator(), ">");
      append_args("(", ")");
      return;
  }
}

}  // namespace

std::string Dump(const Tree& tree) {
  std::string text;
  if (tree.root != kNoNode) Append(tree, tree.root, &text);
  return text;
}

namespace {

bool SameLiteral(const Literal& a, const Literal& b) {
  const double* const x = std::get_if<double>(&a);
  const double* const y = std::get_if<double>(&b);
  if (x == nullptr || y == nullptr) return a == b;
  return std::bit_cast<uint64_t>(*x) == std::bit_cast<uint64_t>(*y);
}

bool Same(const Tree& a, NodeId x, const Tree& b, NodeId y) {
  const Node& one = a[x];
  const Node& other = b[y];
  if (one.kind != other.kind || one.name != other.name || one.fields() != other.fields() ||
      one.optional() != other.optional() || one.test_only != other.test_only ||
      one.is_member != other.is_member || one.quoted != other.quoted ||
      one.variable() != other.variable() || one.second_variable() != other.second_variable() ||
      one.accumulator() != other.accumulator() || one.args.size() != other.args.size() ||
      !SameLiteral(one.literal, other.literal)) {
    return false;
  }
  for (size_t i = 0; i < one.args.size(); ++i) {
    if (!Same(a, one.args[i], b, other.args[i])) return false;
  }
  return true;
}

}  // namespace

bool Equal(const Tree& a, const Tree& b) {
  if (a.root == kNoNode || b.root == kNoNode) return a.root == b.root;
  return Same(a, a.root, b, b.root);
}

}  // namespace changepolicy::cel
