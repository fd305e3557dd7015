// A test per corruption: each is named, with the first bad entry.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit/format.h"
#include "libchangepolicy/audit_log.h"
#include "tests/audit/scene.h"

namespace changepolicy {
namespace {

constexpr int64_t kSize = 20;
constexpr int64_t kSignedEarly = 8;

// Somebody who may write to the file and knows how it is made.
class Intruder {
 public:
  explicit Intruder(const std::string& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &database_), SQLITE_OK);
    for (const char* const table : {"entries", "nodes", "blobs"}) {
      Do(absl::StrCat("DROP TRIGGER ", table, "_stay; DROP TRIGGER ", table, "_remain"));
    }
  }
  ~Intruder() { sqlite3_close(database_); }
  Intruder(const Intruder&) = delete;
  Intruder& operator=(const Intruder&) = delete;

  void Do(const std::string& text) {
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(database_, text.c_str(), nullptr, nullptr, &error), SQLITE_OK)
        << (error == nullptr ? "" : error) << " in " << text;
    sqlite3_free(error);
  }
  // One bit of a value of bytes.
  void Flip(const std::string& table, const std::string& column, const std::string& where,
            size_t byte) {
    sqlite3_stmt* read = nullptr;
    const std::string select =
        absl::StrCat("SELECT rowid, ", column, " FROM ", table, " WHERE ", where);
    ASSERT_EQ(sqlite3_prepare_v2(database_, select.c_str(), -1, &read, nullptr), SQLITE_OK);
    ASSERT_EQ(sqlite3_step(read), SQLITE_ROW);
    const int64_t row = sqlite3_column_int64(read, 0);
    std::string bytes(static_cast<const char*>(sqlite3_column_blob(read, 1)),
                      static_cast<size_t>(sqlite3_column_bytes(read, 1)));
    sqlite3_finalize(read);
    bytes[byte % bytes.size()] = static_cast<char>(bytes[byte % bytes.size()] ^ 1);
    sqlite3_stmt* write = nullptr;
    const std::string update =
        absl::StrCat("UPDATE ", table, " SET ", column, " = ?1 WHERE rowid = ", row);
    ASSERT_EQ(sqlite3_prepare_v2(database_, update.c_str(), -1, &write, nullptr), SQLITE_OK);
    sqlite3_bind_blob(write, 1, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
    EXPECT_EQ(sqlite3_step(write), SQLITE_DONE);
    sqlite3_finalize(write);
  }

 private:
  sqlite3* database_ = nullptr;
};

// A log of kSize entries, signed at kSignedEarly and at its end; a decision is entry 12.
class CorruptionTest : public ::testing::Test {
 protected:
  CorruptionTest() { Make(file_, kSize); }

  static std::vector<std::string> Make(const std::string& file, int64_t size,
                                       int64_t other_from = kSize) {
    auto log = *AuditLog::Open(file, {.create = true, .origin = kOrigin});
    std::vector<std::string> notes;
    for (int64_t index = 0; index < size; ++index) {
      if (index == 12) {
        EXPECT_TRUE(log->Append(DecisionItem()).ok());
      } else {
        EXPECT_TRUE(log->Append(DeploymentItem(index >= other_from ? 500 + index : index)).ok());
      }
      if (index + 1 == kSignedEarly || index + 1 == size) {
        notes.push_back(*log->MakeCheckpoint({KeyOf('k').signer}));
      }
    }
    return notes;
  }

  v1::VerificationReport Verify(std::vector<std::string> kept = {}) {
    auto log = AuditLog::Open(file_, {.read_only = true});
    EXPECT_TRUE(log.ok()) << log.status();
    auto report = (*log)->Verify({.keys = {KeyOf('k').verifier}, .checkpoints = std::move(kept)});
    EXPECT_TRUE(report.ok()) << report.status();
    return *report;
  }

  // The first problem is of this kind and begins there.
  void ExpectFirst(const v1::VerificationReport& report, v1::LogProblemKind kind, int64_t index) {
    ASSERT_GT(report.problems_size(), 0);
    const v1::LogProblem& first = report.problems(0);
    EXPECT_EQ(v1::LogProblemKind_Name(first.kind()), v1::LogProblemKind_Name(kind))
        << report.DebugString();
    EXPECT_EQ(first.first_bad_index(), index) << report.DebugString();
    EXPECT_TRUE(first.has_first_bad_index());
  }
  static bool Has(const v1::VerificationReport& report, v1::LogProblemKind kind) {
    return std::any_of(report.problems().begin(), report.problems().end(),
                       [&](const v1::LogProblem& problem) { return problem.kind() == kind; });
  }

  const SceneFolder folder_;
  const std::string file_ = folder_ / "log";
};

TEST_F(CorruptionTest, NothingIsWrongAtFirst) {
  const v1::VerificationReport report = Verify();
  EXPECT_EQ(report.problems_size(), 0) << report.DebugString();
  EXPECT_EQ(report.entries_verified(), kSize);
  EXPECT_EQ(report.checkpoints_verified(), 2);
  EXPECT_EQ(report.signed_size(), kSize);
  EXPECT_EQ(report.blobs_verified(), 4);
  EXPECT_GT(report.openings_verified(), 0);
}

// Any bit of any entry.
TEST_F(CorruptionTest, AFlippedBitOfAnEntry) {
  for (const int64_t index : {0, 1, 7, 8, 12, 19}) {
    for (const size_t byte : {size_t{0}, size_t{9}, size_t{1000}}) {
      Intruder(file_).Flip("entries", "bytes", absl::StrCat("idx = ", index), byte);
      ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_ENTRY_ALTERED, index);
      std::filesystem::remove(file_);
      Make(file_, kSize);
    }
  }
}

TEST_F(CorruptionTest, TwoEntriesThatChangedPlaces) {
  Intruder(file_).Do(
      "UPDATE entries SET idx = -5 WHERE idx = 3; UPDATE entries SET idx = 3 WHERE "
      "idx = 11; UPDATE entries SET idx = 11 WHERE idx = -5");
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_ENTRY_ALTERED, 3);
}

TEST_F(CorruptionTest, AnEntryThatIsGone) {
  Intruder(file_).Do("DELETE FROM entries WHERE idx = 7");
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_ENTRY_MISSING, 7);
}

TEST_F(CorruptionTest, AnEntryThatWasPutBefore) {
  Intruder(file_).Do("INSERT INTO entries VALUES (-1, x'00')");
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_ENTRY_ALTERED, 0);
}

TEST_F(CorruptionTest, AnEntryThatWasAddedWithoutItsHash) {
  Intruder(file_).Do("INSERT INTO entries SELECT 20, bytes FROM entries WHERE idx = 4");
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_ENTRY_ALTERED, 20);
}

TEST_F(CorruptionTest, ATailThatWasCut) {
  Intruder(file_).Do("DELETE FROM entries WHERE idx >= 15");
  const v1::VerificationReport report = Verify();
  ExpectFirst(report, v1::LOG_PROBLEM_KIND_TREE_ALTERED, 15);
  EXPECT_TRUE(Has(report, v1::LOG_PROBLEM_KIND_TAIL_CUT));
}

// Cut with all traces of it: an earlier state of the file. Only who kept a checkpoint can tell.
TEST_F(CorruptionTest, AnEarlierStateOfTheFile) {
  const std::vector<std::string> notes = Make(folder_ / "whole", kSize);
  std::filesystem::remove(file_);
  Make(file_, 15);
  EXPECT_EQ(Verify().problems_size(), 0);
  // Names are sealed with other salts in each log; those of the whole log are another fork here.
  const v1::VerificationReport report = Verify({notes.back()});
  ExpectFirst(report, v1::LOG_PROBLEM_KIND_TAIL_CUT, 15);
}

TEST_F(CorruptionTest, AStoredHashThatWasChanged) {
  Intruder(file_).Flip("nodes", "hash", absl::StrCat("position = ", NodePosition(0, 6)), 0);
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_TREE_ALTERED, 6);
}

TEST_F(CorruptionTest, AStoredHashOfASubtreeThatWasChanged) {
  Intruder(file_).Flip("nodes", "hash", absl::StrCat("position = ", NodePosition(2, 1)), 0);
  const v1::VerificationReport report = Verify();
  ExpectFirst(report, v1::LOG_PROBLEM_KIND_TREE_ALTERED, 4);
  EXPECT_THAT(report.problems(0).detail(), ::testing::HasSubstr("from 4 to 7"));
}

TEST_F(CorruptionTest, ACheckpointBySomebodyElse) {
  auto other = *AuditLog::Open(folder_ / "other", {.create = true, .origin = kOrigin});
  ASSERT_TRUE(other->AppendAll(DeploymentItems(0, kSize)).ok());
  const std::string note = *other->MakeCheckpoint({KeyOf('x').signer});
  Intruder(file_).Do(absl::StrCat("UPDATE checkpoints SET note = '", note, "' WHERE ordinal = 2"));
  const v1::VerificationReport report = Verify();
  // From where on no checkpoint stands for the entries any more.
  ExpectFirst(report, v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED, kSignedEarly);
  EXPECT_EQ(report.problems(0).before_index(), kSize);
  EXPECT_EQ(report.signed_size(), kSignedEarly);
}

TEST_F(CorruptionTest, ACheckpointWithAnotherRoot) {
  Intruder(file_).Do(
      "UPDATE checkpoints SET note = replace(note, char(10) || '20' || char(10), "
      "char(10) || '19' || char(10)), size = 19 WHERE ordinal = 2");
  const v1::VerificationReport report = Verify();
  EXPECT_TRUE(Has(report, v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED)) << report.DebugString();
}

TEST_F(CorruptionTest, ACheckpointThatIsNoNote) {
  Intruder(file_).Do("UPDATE checkpoints SET note = 'hello' WHERE ordinal = 1");
  EXPECT_TRUE(Has(Verify(), v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED));
}

// Rewritten from entry 9 on and signed again by the holder of the key.
TEST_F(CorruptionTest, AForkedLog) {
  const std::string kept = [&] {
    auto log = *AuditLog::Open(file_, {.read_only = true});
    return log->Checkpoints()->back();
  }();
  std::filesystem::copy_file(file_, folder_ / "copy");
  Intruder intruder(folder_ / "copy");
  intruder.Do("DELETE FROM entries WHERE idx >= 9; DELETE FROM checkpoints WHERE size > 9");
  for (int level = 0; level < 6; ++level) {
    for (int64_t node = 0; node < kSize; ++node) {
      if (((node + 1) << level) <= 9) continue;
      intruder.Do(absl::StrCat("DELETE FROM nodes WHERE position = ", NodePosition(level, node)));
    }
  }
  {
    auto fork = *AuditLog::Open(folder_ / "copy", {});
    ASSERT_TRUE(fork->AppendAll(DeploymentItems(700, 15)).ok());
    ASSERT_TRUE(fork->MakeCheckpoint({KeyOf('k').signer}).ok());
    // By itself nothing is wrong with it.
    EXPECT_EQ(fork->Verify({.keys = {KeyOf('k').verifier}})->problems_size(), 0);
    const auto report = fork->Verify({.keys = {KeyOf('k').verifier}, .checkpoints = {kept}});
    ExpectFirst(*report, v1::LOG_PROBLEM_KIND_FORKED, kSignedEarly);
    EXPECT_EQ(report->problems(0).before_index(), kSize);
  }
}

TEST_F(CorruptionTest, ABlobThatWasChanged) {
  Intruder(file_).Flip("blobs", "bytes", "rowid = 2", 40);
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_BLOB_ALTERED, 12);
}

TEST_F(CorruptionTest, ABlobThatIsGone) {
  Intruder(file_).Do("DELETE FROM blobs WHERE rowid = 1");
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_BLOB_MISSING, 12);
}

TEST_F(CorruptionTest, AnOpeningThatWasChanged) {
  Intruder(file_).Do(
      "UPDATE openings SET value = CAST('zoe' AS BLOB) WHERE value = CAST('ann' AS BLOB)");
  ExpectFirst(Verify(), v1::LOG_PROBLEM_KIND_OPENING_ALTERED, 0);
}

TEST_F(CorruptionTest, AnOpeningThatIsGoneWithoutARecord) {
  Intruder(file_).Do("DELETE FROM openings WHERE value = CAST('ann' AS BLOB)");
  const v1::VerificationReport report = Verify();
  ExpectFirst(report, v1::LOG_PROBLEM_KIND_OPENING_ALTERED, 0);
  EXPECT_GT(report.entries_erased(), 0);
}

TEST_F(CorruptionTest, AnErasureIsNoCorruption) {
  {
    auto log = *AuditLog::Open(file_, {});
    ASSERT_TRUE(log->Erase({"ann"}, "GDPR Art. 17", SceneTime(), "dpo").ok());
  }
  const v1::VerificationReport report = Verify();
  EXPECT_EQ(report.problems_size(), 0) << report.DebugString();
  EXPECT_GT(report.entries_erased(), 0);
}

TEST_F(CorruptionTest, ADamagedDatabase) {
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file_) / 2));
    file << std::string(4096, '\xff');
  }
  auto log = AuditLog::Open(file_, {.read_only = true});
  ASSERT_TRUE(log.ok()) << log.status();
  const auto report = (*log)->Verify({.keys = {KeyOf('k').verifier}});
  if (report.ok()) {
    EXPECT_GT(report->problems_size(), 0);
  } else {
    EXPECT_EQ(report.status().code(), absl::StatusCode::kDataLoss) << report.status();
  }
}

TEST_F(CorruptionTest, NobodyHasSigned) {
  auto log = *AuditLog::Open(folder_ / "unsigned", {.create = true, .origin = kOrigin});
  ASSERT_TRUE(log->AppendAll(DeploymentItems(0, 3)).ok());
  const auto report = log->Verify({.keys = {KeyOf('k').verifier}});
  ExpectFirst(*report, v1::LOG_PROBLEM_KIND_UNSIGNED, 0);
  EXPECT_EQ(log->Verify({})->problems_size(), 0);
}

}  // namespace
}  // namespace changepolicy
