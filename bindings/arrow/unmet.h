// What a Decision says is still missing, as short lists for tables.
#ifndef BINDINGS_ARROW_UNMET_H_
#define BINDINGS_ARROW_UNMET_H_

#include <string_view>
#include <vector>

#include "changepolicy/v1/decision.flat.h"

namespace changepolicy::bindings {

// Whom the approval rules that do not hold still ask for, each as its slot says it: `role cab`,
// `role cto or role cpo`, `owners of service api`, `person ann`. Of slots on the branch that was
// chosen, or of all where none was, those with fewer people than they need. Sorted, once each. The
// texts are the Decision's.
std::vector<std::string_view> MissingRoles(const flat::Decision& decision);

// Ids of the rules that hold the transition back (unsatisfied, unsatisfiable, unknown or in
// error): approval rules, pairs of parts and gates, in the Decision's order. The texts are the
// Decision's.
std::vector<std::string_view> UnmetGates(const flat::Decision& decision);

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_UNMET_H_
