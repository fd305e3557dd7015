// A schedule of any size, the same each time.
#ifndef TESTS_REPORT_MANY_WORKS_H_
#define TESTS_REPORT_MANY_WORKS_H_

#include "changepolicy/v1/schedule.pb.h"

namespace changepolicy {

// Four weeks from 2026-03-02 with so much work on so many services; each tenth piece is in conflict
// with the one before it.
v1::ForwardSchedule ManyWorks(int works, int services);

}  // namespace changepolicy

#endif  // TESTS_REPORT_MANY_WORKS_H_
