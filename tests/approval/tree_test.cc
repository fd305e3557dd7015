// Trees of requirements: nesting, percentages, groups nobody is in, what can never be met as
// against what is not met yet, and the fewest people who would complete it.
#include <algorithm>
#include <ostream>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

// --- requirements, short ---

std::string Slot(int count, std::string_view role, std::string_view more = "") {
  return StrCat("at_least: ", count, " of { role: '", role, "' } ", more);
}
std::string Share(int percent, std::string_view role) {
  return StrCat("percent: ", percent, " of { role: '", role, "' } ");
}
std::string List(std::string_view name, const std::vector<std::string>& needs) {
  std::string text;
  for (const std::string& one : needs) StrAppend(&text, name, " { ", one, "} ");
  return text;
}
std::string All(const std::vector<std::string>& needs) { return List("all", needs); }
std::string Any(const std::vector<std::string>& needs) { return List("any", needs); }
std::string Some(int count, const std::vector<std::string>& needs) {
  return StrCat("some_of { at_least: ", count, " ", List("among", needs), "} ");
}

struct Row {
  const char* what;
  std::string needs;
  const char* approvals;  // by whom: `ann,bob`
  const char* status;
  const char* witness;
  const char* suggested = "";  // for UNSATISFIABLE: the violating slots
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }

class Tree : public testing::TestWithParam<Row> {
 protected:
  // gil and dev have several roles, and dev is the author.
  Tree() {
    world_.Role("cab", {"ann", "bob", "cy"})
        .Role("security", {"dee", "gil"})
        .Role("ops", {"eve", "fay", "gil"})
        .Role("dba", {"gil"})
        .Role("peer", {"ann", "dev"})
        .Role("author", {"dev"})
        .Role("empty", {});
  }

  void ApproveAll(std::string_view people) {
    for (const absl::string_view one : absl::StrSplit(ToAbsl(people), ',', absl::SkipEmpty())) {
      world_.Approve(FromAbsl(one));
    }
  }

  World world_;
};

TEST_P(Tree, GivesStatusWitnessAndWhatIsMissing) {
  const Row& row = GetParam();
  world_.Rule(row.needs);
  ApproveAll(row.approvals);
  const Answer answer = world_.Ask();
  EXPECT_EQ(StatusOf(answer), row.status);
  EXPECT_EQ(Witness(answer), row.witness);
  if (StatusOf(answer) == "UNSATISFIABLE") {
    EXPECT_EQ(Joined(answer.outcome.violating_slots()), row.suggested);
    EXPECT_EQ(Suggested(answer), "");
    return;
  }
  EXPECT_EQ(Suggested(answer), row.suggested);
  EXPECT_EQ(answer.outcome.violating_slots_size(), 0);

  // Whoever is suggested suffices, and none of them is to spare.
  std::vector<std::string> people;
  for (const v1::Suggestion& one : answer.outcome.suggestions()) people.push_back(one.person());
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  const World before = world_;
  for (const std::string& spared : people) {
    world_ = before;
    for (const std::string& person : people) {
      if (person != spared) world_.Approve(person);
    }
    EXPECT_EQ(StatusOf(world_.Ask()), "UNSATISFIED") << spared << " is to spare";
  }
  world_ = before;
  ApproveAll(absl::StrJoin(people, ","));
  EXPECT_EQ(StatusOf(world_.Ask()), "SATISFIED");
}

INSTANTIATE_TEST_SUITE_P(
    AllOf, Tree,
    testing::Values(Row{"nobody yet", All({Slot(2, "cab"), Slot(1, "ops")}), "", "UNSATISFIED",
                        "all[0]=|all[1]=", "all[0]:ann, all[0]:bob, all[1]:eve"},
                    Row{"one of two", All({Slot(2, "cab"), Slot(1, "ops")}), "bob,fay",
                        "UNSATISFIED", "all[0]=bob|all[1]=fay", "all[0]:ann"},
                    Row{"both", All({Slot(2, "cab"), Slot(1, "ops")}), "bob,cy,fay", "SATISFIED",
                        "all[0]=bob,cy|all[1]=fay"},
                    Row{"more than enough", All({Slot(1, "cab"), Slot(1, "ops")}),
                        "ann,bob,cy,eve,fay", "SATISFIED", "all[0]=ann|all[1]=eve"},
                    Row{"of one", All({Slot(1, "cab")}), "cy", "SATISFIED", "all[0]=cy"},
                    Row{"one person of three roles fills one slot",
                        All({Slot(1, "security"), Slot(1, "ops"), Slot(1, "dba")}), "gil",
                        "UNSATISFIED", "all[0]=|all[1]=|all[2]=gil", "all[0]:dee, all[1]:eve"},
                    Row{"the scarce person goes where nobody else can",
                        All({Slot(1, "security"), Slot(1, "ops"), Slot(1, "dba")}), "gil,eve,dee",
                        "SATISFIED", "all[0]=dee|all[1]=eve|all[2]=gil"},
                    Row{"deep", All({All({All({Slot(1, "cab")}), Slot(1, "ops")})}), "ann,eve",
                        "SATISFIED", "all[0].all[0].all[0]=ann|all[0].all[1]=eve"}));

INSTANTIATE_TEST_SUITE_P(
    AnyOf, Tree,
    testing::Values(Row{"the first where nobody approved", Any({Slot(1, "cab"), Slot(1, "ops")}),
                        "", "UNSATISFIED", "any[0]=|any[1]=", "any[0]:ann"},
                    Row{"the cheapest where nobody approved", Any({Slot(2, "cab"), Slot(1, "ops")}),
                        "", "UNSATISFIED", "any[0]=|any[1]=", "any[1]:eve"},
                    Row{"the one that is complete", Any({Slot(2, "cab"), Slot(1, "ops")}),
                        "ann,eve", "SATISFIED", "any[0]=|any[1]=eve"},
                    Row{"the earlier of two that are complete",
                        Any({Slot(1, "cab"), Slot(1, "ops")}), "cy,eve", "SATISFIED",
                        "any[0]=cy|any[1]="},
                    Row{"the nearest to completion", Any({Slot(3, "cab"), Slot(2, "ops")}),
                        "ann,bob", "UNSATISFIED", "any[0]=ann,bob|any[1]=", "any[0]:cy"},
                    Row{"approvals of two branches do not add up",
                        Any({Slot(2, "cab"), Slot(2, "ops")}), "ann,eve", "UNSATISFIED",
                        "any[0]=ann|any[1]=", "any[0]:bob"},
                    Row{"none in an any has to be said and is enough",
                        Any({Slot(1, "cab"), "none: true "}), "", "SATISFIED", "any[0]="}));

INSTANTIATE_TEST_SUITE_P(
    SomeOf, Tree,
    testing::Values(
        Row{"two of three", Some(2, {Slot(1, "cab"), Slot(1, "ops"), Slot(1, "security")}),
            "dee,bob", "SATISFIED", "some_of.among[0]=bob|some_of.among[1]=|some_of.among[2]=dee"},
        Row{"one missing", Some(2, {Slot(1, "cab"), Slot(2, "ops"), Slot(1, "security")}), "eve",
            "UNSATISFIED", "some_of.among[0]=|some_of.among[1]=eve|some_of.among[2]=",
            "some_of.among[0]:ann, some_of.among[1]:fay"},
        Row{"all of them", Some(3, {Slot(1, "cab"), Slot(1, "ops"), Slot(1, "security")}),
            "ann,dee", "UNSATISFIED", "some_of.among[0]=ann|some_of.among[1]=|some_of.among[2]=dee",
            "some_of.among[1]:eve"},
        Row{"one person is not two of them",
            Some(2, {Slot(1, "security"), Slot(1, "ops"), Slot(1, "dba")}), "gil", "UNSATISFIED",
            "some_of.among[0]=|some_of.among[1]=gil|some_of.among[2]=", "some_of.among[0]:dee"},
        Row{"a none among them counts", Some(2, {"none: true ", Slot(1, "cab"), Slot(1, "ops")}),
            "fay", "SATISFIED", "some_of.among[1]=|some_of.among[2]=fay"}));

INSTANTIATE_TEST_SUITE_P(
    Nested, Tree,
    testing::Values(
        Row{"a conjunction or a majority",
            Any({All({Slot(1, "cab"), Slot(1, "security")}), Slot(2, "ops")}), "eve,fay",
            "SATISFIED", "any[0].all[0]=|any[0].all[1]=|any[1]=eve,fay"},
        Row{"nearer by one", Any({All({Slot(2, "cab"), Slot(1, "security")}), Slot(2, "ops")}),
            "ann,cy", "UNSATISFIED",
            "any[0].all[0]=ann,cy|any[0].all[1]=|any[1]=", "any[0].all[1]:dee"},
        Row{"a choice within a conjunction",
            All({Slot(1, "cab"), Any({Slot(1, "ops"), Slot(1, "security")})}), "dee,ann",
            "SATISFIED", "all[0]=ann|all[1].any[0]=|all[1].any[1]=dee"},
        // The branch by gil would leave the dba's slot open.
        Row{"a choice that another slot decides",
            All({Any({Slot(1, "dba"), Slot(1, "security")}), Slot(1, "dba")}), "gil,dee",
            "SATISFIED", "all[0].any[0]=|all[0].any[1]=dee|all[1]=gil"},
        Row{"two of three choices",
            Some(2, {Any({Slot(1, "empty"), Slot(1, "cab")}), All({Slot(1, "ops"), Slot(1, "dba")}),
                     Slot(2, "security")}),
            "gil", "UNSATISFIED",
            "some_of.among[0].any[0]=|some_of.among[0].any[1]=|some_of.among[1].all[0]=|"
            "some_of.among[1].all[1]=gil|some_of.among[2]=",
            "some_of.among[0].any[1]:ann, some_of.among[1].all[0]:eve"},
        Row{"shares within",
            All({Share(50, "cab"), Any({Share(100, "ops"), Share(1, "security")})}), "ann",
            "UNSATISFIED",
            "all[0]=ann|all[1].any[0]=|all[1].any[1]=", "all[0]:bob, all[1].any[1]:dee"}));

INSTANTIATE_TEST_SUITE_P(
    NeverMet, Tree,
    testing::Values(
        Row{"nobody is in the group", Slot(1, "empty"), "ann", "UNSATISFIABLE", "=", ""},
        Row{"a share of nobody", Share(1, "empty"), "", "UNSATISFIABLE", "=", ""},
        Row{"a role that nobody knows", Slot(1, "council"), "", "UNSATISFIABLE", "=", ""},
        Row{"more than there are", Slot(4, "cab"), "ann,bob,cy", "UNSATISFIABLE", "=ann,bob,cy",
            ""},
        Row{"only the author is in the group", Slot(1, "author"), "dev", "UNSATISFIABLE", "=", ""},
        Row{"without the author too few", Slot(2, "peer"), "ann", "UNSATISFIABLE", "=ann", ""},
        Row{"one impossible part", All({Slot(1, "cab"), Slot(1, "empty"), Slot(1, "ops")}),
            "ann,eve", "UNSATISFIABLE", "all[0]=ann|all[1]=|all[2]=eve", "all[1]"},
        Row{"every branch", Any({Slot(1, "empty"), Slot(3, "security")}), "", "UNSATISFIABLE",
            "any[0]=|any[1]=", "any[0],any[1]"},
        Row{"too few of the branches", Some(2, {Slot(1, "cab"), Slot(1, "empty"), Slot(9, "ops")}),
            "ann", "UNSATISFIABLE", "some_of.among[0]=ann|some_of.among[1]=|some_of.among[2]=",
            "some_of.among[1],some_of.among[2]"},
        Row{"two slots for one person", All({Slot(1, "cab"), Slot(1, "dba"), Slot(1, "dba")}),
            "ann", "UNSATISFIABLE", "all[0]=ann|all[1]=|all[2]=", "all[1],all[2]"},
        // Three slots, of which any two could be filled by dee and gil.
        Row{"three slots for two people",
            All({Slot(1, "security"), Slot(1, "cab"), Slot(1, "security"), Slot(1, "security")}),
            "", "UNSATISFIABLE", "all[0]=|all[1]=|all[2]=|all[3]=", "all[0],all[2],all[3]"},
        Row{"the author is left out of a quorum of all", All({Slot(1, "peer"), Slot(3, "cab")}), "",
            "UNSATISFIABLE", "all[0]=|all[1]=", "all[0],all[1]"}));

INSTANTIATE_TEST_SUITE_P(
    NotMetYet, Tree,
    testing::Values(
        Row{"an impossible branch beside one that is open", Any({Slot(1, "empty"), Slot(1, "cab")}),
            "", "UNSATISFIED", "any[0]=|any[1]=", "any[1]:ann"},
        Row{"enough branches are left", Some(2, {Slot(1, "empty"), Slot(1, "cab"), Slot(1, "ops")}),
            "", "UNSATISFIED", "some_of.among[0]=|some_of.among[1]=|some_of.among[2]=",
            "some_of.among[1]:ann, some_of.among[2]:eve"},
        Row{"a choice whose first branch quarrels with the rest",
            All({Any({Slot(1, "dba"), Slot(1, "cab")}), Slot(1, "dba")}), "", "UNSATISFIED",
            "all[0].any[0]=|all[0].any[1]=|all[1]=", "all[0].any[1]:ann, all[1]:gil"},
        Row{"a share leaves the author out", Share(100, "peer"), "", "UNSATISFIED", "=", ":ann"}));

INSTANTIATE_TEST_SUITE_P(
    Suggestions, Tree,
    testing::Values(
        // Taking gil for ops would need two more.
        Row{"who has approved changes places", All({Slot(1, "ops"), Slot(1, "dba")}), "gil",
            "UNSATISFIED", "all[0]=|all[1]=gil", "all[0]:eve"},
        Row{"one person for two slots that may be shared",
            All({Slot(1, "security", "may_share: true"), Slot(1, "ops", "may_share: true")}), "",
            "UNSATISFIED", "all[0]=|all[1]=", "all[0]:gil, all[1]:gil"},
        Row{"not for two that may not", All({Slot(1, "security"), Slot(1, "ops")}), "",
            "UNSATISFIED", "all[0]=|all[1]=", "all[0]:dee, all[1]:eve"},
        Row{"nobody twice within one slot",
            All({Slot(2, "security", "may_share: true"), Slot(1, "dba", "may_share: true")}), "gil",
            "UNSATISFIED", "all[0]=gil|all[1]=gil", "all[0]:dee"}));

// --- percentages ---

struct ShareCase {
  int percent, people, needed;
};
std::ostream& operator<<(std::ostream& out, const ShareCase& row) {
  return out << row.percent << "% of " << row.people;
}

class Shares : public testing::TestWithParam<ShareCase> {};

TEST_P(Shares, RoundUpAndAreAtLeastOne) {
  const auto [percent, people, needed] = GetParam();
  World world;
  std::vector<std::string> members;
  for (int i = 0; i < people; ++i) {
    members.push_back(StrCat("p", i));
    world.Directory(StrCat("people { id: 'p", i, "' }"));
  }
  world.Role("cab", members).Rule(Share(percent, "cab"));
  for (int i = 0; i + 1 < needed; ++i) world.Approve(members[i]);
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIED");
  EXPECT_EQ(world.Ask().outcome.slots(0).needed(), needed);
  EXPECT_EQ(StatusOf(world.Approve(members[needed - 1]).Ask()), "SATISFIED");
}

INSTANTIATE_TEST_SUITE_P(Rows, Shares,
                         testing::Values(ShareCase{1, 1, 1}, ShareCase{1, 100, 1},
                                         ShareCase{1, 101, 2}, ShareCase{50, 1, 1},
                                         ShareCase{50, 2, 1}, ShareCase{50, 3, 2},
                                         ShareCase{51, 2, 2}, ShareCase{33, 3, 1},
                                         ShareCase{34, 3, 2}, ShareCase{66, 3, 2},
                                         ShareCase{67, 3, 3}, ShareCase{99, 100, 99},
                                         ShareCase{99, 101, 100}, ShareCase{100, 7, 7}));

// Parts, recusals, service accounts and people who left are out of the denominator.
TEST(SharesTest, AreOfThoseWhoCouldApprove) {
  World world;
  world.Directory(Timed("people { id: 'zoe' left_at @11 }"))
      .Role("cab", {"ann", "bob", "cy", "dee", "dev", "req", "bot", "zoe", "nobody"})
      .Rule(Share(50, "cab"));
  EXPECT_EQ(world.Ask().outcome.slots(0).eligible(), 4);
  EXPECT_EQ(world.Ask().outcome.slots(0).needed(), 2);
  world.Approve("ann", "kind: APPROVAL_KIND_RECUSED").Approve("bob", "kind: APPROVAL_KIND_RECUSED");
  EXPECT_EQ(world.Ask().outcome.slots(0).needed(), 1);
  EXPECT_EQ(StatusOf(world.Approve("cy").Ask()), "SATISFIED");
  // Once all are recused nobody is left.
  for (const char* id : {"cy", "dee"}) world.Approve(id, "kind: APPROVAL_KIND_RECUSED");
  EXPECT_EQ(StatusOf(world.Ask()), "UNSATISFIABLE");
}

TEST(TreeTest, TheChosenBranchIsMarked) {
  World world = World().Role("cab", {"ann"}).Role("ops", {"bob"}).Role("dba", {"cy"});
  world.Rule(All({Any({Slot(1, "cab"), Slot(1, "ops")}), Slot(1, "dba")}));
  const auto chosen = [](const Answer& answer) {
    std::string text;
    for (const v1::SlotOutcome& slot : answer.outcome.slots()) text += slot.chosen() ? '1' : '0';
    return text;
  };
  EXPECT_EQ(chosen(world.Ask()), "101");
  EXPECT_EQ(chosen(world.Approve("bob").Ask()), "011");
  EXPECT_EQ(chosen(world.Approve("cy").Ask()), "011");
}

TEST(TreeTest, PeopleWhoQuarrelAreNamedWithTheirSlots) {
  World world = World().Role("cto", {"ann"}).Role("dpo", {"ann", "dev"}).Role("cab", {"bob"});
  const Answer answer =
      world.Rule(All({Slot(1, "cab"), Slot(1, "cto"), Slot(1, "dpo")})).Approve("bob").Ask();
  EXPECT_EQ(StatusOf(answer), "UNSATISFIABLE");
  EXPECT_EQ(Joined(answer.outcome.violating_slots()), "all[1],all[2]");
  EXPECT_EQ(Joined(answer.outcome.violating_people()), "ann");
}

TEST(TreeTest, AnUnavailablePersonIsAskedOnlyWhereNobodyElseIsLeft) {
  World world;
  world.Directory(Timed("people { id: 'abe' unavailable { end @18 } }"))
      .Role("cab", {"abe", "bob", "cy"});
  world.Rule(Any({Slot(3, "cab"), Slot(2, "cab")}));
  EXPECT_EQ(Suggested(world.Ask()), "any[1]:bob, any[1]:cy");
  world.policy.clear_approvals();
  // A branch of people who can be asked beats an earlier one of as many who cannot.
  world.Role("board", {"abe"}).Rule(Any({Slot(1, "board"), Slot(1, "cab")}));
  EXPECT_EQ(Suggested(world.Ask()), "any[1]:bob");
  world.At("2026-06-10T18:00:00Z");
  EXPECT_EQ(Suggested(world.Ask()), "any[0]:abe");
}

// Fewest people first, then what the policy says it costs to ask them.
TEST(TreeTest, OfTheFewestTheCheapestAreAsked) {
  World world;
  world
      .Directory(
          "people { id: 'kim' open_requests: 3 seniority: 1 } "
          "people { id: 'lou' open_requests: 1 seniority: 3 } "
          "people { id: 'max' open_requests: 1 seniority: 2 unavailable { } }")
      .Role("pool", {"kim", "lou", "max"})
      .Rule("at_least: 1 of { role: 'pool' }");
  const auto suggested = [&](const char* asking) {
    return Suggested(World(world).Policy(asking).Ask());
  };
  // Availability alone, then the order of ids.
  EXPECT_EQ(suggested(""), ":kim");
  EXPECT_EQ(suggested("asking { unavailable: 9 per_open_request: 1 }"), ":lou");
  EXPECT_EQ(suggested("asking { unavailable: 9 per_open_request: 1 per_grade: 2 }"), ":kim");
  EXPECT_EQ(suggested("asking { per_open_request: 1 per_grade: 2 }"), ":kim");
  EXPECT_EQ(suggested("asking { per_open_request: 2 per_grade: 1 }"), ":max");
  EXPECT_EQ(suggested("asking { unavailable: 9 per_grade: -1 }"), ":lou");
  const Answer answer = World(world).Policy("asking { per_open_request: 2 }").Ask();
  ASSERT_EQ(answer.outcome.suggestions_size(), 1);
  EXPECT_EQ(answer.outcome.suggestions(0).cost(), 2);
  // One dear person rather than two who cost nothing.
  world
      .Directory(
          "services { id: 'pay' owners: ['kim', 'lou'] } "
          "services { id: 'web' owners: ['max', 'lou'] }")
      .Change("services { id: 'web' }");
  World covering = world;
  covering.policy.clear_approvals();
  covering.Rule("at_least: 1 of { service_owners: true }");
  EXPECT_EQ(Suggested(covering.Policy("asking { per_grade: 100 }").Ask()),
            "services[pay]:lou, services[web]:lou");
}

// Which of two ways of completing it is taken is a question of cost as well.
TEST(TreeTest, TheCheaperBranchIsSuggested) {
  World world;
  world.Directory("people { id: 'kim' open_requests: 3 } people { id: 'lou' open_requests: 1 }")
      .Role("one", {"kim"})
      .Role("other", {"lou"})
      .Rule("any { at_least: 1 of { role: 'one' } } any { at_least: 1 of { role: 'other' } }");
  EXPECT_EQ(Suggested(World(world).Ask()), "any[0]:kim");
  EXPECT_EQ(Suggested(World(world).Policy("asking { per_open_request: 1 }").Ask()), "any[1]:lou");
}

// Ann and bob would each do for the first rule, but one of them does for both.
TEST(TreeTest, RulesAskTogetherForTheFewest) {
  World world = World().Role("ask-either", {"ann", "bob"}).Role("ask-one", {"bob"});
  world.Rule("at_least: 1 of { role: 'ask-either' }").Rule("at_least: 1 of { role: 'ask-one' }");
  std::vector<Answer> answers = world.AskAll();
  EXPECT_EQ(Suggested(answers[0]), ":bob");
  EXPECT_EQ(Suggested(answers[1]), ":bob");
  EXPECT_FALSE(answers[0].outcome.suggestions_may_exceed_minimum());
  // Where that is not settled each still asks for the fewest of its own.
  world.limits.suggestion_nodes = 1;
  answers = world.AskAll();
  EXPECT_EQ(Suggested(answers[0]), ":ann");
  EXPECT_EQ(Suggested(answers[1]), ":bob");
  EXPECT_TRUE(answers[0].outcome.suggestions_may_exceed_minimum());
}

TEST(TreeTest, BeyondTheBoundItIsAnErrorAndNeverAllowed) {
  World world;
  std::vector<std::string> slots, people;
  for (int i = 0; i < 23; ++i) {
    people.push_back(StrCat("p", i));
    world.Directory(StrCat("people { id: 'p", i, "' }"));
  }
  world.Role("cab", people);
  slots.assign(24, Slot(2, "cab"));
  world.Rule(Some(12, slots));
  for (const std::string& person : people) world.Approve(person);
  world.limits.search_nodes = 1'000;
  const Answer answer = world.Ask();
  EXPECT_EQ(StatusOf(answer), "ERROR");
  EXPECT_EQ(answer.error_code, "search_limit");
  EXPECT_NE(answer.error.find("1000"), std::string::npos);
  EXPECT_TRUE(answer.counted.empty());
}

}  // namespace
}  // namespace changepolicy
