// Expressions by the compiled program: what it leaves open, the plain evaluator answers.
#ifndef LIBCHANGEPOLICY_EVAL_PROGRAM_EXPRESSIONS_H_
#define LIBCHANGEPOLICY_EVAL_PROGRAM_EXPRESSIONS_H_

#include <memory>

#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/eval/expressions.h"
#include "libchangepolicy/eval/workspace.h"
#include "libchangepolicy/program/program.h"

namespace changepolicy {

// For one decision; all must outlive it. Answers as MakeCelExpressions would.
std::unique_ptr<Expressions> MakeProgramExpressions(const Program& program, Workspace* workspace,
                                                    Evaluation* evaluation);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_PROGRAM_EXPRESSIONS_H_
