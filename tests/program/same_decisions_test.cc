// The compiled program against the plain evaluator: the same Decisions to the byte, with the index
// over the rules and without it. CHANGEPOLICY_TRIPLES says how many questions are asked (policy,
// organization and change at random); without it some thousands.
#include <cstdlib>
#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/eval/decide.h"
#include "tests/engine/example.h"
#include "tests/program/random_policy.h"

namespace changepolicy {
namespace {

constexpr int kChangesOfPolicy = 25;

int Triples() {
  const char* const given = std::getenv("CHANGEPOLICY_TRIPLES");
  return given == nullptr ? 3000 : std::atoi(given);
}

class SameDecisionsTest : public testing::Test {
 protected:
  // What the decision is, or how the call was refused.
  static std::string Ask(const Policy& policy, const Organization& organization,
                         const v1::ChangeRequest& change, const DecideOptions& options) {
    const absl::StatusOr<v1::Decision> decision =
        Decide(*policy.checked(), *organization.bound(), change, options);
    if (!decision.ok()) return std::string(decision.status().ToString());
    ++verdicts_[decision->verdict()];
    return DeterministicBytes(*decision);
  }

  // What is different, by path.
  static std::string Differences(const std::string& plain, const std::string& other) {
    v1::Decision one, two;
    if (!one.ParseFromString(plain) || !two.ParseFromString(other)) return plain + "\n" + other;
    std::string differences;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&differences);
    differencer.Compare(one, two);
    return differences;
  }

  static void Compare(const Policy& policy, const Organization& organization,
                      const v1::ChangeRequest& change, v1::Detail detail,
                      std::string_view policy_text) {
    DecideOptions options{.now = At("2026-03-02T10:00:00Z"), .detail = detail};
    const std::string plain = Ask(policy, organization, change, options);
    options.program = &policy.program();
    const std::string compiled = Ask(policy, organization, change, options);
    ASSERT_TRUE(plain == compiled)
        << Differences(plain, compiled) << policy_text << change.DebugString();
    options.index = &policy.index();
    const std::string indexed = Ask(policy, organization, change, options);
    ASSERT_TRUE(plain == indexed) << Differences(plain, indexed) << policy_text
                                  << change.DebugString();
  }

  static int verdicts_[v1::Verdict_ARRAYSIZE];
};

int SameDecisionsTest::verdicts_[v1::Verdict_ARRAYSIZE] = {};

TEST_F(SameDecisionsTest, RandomPoliciesAndChanges) {
  const int policies = (Triples() + kChangesOfPolicy - 1) / kChangesOfPolicy;
  for (int seed = 0; seed < policies; ++seed) {
    RandomPolicy random(static_cast<uint32_t>(seed));
    const std::string text = random.Policy();
    const Policy policy = LoadOrDie(text);
    const Organization organization = Firm(random.Directory());
    for (int i = 0; i < kChangesOfPolicy; ++i) {
      const v1::Detail detail = i % 3 == 0   ? v1::DETAIL_RULES
                                : i % 3 == 1 ? v1::DETAIL_REASONS
                                             : v1::DETAIL_VERDICT;
      Compare(policy, organization, random.Change(), detail, text);
      if (HasFatalFailure()) return;
    }
  }
  // Otherwise the questions were all of one kind.
  EXPECT_GT(verdicts_[v1::VERDICT_DENIED], 0);
  EXPECT_GT(verdicts_[v1::VERDICT_ERROR], 0);
  EXPECT_GT(verdicts_[v1::VERDICT_UNKNOWN], 0);
}

}  // namespace
}  // namespace changepolicy
