// What keeps a log besides appending: checkpoints, and the erasure of personal data.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "libchangepolicy/audit/checkpoint.h"
#include "libchangepolicy/audit/format.h"
#include "libchangepolicy/audit/note.h"
#include "libchangepolicy/audit/personal_values.h"
#include "libchangepolicy/audit/sqlite_log.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"

namespace changepolicy {

absl::Status SqliteLog::Transact(const std::function<absl::Status()>& write) {
  CP_RETURN_IF_ERROR(CheckWritable());
  const std::lock_guard lock(store_mutex_);
  absl::Status status = store_->Begin();
  if (status.ok()) {
    status = Refresh();
    if (status.ok()) status = write();
    if (status.ok()) {
      status = store_->Commit();
    } else {
      store_->Rollback();
    }
  }
  if (!status.ok()) Forget();
  return status;
}

// A log signs nothing that is not in line with what it signed before (C2SP tlog-checkpoint).
absl::Status SqliteLog::CheckAgainstKept(const std::vector<LogStore::Checkpoint>& kept) {
  for (const LogStore::Checkpoint& checkpoint : kept) {
    CP_ASSIGN_OR_RETURN(const Checkpoint earlier, ReadUnverifiedCheckpoint(checkpoint.note));
    if (earlier.size > tree_.size()) {
      return absl::DataLossError(ToAbsl(
          StrCat("audit log `", store_->path(), "`: checkpoint ", checkpoint.ordinal, " covers ",
                 earlier.size, " entries and the log has ", tree_.size(), "; nothing was signed")));
    }
    CP_ASSIGN_OR_RETURN(const Hash root, RootOf(earlier.size, [this](const TreeNode& node) {
                          return ReadNode(node);
                        }));
    if (root != earlier.root) {
      return absl::DataLossError(
          ToAbsl(StrCat("audit log `", store_->path(), "`: checkpoint ", checkpoint.ordinal,
                        " has another root than the log; nothing was signed; `audit verify` says "
                        "what is wrong")));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> SqliteLog::MakeCheckpoint(const std::vector<std::string>& signers) {
  std::vector<SignerKey> keys;
  for (const std::string& text : signers) {
    CP_ASSIGN_OR_RETURN(SignerKey key, ParseSignerKey(text));
    if (key.verifier.name != origin_) {
      return InvalidArgument(StrCat("the key is of `", key.verifier.name, "`, and the log is `",
                                    origin_, "`: verifiers expect the log's own name"));
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return InvalidArgument("a checkpoint needs a key that signs it");
  std::string note;
  CP_RETURN_IF_ERROR(Transact([&] {
    CP_ASSIGN_OR_RETURN(const std::vector<LogStore::Checkpoint> kept, store_->Checkpoints());
    CP_RETURN_IF_ERROR(CheckAgainstKept(kept));
    const Checkpoint head{.origin = origin_, .size = tree_.size(), .root = tree_.Root()};
    CP_ASSIGN_OR_RETURN(Note signed_note, SignCheckpoint(head, keys.front()));
    for (size_t i = 1; i < keys.size(); ++i) {
      CP_RETURN_IF_ERROR(SignNote(keys[i], &signed_note));
    }
    CP_ASSIGN_OR_RETURN(note, WriteNote(signed_note));
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const LogStore::Checkpoint& one) {
      return one.note.substr(0, note.size()) == note;
    });
    if (known) return absl::OkStatus();
    return store_->AddCheckpoint(static_cast<int64_t>(tree_.size()), note);
  }));
  return note;
}

absl::Status SqliteLog::AddCosignatures(std::string_view note) {
  CP_ASSIGN_OR_RETURN(const Checkpoint signed_again, ReadUnverifiedCheckpoint(note));
  return Transact([&]() -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::vector<LogStore::Checkpoint> kept, store_->Checkpoints());
    for (const LogStore::Checkpoint& checkpoint : kept) {
      const absl::StatusOr<Checkpoint> ours = ReadUnverifiedCheckpoint(checkpoint.note);
      if (!ours.ok() || ours->size != signed_again.size || ours->root != signed_again.root ||
          ours->origin != signed_again.origin) {
        continue;
      }
      CP_ASSIGN_OR_RETURN(Note merged, ParseNote(checkpoint.note));
      CP_ASSIGN_OR_RETURN(const Note cosigned, ParseNote(note));
      CP_RETURN_IF_ERROR(AddSignatures(cosigned, &merged));
      CP_ASSIGN_OR_RETURN(const std::string written, WriteNote(merged));
      return store_->ReplaceCheckpoint(checkpoint.ordinal, written);
    }
    return NotFound(StrCat("the log `", origin_, "` has kept no checkpoint of ", signed_again.size,
                           " entries with this root"));
  });
}

absl::StatusOr<std::vector<std::string>> SqliteLog::Checkpoints() {
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(std::vector<LogStore::Checkpoint> kept, store_->Checkpoints());
  std::vector<std::string> notes;
  for (LogStore::Checkpoint& checkpoint : kept) notes.push_back(std::move(checkpoint.note));
  return notes;
}

absl::Status SqliteLog::AddAccounts(std::vector<std::string>* values) {
  std::set<std::string> names;
  CP_RETURN_IF_ERROR(store_->EachEntry(0, [&](int64_t, std::string_view bytes) {
    v1::AuditEntry entry;
    // What cannot be read is for Verify to tell.
    if (entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
        entry.has_decision()) {
      names.insert(entry.decision().directory());
    }
    return true;
  }));
  std::set<std::string> asked;
  for (const std::string& value : *values) asked.insert(absl::AsciiStrToLower(value));
  std::set<std::string> found;
  for (const std::string& name : names) {
    CP_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                        store_->Blob(absl::HexStringToBytes(name.substr(name.find(':') + 1))));
    v1::Directory directory;
    if (!bytes.has_value() || !directory.ParseFromString(*bytes)) continue;
    CP_RETURN_IF_ERROR(OpenRecord(&commitments_, &directory).status());
    for (const v1::Person& person : directory.people()) {
      std::vector<std::string> texts(person.accounts().begin(), person.accounts().end());
      texts.push_back(person.id());
      texts.push_back(person.name());
      const bool named = std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
        return asked.count(absl::AsciiStrToLower(text)) > 0;
      });
      if (named) found.insert(texts.begin(), texts.end());
    }
  }
  for (const std::string& text : found) {
    if (!text.empty() && !IsCommitment(text)) values->push_back(text);
  }
  return absl::OkStatus();
}

absl::StatusOr<ErasedValues> SqliteLog::Erase(const std::vector<std::string>& values,
                                              std::string_view reason, absl::Time recorded_at,
                                              std::string_view recorded_by) {
  if (reason.empty()) return InvalidArgument("reason: an erasure needs one");
  if (recorded_at == absl::InfinitePast() || recorded_at == absl::InfiniteFuture()) {
    return InvalidArgument("recorded_at: the instant at which it is erased is required");
  }
  if (std::count(values.begin(), values.end(), "") > 0) {
    return InvalidArgument("values: an empty text names nobody");
  }
  ErasedValues erased;
  CP_RETURN_IF_ERROR(Transact([&]() -> absl::Status {
    std::vector<std::string> texts = values;
    CP_RETURN_IF_ERROR(AddAccounts(&texts));
    PersonalValues wanted;
    for (const std::string& text : texts) wanted.Add(text);
    std::vector<std::string> found;
    CP_RETURN_IF_ERROR(store_->EachOpening([&](const StoredOpening& opening) {
      const bool named = std::count(texts.begin(), texts.end(), opening.value) > 0 ||
                         wanted.AreNamedIn(opening.value);
      if (named) found.push_back(opening.commitment);
      return true;
    }));
    if (found.empty()) {
      return NotFound("the log keeps no value that is one of these or contains one");
    }
    v1::AuditEntry entry;
    entry.set_format_version(kEntryFormatVersion);
    ToProto(recorded_at, entry.mutable_recorded_at());
    entry.set_recorded_by(std::string(recorded_by));
    entry.mutable_erasure()->set_reason(std::string(reason));
    std::sort(found.begin(), found.end());
    for (const std::string& commitment : found) {
      CP_RETURN_IF_ERROR(store_->EraseOpening(commitment));
      entry.mutable_erasure()->add_commitments(CommitmentText(commitment));
    }
    erased.openings = static_cast<int64_t>(found.size());
    CP_ASSIGN_OR_RETURN(erased.index, AppendEntry(entry));
    return absl::OkStatus();
  }));
  // They must be gone from the journal as well. The record of the erasure stands in any case.
  const std::lock_guard lock(store_mutex_);
  commitments_.Forget();
  composer_.Forget();
  CP_RETURN_IF_ERROR(store_->Settle());
  return erased;
}

}  // namespace changepolicy
