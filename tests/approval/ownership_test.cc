// Who owns a path: patterns, ranks, sections, and what a rule that asks for owners says.
#include <algorithm>
#include <map>
#include <ostream>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/approval/path_pattern.h"
#include "libchangepolicy/approval/roster.h"
#include "libchangepolicy/approval/told_text.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

struct PathCase {
  const char* pattern;
  const char* path;
  bool matches;
};
std::ostream& operator<<(std::ostream& out, const PathCase& row) {
  return out << row.pattern << (row.matches ? " matches " : " does not match ") << row.path;
}

class Patterns : public testing::TestWithParam<PathCase> {};

TEST_P(Patterns, Match) {
  EXPECT_EQ(PathMatches(GetParam().pattern, GetParam().path), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Patterns,
    testing::Values(
        PathCase{"src", "src", true}, PathCase{"src", "src/a/b.cc", true},
        PathCase{"src/", "src/a.cc", true}, PathCase{"/src", "src/a.cc", true},
        PathCase{"src", "/src/a.cc", true}, PathCase{"src", "srcs/a.cc", false},
        PathCase{"src", "a/src", false}, PathCase{"src/a.cc", "src/a.cc", true},
        PathCase{"src/a.cc", "src/a.cc.orig", false}, PathCase{"src", "SRC/a.cc", false},
        PathCase{"", "a", false}, PathCase{"/", "a", false}, PathCase{"*", "a", true},
        PathCase{"*", "a/b", false}, PathCase{"**", "a/b/c", true}, PathCase{"*.cc", "a.cc", true},
        PathCase{"*.cc", "src/a.cc", false}, PathCase{"**/*.cc", "a.cc", true},
        PathCase{"**/*.cc", "src/net/a.cc", true}, PathCase{"**/*.cc", "src/a.h", false},
        PathCase{"**/net/*", "net/a", true}, PathCase{"**/net/*", "src/net/a", true},
        PathCase{"**/net/*", "src/inet/a", false}, PathCase{"src/**", "src/a/b", true},
        PathCase{"src/**", "src", false}, PathCase{"src/**", "srcs/a", false},
        PathCase{"src/**/a.cc", "src/a.cc", true}, PathCase{"src/**/a.cc", "src/x/y/a.cc", true},
        PathCase{"src/**/a.cc", "src/xa.cc", false}, PathCase{"src/*/a", "src//a", true},
        PathCase{"a*b*c", "axxbyyc", true}, PathCase{"a*b*c", "axxbyy", false},
        PathCase{"a*b", "a/b", false}, PathCase{"a**b", "a/x/b", true},
        PathCase{"a.c", "abc", false}, PathCase{"a?c", "abc", false}, PathCase{"[ab]", "a", false},
        // With a backslash a pattern names the path alone.
        PathCase{"\\Makefile", "Makefile", true}, PathCase{"\\Makefile", "Makefile/a", false},
        PathCase{"a\\*b", "a*b", true}, PathCase{"a\\*b", "axb", false},
        PathCase{"a\\*b/**", "a*b/c", true}, PathCase{"a\\\\b", "a\\b", true},
        PathCase{"a\\", "a\\", true}, PathCase{"**/a\\ b", "x/a b", true},
        // A beginning and an end that overlap in the path.
        PathCase{"aba*aba", "aba", false}, PathCase{"aba*aba", "abaaba", true},
        PathCase{"**/logs/**", "a/logs/b", true}, PathCase{"**/logs/**", "a/clogs/b", false},
        PathCase{"**/*.js/**", "a/b.js/c", true}, PathCase{"**/*.js/**", "a/b.js", false}));

TEST(PatternTest, ManyStarsTakeNoMoreThanTheProduct) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a**a";
  EXPECT_FALSE(PathMatches(pattern + "b", std::string(5'000, 'a')));
}

// --- ranks and sections ---

// `section: owners; section: owners`, by what the roster says.
std::string OwnersOf(const Roster& roster, std::string_view path) {
  std::string text;
  for (const OwnersInSection& owned : roster.PathOwners(path)) {
    std::set<std::string> ids;
    for (const Tenure& tenure : owned.owners) ids.insert(roster.id(tenure.person));
    StrAppend(&text, text.empty() ? "" : "; ", owned.section, ":");
    for (const std::string& id : ids) StrAppend(&text, " ", id);
  }
  return text;
}

struct OwnersCase {
  const char* what;
  const char* ownership;
  const char* path;
  const char* owners;
};
std::ostream& operator<<(std::ostream& out, const OwnersCase& row) { return out << row.what; }

class Owners : public testing::TestWithParam<OwnersCase> {};

TEST_P(Owners, AreThoseOfTheHighestRankOfEachSection) {
  const v1::Directory directory = Parse<v1::Directory>(
      StrCat("people { id: 'ann' } people { id: 'bob' } people { id: 'cy' } "
             "people { id: 'bot' service_account: true } teams { id: 'net' members: 'bob' } ",
             GetParam().ownership));
  const RosterResult built = Roster::Build(directory);
  ASSERT_NE(built.roster, nullptr) << ToText(built.issues);
  EXPECT_EQ(OwnersOf(*built.roster, GetParam().path), GetParam().owners);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Owners,
    testing::Values(
        OwnersCase{"without ranks all count",
                   "path_owners { pattern: '**' owners: 'ann' } "
                   "path_owners { pattern: 'net/**' teams: 'net' owners: ['cy', 'zed', 'bot'] }",
                   "net/tcp.cc", ": ann bob cy"},
        OwnersCase{"what no pattern matches has no section",
                   "path_owners { pattern: 'net/**' owners: 'ann' }", "a.md", ""},
        OwnersCase{"the last line wins, wherever it stands in the list",
                   "path_owners { pattern: 'net/**' owners: 'cy' rank: 2 } "
                   "path_owners { pattern: '**' owners: 'ann' rank: 1 }",
                   "net/tcp.cc", ": cy"},
        OwnersCase{"a higher rank that does not match changes nothing",
                   "path_owners { pattern: '**' owners: 'ann' rank: 1 } "
                   "path_owners { pattern: 'docs' owners: 'cy' rank: 2 }",
                   "net/tcp.cc", ": ann"},
        OwnersCase{"several of the highest rank all count",
                   "path_owners { pattern: '**' owners: 'ann' rank: -1 } "
                   "path_owners { pattern: 'net' owners: 'bob' rank: 7 } "
                   "path_owners { pattern: '**/*.cc' owners: 'cy' rank: 7 }",
                   "net/tcp.cc", ": bob cy"},
        OwnersCase{"the last line names nobody",
                   "path_owners { pattern: '**' owners: 'ann' rank: 1 } "
                   "path_owners { pattern: 'net/**' rank: 2 }",
                   "net/tcp.cc", ":"},
        OwnersCase{"sections do not outrank each other",
                   "path_owners { pattern: '**' owners: 'ann' rank: 1 } "
                   "path_owners { pattern: '**' owners: 'bob' rank: 9 section: 'Net' } "
                   "path_owners { pattern: 'docs' owners: 'cy' rank: 3 section: 'Docs' }",
                   "net/tcp.cc", ": ann; Net: bob"},
        OwnersCase{"of each section its own highest",
                   "path_owners { pattern: '**' owners: 'ann' rank: 5 section: 'B' } "
                   "path_owners { pattern: 'a' owners: 'bob' rank: 1 section: 'A' } "
                   "path_owners { pattern: 'a/*' owners: 'cy' rank: 2 section: 'A' } "
                   "path_owners { pattern: 'a/*' owners: 'cy' rank: 4 section: 'B' }",
                   "a/x", "A: cy; B: ann"}));

// By the words of the model alone.
std::map<std::string, std::set<std::string>> PlainOwners(const v1::Directory& directory,
                                                         const std::string& path) {
  std::map<std::string, int> highest;
  for (const auto& entry : directory.path_owners()) {
    if (!PathMatches(entry.pattern(), path)) continue;
    const auto [found, is_new] = highest.emplace(entry.section(), entry.rank());
    if (!is_new) found->second = std::max(found->second, entry.rank());
  }
  std::map<std::string, std::set<std::string>> owners;
  for (const auto& entry : directory.path_owners()) {
    const auto found = highest.find(entry.section());
    if (!PathMatches(entry.pattern(), path) || entry.rank() != found->second) continue;
    owners[entry.section()].insert(entry.owners().begin(), entry.owners().end());
  }
  return owners;
}

TEST(OwnersTest, AreWhatTheWordsSay) {
  const std::vector<std::string> patterns = {"**", "a", "a/*", "*", "b/**", "**/x", "a/b/x", "\\a"};
  const std::vector<std::string> paths = {"a", "x", "a/x", "a/b/x", "b/x", "b/a/y", "c"};
  for (unsigned seed = 0; seed < 3'000; ++seed) {
    std::mt19937 random(seed);
    v1::Directory directory =
        Parse<v1::Directory>("people { id: 'ann' } people { id: 'bob' } people { id: 'cy' }");
    for (unsigned left = random() % 7; left > 0; --left) {
      v1::PathOwnership& entry = *directory.add_path_owners();
      entry.set_pattern(patterns[random() % patterns.size()]);
      entry.set_rank(static_cast<int>(random() % 4) - 1);
      if (random() % 2 == 0) entry.set_section(random() % 2 == 0 ? "A" : "B");
      for (const char* person : {"ann", "bob", "cy"}) {
        if (random() % 3 == 0) entry.add_owners(person);
      }
    }
    const RosterResult built = Roster::Build(directory);
    ASSERT_NE(built.roster, nullptr);
    for (const std::string& path : paths) {
      std::map<std::string, std::set<std::string>> told;
      for (const OwnersInSection& owned : built.roster->PathOwners(path)) {
        std::set<std::string>& ids = told[std::string(owned.section)];
        for (const Tenure& tenure : owned.owners) ids.insert(built.roster->id(tenure.person));
      }
      ASSERT_EQ(told, PlainOwners(directory, path)) << "seed " << seed << ", path " << path;
    }
  }
}

// --- what a rule says ---

// `slot=people` of each slot of the answer, and what else is needed of it.
std::string Slots(const Answer& answer) {
  std::string text;
  for (const v1::SlotOutcome& slot : answer.outcome.slots()) {
    StrAppend(&text, text.empty() ? "" : " | ", slot.path(), " of ", slot.eligible());
  }
  return text;
}

World Sections() {
  World world = World().Directory(
      "path_owners { pattern: '**' owners: ['ann', 'bob'] rank: 1 } "
      "path_owners { pattern: 'docs' owners: 'cy' rank: 2 } "
      "path_owners { pattern: 'docs/api' rank: 3 } "
      "path_owners { pattern: '**/*.sql' owners: 'dee' section: 'Database' rank: 1 }");
  world.Rule("at_least: 1 of { path_owners: true }");
  return world;
}

TEST(OwnersTest, TheLastMatchIsAsked) {
  World world = Sections().Change("paths: 'docs/a.md'").Approve("ann");
  Answer answer = world.Ask();
  EXPECT_EQ(answer.status, v1::STATUS_UNSATISFIED);
  EXPECT_EQ(Slots(answer), "paths[docs/a.md] of 1");
  EXPECT_EQ(world.Approve("cy").Ask().status, v1::STATUS_SATISFIED);
}

TEST(OwnersTest, EachSectionIsAsked) {
  World world = Sections().Change("paths: ['src/a.cc', 'src/b.sql']").Approve("ann");
  const Answer answer = world.Ask();
  EXPECT_EQ(answer.status, v1::STATUS_UNSATISFIED);
  EXPECT_EQ(Slots(answer), "paths[src/a.cc] of 2 | paths[src/b.sql].section[Database] of 1");
  EXPECT_THAT(TextOf(answer), testing::HasSubstr("in section Database"));
  EXPECT_EQ(world.Approve("dee").Ask().status, v1::STATUS_SATISFIED);
}

TEST(OwnersTest, OnePersonMayAnswerForSeveralSections) {
  World world = World().Directory(
      "path_owners { pattern: '**' owners: ['ann', 'bob'] section: 'A' } "
      "path_owners { pattern: '**' owners: ['ann', 'cy'] section: 'B' }");
  world.Rule("at_least: 1 of { path_owners: true }").Change("paths: 'x'");
  EXPECT_EQ(world.Approve("ann").Ask().status, v1::STATUS_SATISFIED);
}

TEST(OwnersTest, WhereTheLastMatchNamesNobodyNobodyCanApprove) {
  World world = Sections().Change("paths: 'docs/api/a.md'").Approve("ann").Approve("cy");
  const Answer answer = world.Ask();
  EXPECT_EQ(answer.status, v1::STATUS_UNSATISFIABLE);
  ASSERT_EQ(answer.outcome.violating_slots_size(), 1);
  EXPECT_EQ(answer.outcome.violating_slots(0), "paths[docs/api/a.md]");
}

TEST(OwnersTest, ASectionWithoutOwnersIsNotHiddenByAnother) {
  World world = Sections().Change("paths: 'docs/api/a.sql'").Approve("dee");
  EXPECT_EQ(world.Ask().status, v1::STATUS_UNSATISFIABLE);
}

TEST(OwnersTest, ARoleBesideOwnersAnswersForWhatNobodyOwns) {
  World world = Sections().Role("keeper", {"eve"}).Change("paths: 'docs/api/a.md'");
  world.policy.clear_approvals();
  world.Rule("at_least: 1 of { path_owners: true role: 'keeper' }").Approve("eve");
  EXPECT_EQ(world.Ask().status, v1::STATUS_SATISFIED);
}

}  // namespace
}  // namespace changepolicy
