// Who may confirm a criterion, and whose word is the last.
#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

constexpr std::string_view kCriteria =
    "criteria:\n"
    "  - {id: tested, confirmed_by: {role: engineer}, clause: C}\n"
    "  - {id: documented, confirmed_by: {people: [cy]}, clause: C}\n";

v1::Release Release(std::string_view records) {
  v1::Release release;
  const Issues issues = ReadMessage(StrCat("id: R-1\ncriteria_met: [", records, "]\n"),
                                    Format::kYaml, "r.yaml", &release);
  EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
  return release;
}

v1::Decision DecideWith(std::string_view must, const v1::Release& release,
                        const std::string& now = "2026-03-02T10:00:00Z",
                        std::string_view policy = kCriteria, std::string_view firm = "") {
  const Engine engine(
      LoadOrDie(StrCat(
          PolicyWith(StrCat("gates:\n  - {id: g, at: APPROVE, clause: C, must: '", must, "'}\n")),
          policy)),
      Firm(firm));
  return *engine.Decide(release, {.now = At(now), .transition = v1::TRANSITION_APPROVE});
}

v1::Status Tested(std::string_view records) {
  return StatusOf(DecideWith("criteria.confirmed(\"tested\")", Release(records)), "g");
}

std::string Record(std::string_view by, int day, bool withdrawn = false) {
  return StrCat("{criterion: tested, by: ", by, withdrawn ? ", withdrawn: true" : "",
                day == 0 ? std::string() : StrCat(", happened_at: 2026-02-1", day), "}, ");
}

TEST(Criteria, TheLastWordOfThoseWhoMay) {
  constexpr auto kYes = v1::STATUS_SATISFIED;
  constexpr auto kNo = v1::STATUS_UNSATISFIED;
  const struct {
    std::string records;
    v1::Status status;
  } cases[] = {
      {"", kNo},
      {Record("ann", 1), kYes},
      {Record("Ann@firm.example", 1), kYes},
      {Record("nobody", 1), kNo},
      {Record("ann", 1) + Record("bob", 2, true), kNo},
      {Record("ann", 3) + Record("bob", 2, true), kYes},
      {Record("ann", 2) + Record("bob", 2, true), kNo},
      {Record("ann", 2, true) + Record("bob", 2), kNo},
      {Record("ann", 1) + Record("nobody", 2, true), kYes},
      {Record("ann", 0), kNo},
      {Record("ann", 1) + Record("bob", 0, true), kNo},
      {Record("ann", 1, true), kNo},
      {"{criterion: documented, by: ann, happened_at: 2026-02-11}", kNo},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Tested(c.records), c.status) << c.records;
    v1::Release turned = Release(c.records);
    std::reverse(turned.mutable_criteria_met()->begin(), turned.mutable_criteria_met()->end());
    EXPECT_EQ(StatusOf(DecideWith("criteria.confirmed(\"tested\")", turned), "g"), c.status);
  }
}

TEST(Criteria, AllOfThem) {
  const v1::Release half = Release(Record("ann", 1));
  EXPECT_EQ(StatusOf(DecideWith("criteria.confirmed()", half), "g"), v1::STATUS_UNSATISFIED);
  EXPECT_EQ(StatusOf(DecideWith("criteria.open() == [\"documented\"]", half), "g"),
            v1::STATUS_SATISFIED);
  const v1::Release whole =
      Release(Record("ann", 1) + "{criterion: documented, by: cy, happened_at: 2026-02-11}");
  EXPECT_EQ(StatusOf(DecideWith("criteria.confirmed()", whole), "g"), v1::STATUS_SATISFIED);
  EXPECT_EQ(StatusOf(DecideWith("criteria.open() == []", whole), "g"), v1::STATUS_SATISFIED);
  // Where none is declared nothing was confirmed.
  EXPECT_EQ(StatusOf(DecideWith("criteria.confirmed()", whole, "2026-03-02T10:00:00Z", ""), "g"),
            v1::STATUS_UNSATISFIED);
  EXPECT_EQ(StatusOf(DecideWith("criteria.confirmed(\"te\" + \"st\")", whole), "g"),
            v1::STATUS_UNSATISFIED);
}

TEST(Criteria, WhoHadTheRoleThen) {
  constexpr std::string_view kPolicy =
      "criteria: [{id: tested, confirmed_by: {role: lead}, clause: C}]\n";
  constexpr std::string_view kMust = "criteria.confirmed(\"tested\")";
  const auto status = [&](std::string_view start, std::string_view end) {
    const Engine engine(
        LoadOrDie(StrCat(PolicyWith(StrCat("gates:\n  - {id: g, at: APPROVE, clause: C, must: '",
                                           kMust, "'}\n")),
                         kPolicy)),
        *Organization::Create([&] {
           v1::Organization firm;
           const Issues issues = ReadMessage(
               StrCat("directory:\n  people: [{id: ann}]\n  roles: [{id: lead, memberships: "
                      "[{person: ann, start: ",
                      start, ", end: ", end, "}]}]\n"),
               Format::kYaml, "o.yaml", &firm);
           EXPECT_FALSE(HasErrors(issues)) << ToText(issues);
           return firm;
         }())
             .organization);
    return StatusOf(
        *engine.Decide(Release(Record("ann", 5)),
                       {.now = At("2026-03-02T10:00:00Z"), .transition = v1::TRANSITION_APPROVE}),
        "g");
  };
  EXPECT_EQ(status("2026-02-01", "2026-02-20"), v1::STATUS_SATISFIED) << "she has left the role";
  EXPECT_EQ(status("2026-02-20", "2026-04-01"), v1::STATUS_UNSATISFIED) << "she had it not yet";
}

TEST(Criteria, ATakingBackIsSeenWithinTheSkew) {
  const v1::Release release =
      Release(Record("ann", 1) +
              "{criterion: tested, by: bob, withdrawn: true, happened_at: 2026-03-02T10:00:00Z}");
  const std::string policy = StrCat(kCriteria, "limits: {clock_skew: 5m}\n");
  const auto decide = [&](const std::string& now) {
    return DecideWith("criteria.confirmed(\"tested\")", release, now, policy);
  };
  EXPECT_EQ(StatusOf(decide("2026-03-02T09:55:00Z"), "g"), v1::STATUS_UNSATISFIED);
  const v1::Decision before = decide("2026-03-02T09:54:59Z");
  EXPECT_EQ(StatusOf(before, "g"), v1::STATUS_SATISFIED);
  EXPECT_EQ(FromProto(before.next_evaluation()), At("2026-03-02T09:55:00Z"));
}

TEST(Criteria, AreNotKnownByAnOutdatedDirectory) {
  const v1::Decision decision = DecideWith(
      "criteria.confirmed()", Release(Record("ann", 1)), "2026-03-02T10:00:00Z",
      StrCat(kCriteria, "limits: {directory_age: 24h}\n"), "  taken_at: 2026-02-01T00:00:00Z\n");
  EXPECT_EQ(StatusOf(decision, "g"), v1::STATUS_UNKNOWN);
  EXPECT_THAT(decision.outcomes(0).unknown(),
              testing::ElementsAre("organization.directory.taken_at"));
}

}  // namespace
}  // namespace changepolicy
