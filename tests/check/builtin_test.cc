// The policies that are part of the library.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

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

// Loads, and no longer does when any of its libraries is left out.
void ExpectEachLibraryIsNeeded(const std::vector<PolicyText>& documents) {
  const LoadResult whole = LoadPolicy(documents);
  ASSERT_NE(whole.policy, nullptr) << ToText(whole.issues);
  // One too many is a warning.
  EXPECT_EQ(ToText(whole.issues), "");
  v1::Policy policy = whole.policy->policy();
  const std::vector<std::string> libraries(policy.policy().libraries().begin(),
                                           policy.policy().libraries().end());
  for (const std::string& left_out : libraries) {
    auto* const list = policy.mutable_policy()->mutable_libraries();
    list->Clear();
    for (const std::string& library : libraries) {
      if (library != left_out) *list->Add() = library;
    }
    const LoadResult without = LoadPolicy(policy, "without");
    EXPECT_EQ(without.policy, nullptr) << documents.back().name << " without " << left_out;
  }
}

TEST(Builtin, PoliciesNameExactlyTheLibrariesThatTheyNeed) {
  for (const std::string_view name : BuiltinPolicyNames()) {
    ExpectEachLibraryIsNeeded({{name, BuiltinPolicyText(name)}});
  }
  const std::string overlays = CHANGEPOLICY_SOURCE_DIR "/policies/overlays/";
  for (const auto& file : std::filesystem::directory_iterator(overlays)) {
    std::stringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const std::string name = file.path().filename().string(), overlay = text.str();
    ExpectEachLibraryIsNeeded({{"saas", BuiltinPolicyText("saas")}, {name, overlay}});
  }
  // One that needs two, so that the question can be answered with no.
  const std::string policy =
      std::string(BuiltinPolicyText("starter")) +
      "\ninvariants: [{id: i, holds: 'change.id.trim().split(\"-\").distinct()"
      ".size() > 0 || true'}]\n";
  const size_t header = policy.find("policy:\n") + 8;
  const std::string listed =
      policy.substr(0, header) + "  libraries: [lists, strings]\n" + policy.substr(header);
  ExpectEachLibraryIsNeeded({{"needs-two", listed}});
  EXPECT_EQ(LoadPolicy({{"names-none", policy}}).policy, nullptr);
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
