// Everything about a merged policy that can be checked without looking into its expressions.
#ifndef LIBCHANGEPOLICY_CHECK_STRUCTURE_H_
#define LIBCHANGEPOLICY_CHECK_STRUCTURE_H_

#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// References, ids, requirement trees, levels, calendars, scopes.
void CheckStructure(const MergedPolicy& merged, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_STRUCTURE_H_
