// What a small firm owes, and which version of its policy decides about a change. Compiled and run
// by the tests.
#include "changepolicy/duties.h"

#include <iostream>
#include <string>

#include "changepolicy/policy_series.h"

namespace {

// A policy by which nobody has to approve, in force from then on.
changepolicy::PolicyResult Version(const std::string& version, const std::string& start) {
  return changepolicy::Policy::Load({{"policy.yaml", "policy: {id: team, version: \"" + version +
                                                         "\", effective_from: " + start + "}" + R"(
clauses: {C-1: Nobody has to approve}
risk: {levels: [{level: LOW, from: 0}]}
categories: [{id: normal, category: NORMAL, applies_if: "true", clause: C-1}]
approvals: [{id: free, needs: {none: true}, clause: C-1}]
)"}});
}

}  // namespace

int main() {
  using namespace changepolicy;
  const absl::Time now = absl::FromUnixSeconds(1'772'445'600);  // Monday 2026-03-02, 10:00 UTC

  const PolicyResult first = Version("1.0", "2026-01-01T00:00:00Z");
  const PolicyResult second = Version("2.0", "2026-04-01T00:00:00Z");
  v1::Organization firm;
  v1::Obligation& owed = *firm.mutable_ledger()->add_obligations();
  owed.set_id("OBL-1");
  owed.set_owner("ann");
  owed.mutable_due_at()->set_seconds(absl::ToUnixSeconds(now) - 3600);
  const OrganizationResult organization = Organization::Create(firm);
  if (!first.policy || !second.policy || !organization.organization) {
    std::cerr << ToText(first.issues) << ToText(organization.issues) << "\n";
    return 3;
  }

  const auto due = ListDue(*first.policy, *organization.organization, {}, {},
                           {.now = now, .until = now + absl::Hours(24 * 30)});
  if (!due.ok()) return 3;
  for (const v1::DueItem& item : due->items()) {
    std::cout << item.id() << " " << item.owner() << (item.overdue() ? " overdue" : "") << "\n";
  }

  v1::ChangeRequest change;
  change.set_id("CHG-7");
  change.set_state(v1::CHANGE_STATE_SCHEDULED);
  const PolicySeriesResult series = PolicySeries::Create({*first.policy, *second.policy});
  if (!series.series) return 3;
  const auto decision = series.series->Decide(change, *organization.organization, {.now = now});
  if (!decision.ok()) return 3;
  std::cout << "version " << decision->policy_version() << " until "
            << absl::FormatTime("%Y-%m-%d",
                                absl::FromUnixSeconds(decision->next_evaluation().seconds()),
                                absl::UTCTimeZone())
            << "\n";
  return 0;
}
