#include "tests/engine/example.h"

#include <cstdlib>
#include <iostream>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy {

namespace {

[[noreturn]] void Die(const Issues& issues) {
  std::cerr << ToText(issues) << "\n";
  std::abort();
}

template <typename T>
T Read(std::string_view yaml) {
  T message;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "test.yaml", &message);
  if (HasErrors(issues)) Die(issues);
  return message;
}

}  // namespace

std::string PolicyWith(std::string_view rules) {
  return StrCat(R"(
policy: {id: test, version: "1"}
clauses: {C: {title: a clause, controls: [soc2/CC8.1]}}
roles: [engineer, lead]
risk:
  factors: []
  levels: [{level: LOW, from: 0}]
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C}]
evidence: {types: [unit]}
)",
                rules);
}

Policy LoadOrDie(const std::string& text) {
  PolicyResult result = Policy::Load({{"policy.yaml", text}});
  if (!result.policy.has_value()) Die(result.issues);
  return *std::move(result.policy);
}

Organization Firm(std::string_view more) {
  const std::string text = StrCat(R"(
directory:
  people: [{id: ann, accounts: [Ann@Firm.example]}, {id: bob}, {id: cy}]
  roles: [{id: engineer, members: [ann, bob, cy]}, {id: lead}]
)",
                                  more);
  OrganizationResult result = Organization::Create(Read<v1::Organization>(text));
  if (!result.organization.has_value()) Die(result.issues);
  return *std::move(result.organization);
}

v1::ChangeRequest ReadChange(std::string_view yaml) { return Read<v1::ChangeRequest>(yaml); }

v1::ChangeRequest SmallChange(std::string_view more) {
  return ReadChange(StrCat(R"(
id: C-1
state: SCHEDULED
environments: [STAGING]
people: {requester: ann, authors: [ann]}
)",
                           more));
}

absl::Time At(std::string_view text) { return *ReadInstant(text); }

v1::Decision Decide(const std::string& policy, const v1::ChangeRequest& change) {
  const Engine engine(LoadOrDie(policy), Firm());
  return *engine.Decide(change, {.now = At("2026-03-02T10:00:00Z"),
                                 .transition = v1::TRANSITION_DEPLOY,
                                 .detail = v1::DETAIL_RULES});
}

v1::Status StatusOf(const v1::Decision& decision, std::string_view rule) {
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (outcome.rule() == rule) return outcome.status();
  }
  return v1::STATUS_UNSPECIFIED;
}

}  // namespace changepolicy
