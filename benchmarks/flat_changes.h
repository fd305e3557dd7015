// Distinct changes of about 1 KB, for benchmarks: a processor learns a single one by heart.
#ifndef BENCHMARKS_FLAT_CHANGES_H_
#define BENCHMARKS_FLAT_CHANGES_H_

#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"

namespace changepolicy {

// The same for the same number: a change as teams write them, with 60 to 100 fields.
v1::ChangeRequest MadeChange(unsigned number);

// The bytes of the first `count` of them.
std::vector<std::string> MadeChanges(unsigned count);

}  // namespace changepolicy

#endif  // BENCHMARKS_FLAT_CHANGES_H_
