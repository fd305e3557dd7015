// Where a matching decides without a search: that it gives what the search gives. World::AskAll
// asks both ways and compares all that is told. CHANGEPOLICY_ORACLE_RUNS sets how many worlds
// (default 1,500).
#include "libchangepolicy/approval/direct.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "gtest/gtest.h"
#include "libchangepolicy/approval/matching.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

int Runs() {
  const char* const text = std::getenv("CHANGEPOLICY_ORACLE_RUNS");
  return text == nullptr ? 1'500 : std::atoi(text);
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

// --- the matching by itself ---

TEST(DirectMatchingTest, MovesLikeMatching) {
  for (int run = 0; run < 4 * Runs(); ++run) {
    Random random(static_cast<uint64_t>(run));
    flat::Arena arena;
    std::vector<int> needed(static_cast<size_t>(1 + random.Below(run % 20 == 0 ? 64 : 6)));
    for (int& n : needed) n = 1 + random.Below(3);
    Matching slow(needed);
    DirectMatching direct(needed, &arena);
    for (int voice = 0; voice < 12; ++voice) {
      std::vector<int> slots;
      uint64_t bits = 0;
      for (size_t s = 0; s < needed.size(); ++s) {
        if (!random.Chance(35)) continue;
        slots.push_back(static_cast<int>(s));
        bits |= uint64_t{1} << s;
      }
      EXPECT_EQ(direct.Offer(bits), slow.Offer(slots)) << "run " << run << ", voice " << voice;
      ASSERT_EQ(direct.missing(), slow.missing());
    }
    for (size_t s = 0; s < needed.size(); ++s) {
      const flat::Repeated<int>& holders = direct.holders(static_cast<int>(s));
      EXPECT_EQ(std::pmr::vector<int>(holders.begin(), holders.end()),
                slow.holders(static_cast<int>(s)))
          << "run " << run << ", slot " << s;
    }
  }
}

// --- whole answers ---

// Rules as most policies have them: slots that keep apart, of their rule or by group.
class Plain {
 public:
  explicit Plain(uint64_t seed) : random_(seed) {}

  World Make() {
    people_ = 3 + random_.Below(8);
    AddPeople();
    for (int r = 0; r < 3; ++r) AddRole(r);
    const int rules = 1 + random_.Below(4);
    grouped_ = random_.Chance(60);
    for (int r = 0; r < rules; ++r) AddRule();
    for (int p = 0; p < people_; ++p) {
      const int approvals = random_.Chance(45) ? 1 + (random_.Chance(20) ? 1 : 0) : 0;
      for (int i = 0; i < approvals; ++i) AddApproval(p);
    }
    return std::move(world_);
  }

 private:
  static std::string Id(int person) { return StrCat("p", person); }

  void AddPeople() {
    for (int p = 0; p < people_; ++p) {
      world_.Directory(StrCat("people { id: '", Id(p), "' open_requests: ", random_.Below(3), " ",
                              random_.Chance(20)   ? Timed("unavailable { start @9 end @18 }")
                              : random_.Chance(10) ? Timed("left_at @11:30")
                                                   : "",
                              " }"));
    }
    if (random_.Chance(50)) world_.Policy("asking { unavailable: 5 per_open_request: 2 }");
    if (random_.Chance(30)) {
      world_.Change(StrCat("people { authors: '", Id(random_.Below(people_)), "' }"));
    }
    if (random_.Chance(15)) world_.Change("people { implementers: 'stranger' }");
    if (random_.Chance(15)) {
      world_.Approve(Id(random_.Below(people_)), "kind: APPROVAL_KIND_RECUSED");
    }
    if (random_.Chance(20)) {
      world_.Directory(
          Timed(StrCat("delegations { id: 'd' from: 'p0' to: 'p", people_ - 1, "' end @23 }")));
      delegated_ = true;
    }
    world_.Directory("teams { id: 'core' members: 'p0' members: 'p1' leads: 'p2' }");
  }

  void AddRole(int role) {
    std::string members;
    for (int p = 0; p < people_; ++p) {
      if (!random_.Chance(40)) continue;
      StrAppend(&members, random_.Chance(20) ? Timed(StrCat("memberships { person: '", Id(p),
                                                            "' start @10 end @13 } "))
                                             : StrCat("members: '", Id(p), "' "));
    }
    world_.Directory(StrCat("roles { id: 'role", role, "' ", members, " }"));
  }

  void AddRule() {
    std::string needs;
    const int slots = random_.Chance(50) ? 1 : 1 + random_.Below(3);
    for (int s = 0; s < slots; ++s) {
      const std::string slot = Slot();
      StrAppend(&needs, slots == 1 ? slot : StrCat("all { ", slot, " } "));
    }
    world_.Rule(needs, random_.Chance(30) ? "aspects: [ASPECT_PLAN, ASPECT_CODE]" : "");
  }

  std::string Slot() {
    std::string slot = random_.Chance(20) ? StrCat("percent: ", 10 + random_.Below(60), " ")
                                          : StrCat("at_least: ", 1 + random_.Below(2), " ");
    switch (random_.Below(4)) {
      case 0:
        StrAppend(&slot, "of { own_team: true own_team_leads: true role: 'role0' } ");
        break;
      case 1:
        StrAppend(&slot, "of { roles: ['role1', 'role2'] } ");
        break;
      default:
        StrAppend(&slot, "of { role: 'role", random_.Below(3), "' } ");
    }
    if (grouped_) StrAppend(&slot, "distinct: '", random_.Chance(80) ? "eyes" : "hands", "' ");
    if (random_.Chance(20)) StrAppend(&slot, "apart_from: PART_IMPLEMENTER ");
    if (random_.Chance(30)) StrAppend(&slot, "expires_after { seconds: 5400 } ");
    return slot;
  }

  void AddApproval(int person) {
    std::string more = StrCat("happened_at @", 9 + random_.Below(3), ":", 10 + random_.Below(40));
    if (random_.Chance(10)) StrAppend(&more, " aspects: ASPECT_PLAN");
    if (random_.Chance(10)) StrAppend(&more, " expires_at @12:30");
    if (random_.Chance(10)) {
      StrAppend(&more, " kind: APPROVAL_KIND_CONDITIONAL conditions: 'tests pass'");
    } else if (random_.Chance(8)) {
      StrAppend(&more, " kind: APPROVAL_KIND_WITHDRAWN");
    }
    if (delegated_ && person == people_ - 1 && random_.Chance(50)) {
      StrAppend(&more, " on_behalf_of: 'p0'");
    }
    world_.Approve(Id(person), Timed(more));
  }

  Random random_;
  World world_;
  int people_ = 0;
  bool grouped_ = false;
  bool delegated_ = false;
};

TEST(DirectTest, GivesWhatTheSearchGives) {
  std::map<std::string, int> seen;
  for (int run = 0; run < Runs(); ++run) {
    World world = Plain(static_cast<uint64_t>(run)).Make();
    SCOPED_TRACE(StrCat("run ", run));
    for (const Answer& answer : world.AskAll()) ++seen[StatusOf(answer)];
    if (testing::Test::HasFailure()) return;
  }
  for (const char* status : {"SATISFIED", "UNSATISFIED", "UNSATISFIABLE", "UNKNOWN"}) {
    EXPECT_GT(seen[status], Runs() / 50) << status;
  }
}

}  // namespace
}  // namespace changepolicy
