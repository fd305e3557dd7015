#include "libchangepolicy/cel/expression.h"

#include <array>
#include <utility>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

CallForm CallFormOf(std::string_view function) {
  static constexpr std::array<std::pair<std::string_view, CallForm>, 9> kForms = {{
      {"_[_]", CallForm::kIndex},
      {"_[?_]", CallForm::kIndex},
      {"_&&_", CallForm::kAnd},
      {"_||_", CallForm::kOr},
      {"_?_:_", CallForm::kConditional},
      {"@not_strictly_false", CallForm::kNotStrictlyFalse},
      {"_?._", CallForm::kOptionalSelect},
      {"or", CallForm::kOrElse},
      {"orValue", CallForm::kOrElse},
  }};
  for (const auto& [name, form] : kForms) {
    if (name == function) return form;
  }
  return CallForm::kStrict;
}

namespace {

class Dumper {
 public:
  explicit Dumper(const Expression& expression)
      : expression_(expression), tree_(expression.tree()) {}

  std::string Run() {
    Write(tree_.root, 0, "");
    return std::move(out_);
  }

 private:
  void Write(NodeId id, size_t depth, std::string_view role) {
    const Node& node = tree_[id];
    StrAppend(&out_, std::string(2 * depth, ' '), role, role.empty() ? "" : " ", Head(id), ": ",
              expression_.TypeOf(id).ToString(), Meaning(expression_.ResolutionOf(id)), "\n");
    if (IsWholeName(id)) return;
    // The namespace of a function is part of its name.
    const size_t first = expression_.ResolutionOf(id).skip_target ? 1 : 0;
    for (size_t i = first; i < node.args.size(); ++i) Write(node.args[i], depth + 1, Role(node, i));
  }

  // The qualified name of a variable or constant is one thing, though it is several nodes.
  bool IsWholeName(NodeId id) const {
    const Resolution::Kind kind = expression_.ResolutionOf(id).kind;
    return kind == Resolution::Kind::kVariable || kind == Resolution::Kind::kConstant;
  }

  std::string Head(NodeId id) const {
    const Node& node = tree_[id];
    if (IsWholeName(id)) return QualifiedName(tree_, id);
    switch (node.kind) {
      case NodeKind::kLiteral: {
        Tree literal;
        literal.nodes.push_back(node);
        literal.root = 0;
        return Dump(literal);
      }
      case NodeKind::kIdent:
        return node.name;
      case NodeKind::kSelect:
        return StrCat(node.test_only ? "has ." : ".", node.quoted ? "`" : "", node.name,
                      node.quoted ? "`" : "");
      case NodeKind::kCall:
        return StrCat(node.is_member ? "." : "", node.name);
      case NodeKind::kList:
        return "list";
      case NodeKind::kMap:
        return "map";
      case NodeKind::kMessage:
        return StrCat("message ", node.name);
      case NodeKind::kComprehension:
        return StrCat("fold ", node.variable(), node.second_variable().empty() ? "" : ", ",
                      node.second_variable(), " into ", node.accumulator());
    }
    return "";
  }

  static std::string Role(const Node& node, size_t index) {
    static constexpr std::array<std::string_view, 5> kParts = {"over", "from", "while", "step",
                                                               "result"};
    if (node.kind == NodeKind::kComprehension) return std::string(kParts[index]);
    const size_t entry = node.kind == NodeKind::kMap ? index / 2 : index;
    const bool optional = node.IsOptional(entry);
    if (node.kind == NodeKind::kMap) return index % 2 == 1 ? "value" : optional ? "key?" : "key";
    if (node.kind == NodeKind::kMessage) return StrCat(optional ? "?" : "", node.fields()[index]);
    return optional ? "?" : "";
  }

  static std::string Meaning(const Resolution& resolution) {
    switch (resolution.kind) {
      case Resolution::Kind::kNone:
        return "";
      case Resolution::Kind::kVariable:
        return StrCat(" = variable ", resolution.name);
      case Resolution::Kind::kLocal:
        return StrCat(" = local ", resolution.name);
      case Resolution::Kind::kConstant:
        return StrCat(" = constant ", resolution.value.ToString());
      case Resolution::Kind::kMessage:
        return StrCat(" = type ", resolution.name);
      case Resolution::Kind::kUnresolved:
        return StrCat(" = unresolved ", resolution.name);
      case Resolution::Kind::kFunction:
        break;
    }
    std::string text = StrCat(" = function ", resolution.name, " [");
    for (size_t i = 0; i < resolution.overloads.size(); ++i) {
      StrAppend(&text, i == 0 ? "" : "; ", resolution.overloads[i]->id);
    }
    return text + "]";
  }

  const Expression& expression_;
  const Tree& tree_;
  std::string out_;
};

}  // namespace

std::string Dump(const Expression& expression) { return Dumper(expression).Run(); }

}  // namespace changepolicy::cel
