// Replaying a whole log on several threads.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "libchangepolicy/audit/replay.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

constexpr int64_t kBatch = 64;

// Entries that are decided together, with what each of them needs.
struct Batch {
  std::vector<LoggedEntry> entries;
  std::vector<std::shared_ptr<const ReplayContext>> contexts;
};

// Threads that take batches in any order; what they find is put in order at the end.
class Workers {
 public:
  Workers(size_t threads, Commitments* commitments)
      : commitments_(commitments), most_waiting_(2 * threads) {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
  }
  ~Workers() { Finish(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Waits while enough lie ready.
  void Give(Batch batch) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return waiting_.size() < most_waiting_; });
    waiting_.push_back(std::move(batch));
    work_.notify_one();
  }

  void Finish() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  // After Finish: all but the same, by index.
  std::map<int64_t, v1::ReplayedEntry> TakeOthers() { return std::move(others_); }
  int64_t same() const { return same_; }
  std::set<int> TakeSemantics() { return std::move(semantics_); }

 private:
  void Run() {
    for (;;) {
      Batch batch;
      {
        std::unique_lock lock(mutex_);
        work_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        batch = std::move(waiting_.front());
        waiting_.pop_front();
        room_.notify_one();
      }
      for (size_t i = 0; i < batch.entries.size(); ++i) {
        const LoggedEntry& entry = batch.entries[i];
        v1::ReplayedEntry replayed = ReplayEntry(entry, *batch.contexts[i], commitments_);
        if (replayed.outcome() == v1::REPLAY_OUTCOME_SAME) {
          ++same_;
          continue;
        }
        const std::lock_guard lock(others_mutex_);
        if (replayed.outcome() == v1::REPLAY_OUTCOME_OTHER_SEMANTICS) {
          semantics_.insert(entry.decision->decision.semantics_version());
        }
        others_.emplace(entry.index, std::move(replayed));
      }
    }
  }

  Commitments* const commitments_;
  const size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable work_, room_;
  std::deque<Batch> waiting_;
  bool closed_ = false;
  std::atomic<int64_t> same_ = 0;
  std::mutex others_mutex_;
  std::map<int64_t, v1::ReplayedEntry> others_;
  std::set<int> semantics_;
  std::vector<std::thread> threads_;
};

void Count(v1::ReplayOutcome outcome, v1::ReplayReport* report) {
  switch (outcome) {
    case v1::REPLAY_OUTCOME_DIFFERENT:
      report->set_different(report->different() + 1);
      break;
    case v1::REPLAY_OUTCOME_ERASED:
      report->set_erased(report->erased() + 1);
      break;
    case v1::REPLAY_OUTCOME_OTHER_SEMANTICS:
      report->set_other_semantics(report->other_semantics() + 1);
      break;
    default:
      report->set_failed(report->failed() + 1);
      break;
  }
}

}  // namespace

absl::StatusOr<v1::ReplayReport> Replay(AuditLog* log, const ReplayOptions& options) {
  if (options.first < 0 || options.threads < 0) {
    return InvalidArgument("replay: neither the first entry nor the number of threads is negative");
  }
  CP_ASSIGN_OR_RETURN(const int64_t size, log->Size());
  const int64_t end = options.end < 0 ? size : std::min(options.end, size);
  CP_ASSIGN_OR_RETURN(const std::vector<v1::Opening> openings, log->Openings());
  FixedCommitments commitments(openings);
  ReplayContexts contexts(log, &commitments);
  const auto threads = options.threads > 0
                           ? static_cast<size_t>(options.threads)
                           : std::max<size_t>(std::thread::hardware_concurrency(), 1);
  v1::ReplayReport report;
  Workers workers(threads, &commitments);
  for (int64_t at = options.first; at < end;) {
    Batch batch;
    const int64_t stop = std::min(at + kBatch, end);
    const absl::Status read = log->ReadAll(at, [&](LoggedEntry entry) {
      at = entry.index + 1;
      if (entry.decision.has_value()) batch.entries.push_back(std::move(entry));
      return at < stop ? absl::OkStatus() : absl::CancelledError();
    });
    if (!read.ok() && !absl::IsCancelled(read)) return read;
    for (const LoggedEntry& entry : batch.entries) {
      CP_ASSIGN_OR_RETURN(std::shared_ptr<const ReplayContext> context,
                          contexts.Of(entry.entry.decision()));
      batch.contexts.push_back(std::move(context));
    }
    report.set_decisions(report.decisions() + static_cast<int64_t>(batch.entries.size()));
    if (!batch.entries.empty()) workers.Give(std::move(batch));
    if (options.progress) options.progress(at - options.first, end - options.first);
  }
  workers.Finish();
  report.set_same(workers.same());
  for (auto& [index, entry] : workers.TakeOthers()) {
    Count(entry.outcome(), &report);
    if (report.entries_size() < options.listed) *report.add_entries() = std::move(entry);
  }
  for (const int version : workers.TakeSemantics()) report.add_semantics(StrCat(version));
  return report;
}

}  // namespace changepolicy
