// Parts of a Decision that several reports show, as texts. For the files of this folder; expects
// texts that are safe to print.
#ifndef LIBCHANGEPOLICY_REPORT_DECISION_PARTS_H_
#define LIBCHANGEPOLICY_REPORT_DECISION_PARTS_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {

// `major, risk HIGH (12), priority LOW`; empty where nothing of it is known.
std::string HeadlineFacts(const v1::Decision& decision);

// `by saas-change-and-release 1.0 at 2025-10-14T14:40:00Z`.
std::string DecidedBy(const v1::Decision& decision);

// `hana by 2025-10-16T14:40:00Z`.
std::string OwedText(const v1::ObligationDue& owed, const v1::Decision& decision);

// RemarkText, with the steps that are legal where one was asked for that is not.
std::string RemarkOf(const v1::Remark& remark, const v1::Decision& decision);

// `Holds until 2026-03-01T00:00:00Z, as far as the clock is concerned.`; empty where it always
// does.
std::string HoldsText(const v1::Decision& decision);

// `5 rules hold, 0 do not apply`; empty for none of either.
std::string HoldingText(const v1::Decision& decision);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_DECISION_PARTS_H_
