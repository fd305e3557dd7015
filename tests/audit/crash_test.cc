// Whatever goes wrong with the disk, at whichever operation: the log opens again, verifies, and has
// every entry that was acknowledged.
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit_log.h"
#include "tests/audit/fault_vfs.h"
#include "tests/audit/scene.h"

namespace changepolicy {
namespace {

constexpr char kFile[] = "log";

// What was acknowledged: entries by their index, and notes.
struct Acknowledged {
  bool opened = false;
  std::map<int64_t, int64_t> numbers;  // the deployment at an index
  std::vector<std::string> checkpoints;
  bool erased = false;
};

LogOptions Options(const FaultDisk& disk, bool create = true) {
  return {.create = create, .origin = create ? kOrigin : "", .vfs = disk.vfs_name()};
}

// Opens, appends one by one and many at once, signs, erases, closes. Goes on after errors, as a
// program would.
Acknowledged Live(const FaultDisk& disk) {
  Acknowledged acknowledged;
  absl::StatusOr<std::unique_ptr<AuditLog>> log = AuditLog::Open(kFile, Options(disk));
  if (!log.ok()) return acknowledged;
  acknowledged.opened = true;
  const auto append = [&](int64_t first, int64_t count) {
    const std::vector<LogItem> items = DeploymentItems(first, count);
    const absl::StatusOr<std::vector<int64_t>> indices = (*log)->AppendAll(items);
    if (!indices.ok()) return;
    for (size_t i = 0; i < indices->size(); ++i) {
      acknowledged.numbers[(*indices)[i]] = first + static_cast<int64_t>(i);
    }
  };
  const auto sign = [&] {
    const absl::StatusOr<std::string> note = (*log)->MakeCheckpoint({KeyOf('k').signer});
    if (note.ok()) acknowledged.checkpoints.push_back(*note);
  };
  append(1, 1);
  append(2, 1);
  sign();
  append(10, 7);
  append(3, 1);
  acknowledged.erased = (*log)->Erase({"ann"}, "test", SceneTime(), "dpo").ok();
  append(4, 1);
  sign();
  return acknowledged;
}

void ExpectWhole(const FaultDisk& disk, const Acknowledged& acknowledged) {
  absl::StatusOr<std::unique_ptr<AuditLog>> log =
      AuditLog::Open(kFile, Options(disk, !acknowledged.opened));
  ASSERT_TRUE(log.ok()) << log.status();
  const absl::StatusOr<v1::VerificationReport> report =
      (*log)->Verify({.keys = {KeyOf('k').verifier}, .checkpoints = acknowledged.checkpoints});
  ASSERT_TRUE(report.ok()) << report.status();
  for (const v1::LogProblem& problem : report->problems()) {
    // A log of which no checkpoint was acknowledged may be unsigned.
    if (problem.kind() == v1::LOG_PROBLEM_KIND_UNSIGNED && acknowledged.checkpoints.empty())
      continue;
    ADD_FAILURE() << problem.DebugString();
  }
  for (const auto& [index, number] : acknowledged.numbers) {
    const absl::StatusOr<LoggedEntry> entry = (*log)->Read(index);
    ASSERT_TRUE(entry.ok()) << index << ": " << entry.status();
    EXPECT_EQ(entry->entry.event().deployment().id(), absl::StrCat("D-", number));
  }
  // It goes on.
  const absl::StatusOr<int64_t> next = (*log)->Append(DeploymentItem(99));
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_GE(*next, static_cast<int64_t>(acknowledged.numbers.size()));
}

struct Case {
  const char* name;
  Fault fault;
  bool forever;
  bool starts_again;  // the power was off
};

class CrashTest : public ::testing::TestWithParam<Case> {};

TEST_P(CrashTest, AtEachOperationInTurn) {
  int64_t failures = 0;
  for (int64_t operation = 0;; ++operation) {
    SCOPED_TRACE(absl::StrCat("operation ", operation));
    FaultDisk disk(absl::StrCat("fault-", GetParam().name));
    disk.FailAt(operation, GetParam().fault, GetParam().forever);
    const Acknowledged acknowledged = Live(disk);
    const bool beyond = operation >= disk.operations();
    if (disk.has_failed()) ++failures;
    if (GetParam().starts_again) {
      disk.StartAgain(static_cast<uint64_t>(operation));
    } else {
      disk.FailAt(-1, Fault::kNone);
    }
    ExpectWhole(disk, acknowledged);
    if (HasFatalFailure() || HasNonfatalFailure()) return;
    if (beyond) {
      // Nothing went wrong: everything was acknowledged.
      EXPECT_EQ(acknowledged.numbers.size(), 11u);
      EXPECT_EQ(acknowledged.checkpoints.size(), 2u);
      EXPECT_TRUE(acknowledged.erased);
      break;
    }
  }
  EXPECT_GT(failures, 5);
}

INSTANTIATE_TEST_SUITE_P(Faults, CrashTest,
                         ::testing::Values(Case{"ReadError", Fault::kReadError, false, false},
                                           Case{"WriteError", Fault::kWriteError, false, false},
                                           Case{"WriteErrors", Fault::kWriteError, true, false},
                                           Case{"Full", Fault::kFull, false, false},
                                           Case{"FullForGood", Fault::kFull, true, false},
                                           Case{"SyncError", Fault::kSyncError, false, false},
                                           Case{"SyncErrorThenPowerOff", Fault::kSyncError, true,
                                                true},
                                           Case{"Tear", Fault::kTear, false, true},
                                           Case{"PowerOff", Fault::kPowerOff, false, true}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(CrashTest, AFullDiskIsNamed) {
  FaultDisk disk("fault-named");
  absl::StatusOr<std::unique_ptr<AuditLog>> log = AuditLog::Open(kFile, Options(disk));
  ASSERT_TRUE(log.ok()) << log.status();
  disk.FailAt(0, Fault::kFull, true);
  for (int64_t operation = 0; !disk.has_failed(); ++operation) {
    disk.FailAt(operation, Fault::kFull, true);
    const absl::StatusOr<int64_t> index = (*log)->Append(DeploymentItem(operation));
    if (index.ok()) continue;
    EXPECT_EQ(index.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(index.status().message()),
                ::testing::HasSubstr("the disk is full; nothing was written"));
  }
  disk.FailAt(-1, Fault::kNone);
  EXPECT_TRUE((*log)->Append(DeploymentItem(1)).ok());
}

}  // namespace
}  // namespace changepolicy
