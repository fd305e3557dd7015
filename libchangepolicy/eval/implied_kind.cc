// What kind of release the contents of a release call for.
#include "libchangepolicy/domain/implied_kind.h"

#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/evidence.h"
#include "libchangepolicy/flat/joined.h"

namespace changepolicy {

void AssessImpliedKind(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  if (subject.is_change()) return;
  const ImpliedKind implied = ImpliedKindOf(subject.release_message(),
                                            EvidenceQuestionOf(*evaluation), &evaluation->changes);
  evaluation->categorization.set_implied_release_kind(implied.kind);
  flat::Arena* const arena = &evaluation->arena;
  *evaluation->categorization.mutable_implied_by() = NamesOf(implied.by, arena);
  if (implied.needs_fact.empty()) {
    evaluation->expressions->SetEnum(ProgramVariable::kImpliedReleaseKind, implied.kind);
  } else {
    evaluation->expressions->SetUnknown(
        ProgramVariable::kImpliedReleaseKind,
        NamesOf({Joined(arena, subject.variable(), ".", implied.needs_fact)}, arena));
  }
}

}  // namespace changepolicy
