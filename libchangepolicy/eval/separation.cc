// Pairs of parts that one person must not hold together, as rules of their own.
#include "libchangepolicy/approval/separation.h"

#include <algorithm>

#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

constexpr size_t kLongestValue = 120;

// Who plays the part, as the subject states it; `path` ends in the name of a field of People.
v1::FactRead ReadPart(const std::string& path, std::span<const std::string_view> unknown,
                      const v1::People& people) {
  v1::FactRead read;
  read.set_path(path);
  const auto* const field =
      v1::People::descriptor()->FindFieldByName(path.substr(path.rfind('.') + 1));
  if (field == nullptr) return read;
  const auto& reflection = *people.GetReflection();
  const auto text = [](std::string account) { return cel::Value::String(std::move(account)); };
  if (!field->is_repeated()) {
    const bool stated = reflection.HasField(people, field);
    // Nobody said, or it was stated that there is none.
    read.set_known(stated || std::find(unknown.begin(), unknown.end(), path) == unknown.end());
    if (stated) {
      read.set_value(text(reflection.GetString(people, field)).ToString(kLongestValue));
    }
    return read;
  }
  std::vector<cel::Value> accounts;
  for (int i = 0; i < reflection.FieldSize(people, field); ++i) {
    accounts.push_back(text(reflection.GetRepeatedString(people, field, i)));
  }
  read.set_known(!accounts.empty() ||
                 std::find(unknown.begin(), unknown.end(), path) == unknown.end());
  if (read.known()) read.set_value(cel::Value::ListOf(std::move(accounts)).ToString(kLongestValue));
  return read;
}

}  // namespace

std::vector<v1::RuleOutcome> EvaluateSeparation(Evaluation* evaluation) {
  std::vector<v1::RuleOutcome> outcomes;
  const v1::SeparationOfDuties& separation = evaluation->policy.policy().separation();
  if (!StandsOn(separation.at(), evaluation->transition, true)) return outcomes;
  const ApprovalContext context = ContextOf(*evaluation);
  for (int i = 0; i < separation.pairs_size(); ++i) {
    const v1::PartPair& pair = separation.pairs(i);
    if (KeptFromApproving(pair).has_value()) continue;  // asked of every approval
    PairAnswer answer = EvaluatePair(pair, context);
    if (evaluation->directory_outdated && answer.status != v1::STATUS_NOT_APPLICABLE) {
      answer.status = v1::STATUS_UNKNOWN;
      static constexpr std::string_view kOutdated[] = {"organization.directory.taken_at"};
      answer.unknown = kOutdated;
      answer.outcome.clear_held_by();
    }
    v1::RuleOutcome& outcome = outcomes.emplace_back();
    outcome.set_rule(pair.id());
    outcome.set_kind("separation");
    outcome.set_status(answer.status);
    *outcome.mutable_clauses() = pair.clauses();
    const std::vector<std::string>& controls = evaluation->policy.pairs()[i].controls;
    *outcome.mutable_controls() = {controls.begin(), controls.end()};
    std::sort(answer.facts.begin(), answer.facts.end());
    for (const std::string_view fact : answer.facts) {
      *outcome.add_facts() =
          ReadPart(std::string(fact), answer.unknown, evaluation->subject.people());
    }
    for (const std::string_view fact : answer.unknown) outcome.add_unknown(std::string(fact));
    if (!flat::CopyTo(answer.outcome, outcome.mutable_separation())) {
      outcome.set_status(v1::STATUS_ERROR);
    }
  }
  return outcomes;
}

}  // namespace changepolicy
