#include "libchangepolicy/approval/separation.h"

#include <algorithm>
#include <set>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/approval/subject.h"

namespace changepolicy {
namespace {

bool IsHeld(const PartHolders& holders) {
  return !holders.people.empty() || !holders.unmapped.empty();
}

std::set<std::string> HeldByBoth(const PartHolders& one, const PartHolders& other,
                                 const Roster& roster) {
  std::set<std::string> both;
  for (const int person : one.people) {
    if (std::binary_search(other.people.begin(), other.people.end(), person)) {
      both.insert(roster.id(person));
    }
  }
  std::set<std::string> folded;
  for (const std::string& account : other.unmapped) folded.insert(FoldAccount(account));
  for (const std::string& account : one.unmapped) {
    if (folded.count(FoldAccount(account)) > 0) both.insert(account);
  }
  return both;
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
  const ApprovalSubject subject(context);
  const PartHolders& one = subject.Holders(pair.one());
  const PartHolders& other = subject.Holders(pair.other());
  PairAnswer answer;
  answer.outcome.set_one(pair.one());
  answer.outcome.set_other(pair.other());
  answer.facts = {one.fact, other.fact};
  std::set<std::string> strangers(one.unmapped.begin(), one.unmapped.end());
  strangers.insert(other.unmapped.begin(), other.unmapped.end());
  *answer.outcome.mutable_unknown_people() = {strangers.begin(), strangers.end()};

  const std::set<std::string> both = HeldByBoth(one, other, *context.roster);
  *answer.outcome.mutable_held_by() = {both.begin(), both.end()};
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
  std::set<std::string> unknown;
  for (const PartHolders* const part : {&one, &other}) {
    if (part->unknown || !part->unmapped.empty()) unknown.insert(part->fact);
  }
  answer.unknown = {unknown.begin(), unknown.end()};
  answer.status = unknown.empty() ? v1::STATUS_SATISFIED : v1::STATUS_UNKNOWN;
  return answer;
}

}  // namespace changepolicy
