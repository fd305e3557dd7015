// Whether the hand-written decision gives the bytes of the engine's Decision for each change of the
// corpus, by whatever way it is written. Names the first that differ.
#include <cstdlib>
#include <iostream>

#include "benchmarks/corpus/corpus.h"
#include "benchmarks/handwritten/decide.h"
#include "benchmarks/handwritten/expected.h"
#include "google/protobuf/util/message_differencer.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

int Check(size_t n, int most_shown) {
  const corpus::Corpus corpus = corpus::MakeCorpus(n);
  PolicyResult policy = Policy::Builtin("saas");
  OrganizationResult organization = Organization::Create(corpus.organization);
  if (!policy.policy.has_value() || !organization.organization.has_value()) {
    std::cerr << "cannot load\n";
    return 1;
  }
  const Engine engine(*std::move(policy.policy), *std::move(organization.organization));
  const auto tables = handwritten::Tables::Make(engine);
  if (!tables.ok()) {
    std::cerr << tables.status() << "\n";
    return 1;
  }
  handwritten::Decider decider(**tables);
  size_t refused = 0, differs_heap = 0, differs_arena = 0, differs_prepared = 0;
  for (size_t i = 0; i < n; ++i) {
    const std::string& subject = corpus.subjects[i];
    const absl::Time now = corpus.instants[i];
    const auto expected =
        engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, subject, {.now = now});
    if (!expected.ok()) {
      std::cerr << i << ": " << expected.status() << "\n";
      return 1;
    }
    const std::string wanted = handwritten::WithoutOthers(*expected);
    const auto heap = decider.OnHeap(subject, now);
    if (!heap.has_value()) {
      if (refused++ < static_cast<size_t>(most_shown)) std::cout << i << ": refused\n";
      continue;
    }
    if (*heap != wanted && static_cast<int>(differs_heap++) < most_shown) {
      v1::Decision ours, theirs;
      theirs.ParseFromString(wanted);
      ours.ParseFromArray(heap->data(), static_cast<int>(heap->size()));
      google::protobuf::util::MessageDifferencer differencer;
      std::string report;
      differencer.ReportDifferencesToString(&report);
      differencer.Compare(theirs, ours);
      std::cout << i << ": differs\n" << report;
    }
    differs_arena += decider.OnArena(subject, now) != wanted;
    differs_prepared += decider.Prepared(subject, now) != wanted;
  }
  std::cout << n << " changes: " << refused << " refused; other bytes: on the heap " << differs_heap
            << ", on the arena " << differs_arena << ", prepared " << differs_prepared << "\n";
  return refused + differs_heap + differs_arena + differs_prepared == 0 ? 0 : 1;
}

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  return changepolicy::Check(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 4096, 6);
}
