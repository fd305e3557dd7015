// How expressions name the values of the model's enums: `RiskLevel.HIGH`.
#ifndef LIBCHANGEPOLICY_PROGRAM_ENUM_WORDS_H_
#define LIBCHANGEPOLICY_PROGRAM_ENUM_WORDS_H_

#include <string_view>

#include "google/protobuf/descriptor.h"

namespace changepolicy {

// Empty for a number that the enum has no name for. Made once for all enums; O(1).
std::string_view EnumWords(const google::protobuf::EnumDescriptor& type, int number);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_PROGRAM_ENUM_WORDS_H_
