#include "tests/report/many_works.h"

#include <algorithm>
#include <cstdint>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

v1::ForwardSchedule ManyWorks(int works, int services) {
  constexpr int64_t kFrom = 1772409600;  // 2026-03-02T00:00:00Z
  constexpr int kHours = 28 * 24;
  v1::ForwardSchedule schedule;
  schedule.set_organization("Large & Busy");
  schedule.mutable_from()->set_seconds(kFrom);
  schedule.mutable_until()->set_seconds(kFrom + kHours * 3600);
  schedule.mutable_now()->set_seconds(kFrom + 30 * 3600);
  uint64_t state = 1;
  const auto random = [&](int below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state >> 33) % static_cast<uint64_t>(below));
  };
  for (int i = 0; i < works; ++i) {
    v1::ScheduledWork& work = *schedule.add_works();
    work.set_subject_id(StrCat("CHG-", 10000 + i));
    work.set_title(StrCat("Made-up piece of work, number ", i));
    const int64_t start =
        kFrom + static_cast<int64_t>(i) * (kHours - 12) * 3600 / std::max(1, works);
    work.mutable_start()->set_seconds(start);
    work.mutable_end()->set_seconds(start + (1 + random(8)) * 1800);
    const int service = random(std::max(1, services));
    work.add_services(StrCat("service-", service));
    if (i % 3 == 0) work.add_services(StrCat("service-", (service + 1) % std::max(1, services)));
    work.set_team(StrCat("team-", service % 7));
    work.add_people(StrCat("person-", random(200)));
    work.set_category(static_cast<v1::Category>(i % 4));
    work.set_is_release(i % 4 == 0);
    if (i % 10 != 9) continue;
    v1::Conflict& conflict = *schedule.add_conflicts();
    const v1::ScheduledWork& before = schedule.works(i - 1);
    conflict.set_one(before.subject_id());
    conflict.set_other(work.subject_id());
    *conflict.mutable_start() = work.start();
    conflict.mutable_end()->set_seconds(start + 900);
    v1::Clash& clash = *conflict.add_clashes();
    clash.set_kind(v1::CLASH_KIND_SERVICE);
    clash.set_one(work.services(0));
  }
  return schedule;
}

}  // namespace changepolicy
