#include "libchangepolicy/cel/macro.h"

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

NodeId Expansion::FoldOver(NodeId range, std::string variable, std::string second, NodeId initial,
                           NodeId condition, NodeId step, NodeId result) {
  return AddFold({range, initial, condition, step, result},
                 {.variable = std::move(variable),
                  .second_variable = std::move(second),
                  .accumulator = std::string(kAccumulator)});
}

NodeId Expansion::Let(const std::string& variable, NodeId value, NodeId body) {
  const NodeId nothing = List({});
  const NodeId stop = Value(false);
  return AddFold({nothing, value, stop, Ident(variable), body},
                 {.variable = "#unused", .accumulator = variable});
}

NodeId Expansion::AddFold(NodeArgs parts, NodeDetail variables) {
  return builder_.Add({.kind = NodeKind::kComprehension,
                       .args = std::move(parts),
                       .detail = std::make_shared<const NodeDetail>(std::move(variables))},
                      call_.span);
}

std::string Expansion::Variable(size_t index) {
  const Node& node = builder_[arg(index)];
  if (node.kind == NodeKind::kIdent && !node.name.starts_with('.')) {
    return node.name;
  }
  Complain(arg(index), StrCat("`", call_.function, "` needs the name of a variable here"),
           "write a plain name, like `x`");
  return "";
}

bool Expansion::Variables(size_t count, std::string* first, std::string* second) {
  *first = Variable(0);
  if (first->empty()) return false;
  if (count == 2) {
    *second = Variable(1);
    if (*second == *first) {
      Complain(arg(1), "both variables have the same name", "give each its own");
      return false;
    }
    return !second->empty();
  }
  return true;
}

NodeId Expansion::Complain(NodeId at, std::string message, std::string help) {
  const Span span = builder_.SpanOf(at);
  diagnostics_.push_back({.id = "cel-macro",
                          .message = std::move(message),
                          .help = std::move(help),
                          .begin = span.begin,
                          .end = span.end});
  return kNoNode;
}

namespace {

bool Receives(const Macro& macro, NodeId target, const TreeBuilder& builder) {
  if (macro.receiver == "*") return target != kNoNode;
  if (macro.receiver.empty()) return target == kNoNode;
  return target != kNoNode && builder[target].kind == NodeKind::kIdent &&
         builder[target].name == macro.receiver;
}

}  // namespace

MacroOutcome ExpandMacro(const MacroCall& call, const MacroTable& macros, TreeBuilder* builder,
                         NodeId* result, Diagnostics* diagnostics) {
  for (const Macro& macro : macros) {
    if (macro.name != call.function || !Receives(macro, call.target, *builder)) continue;
    if (macro.args != Macro::kAnyNumber && macro.args != call.args.size()) continue;
    const auto first_new = static_cast<NodeId>(builder->size());
    Expansion expansion(call, builder, diagnostics);
    *result = macro.expand(expansion);
    if (*result == kNoNode) return MacroOutcome::kError;
    // A macro that gives back an argument (`has`) leaves nothing behind that could be mistaken.
    if (*result >= first_new) {
      builder->Remember({.node = *result,
                         .function = std::string(call.function),
                         .target = call.target,
                         .args = call.args});
    }
    return MacroOutcome::kExpanded;
  }
  return MacroOutcome::kNoMacro;
}

}  // namespace changepolicy::cel
