// A question about an earlier instant sees the organization as its records stood: the answer is
// that by an organization out of which everything later was taken.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/visibility.h"
#include "tests/engine/example.h"

namespace changepolicy {
namespace {

constexpr absl::Duration kSkew = absl::Minutes(45);

// Each rule asks for another kind of record.
constexpr char kRules[] = R"(
limits: {clock_skew: 45m, directory_age: 4000h, ledger_age: 4000h}
facts: [{name: incident, type: STRING, meaning: What it is about}]
approvals:
  - id: peer
    needs: {at_least: 1, of: {role: lead}}
    clause: C
exceptions: {needs: {at_least: 1, of: {role: engineer}}, clauses: [C]}
obligations:
  - {id: papers, at: [CLOSE], owner_role: lead, due_after: 'duration("24h")', clause: C}
  - {id: docs, at: [CLOSE], owner_role: lead, due_after: 'duration("24h")', clause: C}
model_trust: {minimum_runs: 2, success_above_permille: 100, confidence_percent: 90, recent_failures: 2, recent_runs: 3}
gates:
  - {id: overdue, at: DEPLOY, clause: C, must: '!obligations.overdue()'}
  - {id: papers, at: DEPLOY, clause: C, must: '!obligations.overdue("papers") || !obligations.open("docs")'}
  - {id: open, at: DEPLOY, clause: C, must: '!obligations.open("docs")'}
  - {id: hurry, at: DEPLOY, clause: C, must: 'ledger.emergencies(duration("36h")) < 2', message: "{{ledger.emergencies(duration('36h'))}} emergencies"}
  - {id: over, subjects: [CHANGE], at: DEPLOY, clause: C, must: 'incidents.over("I-" + string(size(change.kinds)), duration("24h"))'}
  - {id: trained, at: DEPLOY, clause: C, must: 'people.trained(Part.REQUESTER, "course")'}
  - {id: trusted, subjects: [CHANGE], at: DEPLOY, clause: C, must: 'model.trusted && model.runs > 1', message: "{{model.runs}} runs, {{model.successes}} of them good"}
  - {id: ledger, at: DEPLOY, clause: C, must: 'organization.ledger.incidents.all(i, i.id != "I-2") && size(organization.directory.training) < 2'}
  - {id: quiet, at: DEPLOY, clause: C, must: 'size(calendar.conflicts) == 0'}
)";

class World {
 public:
  explicit World(uint32_t seed) : random_(seed) {}

  absl::Time Instant() { return At("2026-03-01T00:00:00Z") + absl::Minutes(30 * Below(100)); }

  v1::Organization MakeOrganization() {
    v1::Organization organization = Firm(R"(
  services: [{id: web}, {id: db, part_of: web}, {id: mail}]
  change_models: [{id: patch, approved_by: [ann], approved_at: 2026-01-01T00:00:00Z}]
)")
                                        .proto();
    v1::Directory& directory = *organization.mutable_directory();
    ToProto(Instant(), directory.mutable_taken_at());
    for (int i = Below(4); i > 0; --i) {
      v1::Training& training = *directory.add_training();
      training.set_person(Person());
      training.set_course("course");
      ToProto(Instant(), training.mutable_completed_at());
      Record(&training);
    }
    for (int i = Below(3); i > 0; --i) {
      v1::Delegation& delegation = *directory.add_delegations();
      delegation.set_id(StrCat("d", i));
      delegation.set_from("bob");
      delegation.set_to("cy");
      ToProto(Instant(), delegation.mutable_start());
      ToProto(At("2026-04-01T00:00:00Z"), delegation.mutable_end());
      Record(&delegation);
    }
    for (int i = Below(3); i > 0; --i) {
      v1::AcceptedRisk& risk = *directory.add_accepted_risks();
      risk.set_id(StrCat("r", i));
      risk.add_rules(Below(2) == 0 ? "overdue" : "trained");
      risk.set_requester("ann");
      risk.set_reason("known");
      ToProto(Instant(), risk.mutable_start());
      ToProto(At("2026-04-01T00:00:00Z"), risk.mutable_end());
      Record(&risk);
      for (int k = Below(3); k > 0; --k) AddApproval(StrCat("x", k), risk.mutable_approvals());
    }
    AddLedger(organization.mutable_ledger());
    return organization;
  }

  v1::ChangeRequest MakeChange() {
    v1::ChangeRequest change = SmallChange();
    change.add_services()->set_id(Pick({"web", "db", "mail"}));
    if (Below(4) != 0) change.set_team(Pick({"one", "two"}));
    for (int i = Below(3); i > 0; --i) change.add_kinds(v1::CHANGE_KIND_CONFIGURATION);
    if (Below(2) == 0) change.set_change_model("patch");
    ToProto(Instant(), change.mutable_schedule()->mutable_start());
    ToProto(FromProto(change.schedule().start()) + absl::Hours(3),
            change.mutable_schedule()->mutable_end());
    for (int i = Below(3); i > 0; --i) AddApproval(StrCat("a", i), change.mutable_approvals());
    return change;
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  std::string Pick(std::initializer_list<const char*> texts) {
    return texts.begin()[Below(static_cast<int>(texts.size()))];
  }
  std::string Person() { return Pick({"ann", "bob", "cy"}); }

  // Now and then it does not say, or says only one of the two.
  template <typename R>
  void Record(R* record) {
    if (Below(8) != 0) ToProto(Instant(), record->mutable_recorded_at());
    if constexpr (requires { record->mutable_happened_at(); }) {
      if (Below(8) != 0) ToProto(Instant(), record->mutable_happened_at());
    }
  }

  template <typename Approvals>
  void AddApproval(const std::string& id, Approvals* approvals) {
    v1::Approval& approval = *approvals->Add();
    approval.set_id(id);
    approval.set_by(Person());
    approval.set_kind(Below(4) == 0 ? v1::APPROVAL_KIND_WITHDRAWN : v1::APPROVAL_KIND_APPROVED);
    Record(&approval);
  }

  void AddLedger(v1::Ledger* ledger) {
    ToProto(Instant(), ledger->mutable_taken_at());
    for (int i = Below(6); i > 0; --i) {
      v1::ScheduledWork& work = *ledger->add_scheduled();
      work.set_subject_id(StrCat("W-", i));
      work.add_services(Pick({"web", "db", "mail"}));
      work.add_people(Pick({"Ann@Firm.example", "bob"}));
      ToProto(Instant(), work.mutable_start());
      ToProto(FromProto(work.start()) + absl::Hours(20), work.mutable_end());
      Record(&work);
    }
    for (int i = Below(9); i > 0; --i) {
      v1::PastRun& run = *ledger->add_past_runs();
      if (Below(4) != 0) run.set_subject_id(StrCat("R-", Below(4)));
      run.set_team(Pick({"one", "two", ""}));
      run.set_category(Below(3) == 0 ? v1::CATEGORY_NORMAL : v1::CATEGORY_EMERGENCY);
      run.set_change_model(Pick({"patch", "other", ""}));
      run.set_successful(Below(3) != 0);
      Record(&run);
      if (Below(3) == 0) *ledger->add_past_runs() = run;  // another record of the same run
    }
    for (int i = Below(4); i > 0; --i) {
      v1::Incident& incident = *ledger->add_incidents();
      incident.set_id(StrCat("I-", Below(3)));
      if (Below(4) != 0) ToProto(Instant(), incident.mutable_resolved_at());
      Record(&incident);
    }
    for (int i = Below(6); i > 0; --i) {
      v1::Obligation& obligation = *ledger->add_obligations();
      obligation.set_id(StrCat("o", i));
      obligation.set_rule(Pick({"papers", "docs"}));
      obligation.set_team(Pick({"one", "two", ""}));
      if (Below(4) != 0) ToProto(Instant(), obligation.mutable_due_at());
      if (Below(2) == 0) ToProto(Instant(), obligation.mutable_done_at());
      Record(&obligation);
    }
  }

  std::mt19937 random_;
};

Organization Bind(const v1::Organization& organization) {
  OrganizationResult result = Organization::Create(organization);
  EXPECT_TRUE(result.organization.has_value()) << ToText(result.issues);
  return *std::move(result.organization);
}

// Says of what is visible within the clock skew that it was recorded at `now`, so that nobody looks
// at records of the result. False where something happened later.
template <typename Records>
bool Settle(absl::Time now, Records* records) {
  for (auto& record : *records) {
    if (FromProto(record.recorded_at()) > now) ToProto(now, record.mutable_recorded_at());
    if constexpr (requires { record.happened_at(); }) {
      if (FromProto(record.happened_at()) > now) return false;
    }
  }
  return true;
}

bool Settle(absl::Time now, v1::Organization* organization) {
  v1::Ledger* const ledger = organization->mutable_ledger();
  bool settled =
      Settle(now, ledger->mutable_scheduled()) && Settle(now, ledger->mutable_past_runs()) &&
      Settle(now, ledger->mutable_incidents()) && Settle(now, ledger->mutable_obligations());
  for (v1::AcceptedRisk& risk : *organization->mutable_directory()->mutable_accepted_risks()) {
    settled = settled && Settle(now, risk.mutable_approvals());
  }
  return settled;
}

// Without what it tells of the ledger's records themselves, whose instants were settled.
std::string Told(v1::Decision decision) {
  for (v1::RuleOutcome& outcome : *decision.mutable_outcomes()) {
    auto* const facts = outcome.mutable_facts();
    facts->erase(std::remove_if(facts->begin(), facts->end(),
                                [](const v1::FactRead& fact) {
                                  return fact.path().starts_with("organization.ledger");
                                }),
                 facts->end());
  }
  return decision.DebugString();
}

// The answer by what is visible and nothing else, with the digests and the next instant of the
// whole; nothing where that cannot be asked.
std::optional<v1::Decision> Expected(const Policy& policy, const Organization& whole,
                                     const v1::ChangeRequest& change, const Question& question) {
  v1::Organization visible = whole.proto();
  std::vector<absl::Time> changes;
  KeepVisible(question.now, kSkew, &visible, &changes);
  if (!Settle(question.now, &visible)) return std::nullopt;
  v1::Decision decision = *Engine(policy, Bind(visible)).Decide(change, question);
  const v1::Decision now = *Engine(policy, whole).Decide(change, question);
  decision.set_directory_digest(now.directory_digest());
  decision.set_ledger_digest(now.ledger_digest());
  if (decision.has_next_evaluation()) changes.push_back(FromProto(decision.next_evaluation()));
  if (!changes.empty()) {
    ToProto(*std::min_element(changes.begin(), changes.end()), decision.mutable_next_evaluation());
    *decision.mutable_valid_until() = decision.next_evaluation();
  }
  return decision;
}

TEST(EarlierInstants, AnswersAreThoseByWhatWasOnRecord) {
  const Policy policy = LoadOrDie(PolicyWith(kRules));
  int verdicts[5] = {};
  for (uint32_t seed = 0; seed < 100; ++seed) {
    World world(seed);
    const Organization organization = Bind(world.MakeOrganization());
    const Engine engine(policy, organization);
    for (int i = 0; i < 12; ++i) {
      const v1::ChangeRequest change = world.MakeChange();
      const Question question{.now = world.Instant(), .transition = v1::TRANSITION_DEPLOY};
      const v1::Decision decision = *engine.Decide(change, question);
      const std::optional<v1::Decision> expected = Expected(policy, organization, change, question);
      if (!expected.has_value()) continue;
      ASSERT_EQ(Told(decision), Told(*expected)) << seed << " at " << question.now;
      ++verdicts[decision.verdict()];
    }
  }
  EXPECT_GT(verdicts[v1::VERDICT_DENIED], 100);
}

// Nothing is remembered of one instant that another one sees, in whatever order they are asked.
TEST(EarlierInstants, AnswersDoNotHangOnWhatWasAskedBefore) {
  const Policy policy = LoadOrDie(PolicyWith(kRules));
  World world(1000);
  const Organization organization = Bind(world.MakeOrganization());
  const Engine engine(policy, organization);
  const v1::ChangeRequest change = world.MakeChange();
  std::vector<Question> questions;
  for (int i = 0; i < 100; ++i) {
    questions.push_back({.now = world.Instant(), .transition = v1::TRANSITION_DEPLOY});
  }
  std::vector<std::string> alone;
  for (const Question& question : questions) {
    alone.push_back(
        Engine(policy, Bind(organization.proto())).Decide(change, question)->SerializeAsString());
  }
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < questions.size(); ++i) {
      EXPECT_EQ(engine.Decide(change, questions[i])->SerializeAsString(), alone[i]) << i;
    }
  }
}

}  // namespace
}  // namespace changepolicy
