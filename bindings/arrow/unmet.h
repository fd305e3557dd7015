// What a Decision says is still missing, as short lists for tables.
#ifndef BINDINGS_ARROW_UNMET_H_
#define BINDINGS_ARROW_UNMET_H_

#include <string>
#include <vector>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy::bindings {

// Whom the approval rules that do not hold still ask for, each as its slot says it: `role cab`,
// `role cto or role cpo`, `owners of service api`, `person ann`. Of slots on the branch that was
// chosen, or of all where none was, those with fewer people than they need. Sorted, once each.
std::vector<std::string> MissingRoles(const v1::Decision& decision);

// Ids of the rules that hold the transition back (unsatisfied, unsatisfiable, unknown or in
// error): approval rules, pairs of parts and gates, in the Decision's order.
std::vector<std::string> UnmetGates(const v1::Decision& decision);

}  // namespace changepolicy::bindings

#endif  // BINDINGS_ARROW_UNMET_H_
