#include "libchangepolicy/eval/evidence.h"

#include <algorithm>
#include <string>
#include <vector>

#include "libchangepolicy/eval/context.h"

namespace changepolicy {

ArtifactIdentity ArtifactOf(const Subject& subject) {
  ArtifactIdentity artifact = ArtifactIdentity::Of(subject.artifact());
  artifact.digest_known = artifact.digest_known || subject.stated().count(kDigestFact) > 0;
  artifact.revision_known = artifact.revision_known || subject.stated().count(kRevisionFact) > 0;
  return artifact;
}

EvidenceQuestion EvidenceQuestionOf(const Evaluation& evaluation) {
  const v1::EvidenceRules& rules = evaluation.policy.policy().evidence();
  EvidenceQuestion question{.records = &evaluation.subject.evidence(),
                            .artifact = ArtifactOf(evaluation.subject),
                            .rules = &rules,
                            .now = evaluation.now};
  if (rules.has_not_applicable_by()) {
    question.admits_not_applicable = [&evaluation, &rules](std::string_view account) {
      const Roster& roster = evaluation.organization.directory().roster();
      const int person = roster.Find(account);
      if (person == kNobody) return false;
      const std::vector<std::string> eligible =
          EligiblePeople(rules.not_applicable_by(), ContextOf(evaluation), evaluation.now);
      return std::binary_search(eligible.begin(), eligible.end(), roster.id(person));
    };
  }
  return question;
}

}  // namespace changepolicy
