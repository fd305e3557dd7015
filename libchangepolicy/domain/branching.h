// Which names of branches and tags a branching strategy admits.
//
// A strategy's names are those of the policy's rule for it; where it has none, these:
//   GITFLOW
//     releases from main, master, release/**, hotfix/**
//     changes on    feature/**, bugfix/**, hotfix/**, release/**, support/**
//     into          develop, main, master, release/**, support/**
//   TRUNK_BASED
//     releases from main, master, trunk, release/**, release-**
//     changes on    main, master, trunk, feature/**, fix/**, bugfix/**, hotfix/**, chore/**,
//                   docs/**, refactor/**, test/**
//     into          main, master, trunk
//   RELEASE_BRANCHES
//     releases from release/<line>, release-<line>
//     changes on    the same as TRUNK_BASED
//     into          main, master, trunk, release/<line>, release-<line>
// and for each of them tags of candidates `<candidate>`, at the start or after `/`, `-`, `_` or
// `@`, and of final releases `<version>` in the same places.
//
// A leading `refs/heads/` or `refs/tags/` does not matter. False without a strategy, and for what
// git would not take as a name. Functions are pure; their cost is that of name_pattern.h.
#ifndef LIBCHANGEPOLICY_DOMAIN_BRANCHING_H_
#define LIBCHANGEPOLICY_DOMAIN_BRANCHING_H_

#include <string_view>

#include "changepolicy/v1/policy.pb.h"
#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

// The rule of a strategy; null where there is no such strategy.
const v1::BranchingRule* FindBranchingRule(v1::BranchingStrategy strategy,
                                           const v1::Policy& policy);

// A release may be cut from the branch.
bool ConformsToStrategy(v1::BranchingStrategy strategy, std::string_view branch,
                        const v1::Policy& policy);

// A change may be made on the branch.
bool WorksOnBranch(v1::BranchingStrategy strategy, std::string_view branch,
                   const v1::Policy& policy);

// A change may go into the branch.
bool GoesIntoBranch(v1::BranchingStrategy strategy, std::string_view branch,
                    const v1::Policy& policy);

// Tags of the kind may have the name.
bool IsTagOfStrategy(v1::BranchingStrategy strategy, v1::TagKind kind, std::string_view tag,
                     const v1::Policy& policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_BRANCHING_H_
