// The change model that a change names.
#include "libchangepolicy/domain/change_model.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

void AssessModel(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  if (!subject.is_change()) return;
  if (subject.change().change_model().empty()) {
    evaluation->expressions->SetMessage(ProgramVariable::kModel, evaluation->model);
    return;
  }
  flat::Arena* const arena = &evaluation->arena;
  const Roster& roster = evaluation->organization.directory().roster();
  const ModelQuestion question{.change = &subject.change(),
                               .directory = &evaluation->organization.directory().proto(),
                               .history = &evaluation->organization.model_history(),
                               .trust = &evaluation->policy.policy().model_trust(),
                               .now = evaluation->now,
                               .is_person = [&](std::string_view account) {
                                 const int person = roster.Find(account);
                                 return person != kNobody && !roster.IsServiceAccount(person);
                               }};
  evaluation->model = *AssessModel(question, arena, &evaluation->changes);
  FactNames outdated;
  if (evaluation->directory_outdated) outdated.Add("organization.directory.taken_at", arena);
  if (evaluation->ledger_outdated) outdated.Add("organization.ledger.taken_at", arena);
  if (!outdated.empty()) {
    evaluation->expressions->SetUnknown(ProgramVariable::kModel, outdated);
  } else {
    evaluation->expressions->SetMessage(ProgramVariable::kModel, evaluation->model);
  }
}

}  // namespace changepolicy
