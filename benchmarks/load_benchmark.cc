// How long it takes to load large policies, in all and by stage, and what they hold then. Per rule:
// `time`, `allocations`, `peak` and `held` bytes.
//
//   LoadBuiltin     the policy `saas`
//   Load            text to Policy: everything
//   ReadText        YAML to a tree with places
//   BindTree        the tree to a message with places
//   CheckMerged     merging, and every check but those of expressions
//   Digest          the canonical form and its digest
//   LoadMessage     a message to Policy: all but YAML and places
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "allocations.h"
#include "benchmark/benchmark.h"
#include "large_policy.h"
#include "libchangepolicy/base/canonical.h"
#include "libchangepolicy/check/load.h"
#include "libchangepolicy/check/merge.h"
#include "libchangepolicy/check/shorthand.h"
#include "libchangepolicy/check/structure.h"
#include "libchangepolicy/policy.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

int Rules(const benchmark::State& state) { return static_cast<int>(state.range(0)); }

// Runs `make` for the time, then once more for the memory of what it gives.
template <typename Make>
void Measure(benchmark::State& state, int rules, Make make) {
  for (auto _ : state) {
    auto made = make();
    benchmark::DoNotOptimize(made);
    state.PauseTiming();
    { const auto dropped = std::move(made); }
    state.ResumeTiming();
  }
  ForgetPeak();
  const Allocations before = CountAllocations();
  const auto made = make();
  const Allocations after = CountAllocations();
  const auto per_rule = [&](int64_t number) { return static_cast<double>(number) / rules; };
  state.counters["allocations"] = per_rule(after.calls - before.calls);
  state.counters["peak"] = per_rule(after.peak - before.bytes);
  state.counters["held"] = per_rule(after.bytes - before.bytes);
  state.counters["time"] = benchmark::Counter(
      rules, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

PolicyResult MustLoad(const std::vector<NamedText>& documents) {
  PolicyResult result = Policy::Load(documents);
  if (!result.issues.empty()) Stop(ToText(result.issues));
  return result;
}

std::vector<PolicyDocument> Read(const std::vector<NamedText>& texts) {
  std::vector<PolicyDocument> documents;
  for (const NamedText& text : texts) {
    DocumentResult read = ReadDocument(text.text, Format::kYaml, text.name);
    if (read.document == nullptr) Stop(ToText(read.issues));
    ExpandShorthand(&read.document->root);
    documents.emplace_back().document = std::move(read.document);
  }
  return documents;
}

std::vector<PolicyDocument> Bound(std::vector<PolicyDocument> documents) {
  for (PolicyDocument& document : documents) {
    const Issues issues = Bind(*document.document, &document.policy, &document.map);
    if (!issues.empty()) Stop(ToText(issues));
  }
  return documents;
}

void LoadBuiltin(benchmark::State& state) {
  const PolicyResult once = Policy::Builtin("saas");
  const v1::Policy& policy = once.policy->proto();
  const int rules = policy.gates_size() + policy.approvals_size() + policy.obligations_size() +
                    policy.lints_size() + policy.risk().factors_size();
  Measure(state, rules, [] { return Policy::Builtin("saas"); });
}

void Load(benchmark::State& state) {
  const std::vector<NamedText> texts = LargePolicy(Rules(state));
  Measure(state, Rules(state), [&] { return MustLoad(texts); });
}

void ReadText(benchmark::State& state) {
  const std::vector<NamedText> texts = LargePolicy(Rules(state));
  Measure(state, Rules(state), [&] { return Read(texts); });
}

void BindTree(benchmark::State& state) {
  const std::vector<PolicyDocument> documents = Read(LargePolicy(Rules(state)));
  Measure(state, Rules(state), [&] { return Bound(documents); });
}

void CheckMerged(benchmark::State& state) {
  const std::vector<PolicyDocument> documents = Bound(Read(LargePolicy(Rules(state))));
  Measure(state, Rules(state), [&] {
    Issues issues;
    auto merged = std::make_unique<MergedPolicy>(Merge(documents, &issues));
    CheckStructure(*merged, &issues);
    if (!issues.empty()) Stop(ToText(issues));
    return merged;
  });
}

void Digest(benchmark::State& state) {
  const PolicyResult loaded = MustLoad(LargePolicy(Rules(state)));
  Measure(state, Rules(state), [&] { return CanonicalDigest(loaded.policy->proto()); });
}

void LoadMessage(benchmark::State& state) {
  const PolicyResult loaded = MustLoad(LargePolicy(Rules(state)));
  Measure(state, Rules(state), [&] { return LoadPolicy(loaded.policy->proto(), "message"); });
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int rules : {50, 500, 5'000, 10'000, 100'000}) benchmark->Arg(rules);
  benchmark->Unit(benchmark::kMillisecond);
}

BENCHMARK(LoadBuiltin)->Unit(benchmark::kMillisecond);
BENCHMARK(Load)->Apply(Sizes);
BENCHMARK(ReadText)->Apply(Sizes);
BENCHMARK(BindTree)->Apply(Sizes);
BENCHMARK(CheckMerged)->Apply(Sizes);
BENCHMARK(Digest)->Apply(Sizes);
BENCHMARK(LoadMessage)->Apply(Sizes);

}  // namespace
}  // namespace changepolicy
