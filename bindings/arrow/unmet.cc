#include "bindings/arrow/unmet.h"

#include <algorithm>
#include <set>

namespace changepolicy::bindings {
namespace {

// Everything but what holds, does not apply, or was excused: a status of a later version too.
bool IsUnmet(v1::Status status) {
  switch (status) {
    case v1::STATUS_NOT_APPLICABLE:
    case v1::STATUS_SATISFIED:
    case v1::STATUS_WAIVED:
    case v1::STATUS_OVERRIDDEN:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::vector<std::string> MissingRoles(const v1::Decision& decision) {
  std::set<std::string> missing;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (!IsUnmet(outcome.status())) continue;
    const auto& slots = outcome.approval().slots();
    const bool any_chosen = std::any_of(slots.begin(), slots.end(),
                                        [](const v1::SlotOutcome& slot) { return slot.chosen(); });
    for (const v1::SlotOutcome& slot : slots) {
      if (any_chosen && !slot.chosen()) continue;
      if (slot.assigned_size() < slot.needed()) missing.insert(slot.of());
    }
  }
  return {missing.begin(), missing.end()};
}

std::vector<std::string> UnmetGates(const v1::Decision& decision) {
  std::vector<std::string> unmet;
  for (const v1::RuleOutcome& outcome : decision.outcomes()) {
    if (IsUnmet(outcome.status())) unmet.push_back(outcome.rule());
  }
  return unmet;
}

}  // namespace changepolicy::bindings
