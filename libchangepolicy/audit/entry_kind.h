// What an entry of a log is, in one word, and what it is about.
#ifndef LIBCHANGEPOLICY_AUDIT_ENTRY_KIND_H_
#define LIBCHANGEPOLICY_AUDIT_ENTRY_KIND_H_

#include <string>

#include "changepolicy/v1/audit.pb.h"

namespace changepolicy {

// The name of the field that holds its content: `decision`, `erasure`, `key_change`; of an event
// what happened: `deployment`, `change`, `communication` ...; `event` where it does not say, and
// `unknown` for content of a later format.
std::string EntryKind(const v1::AuditEntry& entry);

// The change or release, by id; empty where the entry names none.
std::string EntrySubject(const v1::AuditEntry& entry);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_ENTRY_KIND_H_
