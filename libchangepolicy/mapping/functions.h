// The functions of mapping documents; docs/mapping.md has them as a table.
#ifndef LIBCHANGEPOLICY_MAPPING_FUNCTIONS_H_
#define LIBCHANGEPOLICY_MAPPING_FUNCTIONS_H_

#include <set>
#include <vector>

#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/mapping/mapping.h"

namespace changepolicy {

class ReadLog;

// The host of an evaluation (Activation::SetHost).
struct FunctionHost {
  const v1::Mapping* mapping = nullptr;
  // Words that a table does not have are added.
  std::set<UnmappedWord>* unmapped = nullptr;
  // Of the records that expressions read.
  ReadLog* log = nullptr;
};

std::vector<cel::FunctionRow> MappingFunctions();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_FUNCTIONS_H_
