// Calls that the parser replaces by what they stand for (specification, "Macros"): the mechanism.
// The macros themselves stand in macros_*.cc, one file per library that has some.
#ifndef LIBCHANGEPOLICY_CEL_MACRO_H_
#define LIBCHANGEPOLICY_CEL_MACRO_H_

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/tree_builder.h"

namespace changepolicy::cel {

// A call as written: `function(args)`, or `target.function(args)`.
struct MacroCall {
  std::string_view function;
  NodeId target = kNoNode;
  NodeArgs args;
  Span span;
};

// One use of a macro, with the nodes that its expansion needs. All of them get the call's place.
class Expansion {
 public:
  // The variable in which `map`, `filter`, `all` and their like gather their result; no expression
  // can name it.
  static constexpr std::string_view kAccumulator = "@result";

  Expansion(const MacroCall& call, TreeBuilder* builder, Diagnostics* diagnostics)
      : call_(call), builder_(*builder), diagnostics_(*diagnostics) {}

  const MacroCall& call() const { return call_; }
  NodeId arg(size_t index) const { return call_.args[index]; }
  TreeBuilder& builder() { return builder_; }

  NodeId Accumulator() { return builder_.AddIdent(kAccumulator, call_.span); }
  NodeId Value(Literal value) { return builder_.AddLiteral(std::move(value), call_.span); }
  NodeId Ident(std::string_view name) { return builder_.AddIdent(name, call_.span); }
  NodeId Call(std::string_view function, absl::Span<const NodeId> args) {
    return builder_.AddCall(function, args, call_.span);
  }
  NodeId List(absl::Span<const NodeId> elements) { return builder_.AddList(elements, call_.span); }
  // Goes through the target of the call, or through `range`.
  NodeId Fold(std::string variable, std::string second, NodeId initial, NodeId condition,
              NodeId step, NodeId result) {
    return FoldOver(call_.target, std::move(variable), std::move(second), initial, condition, step,
                    result);
  }
  NodeId FoldOver(NodeId range, std::string variable, std::string second, NodeId initial,
                  NodeId condition, NodeId step, NodeId result);
  // `body` with a name for `value`: a comprehension over nothing, as the language has no other
  // binding.
  NodeId Let(const std::string& variable, NodeId value, NodeId body);

  // A variable that the macro declares: a plain name. Empty, and a complaint, for anything else.
  std::string Variable(size_t index);
  // The variables of a macro that takes one or two of them; false when one is no name, or both are
  // the same.
  bool Variables(size_t count, std::string* first, std::string* second);

  // Gives kNoNode, for the expansion to return.
  NodeId Complain(NodeId at, std::string message, std::string help);

 private:
  NodeId AddFold(NodeArgs parts, NodeDetail variables);

  const MacroCall& call_;
  TreeBuilder& builder_;
  Diagnostics& diagnostics_;
};

struct Macro {
  static constexpr size_t kAnyNumber = std::numeric_limits<size_t>::max();

  std::string_view name;
  std::string_view receiver;  // `*`: a target; empty: none; else that namespace
  size_t args;                // or kAnyNumber
  // The replacement, or kNoNode after a complaint.
  NodeId (*expand)(Expansion&);
};
using MacroTable = std::vector<Macro>;

enum class MacroOutcome { kNoMacro, kExpanded, kError };

// Replaces the call where it is a macro of the table; `result` is then the replacement.
MacroOutcome ExpandMacro(const MacroCall& call, const MacroTable& macros, TreeBuilder* builder,
                         NodeId* result, Diagnostics* diagnostics);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_MACRO_H_
