// A checklist as Markdown: a heading for each step, a box for each item.
#ifndef LIBCHANGEPOLICY_REPORT_CHECKLIST_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_CHECKLIST_TEXT_H_

#include <string>

#include "changepolicy/v1/duties.pb.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

// Ends with a newline. Of a subject's checklist the boxes of what is satisfied are ticked, and how
// an item stands that is neither satisfied nor open is said.
std::string ChecklistMarkdown(const v1::Checklist& checklist, const Policy& policy);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_CHECKLIST_TEXT_H_
