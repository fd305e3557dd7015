#include "libchangepolicy/approval/separation.h"

#include <algorithm>
#include <optional>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/approval/subject.h"
#include "libchangepolicy/flat/lists.h"

namespace changepolicy {
namespace {

bool IsHeld(const PartHolders& holders) {
  return !holders.people.empty() || !holders.unmapped.empty();
}

// By the directory's id, or as written; sorted.
std::span<const std::string_view> HeldByBoth(const PartHolders& one, const PartHolders& other,
                                             const ApprovalContext& context) {
  flat::Repeated<std::string_view> both;
  for (const int person : one.people) {
    if (std::binary_search(other.people.begin(), other.people.end(), person)) {
      both.Add(context.roster->id(person), context.arena);
    }
  }
  if (!one.unmapped.empty() && !other.unmapped.empty()) {
    const auto folded = NewList<std::string_view>(other.unmapped.size(), context.arena);
    for (size_t i = 0; i < folded.size(); ++i) {
      folded[i] = context.arena->Copy(FoldedAccount(other.unmapped[i]).text());
    }
    const std::span<std::string_view> sorted = SortOnce(folded);
    for (const std::string_view account : one.unmapped) {
      if (std::binary_search(sorted.begin(), sorted.end(), FoldedAccount(account).text())) {
        both.Add(account, context.arena);
      }
    }
  }
  return SortOnce(SpanOf(both));
}

}  // namespace

std::vector<v1::Part> PartsApart(const v1::SeparationOfDuties& separation) {
  if (separation.apart().empty()) {
    return {v1::PART_REQUESTER, v1::PART_AUTHOR, v1::PART_CO_AUTHOR, v1::PART_COMMITTER};
  }
  std::vector<v1::Part> parts;
  for (const int part : separation.apart()) {
    if (v1::Part_IsValid(part)) parts.push_back(static_cast<v1::Part>(part));
  }
  return parts;
}

std::optional<v1::Part> KeptFromApproving(const v1::PartPair& pair) {
  if (pair.one() == v1::PART_APPROVER) return pair.other();
  if (pair.other() == v1::PART_APPROVER) return pair.one();
  return std::nullopt;
}

PairAnswer EvaluatePair(const v1::PartPair& pair, const ApprovalContext& context) {
  std::optional<ApprovalSubject> own;
  const ApprovalSubject& subject =
      context.subject != nullptr ? *context.subject : own.emplace(context);
  const PartHolders& one = subject.Holders(pair.one());
  const PartHolders& other = subject.Holders(pair.other());
  PairAnswer answer;
  answer.outcome.set_one(pair.one());
  answer.outcome.set_other(pair.other());
  answer.facts = {one.fact, other.fact};
  flat::Repeated<std::string_view> strangers;
  for (const PartHolders* const part : {&one, &other}) {
    for (const std::string_view account : part->unmapped) strangers.Add(account, context.arena);
  }
  for (const std::string_view account : SortOnce(SpanOf(strangers))) {
    answer.outcome.add_unknown_people(account, context.arena);
  }

  const std::span<const std::string_view> both = HeldByBoth(one, other, context);
  for (const std::string_view holder : both) answer.outcome.add_held_by(holder, context.arena);
  const auto held_by_nobody = [](const PartHolders& part) {
    return !IsHeld(part) && !part.unknown;
  };
  if (!both.empty()) {
    answer.status = v1::STATUS_UNSATISFIED;
    return answer;
  }
  if (held_by_nobody(one) || held_by_nobody(other)) {
    answer.status = v1::STATUS_NOT_APPLICABLE;
    return answer;
  }
  flat::Repeated<std::string_view> unknown;
  for (const PartHolders* const part : {&one, &other}) {
    if (part->unknown || !part->unmapped.empty()) unknown.Add(part->fact, context.arena);
  }
  answer.unknown = SortOnce(SpanOf(unknown));
  answer.status = unknown.empty() ? v1::STATUS_SATISFIED : v1::STATUS_UNKNOWN;
  return answer;
}

}  // namespace changepolicy
