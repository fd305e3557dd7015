#include "libchangepolicy/audit/programme.h"

#include <optional>
#include <utility>

#include "libchangepolicy/audit/counts.h"
#include "libchangepolicy/audit/examination.h"
#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/audit/trails.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/eval/bound_organization.h"

namespace changepolicy {

struct Programme::State {
  State(Policy given_policy, Organization given_organization, const Options& given_options)
      : policy(std::move(given_policy)),
        organization(std::move(given_organization)),
        options(given_options),
        trails(policy.proto(), organization.bound()->directory().roster()),
        counts(given_options) {}

  const Policy policy;
  const Organization organization;
  const Options options;
  Trails trails;
  Counts counts;
};

namespace {

void RunTests(Examination* examination) {
  TestCompleteness(examination);
  TestApproval(examination);
  TestSeparation(examination);
  TestEvidence(examination);
  TestCommunication(examination);
  TestRetention(examination);
  TestEmergencyShare(examination);
  TestExceptions(examination);
  TestBackdating(examination);
  TestPopulation(examination);
  // From here on the subjects say that they went out.
  const DutyBook duties(examination);
  const DutyNames looked_at = TestEmergencyFollowUp(duties, examination);
  TestObligations(duties, looked_at, examination);
  TestOverrides(duties, examination);
}

void NameWhatIsNotTold(const Trails& trails, Findings* findings) {
  if (trails.erased() > 0) {
    findings->AddProblem(StrCat("who is who cannot be told in ", trails.erased(),
                                " entries whose personal data were erased"));
  }
  if (trails.verdicts_only() > 0) {
    findings->AddProblem(StrCat(trails.verdicts_only(),
                                " decisions were asked for the verdict alone, and do not tell who "
                                "approved, and what was set aside by which exception"));
  }
}

}  // namespace

Programme::Programme(std::unique_ptr<State> state) : state_(std::move(state)) {}
Programme::Programme(Programme&& other) noexcept = default;
Programme& Programme::operator=(Programme&& other) noexcept = default;
Programme::~Programme() = default;

absl::StatusOr<Programme> Programme::Create(Policy policy, Organization organization,
                                            Options options) {
  if (options.now == absl::InfinitePast() || options.now == absl::InfiniteFuture()) {
    return InvalidArgument("now: the question has no instant; the library reads no clock");
  }
  if (options.start && options.end && *options.end <= *options.start) {
    return InvalidArgument("end: is not after the start; the period is [start, end)");
  }
  return Programme(std::make_unique<State>(std::move(policy), std::move(organization), options));
}

void Programme::Add(const LoggedEntry& entry) {
  state_->trails.Add(entry);
  state_->counts.Add(entry);
}

v1::AuditReport Programme::Finish() && {
  Examination examination(state_->policy, state_->organization, state_->options,
                          std::move(state_->trails));
  NameWhatIsNotTold(examination.trails, &examination.findings);
  RunTests(&examination);
  v1::AuditReport report;
  ToProto(state_->options.now, report.mutable_now());
  if (state_->options.start)
    ToProto(*state_->options.start, report.mutable_period()->mutable_start());
  if (state_->options.end) ToProto(*state_->options.end, report.mutable_period()->mutable_end());
  report.set_policy_id(state_->policy.proto().policy().id());
  report.set_policy_version(state_->policy.proto().policy().version());
  report.set_policy_digest(state_->policy.digest());
  examination.findings.Write(&report);
  state_->counts.Write(examination, &report);
  return report;
}

}  // namespace changepolicy
