// Seeded samples: which entries are drawn, from which parts, and that anybody can draw them again.
#include "libchangepolicy/audit/sample.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;

LoggedEntry Decided(int64_t index, v1::Category category,
                    v1::Verdict verdict = v1::VERDICT_ALLOWED) {
  LoggedEntry entry;
  entry.index = index;
  entry.entry.mutable_decision()->set_subject_id(StrCat("C-", index));
  LoggedDecision& logged = entry.decision.emplace();
  v1::ChangeRequest change;
  change.set_id(StrCat("C-", index));
  logged.subject = change;
  logged.decision.set_subject_kind(v1::SUBJECT_KIND_CHANGE);
  logged.decision.mutable_categorization()->set_category(category);
  logged.decision.set_verdict(verdict);
  return entry;
}

std::vector<LoggedEntry> Log(int64_t size) {
  std::vector<LoggedEntry> log;
  for (int64_t i = 0; i < size; ++i) {
    log.push_back(Decided(i, i % 5 == 0 ? v1::CATEGORY_EMERGENCY : v1::CATEGORY_NORMAL));
  }
  return log;
}

v1::AuditSample Draw(const SampleOptions& options, const std::vector<LoggedEntry>& log) {
  absl::StatusOr<Sampler> sampler = Sampler::Create(options);
  EXPECT_TRUE(sampler.ok()) << sampler.status();
  for (const LoggedEntry& entry : log) sampler->Add(entry);
  return std::move(*sampler).Finish();
}

std::vector<int64_t> Indices(const v1::AuditSamplePart& part) {
  return {part.indices().begin(), part.indices().end()};
}

// (printf 'audit 2026\0'; printf '\x00\x00\x00\x00\x00\x00\x00\x2a') | sha256sum
TEST(SampleRank, IsWhatOtherToolsCompute) {
  EXPECT_EQ(SampleRank("audit 2026", 42),
            "78e21befa1bb07a929e612e63c1a7c49e8e4bf0fee3a2c6839ef7cb914a3fec0");
  EXPECT_EQ(SampleRank("", 0), "3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d");
}

TEST(Sample, DrawsTheSmallestRanksOfEachPart) {
  const std::vector<LoggedEntry> log = Log(100);
  const v1::AuditSample sample =
      Draw({.seed = "s", .stratum = v1::AUDIT_STRATUM_CATEGORY, .count = 7}, log);
  ASSERT_EQ(sample.parts_size(), 2);
  EXPECT_EQ(sample.seed(), "s");
  EXPECT_EQ(sample.stratum(), v1::AUDIT_STRATUM_CATEGORY);
  EXPECT_EQ(sample.parts(0).name(), "EMERGENCY");
  EXPECT_EQ(sample.parts(0).population(), 20);
  EXPECT_EQ(sample.parts(1).name(), "NORMAL");
  EXPECT_EQ(sample.parts(1).population(), 80);
  for (const bool is_emergency : {true, false}) {
    std::vector<std::pair<std::string, int64_t>> ranked;
    for (int64_t i = 0; i < 100; ++i) {
      if ((i % 5 == 0) == is_emergency) ranked.emplace_back(SampleRank("s", i), i);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<int64_t> expected;
    for (int i = 0; i < 7; ++i) expected.push_back(ranked[static_cast<size_t>(i)].second);
    std::sort(expected.begin(), expected.end());
    const v1::AuditSamplePart& part = sample.parts(is_emergency ? 0 : 1);
    EXPECT_EQ(Indices(part), expected);
    for (int i = 0; i < 7; ++i) EXPECT_EQ(part.subjects(i), StrCat("C-", part.indices(i)));
  }
}

TEST(Sample, DoesNotDependOnTheOrderOfReading) {
  std::vector<LoggedEntry> log = Log(60);
  const SampleOptions count{.seed = "s", .stratum = v1::AUDIT_STRATUM_CATEGORY, .count = 5};
  const SampleOptions percent{.seed = "s", .stratum = v1::AUDIT_STRATUM_CATEGORY, .percent = 30};
  const std::string first = Draw(count, log).SerializeAsString();
  const std::string second = Draw(percent, log).SerializeAsString();
  std::mt19937 random(7);
  std::shuffle(log.begin(), log.end(), random);
  EXPECT_EQ(Draw(count, log).SerializeAsString(), first);
  EXPECT_EQ(Draw(percent, log).SerializeAsString(), second);
}

TEST(Sample, OfALongerLogReplacesOnlyWhatNewEntriesRankBefore) {
  const SampleOptions options{.seed = "s", .stratum = v1::AUDIT_STRATUM_VERDICT, .count = 10};
  const v1::AuditSample before = Draw(options, Log(50));
  const v1::AuditSample after = Draw(options, Log(80));
  const std::vector<int64_t> drawn = Indices(after.parts(0));
  int64_t newer = 0;
  for (const int64_t index : drawn) newer += index >= 50 ? 1 : 0;
  int64_t kept = 0;
  for (const int64_t index : Indices(before.parts(0))) {
    kept += std::count(drawn.begin(), drawn.end(), index);
  }
  EXPECT_EQ(kept + newer, 10);
  EXPECT_GT(newer, 0);
  EXPECT_GT(kept, 0);
}

TEST(Sample, AnotherSeedDrawsOthers) {
  const std::vector<LoggedEntry> log = Log(100);
  const auto draw = [&](const std::string& seed) {
    return Indices(
        Draw({.seed = seed, .stratum = v1::AUDIT_STRATUM_VERDICT, .count = 10}, log).parts(0));
  };
  EXPECT_NE(draw("a"), draw("b"));
  EXPECT_EQ(draw("a"), draw("a"));
}

struct PercentRow {
  int64_t size;
  int32_t percent;
  int drawn;
};
class Percent : public testing::TestWithParam<PercentRow> {};

TEST_P(Percent, IsRoundedUp) {
  std::vector<LoggedEntry> log;
  for (int64_t i = 0; i < GetParam().size; ++i) log.push_back(Decided(i, v1::CATEGORY_NORMAL));
  const v1::AuditSample sample = Draw(
      {.seed = "s", .stratum = v1::AUDIT_STRATUM_CATEGORY, .percent = GetParam().percent}, log);
  EXPECT_EQ(sample.parts(0).indices_size(), GetParam().drawn);
}

INSTANTIATE_TEST_SUITE_P(Rows, Percent,
                         testing::Values(PercentRow{1, 1, 1}, PercentRow{100, 1, 1},
                                         PercentRow{101, 1, 2}, PercentRow{10, 25, 3},
                                         PercentRow{7, 100, 7}, PercentRow{199, 50, 100},
                                         PercentRow{200, 50, 100}));

TEST(Sample, DrawsAllOfASmallPart) {
  EXPECT_THAT(
      Indices(
          Draw({.seed = "s", .stratum = v1::AUDIT_STRATUM_CATEGORY, .count = 9}, Log(12)).parts(0)),
      ElementsAre(0, 5, 10));
}

struct StratumRow {
  v1::AuditStratum stratum;
  std::vector<std::string> parts;
};
class Stratum : public testing::TestWithParam<StratumRow> {};

// A decision on a change, one on a release, and events.
std::vector<LoggedEntry> MixedLog() {
  std::vector<LoggedEntry> log;
  LoggedEntry change = Decided(0, v1::CATEGORY_STANDARD, v1::VERDICT_DENIED);
  std::get<v1::ChangeRequest>(change.decision->subject).set_team("web");
  change.decision->decision.mutable_risk()->set_level(v1::RISK_LEVEL_HIGH);
  change.decision->decision.set_transition(v1::TRANSITION_DEPLOY);
  ToProto(absl::FromUnixSeconds(1769903999), change.decision->decision.mutable_now());
  log.push_back(change);
  LoggedEntry release = Decided(1, v1::CATEGORY_UNSPECIFIED);
  release.decision->subject = v1::Release();
  release.decision->decision.set_subject_kind(v1::SUBJECT_KIND_RELEASE);
  release.decision->decision.mutable_risk()->set_level(v1::RISK_LEVEL_LOW);
  release.decision->decision.set_transition(v1::TRANSITION_APPROVE);
  ToProto(absl::FromUnixSeconds(1769904000), release.decision->decision.mutable_now());
  log.push_back(release);
  for (int64_t i = 2; i < 6; ++i) log.emplace_back().index = i;
  log[2].entry.mutable_event()->mutable_deployment();
  log[3].entry.mutable_event()->mutable_accepted_risk();
  log[4].entry.mutable_key_change();
  log[5].entry.mutable_event();
  return log;
}

TEST_P(Stratum, NamesItsParts) {
  const v1::AuditSample sample =
      Draw({.seed = "s", .stratum = GetParam().stratum, .count = 1}, MixedLog());
  std::vector<std::string> parts;
  for (const v1::AuditSamplePart& part : sample.parts()) {
    EXPECT_EQ(part.population(), 1);
    parts.push_back(part.name());
  }
  EXPECT_EQ(parts, GetParam().parts);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Stratum,
    testing::Values(StratumRow{v1::AUDIT_STRATUM_CATEGORY, {"RELEASE", "STANDARD"}},
                    StratumRow{v1::AUDIT_STRATUM_VERDICT, {"ALLOWED", "DENIED"}},
                    StratumRow{v1::AUDIT_STRATUM_MONTH, {"2026-01", "2026-02"}},
                    StratumRow{v1::AUDIT_STRATUM_TEAM, {"none", "web"}},
                    StratumRow{v1::AUDIT_STRATUM_RISK, {"HIGH", "LOW"}},
                    StratumRow{v1::AUDIT_STRATUM_TRANSITION, {"APPROVE", "DEPLOY"}}));

TEST(Sample, DividesAllEntriesByKind) {
  const v1::AuditSample sample =
      Draw({.seed = "s", .stratum = v1::AUDIT_STRATUM_KIND, .count = 1}, MixedLog());
  std::vector<std::string> parts;
  for (const v1::AuditSamplePart& part : sample.parts()) {
    parts.push_back(StrCat(part.name(), " ", part.population()));
  }
  EXPECT_THAT(parts, ElementsAre("accepted_risk 1", "decision 2", "deployment 1", "event 1",
                                 "key_change 1"));
}

TEST(Sample, RefusesWhatItCannotDraw) {
  const auto refused = [](const SampleOptions& options) {
    return std::string(Sampler::Create(options).status().message());
  };
  const auto category = v1::AUDIT_STRATUM_CATEGORY;
  EXPECT_THAT(refused({.stratum = category, .count = 1}), testing::StartsWith("seed: "));
  EXPECT_THAT(refused({.seed = "s", .count = 1}), testing::StartsWith("stratum: "));
  EXPECT_THAT(refused({.seed = "s", .stratum = category}), testing::StartsWith("count: "));
  EXPECT_THAT(refused({.seed = "s", .stratum = category, .count = 1, .percent = 1}),
              testing::StartsWith("count: "));
  EXPECT_THAT(refused({.seed = "s", .stratum = category, .count = -1}),
              testing::StartsWith("count: "));
  EXPECT_THAT(refused({.seed = "s", .stratum = category, .percent = 101}),
              testing::StartsWith("percent: "));
}

}  // namespace
}  // namespace changepolicy
