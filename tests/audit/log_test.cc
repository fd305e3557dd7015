// What a log promises: appending, reading, proving, signing, erasing, and errors that say what to
// do.
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/audit/checkpoint.h"
#include "libchangepolicy/audit/key_change.h"
#include "libchangepolicy/audit/merkle.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/audit/note.h"
#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/domain/supersession.h"
#include "tests/audit/scene.h"

namespace changepolicy {
namespace {

using ::testing::HasSubstr;

class LogTest : public ::testing::Test {
 protected:
  std::unique_ptr<AuditLog> Open(const LogOptions& options = {.create = true, .origin = kOrigin}) {
    auto log = AuditLog::Open(file_, options);
    EXPECT_TRUE(log.ok()) << log.status();
    return log.ok() ? *std::move(log) : nullptr;
  }
  absl::Status Refusal(const LogOptions& options) {
    return AuditLog::Open(file_, options).status();
  }
  void ExpectRefused(const LogOptions& options, absl::StatusCode code, const std::string& says) {
    const absl::Status status = Refusal(options);
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(says));
    EXPECT_THAT(std::string(status.message()), HasSubstr(file_));
  }
  void Sql(const std::string& text) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << text;
    sqlite3_close(database);
  }
  std::string Bytes() {
    std::string all;
    for (const auto& each : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream in(each.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
  }

  const SceneFolder folder_;
  const std::string file_ = folder_ / "log";
};

TEST_F(LogTest, EntriesComeBackAsTheyWere) {
  auto log = Open();
  EXPECT_EQ(*log->Append(DeploymentItem(1)), 0);
  EXPECT_EQ(*log->Append(DecisionItem(2)), 1);
  const LoggedEntry event = *log->Read(0);
  const v1::EventRecord original = std::get<LoggedEvent>(DeploymentItem(1).content).event;
  EXPECT_EQ(event.entry.event().DebugString(), original.DebugString());
  EXPECT_EQ(event.entry.recorded_by(), "pipeline");
  EXPECT_FALSE(event.erased);
  const LoggedEntry decision = *log->Read(1);
  EXPECT_EQ(decision.entry.decision().subject_bytes_digest().size(), 71u);
  EXPECT_EQ(decision.entry.decision().subject_canonical_digest().size(), 71u);
  const auto question = std::get<LoggedQuestion>(DecisionItem(2).content);
  ASSERT_TRUE(decision.decision.has_value());
  EXPECT_EQ(std::get<v1::ChangeRequest>(decision.decision->subject).DebugString(),
            std::get<v1::ChangeRequest>(question.subject).DebugString());
  v1::Decision opened = decision.decision->decision;
  // Digests are those of the sealed inputs.
  EXPECT_NE(opened.directory_digest(), question.decision.directory_digest());
  opened.set_directory_digest(question.decision.directory_digest());
  opened.set_ledger_digest(question.decision.ledger_digest());
  EXPECT_EQ(opened.DebugString(), question.decision.DebugString());
  EXPECT_EQ(log->Read(2).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LogTest, InputsAreStoredOnce) {
  auto log = Open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(log->Append(DecisionItem(i)).ok());
  EXPECT_EQ(log->Verify({})->blobs_verified(), 4);
  const v1::DecisionRecord record = log->Read(4)->entry.decision();
  v1::Directory directory;
  bool erased = true;
  ASSERT_TRUE(log->ReadBlob(record.directory(), &directory, &erased).ok());
  EXPECT_FALSE(erased);
  EXPECT_EQ(directory.people_size(), 3);
  v1::PolicyDocuments policy;
  ASSERT_TRUE(log->ReadBlob(record.policy(), &policy, &erased).ok());
  EXPECT_EQ(policy.documents(0).name(), "saas.yaml");
  EXPECT_EQ(log->ReadBlob("sha256:00").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log->ReadBlob("sha256:" + std::string(64, 'a')).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(LogTest, NamesAreNotInTheTree) {
  auto log = Open();
  ASSERT_TRUE(log->Append(DecisionItem()).ok());
  const std::string entry = *log->ReadBytes(0);
  const std::string directory = *log->ReadBlob(log->Read(0)->entry.decision().directory());
  for (const char* const name : {"bob", "eve@example.com", "Name Of"}) {
    EXPECT_EQ(entry.find(name), std::string::npos) << name;
    EXPECT_EQ(directory.find(name), std::string::npos) << name;
  }
}

TEST_F(LogTest, ARefusedItemLeavesNothingBehind) {
  auto log = Open();
  LogItem without_instant = DeploymentItem(1);
  without_instant.recorded_at = absl::InfinitePast();
  EXPECT_EQ(log->Append(without_instant).status().code(), absl::StatusCode::kInvalidArgument);
  std::vector<LogItem> items = DeploymentItems(0, 3);
  items.push_back(without_instant);
  EXPECT_EQ(log->AppendAll(items).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(*log->Size(), 0);
  LogItem empty = DeploymentItem(1);
  std::get<LoggedEvent>(empty.content).event.clear_deployment();
  EXPECT_THAT(std::string(log->Append(empty).status().message()), HasSubstr("it says nothing"));
  // A decision that answers another question.
  LogItem other = DecisionItem(3);
  std::get<LoggedQuestion>(other.content).question.now = SceneTime(4);
  EXPECT_EQ(log->Append(other).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(*log->Append(DeploymentItem(1)), 0);
  EXPECT_EQ(log->Verify({})->problems_size(), 0);
}

TEST_F(LogTest, ProofsHoldAtEverySize) {
  auto log = Open();
  constexpr int64_t kSize = 19;
  ASSERT_TRUE(log->AppendAll(DeploymentItems(0, kSize)).ok());
  for (int64_t size = 1; size <= kSize; ++size) {
    const std::string root = *log->Root(size);
    for (int64_t index = 0; index < size; ++index) {
      const std::string entry = *log->ReadBytes(index);
      const std::vector<std::string> proof = *log->ProveInclusion(index, size);
      EXPECT_TRUE(CheckInclusion(entry, index, size, proof, root).ok());
      EXPECT_FALSE(CheckInclusion(entry + "!", index, size, proof, root).ok());
    }
    for (int64_t earlier = 1; earlier <= size; ++earlier) {
      const std::vector<std::string> proof = *log->ProveConsistency(earlier, size);
      EXPECT_TRUE(CheckConsistency(earlier, size, proof, *log->Root(earlier), root).ok());
      EXPECT_EQ(CheckConsistency(earlier, size, proof, *log->Root(earlier), *log->Root(0)).ok(),
                false);
    }
  }
  EXPECT_EQ(log->Root(kSize + 1).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(log->ProveInclusion(kSize, kSize).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(log->ProveConsistency(3, kSize + 1).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(LogTest, CheckpointsWitnessesAndRotation) {
  auto log = Open();
  const SceneKey first = KeyOf('a'), second = KeyOf('b');
  ASSERT_TRUE(log->AppendAll(DeploymentItems(0, 3)).ok());
  const std::string note = *log->MakeCheckpoint({first.signer});
  EXPECT_EQ(*log->MakeCheckpoint({first.signer}), note);
  EXPECT_EQ(log->Checkpoints()->size(), 1u);
  EXPECT_THAT(note, ::testing::StartsWith(absl::StrCat(kOrigin, "\n3\n")));

  // A witness cosigns; its line is kept.
  Ed25519Seed seed;
  seed.fill(9);
  const SignerKey witness = *GenerateKey("witness.example/w", seed, SignatureType::kCosignature);
  Note cosigned = *ParseNote(note);
  ASSERT_TRUE(CosignNote(witness, 1772370000, &cosigned).ok());
  ASSERT_TRUE(log->AddCosignatures(*WriteNote(cosigned)).ok());
  EXPECT_THAT(log->Checkpoints()->front(), HasSubstr("— witness.example/w "));
  EXPECT_EQ(
      log->Verify({.keys = {first.verifier}, .witnesses = {WriteVerifierKey(witness.verifier)}})
          ->cosignatures_verified(),
      1);
  // Signing again adds no second one, and keeps the witness's.
  EXPECT_EQ(*log->MakeCheckpoint({first.signer}), note);
  EXPECT_THAT(log->Checkpoints()->front(), HasSubstr("— witness.example/w "));

  // The key is changed: who trusts the first trusts the second from there on.
  const KeyChange change =
      *MakeKeyChange(kOrigin, *ParseSignerKey(first.signer), *ParseVerifierKey(second.verifier));
  v1::KeyChange entry;
  entry.set_old_key(change.old_key);
  entry.set_new_key(change.new_key);
  entry.set_signature(change.signature);
  ASSERT_EQ(*log->Append({.recorded_at = SceneTime(5), .recorded_by = "admin", .content = entry}),
            3);
  ASSERT_TRUE(log->MakeCheckpoint({second.signer}).ok());
  ASSERT_TRUE(log->Append(DeploymentItem(9)).ok());
  ASSERT_TRUE(log->MakeCheckpoint({second.signer}).ok());
  const v1::VerificationReport rotated = *log->Verify({.keys = {first.verifier}});
  EXPECT_EQ(rotated.problems_size(), 0) << rotated.DebugString();
  EXPECT_EQ(rotated.checkpoints_verified(), 3);
  // The first signs no longer.
  ASSERT_TRUE(log->Append(DeploymentItem(10)).ok());
  ASSERT_TRUE(log->MakeCheckpoint({first.signer}).ok());
  const v1::VerificationReport late = *log->Verify({.keys = {first.verifier}});
  ASSERT_EQ(late.problems_size(), 1) << late.DebugString();
  EXPECT_EQ(late.problems(0).kind(), v1::LOG_PROBLEM_KIND_CHECKPOINT_ALTERED);
}

TEST_F(LogTest, AChangeOfKeysThatNobodySigned) {
  auto log = Open();
  v1::KeyChange forged;
  forged.set_old_key(KeyOf('a').verifier);
  forged.set_new_key(KeyOf('x').verifier);
  forged.set_signature(std::string(64, 's'));
  const auto refused =
      log->Append({.recorded_at = SceneTime(), .recorded_by = "eve", .content = forged});
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(*log->Size(), 0);
}

TEST_F(LogTest, KeysOfOthersDoNotSign) {
  auto log = Open();
  EXPECT_EQ(log->MakeCheckpoint({}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(log->MakeCheckpoint({KeyOf('a', "example.com/other").signer}).status().message()),
      HasSubstr("the log is `example.com/changes`"));
  EXPECT_EQ(log->MakeCheckpoint({"hello"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(LogTest, ErasedValuesAreGoneFromTheFiles) {
  auto log = Open();
  ASSERT_TRUE(log->Append(DecisionItem()).ok());
  ASSERT_TRUE(log->MakeCheckpoint({KeyOf('k').signer}).ok());
  EXPECT_NE(Bytes().find("Name Of eve"), std::string::npos);
  // One account is enough: the directory knows the others.
  const ErasedValues erased = *log->Erase({"EVE@example.com"}, "request 7", SceneTime(100), "dpo");
  EXPECT_GE(erased.openings, 3);
  EXPECT_EQ(erased.index, 1);
  log.reset();
  EXPECT_EQ(Bytes().find("Name Of eve"), std::string::npos);
  EXPECT_EQ(Bytes().find("eve@example.com"), std::string::npos);
  log = Open();
  EXPECT_TRUE(log->Read(0)->erased);
  const v1::ReplayReport replay = *Replay(log.get(), {});
  EXPECT_EQ(replay.erased(), 1);
  EXPECT_EQ(replay.same(), 0);
  EXPECT_EQ(log->Verify({.keys = {KeyOf('k').verifier}})->problems_size(), 0);
  EXPECT_EQ(log->Erase({"eve"}, "again", SceneTime(), "dpo").status().code(),
            absl::StatusCode::kNotFound);
  // What comes after is under a new commitment, and can be replayed.
  ASSERT_TRUE(log->Append(DecisionItem(20)).ok());
  EXPECT_EQ(Replay(log.get(), {})->same(), 1);
}

// Another process erased: its commitments are not used again.
TEST_F(LogTest, AnErasureByAnotherConnection) {
  auto one = Open();
  ASSERT_TRUE(one->Append(DecisionItem(1)).ok());
  {
    auto other = Open({});
    ASSERT_TRUE(other->Erase({"ann"}, "request 8", SceneTime(), "dpo").ok());
  }
  ASSERT_TRUE(one->Append(DecisionItem(2)).ok());
  EXPECT_TRUE(one->Read(0)->erased);
  EXPECT_FALSE(one->Read(2)->erased);
  EXPECT_EQ(Replay(one.get(), {})->same(), 1);
}

TEST_F(LogTest, ReplayGivesTheSameBytes) {
  auto log = Open();
  std::vector<LogItem> items;
  for (int i = 0; i < 150; ++i) {
    items.push_back(i % 5 == 0 ? DeploymentItem(i) : DecisionItem(i));
  }
  ASSERT_TRUE(log->AppendAll(items).ok());
  for (const int threads : {1, 2, 7}) {
    int64_t told = 0;
    const v1::ReplayReport report =
        *Replay(log.get(), {.threads = threads, .progress = [&](int64_t done, int64_t total) {
                              EXPECT_EQ(total, 150);
                              EXPECT_GE(done, told);
                              told = done;
                            }});
    EXPECT_EQ(report.decisions(), 120);
    EXPECT_EQ(report.same(), 120) << report.DebugString();
    EXPECT_EQ(told, 150);
  }
  EXPECT_EQ(Replay(log.get(), {.first = 10, .end = 20})->decisions(), 8);
}

// Of a series of versions: what took over, and when, is no input of the log's.
TEST_F(LogTest, ReplayGivesTheSameBytesForAVersionThatIsFollowedByAnother) {
  auto log = Open();
  const auto append = [&](int64_t number, absl::Time instant) {
    LogItem item = DecisionItem(number);
    SupersedeFrom(instant, &std::get<LoggedQuestion>(item.content).decision);
    ASSERT_TRUE(log->Append(item).ok());
  };
  append(1, SceneTime(2));
  append(2, SceneTime(1'000'000'000));
  EXPECT_EQ(Replay(log.get(), {})->same(), 2);
  // No decision is made by a version that has been followed already.
  append(3, SceneTime(3));
  append(4, SceneTime(1));
  const v1::ReplayReport report = *Replay(log.get(), {});
  EXPECT_EQ(report.same(), 2);
  EXPECT_EQ(report.different(), 2);
  EXPECT_EQ(report.entries(0).differences(0).path(), "valid_until");
  // Nor does it excuse a time that is too late.
  LogItem late = DecisionItem(5);
  v1::Decision& decision = std::get<LoggedQuestion>(late.content).decision;
  SupersedeFrom(SceneTime(6), &decision);
  ToProto(SceneTime(7), decision.mutable_valid_until());
  ASSERT_TRUE(log->Append(late).ok());
  EXPECT_EQ(Replay(log.get(), {})->different(), 3);
}

// A decision that is not what its inputs give, logged by a program that lied.
TEST_F(LogTest, ReplayNamesTheFieldThatDiffers) {
  auto log = Open();
  LogItem item = DecisionItem();
  auto& question = std::get<LoggedQuestion>(item.content);
  question.decision.set_verdict(v1::VERDICT_ALLOWED);
  question.decision.mutable_risk()->set_score(99);
  ASSERT_TRUE(log->Append(item).ok());
  LogItem future = DecisionItem();
  std::get<LoggedQuestion>(future.content).decision.set_semantics_version(7);
  ASSERT_TRUE(log->Append(future).ok());
  const std::string root = *log->Root(2);
  const v1::ReplayReport report = *Replay(log.get(), {});
  EXPECT_EQ(report.different(), 1);
  EXPECT_EQ(report.other_semantics(), 1);
  ASSERT_EQ(report.entries_size(), 2);
  std::vector<std::string> paths;
  for (const v1::FieldDifference& difference : report.entries(0).differences()) {
    paths.push_back(difference.path());
    EXPECT_NE(difference.stored(), difference.replayed());
  }
  EXPECT_THAT(paths, ::testing::ElementsAre("verdict", "risk.score"));
  EXPECT_EQ(report.entries(0).differences(0).stored(), "VERDICT_ALLOWED");
  EXPECT_THAT(report.entries(1).detail(), HasSubstr("semantics version 7"));
  EXPECT_EQ(*log->Root(2), root);
  EXPECT_EQ(*log->Size(), 2);
}

TEST_F(LogTest, FilesThatAreNoLog) {
  {
    std::ofstream(file_) << "This is a letter, not a log, and long enough to have a header. " +
                                std::string(200, '.');
  }
  ExpectRefused({.create = true, .origin = kOrigin}, absl::StatusCode::kFailedPrecondition,
                "it is no audit log");
  std::filesystem::remove(file_);
  Sql("CREATE TABLE people(name)");
  const std::string before = Bytes();
  ExpectRefused({.create = true, .origin = kOrigin}, absl::StatusCode::kFailedPrecondition,
                "a database of another program");
  EXPECT_TRUE(Bytes() == before);
  std::filesystem::remove(file_);
  { std::ofstream out(file_); }
  ExpectRefused({}, absl::StatusCode::kFailedPrecondition, "the file is empty");
}

TEST_F(LogTest, ALaterVersion) {
  Open().reset();
  Sql("PRAGMA user_version = 2");
  ExpectRefused({}, absl::StatusCode::kFailedPrecondition, "use a later library");
}

TEST_F(LogTest, FilesThatAreNotThere) {
  ExpectRefused({}, absl::StatusCode::kNotFound, "cannot be opened");
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(AuditLog::Open("", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(AuditLog::Open(folder_.path(), {}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(AuditLog::Open(folder_ / "no/log", {.create = true, .origin = kOrigin}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(LogTest, Origins) {
  EXPECT_EQ(Refusal({.create = true}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Refusal({.create = true, .origin = "two words"}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(file_));
  Open().reset();
  EXPECT_EQ(Open({})->origin(), kOrigin);
  ExpectRefused({.origin = "example.com/other"}, absl::StatusCode::kFailedPrecondition,
                "it is the log `example.com/changes`");
}

TEST_F(LogTest, ALogThatAnotherWriterHolds) {
  Open().reset();
  sqlite3* holder = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &holder), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(holder, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  auto log = Open({.busy_timeout = absl::Milliseconds(20)});
  const absl::Status status = log->Append(DeploymentItem(1)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("another writer holds it"));
  EXPECT_EQ(*log->Size(), 0);  // reading goes on
  sqlite3_exec(holder, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(holder);
  EXPECT_EQ(*log->Append(DeploymentItem(1)), 0);
}

TEST_F(LogTest, ReadOnly) {
  Open()->Append(DeploymentItem(1)).IgnoreError();
  auto log = Open({.read_only = true});
  EXPECT_EQ(log->Append(DeploymentItem(2)).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log->MakeCheckpoint({KeyOf('k').signer}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(log->Erase({"ann"}, "x", SceneTime(), "").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*log->Size(), 1);
}

// A log on a medium that nobody may write to; root may, so another user reads it.
TEST_F(LogTest, AFolderThatCannotBeWritten) {
  Open()->Append(DeploymentItem(1)).IgnoreError();
  chmod(file_.c_str(), 0444);
  chmod(folder_.path().c_str(), 0555);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(9);
    auto log = AuditLog::Open(file_, {.read_only = true});
    if (!log.ok()) _exit(1);
    if (!(*log)->Read(0).ok() || !(*log)->Verify({}).ok()) _exit(2);
    auto writing = AuditLog::Open(file_, {});
    const absl::Status status =
        writing.ok() ? (*writing)->Append(DeploymentItem(2)).status() : writing.status();
    _exit(status.code() == absl::StatusCode::kPermissionDenied ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  chmod(folder_.path().c_str(), 0755);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace changepolicy
