// AuditLog over LogStore. Thread-safe; see audit_log.h.
#ifndef LIBCHANGEPOLICY_AUDIT_SQLITE_LOG_H_
#define LIBCHANGEPOLICY_AUDIT_SQLITE_LOG_H_

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/audit/composer.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/store.h"
#include "libchangepolicy/audit/store_commitments.h"
#include "libchangepolicy/audit_log.h"

namespace changepolicy {

class SqliteLog final : public AuditLog {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteLog>> Open(const std::string& path,
                                                         const LogOptions& options);

  absl::StatusOr<int64_t> Append(const LogItem& item) override;
  absl::StatusOr<std::vector<int64_t>> AppendAll(absl::Span<const LogItem> items) override;

  const std::string& origin() const override { return origin_; }
  absl::StatusOr<int64_t> Size() override;
  absl::StatusOr<std::string> ReadBytes(int64_t index) override;
  absl::StatusOr<LoggedEntry> Read(int64_t index) override;
  absl::Status ReadAll(int64_t first,
                       const std::function<absl::Status(LoggedEntry)>& visit) override;
  absl::StatusOr<std::string> ReadBlob(std::string_view name) override;
  absl::Status ReadBlob(std::string_view name, google::protobuf::Message* message,
                        bool* erased) override;
  absl::StatusOr<std::vector<v1::Opening>> Openings() override;

  absl::StatusOr<std::string> Root(int64_t size) override;
  absl::StatusOr<std::vector<std::string>> ProveInclusion(int64_t index, int64_t size) override;
  absl::StatusOr<std::vector<std::string>> ProveConsistency(int64_t earlier, int64_t size) override;

  absl::StatusOr<std::string> MakeCheckpoint(const std::vector<std::string>& signers) override;
  absl::Status AddCosignatures(std::string_view note) override;
  absl::StatusOr<std::vector<std::string>> Checkpoints() override;

  absl::StatusOr<v1::VerificationReport> Verify(const VerifyOptions& options) override;

  absl::StatusOr<ErasedValues> Erase(const std::vector<std::string>& values,
                                     std::string_view reason, absl::Time recorded_at,
                                     std::string_view recorded_by) override;

 private:
  // What one caller wants appended; lives on its stack.
  struct Job {
    absl::Span<const LogItem> items;
    std::vector<int64_t> indices;
    absl::Status status;
    bool done = false;
  };

  SqliteLog(std::unique_ptr<LogStore> store, std::string origin, bool read_only);

  // The following need store_mutex_.
  void Commit(const std::vector<Job*>& jobs);
  absl::Status AppendJob(Job* job);
  absl::StatusOr<int64_t> AppendEntry(const v1::AuditEntry& entry);
  // After Begin: what is kept in memory is that of the file, whoever wrote to it.
  absl::Status Refresh();
  absl::StatusOr<LoggedEntry> OpenEntry(int64_t index, std::string_view bytes);
  absl::StatusOr<Hash> ReadNode(const TreeNode& node);
  absl::Status CheckWritable() const;
  // What is kept in memory is found out again at the next call.
  void Forget();
  // Adds what directories of the log say of the people that the texts name.
  absl::Status AddAccounts(std::vector<std::string>* values);
  absl::Status CheckAgainstKept(const std::vector<LogStore::Checkpoint>& kept);

  // Takes store_mutex_: a transaction around `write`.
  absl::Status Transact(const std::function<absl::Status()>& write);

  const std::unique_ptr<LogStore> store_;
  const std::string origin_;
  const bool read_only_;

  std::mutex store_mutex_;
  TreeBuilder tree_;
  StoreCommitments commitments_;
  Composer composer_;

  // Callers wait here while one of them commits for all that came meanwhile.
  std::mutex queue_mutex_;
  std::condition_variable turn_;
  std::deque<Job*> queue_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_SQLITE_LOG_H_
