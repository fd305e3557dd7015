#include "libchangepolicy/audit/verify.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "libchangepolicy/audit/checkpoint.h"
#include "libchangepolicy/audit/format.h"
#include "libchangepolicy/audit/key_ring.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/note.h"
#include "libchangepolicy/audit/seal.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

// Of one kind so many problems are listed; the first says where it begins.
constexpr int kMostOfOneKind = 20;
constexpr int64_t kNodesAtATime = 4096;
constexpr std::string_view kCommitmentPrefix = "commitment:";
constexpr size_t kHexLength = 64;

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string BlobName(std::string_view digest) {
  return StrCat("sha256:", absl::BytesToHexString(ToAbsl(digest)));
}

class Verifier {
 public:
  Verifier(LogStore* store, const std::string& origin, const VerifyOptions& options, KeyRing keys,
           std::vector<VerifierKey> witnesses)
      : store_(*store),
        origin_(origin),
        options_(options),
        keys_(std::move(keys)),
        witnesses_(std::move(witnesses)) {}

  absl::StatusOr<v1::VerificationReport> Run() {
    report_.set_origin(origin_);
    report_.set_signatures_checked(!keys_.empty());
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> complaints, store_.CheckStructure());
    for (const std::string& complaint : complaints) {
      Report(v1::LOG_PROBLEM_KIND_DATABASE, std::nullopt,
             StrCat("the database is damaged: ", complaint));
    }
    CP_ASSIGN_OR_RETURN(size_, store_.Size());
    report_.set_size(size_);
    CP_RETURN_IF_ERROR(ReadCheckpoints());
    CP_RETURN_IF_ERROR(ReadOpenings());
    CP_RETURN_IF_ERROR(ReadEntries());
    CP_RETURN_IF_ERROR(ReadBlobs());
    CheckOpenings();
    CheckCheckpoints();
    Finish();
    return std::move(report_);
  }

 private:
  v1::LogProblem* Report(v1::LogProblemKind kind, std::optional<int64_t> index,
                         std::string detail) {
    // One more is counted and not listed.
    static v1::LogProblem* const unlisted = new v1::LogProblem();
    if (++of_kind_[kind] > kMostOfOneKind) return unlisted;
    v1::LogProblem* const problem = report_.add_problems();
    problem->set_kind(kind);
    if (index.has_value()) problem->set_first_bad_index(*index);
    problem->set_detail(std::move(detail));
    return problem;
  }

  // --- checkpoints

  struct Kept {
    std::string note;
    std::string name;  // `checkpoint 3 of the log`, `the checkpoint of 17 entries that was given`
    Checkpoint body;
  };

  void ReadNote(const std::string& note, const std::string& name) {
    const absl::StatusOr<Checkpoint> body = ReadUnverifiedCheckpoint(note);
    if (!body.ok()) {
      Report(v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED, std::nullopt,
             StrCat(name, " is no checkpoint: ", MessageOf(body.status())));
      return;
    }
    if (body->origin != origin_) {
      Report(v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED, std::nullopt,
             StrCat(name, " is of the log `", body->origin, "`, not of `", origin_, "`"));
      return;
    }
    kept_.push_back({note, name, *body});
  }

  absl::Status ReadCheckpoints() {
    CP_ASSIGN_OR_RETURN(const std::vector<LogStore::Checkpoint> stored, store_.Checkpoints());
    for (const LogStore::Checkpoint& checkpoint : stored) {
      const std::string name = StrCat("checkpoint ", checkpoint.ordinal, " of the log");
      const size_t before = kept_.size();
      ReadNote(checkpoint.note, name);
      if (kept_.size() > before &&
          kept_.back().body.size != static_cast<uint64_t>(checkpoint.size)) {
        Report(v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED, std::nullopt,
               StrCat(name, " is filed under ", checkpoint.size, " entries and speaks of ",
                      kept_.back().body.size));
      }
    }
    for (size_t i = 0; i < options_.checkpoints.size(); ++i) {
      ReadNote(options_.checkpoints[i], StrCat("checkpoint ", i + 1, " of those that were given"));
    }
    for (const Kept& kept : kept_) {
      if (kept.body.size <= static_cast<uint64_t>(size_)) roots_[kept.body.size] = Hash();
    }
    return absl::OkStatus();
  }

  void CheckCheckpoints() {
    std::stable_sort(kept_.begin(), kept_.end(),
                     [](const Kept& a, const Kept& b) { return a.body.size < b.body.size; });
    int64_t good = 0;  // entries that some checkpoint vouches for
    bool any_signed = false;
    for (const Kept& kept : kept_) {
      const auto size = static_cast<int64_t>(kept.body.size);
      if (const absl::Status signatures = CheckSignatures(kept, size); !signatures.ok()) {
        // The entries from there on have lost the checkpoint that stood for them.
        v1::LogProblem* const problem =
            Report(v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED, good,
                   StrCat(kept.name, " (", size, " entries): ", MessageOf(signatures)));
        if (size > 0) problem->set_before_index(size);
        continue;
      }
      any_signed = true;
      if (size > size_) {
        Report(v1::LOG_PROBLEM_KIND_TAIL_CUT, size_,
               StrCat(kept.name, " covers ", size, " entries, and the log has ", size_,
                      ": its tail is gone"));
        continue;
      }
      if (hashed_ < size) continue;  // an entry is missing, which was told
      if (roots_[kept.body.size] != kept.body.root) {
        v1::LogProblem* const problem = Report(
            v1::LOG_PROBLEM_KIND_FORKED, good,
            StrCat(kept.name, " (", size, " entries) has another root than these entries give: ",
                   "this is not the log that was signed"));
        if (first_altered_.has_value() && *first_altered_ < size) {
          problem->set_first_bad_index(*first_altered_);
        } else if (size > 0) {
          problem->set_before_index(size);
        } else {
          problem->clear_first_bad_index();
        }
        continue;
      }
      good = size;
      report_.set_checkpoints_verified(report_.checkpoints_verified() + 1);
      report_.set_signed_size(std::max(report_.signed_size(), size));
    }
    if (!keys_.empty() && size_ > 0 && !any_signed) {
      Report(v1::LOG_PROBLEM_KIND_UNSIGNED, 0,
             "there is no checkpoint by a trusted key: anybody could have written these entries");
    }
  }

  absl::Status CheckSignatures(const Kept& kept, int64_t size) {
    std::vector<VerifierKey> trusted = keys_.KeysFor(size);
    const bool log_has_to_sign = !keys_.empty();
    if (!log_has_to_sign && witnesses_.empty()) return absl::OkStatus();
    absl::StatusOr<std::vector<VerifiedSignature>> verified = std::vector<VerifiedSignature>();
    if (log_has_to_sign) {
      absl::StatusOr<OpenedCheckpoint> opened = OpenCheckpoint(
          kept.note,
          {.origin = origin_, .log_keys = std::move(trusted), .witness_keys = witnesses_});
      if (opened.ok()) {
        *verified = std::move(opened->signatures);
      } else {
        verified = opened.status();
      }
    } else {
      const absl::StatusOr<Note> note = ParseNote(kept.note);
      verified = note.ok() ? VerifyNote(*note, witnesses_) : note.status();
      // That no witness has signed it is nothing wrong.
      if (absl::IsFailedPrecondition(verified.status())) return absl::OkStatus();
    }
    CP_RETURN_IF_ERROR(verified.status());
    for (const VerifiedSignature& signature : *verified) {
      if (std::count(witnesses_.begin(), witnesses_.end(), signature.key) == 0) continue;
      report_.set_cosignatures_verified(report_.cosignatures_verified() + 1);
    }
    return absl::OkStatus();
  }

  // --- entries and tree

  // Stored hashes from the position of a leaf on, until they are computed and compared.
  absl::Status LoadNodes(int64_t index) {
    if (index < nodes_loaded_) return absl::OkStatus();
    const int64_t end = index + kNodesAtATime;
    const absl::Status read =
        store_.EachNode(2 * index, [&](int64_t position, std::string_view hash) {
          if (position >= 2 * end) return false;
          nodes_.emplace(position, std::string(hash));
          return true;
        });
    nodes_loaded_ = end;
    return read;
  }

  // REQUIRES: nodes of its leaves are loaded.
  void CompareNode(const TreeNode& node, const Hash& hash) {
    const auto index = static_cast<int64_t>(node.index);
    const int64_t first_leaf = index << node.level;
    const auto stored = nodes_.find(NodePosition(node.level, index));
    const bool there = stored != nodes_.end();
    const bool same = there && stored->second == BytesOf(hash);
    if (there) nodes_.erase(stored);
    if (same) return;
    if (node.level == 0) {
      Altered(index, there ? StrCat("entry ", index, " is not what the tree says")
                           : StrCat("the tree has no hash of entry ", index));
    } else if (!first_altered_.has_value() || *first_altered_ < first_leaf ||
               *first_altered_ >= first_leaf + (int64_t{1} << node.level)) {
      // Above an altered leaf nothing can agree, which need not be said again.
      TreeAltered(first_leaf, StrCat("the stored hash over the entries from ", first_leaf, " to ",
                                     first_leaf + (int64_t{1} << node.level) - 1,
                                     there ? " is not theirs" : " is missing"));
    }
  }

  void Altered(int64_t index, std::string detail) {
    if (!first_altered_.has_value()) first_altered_ = index;
    altered_.push_back({index, std::move(detail)});
  }
  void TreeAltered(int64_t index, std::string detail) {
    Report(v1::LOG_PROBLEM_KIND_TREE_ALTERED, index, std::move(detail));
  }

  void NoteRoot() {
    const auto wanted = roots_.find(tree_.size());
    if (wanted != roots_.end()) wanted->second = tree_.Root();
  }

  absl::Status ReadEntries() {
    NoteRoot();
    int64_t expected = 0;
    absl::Status status = absl::OkStatus();
    const absl::Status read =
        store_.EachEntry(INT64_MIN, [&](int64_t index, std::string_view bytes) {
          status = LoadNodes(std::max<int64_t>(index, 0));
          if (!status.ok()) return false;
          if (index < 0) {
            Report(v1::LOG_PROBLEM_KIND_ENTRY_ALTERED, 0,
                   StrCat("there is an entry with the index ", index));
            return true;
          }
          // From a gap on the tree cannot be computed any more.
          if (index != expected) {
            if (hashed_ == expected) Missing(expected, index);
            expected = index;
          }
          if (hashed_ == index) {
            status = tree_.Append(LeafHash(bytes), [this](const TreeNode& node, const Hash& hash) {
              CompareNode(node, hash);
            });
            if (!status.ok()) return false;
            ++hashed_;
            NoteRoot();
          }
          ReadEntry(index, bytes);
          ++expected;
          report_.set_entries_verified(report_.entries_verified() + 1);
          if (options_.progress) options_.progress(expected, size_);
          return true;
        });
    CP_RETURN_IF_ERROR(read);
    CP_RETURN_IF_ERROR(status);
    CP_RETURN_IF_ERROR(LoadNodes(nodes_loaded_));
    if (hashed_ == size_) {
      if (!nodes_.empty()) {
        // Those of entries were compared and taken away.
        TreeAltered(size_, "there are stored hashes of entries that are not there");
      }
      report_.set_root(absl::Base64Escape(ToAbsl(BytesOf(tree_.Root()))));
    }
    ReportAltered();
    return absl::OkStatus();
  }

  void Missing(int64_t first, int64_t next) {
    Report(v1::LOG_PROBLEM_KIND_ENTRY_MISSING, first,
           next == first + 1
               ? StrCat("entry ", first, " is missing")
               : StrCat("the entries from ", first, " to ", next - 1, " are missing"));
    if (!first_altered_.has_value()) first_altered_ = first;
  }

  // Where a signed root agrees with the entries, it is the stored hash that was altered.
  void ReportAltered() {
    for (auto& [index, detail] : altered_) {
      const bool vouched =
          std::any_of(kept_.begin(), kept_.end(), [&, at = index](const Kept& kept) {
            return kept.body.size > static_cast<uint64_t>(at) &&
                   static_cast<int64_t>(kept.body.size) <= hashed_ &&
                   roots_[kept.body.size] == kept.body.root;
          });
      if (vouched) {
        TreeAltered(index, StrCat("the stored hash of entry ", index,
                                  " is not that of the entry, which a checkpoint vouches for"));
        if (first_altered_ == index) first_altered_.reset();
      } else {
        Report(v1::LOG_PROBLEM_KIND_ENTRY_ALTERED, index, std::move(detail));
      }
    }
  }

  void ReadEntry(int64_t index, std::string_view bytes) {
    v1::AuditEntry entry;
    if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ||
        entry.format_version() != kEntryFormatVersion) {
      Report(v1::LOG_PROBLEM_KIND_ENTRY_UNREADABLE, index,
             StrCat("entry ", index, " is no entry that is known here"));
      return;
    }
    if (entry.has_decision()) {
      for (const std::string* const name :
           {&entry.decision().policy(), &entry.decision().directory(), &entry.decision().ledger(),
            &entry.decision().zones()}) {
        blobs_named_.emplace(*name, index);
      }
    }
    if (entry.has_erasure()) {
      for (const std::string& commitment : entry.erasure().commitments())
        erased_.insert(commitment);
    }
    if (entry.has_key_change() && !keys_.empty()) {
      const absl::Status changed = keys_.Change(index, entry.key_change(), origin_);
      if (!changed.ok()) {
        Report(v1::LOG_PROBLEM_KIND_KEY_CHANGE, index,
               StrCat("entry ", index, ": ", MessageOf(changed)));
      }
    }
    // An erasure names commitments of others.
    if (!entry.has_erasure() && NoteCommitments(bytes, index)) {
      report_.set_entries_erased(report_.entries_erased() + 1);
    }
  }

  // Whether one of them has no opening. Texts are found in the bytes as they stand: a commitment is
  // ASCII, and whatever looks like one in what was logged was itself committed to.
  bool NoteCommitments(std::string_view bytes, int64_t index) {
    bool some_erased = false;
    for (size_t at = bytes.find(kCommitmentPrefix); at != std::string_view::npos;
         at = bytes.find(kCommitmentPrefix, at + 1)) {
      const std::string_view text = bytes.substr(at, kCommitmentPrefix.size() + kHexLength);
      if (text.size() != kCommitmentPrefix.size() + kHexLength ||
          !IsHex(text.substr(kCommitmentPrefix.size()))) {
        continue;
      }
      const auto [known, first] = commitments_named_.emplace(text, index);
      some_erased = some_erased || openings_.count(known->first) == 0;
    }
    return some_erased;
  }

  // --- blobs

  absl::Status ReadBlobs() {
    std::unordered_set<std::string> there;
    CP_RETURN_IF_ERROR(store_.EachBlob([&](std::string_view digest, std::string_view bytes) {
      const std::string name = BlobName(digest);
      const auto named = blobs_named_.find(name);
      const bool is_named = named != blobs_named_.end();
      const int64_t first = is_named ? named->second : size_;
      if (BytesOf(HashOf({bytes})) == digest) {
        report_.set_blobs_verified(report_.blobs_verified() + 1);
        NoteCommitments(bytes, first);
      } else {
        v1::LogProblem* const problem =
            Report(v1::LOG_PROBLEM_KIND_BLOB_ALTERED, std::nullopt,
                   StrCat("the blob ", name, " is not what its name says",
                          is_named ? StrCat("; entry ", first, " rests on it first") : ""));
        if (is_named) problem->set_first_bad_index(first);
      }
      there.insert(name);
      return true;
    }));
    for (const auto& [name, index] : blobs_named_) {
      if (there.count(name) == 0) {
        Report(v1::LOG_PROBLEM_KIND_BLOB_MISSING, index,
               StrCat("the blob ", name, " is missing; entry ", index, " rests on it first"));
      }
    }
    return absl::OkStatus();
  }

  // --- openings

  absl::Status ReadOpenings() {
    return store_.EachOpening([&](const StoredOpening& stored) {
      v1::Opening opening;
      opening.set_commitment(StrCat(kCommitmentPrefix, absl::BytesToHexString(stored.commitment)));
      opening.set_salt(stored.salt);
      opening.set_value(stored.value);
      openings_.emplace(opening.commitment(), CheckOpening(opening).ok());
      return true;
    });
  }

  void CheckOpenings() {
    for (const auto& [commitment, good] : openings_) {
      if (good) {
        report_.set_openings_verified(report_.openings_verified() + 1);
        continue;
      }
      const auto named = commitments_named_.find(commitment);
      Report(v1::LOG_PROBLEM_KIND_OPENING_ALTERED,
             named == commitments_named_.end() ? std::nullopt : std::optional(named->second),
             StrCat("the value that is kept for ", commitment, " is not the one that was logged"));
    }
    for (const auto& [commitment, index] : commitments_named_) {
      if (openings_.count(commitment) == 0 && erased_.count(commitment) == 0) {
        Report(
            v1::LOG_PROBLEM_KIND_OPENING_ALTERED, index,
            StrCat("the value of ", commitment, " is gone, and no entry says that it was erased"));
      }
    }
  }

  // --- at the end

  void Finish() {
    for (const auto& [kind, count] : of_kind_) {
      if (count <= kMostOfOneKind) continue;
      v1::LogProblem* const problem = report_.add_problems();
      problem->set_kind(static_cast<v1::LogProblemKind>(kind));
      problem->set_detail(StrCat("and ", count - kMostOfOneKind, " more of this kind"));
    }
    constexpr int64_t kNone = INT64_MAX;
    std::stable_sort(report_.mutable_problems()->begin(), report_.mutable_problems()->end(),
                     [](const v1::LogProblem& a, const v1::LogProblem& b) {
                       const auto key = [](const v1::LogProblem& problem) {
                         return std::make_tuple(
                             problem.has_first_bad_index() ? problem.first_bad_index() : kNone,
                             static_cast<int>(problem.kind()));
                       };
                       return key(a) < key(b);
                     });
  }

  LogStore& store_;
  const std::string& origin_;
  const VerifyOptions& options_;
  KeyRing keys_;
  const std::vector<VerifierKey> witnesses_;

  v1::VerificationReport report_;
  std::map<int, int> of_kind_;
  int64_t size_ = 0;
  TreeBuilder tree_;
  int64_t hashed_ = 0;  // entries in the tree
  std::map<int64_t, std::string> nodes_;
  int64_t nodes_loaded_ = 0;
  std::optional<int64_t> first_altered_;
  std::vector<std::pair<int64_t, std::string>> altered_;
  std::vector<Kept> kept_;
  std::map<uint64_t, Hash> roots_;              // at the sizes of checkpoints
  std::map<std::string, int64_t> blobs_named_;  // and the first entry that does
  std::map<std::string, int64_t> commitments_named_;
  std::map<std::string, bool> openings_;  // whether it opens its commitment
  std::unordered_set<std::string> erased_;
};

}  // namespace

absl::StatusOr<v1::VerificationReport> VerifyStore(LogStore* store, const std::string& origin,
                                                   const VerifyOptions& options) {
  CP_ASSIGN_OR_RETURN(KeyRing keys, KeyRing::Create(options.keys));
  std::vector<VerifierKey> witnesses;
  for (const std::string& text : options.witnesses) {
    CP_ASSIGN_OR_RETURN(VerifierKey key, ParseVerifierKey(text));
    witnesses.push_back(std::move(key));
  }
  CP_RETURN_IF_ERROR(store->BeginRead());
  absl::StatusOr<v1::VerificationReport> report =
      Verifier(store, origin, options, std::move(keys), std::move(witnesses)).Run();
  store->EndRead();
  return report;
}

}  // namespace changepolicy
