// Facts that came on record after decisions, and records that are gone.
#include "libchangepolicy/audit/fact_trail.h"

#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using List = std::vector<std::string>;

absl::Time Hour(int hour) { return absl::FromUnixSeconds(1772000000) + absl::Hours(hour); }

v1::Evidence Evidence(const std::string& id, int happened, int recorded) {
  v1::Evidence evidence;
  evidence.set_id(id);
  ToProto(Hour(happened), evidence.mutable_happened_at());
  ToProto(Hour(recorded), evidence.mutable_recorded_at());
  return evidence;
}

v1::ChangeRequest Change(const std::vector<v1::Evidence>& evidence) {
  v1::ChangeRequest change;
  for (const v1::Evidence& one : evidence) *change.add_evidence() = one;
  return change;
}

// `backdated evidence E by 3`: what is wrong, and the entry of the decision that shows it.
List Late(FactTrail* trail, absl::Duration grace = absl::ZeroDuration()) {
  trail->SortDecisions();
  List late;
  for (const auto& [key, fact] : trail->facts()) {
    if (const auto found = trail->Judge(fact, grace)) {
      late.push_back(StrCat(found->backdated ? "backdated " : "inserted ", fact.name, " by ",
                            found->decision));
    }
  }
  return late;
}

struct Row {
  int happened, recorded;
  List late;
  int grace = 0;
};
class OneDecision : public testing::TestWithParam<Row> {};

// A decision at hour 10 in entry 0, and a fact that comes in entry 1.
TEST_P(OneDecision, IsHeldAgainstTheFact) {
  FactTrail trail;
  trail.AddDecision(0, Hour(10), Hour(10));
  trail.AddVersion(Change({Evidence("E", GetParam().happened, GetParam().recorded)}), 1, Hour(20));
  EXPECT_EQ(Late(&trail, absl::Hours(GetParam().grace)), GetParam().late);
}

INSTANTIATE_TEST_SUITE_P(Rows, OneDecision,
                         testing::Values(Row{9, 11, {"backdated evidence E by 0"}},
                                         Row{10, 11, {"backdated evidence E by 0"}},
                                         Row{11, 12, {}},
                                         // It was on record at that instant, and was not there.
                                         Row{9, 10, {}}, Row{8, 9, {"inserted evidence E by 0"}},
                                         Row{9, 12, {"backdated evidence E by 0"}, 2},
                                         Row{9, 12, {}, 3}, Row{7, 8, {}, 2},
                                         Row{6, 7, {"inserted evidence E by 0"}, 2}));

TEST(FactTrail, DoesNotBlameADecisionThatCameWithTheFactOrAfterIt) {
  FactTrail trail;
  trail.AddVersion(Change({Evidence("E", 8, 9)}), 3, Hour(10));
  trail.AddDecision(3, Hour(10), Hour(10));
  trail.AddDecision(4, Hour(11), Hour(11));
  EXPECT_THAT(Late(&trail), IsEmpty());
  // One that came before is found among them, though its instant is later.
  trail.AddDecision(2, Hour(12), Hour(12));
  EXPECT_THAT(Late(&trail), ElementsAre("inserted evidence E by 2"));
}

TEST(FactTrail, NamesTheFirstDecision) {
  FactTrail trail;
  trail.AddDecision(1, Hour(11), Hour(11));
  trail.AddDecision(0, Hour(10), Hour(10));
  trail.AddVersion(Change({Evidence("A", 9, 12), Evidence("B", 7, 8)}), 2, Hour(20));
  EXPECT_THAT(Late(&trail), testing::UnorderedElementsAre("backdated evidence A by 0",
                                                          "inserted evidence B by 0"));
}

// Asked at hour 10 about hour 100: what was recorded in between could not have been known.
TEST(FactTrail, DoesNotBlameADecisionAboutTheFuture) {
  FactTrail trail;
  trail.AddDecision(0, Hour(100), Hour(10));
  trail.AddVersion(Change({Evidence("E", 11, 12)}), 1, Hour(20));
  EXPECT_THAT(Late(&trail), IsEmpty());
  trail.AddVersion(Change({Evidence("F", 8, 9)}), 2, Hour(21));
  EXPECT_THAT(Late(&trail), ElementsAre("inserted evidence F by 0"));
}

TEST(FactTrail, KnowsAFactByAllThatItSays) {
  FactTrail trail;
  v1::Evidence evidence = Evidence("E", 8, 9);
  trail.AddVersion(Change({evidence}), 0, Hour(9));
  trail.AddDecision(0, Hour(10), Hour(10));
  trail.AddVersion(Change({evidence}), 1, Hour(11));
  EXPECT_EQ(trail.facts().size(), 1);
  EXPECT_THAT(Late(&trail), IsEmpty());
  evidence.set_conclusion(v1::CONCLUSION_PASSED);
  trail.AddVersion(Change({evidence}), 2, Hour(12));
  EXPECT_THAT(Late(&trail), ElementsAre("inserted evidence E by 0"));
}

TEST(FactTrail, DoesNotMindTheOrderOfLists) {
  FactTrail trail;
  v1::ChangeRequest change;
  v1::Approval& approval = *change.add_approvals();
  ToProto(Hour(8), approval.mutable_happened_at());
  ToProto(Hour(9), approval.mutable_recorded_at());
  approval.add_conditions("a");
  approval.add_conditions("b");
  trail.AddVersion(change, 0, Hour(9));
  approval.mutable_conditions()->SwapElements(0, 1);
  trail.AddVersion(change, 1, Hour(9));
  EXPECT_EQ(trail.facts().size(), 1);
}

TEST(FactTrail, DoesNotTakeALiftForAnotherVetoNorASubjectForAnotherDeployment) {
  FactTrail trail;
  v1::Veto veto;
  veto.set_id("V");
  ToProto(Hour(8), veto.mutable_happened_at());
  ToProto(Hour(8), veto.mutable_recorded_at());
  v1::Deployment deployment;
  deployment.set_id("D");
  const RecordTimes times{Hour(8), Hour(8)};
  trail.AddRecord(veto, times, 0, Hour(9));
  trail.AddRecord(deployment, times, 0, Hour(9));
  veto.set_lifted_by("ann");
  ToProto(Hour(9), veto.mutable_lifted_at());
  ToProto(Hour(9), veto.mutable_lift_recorded_at());
  deployment.set_subject_id("C-1");
  trail.AddRecord(veto, times, 1, Hour(10));
  trail.AddRecord(deployment, times, 1, Hour(10));
  EXPECT_EQ(trail.facts().size(), 2);
}

TEST(FactTrail, WalksRecordsAtAnyDepthButForSnapshotsAndChanges) {
  v1::Release release;
  const auto set = [](auto* record) {
    ToProto(Hour(1), record->mutable_happened_at());
    ToProto(Hour(2), record->mutable_recorded_at());
  };
  set(release.mutable_version_control()->add_tags());
  set(release.mutable_outcome());
  set(release.add_revisions());
  release.mutable_revisions(0)->set_number(3);
  set(release.mutable_revisions(0)->mutable_snapshot()->add_approvals());
  set(release.add_changes()->add_approvals());
  release.add_approvals()->set_id("without instants");
  FactTrail trail;
  trail.AddVersion(release, 0, Hour(9));
  List names;
  for (const auto& [key, fact] : trail.facts()) names.push_back(fact.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("tag of 2026-02-25T07:13:20Z",
                                                   "outcome of 2026-02-25T07:13:20Z",
                                                   "release revision 3"));
}

List Removed(const std::vector<v1::ChangeRequest>& versions) {
  FactTrail trail;
  for (size_t i = 0; i < versions.size(); ++i) {
    trail.AddVersion(versions[i], static_cast<int64_t>(i), Hour(20));
  }
  List removed;
  for (const RemovedRecord& record : trail.Removed()) removed.push_back(record.name);
  return removed;
}

TEST(FactTrail, NamesWhatTheLatestVersionLacks) {
  const v1::Evidence e = Evidence("E", 1, 2), f = Evidence("F", 1, 2);
  EXPECT_THAT(Removed({Change({e, f}), Change({f})}), ElementsAre("evidence E"));
  EXPECT_THAT(Removed({Change({e}), Change({}), Change({e})}), IsEmpty());
  // By its id it is the same whatever it says; without one it is what it says.
  EXPECT_THAT(Removed({Change({e}), Change({Evidence("E", 5, 6)})}), IsEmpty());
  EXPECT_THAT(Removed({Change({Evidence("", 1, 2)}), Change({Evidence("", 5, 6)})}),
              ElementsAre("evidence of 2026-02-25T07:13:20Z"));
  v1::ChangeRequest told, approved, other;
  told.add_communications()->set_id("M");
  approved.add_approvals()->set_id("A");
  other.add_reviews()->set_by("ann");
  EXPECT_THAT(Removed({told, approved, other, Change({})}),
              ElementsAre("approval A", "communication M"));
}

}  // namespace
}  // namespace changepolicy
