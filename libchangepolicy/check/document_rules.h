// What a policy asks of documents, held against the model.
#ifndef LIBCHANGEPOLICY_CHECK_DOCUMENT_RULES_H_
#define LIBCHANGEPOLICY_CHECK_DOCUMENT_RULES_H_

#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/issue.h"

namespace changepolicy {

// Complains about a rule that names no document of a change, asks for nothing, is never asked
// because an earlier one of the same document is for the same categories, or names a step that no
// change takes; and about something to mention that no text could be held against.
void CheckDocumentRules(const MergedPolicy& merged, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_DOCUMENT_RULES_H_
