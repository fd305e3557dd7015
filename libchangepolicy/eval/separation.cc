// Pairs of parts that one person must not hold together, as rules of their own.
#include "libchangepolicy/approval/separation.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "libchangepolicy/approval/lists.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/check/prepared_outcomes.h"
#include "libchangepolicy/eval/context.h"
#include "libchangepolicy/eval/evaluation.h"
#include "libchangepolicy/program/policy_index.h"

namespace changepolicy {
namespace {

constexpr size_t kLongestValue = 120;

// Who plays the part, as the subject states it.
std::span<const std::string_view> AccountsOf(v1::Part part, const flat::People& people,
                                             flat::Arena* arena) {
  const auto only = [&](bool has, std::string_view account) -> std::span<const std::string_view> {
    const auto list = NewList<std::string_view>(has ? 1 : 0, arena);
    if (has) list[0] = account;
    return list;
  };
  switch (part) {
    case v1::PART_REQUESTER:
      return only(people.has_requester(), people.requester());
    case v1::PART_OWNER:
      return only(people.has_owner(), people.owner());
    case v1::PART_RELEASE_MANAGER:
      return only(people.has_release_manager(), people.release_manager());
    case v1::PART_AUTHOR:
      return SpanOf(people.authors());
    case v1::PART_CO_AUTHOR:
      return SpanOf(people.co_authors());
    case v1::PART_COMMITTER:
      return SpanOf(people.committers());
    case v1::PART_LANDER:
      return SpanOf(people.landers());
    case v1::PART_IMPLEMENTER:
      return SpanOf(people.implementers());
    case v1::PART_TESTER:
      return SpanOf(people.testers());
    case v1::PART_DEPLOYER:
      return SpanOf(people.deployers());
    default:
      return {};
  }
}

bool IsOnePerson(v1::Part part) {
  return part == v1::PART_REQUESTER || part == v1::PART_OWNER || part == v1::PART_RELEASE_MANAGER;
}

void ReadPart(v1::Part part, std::string_view path, const PairAnswer& answer,
              const flat::People& people, flat::Arena* arena, flat::FactRead* read) {
  read->set_path(path);
  if (path.empty()) return;
  const std::span<const std::string_view> accounts = AccountsOf(part, people, arena);
  // Nobody said, or it was stated that there is none.
  const bool unknown =
      std::find(answer.unknown.begin(), answer.unknown.end(), path) != answer.unknown.end();
  read->set_known(!accounts.empty() || !unknown);
  if (IsOnePerson(part) ? accounts.empty() : !read->known()) return;
  std::vector<cel::Value> values;
  for (const std::string_view account : accounts) {
    values.push_back(cel::Value::String(std::string(account)));
  }
  const cel::Value value =
      IsOnePerson(part) ? std::move(values.front()) : cel::Value::ListOf(std::move(values));
  read->set_value(arena->Copy(value.ToString(kLongestValue)));
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
    std::pair<std::string_view, v1::Part> facts[] = {{answer.facts[0], pair.one()},
                                                     {answer.facts[1], pair.other()}};
    std::sort(std::begin(facts), std::end(facts));
    for (const auto& [path, part] : facts) {
      ReadPart(part, path, answer, evaluation->subject.people(), arena, outcome.add_facts(arena));
    }
    for (const std::string_view fact : answer.unknown) outcome.add_unknown(fact, arena);
    *outcome.mutable_separation(arena) = answer.outcome;
  }
}

}  // namespace changepolicy
