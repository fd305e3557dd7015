// The auditor's programme: for each finding a log in which it is made and one in which it is not;
// what findings name; the period; and that no order matters.
#include "libchangepolicy/audit/programme.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_join.h"
#include "changepolicy/v1/fact.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "tests/audit/log_scene.h"
#include "tests/audit/programme_scenes.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using List = std::vector<std::string>;

v1::AuditReport Report(const LogScene& scene, const Programme::Options& options) {
  absl::StatusOr<Programme> programme =
      Programme::Create(scene.policy, scene.organization, options);
  EXPECT_TRUE(programme.ok()) << programme.status();
  for (const LoggedEntry& entry : scene.entries) programme->Add(entry);
  return std::move(*programme).Finish();
}

Programme::Options At(const std::string& now) { return {.now = InstantOf(now)}; }

constexpr char kNow[] = "2026-04-01T00:00:00Z";

v1::AuditReport ReportOn(const std::vector<SceneEdit>& edits, const std::string& now = kNow) {
  return Report(ReadLogScene(EditScene(kCleanScene, edits)), At(now));
}

List Ids(const v1::AuditReport& report) {
  List ids;
  for (const v1::AuditFinding& finding : report.findings()) ids.push_back(finding.id());
  std::sort(ids.begin(), ids.end());
  return ids;
}

const v1::AuditTestResult& ResultOf(const v1::AuditReport& report, v1::AuditTestKind test) {
  for (const v1::AuditTestResult& result : report.tests()) {
    if (result.test() == test) return result;
  }
  return v1::AuditTestResult::default_instance();
}

List Texts(const v1::AuditReport& report) {
  List texts;
  for (const v1::AuditFinding& finding : report.findings()) {
    texts.push_back(StrCat(finding.id(), ": ", finding.text()));
  }
  return texts;
}

class Scene : public testing::TestWithParam<SceneRow> {};

TEST_P(Scene, HasTheseFindings) {
  const v1::AuditReport report = ReportOn(GetParam().edits, GetParam().now);
  EXPECT_EQ(Ids(report), GetParam().findings) << absl::StrJoin(Texts(report), "\n");
  std::map<v1::AuditTestKind, int> findings;
  for (const v1::AuditFinding& finding : report.findings()) {
    ++findings[finding.test()];
    EXPECT_FALSE(finding.text().empty());
  }
  EXPECT_THAT(report.problems(), IsEmpty());
  ASSERT_EQ(report.tests_size(), v1::AuditTestKind_MAX);
  for (int i = 0; i < report.tests_size(); ++i) {
    const v1::AuditTestResult& result = report.tests(i);
    EXPECT_EQ(result.test(), i + 1);
    EXPECT_EQ(result.passed(), findings[result.test()] == 0) << result.title();
    EXPECT_EQ(result.exceptions() > 0, findings[result.test()] > 0) << result.title();
    EXPECT_LE(result.exceptions(), result.examined()) << result.title();
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, Scene, testing::ValuesIn(SceneRows()),
                         [](const auto& info) { return info.param.name; });

v1::AuditFinding Only(const v1::AuditReport& report) {
  EXPECT_EQ(report.findings_size(), 1) << absl::StrJoin(Texts(report), "\n");
  return report.findings_size() > 0 ? report.findings(0) : v1::AuditFinding();
}

TEST(Finding, NamesEverything) {
  const v1::AuditFinding finding = Only(ReportOn({{"team: web", "team: other"}}));
  EXPECT_EQ(finding.test(), v1::AUDIT_TEST_KIND_COMPLETENESS);
  EXPECT_EQ(finding.id(), "deployment-not-allowed");
  EXPECT_EQ(finding.subject_id(), "C-1");
  EXPECT_EQ(finding.index(), 2);
  EXPECT_EQ(finding.text(),
            "Deployment D-1 of C-1 on 2026-03-02T11:00:00Z went out although the decision of "
            "2026-03-02T10:00:00Z was DENIED");
  EXPECT_EQ(FromProto(finding.at()), InstantOf("2026-03-02T11:00:00Z"));
  EXPECT_THAT(finding.rules(), IsEmpty());
  // Those of the test, with their controls and its own.
  EXPECT_THAT(finding.clauses(), ElementsAre("C-1"));
  EXPECT_THAT(finding.controls(), ElementsAre("nist800-53/CM-3", "soc2/CC8.1"));
}

TEST(Finding, BringsTheClausesOfItsRules) {
  const v1::AuditFinding finding = Only(ReportOn({{"by: pipe", "by: ANN"}}));
  EXPECT_EQ(finding.test(), v1::AUDIT_TEST_KIND_SEPARATION);
  EXPECT_EQ(finding.text(), "Part AUTHOR of C-1 is held together with DEPLOYER by ann");
  EXPECT_EQ(finding.index(), 3);
  EXPECT_THAT(finding.rules(), ElementsAre("apart-author-deployer"));
  EXPECT_THAT(finding.clauses(), ElementsAre("C-2"));
  EXPECT_THAT(finding.controls(), ElementsAre("iso27001:2022/A.5.3"));
}

TEST(Finding, OfAnExceptionBringsTheClausesOfExceptions) {
  const v1::AuditReport report = ReportOn(
      {{"team: web", "team: other"},
       {"    # risks",
        "    - {id: X-1, rules: [ours], start: 2026-03-01, end: 2026-03-02T11:00:00Z, requester: "
        "ann, reason: shared, approvals: [{by: dee, kind: APPROVED, happened_at: 2026-02-28}]}"}});
  ASSERT_EQ(report.findings_size(), 2);
  const v1::AuditFinding& finding = report.findings(1);
  EXPECT_EQ(finding.text(),
            "Exception X-1, by which ours was waived for C-1, had ended on 2026-03-02T11:00:00Z "
            "when it went out, on 2026-03-02T11:00:00Z");
  EXPECT_EQ(finding.index(), 1);
  EXPECT_THAT(finding.rules(), ElementsAre("ours"));
  EXPECT_THAT(finding.clauses(), ElementsAre("C-2", "C-3"));
  EXPECT_THAT(finding.controls(), ElementsAre("iso27001:2022/A.5.3", "soc2/CC3.2"));
}

TEST(Finding, CannotForgeALine) {
  const v1::AuditFinding finding = Only(ReportOn(
      {{"",
        "\n--- event logged=2026-03-20T00:00:00Z\ndeployment: {id: \"D\\nX\", environment: "
        "PRODUCTION, happened_at: 2026-03-04T00:00:00Z}\n"}}));
  EXPECT_THAT(finding.text(), HasSubstr("Deployment D\\nX on"));
}

TEST(Report, CountsAllThatItExamined) {
  const v1::AuditReport report = ReportOn({});
  List examined;
  for (const v1::AuditTestResult& result : report.tests()) {
    examined.push_back(StrCat(v1::AuditTestKind_Name(result.test()).substr(16), " ",
                              result.examined(), " ", result.examines()));
  }
  EXPECT_THAT(examined,
              ElementsAre("COMPLETENESS 2 deployments and changes closed as successful",
                          "APPROVAL 1 deployments", "SEPARATION 1 changes and releases",
                          "EVIDENCE 1 deployments", "COMMUNICATION 1 deployments",
                          "RETENTION 2 changes and releases", "EMERGENCY_SHARE 1 deployed changes",
                          "EMERGENCY_FOLLOW_UP 0 obligations of emergencies",
                          "EXCEPTIONS 0 accepted risks and their uses", "OBLIGATIONS 0 obligations",
                          "BACKDATING 5 facts", "OVERRIDES 1 deployments",
                          "POPULATION 1 demands of the policy"));
  EXPECT_EQ(report.policy_id(), "house");
  EXPECT_EQ(report.policy_version(), "1");
  EXPECT_THAT(report.policy_digest(), testing::StartsWith("sha256:"));
  EXPECT_EQ(FromProto(report.now()), InstantOf(kNow));
  EXPECT_FALSE(report.has_period());
  const v1::AuditTestResult& complete = ResultOf(report, v1::AUDIT_TEST_KIND_COMPLETENESS);
  EXPECT_THAT(complete.clauses(), ElementsAre("C-1"));
  EXPECT_THAT(complete.controls(), ElementsAre("nist800-53/CM-3", "soc2/CC8.1"));
}

List CountsOf(const google::protobuf::RepeatedPtrField<v1::AuditCount>& counts) {
  List told;
  for (const v1::AuditCount& count : counts)
    told.push_back(StrCat(count.name(), " ", count.count()));
  return told;
}

TEST(Report, CountsMonthsCategoriesVerdictsAndEntries) {
  const v1::AuditReport report = ReportOn(
      {{"team: web", "team: web\nemergency_basis: [{kind: OUTAGE, reference: INC-1}]"},
       {"",
        "\n--- decide change SUBMIT now=2026-04-30T23:59:59Z\nid: C-2\ntitle: t\nstate: DRAFT\n"},
       {"",
        "\n--- event logged=2026-02-01T00:00:00Z\ndeployment: {environment: PRODUCTION, "
        "happened_at: 2026-01-31T23:59:59Z}\n"}},
      "2026-05-01T00:00:00Z");
  List months;
  for (const v1::AuditMonth& month : report.months()) {
    months.push_back(StrCat(month.month(), " decisions ", month.decisions(), " allowed ",
                            month.allowed(), " deployments ", month.deployments(), " unauthorized ",
                            month.unauthorized(), " emergencies ", month.emergencies(),
                            " findings ", month.findings()));
  }
  EXPECT_THAT(months,
              ElementsAre("2026-01 decisions 0 allowed 0 deployments 1 unauthorized 1 emergencies "
                          "0 findings 2",
                          "2026-03 decisions 1 allowed 1 deployments 1 unauthorized 0 emergencies "
                          "1 findings 2",
                          "2026-04 decisions 1 allowed 0 deployments 0 unauthorized 0 emergencies "
                          "0 findings 0"));
  EXPECT_THAT(CountsOf(report.categories()), ElementsAre("NORMAL 1", "EMERGENCY 1"));
  EXPECT_THAT(CountsOf(report.verdicts()), ElementsAre("ALLOWED 1", "ERROR 1"));
  EXPECT_THAT(CountsOf(report.entries()), ElementsAre("change 2", "decision 2", "deployment 2"));
}

TEST(Report, NamesMissingThresholds) {
  const v1::AuditReport report = ReportOn({{"  retention: 8760h\n", ""},
                                           {"  emergency_percent: 50\n", ""},
                                           {"  told: [STAKEHOLDERS]\n", ""}});
  EXPECT_THAT(Ids(report), IsEmpty());
  EXPECT_THAT(report.problems(),
              ElementsAre(HasSubstr("COMMUNICATION: "), HasSubstr("EMERGENCY_SHARE: "),
                          HasSubstr("RETENTION: ")));
  List not_run;
  for (const v1::AuditTestResult& result : report.tests()) {
    if (!result.passed()) not_run.push_back(v1::AuditTestKind_Name(result.test()).substr(16));
  }
  EXPECT_THAT(not_run, ElementsAre("COMMUNICATION", "RETENTION", "EMERGENCY_SHARE"));
}

TEST(Report, CountsARecordOnceWhateverIsFoundInIt) {
  const v1::AuditReport report = ReportOn(
      {{"team: web", "team: other"},
       {"now=2026-03-02T10:00:00Z", "now=2026-03-02T10:00:00Z logged=2026-03-02T11:00:01Z"}});
  EXPECT_EQ(report.findings_size(), 2);
  EXPECT_EQ(ResultOf(report, v1::AUDIT_TEST_KIND_COMPLETENESS).exceptions(), 1);
}

TEST(Report, KnowsTheChangesOfReleases) {
  LogScene scene = ReadLogScene(kCleanScene);
  scene.entries.clear();
  v1::Release release;
  release.set_id("R-1");
  for (const char* const id : {"C-7", "C-8", "C-9"}) {
    v1::ChangeRequest& change = *release.add_changes();
    change.set_id(id);
    change.set_title(id);
  }
  LoggedEntry& decided = scene.entries.emplace_back();
  ToProto(InstantOf("2026-03-02T10:00:00Z"), decided.entry.mutable_recorded_at());
  v1::Decision decision;
  decision.set_transition(v1::TRANSITION_DEPLOY);
  decision.set_verdict(v1::VERDICT_ALLOWED);
  ToProto(InstantOf("2026-03-02T10:00:00Z"), decision.mutable_now());
  decided.decision.emplace(LoggedDecision{release, decision});
  for (const char* const id : {"R-1", "C-8"}) {
    LoggedEntry& entry = scene.entries.emplace_back();
    entry.index = static_cast<int64_t>(scene.entries.size()) - 1;
    ToProto(InstantOf("2026-03-02T11:00:00Z"), entry.entry.mutable_recorded_at());
    entry.entry.mutable_event()->set_subject_id(id);
    v1::Deployment& deployment = *entry.entry.mutable_event()->mutable_deployment();
    deployment.set_environment(v1::ENVIRONMENT_PRODUCTION);
    ToProto(InstantOf("2026-03-02T11:00:00Z"), deployment.mutable_happened_at());
  }
  const v1::AuditReport report = Report(scene, At(kNow));
  EXPECT_TRUE(ResultOf(report, v1::AUDIT_TEST_KIND_COMPLETENESS).passed());
  EXPECT_EQ(ResultOf(report, v1::AUDIT_TEST_KIND_APPROVAL).examined(), 2);
  // All changes went out, though only one says so itself.
  EXPECT_EQ(ResultOf(report, v1::AUDIT_TEST_KIND_EMERGENCY_SHARE).examined(), 3);
  EXPECT_EQ(ResultOf(report, v1::AUDIT_TEST_KIND_SEPARATION).examined(), 4);
}

// The facts of a change in a release, held against decisions on the release that had the change.
TEST(Report, HoldsTheFactsOfChangesAgainstDecisionsOnTheirRelease) {
  LogScene scene = ReadLogScene(kCleanScene);
  scene.entries.clear();
  v1::Release release;
  release.set_id("R-1");
  const auto decide = [&](const char* hour) {
    LoggedEntry& entry = scene.entries.emplace_back();
    entry.index = static_cast<int64_t>(scene.entries.size()) - 1;
    v1::Decision decision;
    ToProto(InstantOf(StrCat("2026-03-02T", hour, ":00:00Z")), decision.mutable_now());
    *entry.entry.mutable_recorded_at() = decision.now();
    entry.decision.emplace(LoggedDecision{release, decision});
  };
  const auto add_change = [&](const char* id) {
    v1::ChangeRequest& change = *release.add_changes();
    change.set_id(id);
    change.set_title(id);
    return &change;
  };
  const auto approve = [](const char* id, const char* hour, v1::ChangeRequest* change) {
    v1::Approval& approval = *change->add_approvals();
    approval.set_id(id);
    ToProto(InstantOf(StrCat("2026-03-02T", hour, ":00:00Z")), approval.mutable_happened_at());
    *approval.mutable_recorded_at() = approval.happened_at();
  };
  add_change("C-7");
  decide("10");
  // C-8 joins with what it has; C-7 gets an approval that claims to be older than the decision.
  approve("A-8", "07", add_change("C-8"));
  approve("A-7", "07", release.mutable_changes(0));
  decide("12");
  const v1::AuditFinding finding = Only(Report(scene, At(kNow)));
  EXPECT_EQ(finding.id(), "inserted-afterwards");
  EXPECT_EQ(finding.subject_id(), "R-1");
  EXPECT_EQ(finding.index(), 1);
  EXPECT_EQ(
      finding.text(),
      "Fact approval A-7 of C-7 in R-1 says that it was recorded on 2026-03-02T07:00:00Z, and "
      "the decision of 2026-03-02T10:00:00Z in entry 0 did not have it");
}

TEST(Report, IsTheSameForAnyNumberOfThreads) {
  for (const SceneRow& row : SceneRows()) {
    const LogScene scene = ReadLogScene(EditScene(kCleanScene, row.edits));
    Programme::Options options = At(row.now);
    options.threads = 1;
    const std::string expected = Report(scene, options).SerializeAsString();
    options.threads = 3;
    EXPECT_EQ(Report(scene, options).SerializeAsString(), expected) << row.name;
  }
}

TEST(Report, OfAnEmptyLogPasses) {
  LogScene scene = ReadLogScene(kCleanScene);
  scene.entries.clear();
  const v1::AuditReport report = Report(scene, At(kNow));
  for (const v1::AuditTestResult& result : report.tests()) {
    EXPECT_EQ(result.examined(), 0) << result.title();
    EXPECT_TRUE(result.passed()) << result.title();
  }
  EXPECT_THAT(report.problems(), IsEmpty());
}

TEST(Report, NamesWhatItCannotTell) {
  LogScene scene = ReadLogScene(EditScene(
      kCleanScene,
      {{"now=2026-03-02T10:00:00Z", "now=2026-03-02T10:00:00Z detail=VERDICT"},
       {"",
        "\n--- event logged=2026-03-20T00:00:00Z\ndeployment: {id: D-8, happened_at: "
        "2026-03-04T00:00:00Z}\n"},
       {"", "\n--- event logged=never\ndeployment: {id: D-9, environment: PRODUCTION}\n"}}));
  scene.entries[0].erased = true;
  scene.entries[3].erased = true;
  LoggedEntry& unreadable = scene.entries.emplace_back();
  unreadable.index = 7;
  unreadable.entry.mutable_decision();
  const v1::AuditReport report = Report(scene, At(kNow));
  // Somebody whom the subject names approved: the decision says no more.
  EXPECT_THAT(Ids(report), IsEmpty()) << absl::StrJoin(Texts(report), "\n");
  EXPECT_THAT(
      report.problems(),
      ElementsAre(HasSubstr("1 decisions were asked for the verdict alone"),
                  "deployment D-8 does not say where to", "deployment D-9 does not say when",
                  "entry 7: the decision cannot be read",
                  HasSubstr("who is who cannot be told in 2 entries")));
}

struct PeriodRow {
  std::string start, end;
  int64_t deployments;
  int64_t decisions;
};
class Bounds : public testing::TestWithParam<PeriodRow> {};

TEST_P(Bounds, AreHalfOpen) {
  const LogScene scene = ReadLogScene(EditScene(kCleanScene, {{"team: web", "team: other"}}));
  Programme::Options options = At(kNow);
  if (!GetParam().start.empty()) options.start = InstantOf(GetParam().start);
  if (!GetParam().end.empty()) options.end = InstantOf(GetParam().end);
  const v1::AuditReport report = Report(scene, options);
  EXPECT_EQ(ResultOf(report, v1::AUDIT_TEST_KIND_APPROVAL).examined(), GetParam().deployments);
  EXPECT_EQ(report.findings_size(), GetParam().deployments);
  int64_t decisions = 0;
  for (const v1::AuditCount& count : report.verdicts()) decisions += count.count();
  EXPECT_EQ(decisions, GetParam().decisions);
  EXPECT_EQ(report.period().has_start(), !GetParam().start.empty());
  EXPECT_EQ(report.period().has_end(), !GetParam().end.empty());
}

INSTANTIATE_TEST_SUITE_P(Rows, Bounds,
                         testing::Values(PeriodRow{"", "", 1, 1},
                                         PeriodRow{"2026-03-02T11:00:00Z", "", 1, 0},
                                         PeriodRow{"2026-03-02T11:00:01Z", "", 0, 0},
                                         PeriodRow{"", "2026-03-02T11:00:00Z", 0, 1},
                                         PeriodRow{"", "2026-03-02T11:00:01Z", 1, 1},
                                         PeriodRow{"2026-03-02T10:00:00Z", "2026-03-03", 1, 1},
                                         PeriodRow{"2026-03-02T10:00:01Z", "2026-03-03", 1, 0}));

// What happened outside of the period informs, and is not examined. The demands on all records have
// no period of their own.
TEST(Report, FindsNothingOutsideOfThePeriod) {
  for (const SceneRow& row : SceneRows()) {
    const LogScene scene = ReadLogScene(EditScene(kCleanScene, row.edits));
    Programme::Options options = At(row.now);
    options.end = InstantOf("2025-01-01");
    const v1::AuditReport report = Report(scene, options);
    for (const v1::AuditFinding& finding : report.findings()) {
      EXPECT_EQ(finding.test(), v1::AUDIT_TEST_KIND_POPULATION) << row.name << finding.text();
    }
    for (const v1::AuditTestResult& result : report.tests()) {
      const bool has_no_period = result.test() == v1::AUDIT_TEST_KIND_POPULATION ||
                                 result.test() == v1::AUDIT_TEST_KIND_EXCEPTIONS;
      if (has_no_period) continue;
      EXPECT_EQ(result.examined(), 0) << row.name << result.title();
    }
  }
}

TEST(Create, RefusesWhatCannotBeAsked) {
  const LogScene scene = ReadLogScene(kCleanScene);
  const auto refused = [&](const Programme::Options& options) {
    return std::string(
        Programme::Create(scene.policy, scene.organization, options).status().message());
  };
  EXPECT_THAT(refused({}), testing::StartsWith("now: "));
  EXPECT_THAT(refused({.now = InstantOf(kNow), .start = InstantOf(kNow), .end = InstantOf(kNow)}),
              testing::StartsWith("end: "));
}

// Lists without order, in any order.
void Shuffle(google::protobuf::Message* message, std::mt19937* random) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  const auto& reflection = *message->GetReflection();
  reflection.ListFields(*message, &fields);
  for (const auto* const field : fields) {
    if (field->is_map()) continue;
    const bool is_message = field->message_type() != nullptr;
    if (!field->is_repeated()) {
      if (is_message) Shuffle(reflection.MutableMessage(message, field), random);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
      if (is_message) Shuffle(reflection.MutableRepeatedMessage(message, field, i), random);
      const int other = std::uniform_int_distribution<int>(0, i)(*random);
      if (field->options().GetExtension(v1::fact).set_like()) {
        reflection.SwapElements(message, field, i, other);
      }
    }
  }
}

// More of everything, so that there is an order.
const std::vector<SceneEdit> kCrowd = {
    {"approvals:\n  - {id: A-1",
     "approvals:\n  - {id: A-0, by: ann, kind: RECUSED, happened_at: 2026-03-02T08:30:00Z, "
     "recorded_at: "
     "2026-03-02T08:30:00Z}\n  - {id: A-1"},
    {"evidence:\n",
     "evidence:\n  - {id: E-0, type: unit, conclusion: FAILED, digest: \"sha256:aa\", happened_at: "
     "2026-03-02T06:00:00Z, recorded_at: 2026-03-02T06:00:00Z}\n  - {type: unit, conclusion: "
     "PASSED, "
     "digest: \"sha256:bb\", environment: TEST}\n"},
    {"communications:\n",
     "communications:\n  - {id: M-0, audience: STAKEHOLDERS, notice: UPCOMING, channel: chat}\n  - "
     "{id: "
     "M-2, audience: STAKEHOLDERS, by: ann, happened_at: 2026-03-02T06:30:00Z}\n"},
    {"authors: [ann], testers", "authors: [ann, dee], committers: [eve, ann], testers"}};

TEST(Report, DoesNotDependOnTheOrderOfLists) {
  std::mt19937 random(3);
  int shuffled = 0;
  for (const SceneRow& row : SceneRows()) {
    const std::string text = EditScene(kCleanScene, row.edits);
    std::vector<SceneEdit> crowd;
    for (const SceneEdit& edit : kCrowd) {
      if (text.find(edit.from) != std::string::npos) crowd.push_back(edit);
    }
    LogScene scene = ReadLogScene(EditScene(text, crowd));
    const std::string expected = Report(scene, At(row.now)).SerializeAsString();
    for (LoggedEntry& entry : scene.entries) {
      Shuffle(&entry.entry, &random);
      if (!entry.decision) continue;
      std::visit(
          [&](auto& subject) {
            const std::string before = subject.SerializeAsString();
            Shuffle(&subject, &random);
            shuffled += before != subject.SerializeAsString() ? 1 : 0;
          },
          entry.decision->subject);
    }
    EXPECT_EQ(Report(scene, At(row.now)).SerializeAsString(), expected) << row.name;
  }
  EXPECT_GT(shuffled, 50);
}

}  // namespace
}  // namespace changepolicy
