// The subject's evidence, as questions of domain/ want it.
#ifndef LIBCHANGEPOLICY_EVAL_EVIDENCE_H_
#define LIBCHANGEPOLICY_EVAL_EVIDENCE_H_

#include "libchangepolicy/domain/artifact_identity.h"
#include "libchangepolicy/domain/evidence.h"
#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

// What is known of the artifact, by its fields and by the subject's statements.
ArtifactIdentity ArtifactOf(const Subject& subject);

// Points into `evaluation`, which must outlive it.
EvidenceQuestion EvidenceQuestionOf(const Evaluation& evaluation);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_EVIDENCE_H_
