#include "libchangepolicy/domain/evidence.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/instants.h"

namespace changepolicy {
namespace {

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

bool IsPassing(v1::Conclusion conclusion, const v1::EvidenceRules& rules) {
  if (conclusion == v1::CONCLUSION_UNSPECIFIED) return false;
  if (rules.passing().empty()) return conclusion == v1::CONCLUSION_PASSED;
  return std::find(rules.passing().begin(), rules.passing().end(), conclusion) !=
         rules.passing().end();
}

bool IsInEnvironment(const flat::Evidence& record, v1::Environment environment) {
  if (environment == v1::ENVIRONMENT_UNSPECIFIED || record.environment() == environment) {
    return true;
  }
  return record.conclusion() == v1::CONCLUSION_NOT_APPLICABLE &&
         record.environment() == v1::ENVIRONMENT_UNSPECIFIED;
}

bool IsNamed(std::string_view source, std::string_view pattern) {
  if (pattern.empty() || pattern.back() != '*') return source == pattern;
  return source.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
}

// How far a pass is trusted: the record's word, within the bounds of its source.
v1::Trust TrustIn(const flat::Evidence& record, const EvidenceQuestion& question) {
  const auto& sources = question.rules->sources();
  v1::Trust bound = sources.empty() ? v1::TRUST_SIGNED : v1::TRUST_CLAIMED;
  for (const v1::EvidenceSource& source : sources) {
    const bool may_report =
        source.types().empty() || std::find(source.types().begin(), source.types().end(),
                                            record.type()) != source.types().end();
    if (may_report && IsNamed(record.source(), source.id()))
      bound = std::max(bound, source.trust());
  }
  if (question.plays_a_part && question.plays_a_part(record.source())) bound = v1::TRUST_CLAIMED;
  return std::min(record.trust(), bound);
}

// What the record says; nothing where it does not count, whatever the artifact is.
std::optional<EvidenceResult> ResultOf(const flat::Evidence& record,
                                       const EvidenceQuestion& question) {
  const v1::EvidenceRules& rules = *question.rules;
  if (record.conclusion() == v1::CONCLUSION_NOT_APPLICABLE) {
    const bool admitted = HasBareText(record.reason()) && question.admits_not_applicable &&
                          question.admits_not_applicable(record.by());
    return admitted ? std::optional(EvidenceResult::kNotApplicable) : std::nullopt;
  }
  const v1::Trust needed =
      rules.trust() == v1::TRUST_UNSPECIFIED ? v1::TRUST_REPORTED : rules.trust();
  const bool passes = IsPassing(record.conclusion(), rules);
  if ((passes ? TrustIn(record, question) : record.trust()) < needed) return std::nullopt;
  return passes ? EvidenceResult::kPassed : EvidenceResult::kFailed;
}

enum class Match { kNo, kYes, kPerhaps };

// Whether the record is about the subject's artifact; for kPerhaps names the unstated identity.
Match MatchArtifact(const flat::Evidence& record, const ArtifactIdentity& artifact,
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

}  // namespace

EvidenceRecords::EvidenceRecords(const EvidenceQuestion& question, flat::Arena* arena)
    : now_(question.now) {
  const v1::EvidenceRules& rules = *question.rules;
  for (const flat::Evidence& record : *question.records) {
    Candidate candidate{.record = &record};
    if (MatchArtifact(record, question.artifact, &candidate.needs_fact) == Match::kNo) continue;
    const std::optional<EvidenceResult> result = ResultOf(record, question);
    if (!result) continue;
    candidate.result = *result;
    candidate.at = HappenedAt(record, *result != EvidenceResult::kFailed);
    candidate.fresh_until = rules.has_fresh_for() ? candidate.at + FromProto(rules.fresh_for())
                                                  : absl::InfiniteFuture();
    if (candidate.fresh_until > now_) candidates_.Add(candidate, arena);
  }
}

// Whether `a` decides over `b`. The id settles which of two equal records is shown.
bool EvidenceRecords::Outranks(const Candidate& a, const Candidate& b) {
  return std::tuple(a.at, Badness(a.result), b.record->id()) >
         std::tuple(b.at, Badness(b.result), a.record->id());
}

EvidenceState EvidenceRecords::State(std::string_view type, v1::Environment environment,
                                     std::vector<absl::Time>* changes) const {
  const auto is_asked = [&](const Candidate& candidate) {
    return candidate.record->type() == type && IsInEnvironment(*candidate.record, environment);
  };
  const Candidate* deciding = nullptr;
  for (const Candidate& candidate : candidates_) {
    if (candidate.needs_fact != nullptr || !is_asked(candidate)) continue;
    if (deciding == nullptr || Outranks(candidate, *deciding)) deciding = &candidate;
  }
  // One that only perhaps counts matters where it would decide, and otherwise.
  const Candidate* doubtful = nullptr;
  for (const Candidate& candidate : candidates_) {
    if (candidate.needs_fact == nullptr || !is_asked(candidate)) continue;
    if (deciding != nullptr &&
        (candidate.result == deciding->result || !Outranks(candidate, *deciding))) {
      continue;
    }
    NoteChange(candidate.fresh_until, now_, changes);
    if (doubtful == nullptr || Outranks(candidate, *doubtful)) doubtful = &candidate;
  }
  if (deciding != nullptr) NoteChange(deciding->fresh_until, now_, changes);
  if (doubtful != nullptr) return {EvidenceResult::kUnknown, nullptr, doubtful->needs_fact};
  if (deciding == nullptr) return {};
  return {deciding->result, deciding->record, ""};
}

EvidenceState EvidenceQuestion::State(std::string_view type, v1::Environment environment,
                                      std::vector<absl::Time>* changes) const {
  flat::Arena arena;
  return EvidenceRecords(*this, &arena).State(type, environment, changes);
}

int64_t FindingsOf(const flat::Evidence& record, v1::RiskLevel least) {
  int64_t findings = record.findings_critical();
  if (least <= v1::RISK_LEVEL_HIGH) findings += record.findings_high();
  if (least <= v1::RISK_LEVEL_MEDIUM) findings += record.findings_medium();
  if (least <= v1::RISK_LEVEL_LOW) findings += record.findings_low();
  return findings;
}

}  // namespace changepolicy
