// Who is who: accounts, tenures, owners, what is wrong with a directory, and at which instant a
// membership counts. Times in directories are seconds after the epoch unless the test says so.
#include "libchangepolicy/approval/roster.h"

#include <algorithm>
#include <ostream>
#include <set>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

absl::Time Second(int second) { return absl::FromUnixSeconds(second); }

// A directory and its roster, which points into it.
class Built {
 public:
  explicit Built(std::string_view directory)
      : directory_(Parse<v1::Directory>(directory)), result_(Roster::Build(directory_)) {
    EXPECT_NE(result_.roster, nullptr) << ToText(result_.issues);
  }
  const Roster* operator->() const { return result_.roster.get(); }
  const Roster& operator*() const { return *result_.roster; }

 private:
  const v1::Directory directory_;
  const RosterResult result_;
};

// Who holds one of the tenures then.
std::string Holders(const Roster& roster, const Tenures& tenures, absl::Time at) {
  std::set<std::string> ids;
  for (const Tenure& tenure : tenures) {
    if (tenure.Holds(at)) ids.insert(roster.id(tenure.person));
  }
  return Joined(std::vector<std::string>(ids.begin(), ids.end()));
}

// `0 - | 10 ann | 20 ann,bob`: from which second on, up to 40, who.
std::string Course(const Roster& roster, const Tenures& tenures) {
  std::string course, last;
  for (int second = 0; second <= 40; ++second) {
    std::string now = Holders(roster, tenures, Second(second));
    if (now.empty()) now = "-";
    if (now == last) continue;
    StrAppend(&course, course.empty() ? "" : " | ", second, " ", now);
    last = std::move(now);
  }
  return course;
}

// --- accounts ---

struct AccountCase {
  const char* what;
  const char* account;
  const char* person;  // null: nobody
};
std::ostream& operator<<(std::ostream& out, const AccountCase& row) { return out << row.what; }

class Accounts : public testing::TestWithParam<AccountCase> {};

TEST_P(Accounts, NameOnePersonOrNobody) {
  const Built roster(
      "people { id: 'Bob' accounts: 'robert@example.org' } "
      "people { id: 'ann' accounts: ['Ann@Example.ORG', 'ann-admin', ' a.nother '] } "
      "people { id: 'zo\xc3\xab' } people { id: 'bot' service_account: true accounts: 'ci' } "
      "people { id: 'stra\xc3\x9f"
      "e' } people { id: 'jo\xcc\x88rg' } "
      "people { id: 'git' accounts: 'Git Person <GIT@example.org>' } people { id: 'a<b>c' }");
  const int person = roster->Find(GetParam().account);
  if (GetParam().person == nullptr) {
    EXPECT_EQ(person, kNobody);
  } else {
    ASSERT_NE(person, kNobody);
    EXPECT_EQ(roster->id(person), GetParam().person);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Accounts,
    testing::Values(AccountCase{"id", "ann", "ann"},
                    AccountCase{"id in another case", "BOB", "Bob"},
                    AccountCase{"e-mail address", "robert@example.org", "Bob"},
                    AccountCase{"e-mail address in another case", "ann@eXample.org", "ann"},
                    AccountCase{"second account", "ANN-admin", "ann"},
                    AccountCase{"blanks around it", "\t ann\r\n", "ann"},
                    AccountCase{"blanks around the directory's own", "a.nother", "ann"},
                    AccountCase{"service account", "CI", "bot"},
                    AccountCase{"beyond ASCII", "ZO\xc3\xab", "zo\xc3\xab"},
                    AccountCase{"case beyond ASCII", "zo\xc3\x8b", "zo\xc3\xab"},
                    AccountCase{"decomposed", "ZOE\xcc\x88", "zo\xc3\xab"},
                    AccountCase{"without the mark", "zoe", nullptr},
                    AccountCase{"sharp s in capitals", "STRASSE",
                                "stra\xc3\x9f"
                                "e"},
                    AccountCase{"capital sharp s",
                                "STRA\xe1\xba\x9e"
                                "E",
                                "stra\xc3\x9f"
                                "e"},
                    AccountCase{"composed and capital", "J\xc3\x96RG", "jo\xcc\x88rg"},
                    AccountCase{"composed", "j\xc3\xb6rg", "jo\xcc\x88rg"},
                    AccountCase{"looks alike in another width", "\xef\xbd\x81nn", nullptr},
                    AccountCase{"as git writes it", "Ann Lee <ANN@example.org>", "ann"},
                    AccountCase{"the name before the address is nobody", "ann <x@y>", nullptr},
                    AccountCase{"an address alone", "<ann@example.org>", "ann"},
                    AccountCase{"blanks in the brackets", "Ann < ann@example.org >\n", "ann"},
                    AccountCase{"the directory's own as git writes it", "git@EXAMPLE.org", "git"},
                    AccountCase{"no address", "ann <>", nullptr},
                    AccountCase{"two addresses", "a <ann> <ann>", nullptr},
                    AccountCase{"brackets in brackets", "a <<ann>>", nullptr},
                    AccountCase{"an address that is not the end", "<ann> Lee", nullptr},
                    AccountCase{"not closed", "Ann <ann", nullptr},
                    AccountCase{"brackets of its own", "A<B>C", "a<b>c"},
                    AccountCase{"part of an address", "robert", nullptr},
                    AccountCase{"blank inside", "a. nother", nullptr},
                    AccountCase{"stranger", "stranger", nullptr}, AccountCase{"empty", "", nullptr},
                    AccountCase{"only blanks", "  ", nullptr}));

TEST(FoldAccountTest, WhatIsNotUtf8IsFoldedAsAscii) {
  EXPECT_EQ(FoldAccount("ANN\xff\xc3\x96"), "ann\xff\xc3\x96");
  // A surrogate, and a character in more bytes than it needs.
  EXPECT_EQ(FoldAccount("A\xed\xa0\x80\xc3\x96"), "a\xed\xa0\x80\xc3\x96");
  EXPECT_EQ(FoldAccount("A\xc0\x81"), "a\xc0\x81");
  EXPECT_EQ(FoldAccount(std::string("A\0\xc3\x96", 4)), std::string("a\0\xc3\xb6", 4));
}

TEST(FoldAccountTest, OrderOfMarksMakesNoDifference) {
  // Alpha with iota below and acute, in both orders, and in one character.
  const std::string folded = FoldAccount("\xce\xb1\xcd\x85\xcc\x81");
  EXPECT_EQ(FoldAccount("\xce\x91\xcc\x81\xcd\x85"), folded);
  EXPECT_EQ(FoldAccount("\xe1\xbe\xb4"), folded);
  EXPECT_EQ(FoldAccount(folded), folded);
}

TEST(FoldAccountTest, HostileLengthsTakeNoTime) {
  std::string marks = "A";
  while (marks.size() < 8u << 20) marks += "\xcc\x81\xcc\xa3";
  const absl::Time begin = absl::Now();
  EXPECT_EQ(FoldAccount(marks).size(), marks.size());
  EXPECT_LT(absl::Now() - begin, absl::Seconds(5));
}

TEST(RosterTest, AccountsThatAreEqualOnceFoldedBelongToOnePerson) {
  for (const char* accounts : {
           "people { id: 'ann' accounts: 'stra\xc3\x9f"
           "e' } people { id: 'bob' accounts: 'STRASSE' }",
           "people { id: 'ann' accounts: 'j\xc3\xb6rg' } people { id: 'JO\xcc\x88RG' }",
           "people { id: 'ann' accounts: 'a@b' } people { id: 'bob' accounts: 'Bob <A@B>' }",
       }) {
    const v1::Directory directory = Parse<v1::Directory>(accounts);
    const RosterResult result = Roster::Build(directory);
    EXPECT_EQ(result.roster, nullptr) << accounts;
    ASSERT_EQ(result.issues.size(), 1u) << accounts;
    EXPECT_EQ(result.issues[0].id, "account-claimed-twice");
  }
  // One person may list the same account in several ways.
  Built("people { id: 'ann' accounts: ['j\xc3\xb6rg', 'JO\xcc\x88RG', 'ANN', 'Ann <ann>'] }");
}

TEST(RosterTest, NumbersOfPeopleAreBounded) {
  struct Case {
    const char* person;
    const char* path;  // of the complaint; empty: none
  };
  for (const Case& c : {
           Case{"open_requests: 1000000 seniority: -1000000", ""},
           Case{"open_requests: -1", "directory.people[ann].open_requests"},
           Case{"open_requests: 1000001", "directory.people[ann].open_requests"},
           Case{"seniority: 2147483647", "directory.people[ann].seniority"},
           Case{"seniority: -2147483648", "directory.people[ann].seniority"},
       }) {
    const auto directory = Parse<v1::Directory>(StrCat("people { id: 'ann' ", c.person, " }"));
    const RosterResult result = Roster::Build(directory);
    EXPECT_EQ(result.roster == nullptr, *c.path != 0) << c.person;
    EXPECT_EQ(result.issues.empty() ? "" : result.issues[0].path, c.path) << c.person;
  }
}

TEST(RosterTest, PeopleAreNumberedByIdHoweverTheDirectoryListsThem) {
  const Built roster("people { id: 'cy' } people { id: 'Bob' } people { id: 'ann' }");
  ASSERT_EQ(roster->size(), 3);
  EXPECT_EQ(roster->id(0), "Bob");
  EXPECT_EQ(roster->id(1), "ann");
  EXPECT_EQ(roster->id(2), "cy");
  EXPECT_EQ(roster->person(2).id(), "cy");
}

// --- tenures ---

struct TenureCase {
  const char* what;
  const char* directory;
  const char* course;  // of the role `cab`
};
std::ostream& operator<<(std::ostream& out, const TenureCase& row) { return out << row.what; }

class RoleTenures : public testing::TestWithParam<TenureCase> {};

TEST_P(RoleTenures, HoldFromStartUntilBeforeTheEnd) {
  const Built roster(GetParam().directory);
  const std::string course = Course(*roster, roster->Role("cab"));
  EXPECT_EQ(course, GetParam().course);
  // All ways of asking give the same.
  for (int second = 0; second <= 40; ++second) {
    const absl::Time at = Second(second);
    const std::vector<std::string> with = roster->WithRole("cab", at);
    EXPECT_EQ(Joined(with), Holders(*roster, roster->Role("cab"), at)) << second;
    for (int person = 0; person < roster->size(); ++person) {
      const bool named = std::count(with.begin(), with.end(), roster->id(person)) == 1;
      EXPECT_EQ(roster->HasRole(person, "cab", at), named)
          << roster->id(person) << " at " << second;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RoleTenures,
    testing::Values(
        TenureCase{"for good", "people { id: 'ann' } roles { id: 'cab' members: 'ann' }", "0 ann"},
        TenureCase{"for a period",
                   "people { id: 'ann' } roles { id: 'cab' memberships { person: 'ann' "
                   "start { seconds: 10 } end { seconds: 20 } } }",
                   "0 - | 10 ann | 20 -"},
        TenureCase{"from a start on",
                   "people { id: 'ann' } roles { id: 'cab' memberships { person: 'ann' "
                   "start { seconds: 10 } } }",
                   "0 - | 10 ann"},
        TenureCase{"until an end",
                   "people { id: 'ann' } roles { id: 'cab' memberships { person: 'ann' "
                   "end { seconds: 10 } } }",
                   "0 ann | 10 -"},
        TenureCase{"an empty period makes nobody eligible",
                   "people { id: 'ann' } roles { id: 'cab' memberships { person: 'ann' "
                   "start { seconds: 10 } end { seconds: 10 } } }",
                   "0 -"},
        TenureCase{"an inverted period makes nobody eligible",
                   "people { id: 'ann' } roles { id: 'cab' memberships { person: 'ann' "
                   "start { seconds: 20 } end { seconds: 10 } } }",
                   "0 -"},
        TenureCase{"twice with a gap",
                   "people { id: 'ann' } roles { id: 'cab' "
                   "memberships { person: 'ann' start { seconds: 30 } } "
                   "memberships { person: 'ann' start { seconds: 10 } end { seconds: 20 } } }",
                   "0 - | 10 ann | 20 - | 30 ann"},
        TenureCase{"periods that overlap",
                   "people { id: 'ann' } roles { id: 'cab' "
                   "memberships { person: 'ann' start { seconds: 10 } end { seconds: 25 } } "
                   "memberships { person: 'ann' start { seconds: 20 } end { seconds: 30 } } }",
                   "0 - | 10 ann | 30 -"},
        TenureCase{"handed over without a gap",
                   "people { id: 'ann' } people { id: 'bob' } roles { id: 'cab' "
                   "memberships { person: 'ann' end { seconds: 10 } } "
                   "memberships { person: 'bob' start { seconds: 10 } } }",
                   "0 ann | 10 bob"},
        TenureCase{"not before joining",
                   "people { id: 'ann' joined_at { seconds: 15 } } roles { id: 'cab' "
                   "memberships { person: 'ann' start { seconds: 10 } } }",
                   "0 - | 15 ann"},
        TenureCase{
            "not after leaving",
            "people { id: 'ann' left_at { seconds: 15 } } roles { id: 'cab' members: 'ann' }",
            "0 ann | 15 -"},
        TenureCase{"left before it began",
                   "people { id: 'ann' left_at { seconds: 10 } } roles { id: 'cab' "
                   "memberships { person: 'ann' start { seconds: 10 } } }",
                   "0 -"},
        TenureCase{"away is a member still",
                   "people { id: 'ann' unavailable { start { seconds: 10 } } } "
                   "roles { id: 'cab' members: 'ann' }",
                   "0 ann"},
        TenureCase{"two accounts of one person are one member",
                   "people { id: 'ann' accounts: 'ann@example.org' } "
                   "roles { id: 'cab' members: ['ann', 'ANN@example.org'] }",
                   "0 ann"},
        TenureCase{"service accounts are no members",
                   "people { id: 'bot' service_account: true } people { id: 'ann' } "
                   "roles { id: 'cab' members: ['bot', 'ann'] }",
                   "0 ann"},
        TenureCase{"strangers are no members",
                   "people { id: 'ann' } roles { id: 'cab' members: ['zed', 'ann'] }", "0 ann"},
        TenureCase{"nobody in it", "people { id: 'ann' } roles { id: 'cab' }", "0 -"},
        TenureCase{"unknown", "people { id: 'ann' }", "0 -"},
        // Ids are not accounts.
        TenureCase{"its own case matters",
                   "people { id: 'ann' } roles { id: 'CAB' members: 'ann' }", "0 -"}));

TEST(RosterTest, TeamsHaveTheirLeadsAmongTheirMembers) {
  const Built roster(
      "people { id: 'ann' } people { id: 'bob' left_at { seconds: 30 } } people { id: 'cy' } "
      "teams { id: 'core' members: 'ann' leads: ['bob', 'ann'] memberships { person: 'cy' "
      "start { seconds: 10 } end { seconds: 20 } } }");
  const Roster& plain = *roster;
  EXPECT_EQ(Course(plain, roster->Team("core")), "0 ann,bob | 10 ann,bob,cy | 20 ann,bob | 30 ann");
  EXPECT_EQ(Course(plain, roster->Leads("core")), "0 ann,bob | 30 ann");
  EXPECT_TRUE(roster->InTeam(roster->Find("cy"), "core", Second(19)));
  EXPECT_FALSE(roster->InTeam(roster->Find("cy"), "core", Second(20)));
  EXPECT_TRUE(roster->KnowsTeam("core"));
  EXPECT_FALSE(roster->KnowsTeam("Core"));
  EXPECT_FALSE(roster->KnowsRole("core"));
  EXPECT_TRUE(roster->Team("web").empty());
  EXPECT_TRUE(roster->Leads("web").empty());
}

TEST(RosterTest, EmeritusIsPresentWithoutTheRole) {
  const Built roster(
      "people { id: 'ann' } roles { id: 'cto' memberships { person: 'ann' end { seconds: 10 } } } "
      "roles { id: 'cto-emeritus' memberships { person: 'ann' start { seconds: 10 } } }");
  const int ann = roster->Find("ann");
  EXPECT_TRUE(roster->Present(ann, Second(10)));
  EXPECT_TRUE(roster->HasRole(ann, "cto", Second(9)));
  EXPECT_FALSE(roster->HasRole(ann, "cto", Second(10)));
  EXPECT_TRUE(roster->HasRole(ann, "cto-emeritus", Second(10)));
}

TEST(RosterTest, PresentAndAvailable) {
  const Built roster(
      "people { id: 'ann' joined_at { seconds: 10 } left_at { seconds: 30 } "
      "unavailable { end { seconds: 12 } } "
      "unavailable { start { seconds: 15 } end { seconds: 20 } } "
      "unavailable { start { seconds: 25 } } }");
  std::string course;
  for (int second = 0; second <= 40; ++second) {
    course += !roster->Present(0, Second(second)) ? '.' : 'p';
    if (roster->Available(0, Second(second))) course.back() = 'A';
  }
  EXPECT_EQ(course, "..........ppAAApppppAAAAAppppp...........");
  std::vector<absl::Time> changes;
  roster->AvailabilityBoundaries(0, Second(15), &changes);
  EXPECT_EQ(changes, (std::vector<absl::Time>{Second(20), Second(25)}));
}

TEST(RosterTest, EverybodyAndSelfAreWithoutServiceAccounts) {
  const Built roster(
      "people { id: 'ann' left_at { seconds: 10 } } people { id: 'bot' service_account: true } "
      "people { id: 'cy' joined_at { seconds: 5 } }");
  const Roster& plain = *roster;
  EXPECT_EQ(Course(plain, roster->Everybody()), "0 ann | 5 ann,cy | 10 cy");
  EXPECT_EQ(Course(plain, roster->Self(roster->Find("cy"))), "0 - | 5 cy");
  EXPECT_TRUE(roster->Self(roster->Find("bot")).empty());
  EXPECT_TRUE(roster->IsServiceAccount(roster->Find("bot")));
}

// --- owners ---

TEST(RosterTest, ServicesAreOwnedByTheirTeamAndTheOwnersBesideIt) {
  const Built roster(
      "people { id: 'ann' } people { id: 'bob' accounts: 'bob@x.org' left_at { seconds: 20 } } "
      "people { id: 'cy' } people { id: 'bot' service_account: true } "
      "teams { id: 'core' members: 'ann' memberships { person: 'cy' start { seconds: 10 } } } "
      "services { id: 'pay' team: 'core' owners: ['BOB@x.org', 'bot', 'zed', 'ann'] } "
      "services { id: 'web' owners: 'cy' } services { id: 'idle' team: 'gone' }");
  const Roster& plain = *roster;
  EXPECT_EQ(Course(plain, roster->ServiceOwners("pay")), "0 ann,bob | 10 ann,bob,cy | 20 ann,cy");
  EXPECT_EQ(Course(plain, roster->ServiceOwners("web")), "0 cy");
  EXPECT_EQ(Course(plain, roster->ServiceOwners("idle")), "0 -");
  EXPECT_EQ(Course(plain, roster->ServiceOwners("nobody-knows-it")), "0 -");
  EXPECT_EQ(roster->FindService("web")->id(), "web");
  EXPECT_EQ(roster->FindService("Web"), nullptr);
}

// --- what is wrong with a directory ---

struct ProblemCase {
  const char* what;
  const char* directory;  // beside the people ann, bob, cy
  const char* issues;
};
std::ostream& operator<<(std::ostream& out, const ProblemCase& row) { return out << row.what; }

class Problems : public testing::TestWithParam<ProblemCase> {};

TEST_P(Problems, AreReportedEachAtItsPlace) {
  const v1::Directory directory = Parse<v1::Directory>(
      StrCat("people { id: 'ann' } people { id: 'bob' accounts: 'bob@x.org' } people { id: 'cy' } ",
             GetParam().directory));
  const RosterResult result = Roster::Build(directory);
  std::string issues;
  for (const Issue& issue : result.issues) {
    StrAppend(&issues, issues.empty() ? "" : "; ",
              issue.severity == Severity::kError ? "error " : "warning ", issue.id, " ",
              issue.path);
    EXPECT_FALSE(issue.message.empty());
    EXPECT_FALSE(issue.help.empty());
  }
  EXPECT_EQ(issues, GetParam().issues);
  EXPECT_EQ(result.roster == nullptr, HasErrors(result.issues));
}

INSTANTIATE_TEST_SUITE_P(
    Accounts, Problems,
    testing::Values(
        ProblemCase{"nothing", "", ""},
        ProblemCase{"an address of two people", "people { id: 'dee' accounts: 'BOB@x.org' }",
                    "error account-claimed-twice directory.people[dee]"},
        ProblemCase{"an id that is another's account", "people { id: 'Bob@X.org' }",
                    "error account-claimed-twice directory.people[bob]"},
        ProblemCase{"one id twice", "people { id: 'cy' }",
                    "error account-claimed-twice directory.people[cy]"},
        ProblemCase{"ids that differ in case", "people { id: 'CY' }",
                    "error account-claimed-twice directory.people[cy]"},
        ProblemCase{"an own account twice is no conflict",
                    "people { id: 'dee' accounts: ['DEE', 'd', 'D '] }", ""},
        ProblemCase{"no id", "people { accounts: 'd' }", "error empty-account directory.people[]"},
        ProblemCase{"blank account", "people { id: 'dee' accounts: ' ' }",
                    "error empty-account directory.people[dee]"}));

INSTANTIATE_TEST_SUITE_P(
    Groups, Problems,
    testing::Values(ProblemCase{"a role twice", "roles { id: 'cab' } roles { id: 'cab' }",
                                "error duplicate-id directory.roles[cab]"},
                    ProblemCase{"a team twice", "teams { id: 'core' } teams { id: 'core' }",
                                "error duplicate-id directory.teams[core]"},
                    ProblemCase{"a service twice", "services { id: 'pay' } services { id: 'pay' }",
                                "error duplicate-id directory.services[pay]"},
                    ProblemCase{"a role and a team of one name",
                                "roles { id: 'x' } teams { id: 'x' }", ""},
                    ProblemCase{"unknown members and leads",
                                "roles { id: 'cab' members: 'zed' memberships { person: 'yves' } } "
                                "teams { id: 'core' leads: 'zed' }",
                                "warning unknown-person directory.roles[cab]; "
                                "warning unknown-person directory.roles[cab]; "
                                "warning unknown-person directory.teams[core]"},
                    ProblemCase{"unknown owners",
                                "services { id: 'pay' team: 'gone' owners: 'zed' } "
                                "path_owners { pattern: 'a' owners: 'zed' teams: 'gone' }",
                                "warning unknown-team directory.services[pay]; "
                                "warning unknown-person directory.services[pay]; "
                                "warning unknown-team directory.path_owners[a]; "
                                "warning unknown-person directory.path_owners[a]"},
                    ProblemCase{"an unknown owner of several patterns is one problem",
                                "path_owners { pattern: 'a' section: 'Code' owners: 'zed' } "
                                "path_owners { pattern: 'b' owners: 'zed' }",
                                "warning unknown-person directory.path_owners[Code: a]"}));

INSTANTIATE_TEST_SUITE_P(
    Delegations, Problems,
    testing::Values(
        ProblemCase{"no end", "delegations { id: 'd' from: 'ann' to: 'bob' }",
                    "error delegation-without-end directory.delegations[d]"},
        ProblemCase{"unknown giver and receiver",
                    "delegations { id: 'd' from: 'zed' to: 'yves' end { seconds: 9 } }",
                    "warning unknown-person directory.delegations[d]; "
                    "warning unknown-person directory.delegations[d]"},
        ProblemCase{"no giver", "delegations { id: 'd' to: 'bob' end { seconds: 9 } }",
                    "warning unknown-person directory.delegations[d]"},
        ProblemCase{"to oneself", "delegations { from: 'ann' to: 'ann' end { seconds: 9 } }",
                    "error delegation-cycle directory.delegations"},
        ProblemCase{"to oneself by another account",
                    "delegations { from: 'bob' to: 'BOB@x.org' end { seconds: 9 } }",
                    "error delegation-cycle directory.delegations"},
        ProblemCase{"to each other",
                    "delegations { from: 'ann' to: 'bob' end { seconds: 9 } } "
                    "delegations { from: 'bob' to: 'ann' end { seconds: 9 } }",
                    "error delegation-cycle directory.delegations"},
        ProblemCase{
            "to each other for one second",
            "delegations { from: 'ann' to: 'bob' end { seconds: 10 } } "
            "delegations { from: 'bob' to: 'ann' start { seconds: 9 } end { seconds: 19 } }",
            "error delegation-cycle directory.delegations"},
        ProblemCase{
            "to each other one after the other",
            "delegations { from: 'ann' to: 'bob' end { seconds: 9 } } "
            "delegations { from: 'bob' to: 'ann' start { seconds: 9 } end { seconds: 19 } }",
            ""},
        ProblemCase{"a circle of three",
                    "delegations { from: 'ann' to: 'bob' end { seconds: 9 } } "
                    "delegations { from: 'bob' to: 'cy' end { seconds: 9 } } "
                    "delegations { from: 'cy' to: 'ann' end { seconds: 9 } }",
                    "error delegation-cycle directory.delegations"},
        ProblemCase{"a circle whose three never hold at once",
                    "delegations { from: 'ann' to: 'bob' end { seconds: 9 } } "
                    "delegations { from: 'bob' to: 'cy' start { seconds: 5 } end { seconds: 15 } } "
                    "delegations { from: 'cy' to: 'ann' start { seconds: 9 } end { seconds: 19 } }",
                    ""},
        ProblemCase{"one giver, two receivers and a meeting point",
                    "people { id: 'dee' } "
                    "delegations { from: 'ann' to: 'bob' end { seconds: 9 } } "
                    "delegations { from: 'ann' to: 'cy' end { seconds: 9 } } "
                    "delegations { from: 'bob' to: 'dee' end { seconds: 9 } } "
                    "delegations { from: 'cy' to: 'dee' end { seconds: 9 } }",
                    ""},
        ProblemCase{"an empty period makes no circle",
                    "delegations { from: 'ann' to: 'ann' start { seconds: 9 } end { seconds: 9 } }",
                    ""}));

INSTANTIATE_TEST_SUITE_P(Together, Problems,
                         testing::Values(ProblemCase{
                             "all at once",
                             "people { id: 'ANN' } roles { id: 'cab' members: 'zed' } "
                             "services { id: 'pay' } services { id: 'pay' } "
                             "delegations { id: 'd' from: 'ann' to: 'bob' }",
                             "error account-claimed-twice directory.people[ann]; "
                             "warning unknown-person directory.roles[cab]; "
                             "error duplicate-id directory.services[pay]; "
                             "error delegation-without-end directory.delegations[d]"}));

TEST(RosterTest, ACycleIsPrintedWithItsPeople) {
  const v1::Directory directory = Parse<v1::Directory>(
      "people { id: 'ann' } people { id: 'bob' } people { id: 'cy' } people { id: 'dee' } "
      "delegations { from: 'dee' to: 'bob' end { seconds: 9 } } "
      "delegations { from: 'bob' to: 'cy' end { seconds: 9 } } "
      "delegations { from: 'cy' to: 'bob' end { seconds: 9 } } "
      "delegations { from: 'cy' to: 'ann' end { seconds: 9 } }");
  const RosterResult result = Roster::Build(directory);
  ASSERT_EQ(result.issues.size(), 1u);
  EXPECT_EQ(result.issues[0].message, "delegations go round in a circle: `bob` -> `cy` -> `bob`");
}

// --- at which instant a membership counts ---

// Ann's time with the organization and in the role, her approval and the decision; `@<n>` stands
// for hour n of one day.
struct InstantCase {
  const char* what;
  const char* person;  // more of ann
  const char* membership;
  int approved;
  int decided;
  const char* at_approval;  // statuses
  const char* at_decision;
};
std::ostream& operator<<(std::ostream& out, const InstantCase& row) { return out << row.what; }

class Instants : public testing::TestWithParam<InstantCase> {};

TEST_P(Instants, DecideWhoseMembershipCounts) {
  const InstantCase& row = GetParam();
  for (const bool at_decision : {false, true}) {
    World world;
    world.directory.clear_people();
    world.Directory(Timed(
        StrCat("people { id: 'ann' ", row.person, " } people { id: 'req' } people { id: 'dev' } ",
               "people { id: 'bob' } roles { id: 'cab' members: 'bob' memberships { person: 'ann' ",
               row.membership, " } }")));
    world.Rule("at_least: 1 of { role: 'cab' }");
    if (at_decision) world.Policy("separation { roster: ROSTER_AT_DECISION }");
    world.Approve("ann", Timed(StrCat("happened_at @", row.approved)));
    world.now = Utc("2026-06-10T00:00:00Z") + absl::Hours(row.decided);
    EXPECT_EQ(StatusOf(world.Ask()), at_decision ? row.at_decision : row.at_approval)
        << (at_decision ? "at decision: " : "at approval: ") << NotCountedOf(world.Ask());
    // What is not said is at the approval.
    if (at_decision) continue;
    world.Policy("separation { roster: ROSTER_AT_APPROVAL }");
    EXPECT_EQ(StatusOf(world.Ask()), row.at_approval);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Instants,
    testing::Values(
        InstantCase{"a member throughout", "", "", 10, 12, "SATISFIED", "SATISFIED"},
        InstantCase{"a member no more", "", "end @11", 10, 12, "SATISFIED", "UNSATISFIED"},
        InstantCase{"a member since", "", "start @11", 10, 12, "UNSATISFIED", "SATISFIED"},
        InstantCase{"the start belongs to it", "", "start @10", 10, 12, "SATISFIED", "SATISFIED"},
        InstantCase{"the end does not", "", "end @10", 10, 12, "UNSATISFIED", "UNSATISFIED"},
        InstantCase{"the end at the decision", "", "end @12", 10, 12, "SATISFIED", "UNSATISFIED"},
        InstantCase{"only in between", "", "start @11 end @12", 10, 13, "UNSATISFIED",
                    "UNSATISFIED"},
        InstantCase{"left since", "left_at @11", "", 10, 12, "SATISFIED", "UNSATISFIED"},
        InstantCase{"left before", "left_at @10", "", 10, 12, "UNSATISFIED", "UNSATISFIED"},
        InstantCase{"joined since", "joined_at @11", "", 10, 12, "UNSATISFIED", "SATISFIED"},
        InstantCase{"approved while away", "unavailable { start @9 end @11 }", "", 10, 12,
                    "SATISFIED", "SATISFIED"},
        InstantCase{"away at the decision", "unavailable { start @11 }", "", 10, 12, "SATISFIED",
                    "SATISFIED"}));

TEST(RosterTest, WithoutATimeTheApprovalCountsByTheRosterOfTheDecision) {
  World world = World().Directory(
      "roles { id: 'cab' memberships { person: 'ann' end { seconds: 1000 } } members: 'bob' }");
  world.Rule("at_least: 1 of { role: 'cab' }").Approve("ann").Approve("bob");
  for (v1::Approval& approval : *world.change.mutable_approvals()) approval.clear_happened_at();
  const Answer answer = world.Ask();
  EXPECT_EQ(Witness(answer), "=bob");
  EXPECT_EQ(NotCountedOf(answer), "ann INELIGIBLE");
}

TEST(RosterTest, TheOrderOfTheDirectoryMakesNoDifference) {
  const std::vector<std::string> parts = {
      "people { id: 'dee' accounts: 'dee@y.org' } ",
      "people { id: 'zoe' accounts: 'zoe@y.org' } ",
      "roles { id: 'cab' members: ['ann', 'zoe'] memberships { person: 'dee@y.org' } } ",
      "roles { id: 'dpo' members: 'bob' } ",
      "teams { id: 'core' members: 'cy' leads: 'bob' } ",
      "delegations { id: 'd1' from: 'ann' to: 'cy' end { seconds: 9999999999 } } ",
      "delegations { id: 'd2' from: 'zoe' to: 'cy' end { seconds: 9999999999 } } "};
  std::vector<std::string> answers;
  for (const bool backwards : {false, true}) {
    World world;
    world.directory.clear_people();
    std::vector<std::string> all = {"people { id: 'ann' } ", "people { id: 'bob' } ",
                                    "people { id: 'cy' } ", "people { id: 'req' } ",
                                    "people { id: 'dev' } "};
    all.insert(all.end(), parts.begin(), parts.end());
    if (backwards) std::reverse(all.begin(), all.end());
    for (const std::string& part : all) world.Directory(part);
    world.Rule("at_least: 3 of { role: 'cab' team: 'core' }");
    world.Approve("cy", "on_behalf_of: 'ann'").Approve("ZOE@y.org").Approve("bob");
    answers.push_back(world.Ask().outcome.DebugString());
  }
  EXPECT_EQ(answers[0], answers[1]);
}

// What spares the heap folds like what does not.
TEST(AccountTest, FoldsAlikeWithAndWithoutTheHeap) {
  const std::string_view pieces[] = {"ann", "ANN.Lee",  "@Example.org", "<",        ">",    " ",
                                     "\t",  "-",        "_9",           "\xc3\x84", "\xff", "{~}",
                                     "",    "o\xcc\x88"};
  uint32_t state = 7;
  for (int run = 0; run < 20'000; ++run) {
    std::string account;
    for (int left = run % 9; left > 0; --left) {
      state = state * 1'664'525 + 1'013'904'223;
      account += pieces[(state >> 16) % std::size(pieces)];
    }
    if (run % 50 == 0) account += std::string(run % 150, 'X');
    EXPECT_EQ(FoldedAccount(account).text(), FoldAccount(account)) << account;
  }
}

}  // namespace
}  // namespace changepolicy
