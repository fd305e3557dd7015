// When a change of a small firm could go out: a window each Saturday, a freeze, other work.
// Compiled and run by the tests.
#include <iostream>

#include "changepolicy/calendar.h"
#include "changepolicy/engine.h"

namespace {

using changepolicy::v1::TimePattern;

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(seconds); }

void Set(absl::Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(time));
}

}  // namespace

int main() {
  using namespace changepolicy;
  const absl::Time now = At(1'772'445'600);  // Monday 2026-03-02, 10:00 UTC

  PolicyResult policy = Policy::Builtin("starter");
  v1::Organization firm;
  v1::Directory& directory = *firm.mutable_directory();
  directory.add_services()->set_id("shop");
  v1::MaintenanceWindow& window = *directory.mutable_calendar()->add_windows();
  window.set_id("saturday");
  TimePattern& nights = *window.add_times();
  nights.set_zone("Europe/Berlin");
  nights.set_start("2026-01-03T22:00:00");
  nights.set_duration("6h");
  nights.set_rrule("FREQ=WEEKLY");
  v1::ScheduledWork& other = *firm.mutable_ledger()->add_scheduled();
  other.set_subject_id("CHG-6");
  other.add_services("shop");
  Set(now + absl::Hours(131), other.mutable_start());
  Set(now + absl::Hours(133), other.mutable_end());
  OrganizationResult organization = Organization::Create(firm);
  if (!policy.policy || !organization.organization) {
    std::cerr << ToText(policy.issues) << ToText(organization.issues) << "\n";
    return 3;
  }

  v1::ChangeRequest change;
  change.set_id("CHG-7");
  change.add_services()->set_id("shop");

  const Planner planner(*policy.policy, *organization.organization);
  const absl::StatusOr<v1::SlotsAnswer> slots =
      planner.NextSlots(change, {.now = now, .count = 2, .length = absl::Hours(2)});
  if (!slots.ok()) {
    std::cerr << slots.status() << "\n";
    return 3;
  }
  for (const v1::Slot& slot : slots->slots()) {
    std::cout << absl::FormatTime("%Y-%m-%d %H:%M", At(slot.start().seconds()), absl::UTCTimeZone())
              << " to "
              << absl::FormatTime("%H:%M", At(slot.latest_start().seconds()), absl::UTCTimeZone())
              << "\n";
  }
  for (const v1::Obstacle& obstacle : slots->obstacles()) {
    std::cout << v1::ObstacleKind_Name(obstacle.kind()) << " " << obstacle.id() << "\n";
  }
  return slots->slots().empty() ? 1 : 0;
}
