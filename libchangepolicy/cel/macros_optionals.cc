// optMap and optFlatMap.
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

template <bool kFlat>
NodeId OptionalMap(Expansion& e) {
  const std::string variable = e.Variable(0);
  if (variable.empty()) return kNoNode;
  const std::string target = "@target";
  const auto hold = [&] { return e.Ident(target); };
  const NodeId value = e.builder().AddMember("value", {hold()}, e.call().span);
  NodeId body = e.Let(variable, value, e.arg(1));
  if (!kFlat) body = e.Call("optional.of", {body});
  const NodeId present = e.builder().AddMember("hasValue", {hold()}, e.call().span);
  const NodeId chosen = e.Call("_?_:_", {present, body, e.Call("optional.none", {})});
  return e.Let(target, e.call().target, chosen);
}

}  // namespace

void AddOptionalMacros(MacroTable* table) {
  const MacroTable rows = {
      {"optMap", "*", 2, OptionalMap<false>},
      {"optFlatMap", "*", 2, OptionalMap<true>},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
