// Whether records reach back as far as they have to be kept, and whether any that was there is
// gone.
#include <algorithm>
#include <map>
#include <string>

#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"

namespace changepolicy {
namespace {

// What must be kept: [since, now], as far as it is examined.
struct Window {
  absl::Time since;
  const Examination& examination;

  bool Holds(absl::Time at) const {
    return since <= at && at <= examination.options.now && examination.Covers(at);
  }
};

// Changes and releases of which the ledger says that something happened, with the first instant.
std::map<std::string, absl::Time> ToldByLedger(const Window& window) {
  std::map<std::string, absl::Time> told;
  const auto add = [&](const std::string& subject, bool has_instant,
                       const google::protobuf::Timestamp& instant) {
    const absl::Time at = FromProto(instant);
    if (subject.empty() || !has_instant || !window.Holds(at)) return;
    absl::Time& first = told.try_emplace(subject, at).first->second;
    first = std::min(first, at);
  };
  const v1::Ledger& ledger = window.examination.organization.proto().ledger();
  for (const v1::Deployment& deployment : ledger.deployments()) {
    add(deployment.subject_id(), deployment.has_happened_at(), deployment.happened_at());
  }
  for (const v1::PastRun& run : ledger.past_runs()) {
    add(run.subject_id(), run.has_happened_at(), run.happened_at());
  }
  return told;
}

void TestKept(const Examination& examination, absl::Duration retention, AuditTestRun* run) {
  const Window window{examination.options.now - retention, examination};
  std::map<std::string, absl::Time> told = ToldByLedger(window);
  for (const auto& [subject, at] : told) {
    if (examination.trails.Find(subject) != nullptr) continue;
    run->Examine();
    run->Find({.id = "not-kept",
               .subject = subject,
               .text = StrCat("The log has no record of ", subject,
                              ", of which the ledger tells "
                              "since ",
                              UtcText(at)),
               .at = at});
  }
  for (const Deployed& deployed : examination.deployments) {
    if (window.Holds(deployed.at)) told.try_emplace(deployed.subject, deployed.at);
  }
  const auto first = std::min_element(
      told.begin(), told.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (first == told.end()) return;
  run->Examine();
  if (first->second >= examination.trails.begins_at()) return;
  run->Find(
      {.id = "log-starts-late",
       .text = StrCat("The log begins on ", UtcText(examination.trails.begins_at()),
                      " and is told of deployments since ", UtcText(first->second),
                      ", whose records are to be kept until ", UtcText(first->second + retention)),
       .at = first->second});
}

}  // namespace

void TestRetention(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_RETENTION, &examination->findings);
  const v1::AuditRules& rules = examination->rules().audit();
  const absl::Duration retention =
      rules.has_retention() ? FromProto(rules.retention()) : absl::InfiniteDuration();
  for (const auto& [id, trail] : examination->trails.subjects()) {
    if (trail.only_inside || !examination->Covers(trail.version_at)) continue;
    run.Examine();
    const absl::Time removed_by = std::min(trail.version_at, examination->options.now);
    for (const RemovedRecord& removed : trail.facts.Removed()) {
      // What need not be kept any longer may go.
      if (removed.happened_at && *removed.happened_at < removed_by - retention) continue;
      run.Find({.id = "record-removed",
                .subject = id,
                .index = trail.version_index,
                .text = StrCat(id, " had ", removed.name, " before, and has it no more"),
                .at = trail.version_at});
    }
  }
  if (rules.has_retention()) {
    TestKept(*examination, retention, &run);
  } else {
    run.CannotRun("the policy's `audit.retention` says not how long records are to be kept");
  }
}

}  // namespace changepolicy
