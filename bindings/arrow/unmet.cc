#include "bindings/arrow/unmet.h"

#include <algorithm>

#include "changepolicy/v1/decision.pb.h"

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

std::vector<std::string_view> MissingRoles(const flat::Decision& decision) {
  std::vector<std::string_view> missing;
  for (const flat::RuleOutcome& outcome : decision.outcomes()) {
    if (!IsUnmet(outcome.status())) continue;
    const auto& slots = outcome.approval().slots();
    const bool any_chosen = std::any_of(
        slots.begin(), slots.end(), [](const flat::SlotOutcome& slot) { return slot.chosen(); });
    for (const flat::SlotOutcome& slot : slots) {
      if (any_chosen && !slot.chosen()) continue;
      if (slot.assigned().size() < slot.needed()) missing.push_back(slot.of());
    }
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

std::vector<std::string_view> UnmetGates(const flat::Decision& decision) {
  std::vector<std::string_view> unmet;
  for (const flat::RuleOutcome& outcome : decision.outcomes()) {
    if (IsUnmet(outcome.status())) unmet.push_back(outcome.rule());
  }
  return unmet;
}

}  // namespace changepolicy::bindings
