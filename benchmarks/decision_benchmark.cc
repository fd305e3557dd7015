// A whole decision, from the bytes of a change to the bytes of a Decision: ours beside the same
// decision written by hand, over a corpus of distinct changes (corpus/, handwritten/).
//
//   decision_benchmark                     medians, spread and ratios, of runs that take turns
//   decision_benchmark --once N VARIANT    decides the first N changes and nothing else, for
//                                          valgrind --tool=callgrind
//                                          --toggle-collect='*DecideCounted*'
//
// Before anything is timed, each variant by hand must give the bytes of Engine::AnswerBytes for
// every change. Beside them stand the same decision as text, and that of detail FULL.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "benchmarks/corpus/corpus.h"
#include "benchmarks/handwritten/decide.h"
#include "google/protobuf/arena.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/report/decision_text.h"

namespace changepolicy {
namespace {

constexpr size_t kChanges = 4096;
constexpr int kRuns = 9;
// Of one run; it goes through the whole corpus a whole number of times.
constexpr double kLeastSeconds = 0.05;

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

enum Variant { kParseOnly, kOnHeap, kOnArena, kPrepared, kOurs, kText, kFull, kVariants };
constexpr const char* kNames[kVariants] = {"parse_only", "hand_heap", "hand_arena", "hand_prepared",
                                           "ours",       "ours_text", "ours_full"};

// Everything that a decision needs, made once.
class Bench {
 public:
  Bench() : corpus_(corpus::MakeCorpus(kChanges)) {
    PolicyResult policy = Policy::Builtin("saas");
    OrganizationResult organization = Organization::Create(corpus_.organization);
    if (!policy.policy.has_value() || !organization.organization.has_value()) {
      Stop("the corpus does not load");
    }
    engine_ =
        std::make_unique<Engine>(*std::move(policy.policy), *std::move(organization.organization));
    auto tables = handwritten::Tables::Make(*engine_);
    if (!tables.ok()) Stop(StrCat("tables: ", FromAbsl(tables.status().message())));
    tables_ = *std::move(tables);
    decider_ = std::make_unique<handwritten::Decider>(*tables_);
    block_.resize(1 << 18);
    google::protobuf::ArenaOptions options;
    options.initial_block = block_.data();
    options.initial_block_size = block_.size();
    arena_ = std::make_unique<google::protobuf::Arena>(options);
  }

  // The size of what came out; 0 where nothing did.
  size_t Decide(Variant variant, size_t i) {
    const std::string& change = corpus_.subjects[i];
    const absl::Time now = corpus_.instants[i];
    switch (variant) {
      case kParseOnly: {
        arena_->Reset();
        auto* const parsed =
            google::protobuf::Arena::CreateMessage<v1::ChangeRequest>(arena_.get());
        return parsed->ParseFromArray(change.data(), static_cast<int>(change.size())) ? 1 : 0;
      }
      case kOnHeap:
        return Keep(decider_->OnHeap(change, now));
      case kOnArena:
        return Keep(decider_->OnArena(change, now));
      case kPrepared:
        return Keep(decider_->Prepared(change, now));
      case kText: {
        // As who has bytes and wants the text goes: the Decision's bytes, read on a reused arena.
        if (Answer(change, now) == 0) return 0;
        arena_->Reset();
        auto* const decision = google::protobuf::Arena::CreateMessage<v1::Decision>(arena_.get());
        if (!decision->ParseFromString(ours_)) return 0;
        return DecisionText(*decision, engine_->policy(), {}).size();
      }
      case kFull:
        return DecideInFull(change, now);
      default:
        return Answer(change, now);
    }
  }

  // How many changes each variant decides with other bytes than the engine; none may.
  void Check() {
    for (size_t i = 0; i < kChanges; ++i) {
      if (Decide(kOurs, i) == 0) Stop(StrCat("ours refuses change ", i));
      const std::string wanted = ours_;
      for (const Variant variant : {kOnHeap, kOnArena, kPrepared}) {
        if (Decide(variant, i) == 0 || last_ != wanted) {
          Stop(StrCat(kNames[variant], ": other bytes for change ", i));
        }
      }
    }
  }

 private:
  size_t Answer(const std::string& bytes, absl::Time now) {
    const absl::Status status = engine_->AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE,
                                                     bytes, {.now = now}, &ours_);
    if (!status.ok()) return 0;
    last_ = ours_;
    return ours_.size();
  }

  size_t DecideInFull(const std::string& bytes, absl::Time now) {
    v1::ChangeRequest change;
    if (!change.ParseFromString(bytes)) return 0;
    const absl::StatusOr<v1::Decision> decision =
        engine_->Decide(change, {.now = now, .detail = v1::DETAIL_FULL});
    return decision.ok() ? decision->SerializeAsString().size() : 0;
  }

  size_t Keep(std::optional<std::string_view> bytes) {
    last_ = bytes.value_or(std::string_view());
    return last_.size();
  }

  const corpus::Corpus corpus_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<const handwritten::Tables> tables_;
  std::unique_ptr<handwritten::Decider> decider_;
  std::vector<char> block_;
  std::unique_ptr<google::protobuf::Arena> arena_;
  std::string ours_;
  std::string_view last_;
};

void Run(benchmark::State& state, Bench* bench, Variant variant) {
  size_t next = 0;
  for (auto _ : state) {
    if (bench->Decide(variant, next) == 0) state.SkipWithError("no decision");
    next = next + 1 == kChanges ? 0 : next + 1;
  }
}

// Whole passes through the corpus that take long enough to be timed.
int64_t IterationsFor(Bench* bench, Variant variant) {
  const auto begin = std::chrono::steady_clock::now();
  for (size_t i = 0; i < kChanges; ++i) bench->Decide(variant, i);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const auto passes = std::max<int64_t>(1, static_cast<int64_t>(kLeastSeconds / seconds));
  return passes * static_cast<int64_t>(kChanges);
}

// The usual table; and at the end what stands to what, by the medians.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  RatioReporter() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> aggregates;
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Aggregate || run.error_occurred) {
        aggregates.push_back(run);
      } else {
        times_[run.run_name.function_name].push_back(run.GetAdjustedCPUTime());
      }
    }
    if (!aggregates.empty()) ConsoleReporter::ReportRuns(aggregates);
  }

  void Finalize() override {
    ConsoleReporter::Finalize();
    std::ostream& out = GetOutputStream();
    out << "\nCPU time per change, " << kChanges << " distinct ones\n" << std::fixed;
    for (const char* const name : kNames) {
      if (times_.count(name) == 0) continue;
      const std::vector<double>& times = Sorted(name);
      out << "  " << std::left << std::setw(14) << name << std::right << std::setprecision(2)
          << std::setw(9) << Median(times) / 1000 << " µs, from " << times.front() / 1000 << " to "
          << times.back() / 1000 << " in " << times.size() << " runs\n";
    }
    Ratio(kOurs, kOnArena);
    Ratio(kOurs, kPrepared);
    Ratio(kPrepared, kOnArena);
    Ratio(kOnHeap, kOnArena);
    Ratio(kParseOnly, kOnArena);
    Ratio(kText, kOurs);
    Ratio(kFull, kOurs);
  }

 private:
  const std::vector<double>& Sorted(const char* name) {
    std::vector<double>& times = times_[name];
    std::sort(times.begin(), times.end());
    return times;
  }
  static double Median(const std::vector<double>& sorted) { return sorted[sorted.size() / 2]; }

  void Ratio(Variant one, Variant other) {
    if (times_.count(kNames[one]) == 0 || times_.count(kNames[other]) == 0) return;
    GetOutputStream() << "  " << kNames[one] << " / " << kNames[other] << ": "
                      << std::setprecision(3)
                      << Median(Sorted(kNames[one])) / Median(Sorted(kNames[other])) << "\n";
  }

  std::map<std::string, std::vector<double>> times_;
};

// What callgrind counts, and nothing besides.
__attribute__((noinline)) void DecideCounted(Bench* bench, Variant variant, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (bench->Decide(variant, i % kChanges) == 0) Stop("no decision");
  }
}

int Once(const std::string& count, const std::string& name) {
  const size_t n = std::strtoull(count.c_str(), nullptr, 10);
  const auto* const found = std::find(std::begin(kNames), std::end(kNames), name);
  if (n == 0 || found == std::end(kNames)) {
    std::cerr << "usage: decision_benchmark --once N";
    for (const char* const each : kNames) std::cerr << (each == kNames[0] ? " " : "|") << each;
    std::cerr << "\n";
    return 2;
  }
  Bench bench;
  const auto variant = static_cast<Variant>(found - std::begin(kNames));
  // What is taken at first and then kept is not part of a decision.
  for (size_t i = 0; i < 256; ++i) bench.Decide(variant, kChanges - 1 - i);
  DecideCounted(&bench, variant, n);
  return 0;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  using namespace changepolicy;  // NOLINT: the program is of this library
  if (argc > 1 && std::strcmp(argv[1], "--once") == 0) {
    return Once(argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
  }
  // Runs of the variants take turns, so that all of them meet the same weather.
  std::vector<char*> args(argv, argv + argc);
  char interleaved[] = "--benchmark_enable_random_interleaving=true";
  args.insert(args.begin() + 1, interleaved);
  int count = static_cast<int>(args.size());
  benchmark::Initialize(&count, args.data());
  if (benchmark::ReportUnrecognizedArguments(count, args.data())) return 1;
  Bench bench;
  bench.Check();
  for (int i = 0; i < kVariants; ++i) {
    const auto variant = static_cast<Variant>(i);
    benchmark::RegisterBenchmark(kNames[i], Run, &bench, variant)
        ->Iterations(IterationsFor(&bench, variant))
        ->Repetitions(kRuns);
  }
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  return 0;
}
