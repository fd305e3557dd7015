// Which of a change's documents is weak, and why. Plain rules over the text and the change, no
// judgement of style: the same text always gets the same answer, on any machine.
#ifndef LIBCHANGEPOLICY_DOMAIN_DOCUMENT_LINT_H_
#define LIBCHANGEPOLICY_DOMAIN_DOCUMENT_LINT_H_

#include <string_view>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// Pointers are not owned and must be set.
struct DocumentQuestion {
  const v1::ChangeRequest* change = nullptr;
  const v1::Policy* policy = nullptr;
  const v1::LifeCycle* life_cycle = nullptr;  // the one in force
  v1::Category category = v1::CATEGORY_NORMAL;
};

// The six documents in the order of ChangeDocuments, and after them those that a rule of the policy
// names beside them, in the policy's order.
//
// A document is held against the first rule of the policy that names it and is for the category.
// Weak is what is not there; what the policy's `text` calls a placeholder; the text of a template,
// or one nine tenths of whose words are a template's; fewer words than the rule asks, or fewer
// letters than `text` asks; what another document says already (nine tenths of the words of both);
// a text of eight words or more of which fewer than two in five are different; and what does not
// mention what the rule asks for. A document that is kept elsewhere under a digest is not read; one
// without a digest is unverifiable. `needed` counts the steps that were taken and the one that
// comes next; without a state every step counts. O(documents^2 * text).
std::vector<v1::DocumentAssessment> AssessDocuments(const DocumentQuestion& question);

// One document, by its path in the change; a document that is not in AssessDocuments is unsound.
bool IsSoundDocument(const DocumentQuestion& question, std::string_view field);

// Whether `path` names a document of a change.
bool IsDocumentPath(std::string_view path);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_DOCUMENT_LINT_H_
