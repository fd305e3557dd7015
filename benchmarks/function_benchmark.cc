// What fifty gates cost by what their conditions are made of: from the bytes of a change to the
// bytes of a Decision. None of the conditions is found by the index, so that all fifty are
// evaluated.
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "benchmark/benchmark.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"

namespace changepolicy {
namespace {

constexpr int kGates = 50;

[[noreturn]] void Stop(const std::string& why) {
  std::cerr << why << "\n";
  std::exit(1);
}

// `condition` with the number of each gate in place of `#`.
Engine EngineOf(std::string_view condition) {
  std::string text =
      R"(policy: {id: functions, version: "1", libraries: [strings, lists, bindings, comprehensions, optionals]}
clauses: {C: {title: a clause}}
facts: [{name: score, type: DOUBLE, meaning: of a vulnerability}]
evidence: {types: [unit]}
risk: {factors: [], levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
gates:
)";
  for (int i = 0; i < kGates; ++i) {
    std::string must(condition);
    for (size_t at; (at = must.find('#')) != std::string::npos;) {
      must.replace(at, 1, std::to_string(i));
    }
    StrAppend(&text, "  - {id: g", i, ", subjects: [CHANGE], at: [DEPLOY], clause: C, must: '",
              must, "'}\n");
  }
  PolicyResult policy = Policy::Load({{"policy.yaml", text}});
  if (!policy.policy.has_value()) Stop(ToText(policy.issues));
  return Engine(*std::move(policy.policy), *Organization::Create({}).organization);
}

std::string MakeChange() {
  v1::ChangeRequest change;
  change.set_id("CHG-1");
  change.set_state(v1::CHANGE_STATE_SCHEDULED);
  change.set_title("Next version of the portal");
  change.set_team("portal");
  change.set_branch("release/2026.11");
  change.add_services()->set_id("portal");
  change.add_paths("infra/main.tf");
  change.add_paths("docs/readme.md");
  (*change.mutable_facts())["score"].set_number_value(6.5);
  return change.SerializeAsString();
}

void Decide(benchmark::State& state, std::string_view condition) {
  const Engine engine = EngineOf(condition);
  const std::string change = MakeChange();
  const Question question{.now = absl::FromUnixSeconds(1'772'445'600),
                          .transition = v1::TRANSITION_DEPLOY};
  std::string answer;
  for (auto _ : state) {
    const absl::Status status = engine.AnswerBytes(Engine::Ask::kDecide, v1::SUBJECT_KIND_CHANGE,
                                                   change, question, &answer);
    if (!status.ok()) Stop(status.ToString());
    benchmark::DoNotOptimize(answer);
  }
}

#define CHANGEPOLICY_FUNCTION(name, condition) \
  BENCHMARK_CAPTURE(Decide, name, condition)->Unit(benchmark::kMicrosecond)

CHANGEPOLICY_FUNCTION(starts_with, R"(!change.branch.startsWith("hotfix-#/"))");
CHANGEPOLICY_FUNCTION(matches, R"(!change.branch.matches("^hotfix-#/[0-9]+"))");
CHANGEPOLICY_FUNCTION(exists_matches, R"(!change.paths.exists(p, p.matches("^secrets-#/")))");
CHANGEPOLICY_FUNCTION(lower_case, R"(change.title.lowerAscii() != "emergency #")");
CHANGEPOLICY_FUNCTION(split, R"(change.branch.split("/")[0] != "hotfix-#")");
CHANGEPOLICY_FUNCTION(concatenate, R"(change.team + "-#" != change.branch)");
CHANGEPOLICY_FUNCTION(multiply, R"(size(change.services) * 2 < # + 3)");
CHANGEPOLICY_FUNCTION(convert, R"(string(size(change.services)) != "# services")");
CHANGEPOLICY_FUNCTION(place_in_list, R"(change.services[0].id != "s-#")");
CHANGEPOLICY_FUNCTION(lists_equal, R"(change.paths != ["p-#"])");
CHANGEPOLICY_FUNCTION(double_compare, R"(facts.score < 7.0 + #.0)");
CHANGEPOLICY_FUNCTION(map, R"(!(change.team in {"team-#": 1}))");
CHANGEPOLICY_FUNCTION(map_value, R"({"portal": #, "mail": 70}[change.team] < 60)");
CHANGEPOLICY_FUNCTION(bind, R"(cel.bind(t, change.team, t != "team-#" && size(t) > 2))");
CHANGEPOLICY_FUNCTION(chosen_list,
                      R"(!("p-#" in (change.team == "portal" ? change.paths : ["p-#"])))");
CHANGEPOLICY_FUNCTION(two_variables, R"(!change.paths.exists(i, p, i > # && p == "p"))");
CHANGEPOLICY_FUNCTION(filtered_map, R"(change.paths.map(p, p != "p-#", size(p)).size() > 1)");
CHANGEPOLICY_FUNCTION(optional, R"(change.paths.first().orValue("p-#") != "p-#")");
CHANGEPOLICY_FUNCTION(optional_field, R"(change.?team.orValue("portal") != "team-#")");
// Left to the plain evaluator.
CHANGEPOLICY_FUNCTION(unsigned_number, R"(uint(size(change.paths)) < 9u + #u)");

}  // namespace
}  // namespace changepolicy
