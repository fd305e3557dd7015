// What the program has allocated by operator new, counted in every thread. Linking allocations.cc
// replaces operator new, of the shared libraries too.
#ifndef LIBCHANGEPOLICY_BENCHMARKS_ALLOCATIONS_H_
#define LIBCHANGEPOLICY_BENCHMARKS_ALLOCATIONS_H_

#include <cstdint>

namespace changepolicy {

struct Allocations {
  int64_t calls = 0;  // of operator new, since the program began
  int64_t bytes = 0;  // held now, as the allocator rounds them, its own headers included
  int64_t peak = 0;   // most that was held since the last ForgetPeak
};

Allocations CountAllocations();
void ForgetPeak();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BENCHMARKS_ALLOCATIONS_H_
