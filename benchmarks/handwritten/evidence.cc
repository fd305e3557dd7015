// Evidence: what counts for this artifact, and which record decides.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "benchmarks/handwritten/case.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/domain/bare_text.h"

namespace changepolicy::handwritten {
namespace {

constexpr Nanos kFreshFor = 720 * kHour;

EvidenceType TypeOf(std::string_view type) {
  static constexpr std::pair<std::string_view, EvidenceType> kTypes[] = {
      {"unit", kUnit},
      {"integration", kIntegration},
      {"regression", kRegression},
      {"functional", kFunctional},
      {"performance", kPerformanceTest},
      {"security", kSecurityScan},
      {"contract", kContract},
      {"migration-rehearsal", kMigrationRehearsal},
      {"rollback-rehearsal", kRollbackRehearsal},
      {"forward-recovery", kForwardRecoveryTest},
      {"dpo-opinion", kDpoOpinionRecord},
      {"data-protection-impact", kDataProtectionImpact}};
  for (const auto& [name, value] : kTypes) {
    if (name == type) return value;
  }
  return kOtherEvidence;
}

bool IsSame(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

// Of two records at one instant the worse one decides, then the one whose id comes first.
int Badness(Verdict verdict) {
  return verdict == Verdict::kFailed ? 2 : verdict == Verdict::kNotApplicable ? 1 : 0;
}

bool Outranks(const EvidenceRow& a, const EvidenceRow& b) {
  if (a.at != b.at) return a.at > b.at;
  if (a.verdict != b.verdict) return Badness(a.verdict) > Badness(b.verdict);
  return a.record->id() < b.record->id();
}

}  // namespace

bool Case::TakeEvidence() {
  evidence.clear();
  const v1::Artifact& artifact = change->artifact();
  const std::string& digest = artifact.digest();
  const std::string& revision = artifact.revision();
  for (const v1::Evidence& record : change->evidence()) {
    EvidenceRow row;
    row.type = TypeOf(record.type());
    if (row.type == kOtherEvidence) continue;
    row.record = &record;
    row.environment = record.environment();
    // About this artifact, or perhaps about it.
    const bool names_digest = !record.digest().empty();
    const bool names_revision = !record.revision().empty();
    const bool waived = record.conclusion() == v1::CONCLUSION_NOT_APPLICABLE;
    if (!names_digest && !names_revision && !waived) {
      if (!digest.empty() || !revision.empty()) continue;
      row.needs.Add(kArtifactDigest);
    }
    if (names_revision && revision.empty()) {
      row.needs = kArtifactRevision;
    } else if (names_revision && !IsSame(record.revision(), revision)) {
      continue;
    }
    if (names_digest && digest.empty()) {
      row.needs = kArtifactDigest;
    } else if (names_digest && !IsSame(record.digest(), digest)) {
      continue;
    }
    if (waived) {
      const int by = tables.FindPerson(record.by());
      if (by < 0 || BareText(record.reason()).empty() ||
          ((tables.roles[kQaLead] | tables.roles[kSecurityRole]) & Only(by)) == 0 ||
          tables.people[static_cast<size_t>(by)].joined > now) {
        continue;
      }
      row.verdict = Verdict::kNotApplicable;
    } else {
      const bool passed = record.conclusion() == v1::CONCLUSION_PASSED;
      int trust = record.trust();
      if (passed) {
        // Whoever takes part in the change only claims.
        const int source = tables.FindPerson(record.source());
        const bool takes_part = source >= 0 && (participants & Only(source)) != 0 &&
                                (tables.machines & Only(source)) == 0;
        if (takes_part) trust = std::min<int>(trust, v1::TRUST_CLAIMED);
      }
      if (trust < v1::TRUST_REPORTED) continue;
      row.verdict = passed ? Verdict::kPassed : Verdict::kFailed;
    }
    row.at = ToNanos(record.happened_at());
    row.fresh_until = row.at + kFreshFor;
    if (row.fresh_until > now) evidence.push_back(row);
  }
  return true;
}

EvidenceState Case::StateOf(EvidenceType type, v1::Environment environment) {
  const auto asked = [&](const EvidenceRow& row) {
    return row.type == type &&
           (environment == v1::ENVIRONMENT_UNSPECIFIED || row.environment == environment ||
            (row.verdict == Verdict::kNotApplicable &&
             row.environment == v1::ENVIRONMENT_UNSPECIFIED));
  };
  const EvidenceRow* deciding = nullptr;
  for (const EvidenceRow& row : evidence) {
    if (!asked(row) || !row.needs.empty()) continue;
    if (deciding == nullptr || Outranks(row, *deciding)) deciding = &row;
  }
  // One that only perhaps counts matters where it would decide, and otherwise.
  const EvidenceRow* doubtful = nullptr;
  for (const EvidenceRow& row : evidence) {
    if (!asked(row) || row.needs.empty()) continue;
    if (deciding != nullptr && (row.verdict == deciding->verdict || !Outranks(row, *deciding))) {
      continue;
    }
    Note(row.fresh_until);
    if (doubtful == nullptr || Outranks(row, *doubtful)) doubtful = &row;
  }
  if (deciding != nullptr) Note(deciding->fresh_until);
  if (doubtful != nullptr) return {Verdict::kNone, doubtful->needs, nullptr};
  if (deciding == nullptr) return {};
  return {deciding->verdict, {}, deciding->record};
}

Truth Case::Passed(EvidenceType type, v1::Environment environment, Fact fact) {
  const EvidenceState state = StateOf(type, environment);
  const Truth truth = state.unknown.empty() ? Truth::Of(state.verdict == Verdict::kPassed)
                                            : Truth::Unknown(state.unknown);
  Read(fact);
  SetTruth(fact, truth);
  return truth;
}

Truth Case::Settled(EvidenceType type, v1::Environment environment, Fact fact) {
  const EvidenceState state = StateOf(type, environment);
  const Truth truth = state.unknown.empty() ? Truth::Of(state.verdict == Verdict::kPassed ||
                                                        state.verdict == Verdict::kNotApplicable)
                                            : Truth::Unknown(state.unknown);
  Read(fact);
  SetTruth(fact, truth);
  return truth;
}

}  // namespace changepolicy::handwritten
