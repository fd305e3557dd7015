// Reading a whole log and hashing it again: what is wrong with it, and where that begins.
#ifndef LIBCHANGEPOLICY_AUDIT_VERIFY_H_
#define LIBCHANGEPOLICY_AUDIT_VERIFY_H_

#include <string>

#include "libchangepolicy/audit/store.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

// See AuditLog::Verify. INVALID_ARGUMENT for keys that are none. One pass over entries, hashes,
// blobs and openings; memory for one number per blob and per opening.
absl::StatusOr<v1::VerificationReport> VerifyStore(LogStore* store, const std::string& origin,
                                                   const VerifyOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_VERIFY_H_
