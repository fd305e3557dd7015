// Payloads in which something is not as it was: by a seed, or each key in turn.
#ifndef TESTS_MAPPING_MUTATE_H_
#define TESTS_MAPPING_MUTATE_H_

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "libchangepolicy/source/foreign_record.h"

namespace changepolicy {

// What the payloads say then, compared to what they said before.
enum class Says {
  kLess,   // less, or the same in another order: keys are gone, or have another name
  kNone,   // that there is none of something: null, an empty list
  kFewer,  // that there are fewer: an element of a list or a whole record is gone
  kOther,  // something else
};

struct Mutation {
  Says says = Says::kLess;
  std::string what;                // for people
  std::vector<std::string> paths;  // of what was touched, without indices: `pull_request.draft`
};

// How many keys there are in all maps of the records.
size_t CountKeys(const std::vector<ForeignRecord>& records);
// Takes away one of them, below CountKeys.
Mutation RemoveKey(size_t number, std::vector<ForeignRecord>* records);
// REQUIRES: there is a record.
Mutation Mutate(std::mt19937_64* random, std::vector<ForeignRecord>* records);

}  // namespace changepolicy

#endif  // TESTS_MAPPING_MUTATE_H_
