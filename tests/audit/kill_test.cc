// Processes that are killed while they append, and several that append at once.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit_log.h"
#include "tests/audit/scene.h"

namespace changepolicy {
namespace {

struct Receipt {
  int64_t index = -1, number = -1;
};

// A process that appends and tells of each entry that it was acknowledged, until it is killed or
// has appended so many.
class Appender {
 public:
  Appender(const std::string& file, int64_t first, int64_t count) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    process_ = fork();
    if (process_ == 0) {
      close(ends[0]);
      Append(file, first, count, ends[1]);
    }
    close(ends[1]);
    from_ = ends[0];
  }
  ~Appender() { close(from_); }
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  void Kill() { kill(process_, SIGKILL); }
  // Reads so many acknowledgements, however long they take on a busy machine.
  void Await(size_t count) {
    Receipt receipt;
    while (receipts_.size() < count && read(from_, &receipt, sizeof(receipt)) == sizeof(receipt)) {
      receipts_.push_back(receipt);
    }
  }
  // What was acknowledged, after its end; the exit code, or -1 where it was killed.
  std::vector<Receipt> Wait(int* code) {
    Await(SIZE_MAX);
    int status = 0;
    waitpid(process_, &status, 0);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return receipts_;
  }

 private:
  [[noreturn]] static void Append(const std::string& file, int64_t first, int64_t count, int to) {
    absl::StatusOr<std::unique_ptr<AuditLog>> log =
        AuditLog::Open(file, {.create = true, .origin = kOrigin});
    if (!log.ok()) {
      std::cerr << log.status() << std::endl;
      _exit(2);
    }
    for (int64_t number = first; number < first + count; ++number) {
      const absl::StatusOr<int64_t> index = (*log)->Append(DeploymentItem(number));
      if (!index.ok()) {
        std::cerr << index.status() << std::endl;
        _exit(3);
      }
      const Receipt receipt{*index, number};
      if (write(to, &receipt, sizeof(receipt)) != sizeof(receipt)) _exit(4);
    }
    _exit(0);
  }

  pid_t process_ = -1;
  int from_ = -1;
  std::vector<Receipt> receipts_;
};

void ExpectAll(const std::string& file, const std::map<int64_t, int64_t>& acknowledged) {
  absl::StatusOr<std::unique_ptr<AuditLog>> log = AuditLog::Open(file, {});
  ASSERT_TRUE(log.ok()) << log.status();
  const absl::StatusOr<v1::VerificationReport> report = (*log)->Verify({});
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->problems_size(), 0) << report->DebugString();
  for (const auto& [index, number] : acknowledged) {
    const absl::StatusOr<LoggedEntry> entry = (*log)->Read(index);
    ASSERT_TRUE(entry.ok()) << entry.status();
    EXPECT_EQ(entry->entry.event().deployment().id(), absl::StrCat("D-", number));
  }
}

TEST(KillTest, AcknowledgedEntriesAreThereHoweverOftenAWriterIsKilled) {
  const SceneFolder folder;
  const std::string file = folder / "log";
  ScenePolicy();  // read once, before the forks
  std::map<int64_t, int64_t> acknowledged;
  std::mt19937 random(17);
  int killed = 0;
  for (int round = 0; round < 40; ++round) {
    Appender appender(file, round * 1000, 1000);
    // At any point of an append, the first of all among them.
    appender.Await(random() % 8);
    absl::SleepFor(absl::Microseconds(random() % 4000));
    appender.Kill();
    int code = 0;
    for (const Receipt& receipt : appender.Wait(&code)) {
      EXPECT_TRUE(acknowledged.emplace(receipt.index, receipt.number).second);
    }
    if (code == -1) ++killed;
    if (code == -1 && acknowledged.empty()) continue;  // before the log was made
    ExpectAll(file, acknowledged);
    if (HasFailure()) return;
  }
  EXPECT_EQ(killed, 40);
  EXPECT_GT(acknowledged.size(), 40u);
}

TEST(KillTest, SeveralProcessesWriteOneFile) {
  const SceneFolder folder;
  const std::string file = folder / "log";
  ScenePolicy();
  constexpr int64_t kEach = 60;
  std::vector<std::unique_ptr<Appender>> appenders;
  for (int i = 0; i < 4; ++i)
    appenders.push_back(std::make_unique<Appender>(file, i * 1000, kEach));
  std::map<int64_t, int64_t> acknowledged;
  for (const auto& appender : appenders) {
    int code = 0;
    for (const Receipt& receipt : appender->Wait(&code)) {
      EXPECT_TRUE(acknowledged.emplace(receipt.index, receipt.number).second) << receipt.index;
    }
    EXPECT_EQ(code, 0);
  }
  EXPECT_EQ(acknowledged.size(), 4u * kEach);
  // Every index from 0 on was given once.
  EXPECT_EQ(acknowledged.rbegin()->first, 4 * kEach - 1);
  ExpectAll(file, acknowledged);
}

// The first to come makes the log, and the others wait for it rather than give up.
TEST(KillTest, SeveralProcessesMakeOneFile) {
  ScenePolicy();
  for (int round = 0; round < 30; ++round) {
    const SceneFolder folder;
    std::vector<std::unique_ptr<Appender>> appenders;
    for (int i = 0; i < 4; ++i) {
      appenders.push_back(std::make_unique<Appender>(folder / "log", i * 1000, 1));
    }
    std::set<int64_t> indexes;
    for (const auto& appender : appenders) {
      int code = 0;
      for (const Receipt& receipt : appender->Wait(&code)) indexes.insert(receipt.index);
      EXPECT_EQ(code, 0) << "round " << round;
    }
    EXPECT_THAT(indexes, testing::ElementsAre(0, 1, 2, 3)) << "round " << round;
  }
}

TEST(KillTest, SeveralThreadsShareCommits) {
  const SceneFolder folder;
  const std::string file = folder / "log";
  auto log = *AuditLog::Open(file, {.create = true, .origin = kOrigin});
  std::vector<std::thread> threads;
  std::vector<std::map<int64_t, int64_t>> acknowledged(8);
  for (size_t i = 0; i < acknowledged.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int64_t number = 0; number < 25; ++number) {
        const int64_t name = static_cast<int64_t>(i) * 1000 + number;
        const absl::StatusOr<int64_t> index = log->Append(DeploymentItem(name));
        ASSERT_TRUE(index.ok()) << index.status();
        acknowledged[i][*index] = name;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<int64_t, int64_t> all;
  for (const auto& of_thread : acknowledged) {
    // Each thread sees its own entries in order.
    int64_t last = -1;
    for (const auto& [index, number] : of_thread) {
      EXPECT_GT(number, last);
      last = number;
      EXPECT_TRUE(all.emplace(index, number).second);
    }
  }
  EXPECT_EQ(all.size(), 200u);
  ExpectAll(file, all);
}

}  // namespace
}  // namespace changepolicy
