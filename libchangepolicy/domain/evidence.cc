#include "libchangepolicy/domain/evidence.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

// A record that counts, or would if some unstated identity were the one that it names.
struct Candidate {
  EvidenceResult result = EvidenceResult::kNone;
  absl::Time at;
  const v1::Evidence* record = nullptr;
  // The unstated identity; null where the record counts as things stand.
  const char* needs_fact = nullptr;
};

int Badness(EvidenceResult result) {
  switch (result) {
    case EvidenceResult::kFailed:
      return 2;
    case EvidenceResult::kNotApplicable:
      return 1;
    default:
      return 0;
  }
}

// Whether `a` decides over `b`. The id settles which of two equal records is shown.
bool Outranks(const Candidate& a, const Candidate& b) {
  const int a_badness = Badness(a.result);
  const int b_badness = Badness(b.result);
  return std::tie(a.at, a_badness, b.record->id()) > std::tie(b.at, b_badness, a.record->id());
}

bool IsPassing(v1::Conclusion conclusion, const v1::EvidenceRules& rules) {
  if (conclusion == v1::CONCLUSION_UNSPECIFIED) return false;
  if (rules.passing().empty()) return conclusion == v1::CONCLUSION_PASSED;
  return std::find(rules.passing().begin(), rules.passing().end(), conclusion) !=
         rules.passing().end();
}

bool IsInEnvironment(const v1::Evidence& record, v1::Environment environment) {
  if (environment == v1::ENVIRONMENT_UNSPECIFIED || record.environment() == environment) {
    return true;
  }
  return record.conclusion() == v1::CONCLUSION_NOT_APPLICABLE &&
         record.environment() == v1::ENVIRONMENT_UNSPECIFIED;
}

// What the record says; nothing where it does not count, whatever the artifact is.
std::optional<EvidenceResult> ResultOf(const v1::Evidence& record,
                                       const EvidenceQuestion& question) {
  const v1::EvidenceRules& rules = *question.rules;
  if (record.conclusion() == v1::CONCLUSION_NOT_APPLICABLE) {
    const bool admitted = !BareText(record.reason()).empty() && question.admits_not_applicable &&
                          question.admits_not_applicable(record.by());
    return admitted ? std::optional(EvidenceResult::kNotApplicable) : std::nullopt;
  }
  const v1::Trust needed =
      rules.trust() == v1::TRUST_UNSPECIFIED ? v1::TRUST_REPORTED : rules.trust();
  if (record.trust() < needed) return std::nullopt;
  return IsPassing(record.conclusion(), rules) ? EvidenceResult::kPassed : EvidenceResult::kFailed;
}

enum class Match { kNo, kYes, kPerhaps };

// Whether the record is about the subject's artifact; for kPerhaps names the unstated identity.
Match MatchArtifact(const v1::Evidence& record, const ArtifactIdentity& artifact,
                    const char** needs_fact) {
  *needs_fact = nullptr;
  const bool names_digest = !record.digest().empty();
  const bool names_revision = !record.revision().empty();
  if (!names_digest && !names_revision) {
    if (record.conclusion() == v1::CONCLUSION_NOT_APPLICABLE) return Match::kYes;
    if (!artifact.digest.empty() || !artifact.revision.empty()) return Match::kNo;
    if (!artifact.digest_known) *needs_fact = kDigestFact;
    if (artifact.digest_known && !artifact.revision_known) *needs_fact = kRevisionFact;
    return *needs_fact == nullptr ? Match::kYes : Match::kPerhaps;
  }
  if (names_revision) {
    if (!artifact.revision_known) {
      *needs_fact = kRevisionFact;
    } else if (!IsSameIdentity(record.revision(), artifact.revision)) {
      return Match::kNo;
    }
  }
  if (names_digest) {
    if (!artifact.digest_known) {
      *needs_fact = kDigestFact;
    } else if (!IsSameIdentity(record.digest(), artifact.digest)) {
      return Match::kNo;
    }
  }
  return *needs_fact == nullptr ? Match::kYes : Match::kPerhaps;
}

absl::Time FreshUntil(const Candidate& candidate, const v1::EvidenceRules& rules) {
  return rules.has_fresh_for() ? candidate.at + FromProto(rules.fresh_for())
                               : absl::InfiniteFuture();
}

std::vector<Candidate> Candidates(const EvidenceQuestion& question, std::string_view type,
                                  v1::Environment environment) {
  std::vector<Candidate> candidates;
  for (const v1::Evidence& record : *question.records) {
    if (record.type() != type || !IsInEnvironment(record, environment)) continue;
    Candidate candidate;
    if (MatchArtifact(record, question.artifact, &candidate.needs_fact) == Match::kNo) continue;
    const std::optional<EvidenceResult> result = ResultOf(record, question);
    if (!result) continue;
    candidate.result = *result;
    candidate.at = HappenedAt(record, *result != EvidenceResult::kFailed);
    candidate.record = &record;
    if (FreshUntil(candidate, *question.rules) > question.now) candidates.push_back(candidate);
  }
  return candidates;
}

}  // namespace

EvidenceState EvidenceQuestion::State(std::string_view type, v1::Environment environment,
                                      std::vector<absl::Time>* changes) const {
  const std::vector<Candidate> candidates = Candidates(*this, type, environment);
  const Candidate* deciding = nullptr;
  for (const Candidate& candidate : candidates) {
    if (candidate.needs_fact != nullptr) continue;
    if (deciding == nullptr || Outranks(candidate, *deciding)) deciding = &candidate;
  }
  // One that only perhaps counts matters where it would decide, and otherwise.
  const Candidate* doubtful = nullptr;
  for (const Candidate& candidate : candidates) {
    if (candidate.needs_fact == nullptr) continue;
    if (deciding != nullptr &&
        (candidate.result == deciding->result || !Outranks(candidate, *deciding))) {
      continue;
    }
    NoteChange(FreshUntil(candidate, *rules), now, changes);
    if (doubtful == nullptr || Outranks(candidate, *doubtful)) doubtful = &candidate;
  }
  if (deciding != nullptr) NoteChange(FreshUntil(*deciding, *rules), now, changes);
  if (doubtful != nullptr) return {EvidenceResult::kUnknown, nullptr, doubtful->needs_fact};
  if (deciding == nullptr) return {};
  return {deciding->result, deciding->record, ""};
}

}  // namespace changepolicy
