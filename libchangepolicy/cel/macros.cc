#include "libchangepolicy/cel/macros.h"

#include <array>

#include "libchangepolicy/base/text.h"

namespace changepolicy::cel {

namespace {

constexpr std::string_view kAccumulator = "@result";

// One use of a macro, with the nodes that its expansion needs.
class Expansion {
 public:
  Expansion(const MacroCall& call, TreeBuilder* builder, Diagnostics* diagnostics)
      : call_(call), builder_(*builder), diagnostics_(*diagnostics) {}

  const MacroCall& call() const { return call_; }
  NodeId arg(size_t index) const { return call_.args[index]; }

  NodeId Accumulator() { return builder_.AddIdent(kAccumulator, call_.span); }
  NodeId Literal_(Literal value) { return builder_.AddLiteral(std::move(value), call_.span); }
  NodeId Call(std::string_view function, std::vector<NodeId> args) {
    return builder_.AddCall(function, std::move(args), call_.span);
  }
  NodeId List(std::vector<NodeId> elements) {
    return builder_.AddList(std::move(elements), call_.span);
  }
  NodeId Ident(std::string_view name) { return builder_.AddIdent(name, call_.span); }
  TreeBuilder& builder() { return builder_; }

  // A variable that the macro declares: a plain name. Empty, and a complaint, for anything else.
  std::string Variable(size_t index) {
    const Node& node = builder_[arg(index)];
    if (node.kind == NodeKind::kIdent && !node.name.starts_with('.') &&
        !node.name.starts_with('@')) {
      return node.name;
    }
    Complain(arg(index), StrCat("`", call_.function, "` needs the name of a variable here"),
             "write a plain name, like `x`");
    return "";
  }

  NodeId Complain(NodeId at, std::string message, std::string help) {
    const Span span = builder_.SpanOf(at);
    diagnostics_.push_back({.id = "cel-macro",
                            .message = std::move(message),
                            .help = std::move(help),
                            .begin = span.begin,
                            .end = span.end});
    return kNoNode;
  }

  NodeId Fold(std::string variable, std::string second, NodeId initial, NodeId condition,
              NodeId step, NodeId result) {
    Node node{.kind = NodeKind::kComprehension,
              .args = {call_.target, initial, condition, step, result},
              .variable = std::move(variable),
              .second_variable = std::move(second),
              .accumulator = std::string(kAccumulator)};
    return builder_.Add(std::move(node), call_.span);
  }

 private:
  const MacroCall& call_;
  TreeBuilder& builder_;
  Diagnostics& diagnostics_;
};

NodeId Has(Expansion& e) {
  Node& field = e.builder()[e.arg(0)];
  if (field.kind != NodeKind::kSelect || field.test_only) {
    return e.Complain(e.arg(0), "`has` needs the selection of a field",
                      "write `has(message.field)`");
  }
  field.test_only = true;
  field.begin = e.call().span.begin;
  field.end = e.call().span.end;
  return e.arg(0);
}

// The variables of a macro that takes one or two of them; false when one is no name, or both are
// the same.
bool Variables(Expansion& e, size_t count, std::string* first, std::string* second) {
  *first = e.Variable(0);
  if (first->empty()) return false;
  if (count == 2) {
    *second = e.Variable(1);
    if (*second == *first) {
      e.Complain(e.arg(1), "both variables have the same name", "give each its own");
      return false;
    }
    return !second->empty();
  }
  return true;
}

template <size_t kVariables>
NodeId All(Expansion& e) {
  std::string first, second;
  if (!Variables(e, kVariables, &first, &second)) return kNoNode;
  const NodeId initial = e.Literal_(true);
  const NodeId condition = e.Call("@not_strictly_false", {e.Accumulator()});
  const NodeId step = e.Call("_&&_", {e.Accumulator(), e.arg(kVariables)});
  return e.Fold(first, second, initial, condition, step, e.Accumulator());
}

template <size_t kVariables>
NodeId Exists(Expansion& e) {
  std::string first, second;
  if (!Variables(e, kVariables, &first, &second)) return kNoNode;
  const NodeId initial = e.Literal_(false);
  const NodeId condition = e.Call("@not_strictly_false", {e.Call("!_", {e.Accumulator()})});
  const NodeId step = e.Call("_||_", {e.Accumulator(), e.arg(kVariables)});
  return e.Fold(first, second, initial, condition, step, e.Accumulator());
}

template <size_t kVariables>
NodeId ExistsOne(Expansion& e) {
  std::string first, second;
  if (!Variables(e, kVariables, &first, &second)) return kNoNode;
  const NodeId initial = e.Literal_(int64_t{0});
  const NodeId more = e.Call("_+_", {e.Accumulator(), e.Literal_(int64_t{1})});
  const NodeId step = e.Call("_?_:_", {e.arg(kVariables), more, e.Accumulator()});
  const NodeId result = e.Call("_==_", {e.Accumulator(), e.Literal_(int64_t{1})});
  return e.Fold(first, second, initial, e.Literal_(true), step, result);
}

// [f for each element], or for those that pass a filter.
template <size_t kVariables>
NodeId MapList(Expansion& e) {
  std::string first, second;
  if (!Variables(e, kVariables, &first, &second)) return kNoNode;
  const bool filtered = e.call().args.size() == kVariables + 2;
  const NodeId initial = e.List({});
  const NodeId element = e.List({e.arg(kVariables + (filtered ? 1 : 0))});
  NodeId step = e.Call("_+_", {e.Accumulator(), element});
  if (filtered) step = e.Call("_?_:_", {e.arg(kVariables), step, e.Accumulator()});
  return e.Fold(first, second, initial, e.Literal_(true), step, e.Accumulator());
}

NodeId Filter(Expansion& e) {
  std::string first, second;
  if (!Variables(e, 1, &first, &second)) return kNoNode;
  const NodeId initial = e.List({});
  const NodeId element = e.List({e.Ident(first)});
  const NodeId more = e.Call("_+_", {e.Accumulator(), element});
  const NodeId step = e.Call("_?_:_", {e.arg(1), more, e.Accumulator()});
  return e.Fold(first, second, initial, e.Literal_(true), step, e.Accumulator());
}

// A map built entry by entry; `@map_insert` refuses a key that is there already.
template <bool kWholeEntries>
NodeId TransformMap(Expansion& e) {
  std::string first, second;
  if (!Variables(e, 2, &first, &second)) return kNoNode;
  const bool filtered = e.call().args.size() == 4;
  const NodeId value = e.arg(filtered ? 3 : 2);
  const NodeId initial = e.builder().Add({.kind = NodeKind::kMap}, e.call().span);
  std::vector<NodeId> inserted = {e.Accumulator()};
  if (!kWholeEntries) inserted.push_back(e.Ident(first));
  inserted.push_back(value);
  NodeId step = e.Call("@map_insert", std::move(inserted));
  if (filtered) step = e.Call("_?_:_", {e.arg(2), step, e.Accumulator()});
  return e.Fold(first, second, initial, e.Literal_(true), step, e.Accumulator());
}

NodeId Let(Expansion& e, const std::string& variable, NodeId value, NodeId body) {
  Node node{.kind = NodeKind::kComprehension,
            .args = {e.List({}), value, e.Literal_(false), e.Ident(variable), body},
            .variable = "#unused",
            .accumulator = variable};
  return e.builder().Add(std::move(node), e.call().span);
}

NodeId Bind(Expansion& e) {
  const std::string variable = e.Variable(0);
  return variable.empty() ? kNoNode : Let(e, variable, e.arg(1), e.arg(2));
}

template <bool kFlat>
NodeId OptionalMap(Expansion& e) {
  const std::string variable = e.Variable(0);
  if (variable.empty()) return kNoNode;
  const std::string target = "@target";
  const auto hold = [&] { return e.Ident(target); };
  const NodeId value = e.builder().AddMember("value", {hold()}, e.call().span);
  NodeId body = Let(e, variable, value, e.arg(1));
  if (!kFlat) body = e.Call("optional.of", {body});
  const NodeId present = e.builder().AddMember("hasValue", {hold()}, e.call().span);
  const NodeId chosen = e.Call("_?_:_", {present, body, e.Call("optional.none", {})});
  return Let(e, target, e.call().target, chosen);
}

struct Macro {
  std::string_view name;
  std::string_view receiver;  // `*`: a target; empty: none; else that namespace
  size_t args;
  NodeId (*expand)(Expansion&);
};
constexpr std::array kMacros = {
    Macro{"has", "", 1, Has},
    Macro{"all", "*", 2, All<1>},
    Macro{"all", "*", 3, All<2>},
    Macro{"exists", "*", 2, Exists<1>},
    Macro{"exists", "*", 3, Exists<2>},
    Macro{"exists_one", "*", 2, ExistsOne<1>},
    Macro{"exists_one", "*", 3, ExistsOne<2>},
    Macro{"existsOne", "*", 2, ExistsOne<1>},
    Macro{"existsOne", "*", 3, ExistsOne<2>},
    Macro{"map", "*", 2, MapList<1>},
    Macro{"map", "*", 3, MapList<1>},
    Macro{"filter", "*", 2, Filter},
    Macro{"transformList", "*", 3, MapList<2>},
    Macro{"transformList", "*", 4, MapList<2>},
    Macro{"transformMap", "*", 3, TransformMap<false>},
    Macro{"transformMap", "*", 4, TransformMap<false>},
    Macro{"transformMapEntry", "*", 3, TransformMap<true>},
    Macro{"transformMapEntry", "*", 4, TransformMap<true>},
    Macro{"optMap", "*", 2, OptionalMap<false>},
    Macro{"optFlatMap", "*", 2, OptionalMap<true>},
    Macro{"bind", "cel", 3, Bind},
};

bool Receives(const Macro& macro, NodeId target, const TreeBuilder& builder) {
  if (macro.receiver == "*") return target != kNoNode;
  if (macro.receiver.empty()) return target == kNoNode;
  return target != kNoNode && builder[target].kind == NodeKind::kIdent &&
         builder[target].name == macro.receiver;
}

}  // namespace

MacroOutcome ExpandMacro(const MacroCall& call, TreeBuilder* builder, NodeId* result,
                         Diagnostics* diagnostics) {
  for (const Macro& macro : kMacros) {
    if (macro.name == call.function && macro.args == call.args.size() &&
        Receives(macro, call.target, *builder)) {
      Expansion expansion(call, builder, diagnostics);
      *result = macro.expand(expansion);
      return *result == kNoNode ? MacroOutcome::kError : MacroOutcome::kExpanded;
    }
  }
  return MacroOutcome::kNoMacro;
}

}  // namespace changepolicy::cel
