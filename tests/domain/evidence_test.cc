#include "libchangepolicy/domain/evidence.h"

#include <algorithm>
#include <string>
#include <vector>

#include "changepolicy/v1/change.flat.h"
#include "changepolicy/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/domain/messages.h"

namespace changepolicy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kBase[] = "type: 'unit' trust: TRUST_REPORTED ";

// A question about artifact D1 of revision R1 at second 100, with results fresh for 50 seconds.
class EvidenceTest : public testing::Test {
 protected:
  EvidenceTest() {
    question_.rules = &rules_;
    question_.now = At(100);
    question_.admits_not_applicable = [](std::string_view account) { return account == "ann"; };
    rules_.mutable_fresh_for()->set_seconds(50);
    Know("D1", "R1");
  }

  void Know(std::string_view digest, std::string_view revision) {
    question_.artifact = {digest, revision, !digest.empty(), !revision.empty()};
  }

  void Add(const std::string& text) {
    *subject_.add_evidence() = Parse<v1::Evidence>(kBase + text);
  }
  void AddAt(const std::string& id, v1::Conclusion conclusion, int64_t at,
             const std::string& more = "digest: 'D1'") {
    Add(more);
    v1::Evidence& record = *subject_.mutable_evidence()->rbegin();
    record.set_id(id);
    record.set_conclusion(conclusion);
    record.mutable_happened_at()->set_seconds(at);
  }

  // About the records as they are now.
  const EvidenceQuestion& question() {
    question_.records = &AsFlat<flat::ChangeRequest>(subject_).evidence();
    return question_;
  }
  EvidenceState State(v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED) {
    changes_.clear();
    return question().State("unit", environment, &changes_);
  }
  EvidenceResult Result(v1::Environment environment = v1::ENVIRONMENT_UNSPECIFIED) {
    return State(environment).result;
  }

  v1::ChangeRequest subject_;
  v1::EvidenceRules rules_;
  EvidenceQuestion question_;
  std::vector<absl::Time> changes_;
};

TEST_F(EvidenceTest, WithoutRecordsThereIsNone) {
  EXPECT_EQ(Result(), EvidenceResult::kNone);
  AddAt("a", v1::CONCLUSION_PASSED, 90);
  EXPECT_EQ(question().State("security", v1::ENVIRONMENT_UNSPECIFIED, nullptr).result,
            EvidenceResult::kNone);
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
}

TEST_F(EvidenceTest, CountsForTheArtifactThatItNames) {
  const struct {
    const char *names, *digest, *revision;
    EvidenceResult result;
    const char* needs;
  } cases[] = {
      {"digest: 'D1'", "D1", "R1", EvidenceResult::kPassed, ""},
      {"digest: 'd1'", "D1", "R1", EvidenceResult::kPassed, ""},
      {"digest: 'D1'", "D2", "R1", EvidenceResult::kNone, ""},
      {"revision: 'R1'", "D1", "R1", EvidenceResult::kPassed, ""},
      {"revision: 'R2'", "D1", "R1", EvidenceResult::kNone, ""},
      {"digest: 'D1' revision: 'R1'", "D1", "R1", EvidenceResult::kPassed, ""},
      {"digest: 'D1' revision: 'R2'", "D1", "R1", EvidenceResult::kNone, ""},
      {"digest: 'D2' revision: 'R1'", "D1", "R1", EvidenceResult::kNone, ""},
      {"", "D1", "R1", EvidenceResult::kNone, ""},
      {"", "D1", "", EvidenceResult::kNone, ""},
      {"digest: ''", "", "R1", EvidenceResult::kNone, ""},
      {"digest: 'D1'", "", "R1", EvidenceResult::kUnknown, "artifact.digest"},
      {"digest: 'D1' revision: 'R1'", "", "R1", EvidenceResult::kUnknown, "artifact.digest"},
      {"digest: 'D1' revision: 'R2'", "", "R1", EvidenceResult::kNone, ""},
      {"revision: 'R1'", "D1", "", EvidenceResult::kUnknown, "artifact.revision"},
      {"digest: 'D1'", "", "", EvidenceResult::kUnknown, "artifact.digest"},
      {"revision: 'R1'", "", "", EvidenceResult::kUnknown, "artifact.revision"},
      {"", "", "", EvidenceResult::kUnknown, "artifact.digest"},
  };
  for (const auto& c : cases) {
    subject_.clear_evidence();
    AddAt("a", v1::CONCLUSION_PASSED, 90, c.names);
    Know(c.digest, c.revision);
    const EvidenceState state = State();
    EXPECT_EQ(state.result, c.result) << c.names << " of " << c.digest << " " << c.revision;
    EXPECT_EQ(state.needs_fact, c.needs) << c.names << " of " << c.digest << " " << c.revision;
  }
}

TEST_F(EvidenceTest, OfASubjectThatStatesToHaveNoArtifact) {
  question_.artifact = {"", "", true, true};
  AddAt("a", v1::CONCLUSION_PASSED, 90, "");
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  subject_.clear_evidence();
  AddAt("a", v1::CONCLUSION_PASSED, 90, "digest: 'D1'");
  EXPECT_EQ(Result(), EvidenceResult::kNone);
}

TEST_F(EvidenceTest, UnknownOnlyWhereItMatters) {
  Know("", "R1");
  AddAt("sure", v1::CONCLUSION_PASSED, 90, "revision: 'R1'");
  AddAt("older", v1::CONCLUSION_FAILED, 80, "digest: 'D9'");
  AddAt("agrees", v1::CONCLUSION_PASSED, 95, "digest: 'D9'");
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  AddAt("differs", v1::CONCLUSION_FAILED, 90, "digest: 'D9'");
  EXPECT_EQ(State().needs_fact, "artifact.digest");
  Know("D1", "R1");
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  Know("D9", "R1");
  EXPECT_EQ(State().record->id(), "agrees");
}

TEST_F(EvidenceTest, OnlyWhatThePolicyListsCountsAsPassed) {
  for (int i = v1::Conclusion_MIN; i <= v1::Conclusion_MAX; ++i) {
    const auto conclusion = static_cast<v1::Conclusion>(i);
    if (conclusion == v1::CONCLUSION_NOT_APPLICABLE) continue;
    subject_.clear_evidence();
    AddAt("a", conclusion, 90);
    rules_.clear_passing();
    EXPECT_EQ(Result(), conclusion == v1::CONCLUSION_PASSED ? EvidenceResult::kPassed
                                                            : EvidenceResult::kFailed);
    rules_.add_passing(conclusion);
    EXPECT_EQ(Result(), conclusion == v1::CONCLUSION_UNSPECIFIED ? EvidenceResult::kFailed
                                                                 : EvidenceResult::kPassed);
  }
  rules_.clear_passing();
  rules_.add_passing(v1::CONCLUSION_NEUTRAL);
  subject_.clear_evidence();
  AddAt("a", v1::CONCLUSION_PASSED, 90);
  EXPECT_EQ(Result(), EvidenceResult::kFailed) << "the list stands in place of the default";
}

TEST_F(EvidenceTest, TheLatestDecidesInAnyOrder) {
  AddAt("a", v1::CONCLUSION_FAILED, 80);
  AddAt("b", v1::CONCLUSION_PASSED, 90);
  AddAt("c", v1::CONCLUSION_SKIPPED, 85);
  std::vector<v1::Evidence> records(subject_.evidence().begin(), subject_.evidence().end());
  const auto by_id = [](const auto& a, const auto& b) { return a.id() < b.id(); };
  do {
    *subject_.mutable_evidence() = {records.begin(), records.end()};
    EXPECT_EQ(State().record->id(), "b");
  } while (std::next_permutation(records.begin(), records.end(), by_id));
  AddAt("d", v1::CONCLUSION_CANCELLED, 91);
  EXPECT_EQ(Result(), EvidenceResult::kFailed);
}

TEST_F(EvidenceTest, OfEqualTimesTheWorseDecides) {
  AddAt("a", v1::CONCLUSION_PASSED, 90);
  AddAt("b", v1::CONCLUSION_NOT_APPLICABLE, 90, "by: 'ann' reason: 'no code'");
  EXPECT_EQ(State().record->id(), "b");
  AddAt("d", v1::CONCLUSION_FAILED, 90);
  AddAt("c", v1::CONCLUSION_TIMED_OUT, 90);
  EXPECT_EQ(State().record->id(), "c");
}

TEST_F(EvidenceTest, FreshInAHalfOpenPeriod) {
  AddAt("a", v1::CONCLUSION_PASSED, 51);
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  EXPECT_THAT(changes_, ElementsAre(At(101)));
  question_.now = At(101) - absl::Nanoseconds(1);
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  question_.now = At(101);
  EXPECT_EQ(Result(), EvidenceResult::kNone);
  EXPECT_THAT(changes_, IsEmpty());
  rules_.clear_fresh_for();
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  EXPECT_THAT(changes_, IsEmpty());
  rules_.mutable_fresh_for()->set_seconds(-1);
  EXPECT_EQ(Result(), EvidenceResult::kNone);
}

TEST_F(EvidenceTest, DoubtEndsWithFreshness) {
  Know("", "R1");
  AddAt("sure", v1::CONCLUSION_PASSED, 80, "revision: 'R1'");
  AddAt("doubt", v1::CONCLUSION_FAILED, 85, "digest: 'D9'");
  EXPECT_EQ(Result(), EvidenceResult::kUnknown);
  EXPECT_THAT(changes_, UnorderedElementsAre(At(130), At(135)));
}

TEST_F(EvidenceTest, WithoutATimeToItsDisadvantage) {
  rules_.clear_fresh_for();
  Add("id: 'a' digest: 'D1' conclusion: CONCLUSION_PASSED");
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  rules_.mutable_fresh_for()->set_seconds(50);
  EXPECT_EQ(Result(), EvidenceResult::kNone);
  AddAt("b", v1::CONCLUSION_PASSED, 90);
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
  Add("id: 'c' digest: 'D1' conclusion: CONCLUSION_FAILED");
  EXPECT_EQ(Result(), EvidenceResult::kFailed);
}

TEST_F(EvidenceTest, TrustedEnough) {
  const struct {
    v1::Trust asked, given;
    bool counts;
  } cases[] = {
      {v1::TRUST_UNSPECIFIED, v1::TRUST_UNSPECIFIED, false},
      {v1::TRUST_UNSPECIFIED, v1::TRUST_CLAIMED, false},
      {v1::TRUST_UNSPECIFIED, v1::TRUST_REPORTED, true},
      {v1::TRUST_UNSPECIFIED, v1::TRUST_SIGNED, true},
      {v1::TRUST_CLAIMED, v1::TRUST_CLAIMED, true},
      {v1::TRUST_CLAIMED, v1::TRUST_UNSPECIFIED, false},
      {v1::TRUST_SIGNED, v1::TRUST_REPORTED, false},
      {v1::TRUST_SIGNED, v1::TRUST_SIGNED, true},
  };
  for (const auto& c : cases) {
    subject_.clear_evidence();
    AddAt("a", v1::CONCLUSION_PASSED, 90);
    subject_.mutable_evidence(0)->set_trust(c.given);
    rules_.set_trust(c.asked);
    EXPECT_EQ(Result(), c.counts ? EvidenceResult::kPassed : EvidenceResult::kNone)
        << c.asked << " " << c.given;
  }
}

TEST_F(EvidenceTest, NoFurtherThanItsSourceIsTrusted) {
  rules_ = Parse<v1::EvidenceRules>(R"pb(
    sources { id: "ci" trust: TRUST_REPORTED }
    sources { id: "scanner-*" trust: TRUST_SIGNED types: "security" }
    sources { id: "wiki" trust: TRUST_CLAIMED }
  )pb");
  const struct {
    const char* source;
    v1::Trust given, asked;
    bool counts;
  } cases[] = {
      {"ci", v1::TRUST_REPORTED, v1::TRUST_REPORTED, true},
      {"ci", v1::TRUST_SIGNED, v1::TRUST_SIGNED, false},
      {"ci", v1::TRUST_CLAIMED, v1::TRUST_REPORTED, false},
      {"ci2", v1::TRUST_REPORTED, v1::TRUST_REPORTED, false},
      {"ci2", v1::TRUST_REPORTED, v1::TRUST_CLAIMED, true},
      {"", v1::TRUST_SIGNED, v1::TRUST_REPORTED, false},
      {"wiki", v1::TRUST_REPORTED, v1::TRUST_REPORTED, false},
      // Of a type that it may not report.
      {"scanner-1", v1::TRUST_SIGNED, v1::TRUST_REPORTED, false},
  };
  for (const auto& c : cases) {
    subject_.clear_evidence();
    AddAt("a", v1::CONCLUSION_PASSED, 90);
    subject_.mutable_evidence(0)->set_source(c.source);
    subject_.mutable_evidence(0)->set_trust(c.given);
    rules_.set_trust(c.asked);
    EXPECT_EQ(Result(), c.counts ? EvidenceResult::kPassed : EvidenceResult::kNone)
        << c.source << " " << c.given << " " << c.asked;
  }
  rules_.set_trust(v1::TRUST_SIGNED);
  subject_.mutable_evidence(0)->set_source("scanner-1");
  subject_.mutable_evidence(0)->set_type("security");
  subject_.mutable_evidence(0)->set_trust(v1::TRUST_SIGNED);
  EXPECT_EQ(question().State("security", v1::ENVIRONMENT_UNSPECIFIED, nullptr).result,
            EvidenceResult::kPassed);
}

TEST_F(EvidenceTest, WhoPlaysAPartIsNotBelievedThatItPassed) {
  question_.plays_a_part = [](std::string_view source) { return source == "gopal"; };
  AddAt("a", v1::CONCLUSION_PASSED, 90);
  subject_.mutable_evidence(0)->set_source("gopal");
  EXPECT_EQ(Result(), EvidenceResult::kNone);
  // That it failed is.
  AddAt("b", v1::CONCLUSION_FAILED, 91);
  subject_.mutable_evidence(1)->set_source("gopal");
  EXPECT_EQ(Result(), EvidenceResult::kFailed);
  subject_.mutable_evidence(0)->set_source("ci");
  subject_.mutable_evidence(0)->mutable_happened_at()->set_seconds(92);
  EXPECT_EQ(Result(), EvidenceResult::kPassed);
}

TEST(Findings, OfASeverityAndAbove) {
  const auto& record = AsFlat<flat::Evidence>(Parse<v1::Evidence>(
      "findings_critical: 1 findings_high: 20 findings_medium: 300 findings_low: 4000"));
  EXPECT_EQ(FindingsOf(record, v1::RISK_LEVEL_CRITICAL), 1);
  EXPECT_EQ(FindingsOf(record, v1::RISK_LEVEL_HIGH), 21);
  EXPECT_EQ(FindingsOf(record, v1::RISK_LEVEL_MEDIUM), 321);
  EXPECT_EQ(FindingsOf(record, v1::RISK_LEVEL_LOW), 4321);
  EXPECT_EQ(FindingsOf(record, v1::RISK_LEVEL_UNSPECIFIED), 4321);
  EXPECT_EQ(FindingsOf(flat::Evidence(), v1::RISK_LEVEL_LOW), 0);
}

TEST_F(EvidenceTest, InTheEnvironmentThatItNames) {
  AddAt("a", v1::CONCLUSION_PASSED, 90, "digest: 'D1' environment: ENVIRONMENT_STAGING");
  AddAt("b", v1::CONCLUSION_FAILED, 80, "digest: 'D1' environment: ENVIRONMENT_TEST");
  AddAt("c", v1::CONCLUSION_FAILED, 95);
  EXPECT_EQ(Result(v1::ENVIRONMENT_STAGING), EvidenceResult::kPassed);
  EXPECT_EQ(Result(v1::ENVIRONMENT_TEST), EvidenceResult::kFailed);
  EXPECT_EQ(Result(v1::ENVIRONMENT_PRODUCTION), EvidenceResult::kNone);
  EXPECT_EQ(State().record->id(), "c");
}

TEST_F(EvidenceTest, NotApplicableNeedsAReasonAndSomebodyWhomThePolicyAdmits) {
  const struct {
    const char* text;
    bool counts;
  } cases[] = {
      {"by: 'ann' reason: 'no code in it'", true},
      {"by: 'ann' reason: 'no code in it' trust: TRUST_CLAIMED", true},
      {"by: 'ann' reason: 'no code in it' digest: 'D1'", true},
      {"by: 'ann' reason: 'no code in it' digest: 'D2'", false},
      {"by: 'ann' reason: ''", false},
      {"by: 'ann' reason: ' - '", false},
      {"by: 'bob' reason: 'no code in it'", false},
      {"reason: 'no code in it'", false},
  };
  for (const auto& c : cases) {
    subject_.clear_evidence();
    AddAt("n", v1::CONCLUSION_NOT_APPLICABLE, 95, "");
    subject_.mutable_evidence(0)->MergeFrom(Parse<v1::Evidence>(c.text));
    EXPECT_EQ(Result(), c.counts ? EvidenceResult::kNotApplicable : EvidenceResult::kNone)
        << c.text;
    EXPECT_EQ(Result(v1::ENVIRONMENT_STAGING),
              c.counts ? EvidenceResult::kNotApplicable : EvidenceResult::kNone);
    AddAt("p", v1::CONCLUSION_PASSED, 90);
    EXPECT_EQ(Result(), c.counts ? EvidenceResult::kNotApplicable : EvidenceResult::kPassed);
  }
  question_.admits_not_applicable = nullptr;
  subject_.clear_evidence();
  AddAt("n", v1::CONCLUSION_NOT_APPLICABLE, 95, "by: 'ann' reason: 'no code in it'");
  EXPECT_EQ(Result(), EvidenceResult::kNone);
  rules_.add_passing(v1::CONCLUSION_NOT_APPLICABLE);
  EXPECT_EQ(Result(), EvidenceResult::kNone) << "never a pass, whatever the policy lists";
}

TEST_F(EvidenceTest, NotApplicableIsSaidOfTheSubjectWhateverItBuilds) {
  Know("", "");
  AddAt("n", v1::CONCLUSION_NOT_APPLICABLE, 95, "by: 'ann' reason: 'no code in it'");
  EXPECT_EQ(Result(), EvidenceResult::kNotApplicable);
}

TEST_F(EvidenceTest, TheSameThroughoutTheTimeUntilTheNextChange) {
  Know("", "R1");
  AddAt("a", v1::CONCLUSION_PASSED, 60, "revision: 'R1'");
  AddAt("b", v1::CONCLUSION_FAILED, 70, "revision: 'R1'");
  AddAt("c", v1::CONCLUSION_PASSED, 75, "digest: 'D9'");
  for (int start = 76; start < 140; ++start) {
    question_.now = At(start);
    const EvidenceResult result = Result();
    absl::Time next = absl::InfiniteFuture();
    for (const absl::Time change : changes_) {
      EXPECT_GT(change, At(start));
      next = std::min(next, change);
    }
    for (int later = start; later < 140 && At(later) < next; ++later) {
      question_.now = At(later);
      EXPECT_EQ(Result(), result) << start << " to " << later;
    }
  }
}

}  // namespace
}  // namespace changepolicy
