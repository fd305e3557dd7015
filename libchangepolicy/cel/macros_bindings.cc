// cel.bind: a name for a value.
#include "libchangepolicy/cel/libraries.h"

namespace changepolicy::cel {

namespace {

NodeId Bind(Expansion& e) {
  const std::string variable = e.Variable(0);
  return variable.empty() ? kNoNode : e.Let(variable, e.arg(1), e.arg(2));
}

}  // namespace

void AddBindingMacros(MacroTable* table) {
  const MacroTable rows = {
      {"bind", "cel", 3, Bind},
  };
  table->insert(table->end(), rows.begin(), rows.end());
}

}  // namespace changepolicy::cel
