// How often the program took something from the heap. Linking allocations.cc replaces operator new
// for the whole program, so that tests that count are programs of their own.
#ifndef LIBCHANGEPOLICY_TESTS_ALLOCATIONS_ALLOCATIONS_H_
#define LIBCHANGEPOLICY_TESTS_ALLOCATIONS_ALLOCATIONS_H_

namespace changepolicy {

// Calls of operator new since the program began, in every thread.
long CountAllocations();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TESTS_ALLOCATIONS_ALLOCATIONS_H_
