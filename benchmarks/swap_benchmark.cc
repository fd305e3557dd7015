// Engines exchanged while others decide, and two threads beside one.
//
//   swap_benchmark [--seconds N]
//
// A thread decides changes of benchmarks/corpus under the built-in policy, from bytes to bytes, by
// whatever engine is published at the moment. First nobody publishes; then another thread reads the
// policy anew, joins it with the organization and publishes the engine, as often as it can; then
// the same, where the publisher asks each engine about a change before (`asked before`). Printed is
// how long decisions took, in time of the clock and in processor time of the thread: what is long
// by the clock alone was waiting, for a processor above all where the machine has other work.
// `first` are the decisions that were the first by their engine.
//
// Then one thread and two decide in turns for the same time, by one engine: the ratio of decisions
// in a second of the clock, and in a second of processor time times two, which tells what threads
// take from each other when each has a processor.
//
// Before anything is timed, a second engine gives the bytes of the first for every change.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/corpus/corpus.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

constexpr size_t kChanges = 4096;
constexpr int kRounds = 9;

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

int64_t Nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

const corpus::Corpus& TheCorpus() {
  static const corpus::Corpus& corpus = *new corpus::Corpus(corpus::MakeCorpus(kChanges));
  return corpus;
}

// The policy is read from its text each time; the organization is the same.
std::shared_ptr<const Engine> NewEngine() {
  static const Organization& organization = *[] {
    OrganizationResult result = Organization::Create(TheCorpus().organization);
    if (!result.organization.has_value()) Stop("the organization does not load");
    return new Organization(*std::move(result.organization));
  }();
  PolicyResult policy = Policy::Builtin("saas");
  if (!policy.policy.has_value()) Stop("the policy does not load");
  return std::make_shared<const Engine>(*std::move(policy.policy), organization);
}

std::string Decide(const Engine& engine, size_t i) {
  const corpus::Corpus& corpus = TheCorpus();
  absl::StatusOr<std::string> decision =
      engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE,
                         corpus.subjects[i % kChanges], {.now = corpus.instants[i % kChanges]});
  if (!decision.ok()) Stop("no decision");
  return *std::move(decision);
}

// What users of the library do: whoever decides takes a share of the engine, and keeps it as long
// as he asks.
class Published {
 public:
  explicit Published(std::shared_ptr<const Engine> engine) : engine_(std::move(engine)) {}
  std::shared_ptr<const Engine> Take() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return engine_;
  }
  // What was published before.
  std::shared_ptr<const Engine> Exchange(std::shared_ptr<const Engine> engine) {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine_.swap(engine);
    return engine;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Engine> engine_;
};

struct Times {
  std::vector<int64_t> clock, processor;
};

enum class Publish { kNever, kAtOnce, kAskedBefore };

struct Run {
  Times all, first;
  int published = 0;
};

void DecideUntil(const std::atomic<bool>& done, const Published& published, Run* run) {
  std::weak_ptr<const Engine> last;
  for (size_t i = 0; !done; ++i) {
    const int64_t clock = Nanoseconds(CLOCK_MONOTONIC);
    const int64_t processor = Nanoseconds(CLOCK_THREAD_CPUTIME_ID);
    const std::shared_ptr<const Engine> engine = published.Take();
    if (Decide(*engine, i).empty()) Stop("no decision");
    const int64_t took_processor = Nanoseconds(CLOCK_THREAD_CPUTIME_ID) - processor;
    const int64_t took_clock = Nanoseconds(CLOCK_MONOTONIC) - clock;
    // By ownership: the address may be that of an engine that is gone.
    const bool is_first = last.owner_before(engine) || engine.owner_before(last);
    for (Times* const times : {&run->all, is_first ? &run->first : nullptr}) {
      if (times == nullptr) continue;
      times->clock.push_back(took_clock);
      times->processor.push_back(took_processor);
    }
    if (is_first) last = engine;
  }
}

Run DecideFor(double seconds, Publish publish) {
  Published published(NewEngine());
  std::atomic<bool> done = false;
  Run run;
  // So that no measured decision pays for longer lists.
  for (std::vector<int64_t>* const list : {&run.all.clock, &run.all.processor}) {
    list->reserve(static_cast<size_t>(seconds * 1e6));
  }
  std::thread decider([&] { DecideUntil(done, published, &run); });
  const int64_t end = Nanoseconds(CLOCK_MONOTONIC) + static_cast<int64_t>(seconds * 1e9);
  while (Nanoseconds(CLOCK_MONOTONIC) < end) {
    if (publish == Publish::kNever) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    std::shared_ptr<const Engine> made = NewEngine();
    // What an engine works out when it is asked first, no decider waits for.
    if (publish == Publish::kAskedBefore) Decide(*made, 0);
    const std::shared_ptr<const Engine> old = published.Exchange(std::move(made));
    ++run.published;
    // It is freed here, not by whoever decides and happens to be its last user.
    while (old.use_count() > 1) std::this_thread::yield();
  }
  done = true;
  decider.join();
  return run;
}

double MicrosecondsAt(std::vector<int64_t> times, double part) {
  if (times.empty()) return 0;
  const auto at =
      times.begin() + static_cast<int64_t>(part * static_cast<double>(times.size() - 1));
  std::nth_element(times.begin(), at, times.end());
  return static_cast<double>(*at) / 1e3;
}

void Print(const char* name, const char* unit, const std::vector<int64_t>& times) {
  std::printf("%-26s %-10s %9zu %9.1f %9.1f %9.1f %9.1f\n", name, unit, times.size(),
              MicrosecondsAt(times, 0.5), MicrosecondsAt(times, 0.99), MicrosecondsAt(times, 0.999),
              MicrosecondsAt(times, 1));
}

void CompareSwapping(double seconds) {
  std::printf("%-26s %-10s %9s %9s %9s %9s %9s   (us)\n", "", "time of", "decisions", "median",
              "99%", "99.9%", "longest");
  for (const Publish publish : {Publish::kNever, Publish::kAtOnce, Publish::kAskedBefore}) {
    const Run run = DecideFor(seconds, publish);
    const std::string name =
        publish == Publish::kNever
            ? std::string("nobody publishes")
            : StrCat(run.published,
                     publish == Publish::kAtOnce ? " engines published" : " engines, asked before");
    Print(name.c_str(), "clock", run.all.clock);
    Print("", "processor", run.all.processor);
    if (publish == Publish::kNever) continue;
    Print("  first by their engine", "clock", run.first.clock);
    Print("", "processor", run.first.processor);
  }
}

struct Throughput {
  double by_clock = 0, by_processor = 0;  // decisions in a second
};

Throughput DecideBy(const Engine& engine, int threads, double seconds) {
  std::atomic<bool> done = false;
  std::atomic<int64_t> decided = 0, processor = 0;
  std::vector<std::thread> deciders;
  const int64_t start = Nanoseconds(CLOCK_MONOTONIC);
  for (int thread = 0; thread < threads; ++thread) {
    deciders.emplace_back([&, thread] {
      const int64_t before = Nanoseconds(CLOCK_THREAD_CPUTIME_ID);
      size_t count = 0;
      for (; !done; ++count) {
        if (Decide(engine, count + static_cast<size_t>(thread) * kChanges / 2).empty()) {
          Stop("no decision");
        }
      }
      decided += static_cast<int64_t>(count);
      processor += Nanoseconds(CLOCK_THREAD_CPUTIME_ID) - before;
    });
  }
  std::this_thread::sleep_for(std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9)));
  done = true;
  for (std::thread& decider : deciders) decider.join();
  const double clock = static_cast<double>(Nanoseconds(CLOCK_MONOTONIC) - start);
  return {.by_clock = 1e9 * static_cast<double>(decided) / clock,
          .by_processor = 1e9 * static_cast<double>(decided) / static_cast<double>(processor)};
}

void CompareThreads(double seconds) {
  const std::shared_ptr<const Engine> engine = NewEngine();
  DecideBy(*engine, 2, seconds / kRounds);
  std::vector<double> one, two, by_clock, by_processor;
  for (int round = 0; round < kRounds; ++round) {
    const Throughput alone = DecideBy(*engine, 1, seconds / kRounds);
    const Throughput both = DecideBy(*engine, 2, seconds / kRounds);
    one.push_back(alone.by_clock);
    two.push_back(both.by_clock);
    by_clock.push_back(both.by_clock / alone.by_clock);
    by_processor.push_back(2 * both.by_processor / alone.by_processor);
  }
  for (std::vector<double>* const list : {&one, &two, &by_clock, &by_processor}) {
    std::sort(list->begin(), list->end());
  }
  std::printf(
      "\n1 thread %.0f decisions a second, 2 threads %.0f: %.2f times (%.2f to %.2f); by processor "
      "time %.2f (%.2f to %.2f)\n",
      one[kRounds / 2], two[kRounds / 2], by_clock[kRounds / 2], by_clock.front(), by_clock.back(),
      by_processor[kRounds / 2], by_processor.front(), by_processor.back());
}

void CheckBytes() {
  const std::shared_ptr<const Engine> one = NewEngine(), other = NewEngine();
  for (size_t i = 0; i < kChanges; ++i) {
    if (Decide(*one, i) != Decide(*other, i)) Stop(StrCat("another Decision of change ", i));
  }
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  double seconds = 5;
  for (int i = 1; i < argc; ++i) {
    // `./dev bench` gives each program the options of Google Benchmark.
    if (std::strncmp(argv[i], "--benchmark", std::strlen("--benchmark")) == 0) continue;
    if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
      seconds = std::strtod(argv[++i], nullptr);
    } else {
      seconds = 0;
    }
  }
  if (!(seconds > 0)) {
    std::cerr << "usage: swap_benchmark [--seconds N]\n";
    return 2;
  }
  changepolicy::CheckBytes();
  changepolicy::CompareSwapping(seconds);
  changepolicy::CompareThreads(seconds);
  return 0;
}
