// Whether the hand-written decision gives the bytes of the engine's Decision, by whatever way it is
// written.
//
//   handwritten_check                     for each change of the corpus; none may be refused
//   handwritten_check --mutants N [SEED]  for N changes that were made a little different, of which
//                                         some are refused
//
// Shows the first that differ.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "benchmarks/corpus/corpus.h"
#include "benchmarks/corpus/mutate.h"
#include "benchmarks/corpus/random.h"
#include "benchmarks/handwritten/decide.h"
#include "google/protobuf/util/message_differencer.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

constexpr size_t kChanges = 4096;
constexpr size_t kMostShown = 5;
constexpr size_t kMostMutations = 3;

class Checker {
 public:
  Checker() : corpus_(corpus::MakeCorpus(kChanges)) {
    PolicyResult policy = Policy::Builtin("saas");
    OrganizationResult organization = Organization::Create(corpus_.organization);
    if (!policy.policy.has_value() || !organization.organization.has_value()) {
      std::cerr << "the corpus does not load\n";
      std::exit(1);
    }
    engine_ =
        std::make_unique<Engine>(*std::move(policy.policy), *std::move(organization.organization));
    auto tables = handwritten::Tables::Make(*engine_);
    if (!tables.ok()) {
      std::cerr << tables.status() << "\n";
      std::exit(1);
    }
    tables_ = *std::move(tables);
    decider_ = std::make_unique<handwritten::Decider>(*tables_);
  }

  bool Corpus() {
    for (size_t i = 0; i < kChanges; ++i) Compare(i, corpus_.subjects[i], corpus_.instants[i]);
    return Report() && refused_ == 0;
  }

  bool Mutants(size_t n, uint64_t seed) {
    corpus::Random random(seed);
    for (size_t i = 0; i < n; ++i) {
      const size_t number = random.Below(kChanges);
      v1::ChangeRequest change;
      change.ParseFromString(corpus_.subjects[number]);
      for (size_t times = 1 + random.Below(kMostMutations); times > 0; --times) {
        corpus::Mutate(&random, &change);
      }
      Compare(i, change.SerializeAsString(), corpus_.instants[number]);
    }
    return Report();
  }

 private:
  void Compare(size_t i, const std::string& change, absl::Time now) {
    ++compared_;
    const auto heap = decider_->OnHeap(change, now);
    const std::string given(heap.value_or(std::string_view()));
    const bool agree = decider_->OnArena(change, now).value_or(std::string_view()) == given &&
                       decider_->Prepared(change, now).value_or(std::string_view()) == given;
    if (agree && !heap.has_value()) {
      ++refused_;
      return;
    }
    const auto expected =
        engine_->AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE, change, {.now = now});
    const std::string wanted = expected.ok() ? *expected : std::string();
    if (agree && given == wanted) return;
    if (differ_++ < kMostShown) Show(i, agree, wanted, given);
  }

  static void Show(size_t i, bool agree, const std::string& wanted, const std::string& given) {
    v1::Decision theirs, ours;
    theirs.ParseFromString(wanted);
    ours.ParseFromString(given);
    std::string differences;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&differences);
    differencer.Compare(theirs, ours);
    std::cout << i << ": " << (agree ? "differs" : "the three ways differ") << "\n" << differences;
  }

  bool Report() const {
    std::cout << compared_ << " changes: " << compared_ - refused_ - differ_ << " the same, "
              << refused_ << " refused, " << differ_ << " with other bytes\n";
    return differ_ == 0;
  }

  const corpus::Corpus corpus_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<const handwritten::Tables> tables_;
  std::unique_ptr<handwritten::Decider> decider_;
  size_t compared_ = 0, refused_ = 0, differ_ = 0;
};

}  // namespace
}  // namespace changepolicy

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (argc == 1) return changepolicy::Checker().Corpus() ? 0 : 1;
  if (mode != "--mutants" || argc < 3) {
    std::cerr << "usage: handwritten_check [--mutants N [SEED]]\n";
    return 2;
  }
  const uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  return changepolicy::Checker().Mutants(std::strtoull(argv[2], nullptr, 10), seed) ? 0 : 1;
}
