// What is in an audit log: entries, blobs, openings.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/c/audit.h"
#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/messages.h"

namespace changepolicy::c {

namespace {

absl::StatusOr<changepolicy_audit_entry> EntryOf(const LoggedEntry& read,
                                                 changepolicy_encoding output) {
  changepolicy_audit_entry entry{{changepolicy_audit_entry::kName}, read.index, read.erased};
  CP_ASSIGN_OR_RETURN(entry.message, WriteMessage(read.entry, output));
  if (!read.decision.has_value()) return entry;
  const bool is_change = std::holds_alternative<v1::ChangeRequest>(read.decision->subject);
  entry.subject_kind = is_change ? CHANGEPOLICY_CHANGE : CHANGEPOLICY_RELEASE;
  CP_ASSIGN_OR_RETURN(entry.subject,
                      std::visit([&](const auto& subject) { return WriteMessage(subject, output); },
                                 read.decision->subject));
  CP_ASSIGN_OR_RETURN(entry.decision, WriteMessage(read.decision->decision, output));
  return entry;
}

void FillView(const changepolicy_audit_entry& entry, changepolicy_audit_entry_view* view) {
  view->index = entry.index;
  view->erased = entry.erased ? 1 : 0;
  view->subject_kind = entry.subject_kind;
  view->message = {entry.message.data(), entry.message.size()};
  view->subject = {entry.subject.data(), entry.subject.size()};
  view->decision = {entry.decision.data(), entry.decision.size()};
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::c::Call;
using changepolicy::c::CheckEncoding;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::NotNull;
using changepolicy::c::OnLog;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_audit_read(changepolicy_audit_log* log, int64_t index,
                                            changepolicy_encoding output,
                                            changepolicy_audit_entry** entry,
                                            changepolicy_error** error) {
  return OnLog(log, entry, "entry", error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_ASSIGN_OR_RETURN(const changepolicy::LoggedEntry read, log->log->Read(index));
    CP_ASSIGN_OR_RETURN(changepolicy_audit_entry made, changepolicy::c::EntryOf(read, output));
    *entry = changepolicy::c::MakeHandle<changepolicy_audit_entry>(
        made.index, made.erased, made.subject_kind, std::move(made.message),
        std::move(made.subject), std::move(made.decision));
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_entry_get(const changepolicy_audit_entry* entry,
                                                 changepolicy_audit_entry_view* view,
                                                 changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, entry, "entry"));
    CP_RETURN_IF_ERROR(NotNull(call, view, "view"));
    if (view->struct_size < sizeof *view) {
      return call.Wrong("view.struct_size",
                        "`view.struct_size` is less than the struct; set it to "
                        "sizeof(changepolicy_audit_entry_view)");
    }
    changepolicy::c::FillView(*entry, view);
    return absl::OkStatus();
  });
}

void changepolicy_audit_entry_free(changepolicy_audit_entry* entry) { FreeHandle(entry); }

changepolicy_status changepolicy_audit_read_all(changepolicy_audit_log* log, int64_t first,
                                                changepolicy_encoding output,
                                                changepolicy_audit_visitor visitor, void* user,
                                                changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, log, "log"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    if (visitor == nullptr) return call.Wrong("visitor", "`visitor` is NULL; it is required");
    bool stopped = false;
    const absl::Status status =
        log->log->ReadAll(first, [&](const changepolicy::LoggedEntry& read) -> absl::Status {
          CP_ASSIGN_OR_RETURN(const changepolicy_audit_entry entry,
                              changepolicy::c::EntryOf(read, output));
          changepolicy_audit_entry_view view{sizeof view};
          changepolicy::c::FillView(entry, &view);
          stopped = visitor(user, &view) != 0;
          return stopped ? absl::CancelledError("the visitor has seen enough") : absl::OkStatus();
        });
    return stopped ? absl::OkStatus() : status;
  });
}

changepolicy_status changepolicy_audit_read_bytes(changepolicy_audit_log* log, int64_t index,
                                                  changepolicy_bytes** bytes,
                                                  changepolicy_error** error) {
  return OnLog(log, bytes, "bytes", error, [&](Call&) -> absl::Status {
    CP_ASSIGN_OR_RETURN(std::string read, log->log->ReadBytes(index));
    Give(std::move(read), bytes);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_read_blob(changepolicy_audit_log* log, const char* name,
                                                 changepolicy_bytes** blob,
                                                 changepolicy_error** error) {
  return OnLog(log, blob, "blob", error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string called, ReadText(call, name, "name"));
    CP_ASSIGN_OR_RETURN(std::string read, log->log->ReadBlob(called));
    Give(std::move(read), blob);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_read_blob_message(
    changepolicy_audit_log* log, const char* name, const char* type, changepolicy_encoding output,
    changepolicy_bytes** message, int32_t* erased, changepolicy_error** error) {
  return OnLog(log, message, "message", error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string called, ReadText(call, name, "name"));
    CP_ASSIGN_OR_RETURN(const std::string wanted, ReadText(call, type, "type"));
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_ASSIGN_OR_RETURN(const std::unique_ptr<google::protobuf::Message> made,
                        changepolicy::c::NewMessage(call, wanted));
    bool gone = false;
    CP_RETURN_IF_ERROR(log->log->ReadBlob(called, made.get(), &gone));
    CP_RETURN_IF_ERROR(Give(*made, output, message));
    if (erased != nullptr) *erased = gone ? 1 : 0;
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_openings(changepolicy_audit_log* log,
                                                changepolicy_encoding output,
                                                changepolicy_list** openings,
                                                changepolicy_error** error) {
  return OnLog(log, openings, "openings", error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_ASSIGN_OR_RETURN(const std::vector<changepolicy::v1::Opening> kept, log->log->Openings());
    return Give(kept, output, openings);
  });
}

}  // extern "C"
