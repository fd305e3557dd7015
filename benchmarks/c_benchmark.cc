// What the C functions add to the C++ that they call, from bytes to bytes, of one engine:
//
//   Cpp/S, C/S          Engine::AnswerBytes, and changepolicy_decide with the bytes freed
//   CppInto/S, CInto/S  Engine::AnswerBytes into a text that keeps its memory, and
//                       changepolicy_decide_into with the instant as a number
//   CppAll/S, Many/S    a loop over the changes, and changepolicy_decide_many on one thread
//
// S is 0 for a change that has nothing but an id, which is decided quickly enough that little can
// be seen, and 1 for 4,096 changes of benchmarks/corpus under the built-in policy.
//
//   c_benchmark --once N cpp|c|cpp_into|c_into
//       decides N times and nothing else, for
//       valgrind --tool=callgrind --toggle-collect='*DecideCounted*'
//
//   c_benchmark --turns N [new]
//       decides by C++ and by C into memory that is kept, or with `new` into new memory each time
//       and with the instant as a text, 64 times each in N turns, and writes the median of what C
//       took longer within a turn, with its quartiles: a busy machine's noise is many times as much
//       as what is looked for, and meets both sides of a turn alike
//
// Before anything is timed, all must give the same bytes.
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "benchmarks/corpus/corpus.h"
#include "bindings/c/changepolicy.h"
#include "bindings/c/handles.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

// An engine and the questions that it is asked, in the form of either language.
class Scene {
 public:
  Scene(const char* policy, const corpus::Corpus& corpus) : corpus_(corpus) {
    const std::string organization = corpus_.organization.SerializeAsString();
    const changepolicy_document rules = {policy, nullptr, 0};
    const changepolicy_document people = {"organization.binpb", organization.data(),
                                          organization.size()};
    changepolicy_policy* read = nullptr;
    changepolicy_organization* firm = nullptr;
    if (changepolicy_policy_load(&rules, 1, &read, nullptr) != CHANGEPOLICY_OK ||
        changepolicy_organization_load(&people, 1, &firm, nullptr) != CHANGEPOLICY_OK ||
        changepolicy_engine_create(read, firm, &engine_, nullptr) != CHANGEPOLICY_OK) {
      Stop("the scene does not load");
    }
    changepolicy_policy_free(read);
    changepolicy_organization_free(firm);
    for (size_t i = 0; i < corpus_.subjects.size(); ++i) {
      times_.emplace_back(FromAbsl(
          absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", corpus_.instants[i], absl::UTCTimeZone())));
      subjects_.push_back({CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY, corpus_.subjects[i].data(),
                           corpus_.subjects[i].size()});
    }
    for (size_t i = 0; i < times_.size(); ++i) {
      changepolicy_question question = {};
      question.struct_size = sizeof question;
      question.now = times_[i].c_str();
      questions_.push_back(question);
      question.now = nullptr;
      question.now_seconds = absl::ToUnixSeconds(corpus_.instants[i]);
      question.now_is_number = 1;
      numbers_.push_back(question);
    }
    if (changepolicy_bytes_create(&answer_, nullptr) != CHANGEPOLICY_OK) Stop("no bytes");
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() {
    changepolicy_bytes_free(answer_);
    changepolicy_engine_free(engine_);
  }

  size_t size() const { return subjects_.size(); }

  // How many bytes the Decision has; `use` is called with it.
  template <typename Use>
  size_t AskCpp(size_t i, absl::Time now, Use use) const {
    absl::StatusOr<std::string> decision = engine_->engine.AnswerBytes(
        Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, corpus_.subjects[i], {.now = now});
    if (!decision.ok()) Stop("no decision");
    const size_t size = decision->size();
    use(*std::move(decision));
    return size;
  }
  size_t AskCpp(size_t i) const {
    return AskCpp(i, corpus_.instants[i], [](const std::string&) {});
  }

  template <typename Use>
  size_t AskC(size_t i, Use use) const {
    changepolicy_bytes* decision = nullptr;
    changepolicy_error* error = nullptr;
    if (changepolicy_decide(engine_, &subjects_[i], &questions_[i], CHANGEPOLICY_BINARY, &decision,
                            &error) != CHANGEPOLICY_OK) {
      Stop(changepolicy_error_message(error));
    }
    const size_t size = changepolicy_bytes_size(decision);
    use(std::string_view(changepolicy_bytes_data(decision), size));
    changepolicy_bytes_free(decision);
    return size;
  }
  size_t AskC(size_t i) const {
    return AskC(i, [](std::string_view) {});
  }

  // Into memory that is kept.
  size_t AskCppInto(size_t i) const {
    if (!engine_->engine
             .AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, corpus_.subjects[i],
                          {.now = corpus_.instants[i]}, &text_)
             .ok()) {
      Stop("no decision");
    }
    return text_.size();
  }
  size_t AskCInto(size_t i) const {
    changepolicy_error* error = nullptr;
    if (changepolicy_decide_into(engine_, &subjects_[i], &numbers_[i], CHANGEPOLICY_BINARY, answer_,
                                 &error) != CHANGEPOLICY_OK) {
      Stop(changepolicy_error_message(error));
    }
    return changepolicy_bytes_size(answer_);
  }

  // All of them as of the first instant.
  changepolicy_batch* AskMany() const {
    changepolicy_batch_options options = {};
    options.struct_size = sizeof options;
    options.threads = 1;
    changepolicy_batch* batch = nullptr;
    changepolicy_error* error = nullptr;
    if (changepolicy_decide_many(engine_, subjects_.data(), size(), questions_.data(), &options,
                                 CHANGEPOLICY_BINARY, &batch, &error) != CHANGEPOLICY_OK) {
      Stop(changepolicy_error_message(error));
    }
    return batch;
  }
  absl::Time first_instant() const { return corpus_.instants[0]; }

  void Check() const {
    const auto batch = std::unique_ptr<changepolicy_batch, decltype(&changepolicy_batch_free)>(
        AskMany(), changepolicy_batch_free);
    for (size_t i = 0; i < size(); ++i) {
      std::string one, other;
      AskCpp(i, corpus_.instants[i], [&](std::string bytes) { one = std::move(bytes); });
      AskC(i, [&](std::string_view bytes) { other = bytes; });
      if (one != other) Stop(StrCat("C gives another Decision of change ", i));
      const size_t size = AskCInto(i);
      if (one != std::string_view(changepolicy_bytes_data(answer_), size)) {
        Stop(StrCat("C gives another Decision of change ", i, " into bytes that are kept"));
      }
      AskCppInto(i);
      if (one != text_) Stop(StrCat("C++ gives another Decision of change ", i, " into a text"));
      AskCpp(i, first_instant(), [&](std::string bytes) { one = std::move(bytes); });
      const changepolicy_view row = changepolicy_batch_decision(batch.get(), i);
      if (one != std::string_view(row.data, row.size)) {
        Stop(StrCat("the batch gives another Decision of change ", i));
      }
    }
  }

 private:
  const corpus::Corpus corpus_;
  changepolicy_engine* engine_ = nullptr;
  std::vector<std::string> times_;
  std::vector<changepolicy_subject> subjects_;
  std::vector<changepolicy_question> questions_;
  std::vector<changepolicy_question> numbers_;  // the same with the instants as numbers
  mutable std::string text_;
  changepolicy_bytes* answer_ = nullptr;
};

const Scene& TheScene(int64_t which) {
  static const Scene& small = *[] {
    corpus::Corpus corpus;
    corpus.subjects = {
        std::string("\x0a\x03"
                    "C-1")};
    corpus.instants = {absl::FromUnixSeconds(1'770'000'000)};
    return new Scene("builtin:starter", corpus);
  }();
  static const Scene& real = *new Scene("builtin:saas", corpus::MakeCorpus(4096));
  return which == 0 ? small : real;
}

template <typename Ask>
void OneByOne(benchmark::State& state, Ask ask) {
  const Scene& scene = TheScene(state.range(0));
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(ask(scene, next));
    next = next + 1 == scene.size() ? 0 : next + 1;
  }
}
void Cpp(benchmark::State& state) {
  OneByOne(state, [](const Scene& scene, size_t i) { return scene.AskCpp(i); });
}
void C(benchmark::State& state) {
  OneByOne(state, [](const Scene& scene, size_t i) { return scene.AskC(i); });
}
void CppInto(benchmark::State& state) {
  OneByOne(state, [](const Scene& scene, size_t i) { return scene.AskCppInto(i); });
}
void CInto(benchmark::State& state) {
  OneByOne(state, [](const Scene& scene, size_t i) { return scene.AskCInto(i); });
}
BENCHMARK(Cpp)->Arg(0)->Arg(1);
BENCHMARK(C)->Arg(0)->Arg(1);
BENCHMARK(CppInto)->Arg(0)->Arg(1);
BENCHMARK(CInto)->Arg(0)->Arg(1);

void CountRows(benchmark::State& state, const Scene& scene) {
  state.counters["row"] = benchmark::Counter(
      static_cast<double>(scene.size()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
void CppAll(benchmark::State& state) {
  const Scene& scene = TheScene(state.range(0));
  for (auto _ : state) {
    // The answers are kept, as the batch keeps them.
    std::vector<std::string> decisions(scene.size());
    for (size_t i = 0; i < scene.size(); ++i) {
      scene.AskCpp(i, scene.first_instant(),
                   [&](std::string bytes) { decisions[i] = std::move(bytes); });
    }
    benchmark::DoNotOptimize(decisions);
  }
  CountRows(state, scene);
}
void Many(benchmark::State& state) {
  const Scene& scene = TheScene(state.range(0));
  for (auto _ : state) changepolicy_batch_free(scene.AskMany());
  CountRows(state, scene);
}
BENCHMARK(CppAll)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(Many)->Arg(1)->Unit(benchmark::kMillisecond);

using Ask = size_t (*)(const Scene&, size_t);

Ask AskCalled(const std::string& name) {
  if (name == "cpp") return [](const Scene& scene, size_t i) { return scene.AskCpp(i); };
  if (name == "c") return [](const Scene& scene, size_t i) { return scene.AskC(i); };
  if (name == "cpp_into") return [](const Scene& scene, size_t i) { return scene.AskCppInto(i); };
  if (name == "c_into") return [](const Scene& scene, size_t i) { return scene.AskCInto(i); };
  return nullptr;
}

// What callgrind counts, and nothing besides.
__attribute__((noinline)) void DecideCounted(const Scene& scene, Ask ask, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (ask(scene, i % scene.size()) == 0) Stop("no decision");
  }
}

int Once(const std::string& count, const std::string& name) {
  const size_t n = std::strtoull(count.c_str(), nullptr, 10);
  const Ask ask = AskCalled(name);
  if (n == 0 || ask == nullptr) {
    std::cerr << "usage: c_benchmark --once N cpp|c|cpp_into|c_into\n";
    return 2;
  }
  const Scene& scene = TheScene(0);
  // What is taken at first and then kept is not part of a decision.
  for (size_t i = 0; i < 64; ++i) ask(scene, i % scene.size());
  DecideCounted(scene, ask, n);
  return 0;
}

int64_t ProcessorTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

int Turns(const std::string& count, const std::string& into) {
  constexpr size_t kDecisions = 64;
  const size_t n = std::strtoull(count.c_str(), nullptr, 10);
  if (n == 0 || (!into.empty() && into != "new")) {
    std::cerr << "usage: c_benchmark --turns N [new]\n";
    return 2;
  }
  const Ask sides[2] = {AskCalled(into.empty() ? "cpp_into" : "cpp"),
                        AskCalled(into.empty() ? "c_into" : "c")};
  const Scene& scene = TheScene(0);
  scene.Check();
  std::vector<double> longer(n);
  for (size_t turn = 0; turn < n; ++turn) {
    // Who comes first changes, since the second finds what the first left in the caches.
    int64_t took[2] = {};
    for (const size_t side : {turn % 2, 1 - turn % 2}) {
      const int64_t before = ProcessorTime();
      DecideCounted(scene, sides[side], kDecisions);
      took[side] = ProcessorTime() - before;
    }
    longer[turn] = static_cast<double>(took[1] - took[0]) / kDecisions;
  }
  std::sort(longer.begin(), longer.end());
  std::cout << "C takes longer by " << longer[n / 2] << " ns a decision (quartiles "
            << longer[n / 4] << " to " << longer[3 * n / 4] << ")\n";
  return 0;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--once") == 0) {
    return changepolicy::Once(argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
  }
  if (argc > 1 && std::strcmp(argv[1], "--turns") == 0) {
    return changepolicy::Turns(argc > 2 ? argv[2] : "", argc > 3 ? argv[3] : "");
  }
  // Runs take turns, so that all of them meet the same weather.
  std::vector<char*> args(argv, argv + argc);
  char interleaved[] = "--benchmark_enable_random_interleaving=true";
  args.insert(args.begin() + 1, interleaved);
  int count = static_cast<int>(args.size());
  benchmark::Initialize(&count, args.data());
  if (benchmark::ReportUnrecognizedArguments(count, args.data())) return 1;
  for (const int64_t which : {0, 1}) changepolicy::TheScene(which).Check();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
