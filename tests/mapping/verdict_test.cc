// From end to end: a payload that says less never lets the built-in policy `saas` decide better.
// The imported facts stand in a change that has everything else, so that much depends on them.
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/read.h"
#include "tests/mapping/mutate.h"
#include "tests/mapping/scenes.h"

namespace changepolicy {
namespace {

constexpr v1::Transition kTransitions[] = {v1::TRANSITION_APPROVE, v1::TRANSITION_DEPLOY};
constexpr int kMutationsPerScene = 60;

// A change of no importer: complete, but for who approved, objected or tested.
constexpr char kRest[] = R"yaml(
state: SCHEDULED
kinds: [APPLICATION_CODE]
services: [{id: shop, client_facing: false, critical: false, notice_owed: false, data_classes: []}]
environments: [PRODUCTION]
documents:
  description: {text: "Search reads an index by word instead of every document, as described in the design."}
  rationale: {text: "Searches take ten seconds on large accounts, and clients complain about it weekly."}
  impact_analysis: {text: "Only the search service is touched; its answers stay the same, and come sooner."}
  risk_assessment: {text: "The index may lag behind by a minute; then the old way of searching is used."}
  testing_plan: {text: "Compare both ways of searching over a day of recorded questions on staging."}
  rollback_strategy: {text: "Switch the flag back, which takes effect at once and loses nothing."}
impact:
  {availability: LOW, performance: LOW, security: NONE, compliance: NONE, data_integrity: NONE,
   client_facing: NONE, third_party: NONE, likelihood: RARE}
urgency: LOW
team: shop
people: {owner: owner}
schedule:
  {start: 2026-03-10T09:00:00Z, end: 2026-03-10T10:00:00Z, rollback_reserve: 10m, expected_downtime: 0s}
stated:
  - {field: third_parties, by: owner, happened_at: 2025-10-09T02:00:00Z, recorded_at: 2025-10-09T02:00:00Z}
  - {field: impact.data_classes, by: owner, happened_at: 2025-10-09T02:00:00Z, recorded_at: 2025-10-09T02:00:00Z}
rollback: {known_good_state: the release before, irreversible: false, duration: 10m}
)yaml";

template <typename T>
T ReadYaml(const std::string& text, const std::string& file) {
  T message;
  const Issues issues = ReadMessage(text, Format::kYaml, file, &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return message;
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Seconds(1);
}

// Everybody whom the change names, in every role that the policy asks for.
v1::Organization OrganizationOf(const v1::ChangeRequest& change, absl::Time now) {
  std::set<std::string> accounts = {"owner", change.people().requester()};
  accounts.insert(change.people().authors().begin(), change.people().authors().end());
  for (const v1::Approval& approval : change.approvals()) accounts.insert(approval.by());
  for (const v1::Veto& veto : change.vetoes()) accounts.insert(veto.by());
  accounts.erase("");
  v1::Organization organization;
  v1::Directory& directory = *organization.mutable_directory();
  directory.mutable_taken_at()->set_seconds(absl::ToUnixSeconds(now) - 3600);
  for (const std::string& account : accounts) directory.add_people()->set_id(account);
  for (const char* const role :
       {"cab", "change_manager", "change_reviewer", "cto", "developer", "devops", "dpo", "engineer",
        "freeze_approver", "head", "qa", "qa_lead", "security"}) {
    v1::Role& added = *directory.add_roles();
    added.set_id(role);
    for (const std::string& account : accounts) added.add_members(account);
  }
  v1::Team& team = *directory.add_teams();
  team.set_id("shop");
  for (const std::string& account : accounts) team.add_members(account);
  v1::Service& service = *directory.add_services();
  service.set_id("shop");
  service.set_client_facing(false);
  service.set_critical(false);
  *organization.mutable_ledger()->mutable_taken_at() = directory.taken_at();
  return organization;
}

// Takes away what the other message has a value for: what vanishes from it must not be given here.
void ClearWhatIsIn(const google::protobuf::Message& other, google::protobuf::Message* message) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  other.GetReflection()->ListFields(other, &fields);
  for (const google::protobuf::FieldDescriptor* const field : fields) {
    const google::protobuf::Reflection& of = *message->GetReflection();
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE ||
        field->is_repeated()) {
      of.ClearField(message, field);
    } else if (of.HasField(*message, field)) {
      google::protobuf::Message* const inner = of.MutableMessage(message, field);
      ClearWhatIsIn(other.GetReflection()->GetMessage(other, field), inner);
      if (inner->ByteSizeLong() == 0) of.ClearField(message, field);
    }
  }
}

// What the policy says of a change into which the imported one is put.
class Judge {
 public:
  explicit Judge(const v1::ChangeRequest& base)
      : policy_(*Policy::Builtin("saas").policy),
        rest_(ReadYaml<v1::ChangeRequest>(kRest, "rest.yaml")) {
    ClearWhatIsIn(base, &rest_);
    now_ = base.has_created_at() ? TimeOf(base.created_at()) : absl::FromUnixSeconds(1'772'442'000);
    for (const v1::Approval& each : base.approvals()) {
      now_ = std::max(now_, TimeOf(each.happened_at()));
    }
    for (const v1::Evidence& each : base.evidence()) {
      now_ = std::max(now_, TimeOf(each.happened_at()));
    }
    for (const v1::Veto& each : base.vetoes()) now_ = std::max(now_, TimeOf(each.lifted_at()));
    now_ += absl::Hours(1);
    OrganizationResult organization = Organization::Create(OrganizationOf(base, now_));
    EXPECT_TRUE(organization.organization.has_value()) << ToText(organization.issues);
    engine_ = std::make_unique<Engine>(policy_, *std::move(organization.organization));
  }

  // The rules that hold, or do not concern the change, and the verdicts that are ALLOWED.
  std::map<std::string, v1::Status> FavourableTo(const v1::ChangeRequest& imported) const {
    v1::ChangeRequest change = rest_;
    change.MergeFrom(imported);
    std::map<std::string, v1::Status> favourable;
    for (const v1::Transition transition : kTransitions) {
      change.set_state(transition == v1::TRANSITION_APPROVE ? v1::CHANGE_STATE_ASSESSED
                                                            : v1::CHANGE_STATE_SCHEDULED);
      const absl::StatusOr<v1::Decision> decision = engine_->Decide(
          change, {.now = now_, .transition = transition, .detail = v1::DETAIL_RULES});
      EXPECT_TRUE(decision.ok()) << decision.status();
      if (!decision.ok()) continue;
      const std::string at = v1::Transition_Name(transition) + " ";
      if (decision->verdict() == v1::VERDICT_ALLOWED) {
        favourable[at + "allowed"] = v1::STATUS_SATISFIED;
      }
      for (const v1::RuleOutcome& outcome : decision->outcomes()) {
        if (outcome.status() == v1::STATUS_SATISFIED ||
            outcome.status() == v1::STATUS_NOT_APPLICABLE) {
          favourable[at + outcome.rule()] = outcome.status();
        }
      }
    }
    return favourable;
  }

 private:
  const Policy policy_;
  v1::ChangeRequest rest_;
  absl::Time now_;
  std::unique_ptr<Engine> engine_;
};

TEST(ImportVerdictTest, APayloadThatSaysLessIsNotDecidedBetter) {
  int compared = 0, worse = 0;
  std::set<std::string> said;
  for (const Scene& scene : OwnScenes()) {
    const Answer base = Import(scene.family, scene.records);
    if (base.subjects.size() != 1) continue;
    const auto* change =
        dynamic_cast<const v1::ChangeRequest*>(base.subjects.begin()->second.get());
    if (change == nullptr) continue;
    const Judge judge(*change);
    const std::map<std::string, v1::Status> expected = judge.FavourableTo(*change);
    for (int i = 0; i < kMutationsPerScene; ++i) {
      std::mt19937_64 random(static_cast<uint64_t>(i));
      std::vector<ForeignRecord> records = scene.records;
      const Mutation mutation = Mutate(&random, &records);
      const Answer answer = Import(scene.family, records);
      if (answer.refused || answer.subjects.size() != 1) continue;
      const auto* mutated =
          dynamic_cast<const v1::ChangeRequest*>(answer.subjects.begin()->second.get());
      ASSERT_NE(mutated, nullptr);
      const std::map<std::string, v1::Status> favourable = judge.FavourableTo(*mutated);
      ++compared;
      if (favourable.size() < expected.size()) ++worse;
      if (mutation.says != Says::kLess) continue;
      for (const auto& [rule, status] : favourable) {
        if (!expected.contains(rule) && said.insert(scene.name + rule).second) {
          ADD_FAILURE() << scene.name << " " << mutation.what << ": " << rule << " is "
                        << v1::Status_Name(status) << "\n"
                        << mutated->ShortDebugString();
        }
      }
    }
  }
  std::cout << compared << " mutations decided, " << worse << " of them worse than before\n";
  EXPECT_GT(compared, 500);
  // Otherwise nothing would hang on what is imported.
  EXPECT_GT(worse, 5);
}

}  // namespace
}  // namespace changepolicy
