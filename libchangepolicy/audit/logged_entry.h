// Where the programme finds what an entry is.
#ifndef LIBCHANGEPOLICY_AUDIT_LOGGED_ENTRY_H_
#define LIBCHANGEPOLICY_AUDIT_LOGGED_ENTRY_H_

#include "libchangepolicy/audit_log.h"

#endif  // LIBCHANGEPOLICY_AUDIT_LOGGED_ENTRY_H_
