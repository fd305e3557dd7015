#include "libchangepolicy/eval/evidence.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/approval/approval.h"
#include "libchangepolicy/eval/context.h"

namespace changepolicy {

ArtifactIdentity ArtifactOf(const Subject& subject) {
  ArtifactIdentity artifact = ArtifactIdentity::Of(subject.artifact());
  artifact.digest_known = artifact.digest_known || subject.stated().contains(kDigestFact);
  artifact.revision_known = artifact.revision_known || subject.stated().contains(kRevisionFact);
  return artifact;
}

namespace {

// The source plays some part in the subject, by whatever account.
bool IsParticipant(std::string_view source, const Evaluation& evaluation) {
  const ApprovalSubject& parts = PartsOf(evaluation);
  const Roster& roster = evaluation.organization.directory().roster();
  const int person = roster.Find(source);
  if (person != kNobody) {
    return !roster.IsServiceAccount(person) &&
           (parts.PartsOf(person) & ~MaskOf(v1::PART_APPROVER)) != 0;
  }
  const FoldedAccount folded(source);
  for (int part = v1::Part_MIN; part <= v1::Part_MAX; ++part) {
    if (!v1::Part_IsValid(part) || part == v1::PART_APPROVER) continue;
    for (const std::string_view account : parts.Holders(static_cast<v1::Part>(part)).unmapped) {
      if (FoldedAccount(account).text() == folded.text()) return true;
    }
  }
  return false;
}

}  // namespace

EvidenceQuestion EvidenceQuestionOf(const Evaluation& evaluation) {
  const v1::EvidenceRules& rules = evaluation.policy.policy().evidence();
  EvidenceQuestion question{.records = &evaluation.subject.evidence(),
                            .artifact = ArtifactOf(evaluation.subject),
                            .rules = &rules,
                            .now = evaluation.now};
  question.plays_a_part = [&evaluation](std::string_view source) {
    return IsParticipant(source, evaluation);
  };
  if (rules.has_not_applicable_by()) {
    question.admits_not_applicable = [&evaluation, &rules](std::string_view account) {
      const Roster& roster = evaluation.organization.directory().roster();
      const int person = roster.Find(account);
      return person != kNobody &&
             IsEligible(rules.not_applicable_by(), person, ContextOf(evaluation), evaluation.now);
    };
  }
  return question;
}

}  // namespace changepolicy
