// Every table of the model, for table.cc; the definitions are generated.
#ifndef LIBCHANGEPOLICY_FLAT_MODEL_TABLES_H_
#define LIBCHANGEPOLICY_FLAT_MODEL_TABLES_H_

#include <cstddef>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy::flat {

// By full name.
extern const MessageTable* const kModelTables[];
extern const size_t kModelTableCount;

// The pool with the descriptors of all of them: it names a class of each file, so that a linker
// which takes only what is named leaves none out.
const google::protobuf::DescriptorPool& ModelPool();

}  // namespace changepolicy::flat

#endif  // LIBCHANGEPOLICY_FLAT_MODEL_TABLES_H_
