// The audit log: appends by one and in groups, proofs as the log grows, verification beside plain
// SHA-256 over the same bytes, replay of decisions.
//
//   BM_Append/N        N decisions in one commit (with fsync); `entry` is the time of one
//   BM_AppendEvents/N  the same with small events
//   BM_Prove/N         inclusion proof of a random entry of N; BM_Consistency/N from half of it
//   BM_Verify, BM_Sha256   the same log's bytes: their ratio is what verification costs
//   BM_Replay/T        decisions decided again by T threads
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "benchmark/benchmark.h"
#include "libchangepolicy/audit/merkle_proof.h"
#include "libchangepolicy/audit_log.h"
#include "libchangepolicy/base/sha256.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/source/records.h"

namespace changepolicy {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1770000000);

[[noreturn]] void Stop(std::string_view why) {
  std::cerr << why << "\n";
  std::exit(1);
}

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) Stop(FromAbsl(value.status().message()));
  return *std::move(value);
}

std::string Read(const std::string& name) {
  std::ifstream file(StrCat(CHANGEPOLICY_SOURCE_DIR, "/examples/saas/", name));
  if (!file) Stop(StrCat("cannot read ", name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Engine& SaasEngine() {
  static const Engine* const kEngine = [] {
    PolicyResult policy = Policy::Builtin("saas");
    OrganizationFiles files;
    files.Add(Read("organization.yaml"), Format::kYaml, "organization.yaml");
    OrganizationResult organization = Organization::Create(files.organization());
    if (!policy.policy.has_value() || !organization.organization.has_value()) {
      Stop("the example does not load");
    }
    return new Engine(*std::move(policy.policy), *std::move(organization.organization));
  }();
  return *kEngine;
}

// The subjects of examples/saas, each under an id of its own, decided.
LogItem Decided(int64_t number) {
  static const std::vector<AnySubject>* const kSubjects = [] {
    auto* const subjects = new std::vector<AnySubject>();
    for (const char* const name :
         {"emergency-fix.yaml", "schema-migration.yaml", "standard-patch.yaml"}) {
      SubjectResult read = ReadSubject(Read(name), Format::kYaml, name);
      if (!read.subject.has_value()) Stop(ToText(read.issues));
      subjects->push_back(*std::move(read.subject));
    }
    return subjects;
  }();
  AnySubject subject = (*kSubjects)[static_cast<size_t>(number) % kSubjects->size()];
  const Question question{.now = kNow + absl::Seconds(number)};
  v1::Decision decision;
  std::visit(
      [&](auto& one) {
        one.set_id(StrCat(one.id(), "-", number));
        decision = Must(SaasEngine().Decide(one, question));
      },
      subject);
  return {.recorded_at = question.now,
          .recorded_by = "benchmark",
          .content = LoggedQuestion{SaasEngine().policy(), SaasEngine().organization(),
                                    std::move(subject), question, std::move(decision)}};
}

LogItem Event(int64_t number) {
  v1::EventRecord event;
  event.set_subject_id(StrCat("CHG-", number));
  event.mutable_deployment()->set_id(StrCat("D-", number));
  event.mutable_deployment()->set_environment(v1::ENVIRONMENT_PRODUCTION);
  event.mutable_deployment()->set_by("ann");
  ToProto(kNow, event.mutable_deployment()->mutable_happened_at());
  return {.recorded_at = kNow,
          .recorded_by = "benchmark",
          .content = LoggedEvent{SaasEngine().policy(), event}};
}

class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "changepolicy-bench-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file() const { return path_ + "/log"; }

 private:
  std::string path_;
};

std::unique_ptr<AuditLog> NewLog(const Folder& folder) {
  return Must(AuditLog::Open(folder.file(), {.create = true, .origin = "example.com/bench"}));
}

void Append(benchmark::State& state, LogItem (*make)(int64_t)) {
  const Folder folder;
  std::unique_ptr<AuditLog> log = NewLog(folder);
  std::vector<LogItem> items;
  for (int64_t i = 0; i < state.range(0); ++i) items.push_back(make(i));
  for (auto _ : state) Must(log->AppendAll(items));
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["entry"] = benchmark::Counter(
      static_cast<double>(state.range(0)),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  // Closed, everything is in the one file; before, most is in the journal beside it.
  const auto size = static_cast<double>(Must(log->Size()));
  log.reset();
  state.counters["bytes_per_entry"] =
      static_cast<double>(std::filesystem::file_size(folder.file())) / size;
}
void BM_Append(benchmark::State& state) { Append(state, Decided); }
void BM_AppendEvents(benchmark::State& state) { Append(state, Event); }
BENCHMARK(BM_Append)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(BM_AppendEvents)->Arg(1)->Arg(10)->Arg(100)->Arg(1000)->UseRealTime();

// A log of so many events, kept until the end.
AuditLog& LogOf(int64_t size) {
  static auto* const kLogs =
      new std::map<int64_t, std::pair<std::unique_ptr<Folder>, std::unique_ptr<AuditLog>>>();
  auto& [folder, log] = (*kLogs)[size];
  if (log == nullptr) {
    folder = std::make_unique<Folder>();
    log = NewLog(*folder);
    for (int64_t at = 0; at < size;) {
      std::vector<LogItem> items;
      for (; at < size && items.size() < 10'000; ++at) items.push_back(Event(at));
      Must(log->AppendAll(items));
    }
  }
  return *log;
}

void BM_Prove(benchmark::State& state) {
  AuditLog& log = LogOf(state.range(0));
  std::mt19937_64 random(1);
  size_t hashes = 0;
  for (auto _ : state) {
    const auto index = static_cast<int64_t>(random() % static_cast<uint64_t>(state.range(0)));
    hashes = std::max(hashes, Must(log.ProveInclusion(index, state.range(0))).size());
  }
  state.counters["hashes"] = static_cast<double>(hashes);
  state.counters["proof_bytes"] = static_cast<double>(32 * hashes);
}
void BM_VerifyProof(benchmark::State& state) {
  AuditLog& log = LogOf(state.range(0));
  const int64_t index = state.range(0) / 3;
  const std::vector<std::string> proof = Must(log.ProveInclusion(index, state.range(0)));
  const std::string leaf(BytesOf(LeafHash(Must(log.ReadBytes(index)))));
  const std::string root = Must(log.Root(state.range(0)));
  for (auto _ : state) {
    const absl::Status verified = VerifyInclusion(
        static_cast<uint64_t>(index), static_cast<uint64_t>(state.range(0)), leaf, proof, root);
    if (!verified.ok()) Stop(FromAbsl(verified.message()));
  }
}
void BM_Consistency(benchmark::State& state) {
  AuditLog& log = LogOf(state.range(0));
  size_t hashes = 0;
  for (auto _ : state) {
    hashes = Must(log.ProveConsistency(state.range(0) / 2 + 1, state.range(0))).size();
  }
  state.counters["hashes"] = static_cast<double>(hashes);
}
BENCHMARK(BM_Prove)->Arg(10)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(BM_VerifyProof)->Arg(10)->Arg(10'000)->Arg(1'000'000);
BENCHMARK(BM_Consistency)->Arg(10)->Arg(10'000)->Arg(1'000'000);

AuditLog& DecisionLog() {
  static auto* const kFolder = new Folder();
  static AuditLog* const kLog = [] {
    std::unique_ptr<AuditLog> log = NewLog(*kFolder);
    std::vector<LogItem> items;
    for (int64_t i = 0; i < 4'000; ++i) items.push_back(Decided(i));
    Must(log->AppendAll(items));
    return log.release();
  }();
  return *kLog;
}

void BM_Verify(benchmark::State& state) {
  AuditLog& log = DecisionLog();
  for (auto _ : state) {
    if (!Must(log.Verify({})).problems().empty()) Stop("the log does not verify");
  }
  state.SetItemsProcessed(state.iterations() * Must(log.Size()));
}
void BM_Sha256(benchmark::State& state) {
  AuditLog& log = DecisionLog();
  std::vector<std::string> entries;
  for (int64_t i = 0; i < Must(log.Size()); ++i) entries.push_back(Must(log.ReadBytes(i)));
  for (auto _ : state) {
    for (const std::string& bytes : entries) benchmark::DoNotOptimize(HashOf({bytes}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(entries.size()));
}
BENCHMARK(BM_Verify)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Sha256)->Unit(benchmark::kMillisecond);

void BM_Replay(benchmark::State& state) {
  AuditLog& log = DecisionLog();
  for (auto _ : state) {
    const v1::ReplayReport report =
        Must(Replay(&log, {.threads = static_cast<int>(state.range(0))}));
    if (report.same() != report.decisions()) Stop("a decision came out otherwise");
  }
  state.SetItemsProcessed(state.iterations() * Must(log.Size()));
}
BENCHMARK(BM_Replay)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace changepolicy
