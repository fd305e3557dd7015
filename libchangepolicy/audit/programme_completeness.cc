// Deployments reconciled with changes and releases, in both directions.
#include <algorithm>

#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

void TestDeployment(const Deployed& deployed, AuditTestRun* run) {
  const auto find = [&](const Flaw& flaw) {
    run->Find({.id = flaw.id,
               .subject = deployed.subject,
               .index = deployed.index ? deployed.index : flaw.index,
               .text = StrCat(deployed.Name(), " ", flaw.text),
               .at = deployed.at});
  };
  if (deployed.trail == nullptr) {
    find({"deployment-without-change",
          deployed.subject.empty() ? "belongs to no change or release"
                                   : "belongs to a change or release that the log does not know",
          {}});
    return;
  }
  for (const Flaw& flaw : deployed.governing.flaws) find(flaw);
}

// When the change was closed: as its history says, or its outcome, or as it was logged.
absl::Time ClosedAt(const v1::ChangeRequest& change, const SubjectTrail& trail) {
  absl::Time closed = absl::InfinitePast();
  for (const v1::StepTaken& step : change.history()) {
    if (step.transition() == v1::TRANSITION_CLOSE && step.has_happened_at()) {
      closed = std::max(closed, FromProto(step.happened_at()));
    }
  }
  if (closed != absl::InfinitePast()) return closed;
  return change.outcome().has_happened_at() ? FromProto(change.outcome().happened_at())
                                            : trail.version_at;
}

bool SaysItWentToProduction(const v1::ChangeRequest& change) {
  return change.state() == v1::CHANGE_STATE_CLOSED && change.outcome().successful() &&
         std::find(change.environments().begin(), change.environments().end(),
                   v1::ENVIRONMENT_PRODUCTION) != change.environments().end();
}

bool WentOut(const std::string& change, const ReleasesOf& releases,
             const Examination& examination) {
  if (examination.deployments_of.count(change) > 0) return true;
  const auto containing = releases.find(change);
  return containing != releases.end() &&
         std::any_of(containing->second.begin(), containing->second.end(),
                     [&](const SubjectTrail* release) {
                       return examination.deployments_of.count(release->id) > 0;
                     });
}

}  // namespace

void TestCompleteness(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_COMPLETENESS, &examination->findings);
  int64_t unnamed = 0;
  for (const Deployed& deployed : examination->deployments) {
    if (!examination->Covers(deployed.at)) continue;
    run.Examine();
    TestDeployment(deployed, &run);
    const DecisionTrace* const decision = deployed.governing.decision;
    if (deployed.digest.empty() && decision != nullptr && !decision->digests.empty()) ++unnamed;
  }
  if (unnamed > 0) {
    examination->findings.AddProblem(StrCat(ValueName(v1::AUDIT_TEST_KIND_COMPLETENESS), ": ",
                                            unnamed, " deployments do not say what was deployed"));
  }
  const ReleasesOf releases = FindReleases(examination->trails);
  for (const v1::ChangeRequest& change : examination->changes) {
    if (!SaysItWentToProduction(change)) continue;
    const SubjectTrail& trail = *examination->Find(change.id())->trail;
    const absl::Time closed_at = ClosedAt(change, trail);
    if (!examination->Covers(closed_at)) continue;
    run.Examine();
    if (WentOut(change.id(), releases, *examination)) continue;
    run.Find({.id = "change-without-deployment",
              .subject = change.id(),
              .index = trail.version_index,
              .text = StrCat("Change ", change.id(), " was closed as successful on ",
                             UtcText(closed_at), ", and no deployment to production is on record"),
              .at = closed_at});
  }
}

}  // namespace changepolicy
