// How the system does after a deployment, as a line of text.
#ifndef LIBCHANGEPOLICY_REPORT_AFTERCARE_TEXT_H_
#define LIBCHANGEPOLICY_REPORT_AFTERCARE_TEXT_H_

#include <string>

#include "changepolicy/v1/decision.pb.h"

namespace changepolicy {

// Like `bad, PRODUCTION smoke failed, an issue was found; next: roll back (INC-7)`; empty where
// nothing was deployed. Expects texts that are safe to print.
std::string AftercareText(const v1::Aftercare& aftercare);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_REPORT_AFTERCARE_TEXT_H_
