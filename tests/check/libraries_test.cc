// The extension libraries of a policy: what it may say with them, and what its overlays add.
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/check/load.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A policy with these libraries and one more line.
std::string Text(std::string_view libraries, std::string_view line = "") {
  return StrCat("policy: {id: base, version: \"1\", libraries: [", libraries, "]}\n", R"(
clauses: {C-1: One}
roles: [engineer]
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals: [{id: peer, needs: {at_least: 1, of: {role: engineer}}, clause: C-1}]
)",
                line, "\n");
}

std::string Gate(std::string_view id, std::string_view must) {
  return StrCat("gates: [{id: ", id, ", at: DEPLOY, must: '", must, "', clause: C-1}]\n");
}

LoadResult Load(std::string_view libraries, std::string_view line) {
  const std::string text = Text(libraries, line);
  return LoadPolicy({{"base.yaml", text}});
}

std::vector<std::string> Ids(const LoadResult& result) {
  std::vector<std::string> ids;
  for (const Issue& issue : result.issues) ids.push_back(issue.id);
  return ids;
}

std::vector<std::string> LibrariesOf(const LoadResult& result) {
  const auto& names = result.policy->policy().policy().libraries();
  return {names.begin(), names.end()};
}

struct Place {
  const char* name;
  const char* line;
};
std::ostream& operator<<(std::ostream& out, const Place& place) { return out << place.name; }

class Places : public testing::TestWithParam<Place> {};

// Wherever an expression stands, it has the libraries of its policy, and no others.
TEST_P(Places, HaveTheLibrariesOfTheirPolicy) {
  const LoadResult with = Load("strings", GetParam().line);
  EXPECT_NE(with.policy, nullptr) << ToText(with.issues);
  EXPECT_THAT(Ids(with), IsEmpty()) << ToText(with.issues);
  for (const char* const others : {"", "lists"}) {
    const LoadResult without = Load(others, GetParam().line);
    EXPECT_EQ(without.policy, nullptr);
    ASSERT_THAT(Ids(without), ElementsAre("cel-undeclared-function")) << ToText(without.issues);
    EXPECT_THAT(without.issues[0].help, HasSubstr("the library `strings`"));
    EXPECT_EQ(without.issues[0].position.line, 8);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Places,
    testing::Values(
        Place{"definition", "definitions: {d: 'change.id.trim()'}"},
        Place{"definition of a release", "definitions: {d: 'release.version.trim()'}"},
        Place{"gate of both",
              "gates: [{id: g, at: DEPLOY, must: '\"a\".trim() == \"a\"', clause: C-1}]"},
        Place{"condition",
              "gates: [{id: g, at: DEPLOY, applies_if: 'change.id.trim() != \"\"', must: 'true', "
              "clause: C-1}]"},
        Place{"message",
              "gates: [{id: g, at: DEPLOY, must: 'true', message: '{{change.id.trim()}}', clause: "
              "C-1}]"},
        Place{"deadline",
              "obligations: [{id: o, due_after: 'duration(change.id.trim())', owner_role: "
              "engineer, clause: C-1}]"},
        Place{"invariant", "invariants: [{id: i, holds: 'change.id.trim() != \"\"'}]"},
        Place{"lint of the policy",
              "lints: [{id: l, on: POLICY, must: 'policy.policy.id.trim() != \"\"', clause: C-1}]"},
        Place{"lint of the organization",
              "lints: [{id: l, on: ORGANIZATION, must: 'organization.directory.people.all(p, "
              "p.id.trim() != \"\")', clause: C-1}]"},
        Place{"message of a lint",
              "lints: [{id: l, on: POLICY, must: 'true', message: '{{policy.policy.id.trim()}}', "
              "clause: C-1}]"}));

TEST(Libraries, OneThatNothingUsesIsAWarningAtItsName) {
  const LoadResult result = Load("lists, strings", Gate("g", "change.id.trim() != \"\""));
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_EQ(
      ToText(result.issues),
      R"(base.yaml:1:46: warning: no expression uses the library `lists` (at policy.libraries[lists])
 1 | policy: {id: base, version: "1", libraries: [lists, strings]}
   |                                              ^^^^^
  help: take it out of `libraries`)");
}

// With the macro, `x` is bound in `y`; without, the two would read each other.
TEST(Libraries, MacrosBindNamesInDefinitions) {
  const std::string_view line = "definitions: {x: 'y + \"b\"', y: 'cel.bind(x, \"a\", x)'}\n";
  const LoadResult result = Load("bindings", line);
  EXPECT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_THAT(Ids(Load("", line)), testing::Contains("definition-cycle"));
}

TEST(Libraries, OrderIsNoMeaning) {
  const std::string gate = Gate("g", "change.id.trim().split(\"-\").distinct().size() > 0");
  const LoadResult one = Load("lists, strings", gate), other = Load("strings, lists", gate);
  ASSERT_NE(one.policy, nullptr) << ToText(one.issues);
  ASSERT_NE(other.policy, nullptr) << ToText(other.issues);
  EXPECT_EQ(one.policy->digest(), other.policy->digest());
}

// ---- Overlays

constexpr char kTrimmed[] = "change.id.trim() != \"\"";

LoadResult Lay(std::string_view below, std::string_view libraries, std::string_view lines,
               std::string_view strengthens = "false") {
  const std::string base = Text(below, Gate("standing", "\"a\" != \"\""));
  const std::string over =
      StrCat("policy: {id: over, version: \"1\", libraries: [", libraries, "]}\n",
             "overlay: {of: base, reason: why, strengthens: ", strengthens, "}\n", lines);
  return LoadPolicy({{"base.yaml", base}, {"over.yaml", over}});
}

TEST(OverlayLibraries, AreAddedToThoseBelow) {
  const LoadResult result = Lay("lists", "strings", Gate("trimmed", kTrimmed));
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_THAT(LibrariesOf(result), ElementsAre("lists", "strings"));
  EXPECT_THAT(Ids(result), IsEmpty()) << ToText(result.issues);
  ASSERT_FALSE(result.policy->overlay_changes().empty());
  const OverlayChange& change = result.policy->overlay_changes()[0];
  EXPECT_EQ(change.kind, OverlayChange::Kind::kAdded);
  EXPECT_EQ(change.element, "policy.libraries[strings]");
  EXPECT_EQ(change.overlay, "over");
}

TEST(OverlayLibraries, OnesThatAreThereAlreadyAreNoChange) {
  const LoadResult result = Lay("strings", "strings", "");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  EXPECT_THAT(LibrariesOf(result), ElementsAre("strings"));
  EXPECT_THAT(result.policy->overlay_changes(), IsEmpty());
}

TEST(OverlayLibraries, ThoseBelowServeTheOverlayToo) {
  EXPECT_NE(Lay("strings", "", Gate("trimmed", kTrimmed)).policy, nullptr);
  const LoadResult without = Lay("", "", Gate("trimmed", kTrimmed));
  EXPECT_EQ(without.policy, nullptr);
  EXPECT_THAT(Ids(without), ElementsAre("cel-undeclared-function"));
}

TEST(OverlayLibraries, AreCoveredByTheDigest) {
  const LoadResult with = Lay("", "strings", ""), without = Lay("", "", "");
  ASSERT_NE(with.policy, nullptr) << ToText(with.issues);
  ASSERT_NE(without.policy, nullptr) << ToText(without.issues);
  EXPECT_NE(with.policy->digest(), without.policy->digest());
  // What was merged says the same when it is read alone.
  const LoadResult alone = LoadPolicy(with.policy->policy(), "merged");
  ASSERT_NE(alone.policy, nullptr) << ToText(alone.issues);
  EXPECT_EQ(alone.policy->digest(), with.policy->digest());
}

TEST(OverlayLibraries, MistakesStandInTheOverlay) {
  const LoadResult result = Lay("", "strings, strngs", "");
  EXPECT_EQ(result.policy, nullptr);
  ASSERT_THAT(Ids(result), ElementsAre("unknown-library"));
  EXPECT_EQ(result.issues[0].file, "over.yaml");
  EXPECT_EQ(result.issues[0].position, (Position{.line = 1, .column = 55}));
}

// Only what the overlay itself names is asked: it cannot take away what stands below it.
TEST(OverlayLibraries, UnusedOnesAreTheOverlaysOwn) {
  const LoadResult result = Lay("lists", "strings", "");
  ASSERT_NE(result.policy, nullptr) << ToText(result.issues);
  ASSERT_THAT(Ids(result), ElementsAre("unused-library"));
  EXPECT_EQ(result.issues[0].file, "over.yaml");
}

TEST(OverlayLibraries, StrengthenWhereNoFunctionGetsAnotherMeaning) {
  const std::string gate =
      "gates: [{id: trimmed, at: DEPLOY, must: '\"a\".trim() != \"b\"', clause: C-1}]\n";
  const LoadResult plain = Lay("", "strings", gate, "true");
  EXPECT_NE(plain.policy, nullptr) << ToText(plain.issues);
  // `reverse` of a value of any type would answer for texts, too.
  const LoadResult shared = Lay("lists", "strings", gate, "true");
  EXPECT_EQ(shared.policy, nullptr);
  EXPECT_THAT(Ids(shared), ElementsAre("strengthens-not-shown"));
}

}  // namespace
}  // namespace changepolicy
