#include "libchangepolicy/audit/entry_kind.h"

namespace changepolicy {
namespace {

// The field of the first oneof that is set; null for none.
const google::protobuf::FieldDescriptor* SetField(const google::protobuf::Message& message) {
  return message.GetReflection()->GetOneofFieldDescriptor(message,
                                                          message.GetDescriptor()->oneof_decl(0));
}

}  // namespace

std::string EntryKind(const v1::AuditEntry& entry) {
  const google::protobuf::FieldDescriptor* field = SetField(entry);
  if (entry.has_event() && SetField(entry.event()) != nullptr) field = SetField(entry.event());
  return field == nullptr ? "unknown" : field->name();
}

std::string EntrySubject(const v1::AuditEntry& entry) {
  if (entry.has_decision()) return entry.decision().subject_id();
  const v1::EventRecord& event = entry.event();
  if (event.has_change()) return event.change().id();
  if (event.has_release()) return event.release().id();
  if (!event.subject_id().empty()) return event.subject_id();
  if (event.has_deployment()) return event.deployment().subject_id();
  return event.obligation().subject_id();
}

}  // namespace changepolicy
