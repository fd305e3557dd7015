// Expressions by the plain evaluator of cel/: the one that is easy to check by reading.
#ifndef LIBCHANGEPOLICY_EVAL_CEL_EXPRESSIONS_H_
#define LIBCHANGEPOLICY_EVAL_CEL_EXPRESSIONS_H_

#include <memory>

#include "google/protobuf/message.h"
#include "libchangepolicy/check/vocabulary.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/expressions.h"
#include "libchangepolicy/eval/fact_functions.h"

namespace changepolicy {

// For one decision; `evaluation` must outlive it. Instants at which an answer changes by the clock
// are added to `evaluation->changes`.
std::unique_ptr<Expressions> MakeCelExpressions(Evaluation* evaluation);
// The same with functions that others compute with too.
std::unique_ptr<Expressions> MakeCelExpressions(Evaluation* evaluation,
                                                std::shared_ptr<FactFunctions> functions);

// For lints: `variable` names the target. `organization` is what functions about people ask; it
// must outlive the result.
std::unique_ptr<Expressions> MakeLintExpressions(std::string_view variable,
                                                 const google::protobuf::Message& target,
                                                 Evaluation* organization);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_CEL_EXPRESSIONS_H_
