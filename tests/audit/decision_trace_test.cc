// What is kept of a decision.
#include "libchangepolicy/audit/decision_trace.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using List = std::vector<std::string>;

absl::Time Hour(int hour) { return absl::FromUnixSeconds(1772000000) + absl::Hours(hour); }

class DecisionTraceTest : public testing::Test {
 protected:
  DecisionTraceTest() {
    for (const char* const id : {"ann", "bob", "cy"}) {
      v1::Person& person = *directory_.add_people();
      person.set_id(id);
      person.add_accounts(StrCat(id, "@firm.example"));
    }
    roster_ = Roster::Build(directory_).roster;
    ToProto(Hour(10), decision_.mutable_now());
    decision_.set_detail(v1::DETAIL_REASONS);
  }

  void Approve(const std::string& id, const std::string& by, int hour,
               v1::ApprovalKind kind = v1::APPROVAL_KIND_APPROVED) {
    v1::Approval& approval = *change_.add_approvals();
    approval.set_id(id);
    approval.set_by(by);
    approval.set_kind(kind);
    if (hour > 0) ToProto(Hour(hour), approval.mutable_happened_at());
  }

  v1::RuleOutcome& AddOutcome(const std::string& rule, v1::Status status,
                              const std::string& kind = "approval") {
    v1::RuleOutcome& outcome = *decision_.add_outcomes();
    outcome.set_rule(rule);
    outcome.set_status(status);
    outcome.set_kind(kind);
    return outcome;
  }

  void Assign(const std::string& person, const std::string& approval, v1::RuleOutcome* outcome) {
    v1::SlotOutcome& slot = *outcome->mutable_approval()->add_slots();
    slot.set_chosen(true);
    slot.set_needed(1);
    v1::Assignment& assignment = *slot.add_assigned();
    assignment.set_person(person);
    assignment.set_approval(approval);
  }

  DecisionTrace Trace(LoggedSubject subject) {
    LoggedEntry entry;
    entry.index = 7;
    entry.decision.emplace(LoggedDecision{std::move(subject), decision_});
    return TraceDecision(entry, policy_, *roster_);
  }
  DecisionTrace Trace() { return Trace(change_); }

  // `ann 9`: who approved, and at which hour.
  static List ApproversOf(const ApprovalTrace& rule) {
    List approvers;
    for (const Approver& approver : rule.approvers) {
      approvers.push_back(StrCat(approver.person, " ", absl::ToInt64Hours(approver.at - Hour(0))));
    }
    return approvers;
  }

  v1::Directory directory_;
  std::shared_ptr<const Roster> roster_;
  v1::Policy policy_;
  v1::ChangeRequest change_;
  v1::Decision decision_;
};

TEST_F(DecisionTraceTest, TellsWhenEachApproverApproved) {
  Approve("A, B", "ann", 5);
  Approve("A", "bob", 6);
  Approve("B", "bob", 7);
  Approve("N", "cy", 0);
  v1::RuleOutcome& outcome = AddOutcome("peer", v1::STATUS_SATISFIED);
  Assign("ann", "A, B", &outcome);
  Assign("bob", "B, A", &outcome);
  Assign("cy", "N", &outcome);
  Assign("cy", "gone", &outcome);
  const DecisionTrace trace = Trace();
  ASSERT_EQ(trace.approvals.size(), 1);
  EXPECT_FALSE(trace.approvals[0].asks_nobody);
  // One id, though it looks like two; two approvals together; those without an instant by `now`.
  EXPECT_THAT(ApproversOf(trace.approvals[0]), ElementsAre("ann 5", "bob 7", "cy 10", "cy 10"));
}

TEST_F(DecisionTraceTest, TellsRulesThatAskNobody) {
  AddOutcome("none", v1::STATUS_SATISFIED).mutable_approval();
  v1::RuleOutcome& unchosen = AddOutcome("any", v1::STATUS_SATISFIED);
  unchosen.mutable_approval()->add_slots()->set_needed(1);
  AddOutcome("open", v1::STATUS_UNSATISFIED).mutable_approval();
  AddOutcome("not-ours", v1::STATUS_NOT_APPLICABLE).mutable_approval();
  const DecisionTrace trace = Trace();
  ASSERT_EQ(trace.approvals.size(), 3);
  EXPECT_TRUE(trace.approvals[0].asks_nobody);
  EXPECT_TRUE(trace.approvals[1].asks_nobody);
  EXPECT_FALSE(trace.approvals[2].asks_nobody);
}

TEST_F(DecisionTraceTest, OfTheVerdictAloneTakesEverybodyWhoApproved) {
  v1::ApprovalRule& model = *policy_.add_approvals();
  model.set_id("model");
  model.mutable_needs()->set_none(true);
  decision_.set_detail(v1::DETAIL_VERDICT);
  Approve("A", "ann@firm.example", 5);
  Approve("B", "bob", 11);
  Approve("C", "cy", 6, v1::APPROVAL_KIND_RECUSED);
  Approve("D", "BOB", 7, v1::APPROVAL_KIND_CONDITIONAL);
  AddOutcome("peer", v1::STATUS_SATISFIED);
  AddOutcome("model", v1::STATUS_SATISFIED);
  const DecisionTrace trace = Trace();
  EXPECT_FALSE(trace.tells_people);
  ASSERT_EQ(trace.approvals.size(), 2);
  EXPECT_THAT(ApproversOf(trace.approvals[0]), ElementsAre("ann 5", "bob 7"));
  EXPECT_TRUE(trace.approvals[1].asks_nobody);
  EXPECT_THAT(trace.approvals[1].approvers, IsEmpty());
}

TEST_F(DecisionTraceTest, TellsWhoHadAHandInIt) {
  v1::People& people = *change_.mutable_people();
  people.set_requester("Requester");
  people.add_authors("ANN@firm.example");
  people.add_co_authors("co");
  people.add_implementers("ann");
  people.add_deployers("pipe");
  people.add_testers("tester");
  people.add_committers("committer");
  EXPECT_THAT(Trace().hands, ElementsAre("ann", "co", "pipe", "requester"));
}

TEST_F(DecisionTraceTest, TellsWhatWasDecidedUpon) {
  v1::Release release;
  release.mutable_artifact()->set_digest("sha256:BB");
  release.add_components()->set_digest("sha256:aa");
  release.add_components();
  for (const char* const id : {"C-2", "C-1"}) release.add_changes()->set_id(id);
  release.mutable_changes(0)->mutable_artifact()->set_digest("sha256:cc");
  const DecisionTrace trace = Trace(release);
  EXPECT_THAT(trace.digests, ElementsAre("sha256:aa", "sha256:bb", "sha256:cc"));
  EXPECT_THAT(trace.changes, ElementsAre("C-1", "C-2"));
}

TEST_F(DecisionTraceTest, TellsWhatWasSetAsideBrokenAndBrought) {
  AddOutcome("waived", v1::STATUS_WAIVED, "gate").set_waived_by("X-1");
  AddOutcome("forced", v1::STATUS_OVERRIDDEN, "gate").set_overridden_by("O-1");
  AddOutcome("apart", v1::STATUS_UNKNOWN, "separation");
  AddOutcome("kept-apart", v1::STATUS_SATISFIED, "separation");
  v1::ObligationDue& fixed = *decision_.add_obligations();
  fixed.set_rule("fixed");
  ToProto(Hour(30), fixed.mutable_due_at());
  v1::ObligationDue& running = *decision_.add_obligations();
  running.set_rule("running");
  ToProto(absl::Hours(2), running.mutable_due_after());
  decision_.add_obligations()->set_rule("at-once");
  const DecisionTrace trace = Trace();
  EXPECT_EQ(trace.index, 7);
  ASSERT_EQ(trace.waived.size(), 1);
  EXPECT_EQ(trace.waived[0].rule + trace.waived[0].by, "waivedX-1");
  ASSERT_EQ(trace.overridden.size(), 1);
  EXPECT_EQ(trace.overridden[0].rule + trace.overridden[0].by, "forcedO-1");
  EXPECT_THAT(trace.pairs_broken, ElementsAre("apart"));
  ASSERT_EQ(trace.brought.size(), 3);
  EXPECT_EQ(trace.brought[0].due, Hour(30));
  EXPECT_EQ(trace.brought[1].due, Hour(12));
  EXPECT_FALSE(trace.brought[2].due);
  EXPECT_EQ(trace.logged_at, absl::InfiniteFuture());
  EXPECT_EQ(trace.valid_until, absl::InfiniteFuture());
}

}  // namespace
}  // namespace changepolicy
