// What a reader of a Decision should know beside the verdict.
#ifndef LIBCHANGEPOLICY_EVAL_REMARKS_H_
#define LIBCHANGEPOLICY_EVAL_REMARKS_H_

#include <string_view>

#include "libchangepolicy/eval/evaluation.h"

namespace changepolicy {

using Remarks = flat::RepeatedMessage<flat::Remark>;

// `id` must outlive the decision.
void AddRemark(std::string_view id, const FactNames& about, flat::Arena* arena, Remarks* remarks);

// Appends what a finished evaluation gives reason to say, and sorts all of them.
void AddRemarks(Evaluation* evaluation, Remarks* remarks);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_REMARKS_H_
