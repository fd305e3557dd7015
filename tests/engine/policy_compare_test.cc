// What a new version of a policy changes for open subjects.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/policy_series.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using List = std::vector<std::string>;

Policy Version(std::string_view header, std::string_view rules) {
  std::string text = PolicyWith(rules);
  text.replace(text.find("id: test, version: \"1\""), 22, std::string(header));
  return LoadOrDie(text);
}

Policy Before() {
  return Version("id: p, version: '1'", R"(
approvals: [{id: free, needs: {none: true}, clause: C}]
gates:
  - {id: tested, at: [DEPLOY], must: size(change.assets) > 0, clause: C}
  - {id: told, at: [DEPLOY], must: size(change.third_parties) > 0, clause: C}
)");
}

Policy After(std::string_view more = "") {
  return Version(StrCat("id: p, version: '2', effective_from: 2026-06-01", more), R"(
approvals: [{id: free, needs: {none: true}, clause: C}]
gates:
  - {id: tested, at: [DEPLOY], must: size(change.assets) > 1, clause: C}
life_cycle:
  changes:
    - {id: submit, at: SUBMIT, from: [DRAFT], to: SUBMITTED, clause: C}
    - {id: deploy, at: DEPLOY, from: [SUBMITTED, SCHEDULED, CANCELLED], to: IMPLEMENTING, clause: C}
    - {id: schedule, at: SCHEDULE, from: [SUBMITTED], to: SCHEDULED, clause: C}
    - {id: cancel, at: CANCEL, from: [SUBMITTED], to: CANCELLED, clause: C}
)");
}

v1::ChangeRequest Change(const std::string& id, std::string_view more) {
  return ReadChange(StrCat("id: ", id, "\ncreated_at: 2026-01-01\n", more));
}

v1::PolicyComparison Compare(const Policy& after, const std::vector<v1::ChangeRequest>& changes,
                             const std::vector<v1::Release>& releases = {}) {
  const auto comparison =
      ComparePolicies(Before(), after, Firm(), changes, releases, At("2026-03-02T10:00:00Z"));
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? *comparison : v1::PolicyComparison();
}

// `C-1 DEPLOY ALLOWED, DEPLOY DENIED +tested -told`.
List Lines(const v1::PolicyComparison& comparison) {
  List lines;
  for (const v1::PolicyFlip& flip : comparison.flips()) {
    std::string line = StrCat(flip.subject_id(), " ", ValueName(flip.before_transition()), " ",
                              ValueName(flip.before()), ", ", ValueName(flip.after_transition()),
                              " ", ValueName(flip.after()));
    for (const std::string& rule : flip.newly_blocking()) StrAppend(&line, " +", rule);
    for (const std::string& rule : flip.no_longer_blocking()) StrAppend(&line, " -", rule);
    if (flip.grandfathered()) line += " grandfathered";
    lines.push_back(line);
  }
  return lines;
}

constexpr char kReady[] = "state: SCHEDULED\nassets: [a]\nthird_parties: [x]\n";

TEST(ComparePolicies, FindsWhatFlipsAndWhy) {
  std::vector<v1::ChangeRequest> changes = {
      Change("C-5", "state: SCHEDULED\nassets: [a, b]\n"),                      // no longer held
      Change("C-1", kReady),                                                    // newly held
      Change("C-2", "state: SCHEDULED\nassets: [a, b]\nthird_parties: [x]\n"),  // as before
      Change("C-3", "state: SUBMITTED\nassets: [a]\n"),                         // another step
      Change("C-4", "state: CLOSED\n"),                                         // final in both
      Change("C-6", "state: CANCELLED\nassets: [a, b]\n"),                      // final in one
  };
  const v1::PolicyComparison comparison = Compare(After(), changes);
  EXPECT_EQ(comparison.before_version(), "1");
  EXPECT_EQ(comparison.after_version(), "2");
  EXPECT_EQ(comparison.subjects(), 5);
  EXPECT_THAT(comparison.problems(), IsEmpty());
  EXPECT_THAT(Lines(comparison), ElementsAre("C-1 DEPLOY ALLOWED, DEPLOY DENIED +tested",
                                             "C-3 ASSESS ERROR, DEPLOY DENIED +tested",
                                             "C-5 DEPLOY UNKNOWN, DEPLOY ALLOWED -told",
                                             "C-6 UNSPECIFIED ERROR, DEPLOY ALLOWED"));
  for (int i = 0; i < 5; ++i) {
    std::rotate(changes.begin(), changes.begin() + 1, changes.end());
    EXPECT_EQ(Compare(After(), changes).SerializeAsString(), comparison.SerializeAsString());
  }
}

TEST(ComparePolicies, TwoThatAreTheSameFlipNothing) {
  EXPECT_THAT(Lines(Compare(Before(), {Change("C-1", kReady), Change("C-2", "state: DRAFT\n")})),
              IsEmpty());
}

TEST(ComparePolicies, MarksWhatStaysWithTheEarlierVersion) {
  const Policy after =
      After(", grandfathering: {changes_in: [SCHEDULED], until: 2026-07-01, reason: planned work}");
  v1::ChangeRequest late = Change("C-2", kReady);
  late.mutable_created_at()->set_seconds(absl::ToUnixSeconds(At("2026-06-01")));
  EXPECT_THAT(Lines(Compare(after, {Change("C-1", kReady), late})),
              ElementsAre("C-1 DEPLOY ALLOWED, DEPLOY DENIED +tested grandfathered",
                          "C-2 DEPLOY ALLOWED, DEPLOY DENIED +tested"));
  // Asked when its end has come, it stays no more.
  const auto later =
      ComparePolicies(Before(), after, Firm(), {Change("C-1", kReady)}, {}, At("2026-07-01"));
  EXPECT_THAT(Lines(*later), ElementsAre("C-1 DEPLOY ALLOWED, DEPLOY DENIED +tested"));
}

TEST(ComparePolicies, ACategoryIsADifferenceToo) {
  std::string text = PolicyWith(
      "approvals: [{id: free, needs: {none: true}, clause: C}]\n"
      "gates:\n"
      "  - {id: tested, at: [DEPLOY], must: size(change.assets) > 0, clause: C}\n");
  const Policy before = LoadOrDie(text);
  text.replace(text.find("categories: ["), 13,
               "categories: [{id: urgent, category: EMERGENCY, applies_if: size(change.assets) > "
               "0, clause: C}, ");
  const auto comparison = ComparePolicies(before, LoadOrDie(text), Firm(), {Change("C-1", kReady)},
                                          {}, At("2026-03-02"));
  ASSERT_EQ(comparison->flips_size(), 1);
  EXPECT_EQ(comparison->flips(0).before(), comparison->flips(0).after());
  EXPECT_EQ(comparison->flips(0).category_before(), v1::CATEGORY_NORMAL);
  EXPECT_EQ(comparison->flips(0).category_after(), v1::CATEGORY_EMERGENCY);
}

TEST(ComparePolicies, WhatCannotBeAskedIsNamed) {
  v1::ChangeRequest nameless = Change("x", kReady);
  nameless.clear_id();
  const v1::PolicyComparison comparison =
      Compare(After(), {Change("C-1", kReady), nameless, Change("C-1", kReady)});
  ASSERT_EQ(comparison.problems_size(), 2);
  EXPECT_TRUE(comparison.problems(0).starts_with("change ?: ")) << comparison.problems(0);
  EXPECT_EQ(comparison.problems(1), "change C-1: is given 2 times");
  EXPECT_EQ(comparison.subjects(), 0);
  EXPECT_FALSE(ComparePolicies(Before(), After(), Firm(), {}, {}, absl::InfinitePast()).ok());
}

TEST(ComparePolicies, ReleasesAreAskedToo) {
  v1::Release release;
  ASSERT_FALSE(
      HasErrors(ReadMessage("id: R-1\nstate: APPROVED\n", Format::kYaml, "r.yaml", &release)));
  const Policy strict = Version("id: p, version: '2'", R"(
approvals: [{id: free, needs: {none: true}, clause: C}]
gates: [{id: never, at: [DEPLOY], subjects: [RELEASE], must: "false", clause: C}]
)");
  EXPECT_THAT(Lines(Compare(strict, {}, {release})),
              ElementsAre("R-1 DEPLOY ALLOWED, DEPLOY DENIED +never"));
}

}  // namespace
}  // namespace changepolicy
