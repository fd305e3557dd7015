// How long it takes to load the built-in policy, to decide the subjects of examples/saas by it, and
// to explain the decisions.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <variant>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {
namespace {

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

std::string Read(const std::string& name) {
  std::ifstream file(StrCat(CHANGEPOLICY_SOURCE_DIR, "/examples/saas/", name));
  if (!file) Stop(StrCat("cannot read ", name));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const Engine& SaasEngine() {
  static const Engine& engine = []() -> const Engine& {
    PolicyResult policy = Policy::Builtin("saas");
    OrganizationFiles files;
    const Issues issues = files.Add(Read("organization.yaml"), Format::kYaml, "organization.yaml");
    OrganizationResult organization = Organization::Create(files.organization());
    if (!policy.policy.has_value() || HasErrors(issues) || !organization.organization.has_value()) {
      Stop("the example does not load");
    }
    return *new Engine(*std::move(policy.policy), *std::move(organization.organization));
  }();
  return engine;
}

AnySubject Subject(const std::string& name) {
  SubjectResult read = ReadSubject(Read(name), Format::kYaml, name);
  if (!read.subject.has_value()) Stop(ToText(read.issues));
  return *std::move(read.subject);
}

// The change with nothing said about its impact, nor about the way back.
AnySubject Unassessed(const std::string& name) {
  AnySubject subject = Subject(name);
  auto& change = std::get<v1::ChangeRequest>(subject);
  change.clear_impact();
  change.clear_rollback();
  return subject;
}

Question Tuesday(v1::Detail detail) {
  return {.now = *ReadInstant("2025-10-14T14:40:00Z"), .detail = detail};
}

void LoadBuiltinPolicy(benchmark::State& state) {
  for (auto _ : state) {
    PolicyResult result = Policy::Builtin("saas");
    if (!result.policy.has_value()) state.SkipWithError("it does not load");
    benchmark::DoNotOptimize(result);
  }
}
BENCHMARK(LoadBuiltinPolicy)->Unit(benchmark::kMillisecond);

void Ask(benchmark::State& state, const AnySubject& subject, const Question& question,
         v1::Verdict expected) {
  const Engine& engine = SaasEngine();
  for (auto _ : state) {
    const absl::StatusOr<v1::Decision> decision =
        std::visit([&](const auto& message) { return engine.Decide(message, question); }, subject);
    if (!decision.ok() || decision->verdict() != expected) state.SkipWithError("another answer");
    benchmark::DoNotOptimize(decision);
  }
}

void Decide(benchmark::State& state, const std::string& file, v1::Verdict expected) {
  Ask(state, Subject(file), Tuesday(v1::DETAIL_REASONS), expected);
}
BENCHMARK_CAPTURE(Decide, standard_patch, "standard-patch.yaml", v1::VERDICT_ALLOWED)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Decide, schema_migration, "schema-migration.yaml", v1::VERDICT_ALLOWED)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Decide, emergency_fix, "emergency-fix.yaml", v1::VERDICT_ALLOWED)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Decide, major_release, "major-release.yaml", v1::VERDICT_DENIED)
    ->Unit(benchmark::kMicrosecond);

void Explain(benchmark::State& state, const std::string& file, v1::Verdict expected) {
  Ask(state, Subject(file), Tuesday(v1::DETAIL_FULL), expected);
}
BENCHMARK_CAPTURE(Explain, standard_patch, "standard-patch.yaml", v1::VERDICT_ALLOWED)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Explain, schema_migration, "schema-migration.yaml", v1::VERDICT_ALLOWED)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Explain, emergency_fix, "emergency-fix.yaml", v1::VERDICT_ALLOWED)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Explain, major_release, "major-release.yaml", v1::VERDICT_DENIED)
    ->Unit(benchmark::kMillisecond);

// As many decisions as are made at most.
void ExplainUnassessed(benchmark::State& state, const std::string& file, v1::Verdict expected) {
  Ask(state, Unassessed(file), Tuesday(v1::DETAIL_FULL), expected);
}
BENCHMARK_CAPTURE(ExplainUnassessed, schema_migration, "schema-migration.yaml", v1::VERDICT_DENIED)
    ->Unit(benchmark::kMillisecond);

// The same with so many further services, of which nothing is known.
void ExplainServices(benchmark::State& state) {
  AnySubject subject = Unassessed("schema-migration.yaml");
  for (int i = 0; i < static_cast<int>(state.range(0)); ++i) {
    std::get<v1::ChangeRequest>(subject).add_services()->set_id(StrCat("unknown-", i));
  }
  Ask(state, subject, Tuesday(v1::DETAIL_FULL), v1::VERDICT_DENIED);
}
BENCHMARK(ExplainServices)->Arg(10)->Arg(100)->Arg(1000)->Arg(4000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace changepolicy
