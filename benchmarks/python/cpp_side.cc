// The C++ that benchmarks/python/run.py compares Python with: the same engine, asked for the same
// decisions in a loop, from bytes to bytes.
//
//   python_cpp_side small|real N   writes what is decided as lines of hexadecimal digits, the
//                                  organization first and then each change with its instant; then
//                                  an empty line. For each line `each N` or `first N` that it
//                                  reads, it decides N of the changes in turn, each at its own
//                                  instant or all at the first one, and writes the nanoseconds of
//                                  processor time and how many bytes the Decisions have.
//
// `small` is a change that has nothing but an id under the policy `starter`, which is decided so
// quickly that little can be seen beside it; `real` are N changes of benchmarks/corpus under
// `saas`.
#include <time.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "benchmarks/corpus/corpus.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

corpus::Corpus Small() {
  corpus::Corpus corpus;
  corpus.subjects = {
      std::string("\x0a\x03"
                  "C-1")};
  corpus.instants = {absl::FromUnixSeconds(1'770'000'000)};
  return corpus;
}

Engine EngineOf(const char* policy, const corpus::Corpus& corpus) {
  PolicyResult rules = Policy::Builtin(policy);
  OrganizationResult organization = Organization::Create(corpus.organization);
  if (!rules.policy.has_value() || !organization.organization.has_value()) {
    Stop("the scene does not load");
  }
  return Engine(*std::move(rules.policy), *std::move(organization.organization));
}

void Write(const corpus::Corpus& corpus) {
  std::cout << absl::BytesToHexString(corpus.organization.SerializeAsString()) << "\n";
  for (size_t i = 0; i < corpus.subjects.size(); ++i) {
    std::cout << absl::BytesToHexString(corpus.subjects[i]) << " "
              << absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", corpus.instants[i], absl::UTCTimeZone())
              << "\n";
  }
  std::cout << std::endl;
}

int64_t ProcessorTime() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

// The answers are kept until the end where all are asked as of one instant, as a batch keeps them.
size_t Decide(const Engine& engine, const corpus::Corpus& corpus, bool each, size_t count) {
  std::vector<std::string> kept;
  if (!each) kept.reserve(count);
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) {
    const size_t at = i % corpus.subjects.size();
    absl::StatusOr<std::string> decision =
        engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, corpus.subjects[at],
                           {.now = corpus.instants[each ? at : 0]});
    if (!decision.ok()) Stop("no decision");
    bytes += decision->size();
    if (!each) kept.push_back(*std::move(decision));
  }
  return bytes;
}

int Serve(const std::string& scene, size_t size) {
  const bool is_small = scene == "small";
  const corpus::Corpus corpus = is_small ? Small() : corpus::MakeCorpus(size);
  const Engine engine = EngineOf(is_small ? "starter" : "saas", corpus);
  Write(corpus);
  std::string which;
  size_t count = 0;
  while (std::cin >> which >> count) {
    const int64_t before = ProcessorTime();
    const size_t bytes = Decide(engine, corpus, which == "each", count);
    std::cout << ProcessorTime() - before << " " << bytes << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  const std::string scene = argc > 1 ? argv[1] : "";
  const size_t size = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if ((scene != "small" && scene != "real") || size == 0) {
    std::cerr << "usage: python_cpp_side small|real N\n";
    return 2;
  }
  return changepolicy::Serve(scene, size);
}
