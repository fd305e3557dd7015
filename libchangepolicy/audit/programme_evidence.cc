// Whether what went to production was tested elsewhere first, and whether those concerned were
// told.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "libchangepolicy/audit/programme_tests.h"
#include "libchangepolicy/base/enum_names.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/base/utc_text.h"
#include "libchangepolicy/domain/artifact_identity.h"

namespace changepolicy {
namespace {

// The subject of the deployment, and the release in which it was allowed to go out.
std::vector<const KnownSubject*> SubjectsOf(const Deployed& deployed,
                                            const Examination& examination) {
  std::vector<const KnownSubject*> subjects = {examination.Find(deployed.subject)};
  const SubjectTrail* const governing = deployed.governing.subject;
  if (governing != nullptr && governing != deployed.trail) {
    if (const KnownSubject* const release = examination.Find(governing->id)) {
      subjects.push_back(release);
    }
  }
  return subjects;
}

bool HasPassed(const v1::Evidence& evidence, const v1::EvidenceRules& rules) {
  if (rules.passing().empty()) return evidence.conclusion() == v1::CONCLUSION_PASSED;
  return std::find(rules.passing().begin(), rules.passing().end(), evidence.conclusion()) !=
         rules.passing().end();
}

// What the record names of digest and revision is what was deployed, and it names one of them where
// that has any.
bool IsAbout(const v1::Evidence& evidence, std::string_view digest, std::string_view revision) {
  if (!digest.empty() && !evidence.digest().empty()) {
    return IsSameIdentity(evidence.digest(), digest);
  }
  if (!revision.empty() && !evidence.revision().empty()) {
    return IsSameIdentity(evidence.revision(), revision);
  }
  return digest.empty() && revision.empty();
}

struct Tested {
  bool outside = false;  // before it went out, outside production
  bool inside = false;   // in production, at whatever time
};

Tested FindTests(const Deployed& deployed, const Examination& examination) {
  Tested tested;
  for (const KnownSubject* const known : SubjectsOf(deployed, examination)) {
    known->With([&](const auto& subject) {
      const std::string_view digest =
          deployed.digest.empty() ? subject.artifact().digest() : deployed.digest;
      for (const v1::Evidence& evidence : subject.evidence()) {
        if (!HasPassed(evidence, examination.rules().evidence()) ||
            !IsAbout(evidence, digest, subject.artifact().revision())) {
          continue;
        }
        if (evidence.environment() == v1::ENVIRONMENT_PRODUCTION) {
          tested.inside = true;
        } else if (evidence.environment() != v1::ENVIRONMENT_UNSPECIFIED &&
                   evidence.has_happened_at() && FromProto(evidence.happened_at()) <= deployed.at) {
          tested.outside = true;
        }
      }
    });
  }
  return tested;
}

// How an audience was told of a deployment, the best first.
enum class Told { kInTime, kIncompletely, kAfterwards, kNot };

std::vector<std::string> LackingIn(const v1::Communication& told) {
  std::vector<std::string> lacking;
  if (!told.has_happened_at()) lacking.push_back("instant");
  if (told.channel().empty()) lacking.push_back("channel");
  if (told.by().empty()) lacking.push_back("sender");
  if (told.url().empty()) lacking.push_back("address");
  return lacking;
}

struct Telling {
  Told told = Told::kNot;
  std::string detail;
};

Telling FindTelling(v1::Audience audience, const Deployed& deployed,
                    const Examination& examination) {
  Telling best;
  const auto offer = [&](Told told, const std::string& detail) {
    // Of several alike the first by text, in whatever order they stand.
    if (told < best.told || (told == best.told && detail < best.detail)) best = {told, detail};
  };
  for (const KnownSubject* const known : SubjectsOf(deployed, examination)) {
    known->With([&](const auto& subject) {
      for (const v1::Communication& told : subject.communications()) {
        if (told.audience() != audience || told.notice() == v1::NOTICE_PROBLEM) continue;
        const std::vector<std::string> lacking = LackingIn(told);
        if (told.has_happened_at() && FromProto(told.happened_at()) > deployed.at) {
          offer(Told::kAfterwards, UtcText(FromProto(told.happened_at())));
        } else if (!lacking.empty()) {
          offer(Told::kIncompletely, absl::StrJoin(lacking, " and "));
        } else if (told.notice() != v1::NOTICE_COMPLETED) {
          offer(Told::kInTime, "");
        }
      }
    });
  }
  return best;
}

}  // namespace

void TestEvidence(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_EVIDENCE, &examination->findings);
  for (const Deployed& deployed : examination->deployments) {
    if (deployed.trail == nullptr || !examination->Covers(deployed.at)) continue;
    run.Examine();
    const Tested tested = FindTests(deployed, *examination);
    if (tested.outside) continue;
    run.Find({.id = tested.inside ? "tested-in-production-only" : "untested",
              .subject = deployed.subject,
              .index = deployed.index,
              .text = StrCat(deployed.Name(), tested.inside
                                                  ? " was tested nowhere but in production"
                                                  : " has no test on record that passed before it"),
              .at = deployed.at});
  }
}

void TestCommunication(Examination* examination) {
  AuditTestRun run(v1::AUDIT_TEST_KIND_COMMUNICATION, &examination->findings);
  const auto& audiences = examination->rules().audit().told();
  if (audiences.empty()) run.CannotRun("the policy's `audit.told` names nobody who is to be told");
  for (const Deployed& deployed : examination->deployments) {
    if (deployed.trail == nullptr || !examination->Covers(deployed.at)) continue;
    run.Examine();
    for (const int number : audiences) {
      const auto audience = static_cast<v1::Audience>(number);
      const Telling telling = FindTelling(audience, deployed, *examination);
      if (telling.told == Told::kInTime) continue;
      Found found{.subject = deployed.subject, .index = deployed.index, .at = deployed.at};
      if (telling.told == Told::kIncompletely) {
        found.id = "communication-incomplete";
        found.text = StrCat("What ", ValueName(audience), " were told of ", deployed.Name(),
                            " is recorded without ", telling.detail);
      } else if (telling.told == Told::kAfterwards) {
        found.id = "told-afterwards";
        found.text = StrCat(deployed.Name(), " was told to ", ValueName(audience),
                            " only afterwards, on ", telling.detail);
      } else {
        found.id = "not-told";
        found.text = StrCat(deployed.Name(), " was not told to ", ValueName(audience));
      }
      run.Find(std::move(found));
    }
  }
}

}  // namespace changepolicy
