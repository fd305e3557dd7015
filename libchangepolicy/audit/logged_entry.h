// An entry as it was read from a log: opened where its personal data are still there, with what its
// bytes hold parsed.
#ifndef LIBCHANGEPOLICY_AUDIT_LOGGED_ENTRY_H_
#define LIBCHANGEPOLICY_AUDIT_LOGGED_ENTRY_H_

#include <cstdint>
#include <optional>
#include <variant>

#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"

namespace changepolicy {

using LoggedSubject = std::variant<v1::ChangeRequest, v1::Release>;

// What a DecisionRecord holds as bytes.
struct LoggedDecision {
  LoggedSubject subject;
  v1::Decision decision;
};

struct LoggedEntry {
  int64_t index = 0;
  // Texts are the values, or commitments (`commitment:<hex>`) where the opening is erased; one
  // value has one commitment throughout a log, so that two fields that name one person stay equal.
  v1::AuditEntry entry;
  std::optional<LoggedDecision> decision;  // where the content is a decision
  bool erased = false;                     // some opening is gone
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_LOGGED_ENTRY_H_
