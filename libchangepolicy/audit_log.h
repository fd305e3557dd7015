// The audit log: decisions with all that they were made from, and what happened besides, in one
// file to which is only added, so that an auditor can check it without trusting whoever kept it.
//
//   absl::StatusOr<std::unique_ptr<changepolicy::AuditLog>> log = changepolicy::AuditLog::Open(
//       "changes.cplog", {.create = true, .origin = "example.com/changes"});
//   if (!log.ok()) ...                     // the message names the file and the remedy
//   absl::StatusOr<int64_t> index = (*log)->Append(
//       {.recorded_at = now, .recorded_by = "deploy-bot",
//        .content = changepolicy::LoggedQuestion{policy, organization, change, question,
//        decision}});
//   if (index.ok()) ...                    // it lies on the disk, and stays
//   absl::StatusOr<std::string> note = (*log)->MakeCheckpoint({signer_key});
//
// Every entry is a leaf of a Merkle tree (RFC 9162, section 2.1). A checkpoint is the signed root
// of the tree at some size (C2SP tlog-checkpoint): who keeps one can tell whether anything before
// it was changed, removed or put in between. Proofs say the same of one entry in O(log n) hashes.
//
// What the policy declares as personal data is stored as a salted commitment, and its value beside
// the tree, where it can be erased without breaking any proof. docs/audit.md is the user's guide,
// docs/audit_format.md the format with its downsides.
#ifndef LIBCHANGEPOLICY_AUDIT_LOG_H_
#define LIBCHANGEPOLICY_AUDIT_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "changepolicy/v1/audit.pb.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/policy.h"

namespace changepolicy {

struct LogOptions {
  // Make the file where there is none. It then needs `origin`.
  bool create = false;
  // The log's name in its checkpoints, best an address without scheme, like `example.com/changes`:
  // no spaces, no `+`. For a log that is there it must be its own, or empty.
  std::string origin;
  // Nothing is written; Append and the like are FAILED_PRECONDITION.
  bool read_only = false;
  // How long another writer is waited for before UNAVAILABLE.
  absl::Duration busy_timeout = absl::Seconds(10);
  // A VFS that was registered with SQLite (encryption, tests); empty: its default.
  std::string vfs;
};

using LoggedSubject = std::variant<v1::ChangeRequest, v1::Release>;

// A decision, and what it was made from.
struct LoggedQuestion {
  Policy policy;
  Organization organization;
  LoggedSubject subject;
  Question question;
  v1::Decision decision;
};

// Something that happened. The policy says which of it are personal data.
struct LoggedEvent {
  Policy policy;
  v1::EventRecord event;
};

// What is appended.
struct LogItem {
  // As the caller says: the library reads no clock.
  absl::Time recorded_at = absl::InfinitePast();
  std::string recorded_by;
  std::variant<LoggedQuestion, LoggedEvent, v1::KeyChange> content;
};

// What a DecisionRecord holds as bytes.
struct LoggedDecision {
  LoggedSubject subject;
  v1::Decision decision;
};

// An entry as it was read: opened where its personal data are still there.
struct LoggedEntry {
  int64_t index = 0;
  // Texts are the values, or commitments (`commitment:<hex>`) where the opening is erased; one
  // value has one commitment throughout a log, so that two fields that name one person stay equal.
  v1::AuditEntry entry;
  std::optional<LoggedDecision> decision;  // where the content is a decision
  bool erased = false;                     // some opening is gone
};

struct VerifyOptions {
  // Verifier keys of the log, as the note format writes them (`name+hash+key`). A checkpoint counts
  // when one of them, or one that it passed on to (KeyChange), signed it. Without keys only hashes
  // are checked, and the report says so.
  std::vector<std::string> keys;
  // Verifier keys of witnesses whose cosignatures are counted.
  std::vector<std::string> witnesses;
  // Checkpoints that the caller kept: the log must be what it was, or more.
  std::vector<std::string> checkpoints;
  // Told how many entries were read, some hundred times.
  std::function<void(int64_t done, int64_t total)> progress;
};

struct ErasedValues {
  int64_t index = 0;     // of the entry that records it
  int64_t openings = 0;  // that are gone
};

// Thread-safe: calls of several threads are committed together where they meet. Several processes
// may write one file; each waits for the other. Errors of all calls besides their own: UNAVAILABLE
// another writer holds the file; RESOURCE_EXHAUSTED the disk is full; PERMISSION_DENIED it cannot
// be written; DATA_LOSS the file is damaged or could not be read or written. After an error nothing
// of the call is in the log.
class AuditLog {
 public:
  // INVALID_ARGUMENT for an origin that a checkpoint cannot carry; NOT_FOUND; FAILED_PRECONDITION
  // for a file that is no log, of a later format, or of another origin. None of these is written
  // to.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(const std::string& path,
                                                        const LogOptions& options);
  virtual ~AuditLog() = default;

  // The index of the entry, once it lies on the disk. INVALID_ARGUMENT for an item without instant,
  // and for messages with fields that are unknown here.
  virtual absl::StatusOr<int64_t> Append(const LogItem& item) = 0;
  // All or none, in one commit; about as fast for hundreds as for one.
  virtual absl::StatusOr<std::vector<int64_t>> AppendAll(absl::Span<const LogItem> items) = 0;

  virtual const std::string& origin() const = 0;
  virtual absl::StatusOr<int64_t> Size() = 0;
  // The bytes of an entry: the leaf of the tree. NOT_FOUND beyond the size.
  virtual absl::StatusOr<std::string> ReadBytes(int64_t index) = 0;
  // The entry, with commitments opened as far as they can be. DATA_LOSS for what is no entry.
  virtual absl::StatusOr<LoggedEntry> Read(int64_t index) = 0;
  // From `first` on, in order, of the log as it is at the call, until the visitor returns an error,
  // which becomes the answer. The log must not be used by the visitor.
  virtual absl::Status ReadAll(int64_t first,
                               const std::function<absl::Status(LoggedEntry entry)>& visit) = 0;
  // A blob by its name, `sha256:<hex>`, as it is stored. NOT_FOUND.
  virtual absl::StatusOr<std::string> ReadBlob(std::string_view name) = 0;
  // The same as a message, with commitments opened; `erased` where some cannot be.
  virtual absl::Status ReadBlob(std::string_view name, google::protobuf::Message* message,
                                bool* erased) = 0;
  // Every opening that is kept, by commitment: personal data in the clear.
  virtual absl::StatusOr<std::vector<v1::Opening>> Openings() = 0;

  // Hashes are 32 bytes each. The root of the first `size` entries; OUT_OF_RANGE beyond the log.
  virtual absl::StatusOr<std::string> Root(int64_t size) = 0;
  // That the entry is in the tree of the first `size` entries (RFC 9162, section 2.1.3).
  virtual absl::StatusOr<std::vector<std::string>> ProveInclusion(int64_t index, int64_t size) = 0;
  // That the tree of `size` goes on from that of `earlier` (section 2.1.4).
  virtual absl::StatusOr<std::vector<std::string>> ProveConsistency(int64_t earlier,
                                                                    int64_t size) = 0;

  // Signs the log as it is with each of the keys (`PRIVATE+KEY+...`, whose name must be the
  // origin), keeps the note and returns it.
  virtual absl::StatusOr<std::string> MakeCheckpoint(const std::vector<std::string>& signers) = 0;
  // Adds signatures of others (witnesses) on a checkpoint that the log has kept. NOT_FOUND where it
  // kept none with this text.
  virtual absl::Status AddCosignatures(std::string_view note) = 0;
  // All that were kept, in the order in which they were made.
  virtual absl::StatusOr<std::vector<std::string>> Checkpoints() = 0;

  // Reads everything and hashes it again. What is wrong is in the report, not in the status.
  virtual absl::StatusOr<v1::VerificationReport> Verify(const VerifyOptions& options) = 0;

  // Erases every opening whose value is one of these texts or contains one as words, without case,
  // and appends an Erasure. Of a person of a logged directory who is named by one of them, id, name
  // and accounts all count. The tree stays; entries that rest on them cannot be replayed any more.
  // NOT_FOUND where there is none.
  virtual absl::StatusOr<ErasedValues> Erase(const std::vector<std::string>& values,
                                             std::string_view reason, absl::Time recorded_at,
                                             std::string_view recorded_by) = 0;
};

// An Ed25519 key that signs checkpoints, in the texts of Go's sumdb/note.
struct LogKey {
  std::string signer;    // `PRIVATE+KEY+...`: secret
  std::string verifier;  // `name+hash+key`: for everybody
};
// A new one, from the machine's randomness; `name` is the log's origin. INVALID_ARGUMENT for a name
// with blanks or `+`.
absl::StatusOr<LogKey> GenerateLogKey(std::string_view name);

// What a proof is good for, without the log: that these bytes are the entry at `index` of the tree
// of `size` entries with this root, and that the tree of `size` goes on from that of `earlier`.
// Hashes are 32 bytes each. DATA_LOSS where the proof does not show it; INVALID_ARGUMENT for what
// is no proof of such a tree. O(log size).
absl::Status CheckInclusion(std::string_view entry, int64_t index, int64_t size,
                            const std::vector<std::string>& proof, std::string_view root);
absl::Status CheckConsistency(int64_t earlier, int64_t size, const std::vector<std::string>& proof,
                              std::string_view earlier_root, std::string_view root);

struct ReplayOptions {
  // Entries [first, end) of the log; end below 0: all.
  int64_t first = 0;
  int64_t end = -1;
  // Threads that decide; 0: as many as the machine has processors.
  int threads = 0;
  // How many entries are listed that did not come out the same; all are counted.
  int64_t listed = 1000;
  // Told how many entries were looked at, some hundred times, by the thread that called.
  std::function<void(int64_t done, int64_t total)> progress;
};

// Decides every logged decision again from its stored inputs, zone rules included, and compares the
// bytes. Writes nothing to the log. Decisions by other semantics and those whose personal data are
// erased are counted as such, never as the same. Where the zone rules of this machine differ from
// the stored ones, those are laid into a folder of their own under the machine's folder for
// temporary files while it runs. O(n) decisions; the report is the same for any number of threads.
absl::StatusOr<v1::ReplayReport> Replay(AuditLog* log, const ReplayOptions& options);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_AUDIT_LOG_H_
