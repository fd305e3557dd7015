// sortBy: a list in the order of what an expression gives for each element.
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

// The list has a name, so that it is evaluated once though it is needed twice:
// list.sortBy(x, key) is @sort_by_keys(@sorted, @sorted.map(x, key)) with @sorted for the list.
NodeId SortBy(Expansion& e) {
  constexpr std::string_view kList = "@sorted";
  const std::string variable = e.Variable(0);
  if (variable.empty()) return kNoNode;
  const NodeId initial = e.List({});
  const NodeId step = e.Call("_+_", {e.Accumulator(), e.List({e.arg(1)})});
  const NodeId keys =
      e.FoldOver(e.Ident(kList), variable, "", initial, e.Value(true), step, e.Accumulator());
  const NodeId sorted = e.Call("@sort_by_keys", {e.Ident(kList), keys});
  return e.Let(std::string(kList), e.call().target, sorted);
}

}  // namespace

void AddListMacros(MacroTable* table) { table->push_back({"sortBy", "*", 2, SortBy}); }

}  // namespace changepolicy::cel
