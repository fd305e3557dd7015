// What kind of release the contents of a release call for.
#include "libchangepolicy/domain/implied_kind.h"

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/evidence.h"

namespace changepolicy {

void AssessImpliedKind(Evaluation* evaluation) {
  const Subject& subject = evaluation->subject;
  if (subject.is_change()) return;
  const ImpliedKind implied =
      ImpliedKindOf(subject.release(), EvidenceQuestionOf(*evaluation), &evaluation->changes);
  evaluation->categorization.set_implied_release_kind(implied.kind);
  *evaluation->categorization.mutable_implied_by() = {implied.by.begin(), implied.by.end()};
  constexpr std::string_view kVariable = "implied_release_kind";
  if (implied.needs_fact.empty()) {
    evaluation->expressions->SetEnum(kVariable, v1::ReleaseKind_descriptor(), implied.kind);
  } else {
    evaluation->expressions->SetUnknown(kVariable,
                                        {StrCat(subject.variable(), ".", implied.needs_fact)});
  }
}

}  // namespace changepolicy
