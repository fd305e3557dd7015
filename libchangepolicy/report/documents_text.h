// The answer to LintDocuments as text for a terminal.
#ifndef LIBCHANGEPOLICY_REPORT_DOCUMENTS_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_DOCUMENTS_TEXT_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {

// A line per document, and one per weakness below it.
std::string DocumentsText(const v1::DocumentsAnswer& answer, const TextOptions& options);

// A weakness as a clause: `says nothing of the way back`.
std::string WeaknessText(const v1::Weakness& weakness);

// A document that is needed is weak.
bool IsWeak(const v1::DocumentsAnswer& answer);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_DOCUMENTS_TEXT_H_
