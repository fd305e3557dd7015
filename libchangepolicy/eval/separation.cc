// Pairs of parts that one person must not hold together, as rules of their own.
#include "libchangepolicy/approval/separation.h"

#include <algorithm>

#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/copy.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

constexpr size_t kLongestValue = 120;

// Who plays the part, as the subject states it; `path` ends in the name of a field of People.
void ReadPart(const std::string& path, const std::vector<std::string>& unknown,
              const v1::People& people, flat::Arena* arena, flat::FactRead* read) {
  read->set_path(arena->Copy(path));
  const auto* const field =
      v1::People::descriptor()->FindFieldByName(path.substr(path.rfind('.') + 1));
  if (field == nullptr) return;
  const auto& reflection = *people.GetReflection();
  const auto text = [](std::string account) { return cel::Value::String(std::move(account)); };
  if (!field->is_repeated()) {
    const bool stated = reflection.HasField(people, field);
    // Nobody said, or it was stated that there is none.
    read->set_known(stated || std::find(unknown.begin(), unknown.end(), path) == unknown.end());
    if (stated) {
      read->set_value(
          arena->Copy(text(reflection.GetString(people, field)).ToString(kLongestValue)));
    }
    return;
  }
  std::vector<cel::Value> accounts;
  for (int i = 0; i < reflection.FieldSize(people, field); ++i) {
    accounts.push_back(text(reflection.GetRepeatedString(people, field, i)));
  }
  read->set_known(!accounts.empty() ||
                  std::find(unknown.begin(), unknown.end(), path) == unknown.end());
  if (read->known())
    read->set_value(cel::Value::ListOf(std::move(accounts)).ToString(kLongestValue));
  return;
}

}  // namespace

void EvaluateSeparation(Evaluation* evaluation, Outcomes* outcomes) {
  const v1::SeparationOfDuties& separation = evaluation->policy.policy().separation();
  if (!StandsOn(separation.at(), evaluation->transition, true)) return;
  const ApprovalContext context = ContextOf(*evaluation);
  for (int i = 0; i < separation.pairs_size(); ++i) {
    const v1::PartPair& pair = separation.pairs(i);
    if (KeptFromApproving(pair).has_value()) continue;  // asked of every approval
    PairAnswer answer = EvaluatePair(pair, context);
    if (evaluation->directory_outdated && answer.status != v1::STATUS_NOT_APPLICABLE) {
      answer.status = v1::STATUS_UNKNOWN;
      answer.unknown = {"organization.directory.taken_at"};
      answer.outcome.clear_held_by();
    }
    flat::Arena* const arena = &evaluation->arena;
    flat::RuleOutcome& outcome = *outcomes->Add(arena);
    outcome = evaluation->policy.outcomes().pair(i);
    outcome.set_status(answer.status);
    std::sort(answer.facts.begin(), answer.facts.end());
    const v1::People& people = InMessage(
        evaluation->subject, [](const auto& message) -> auto& { return message.people(); });
    for (const std::string& fact : answer.facts) {
      ReadPart(fact, answer.unknown, people, arena, outcome.add_facts(arena));
    }
    *outcome.mutable_unknown() = NamesOf(answer.unknown, arena);
    outcome.set_separation(flat::CopyOf<flat::SeparationOutcome>(answer.outcome, arena));
  }
}

}  // namespace changepolicy
