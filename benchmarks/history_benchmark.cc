// What it costs to decide changes of the past, for which an organization is looked at as its
// records stood then: the corpus's changes, by the built-in policy and the corpus's organization,
// with so many records more in its ledger over a year. tests/engine/earlier_instants_test.cc
// compares the answers.
//
//   Now/N      at the end of the year, when all is visible
//   Past/N     each at an instant of its own, through the year, as a simulation over history asks
//   OnePast/N  all at one instant in the middle, as a batch asks
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "benchmarks/corpus/corpus.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

constexpr absl::Duration kYear = absl::Hours(24 * 365);

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

// Records of all kinds, put on record one after the other until `end`.
void AddRecords(int count, absl::Time end, v1::Ledger* ledger) {
  for (int i = 0; i < count; ++i) {
    const absl::Time at = end - kYear + kYear / count * (i + 1);
    const std::string id = StrCat("past-", i);
    const auto record = [&](auto* message) { ToProto(at, message->mutable_recorded_at()); };
    switch (i % 4) {
      case 0: {
        v1::ScheduledWork* const work = ledger->add_scheduled();
        work->set_subject_id(id);
        work->add_services(StrCat("service-", i % 50));
        ToProto(at + absl::Hours(20), work->mutable_start());
        ToProto(at + absl::Hours(22), work->mutable_end());
        record(work);
        break;
      }
      case 1: {
        v1::PastRun* const run = ledger->add_past_runs();
        run->set_subject_id(id);
        run->set_team(StrCat("team-", i % 20));
        run->set_category(i % 3 == 0 ? v1::CATEGORY_EMERGENCY : v1::CATEGORY_NORMAL);
        run->set_successful(i % 7 != 0);
        ToProto(at, run->mutable_happened_at());
        record(run);
        break;
      }
      case 2: {
        v1::Incident* const incident = ledger->add_incidents();
        incident->set_id(id);
        ToProto(at, incident->mutable_happened_at());
        ToProto(at + absl::Hours(3), incident->mutable_resolved_at());
        record(incident);
        break;
      }
      default: {
        v1::Obligation* const obligation = ledger->add_obligations();
        obligation->set_id(id);
        obligation->set_rule("papers");
        obligation->set_team(StrCat("team-", i % 20));
        ToProto(at + absl::Hours(48), obligation->mutable_due_at());
        ToProto(at + absl::Hours(24), obligation->mutable_done_at());
        record(obligation);
      }
    }
  }
}

enum class When { kNow, kPast, kOnePast };

void Decide(benchmark::State& state, When when) {
  corpus::Corpus corpus = corpus::MakeCorpus(1024);
  const absl::Time first = *std::min_element(corpus.instants.begin(), corpus.instants.end());
  AddRecords(static_cast<int>(state.range(0)), first, corpus.organization.mutable_ledger());
  PolicyResult policy = Policy::Builtin("saas");
  OrganizationResult organization = Organization::Create(corpus.organization);
  if (!policy.policy.has_value() || !organization.organization.has_value()) {
    Stop(StrCat(ToText(policy.issues), ToText(organization.issues)));
  }
  const Engine engine(*std::move(policy.policy), *std::move(organization.organization));
  const size_t count = corpus.subjects.size();
  std::string answer;
  size_t i = 0;
  for (auto _ : state) {
    Question question{.now = corpus.instants[i]};
    if (when == When::kOnePast) question.now = first - kYear / 2;
    if (when == When::kPast) question.now = first - kYear + kYear / static_cast<int>(count) * i;
    const absl::Status status = engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE,
                                                   corpus.subjects[i], question, &answer);
    if (!status.ok()) Stop(status.ToString());
    benchmark::DoNotOptimize(answer);
    i = (i + 1) % count;
  }
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int records : {1'000, 10'000, 100'000}) benchmark->Arg(records);
  benchmark->Unit(benchmark::kMicrosecond);
}

BENCHMARK_CAPTURE(Decide, Now, When::kNow)->Apply(Sizes);
BENCHMARK_CAPTURE(Decide, Past, When::kPast)->Apply(Sizes);
BENCHMARK_CAPTURE(Decide, OnePast, When::kOnePast)->Apply(Sizes);

}  // namespace
}  // namespace changepolicy
