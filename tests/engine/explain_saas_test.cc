// Explanations of the built-in policy on the subjects of its suites: something is taken away, and
// the fewest steps bring it back.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/subject_parts.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/trial/edit.h"
#include "tests/engine/example.h"
#include "tests/engine/fixing.h"

namespace changepolicy {
namespace {

std::string FileText(const std::string& path) {
  std::ifstream in(StrCat(CHANGEPOLICY_SOURCE_DIR, "/", path));
  return {std::istreambuf_iterator<char>(in), {}};
}

const Policy& Builtin() {
  static const Policy* const policy = new Policy(*Policy::Builtin("saas").policy);
  return *policy;
}

const Organization& Harbourline() {
  static const Organization* const organization = [] {
    OrganizationFiles files;
    const std::string path = "examples/saas/organization.yaml";
    const Issues issues = files.Add(FileText(path), Format::kAuto, path);
    if (HasErrors(issues)) std::abort();
    return new Organization(*Organization::Create(files.organization()).organization);
  }();
  return *organization;
}

AnySubject Subject(const std::string& name) {
  const std::string path = StrCat("tests/subjects/", name, ".yaml");
  return *ReadSubject(FileText(path), Format::kAuto, path, v1::SUBJECT_KIND_UNSPECIFIED).subject;
}

struct Row {
  std::string subject;
  v1::Transition step;
  std::vector<std::string> removed;  // paths
  std::vector<std::string> steps;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  out << row.subject << " " << v1::Transition_Name(row.step) << " without";
  for (const std::string& path : row.removed) out << " " << path;
  return out;
}

class TakenAway : public testing::TestWithParam<Row> {};

template <typename SubjectMessage>
void Check(SubjectMessage subject, const Row& row) {
  for (const std::string& path : row.removed) {
    v1::Edit edit;
    edit.set_path(path);
    edit.set_remove(true);
    ASSERT_TRUE(ApplyEdit(edit, &subject).ok()) << path;
  }
  const Question question = {
      .now = At("2025-10-14T14:40:00Z"), .transition = row.step, .detail = v1::DETAIL_FULL};
  const v1::Decision decision = *Engine(Builtin(), Harbourline()).Decide(subject, question);
  ASSERT_NE(decision.verdict(), v1::VERDICT_ALLOWED);
  const v1::MinimalFix& fix = decision.explanation().fix();
  EXPECT_THAT(TextsOf(fix), testing::ElementsAreArray(row.steps)) << fix.ShortDebugString();
  EXPECT_TRUE(fix.optimal());
  const std::vector<v1::FixStep> steps(fix.steps().begin(), fix.steps().end());
  EXPECT_EQ(VerdictAfter(Builtin(), Harbourline(), subject, question, steps), v1::VERDICT_ALLOWED);
  for (size_t i = 0; i < steps.size(); ++i) {
    std::vector<v1::FixStep> fewer = steps;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_NE(VerdictAfter(Builtin(), Harbourline(), subject, question, fewer), v1::VERDICT_ALLOWED)
        << TextOf(steps[i]) << " can be left out";
  }
}

TEST_P(TakenAway, IsBroughtBack) {
  std::visit([&](auto subject) { Check(std::move(subject), GetParam()); },
             Subject(GetParam().subject));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, TakenAway,
    testing::Values(
        Row{"normal",
            v1::TRANSITION_SUBMIT,
            {"tracker"},
            {"STATE change.tracker.key = \"as it is\"",
             "STATE change.tracker.system = \"as it is\""}},
        Row{"normal",
            v1::TRANSITION_SUBMIT,
            {"documents.rationale", "kinds"},
            {"STATE change.kinds = [ChangeKind.APPLICATION_CODE]", "DOCUMENT documents.rationale"}},
        Row{"normal",
            v1::TRANSITION_ASSESS,
            {"impact.availability", "documents.risk_assessment", "urgency"},
            {"STATE change.impact.availability = Effect.NONE", "STATE change.urgency = Urgency.LOW",
             "DOCUMENT documents.risk_assessment"}},
        Row{"normal",
            v1::TRANSITION_ASSESS,
            {"stated", "services"},
            {"STATE change.services = [\"mail-relay\"]", "STATE change.third_parties = []"}},
        Row{"normal",
            v1::TRANSITION_APPROVE,
            {"documents.testing_plan"},
            {"DOCUMENT documents.testing_plan", "APPROVAL ada", "APPROVAL ben", "APPROVAL chen",
             "APPROVAL farah"}},
        Row{"normal",
            v1::TRANSITION_APPROVE,
            {"approvals"},
            {"APPROVAL ada", "APPROVAL ben", "APPROVAL chen", "APPROVAL farah"}},
        Row{"normal",
            v1::TRANSITION_APPROVE,
            {"approvals[a2]", "approvals[a4]"},
            {"APPROVAL ada", "APPROVAL ben"}},
        Row{"normal",
            v1::TRANSITION_APPROVE,
            {"rollback.known_good_state"},
            {"STATE change.rollback.known_good_state = \"as it is\"", "APPROVAL ada",
             "APPROVAL ben", "APPROVAL chen", "APPROVAL farah"}},
        Row{"normal", v1::TRANSITION_APPROVE, {"people.authors"}, {"PERSON AUTHOR gopal"}},
        Row{"normal",
            v1::TRANSITION_SCHEDULE,
            {"evidence"},
            {"EVIDENCE functional TEST", "EVIDENCE integration",
             "EVIDENCE migration-rehearsal TEST", "EVIDENCE performance TEST",
             "EVIDENCE regression", "EVIDENCE rollback-rehearsal", "EVIDENCE security TEST",
             "EVIDENCE unit"}},
        Row{"normal",
            v1::TRANSITION_SCHEDULE,
            {"evidence[e4]", "evidence[e7]"},
            {"EVIDENCE migration-rehearsal TEST", "EVIDENCE security TEST"}},
        Row{"normal",
            v1::TRANSITION_SCHEDULE,
            {"people.testers", "people.implementers"},
            {"PERSON IMPLEMENTER farah", "PERSON TESTER farah"}},
        Row{"normal",
            v1::TRANSITION_SCHEDULE,
            {"schedule.rollback_reserve"},
            {"STATE change.schedule.rollback_reserve = duration(\"0s\")", "APPROVAL ada",
             "APPROVAL chen"}},
        Row{"normal",
            v1::TRANSITION_SCHEDULE,
            {"schedule"},
            {"STATE change.schedule.rollback_reserve = duration(\"0s\")",
             "SLOT 2025-10-14T14:40:00Z 2025-10-14T15:40:00Z", "APPROVAL ada", "APPROVAL chen"}},
        Row{"normal",
            v1::TRANSITION_DEPLOY,
            {"approvals", "evidence"},
            {"EVIDENCE functional TEST", "EVIDENCE integration",
             "EVIDENCE migration-rehearsal TEST", "EVIDENCE performance TEST",
             "EVIDENCE regression", "EVIDENCE rollback-rehearsal", "EVIDENCE security TEST",
             "EVIDENCE unit", "APPROVAL ada", "APPROVAL ben", "APPROVAL chen", "APPROVAL farah"}},
        Row{"normal",
            v1::TRANSITION_DEPLOY,
            {"communications"},
            {"SLOT 2025-10-21T15:00:00Z 2025-10-21T16:00:00Z", "COMMUNICATION CLIENTS",
             "COMMUNICATION STAKEHOLDERS", "APPROVAL ada", "APPROVAL chen",
             "WAIT 2025-10-21T15:00:00Z"}},
        Row{"normal",
            v1::TRANSITION_DEPLOY,
            {"people.deployers", "communications[c1]"},
            {"PERSON DEPLOYER dina", "SLOT 2025-10-16T14:00:00Z 2025-10-16T15:00:00Z",
             "COMMUNICATION STAKEHOLDERS", "APPROVAL ada", "APPROVAL chen",
             "WAIT 2025-10-16T14:00:00Z"}},
        Row{"normal",
            v1::TRANSITION_DEPLOY,
            {"schedule.start", "schedule.end"},
            {"SLOT 2025-10-14T14:40:00Z 2025-10-14T15:40:00Z", "APPROVAL ada", "APPROVAL chen"}},
        Row{"normal", v1::TRANSITION_VERIFY, {"deployments[d2]"}, {"DEPLOYMENT PRODUCTION"}},
        Row{"normal",
            v1::TRANSITION_VERIFY,
            {"deployments", "artifact.digest"},
            {"STATE change.artifact.digest = "
             "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"",
             "DEPLOYMENT PRODUCTION"}},
        Row{"normal", v1::TRANSITION_REVIEW, {"health_checks"}, {"HEALTH_CHECK PRODUCTION"}},
        Row{"normal",
            v1::TRANSITION_REVIEW,
            {"health_checks", "deployments"},
            {"DEPLOYMENT PRODUCTION", "HEALTH_CHECK PRODUCTION"}},
        Row{"normal",
            v1::TRANSITION_CLOSE,
            {"reviews", "material_updates"},
            {"REVIEW", "MATERIAL CONFIGURATION"}},
        Row{"normal",
            v1::TRANSITION_CLOSE,
            {"outcome"},
            {"STATE change.outcome.problematic = true"}},
        Row{"emergency", v1::TRANSITION_DEPLOY, {"approvals"}, {"APPROVAL ada"}},
        Row{"emergency",
            v1::TRANSITION_DEPLOY,
            {"evidence", "communications"},
            {"EVIDENCE functional TEST", "COMMUNICATION STAKEHOLDERS"}},
        Row{"standard", v1::TRANSITION_DEPLOY, {"people.deployers"}, {"PERSON DEPLOYER dina"}},
        Row{"release",
            v1::TRANSITION_CUT_CANDIDATE,
            {"tracker.key", "train"},
            {"STATE release.tracker.key = \"as it is\"",
             "STATE release.train = \"2025-10-patch\""}},
        Row{"release",
            v1::TRANSITION_CUT_CANDIDATE,
            {"people.release_manager"},
            {"PERSON RELEASE_MANAGER chen"}},
        Row{"release", v1::TRANSITION_VALIDATE, {"version_control.tags"}, {"TAG CANDIDATE"}},
        Row{"release",
            v1::TRANSITION_VALIDATE,
            {"evidence"},
            {"EVIDENCE integration STAGING", "EVIDENCE performance STAGING",
             "EVIDENCE regression STAGING", "EVIDENCE security STAGING"}},
        Row{"release",
            v1::TRANSITION_APPROVE,
            {"approvals"},
            {"APPROVAL ada", "APPROVAL ben", "APPROVAL release-readiness chen"}},
        Row{"release",
            v1::TRANSITION_APPROVE,
            {"criteria_met"},
            {"CRITERION documentation-updated chen", "CRITERION risk-assessed chen",
             "CRITERION tests-passed chen"}},
        Row{"release",
            v1::TRANSITION_DEPLOY,
            {"approvals", "version_control.tags"},
            {"TAG CANDIDATE", "TAG FINAL", "APPROVAL ada", "APPROVAL ben",
             "APPROVAL release-readiness chen"}},
        Row{"release",
            v1::TRANSITION_DEPLOY,
            {"deployments"},
            {"CHANGE CHG-1042", "SLOT 2025-10-16T14:00:00Z 2025-10-16T15:00:00Z",
             "DEPLOYMENT STAGING", "APPROVAL ada", "APPROVAL ben",
             "APPROVAL release-readiness chen", "WAIT 2025-10-16T14:00:00Z"}},
        Row{"release",
            v1::TRANSITION_DEPLOY,
            {"communications"},
            {"CHANGE CHG-1042", "SLOT 2025-10-21T15:00:00Z 2025-10-21T16:00:00Z",
             "COMMUNICATION CLIENTS", "COMMUNICATION STAKEHOLDERS", "APPROVAL ada", "APPROVAL ben",
             "APPROVAL release-readiness chen", "WAIT 2025-10-21T15:00:00Z"}},
        Row{"release", v1::TRANSITION_DEPLOY, {"changes[0].approvals"}, {"CHANGE CHG-1042"}},
        Row{"release", v1::TRANSITION_MONITOR, {"deployments"}, {"DEPLOYMENT PRODUCTION"}},
        Row{"release",
            v1::TRANSITION_PUBLISH,
            {"notes.published_at"},
            {"STATE release.notes.published_at = timestamp(\"2025-10-14T14:40:00Z\")",
             "WAIT 2025-10-15T14:35:00Z"}},
        Row{"release",
            v1::TRANSITION_PUBLISH,
            {"monitoring"},
            {"MONITORING", "WAIT 2025-10-15T14:40:00Z"}},
        Row{"release",
            v1::TRANSITION_REVIEW,
            {"material_updates", "reviews"},
            {"REVIEW", "MATERIAL DOCUMENTATION", "MATERIAL RUNBOOK", "MATERIAL SUPPORT"}}));

// ---- What an answer rests on

class RestsOn : public testing::TestWithParam<Row> {};

template <typename SubjectMessage>
void CheckReason(const SubjectMessage& subject, const Row& row) {
  const Engine engine(Builtin(), Harbourline());
  const Question question = {
      .now = At("2025-10-14T14:40:00Z"), .transition = row.step, .detail = v1::DETAIL_FULL};
  const v1::Decision decision = *engine.Decide(subject, question);
  ASSERT_EQ(decision.verdict(), v1::VERDICT_ALLOWED);
  const v1::MinimalReason& reason = decision.explanation().reason();
  std::set<std::string> named;
  for (const v1::FactRead& fact : reason.facts()) named.insert(fact.path());
  for (const std::string& path : row.steps) EXPECT_EQ(named.count(path), 1) << path;
  for (const std::string& path : row.removed) EXPECT_EQ(named.count(path), 0) << path;
  // By the order that a Decision gives to lists.
  SubjectMessage ordered;
  ASSERT_TRUE(ordered.ParseFromString(*CanonicalBytes(subject)));
  const std::vector<SubjectPart> parts =
      PartsOf(ordered, std::is_same_v<SubjectMessage, v1::ChangeRequest> ? "change" : "release");
  const auto verdict_without = [&](const std::string& more) {
    std::vector<const SubjectPart*> left_out;
    for (const SubjectPart& part : parts) {
      if (named.count(part.path) == 0 || part.path == more) left_out.push_back(&part);
    }
    SubjectMessage rest = ordered;
    LeaveOut(left_out, &rest);
    return engine.Decide(rest, {.now = question.now, .transition = row.step})->verdict();
  };
  EXPECT_EQ(verdict_without(""), v1::VERDICT_ALLOWED);
  for (const std::string& path : named) {
    EXPECT_NE(verdict_without(path), v1::VERDICT_ALLOWED) << path << " can be left out";
  }
}

TEST_P(RestsOn, TheseFactsAndNoOthers) {
  std::visit([&](const auto& subject) { CheckReason(subject, GetParam()); },
             Subject(GetParam().subject));
}

// What is named among others, and what is not.
INSTANTIATE_TEST_SUITE_P(
    Subjects, RestsOn,
    testing::Values(
        Row{"normal",
            v1::TRANSITION_SUBMIT,
            {"change.urgency", "change.approvals[\"a1\"]"},
            {"change.tracker.system", "change.tracker.key", "change.documents.rationale"}},
        Row{"normal",
            v1::TRANSITION_DEPLOY,
            {"change.title", "change.documents.rationale", "change.people.owner"},
            {"change.approvals[\"a1\"]", "change.evidence[\"e8\"]", "change.communications[\"c2\"]",
             "change.schedule.start", "change.services[\"client-portal\"]",
             "change.stated[\"third_parties\"]"}},
        Row{"emergency",
            v1::TRANSITION_DEPLOY,
            {"change.people.testers"},
            {"change.urgency", "change.emergency_basis[0]"}},
        Row{"standard", v1::TRANSITION_DEPLOY, {"change.approvals"}, {"change.change_model"}},
        Row{"release",
            v1::TRANSITION_DEPLOY,
            {"release.claimed_kind"},
            {"release.changes[\"CHG-1042\"]", "release.deployments[\"d1\"]"}}));

}  // namespace
}  // namespace changepolicy
