#include "libchangepolicy/audit/sqlite_log.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "libchangepolicy/audit/format.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/audit/note_key.h"
#include "libchangepolicy/audit/verify.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

// So many entries at most wait for one commit together.
constexpr size_t kLargestCommit = 1024;

absl::StatusOr<std::string> DigestBytes(std::string_view name) {
  constexpr std::string_view kPrefix = "sha256:";
  if (name.substr(0, kPrefix.size()) == kPrefix && name.size() == kPrefix.size() + 64) {
    const std::string_view hex = name.substr(kPrefix.size());
    const bool plain = std::all_of(hex.begin(), hex.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    if (plain) return absl::HexStringToBytes(ToAbsl(hex));
  }
  return InvalidArgument(
      StrCat("`", name, "` names no blob: that is `sha256:` and 64 hexadecimal digits"));
}

absl::Status OutOfRange(std::string_view what, int64_t number, int64_t size) {
  return absl::OutOfRangeError(
      ToAbsl(StrCat(what, " ", number, " is beyond the log, which has ", size, " entries")));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(const std::string& path,
                                                         const LogOptions& options) {
  return SqliteLog::Open(path, options);
}

SqliteLog::SqliteLog(std::unique_ptr<LogStore> store, std::string origin, bool read_only)
    : store_(std::move(store)),
      origin_(std::move(origin)),
      read_only_(read_only),
      commitments_(store_.get()),
      composer_(store_.get(), &commitments_) {}

absl::StatusOr<std::unique_ptr<SqliteLog>> SqliteLog::Open(const std::string& path,
                                                           const LogOptions& options) {
  if (!options.origin.empty() || options.create) {
    // It is the name of the key that signs, too.
    CP_RETURN_IF_ERROR(CheckKeyName(options.origin));
  }
  CP_ASSIGN_OR_RETURN(std::unique_ptr<LogStore> store,
                      LogStore::Open(path, {.create = options.create,
                                            .read_only = options.read_only,
                                            .busy_timeout = options.busy_timeout,
                                            .vfs = options.vfs}));
  CP_ASSIGN_OR_RETURN(std::string origin, store->Origin());
  if (origin.empty() && options.create) {
    CP_RETURN_IF_ERROR(store->Begin());
    absl::Status named = absl::OkStatus();
    // Another process may have named it between the two.
    absl::StatusOr<std::string> meanwhile = store->Origin();
    if (!meanwhile.ok()) {
      named = meanwhile.status();
    } else if (meanwhile->empty()) {
      named = store->SetOrigin(options.origin);
      *meanwhile = options.origin;
    }
    if (named.ok()) {
      named = store->Commit();
    } else {
      store->Rollback();
    }
    CP_RETURN_IF_ERROR(named);
    origin = *std::move(meanwhile);
  }
  if (origin.empty()) {
    return FailedPrecondition(StrCat("audit log `", path, "`: it was never named; open it once ",
                                     "with an origin and leave to create"));
  }
  if (!options.origin.empty() && options.origin != origin) {
    return FailedPrecondition(
        StrCat("audit log `", path, "`: it is the log `", origin, "`, not `", options.origin, "`"));
  }
  return std::unique_ptr<SqliteLog>(
      new SqliteLog(std::move(store), std::move(origin), options.read_only));
}

absl::Status SqliteLog::CheckWritable() const {
  if (!read_only_) return absl::OkStatus();
  return FailedPrecondition(
      StrCat("audit log `", store_->path(), "`: it was opened for reading only"));
}

absl::StatusOr<Hash> SqliteLog::ReadNode(const TreeNode& node) {
  CP_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                      store_->Node(NodePosition(node.level, static_cast<int64_t>(node.index))));
  if (!bytes.has_value()) {
    return absl::DataLossError(
        ToAbsl(StrCat("audit log `", store_->path(), "`: the tree lacks its node ", node.level, "/",
                      node.index, "; `audit verify` says what of it is whole")));
  }
  return HashFromBytes(*bytes, "stored node");
}

absl::Status SqliteLog::Refresh() {
  CP_ASSIGN_OR_RETURN(const int64_t size, store_->Size());
  // Of a value that was erased elsewhere the old commitment must not be used again. Who erases also
  // appends, so that the size tells.
  if (size == static_cast<int64_t>(tree_.size())) return absl::OkStatus();
  commitments_.Forget();
  composer_.Forget();
  CP_ASSIGN_OR_RETURN(tree_,
                      TreeBuilder::Resume(static_cast<uint64_t>(size),
                                          [this](const TreeNode& node) { return ReadNode(node); }));
  return absl::OkStatus();
}

absl::StatusOr<int64_t> SqliteLog::AppendEntry(const v1::AuditEntry& entry) {
  std::string bytes;
  if (!entry.SerializeToString(&bytes)) return Internal("an entry could not be serialized");
  const auto index = static_cast<int64_t>(tree_.size());
  CP_RETURN_IF_ERROR(store_->AddEntry(index, bytes));
  absl::Status stored = absl::OkStatus();
  CP_RETURN_IF_ERROR(tree_.Append(LeafHash(bytes), [&](const TreeNode& node, const Hash& hash) {
    if (!stored.ok()) return;
    stored =
        store_->AddNode(NodePosition(node.level, static_cast<int64_t>(node.index)), BytesOf(hash));
  }));
  CP_RETURN_IF_ERROR(stored);
  return index;
}

absl::Status SqliteLog::AppendJob(Job* job) {
  for (const LogItem& item : job->items) {
    CP_ASSIGN_OR_RETURN(const v1::AuditEntry entry, composer_.Compose(item));
    CP_ASSIGN_OR_RETURN(const int64_t index, AppendEntry(entry));
    job->indices.push_back(index);
  }
  return absl::OkStatus();
}

void SqliteLog::Forget() {
  tree_ = TreeBuilder();
  commitments_.Forget();
  composer_.Forget();
}

void SqliteLog::Commit(const std::vector<Job*>& jobs) {
  const std::lock_guard lock(store_mutex_);
  absl::Status all = store_->Begin();
  const auto take_back = [this] {
    commitments_.Forget();
    composer_.Forget();
  };
  if (all.ok()) {
    all = Refresh();
    for (Job* const job : jobs) {
      if (!all.ok()) break;
      // One that is refused takes only itself back.
      all = store_->Save();
      if (!all.ok()) break;
      const TreeBuilder before = tree_;
      job->status = AppendJob(job);
      if (job->status.ok()) {
        all = store_->KeepSaved();
        continue;
      }
      store_->UndoSaved();
      tree_ = before;
      job->indices.clear();
      take_back();
    }
    if (all.ok()) {
      all = store_->Commit();
    } else {
      store_->Rollback();
    }
  }
  if (all.ok()) return;
  Forget();
  for (Job* const job : jobs) {
    job->indices.clear();
    if (job->status.ok()) job->status = all;
  }
}

absl::StatusOr<std::vector<int64_t>> SqliteLog::AppendAll(absl::Span<const LogItem> items) {
  CP_RETURN_IF_ERROR(CheckWritable());
  if (items.empty()) return std::vector<int64_t>();
  Job job{.items = items};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&job);
  turn_.wait(lock, [&] { return job.done || queue_.front() == &job; });
  if (!job.done) {
    std::vector<Job*> jobs;
    size_t count = 0;
    for (Job* const waiting : queue_) {
      count += waiting->items.size();
      if (!jobs.empty() && count > kLargestCommit) break;
      jobs.push_back(waiting);
    }
    lock.unlock();
    Commit(jobs);
    lock.lock();
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(jobs.size()));
    for (Job* const finished : jobs) finished->done = true;
    turn_.notify_all();
  }
  CP_RETURN_IF_ERROR(job.status);
  return std::move(job.indices);
}

absl::StatusOr<int64_t> SqliteLog::Append(const LogItem& item) {
  CP_ASSIGN_OR_RETURN(const std::vector<int64_t> indices, AppendAll({&item, 1}));
  return indices.front();
}

absl::StatusOr<int64_t> SqliteLog::Size() {
  const std::lock_guard lock(store_mutex_);
  return store_->Size();
}

absl::StatusOr<std::string> SqliteLog::ReadBytes(int64_t index) {
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(std::optional<std::string> bytes, store_->Entry(index));
  if (bytes.has_value()) return *std::move(bytes);
  CP_ASSIGN_OR_RETURN(const int64_t size, store_->Size());
  if (index >= 0 && index < size) {
    return absl::DataLossError(ToAbsl(StrCat("entry ", index, " is missing")));
  }
  return NotFound(StrCat("there is no entry ", index, ": the log has ", size, " entries"));
}

absl::StatusOr<LoggedEntry> SqliteLog::Read(int64_t index) {
  CP_ASSIGN_OR_RETURN(const std::string bytes, ReadBytes(index));
  const std::lock_guard lock(store_mutex_);
  commitments_.Forget();  // another process may have erased
  return OpenLoggedEntry(index, bytes, &commitments_);
}

absl::Status SqliteLog::ReadAll(int64_t first,
                                const std::function<absl::Status(LoggedEntry)>& visit) {
  const std::lock_guard lock(store_mutex_);
  CP_RETURN_IF_ERROR(store_->BeginRead());
  commitments_.Forget();
  int64_t expected = std::max<int64_t>(first, 0);
  absl::Status status = absl::OkStatus();
  const absl::Status read = store_->EachEntry(expected, [&](int64_t index, std::string_view bytes) {
    if (index != expected) {
      status = absl::DataLossError(ToAbsl(StrCat("entry ", expected, " is missing")));
      return false;
    }
    ++expected;
    absl::StatusOr<LoggedEntry> entry = OpenLoggedEntry(index, bytes, &commitments_);
    status = entry.ok() ? visit(*std::move(entry)) : entry.status();
    return status.ok();
  });
  store_->EndRead();
  CP_RETURN_IF_ERROR(read);
  return status;
}

absl::StatusOr<std::string> SqliteLog::ReadBlob(std::string_view name) {
  CP_ASSIGN_OR_RETURN(const std::string digest, DigestBytes(name));
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(std::optional<std::string> bytes, store_->Blob(digest));
  if (!bytes.has_value()) return NotFound(StrCat("the log has no blob `", name, "`"));
  if (BytesOf(HashOf({*bytes})) != digest) {
    return absl::DataLossError(ToAbsl(StrCat("the blob `", name, "` is not what its name says")));
  }
  return *std::move(bytes);
}

absl::Status SqliteLog::ReadBlob(std::string_view name, google::protobuf::Message* message,
                                 bool* erased) {
  CP_ASSIGN_OR_RETURN(const std::string bytes, ReadBlob(name));
  if (!message->ParseFromString(bytes)) {
    return absl::DataLossError(ToAbsl(StrCat("the blob `", name, "` cannot be read as ",
                                             FromAbsl(message->GetDescriptor()->name()))));
  }
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(const bool whole, OpenRecord(&commitments_, message));
  *erased = !whole;
  return absl::OkStatus();
}

absl::StatusOr<std::string> SqliteLog::Root(int64_t size) {
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(const int64_t whole, store_->Size());
  if (size < 0 || size > whole) return OutOfRange("size", size, whole);
  CP_ASSIGN_OR_RETURN(const Hash root, RootOf(static_cast<uint64_t>(size),
                                              [this](const TreeNode& n) { return ReadNode(n); }));
  return std::string(BytesOf(root));
}

absl::StatusOr<std::vector<std::string>> SqliteLog::ProveInclusion(int64_t index, int64_t size) {
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(const int64_t whole, store_->Size());
  if (size < 0 || size > whole) return OutOfRange("size", size, whole);
  if (index < 0 || index >= size) return OutOfRange("entry", index, size);
  CP_ASSIGN_OR_RETURN(const std::vector<Hash> proof,
                      InclusionProof(static_cast<uint64_t>(index), static_cast<uint64_t>(size),
                                     [this](const TreeNode& node) { return ReadNode(node); }));
  return ProofBytes(proof);
}

absl::StatusOr<std::vector<std::string>> SqliteLog::ProveConsistency(int64_t earlier,
                                                                     int64_t size) {
  const std::lock_guard lock(store_mutex_);
  CP_ASSIGN_OR_RETURN(const int64_t whole, store_->Size());
  if (size < 0 || size > whole) return OutOfRange("size", size, whole);
  if (earlier < 0 || earlier > size) return OutOfRange("size", earlier, size);
  CP_ASSIGN_OR_RETURN(const std::vector<Hash> proof,
                      ConsistencyProof(static_cast<uint64_t>(earlier), static_cast<uint64_t>(size),
                                       [this](const TreeNode& node) { return ReadNode(node); }));
  return ProofBytes(proof);
}

absl::StatusOr<std::vector<v1::Opening>> SqliteLog::Openings() {
  const std::lock_guard lock(store_mutex_);
  std::vector<v1::Opening> openings;
  CP_RETURN_IF_ERROR(store_->EachOpening([&](const StoredOpening& stored) {
    v1::Opening& opening = openings.emplace_back();
    opening.set_commitment(CommitmentText(stored.commitment));
    opening.set_salt(stored.salt);
    opening.set_value(stored.value);
    return true;
  }));
  return openings;
}

absl::StatusOr<v1::VerificationReport> SqliteLog::Verify(const VerifyOptions& options) {
  const std::lock_guard lock(store_mutex_);
  return VerifyStore(store_.get(), origin_, options);
}

}  // namespace changepolicy
