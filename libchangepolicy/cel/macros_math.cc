// math.greatest and math.least: any number of numbers, or one list of them.
#include <algorithm>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

// Whether the node may turn out to be a number: only literals tell before they are evaluated.
bool MayBeNumber(const Node& node) {
  switch (node.kind) {
    case NodeKind::kLiteral:
      return std::holds_alternative<int64_t>(node.literal) ||
             std::holds_alternative<uint64_t>(node.literal) ||
             std::holds_alternative<double>(node.literal);
    case NodeKind::kList:
    case NodeKind::kMap:
    case NodeKind::kMessage:
      return false;
    default:
      return true;
  }
}

bool IsListOfNumbers(Expansion& e, NodeId id) {
  const Node& list = e.builder()[id];
  return list.kind == NodeKind::kList && !list.args.empty() &&
         std::all_of(list.args.begin(), list.args.end(),
                     [&](NodeId element) { return MayBeNumber(e.builder()[element]); });
}

template <bool kGreatest>
NodeId Extreme(Expansion& e) {
  constexpr std::string_view kName = kGreatest ? "math.greatest" : "math.least";
  constexpr std::string_view kFunction = kGreatest ? "math.@max" : "math.@min";
  const NodeArgs& args = e.call().args;
  if (args.empty()) {
    return e.Complain(e.call().target, StrCat("`", kName, "` needs at least one number"),
                      StrCat("write `", kName, "(a, b)`, or give it a list"));
  }
  if (args.size() == 1 && IsListOfNumbers(e, args[0])) return e.Call(kFunction, args);
  for (const NodeId arg : args) {
    if (MayBeNumber(e.builder()[arg])) continue;
    return e.Complain(arg, StrCat("`", kName, "` takes numbers, found something else"),
                      "give it int, uint or double, or one list of them that is not empty");
  }
  return args.size() <= 2 ? e.Call(kFunction, args) : e.Call(kFunction, {e.List(args)});
}

}  // namespace

void AddMathMacros(MacroTable* table) {
  const MacroTable rows = {
      {"greatest", "math", Macro::kAnyNumber, Extreme<true>},
      {"least", "math", Macro::kAnyNumber, Extreme<false>},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
