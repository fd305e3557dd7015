// The function of mapping documents: `lookup("table", key)`.
#ifndef LIBCHANGEPOLICY_MAPPING_LOOKUP_H_
#define LIBCHANGEPOLICY_MAPPING_LOOKUP_H_

#include "libchangepolicy/cel/function.h"

namespace changepolicy {

// The host of an evaluation must be the v1::Mapping that has the tables. A key that the table does
// not have gives what the table says for others, or null.
cel::FunctionRow LookupRow();

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_LOOKUP_H_
