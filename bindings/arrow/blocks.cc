#include "bindings/arrow/blocks.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "libchangepolicy/base/status.h"

namespace changepolicy::bindings {
namespace {

class Crew {
 public:
  Crew(int64_t blocks, const std::function<absl::Status(int64_t)>& body)
      : blocks_(blocks), body_(body) {}

  void Work() {
    while (!failed_) {
      const int64_t block = next_++;
      if (block >= blocks_) return;
      const absl::Status status = Guarded([&] { return body_(block); });
      if (!status.ok()) Fail(block, status);
    }
  }

  const absl::Status& status() const { return status_; }

 private:
  void Fail(int64_t block, const absl::Status& status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (status_.ok() || block < first_failed_) {
      status_ = status;
      first_failed_ = block;
    }
    failed_ = true;
  }

  const int64_t blocks_;
  const std::function<absl::Status(int64_t)>& body_;
  std::atomic<int64_t> next_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  absl::Status status_;
  int64_t first_failed_ = 0;
};

}  // namespace

absl::Status Guarded(const std::function<absl::Status()>& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("memory ran out");
  } catch (const std::exception& exception) {
    return Internal(exception.what());
  } catch (...) {
    return Internal("an unknown exception");
  }
}

absl::Status ForEachBlock(int64_t blocks, int threads,
                          const std::function<absl::Status(int64_t)>& body) {
  const int64_t wanted =
      threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  Crew crew(blocks, body);
  std::vector<std::thread> helpers;
  // A machine that has no more threads, or no memory for them, does with those that it has.
  try {
    helpers.reserve(std::max<int64_t>(std::min(wanted, blocks) - 1, 0));
    while (static_cast<int64_t>(helpers.size()) + 1 < std::min(wanted, blocks)) {
      helpers.emplace_back([&crew] { crew.Work(); });
    }
  } catch (const std::system_error&) {
  } catch (const std::bad_alloc&) {
  }
  crew.Work();
  for (std::thread& helper : helpers) helper.join();
  return crew.status();
}

}  // namespace changepolicy::bindings
