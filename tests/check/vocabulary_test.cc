// The tables of the language of policies: each row is declared, once, where it belongs.
#include "libchangepolicy/check/vocabulary.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

constexpr Scope kScopes[] = {Scope::kChange, Scope::kRelease, Scope::kPolicy, Scope::kOrganization,
                             Scope::kPopulation};

bool HasSubject(Scope scope) { return scope == Scope::kChange || scope == Scope::kRelease; }

// The overload of this signature; null where there is none.
const cel::Overload* Find(const cel::Environment& environment, std::string_view signature) {
  const cel::Overload* found = nullptr;
  for (const auto& [name, overloads] : environment.functions()) {
    for (const auto& overload : overloads) {
      if (overload->id != signature) continue;
      EXPECT_EQ(found, nullptr) << signature << " is declared twice";
      EXPECT_EQ(name, signature.substr(0, signature.find('('))) << signature;
      found = overload.get();
    }
  }
  return found;
}

TEST(Vocabulary, FunctionsAreDeclaredWhereTheirNeedsAreMet) {
  for (const Scope scope : kScopes) {
    const auto environment = MakeEnvironment(scope, {});
    for (const FunctionEntry& function : DomainFunctions()) {
      const bool met = function.needs == Needs::kNothing ||
                       (function.needs == Needs::kSubject && HasSubject(scope)) ||
                       (function.needs == Needs::kRelease && scope == Scope::kRelease);
      const cel::Overload* const overload = Find(*environment, function.signature);
      ASSERT_EQ(overload != nullptr, met) << function.signature << " " << static_cast<int>(scope);
      if (met) {
        EXPECT_EQ(overload->doc, function.doc);
        EXPECT_TRUE(overload->implementation != nullptr) << function.signature;
      }
    }
  }
}

TEST(Vocabulary, VariablesAreDeclaredOnceWithTheirTypes) {
  std::set<std::string_view> names;
  for (const VariableEntry& variable : Variables()) {
    EXPECT_TRUE(names.insert(variable.name).second) << variable.name;
    EXPECT_TRUE(variable.in_change || variable.in_release) << variable.name;
    for (const auto& [scope, is_in] : {std::pair(Scope::kChange, variable.in_change),
                                       std::pair(Scope::kRelease, variable.in_release),
                                       std::pair(Scope::kOrganization, variable.in_lints)}) {
      const auto environment = MakeEnvironment(scope, {});
      const auto found = environment->variables().find(std::string(variable.name));
      ASSERT_EQ(found != environment->variables().end(), is_in) << variable.name;
      if (!is_in) continue;
      const std::string type = found->second.type.ToString();
      EXPECT_EQ(type, variable.type == "timestamp" ? "google.protobuf.Timestamp"
                                                   : StrCat("changepolicy.v1.", variable.type));
    }
  }
}

TEST(Vocabulary, LibrariesAreThoseOfThePolicy) {
  v1::Policy policy;
  policy.mutable_policy()->add_libraries("strings");
  for (const Scope scope : kScopes) {
    const auto with = MakeEnvironment(scope, policy), without = MakeEnvironment(scope, {});
    EXPECT_TRUE(with->Compile("'a'.trim() == 'a'").expression.has_value());
    EXPECT_FALSE(with->Compile("[1].distinct() == [1]").expression.has_value());
    EXPECT_FALSE(without->Compile("'a'.trim() == 'a'").expression.has_value());
    EXPECT_TRUE(without->Compile("'a'.startsWith('a')").expression.has_value());
  }
}

}  // namespace
}  // namespace changepolicy
