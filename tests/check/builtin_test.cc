// The policies that are part of the library.
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/check/load.h"

namespace changepolicy {
namespace {

TEST(Builtin, PoliciesLoadWithoutComplaint) {
  ASSERT_FALSE(BuiltinPolicyNames().empty());
  for (const std::string_view name : BuiltinPolicyNames()) {
    const LoadResult result = LoadPolicy({{name, BuiltinPolicyText(name)}});
    EXPECT_NE(result.policy, nullptr) << ToText(result.issues);
    EXPECT_EQ(ToText(result.issues), "") << name;
  }
  EXPECT_EQ(BuiltinPolicyText("no-such-policy"), "");
}

// One meaning has one digest, whether it was read from text or made as a message.
TEST(Builtin, DigestIsOfTheMeaning) {
  const LoadResult text = LoadPolicy({{"saas", BuiltinPolicyText("saas")}});
  ASSERT_NE(text.policy, nullptr);
  const LoadResult message = LoadPolicy(text.policy->policy(), "message");
  ASSERT_NE(message.policy, nullptr) << ToText(message.issues);
  EXPECT_EQ(text.policy->digest(), message.policy->digest());
  const std::string commented = "# a comment\n" + std::string(BuiltinPolicyText("saas"));
  const LoadResult other = LoadPolicy({{"saas", commented}});
  ASSERT_NE(other.policy, nullptr);
  EXPECT_EQ(text.policy->digest(), other.policy->digest());
}

}  // namespace
}  // namespace changepolicy
