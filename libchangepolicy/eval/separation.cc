// Pairs of parts that one person must not hold together, as rules of their own.
#include "libchangepolicy/approval/separation.h"

#include <algorithm>
#include <span>

#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/flat/field_access.h"
#include "libchangepolicy/program/literal_text.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

// Who plays the part, as the subject states it; `path` ends in the name of a field of People.
void ReadPart(std::string_view path, std::span<const std::string_view> unknown,
              const flat::People& people, flat::Arena* arena, flat::FactRead* read) {
  read->set_path(path);
  const flat::MessageTable& table = flat::People::table();
  const flat::FieldTable* const field = table.FindByName(path.substr(path.rfind('.') + 1));
  if (field == nullptr) return;
  const bool is_stated = IsFieldSet(&people, *field, uint64_t{1} << table.IndexOf(*field));
  // Nobody said, or it was stated that there is none.
  read->set_known(is_stated || std::find(unknown.begin(), unknown.end(), path) == unknown.end());
  if (!read->known()) return;
  LiteralText literal(kLongestValue);
  if (field->repeated()) {
    literal.Write(
        Datum::FieldList(&FieldAt<flat::ListStorage>(&people, *field), Datum::Storage::kString, 0),
        nullptr, nullptr);
  } else if (is_stated) {
    literal.Write(Datum::String(FieldAt<std::string_view>(&people, *field)), nullptr, nullptr);
  }
  read->set_value(arena->Copy(literal.text()));
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
      static constexpr std::string_view kOutdated[] = {"organization.directory.taken_at"};
      answer.unknown = kOutdated;
      answer.outcome.clear_held_by();
    }
    flat::Arena* const arena = &evaluation->arena;
    flat::RuleOutcome& outcome = *outcomes->Add(arena);
    outcome = evaluation->policy.outcomes().pair(i);
    outcome.set_status(answer.status);
    std::sort(answer.facts.begin(), answer.facts.end());
    for (const std::string_view fact : answer.facts) {
      ReadPart(fact, answer.unknown, evaluation->subject.people(), arena, outcome.add_facts(arena));
    }
    for (const std::string_view fact : answer.unknown) outcome.add_unknown(fact, arena);
    *outcome.mutable_separation(arena) = answer.outcome;
  }
}

}  // namespace changepolicy
