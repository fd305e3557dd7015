// The compiled program against the plain evaluator: the same Decisions to the byte, with the index
// over the rules and without it, with the approvals' plan given and looked up, and in an open
// world. CHANGEPOLICY_TRIPLES says how many questions are asked (policy, organization and change at
// random); without it some thousands.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/wire.h"
#include "libchangepolicy/eval/bound_organization.h"
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
    if (!options.open_world) ++verdicts_[decision->verdict()];
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

  // The answer is that of the plain evaluator.
  static void CompareWays(const Policy& policy, const Organization& organization,
                          const v1::ChangeRequest& change, DecideOptions options,
                          std::string_view policy_text, std::string* answer) {
    const std::string plain = *answer = Ask(policy, organization, change, options);
    options.program = &policy.program();
    const std::string compiled = Ask(policy, organization, change, options);
    ASSERT_TRUE(plain == compiled)
        << Differences(plain, compiled) << policy_text << change.DebugString();
    options.index = &policy.index();
    const std::string indexed = Ask(policy, organization, change, options);
    ASSERT_TRUE(plain == indexed) << Differences(plain, indexed) << policy_text
                                  << change.DebugString();
    const auto plan = organization.bound()->directory().PlanFor(*policy.checked());
    options.plan = plan.get();
    const std::string planned = Ask(policy, organization, change, options);
    ASSERT_TRUE(plain == planned) << Differences(plain, planned) << policy_text
                                  << change.DebugString();
  }

  // With all rules in an open world too, by which missing facts are searched, and in one in which
  // somebody never states what most rules wait for.
  static void Compare(const Policy& policy, const Organization& organization,
                      const v1::ChangeRequest& change, v1::Detail detail,
                      std::string_view policy_text) {
    DecideOptions options{.now = At("2026-03-02T10:00:00Z"), .detail = detail};
    std::string answer;
    CompareWays(policy, organization, change, options, policy_text, &answer);
    if (HasFatalFailure() || detail != v1::DETAIL_RULES) return;
    options.open_world = true;
    CompareWays(policy, organization, change, options, policy_text, &answer);
    if (HasFatalFailure()) return;
    options.never_stated = MostNamed(answer);
    if (options.never_stated.empty()) return;
    CompareWays(policy, organization, change, options, policy_text, &answer);
  }

  // The unknown fact that most outcomes name.
  static std::string MostNamed(const std::string& bytes) {
    v1::Decision decision;
    std::map<std::string, int> counts;
    if (!decision.ParseFromString(bytes)) return "";
    for (const v1::RuleOutcome& outcome : decision.outcomes()) {
      for (const std::string& path : outcome.unknown()) ++counts[path];
    }
    const auto most = std::max_element(
        counts.begin(), counts.end(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    return most == counts.end() ? "" : most->first;
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

// What takes much work is left to the plain evaluator, whose limits are the language's.
TEST_F(SameDecisionsTest, TextsOfEverySize) {
  const std::string text = StrCat(PolicyWith(R"(
gates:
  - {id: contains, at: [DEPLOY], clause: C, must: 'change.documents.description.text.contains(change.title)'}
  - {id: matches, at: [DEPLOY], clause: C, must: 'change.documents.description.text.matches("(a|b)*c")'}
  - {id: joined, at: [DEPLOY], clause: C, must: 'size(change.title + change.documents.description.text) > 0'}
  - {id: squared, at: [DEPLOY], clause: C, must: '(change.title + change.title).contains(change.title + "b")'}
  - {id: twice, at: [DEPLOY], clause: C, must: 'change.paths.exists(p, change.title.contains(p + p))'}
)"),
                                  "  - {id: long, at: [DEPLOY], clause: C, must: "
                                  "'change.documents.description.text.matches(\"",
                                  std::string(4'000, 'x'), "\")'}\n");
  const Policy policy = LoadOrDie(text);
  for (const size_t size :
       {0u, 1u, 63u, 64u, 1'000u, 30'000u, 100'000u, 140'000u, 600'000u, 1'400'000u}) {
    v1::ChangeRequest change = SmallChange();
    change.set_title(std::string(size, 'a'));
    change.mutable_documents()->mutable_description()->set_text(std::string(size, 'a') + "b" +
                                                                std::string(size, 'a'));
    for (int i = 0; i < 3; ++i) change.add_paths(std::string(size / 3, 'a'));
    Compare(policy, Firm(), change, v1::DETAIL_RULES, text);
    if (HasFatalFailure()) return;
  }
}

// What is unknown of each element of a list is put together once.
TEST_F(SameDecisionsTest, ListsOfWhatIsUnknown) {
  const std::string text = PolicyWith(R"(
gates:
  - {id: all, at: [DEPLOY], clause: C, must: 'change.services.all(s, size(s.data_classes) == 0 && !s.critical)'}
  - {id: some, at: [DEPLOY], clause: C, must: 'change.services.exists(s, s.critical || s.client_facing) && change.rollback.irreversible'}
  - {id: one, at: [DEPLOY], clause: C, must: 'change.services.exists_one(s, s.critical)'}
  - {id: kept, at: [DEPLOY], clause: C, must: 'size(change.services.filter(s, s.critical)) == 0'}
  - {id: made, at: [DEPLOY], clause: C, must: 'true in change.services.map(s, s.critical)'}
  - {id: told, at: [DEPLOY], clause: C, must: 'change.services.all(s, has(s.client_facing) && s.client_facing)'}
  - {id: asked, at: [DEPLOY], clause: C, must: 'change.services.exists(s, s.notice_owed || !has(s.notice_owed))'}
  - {id: given, at: [DEPLOY], clause: C, must: 'change.services.all(s, size(s.id) > 0 && has(s.id) && has(s.data_classes) && size(s.id) < 9)'}
)");
  const Policy policy = LoadOrDie(text);
  for (const int size : {1, 2, 30, 150, 600}) {
    v1::ChangeRequest change = SmallChange();
    for (int i = 0; i < size; ++i) {
      v1::AffectedService& service = *change.add_services();
      service.set_id(StrCat("s-", i));
      if (i % 3 == 0) service.set_client_facing(false);
    }
    Compare(policy, Firm(), change, v1::DETAIL_RULES, text);
    if (HasFatalFailure()) return;
  }
}

// Whose plan it is, is looked at: one of other people, or of another policy, counts for nothing.
TEST_F(SameDecisionsTest, APlanOfOthersIsNotUsed) {
  const Policy one = LoadOrDie(R"(
policy: {id: one, title: One, version: "1.0"}
roles: [cab]
risk:
  factors: [{id: any, applies_if: "false", points: 1, dimension: SECURITY, clause: C-1}]
  levels: [{level: LOW, from: 0}]
approvals:
  - {id: board, title: The board approves, needs: {at_least: 1, of: {role: cab}}, clause: C-1}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
clauses: {C-1: {title: Approval}}
)");
  const auto firm = [](const char* member) {
    v1::Organization organization;
    for (const char* const id : {"ann", "bob", "carl"}) {
      organization.mutable_directory()->add_people()->set_id(id);
    }
    v1::Role* const cab = organization.mutable_directory()->add_roles();
    cab->set_id("cab");
    cab->add_members(member);
    return *Organization::Create(organization).organization;
  };
  const Organization ann = firm("ann"), bob = firm("bob");
  v1::ChangeRequest change;
  change.set_id("CHG-1");
  change.mutable_people()->set_requester("carl");
  change.mutable_people()->add_authors("carl");
  v1::Approval& approval = *change.add_approvals();
  approval.set_id("a1");
  approval.set_by("ann");
  approval.set_kind(v1::APPROVAL_KIND_APPROVED);
  approval.mutable_happened_at()->set_seconds(absl::ToUnixSeconds(At("2026-03-01T10:00:00Z")));
  *approval.mutable_recorded_at() = approval.happened_at();
  DecideOptions options{.now = At("2026-03-02T10:00:00Z"), .all_approvals = true};
  const std::string with_ann = Ask(one, ann, change, options);
  const std::string with_bob = Ask(one, bob, change, options);
  // Otherwise the plan would have nothing to say.
  const auto board = [](const std::string& bytes) {
    v1::Decision decision;
    if (!decision.ParseFromString(bytes) || decision.outcomes().empty()) {
      return v1::STATUS_UNSPECIFIED;
    }
    return decision.outcomes(0).status();
  };
  ASSERT_EQ(board(with_ann), v1::STATUS_SATISFIED);
  ASSERT_EQ(board(with_bob), v1::STATUS_UNSATISFIED);
  const auto plan = bob.bound()->directory().PlanFor(*one.checked());
  options.plan = plan.get();
  EXPECT_EQ(Ask(one, ann, change, options), with_ann);
  EXPECT_EQ(Ask(one, bob, change, options), with_bob);
}

}  // namespace
}  // namespace changepolicy
