// Calls that the parser replaces by what they stand for (specification, "Macros").
#ifndef LIBCHANGEPOLICY_CEL_MACROS_H_
#define LIBCHANGEPOLICY_CEL_MACROS_H_

#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/tree_builder.h"

namespace changepolicy::cel {

// A call as written: `function(args)`, or `target.function(args)`.
struct MacroCall {
  std::string_view function;
  NodeId target = kNoNode;
  std::vector<NodeId> args;
  Span span;
};

enum class MacroOutcome { kNoMacro, kExpanded, kError };

// Replaces the call where it is a macro; `result` is then the replacement.
MacroOutcome ExpandMacro(const MacroCall& call, TreeBuilder* builder, NodeId* result,
                         Diagnostics* diagnostics);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_MACROS_H_
