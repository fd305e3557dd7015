// Short forms that policies may be written in.
#ifndef LIBCHANGEPOLICY_CHECK_SHORTHAND_H_
#define LIBCHANGEPOLICY_CHECK_SHORTHAND_H_

#include "libchangepolicy/source/document.h"

namespace changepolicy {

// `clause: X` for `clauses: [X]`, one transition, subject or group of distinctness without
// brackets, a role by its id alone, a definition by its expression alone, a clause by its title
// alone.
void ExpandShorthand(Node* policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_SHORTHAND_H_
