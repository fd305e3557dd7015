#include "libchangepolicy/eval/evidence.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
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

// Everybody who plays some part in the subject, found out when first asked for.
class Participants {
 public:
  explicit Participants(const Evaluation& evaluation) : evaluation_(evaluation) {}

  // The source is one of them, by whatever account.
  bool Has(std::string_view source) {
    if (!known_) Find();
    const Roster& roster = evaluation_.organization.directory().roster();
    const int person = roster.Find(source);
    if (person == kNobody) return unmapped_.count(FoldAccount(source)) > 0;
    return !roster.IsServiceAccount(person) && people_.count(roster.id(person)) > 0;
  }

 private:
  void Find() {
    known_ = true;
    const ApprovalSubject& parts = PartsOf(evaluation_);
    const Roster& roster = evaluation_.organization.directory().roster();
    for (int i = v1::Part_MIN; i <= v1::Part_MAX; ++i) {
      const auto part = static_cast<v1::Part>(i);
      if (!v1::Part_IsValid(i) || part == v1::PART_UNSPECIFIED || part == v1::PART_APPROVER) {
        continue;
      }
      std::vector<std::string> unmapped;
      for (std::string& person : PeopleOf(part, parts, roster, &unmapped)) {
        people_.insert(std::move(person));
      }
      for (const std::string& account : unmapped) unmapped_.insert(FoldAccount(account));
    }
  }

  const Evaluation& evaluation_;
  bool known_ = false;
  std::set<std::string, std::less<>> people_, unmapped_;
};

}  // namespace

EvidenceQuestion EvidenceQuestionOf(const Evaluation& evaluation) {
  const v1::EvidenceRules& rules = evaluation.policy.policy().evidence();
  EvidenceQuestion question{.records = &evaluation.subject.evidence(),
                            .artifact = ArtifactOf(evaluation.subject),
                            .rules = &rules,
                            .now = evaluation.now};
  question.plays_a_part = [all = std::make_shared<Participants>(evaluation)](
                              std::string_view source) { return all->Has(source); };
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
