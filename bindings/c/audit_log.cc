// An audit log: opening it, what goes in, checking it as a whole, erasing.
#include "libchangepolicy/audit_log.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/c/audit.h"
#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::c {

namespace {

absl::StatusOr<LogOptions> ReadLogOptions(Call& call, const changepolicy_audit_options& given) {
  LogOptions options{.create = given.create != 0, .read_only = given.read_only != 0};
  CP_ASSIGN_OR_RETURN(options.origin, ReadOptionalText(call, given.origin, "options.origin"));
  CP_ASSIGN_OR_RETURN(options.vfs, ReadOptionalText(call, given.vfs, "options.vfs"));
  if (given.busy_seconds < 0) {
    return call.Wrong("options.busy_seconds",
                      "`options.busy_seconds` is negative; give 0 for ten seconds");
  }
  if (given.busy_seconds > 0) options.busy_timeout = absl::Seconds(given.busy_seconds);
  return options;
}

std::function<void(int64_t, int64_t)> ProgressOf(changepolicy_progress progress, void* user) {
  if (progress == nullptr) return nullptr;
  return [progress, user](int64_t done, int64_t total) { progress(user, done, total); };
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::LogItem;
using changepolicy::c::Call;
using changepolicy::c::CheckEncoding;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::IsAlive;
using changepolicy::c::MakeHandle;
using changepolicy::c::NotNull;
using changepolicy::c::OnLog;
using changepolicy::c::ProgressOf;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_audit_open(const char* path,
                                            const changepolicy_audit_options* options,
                                            changepolicy_audit_log** log,
                                            changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, path, "path"));
    CP_RETURN_IF_ERROR(NotNull(call, log, "log"));
    CP_ASSIGN_OR_RETURN(const changepolicy_audit_options given,
                        ReadOptionalStruct(call, options, "options"));
    CP_ASSIGN_OR_RETURN(const changepolicy::LogOptions read,
                        changepolicy::c::ReadLogOptions(call, given));
    CP_ASSIGN_OR_RETURN(std::unique_ptr<changepolicy::AuditLog> opened,
                        changepolicy::AuditLog::Open(path, read));
    *log = MakeHandle<changepolicy_audit_log>(std::move(opened));
    return absl::OkStatus();
  });
}

void changepolicy_audit_log_free(changepolicy_audit_log* log) { FreeHandle(log); }

changepolicy_status changepolicy_audit_origin(const changepolicy_audit_log* log,
                                              changepolicy_bytes** origin,
                                              changepolicy_error** error) {
  return OnLog(log, origin, "origin", error, [&](Call&) -> absl::Status {
    Give(log->log->origin(), origin);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_size(changepolicy_audit_log* log, int64_t* size,
                                            changepolicy_error** error) {
  return OnLog(log, size, "size", error, [&](Call&) -> absl::Status {
    CP_ASSIGN_OR_RETURN(*size, log->log->Size());
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_items_create(const char* recorded_at,
                                                    const char* recorded_by,
                                                    changepolicy_audit_items** items,
                                                    changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, items, "items"));
    CP_ASSIGN_OR_RETURN(const absl::Time at, ReadNow(call, recorded_at, "recorded_at"));
    CP_ASSIGN_OR_RETURN(std::string by, ReadOptionalText(call, recorded_by, "recorded_by"));
    *items = MakeHandle<changepolicy_audit_items>(at, std::move(by));
    return absl::OkStatus();
  });
}

void changepolicy_audit_items_free(changepolicy_audit_items* items) { FreeHandle(items); }

size_t changepolicy_audit_items_size(const changepolicy_audit_items* items) {
  return IsAlive(items) ? items->items.size() : 0;
}

changepolicy_status changepolicy_audit_add_decision(changepolicy_audit_items* items,
                                                    const changepolicy_engine* engine,
                                                    const changepolicy_subject* subject,
                                                    const changepolicy_question* question,
                                                    const changepolicy_message* decision,
                                                    changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, items, "items"));
    CP_RETURN_IF_ERROR(CheckHandle(call, engine, "engine"));
    CP_ASSIGN_OR_RETURN(const changepolicy_question given, ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const changepolicy::Question asked, ReadQuestion(call, given));
    CP_ASSIGN_OR_RETURN(changepolicy::c::Subject read, ReadSubject(call, subject));
    changepolicy::v1::Decision answer;
    CP_RETURN_IF_ERROR(ReadMessage(call, decision, "decision", &answer));
    items->items.push_back({.recorded_at = items->recorded_at,
                            .recorded_by = items->recorded_by,
                            .content = changepolicy::LoggedQuestion{
                                engine->engine.policy(), engine->engine.organization(),
                                std::move(read), asked, std::move(answer)}});
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_add_event(changepolicy_audit_items* items,
                                                 const changepolicy_policy* policy,
                                                 const changepolicy_message* event,
                                                 changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, items, "items"));
    CP_RETURN_IF_ERROR(CheckHandle(call, policy, "policy"));
    changepolicy::v1::EventRecord read;
    CP_RETURN_IF_ERROR(ReadMessage(call, event, "event", &read));
    if (read.event_case() == changepolicy::v1::EventRecord::EVENT_NOT_SET) {
      return call.Wrong("event",
                        "the event says nothing; write what happened under its kind, like "
                        "`deployment: {...}` or `change: {...}`");
    }
    items->items.push_back({.recorded_at = items->recorded_at,
                            .recorded_by = items->recorded_by,
                            .content = changepolicy::LoggedEvent{policy->policy, std::move(read)}});
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_add_key_change(changepolicy_audit_items* items,
                                                      const changepolicy_message* key_change,
                                                      changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, items, "items"));
    changepolicy::v1::KeyChange read;
    CP_RETURN_IF_ERROR(ReadMessage(call, key_change, "key_change", &read));
    items->items.push_back({.recorded_at = items->recorded_at,
                            .recorded_by = items->recorded_by,
                            .content = std::move(read)});
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_append(changepolicy_audit_log* log,
                                              changepolicy_audit_items* items, int64_t* indexes,
                                              changepolicy_error** error) {
  return OnLog(log, items, "items", error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, items, "items"));
    CP_ASSIGN_OR_RETURN(const std::vector<int64_t> appended, log->log->AppendAll(items->items));
    if (indexes != nullptr) std::copy(appended.begin(), appended.end(), indexes);
    items->items.clear();
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_verify(changepolicy_audit_log* log,
                                              const changepolicy_verify_options* options,
                                              changepolicy_encoding output,
                                              changepolicy_bytes** report,
                                              changepolicy_error** error) {
  return OnLog(log, report, "report", error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_ASSIGN_OR_RETURN(const changepolicy_verify_options given,
                        ReadOptionalStruct(call, options, "options"));
    changepolicy::VerifyOptions read{.progress = ProgressOf(given.progress, given.user)};
    CP_ASSIGN_OR_RETURN(read.keys, ReadTexts(call, given.keys, given.key_count, "options.keys"));
    CP_ASSIGN_OR_RETURN(read.witnesses,
                        ReadTexts(call, given.witnesses, given.witness_count, "options.witnesses"));
    CP_ASSIGN_OR_RETURN(read.checkpoints, ReadViews(call, given.checkpoints, given.checkpoint_count,
                                                    "options.checkpoints"));
    return Give(log->log->Verify(read), output, report);
  });
}

changepolicy_status changepolicy_audit_replay(changepolicy_audit_log* log,
                                              const changepolicy_replay_options* options,
                                              changepolicy_encoding output,
                                              changepolicy_bytes** report,
                                              changepolicy_error** error) {
  return OnLog(log, report, "report", error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckEncoding(call, output, "output"));
    CP_ASSIGN_OR_RETURN(const changepolicy_replay_options given,
                        ReadOptionalStruct(call, options, "options"));
    if (given.threads < 0 || given.listed < 0 || given.first < 0) {
      return call.Wrong("options", "`options.first`, `threads` and `listed` cannot be negative");
    }
    changepolicy::ReplayOptions read{.first = given.first,
                                     .end = given.end > 0 ? given.end : -1,
                                     .threads = given.threads,
                                     .progress = ProgressOf(given.progress, given.user)};
    if (given.listed > 0) read.listed = given.listed;
    return Give(Replay(log->log.get(), read), output, report);
  });
}

changepolicy_status changepolicy_audit_erase(changepolicy_audit_log* log, const char* const* values,
                                             size_t count, const char* reason,
                                             const char* recorded_at, const char* recorded_by,
                                             int64_t* index, int64_t* openings,
                                             changepolicy_error** error) {
  return OnLog(log, values, "values", error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> texts,
                        ReadTexts(call, values, count, "values"));
    CP_ASSIGN_OR_RETURN(const absl::Time at, ReadNow(call, recorded_at, "recorded_at"));
    CP_ASSIGN_OR_RETURN(const std::string why, ReadOptionalText(call, reason, "reason"));
    CP_ASSIGN_OR_RETURN(const std::string by, ReadOptionalText(call, recorded_by, "recorded_by"));
    CP_ASSIGN_OR_RETURN(const changepolicy::ErasedValues erased,
                        log->log->Erase(texts, why, at, by));
    if (index != nullptr) *index = erased.index;
    if (openings != nullptr) *openings = erased.openings;
    return absl::OkStatus();
  });
}

}  // extern "C"
