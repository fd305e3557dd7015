// Which version of a policy decides about a subject, and until when.
#include "libchangepolicy/policy_series.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A version under which everything is allowed, or with `must: "false"` nothing.
Policy Version(std::string_view header, std::string_view must = "true") {
  std::string text =
      PolicyWith(StrCat("approvals: [{id: free, needs: {none: true}, clause: C}]\n"
                        "gates: [{id: g, at: [DEPLOY, VALIDATE], must: '",
                        must, "', clause: C}]\n"));
  text.replace(text.find("id: test, version: \"1\""), 22, std::string(header));
  return LoadOrDie(text);
}

constexpr char kFirst[] = "id: p, version: '1', effective_from: 2025-01-01";
constexpr char kSecond[] =
    "id: p, version: '2', effective_from: 2026-03-01, grandfathering: {changes_in: [APPROVED, "
    "SCHEDULED], releases_in: [CANDIDATE], until: 2026-04-01, reason: approved work goes on}";
constexpr char kThird[] =
    "id: p, version: '3', effective_from: 2026-03-20, grandfathering: {changes_in: [SCHEDULED], "
    "until: 2026-03-25, reason: so does this}";

PolicySeries Series(std::vector<Policy> versions) {
  PolicySeriesResult result = PolicySeries::Create(std::move(versions));
  EXPECT_TRUE(result.series.has_value()) << ToText(result.issues);
  return *result.series;
}

v1::ChangeRequest Change(std::string_view more) { return ReadChange(StrCat("id: C-1\n", more)); }

// ---- Making one

std::vector<std::string> IssuesOf(std::vector<Policy> versions) {
  std::vector<std::string> ids;
  for (const Issue& issue : PolicySeries::Create(std::move(versions)).issues) {
    ids.push_back(issue.id);
    EXPECT_FALSE(issue.message.empty());
  }
  return ids;
}

TEST(PolicySeriesCreate, RefusesWhatIsNoSeries) {
  EXPECT_THAT(IssuesOf({Version(kFirst), Version(kSecond), Version(kThird)}), IsEmpty());
  EXPECT_THAT(IssuesOf({}), ElementsAre("no-policy"));
  EXPECT_THAT(
      IssuesOf({Version(kFirst), Version("id: q, version: '2', effective_from: 2026-01-01")}),
      ElementsAre("other-policy"));
  EXPECT_THAT(
      IssuesOf({Version(kFirst), Version("id: p, version: '1', effective_from: 2026-01-01")}),
      ElementsAre("version-twice"));
  EXPECT_THAT(IssuesOf({Version("id: p, version: '0'"), Version(kFirst)}),
              ElementsAre("version-start"));
  EXPECT_THAT(IssuesOf({Version(kSecond), Version(kFirst)}), ElementsAre("version-order"));
  EXPECT_THAT(
      IssuesOf({Version(kFirst), Version("id: p, version: '2', effective_from: 2025-01-01")}),
      ElementsAre("version-order"));
}

TEST(PolicyLife, WhatOnlyAMessageCanSayIsRefusedToo) {
  v1::Policy policy = Version(kSecond).proto();
  policy.mutable_policy()->mutable_grandfathering()->add_releases_in(v1::RELEASE_STATE_UNSPECIFIED);
  policy.mutable_gates(0)->add_supplied_by_parts(v1::PART_UNSPECIFIED);
  const PolicyResult result = Policy::Load({{"p.binpb", policy.SerializeAsString()}});
  std::vector<std::string> ids;
  for (const Issue& issue : result.issues) ids.push_back(issue.id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre("no-part", "no-state"));
}

// ---- Which version

struct Row {
  std::string name;
  std::string change;
  std::string now;
  std::string version;  // `-`: none
  std::string until = "";
};

class For : public testing::TestWithParam<Row> {};

TEST_P(For, ChoosesTheVersion) {
  const PolicySeries series = Series({Version(kFirst), Version(kSecond), Version(kThird)});
  const auto choice = series.For(Change(GetParam().change), At(GetParam().now));
  if (GetParam().version == "-") {
    EXPECT_FALSE(choice.ok());
    return;
  }
  ASSERT_TRUE(choice.ok()) << choice.status();
  EXPECT_EQ(choice->policy.proto().policy().version(), GetParam().version);
  ASSERT_EQ(choice->grandfathered_until.has_value(), !GetParam().until.empty());
  if (choice->grandfathered_until) {
    EXPECT_EQ(*choice->grandfathered_until, At(GetParam().until));
  }
}

constexpr char kOld[] = "state: SCHEDULED\ncreated_at: 2026-02-01\n";

INSTANTIATE_TEST_SUITE_P(
    Rows, For,
    testing::Values(
        Row{"BeforeAll", kOld, "2024-12-31T23:59:59Z", "-"},
        Row{"AtTheFirst", kOld, "2025-01-01", "1"},
        Row{"BeforeTheSecond", kOld, "2026-02-28T23:59:59Z", "1"},
        Row{"Stays", kOld, "2026-03-01", "1", "2026-04-01"},
        Row{"StaysThroughTwo", kOld, "2026-03-20", "1", "2026-03-25"},
        // The third lets it go, and then the second's word does not matter any more.
        Row{"NoLonger", kOld, "2026-03-25", "3"},
        Row{"MadeAsItBegan", "state: SCHEDULED\ncreated_at: 2026-03-01\n", "2026-03-02", "2"},
        Row{"MadeJustBefore", "state: SCHEDULED\ncreated_at: 2026-02-28T23:59:59Z\n", "2026-03-02",
            "1", "2026-04-01"},
        Row{"MadeUnderTheSecond", "state: SCHEDULED\ncreated_at: 2026-03-10\n", "2026-03-21", "2",
            "2026-03-25"},
        Row{"InAnotherState", "state: ASSESSED\ncreated_at: 2026-02-01\n", "2026-03-02", "2"},
        Row{"InAStateOfTheSecondAlone", "state: APPROVED\ncreated_at: 2026-02-01\n", "2026-03-20",
            "3"},
        Row{"WithoutState", "created_at: 2026-02-01\n", "2026-03-02", "2"},
        Row{"WithoutTime", "state: SCHEDULED\n", "2026-03-02", "2"}),
    [](const auto& info) { return info.param.name; });

TEST(PolicySeries, ReleasesStayByTheirOwnStates) {
  const PolicySeries series = Series({Version(kFirst), Version(kSecond)});
  v1::Release release;
  ASSERT_FALSE(HasErrors(ReadMessage("id: R-1\nstate: CANDIDATE\ncreated_at: 2026-02-01\n",
                                     Format::kYaml, "r.yaml", &release)));
  EXPECT_EQ(series.For(release, At("2026-03-02"))->policy.proto().policy().version(), "1");
  release.set_state(v1::RELEASE_STATE_APPROVED);
  EXPECT_EQ(series.For(release, At("2026-03-02"))->policy.proto().policy().version(), "2");
}

TEST(PolicySeries, WhoStaysWithAVersionThatIsNotGivenIsNotDecided) {
  const PolicySeries series = Series({Version(kSecond)});
  const auto choice = series.For(Change(kOld), At("2026-03-02"));
  EXPECT_THAT(std::string(choice.status().message()),
              HasSubstr("`C-1` stays with the version before `p 2`, which was not given"));
  EXPECT_EQ(series.InForce(At("2026-03-02"))->proto().policy().version(), "2");
  EXPECT_FALSE(series.InForce(At("2026-02-28")).ok());
}

// ---- Deciding

TEST(PolicySeries, PromisesNothingBeyondATakeover) {
  const PolicySeries series = Series({Version(kFirst), Version(kSecond, "false"), Version(kThird)});
  const auto decide = [&](std::string_view change, std::string_view now) {
    const auto decision = series.Decide(Change(change), Firm(),
                                        {.now = At(now), .transition = v1::TRANSITION_DEPLOY});
    EXPECT_TRUE(decision.ok()) << decision.status();
    return *decision;
  };
  const auto until = [&](const v1::Decision& decision) {
    EXPECT_EQ(FromProto(decision.next_evaluation()), FromProto(decision.valid_until()));
    return FromProto(decision.next_evaluation());
  };
  // Nothing of the change's own has to do with the clock.
  const v1::Decision stays = decide(kOld, "2026-02-01");
  EXPECT_EQ(stays.policy_version(), "1");
  EXPECT_EQ(stays.verdict(), v1::VERDICT_ALLOWED);
  EXPECT_EQ(until(stays), At("2026-03-25"));
  EXPECT_EQ(FromProto(stays.superseded_from()), At("2026-03-25"));
  const v1::Decision goes = decide("state: SCHEDULED\n", "2026-02-01");
  EXPECT_EQ(until(goes), At("2026-03-01"));
  const v1::Decision gone = decide("state: SCHEDULED\n", "2026-03-01");
  EXPECT_EQ(gone.policy_version(), "2");
  EXPECT_EQ(gone.verdict(), v1::VERDICT_DENIED);
  EXPECT_EQ(until(gone), At("2026-03-20"));
  const v1::Decision last = decide("state: SCHEDULED\n", "2026-03-20");
  EXPECT_FALSE(last.has_next_evaluation());
  EXPECT_FALSE(last.has_superseded_from());
  // What comes earlier by the clock stays as it is.
  const v1::Decision planned = decide(
      "state: SCHEDULED\ncommunications: [{id: m, happened_at: 2026-02-10, recorded_at: "
      "2026-02-10}]\n",
      "2026-02-01");
  EXPECT_EQ(until(planned), At("2026-02-10"));
  EXPECT_EQ(FromProto(planned.superseded_from()), At("2026-03-01"));
}

// The whole Decision is the same until then, and differs at that instant.
TEST(PolicySeries, NextEvaluationIsExactOverTheWholeSeries) {
  const PolicySeries series = Series({Version(kFirst), Version(kSecond, "false"), Version(kThird)});
  for (const char* const state : {"DRAFT", "APPROVED", "SCHEDULED"}) {
    for (const char* const made : {"2026-02-01", "2026-03-05", "2026-03-22"}) {
      const v1::ChangeRequest change = Change(StrCat("state: ", state, "\ncreated_at: ", made));
      absl::Time now = At("2025-06-01");
      const auto decide = [&](absl::Time at) {
        v1::Decision decision =
            *series.Decide(change, Firm(), {.now = at, .transition = v1::TRANSITION_DEPLOY});
        decision.clear_now();
        return decision;
      };
      for (int step = 0; step < 8; ++step) {
        const v1::Decision decision = decide(now);
        if (!decision.has_next_evaluation()) break;
        const absl::Time next = FromProto(decision.next_evaluation());
        EXPECT_EQ(decide(next - absl::Nanoseconds(1)).SerializeAsString(),
                  decision.SerializeAsString());
        EXPECT_NE(decide(next).policy_version(), decision.policy_version()) << state << made;
        now = next;
        ASSERT_LT(step, 7) << state << made;
      }
    }
  }
}

// ---- The policy's review

TEST(PolicyReview, IsARemarkOfEveryDecisionFromItsInstantOn) {
  const Engine engine(Version("id: p, version: '1', next_review: 2026-03-02T10:00:00Z"), Firm());
  const v1::ChangeRequest change = Change("state: SCHEDULED\n");
  const auto overdue = [](const v1::Decision& decision) {
    for (const v1::Remark& remark : decision.remarks()) {
      if (remark.id() == "policy-review-overdue") return true;
    }
    return false;
  };
  const absl::Time review = At("2026-03-02T10:00:00Z");
  for (const v1::Detail detail : {v1::DETAIL_VERDICT, v1::DETAIL_REASONS, v1::DETAIL_FULL}) {
    for (const v1::Transition step :
         {v1::TRANSITION_UNSPECIFIED, v1::TRANSITION_DEPLOY, v1::TRANSITION_SUBMIT}) {
      const auto ask = [&](absl::Time now) {
        return *engine.Decide(change, {.now = now, .transition = step, .detail = detail});
      };
      const v1::Decision before = ask(review - absl::Nanoseconds(1));
      EXPECT_FALSE(overdue(before));
      EXPECT_EQ(FromProto(before.next_evaluation()), review);
      EXPECT_TRUE(overdue(ask(review)));
    }
  }
  v1::Release release;
  release.set_id("R-1");
  EXPECT_TRUE(overdue(*engine.Decide(release, {.now = review})));
  EXPECT_FALSE(overdue(*engine.Decide(release, {.now = review - absl::Seconds(1)})));
}

}  // namespace
}  // namespace changepolicy
