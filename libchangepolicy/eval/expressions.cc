#include "libchangepolicy/eval/expressions.h"

namespace changepolicy {
namespace {

using FactReads = flat::RepeatedMessage<flat::FactRead>;

// Each list is in order by path; of a path that both have, what `first` says.
FactReads Merged(const FactReads& first, const FactReads& second, flat::Arena* arena) {
  if (first.empty()) return second;
  if (second.empty()) return first;
  FactReads both;
  int next = 0;
  const auto add = [&](const flat::FactRead& fact) {
    // Nobody writes to what is told.
    both.Add(const_cast<flat::FactRead*>(&fact), arena);
  };
  for (const flat::FactRead& fact : first) {
    while (next < second.size() && second[next].path() < fact.path()) add(second[next++]);
    add(fact);
    if (next < second.size() && second[next].path() == fact.path()) ++next;
  }
  while (next < second.size()) add(second[next++]);
  return both;
}

}  // namespace

Expressions::RuleAnswer Expressions::AskRule(const std::optional<CheckedExpression>& applies_if,
                                             const std::optional<CheckedExpression>& must,
                                             bool tells_false, flat::Arena* arena) {
  const Answer condition = Ask(applies_if, tells_false);
  if (condition.truth != Truth::kTrue) return {.answer = condition};
  return Both(condition, Ask(must, true), arena);
}

Expressions::RuleAnswer Expressions::Both(const Answer& condition, Answer demand,
                                          flat::Arena* arena) {
  demand.facts = Merged(condition.facts, demand.facts, arena);
  return {.applies = true, .answer = demand};
}

}  // namespace changepolicy
