// What is worked out once for policy and directory: that it is what each decision would find.
#include "libchangepolicy/approval/plan.h"

#include <random>
#include <thread>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "libchangepolicy/approval/told_text.h"
#include "libchangepolicy/base/text.h"
#include "tests/approval/world.h"

namespace changepolicy {
namespace {

TEST(ElectorateTest, CountsItsPeopleInEachPeriod) {
  std::mt19937 random(5);
  const auto at = [](int64_t second) { return absl::FromUnixSeconds(second); };
  for (int run = 0; run < 2'000; ++run) {
    Electorate electorate;
    for (int person = 0; person < 4; ++person) {
      Tenures own;
      for (int left = static_cast<int>(random() % 4); left > 0; --left) {
        Tenure tenure;
        tenure.person = person;
        if (random() % 4 != 0) tenure.start = at(static_cast<int64_t>(random() % 10));
        if (random() % 4 != 0) tenure.end = at(static_cast<int64_t>(random() % 10));
        own.push_back(tenure);
      }
      std::sort(own.begin(), own.end(), [](const Tenure& a, const Tenure& b) {
        return std::tie(a.start, a.end) < std::tie(b.start, b.end);
      });
      for (const Tenure& tenure : own) {
        electorate.tenures.push_back(tenure);
        for (const absl::Time side : {tenure.start, tenure.end}) {
          if (side != absl::InfinitePast() && side != absl::InfiniteFuture()) {
            electorate.boundaries.push_back(side);
          }
        }
      }
    }
    std::sort(electorate.boundaries.begin(), electorate.boundaries.end());
    Electorate counted = electorate;
    CountSizes(&counted);
    for (int64_t second = -1; second <= 10; ++second) {
      EXPECT_EQ(counted.SizeAt(at(second)), electorate.SizeAt(at(second)))
          << "run " << run << " at " << second;
    }
  }
}

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    world_.Directory("teams { id: 'core' members: 'ann' } services { id: 'pay' team: 'core' }")
        .Role("cab", {"ann", "bob"})
        .Rule("at_least: 1 of { own_team: true }")
        .Rule("at_least: 1 of { service_owners: true }")
        .Rule("at_least: 1 of { own_team: true service_owners: true }")
        .Rule("at_least: 1 of { role: 'cab' }");
    roster_ = Roster::Build(world_.directory).roster;
  }

  int Eligible(const ApprovalPlan& plan, int rule) const {
    return plan.Find(world_.policy.approvals(rule))->slots.front().eligible;
  }

  World world_;
  std::shared_ptr<const Roster> roster_;
};

TEST_F(PlanTest, KeepsElectoratesOfWhatTheDirectoryKnows) {
  const ApprovalPlan plan(world_.policy, *roster_);
  const Electorate* const team = plan.FindKept(Eligible(plan, 0), "core");
  ASSERT_NE(team, nullptr);
  EXPECT_EQ(team->SizeAt(world_.now), 1);
  EXPECT_EQ(plan.FindKept(Eligible(plan, 0), "core"), team);
  EXPECT_EQ(plan.FindKept(Eligible(plan, 0), "nobody's"), nullptr);
  const Electorate* const owners = plan.FindKept(Eligible(plan, 1), "pay");
  ASSERT_NE(owners, nullptr);
  EXPECT_EQ(owners->path, "services[pay]");
  EXPECT_EQ(plan.FindKept(Eligible(plan, 1), "core"), nullptr);
  // Neither of two things alone says who is meant.
  EXPECT_EQ(plan.FindKept(Eligible(plan, 2), "core"), nullptr);
  EXPECT_EQ(plan.FindKept(Eligible(plan, 3), "cab"), nullptr);
  EXPECT_EQ(plan.eligible(Eligible(plan, 3)).whole->SizeAt(world_.now), 2);
}

TEST_F(PlanTest, KnowsOfWhatItWasMade) {
  const ApprovalPlan plan(world_.policy, *roster_);
  EXPECT_TRUE(plan.IsOf(world_.policy, *roster_));
  const v1::Policy copy = world_.policy;
  EXPECT_FALSE(plan.IsOf(copy, *roster_));
  const std::shared_ptr<const Roster> other = Roster::Build(world_.directory).roster;
  EXPECT_FALSE(plan.IsOf(world_.policy, *other));
}

// More values than there are places to begin chains.
TEST(KeptElectoratesTest, FindsEachValueThatWasAdded) {
  for (const size_t expected : {size_t{0}, size_t{1}, size_t{3}, size_t{1'000'000}}) {
    KeptElectorates kept(expected);
    EXPECT_EQ(kept.Find(""), nullptr);
    std::vector<const Electorate*> added;
    for (int i = 0; i < 100; ++i) {
      Electorate electorate;
      electorate.path = StrCat("path ", i);
      added.push_back(kept.Add(StrCat("value ", i), std::move(electorate)));
    }
    for (int i = 0; i < 100; ++i) {
      const Electorate* const found = kept.Find(StrCat("value ", i));
      EXPECT_EQ(found, added[static_cast<size_t>(i)]);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->path, StrCat("path ", i));
    }
    EXPECT_EQ(kept.Find("value 100"), nullptr);
  }
}

// Several threads ask for all values at once, each beginning elsewhere: each is made once.
TEST(PlanThreadsTest, AllFindTheSame) {
  constexpr int kTeams = 200, kThreads = 4;
  World world;
  for (int i = 0; i < kTeams; ++i) {
    v1::Team* const team = world.directory.add_teams();
    team->set_id(StrCat("team-", i));
    team->add_members(i % 2 == 0 ? "ann" : "bob");
  }
  world.Role("cab", {"ann", "bob"}).Rule("at_least: 1 of { own_team: true }");
  const std::shared_ptr<const Roster> roster = Roster::Build(world.directory).roster;
  ASSERT_NE(roster, nullptr);
  const ApprovalPlan plan(world.policy, *roster);
  const int eligible = plan.Find(world.policy.approvals(0))->slots.front().eligible;
  std::vector<std::vector<const Electorate*>> found(kThreads,
                                                    std::vector<const Electorate*>(kTeams));
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t step = 0; step < 2 * kTeams; ++step) {
        const size_t team = (step + thread * kTeams / kThreads) % kTeams;
        const Electorate* const kept = plan.FindKept(eligible, StrCat("team-", team));
        if (step >= kTeams && kept != found[thread][team]) found[thread][team] = nullptr;
        if (step < kTeams) found[thread][team] = kept;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t team = 0; team < kTeams; ++team) {
    ASSERT_NE(found[0][team], nullptr) << team;
    EXPECT_EQ(found[0][team]->SizeAt(world.now), 1) << team;
    for (size_t thread = 1; thread < kThreads; ++thread) {
      EXPECT_EQ(found[thread][team], found[0][team]) << team;
    }
  }
}

TEST_F(PlanTest, OfTheLastPoliciesIsKept) {
  const ApprovalPlans plans;
  const auto first = plans.Of(world_.policy, 1, *roster_);
  for (uint64_t serial = 2; serial <= 4; ++serial) plans.Of(world_.policy, serial, *roster_);
  EXPECT_EQ(plans.Of(world_.policy, 1, *roster_), first);
  plans.Of(world_.policy, 5, *roster_);
  EXPECT_EQ(plans.Of(world_.policy, 1, *roster_), first);
  for (uint64_t serial = 6; serial <= 9; ++serial) plans.Of(world_.policy, serial, *roster_);
  EXPECT_NE(plans.Of(world_.policy, 1, *roster_), first);
  EXPECT_EQ(first.use_count(), 1);
}

TEST(ToldTextTest, InstantsAreWrittenAsAbseilWritesThem) {
  flat::Arena arena;
  for (const absl::Time at :
       {absl::UnixEpoch(), Utc("2026-06-10T12:34:56Z"), Utc("0999-12-31T23:59:59Z"),
        Utc("1000-01-01T00:00:00Z"), Utc("9999-12-31T23:59:59Z"),
        Utc("9999-12-31T23:59:59Z") + absl::Seconds(1), Utc("2026-06-10T12:34:56.789Z"),
        absl::UnixEpoch() - absl::Seconds(1)}) {
    EXPECT_EQ(InstantText(at, &arena),
              absl::FormatTime(absl::RFC3339_full, at, absl::UTCTimeZone()));
  }
}

}  // namespace
}  // namespace changepolicy
