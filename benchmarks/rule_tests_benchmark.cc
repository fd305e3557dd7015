// What a decision costs where one of many gates applies, by what the gates' conditions test: from
// the bytes of a change to the bytes of a Decision. The Decision has to tell of that gate alone.
//
//   Decide/TEST/RULES
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/decision.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

constexpr int kPaths = 8;

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

// `condition` with the number of each gate in place of `#`.
Engine EngineOf(std::string_view condition, int64_t gates) {
  std::string text = R"(policy: {id: tests, version: "1"}
clauses: {C: {title: a clause}}
risk: {factors: [], levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
gates:
)";
  for (int64_t i = 0; i < gates; ++i) {
    std::string applies(condition);
    for (size_t at; (at = applies.find('#')) != std::string::npos;) {
      applies.replace(at, 1, std::to_string(i));
    }
    StrAppend(&text, "  - {id: g", i,
              ", subjects: [CHANGE], at: [DEPLOY], clause: C, applies_if: '", applies,
              "', must: \"change.title != ''\"}\n");
  }
  PolicyResult policy = Policy::Load({{"policy.yaml", text}});
  if (!policy.policy.has_value()) Stop(ToText(policy.issues));
  return Engine(*std::move(policy.policy), *Organization::Create({}).organization);
}

// That gate 7 applies to.
std::string MakeChange() {
  v1::ChangeRequest change;
  change.set_id("CHG-1");
  change.set_state(v1::CHANGE_STATE_SCHEDULED);
  change.set_title("Next version of the portal");
  change.set_team("team-7");
  change.set_branch("release-7/2026.11");
  for (int i = 0; i < kPaths; ++i) change.add_paths(StrCat("folder-7/part-", i, "/main.cc"));
  change.add_services()->set_id("portal");
  change.mutable_rollback()->mutable_duration()->set_seconds(70);
  change.mutable_schedule()->mutable_start()->set_seconds(1'772'445'600);
  return change.SerializeAsString();
}

void Decide(benchmark::State& state, std::string_view condition) {
  const Engine engine = EngineOf(condition, state.range(0));
  const std::string change = MakeChange();
  const Question question{.now = absl::FromUnixSeconds(1'772'445'600),
                          .transition = v1::TRANSITION_DEPLOY};
  std::string answer;
  v1::Decision decision;
  const auto decide = [&] {
    const absl::Status status = engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE,
                                                   change, question, &answer);
    if (!status.ok()) Stop(status.ToString());
  };
  decide();
  if (!decision.ParseFromString(answer) || decision.outcomes_size() != 1 ||
      decision.outcomes(0).rule() != "g7") {
    Stop(StrCat("another gate than g7 applies: ", decision.DebugString()));
  }
  for (auto _ : state) {
    decide();
    benchmark::DoNotOptimize(answer);
  }
}

#define CHANGEPOLICY_TEST(name, condition) \
  BENCHMARK_CAPTURE(Decide, name, condition)->Arg(50)->Arg(10'000)->Unit(benchmark::kMicrosecond)

CHANGEPOLICY_TEST(equality, R"(change.team == "team-#")");
CHANGEPOLICY_TEST(beginning, R"(change.branch.startsWith("release-#/"))");
CHANGEPOLICY_TEST(beginning_in_list, R"(change.paths.exists(p, p.startsWith("folder-#/")))");
CHANGEPOLICY_TEST(either,
                  R"(change.paths.exists(p, p.startsWith("a-#/") || p.startsWith("folder-#/")))");
CHANGEPOLICY_TEST(range,
                  "change.rollback.duration >= duration(\"#0s\") && "
                  "change.rollback.duration < duration(\"#9s\")");
CHANGEPOLICY_TEST(choice, R"(change.team == "x-#" || change.team in ["y-#", "team-#"])");

}  // namespace
}  // namespace changepolicy
