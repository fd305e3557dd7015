#include "libchangepolicy/approval/conflicts.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/types/span.h"

namespace changepolicy {
namespace {

bool HaveCommon(std::span<const int> one, std::span<const int> other) {
  return std::find_first_of(one.begin(), one.end(), other.begin(), other.end()) != one.end();
}

bool KeepApart(const AssignmentSlot& one, const AssignmentSlot& other, bool sharing) {
  if (sharing && (one.may_share || other.may_share)) return false;
  const bool whole_rule = one.groups.empty() || other.groups.empty();
  return (whole_rule && one.rule == other.rule) || HaveCommon(one.groups, other.groups);
}

}  // namespace

SlotConflicts::SlotConflicts(const AssignmentProblem& problem, std::span<const int> slots,
                             bool sharing)
    : classes_(problem.memory),
      class_of_(problem.slots.size(), -1, problem.memory),
      apart_(problem.memory),
      pools_(problem.memory) {
  SearchMemory* const memory = problem.memory;
  // Of slots with groups the rule matters only where a slot without any keeps apart from them.
  std::pmr::set<int> whole_rules(memory);
  for (const int slot : slots) {
    if (problem.slots[slot].groups.empty()) whole_rules.insert(problem.slots[slot].rule);
  }
  using Key = std::tuple<int, absl::Span<const int>, int, int>;
  std::pmr::map<Key, int> known(memory);
  for (const int number : slots) {
    const AssignmentSlot& slot = problem.slots[number];
    const bool shared = sharing && slot.may_share;
    const bool alone = shared && slot.family < 0;
    const Key key{whole_rules.count(slot.rule) > 0 ? slot.rule : -1, slot.groups, slot.family,
                  alone ? number : -1};
    const auto [entry, added] = known.emplace(key, static_cast<int>(classes_.size()));
    if (added) classes_.push_back({Numbers(memory), slot.family < 0, shared});
    classes_[entry->second].slots.push_back(number);
    class_of_[number] = entry->second;
  }
  const size_t count = classes_.size();
  apart_.assign(count * count, true);
  for (size_t one = 0; one < count; ++one) {
    for (size_t other = 0; other < one; ++other) {
      const bool apart = KeepApart(problem.slots[classes_[one].slots.front()],
                                   problem.slots[classes_[other].slots.front()], sharing);
      apart_[one * count + other] = apart_[other * count + one] = apart;
    }
  }
  for (const bool shared : {false, true}) {
    for (size_t c = 0; c < count; ++c) {
      if (classes_[c].shared != shared) continue;
      const auto pool = std::find_if(pools_.begin(), pools_.end(), [&](const auto& members) {
        return std::all_of(members.begin(), members.end(),
                           [&](int member) { return Apart(static_cast<int>(c), member); });
      });
      if (pool != pools_.end()) {
        pool->push_back(static_cast<int>(c));
      } else {
        pools_.emplace_back(1, static_cast<int>(c));
      }
    }
  }
}

}  // namespace changepolicy
