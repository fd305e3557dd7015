// Which branches a branching strategy admits for a release.
#ifndef LIBCHANGEPOLICY_DOMAIN_BRANCHING_H_
#define LIBCHANGEPOLICY_DOMAIN_BRANCHING_H_

#include <string_view>

#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// Whether a release may be cut from `branch`:
//   GITFLOW           main, master, release/<name>, hotfix/<name>
//   TRUNK_BASED       main, master, trunk, release/<name>, release-<name>
//   RELEASE_BRANCHES  release/<x>.<y>, release-<x>.<y>, either with a third number
// False without a strategy, and for what git would not take as a branch's name. Case matters; a
// leading `refs/heads/` does not. O(length).
bool ConformsToStrategy(v1::BranchingStrategy strategy, std::string_view branch);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_BRANCHING_H_
