// The log's file: rows in SQLite, and nothing of what they mean. store.cc is the one file that
// knows SQLite.
#ifndef LIBCHANGEPOLICY_AUDIT_STORE_H_
#define LIBCHANGEPOLICY_AUDIT_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace changepolicy {

struct StoreOptions {
  bool create = false;     // make the file where there is none
  bool read_only = false;  // write nothing, not even a journal
  // How long another writer is waited for.
  absl::Duration busy_timeout = absl::Seconds(10);
  // A VFS that was registered with SQLite; empty: its default.
  std::string vfs;
};

// An opening as it is stored.
struct StoredOpening {
  std::string commitment;  // 32 bytes
  std::string salt;        // 32 bytes
  std::string value;
};

// Thread-compatible: one thread at a time. Errors name the file and what to do: UNAVAILABLE another
// writer holds it; RESOURCE_EXHAUSTED the disk is full; PERMISSION_DENIED it cannot be written;
// NOT_FOUND it is not there; FAILED_PRECONDITION it is no log, or of a later version; DATA_LOSS it
// is damaged, or could not be read or written.
class LogStore {
 public:
  static absl::StatusOr<std::unique_ptr<LogStore>> Open(const std::string& path,
                                                        const StoreOptions& options);
  ~LogStore();

  LogStore(const LogStore&) = delete;
  LogStore& operator=(const LogStore&) = delete;

  // A write transaction: from the first of them on no other writer writes. Commit returns when it
  // lies on the disk. After an error of Commit nothing of it is there. REQUIRES: none is open.
  absl::Status Begin();
  absl::Status Commit();
  void Rollback();
  // What follows can be taken back alone.
  absl::Status Save();
  absl::Status KeepSaved();
  void UndoSaved();
  // Reads see one state of the log until EndRead.
  absl::Status BeginRead();
  void EndRead();

  // Changes whenever another connection has written.
  absl::StatusOr<int64_t> DataVersion();

  absl::StatusOr<std::string> Origin();
  absl::Status SetOrigin(std::string_view origin);

  // One more than the last index; 0 where there is none.
  absl::StatusOr<int64_t> Size();
  absl::Status AddEntry(int64_t index, std::string_view bytes);
  absl::StatusOr<std::optional<std::string>> Entry(int64_t index);

  absl::Status AddNode(int64_t position, std::string_view hash);
  absl::StatusOr<std::optional<std::string>> Node(int64_t position);

  // Nothing happens where the digest (32 bytes) is there already.
  absl::Status AddBlob(std::string_view digest, std::string_view bytes);
  absl::StatusOr<std::optional<std::string>> Blob(std::string_view digest);

  absl::Status AddOpening(const StoredOpening& opening);
  absl::StatusOr<std::optional<StoredOpening>> OpeningOf(std::string_view commitment);
  absl::StatusOr<std::optional<StoredOpening>> OpeningOfValue(std::string_view value);
  // The bytes are overwritten in the file.
  absl::Status EraseOpening(std::string_view commitment);
  // Moves everything into the main file and empties the journal, in which erased bytes may stand.
  absl::Status Settle();

  // Notes are kept in the order in which they came. Replace is for cosignatures of a kept one.
  absl::Status AddCheckpoint(int64_t size, std::string_view note);
  absl::Status ReplaceCheckpoint(int64_t ordinal, std::string_view note);
  struct Checkpoint {
    int64_t ordinal = 0;
    int64_t size = 0;
    std::string note;
  };
  absl::StatusOr<std::vector<Checkpoint>> Checkpoints();

  // Rows in the order of their keys, from `first` on; the visitor says by `false` that it has
  // enough. Views live until it returns.
  using Row = std::function<bool(int64_t key, std::string_view bytes)>;
  absl::Status EachEntry(int64_t first, const Row& row);
  absl::Status EachNode(int64_t first, const Row& row);
  absl::Status EachBlob(const std::function<bool(std::string_view, std::string_view)>& row);
  absl::Status EachOpening(const std::function<bool(const StoredOpening&)>& row);

  // Complaints of SQLite's own check of the file's structure; empty: none.
  absl::StatusOr<std::vector<std::string>> CheckStructure();

  const std::string& path() const { return path_; }

 private:
  class Connection;
  LogStore(std::string path, std::unique_ptr<Connection> connection);

  std::string path_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_STORE_H_
