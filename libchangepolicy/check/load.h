// Texts to a CheckedPolicy: reading, merging, checking (DESIGN: load and check).
#ifndef LIBCHANGEPOLICY_CHECK_LOAD_H_
#define LIBCHANGEPOLICY_CHECK_LOAD_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

struct PolicyText {
  std::string_view name;
  std::string_view text;
};

struct LoadResult {
  // Null when an issue is an error.
  std::shared_ptr<const CheckedPolicy> policy;
  Issues issues;
};

// The first document is the policy, the others are overlays. Every problem of every document is
// reported.
LoadResult LoadPolicy(const std::vector<PolicyText>& documents);

// From a message instead of texts; positions are not known.
LoadResult LoadPolicy(const v1::Policy& policy, std::string_view name);

// A document that is built into the library, by name like `saas`; empty where there is none.
std::string_view BuiltinPolicyText(std::string_view name);
std::vector<std::string_view> BuiltinPolicyNames();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_LOAD_H_
