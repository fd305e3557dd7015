// Conversions to and from the types that strong enums are.
#ifndef LIBCHANGEPOLICY_CEL_ENUM_FUNCTIONS_H_
#define LIBCHANGEPOLICY_CEL_ENUM_FUNCTIONS_H_

#include <memory>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/cel/function.h"

namespace changepolicy::cel {

// `Enum(int)`, any number of 32 bits, and `Enum(string)`, the name of a value.
std::vector<std::shared_ptr<const Overload>> EnumConversions(
    const google::protobuf::EnumDescriptor& enum_type);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_ENUM_FUNCTIONS_H_
