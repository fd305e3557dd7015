// The change model that a change names.
#include "libchangepolicy/domain/change_model.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

void AssessModel(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  if (!subject.is_change()) return;
  std::vector<std::string> outdated;
  if (evaluation->directory_outdated) outdated.emplace_back("organization.directory.taken_at");
  if (evaluation->ledger_outdated) outdated.emplace_back("organization.ledger.taken_at");
  const Roster& roster = evaluation->organization.directory().roster();
  const ModelQuestion question{.change = &subject.change(),
                               .directory = &evaluation->organization.directory().proto(),
                               .ledger = &evaluation->organization.proto().ledger(),
                               .trust = &evaluation->policy.policy().model_trust(),
                               .now = evaluation->now,
                               .is_person = [&](std::string_view account) {
                                 const int person = roster.Find(account);
                                 return person != kNobody && !roster.IsServiceAccount(person);
                               }};
  evaluation->model = AssessModel(question, &evaluation->changes);
  if (!outdated.empty() && !subject.change().change_model().empty()) {
    evaluation->expressions->SetUnknown("model", outdated);
  } else {
    evaluation->expressions->SetMessage("model", &evaluation->model);
  }
}

}  // namespace changepolicy
