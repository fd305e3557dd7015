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
  artifact.digest_known = artifact.digest_known || subject.stated().count(kDigestFact) > 0;
  artifact.revision_known = artifact.revision_known || subject.stated().count(kRevisionFact) > 0;
  return artifact;
}

namespace {

// The source is a person, by whatever account, who plays some part in the subject.
bool PlaysAPart(std::string_view source, const Evaluation& evaluation) {
  const Roster& roster = evaluation.organization.directory().roster();
  const int person = roster.Find(source);
  if (person != kNobody && roster.IsServiceAccount(person)) return false;
  const ApprovalContext context = ContextOf(evaluation);
  for (int i = v1::Part_MIN; i <= v1::Part_MAX; ++i) {
    const auto part = static_cast<v1::Part>(i);
    if (!v1::Part_IsValid(i) || part == v1::PART_UNSPECIFIED || part == v1::PART_APPROVER) continue;
    std::vector<std::string> unmapped;
    const std::vector<std::string> people = PeopleOf(part, context, &unmapped);
    const bool plays =
        person != kNobody
            ? std::binary_search(people.begin(), people.end(), roster.id(person))
            : std::any_of(unmapped.begin(), unmapped.end(), [&](const std::string& account) {
                return FoldAccount(account) == FoldAccount(source);
              });
    if (plays) return true;
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
    return PlaysAPart(source, evaluation);
  };
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
