// What a rule read, in the order in which a Decision lists it: by path.
#ifndef BENCHMARKS_HANDWRITTEN_READING_ORDER_H_
#define BENCHMARKS_HANDWRITTEN_READING_ORDER_H_

#include <array>
#include <cstddef>

#include "benchmarks/handwritten/case.h"

namespace changepolicy::handwritten {

// Calls `fact(Fact)` or `named(const NamedFact&)` for each.
template <typename OnFact, typename OnNamed>
void InOrder(const Case& decided, const Reading& reading, OnFact fact, OnNamed named) {
  if (reading.named == 0) {
    reading.facts.ForEach(fact);
    return;
  }
  constexpr size_t kMost = 128;
  std::array<const NamedFact*, kMost> sorted;
  const size_t count = reading.named < kMost ? reading.named : kMost;
  for (size_t i = 0; i < count; ++i) {
    const NamedFact* const each = &decided.named_facts[reading.first_named + i];
    size_t place = i;
    for (; place > 0 && each->path < sorted[place - 1]->path; --place) {
      sorted[place] = sorted[place - 1];
    }
    sorted[place] = each;
  }
  size_t next = 0;
  reading.facts.ForEach([&](Fact each) {
    for (; next < count && sorted[next]->path < kFactPaths[each]; ++next) named(*sorted[next]);
    fact(each);
  });
  for (; next < count; ++next) named(*sorted[next]);
}

}  // namespace changepolicy::handwritten

#endif  // BENCHMARKS_HANDWRITTEN_READING_ORDER_H_
