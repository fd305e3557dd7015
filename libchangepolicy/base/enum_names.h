// Names of enum values as people write them: without the part that repeats the enum's name.
#ifndef LIBCHANGEPOLICY_BASE_ENUM_NAMES_H_
#define LIBCHANGEPOLICY_BASE_ENUM_NAMES_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace changepolicy {

// What the values' names begin with: `RISK_LEVEL_` of RiskLevel.
std::string EnumValuePrefix(const google::protobuf::EnumDescriptor& type);

// `HIGH` of RISK_LEVEL_HIGH; the whole name where it does not repeat the enum's, or where what
// would be left is no identifier.
std::string ShortName(const google::protobuf::EnumValueDescriptor& value);

// The short name of a number's value; the number itself where no value has it, as enums of a later
// version do.
std::string ValueName(const google::protobuf::EnumDescriptor& type, int number);
template <typename Enum>
std::string ValueName(Enum value) {
  return ValueName(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_ENUM_NAMES_H_
