// Paths of fields in our messages, as mapping documents write them: `people.requester`.
#ifndef LIBCHANGEPOLICY_MAPPING_FIELD_PATH_H_
#define LIBCHANGEPOLICY_MAPPING_FIELD_PATH_H_

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"

namespace changepolicy {

struct WrongPath {
  std::string message;
  std::string help;
};

// What is wrong with a path of fields of `type`; nothing when all is well.
std::optional<WrongPath> FindWrongPath(const google::protobuf::Descriptor* type,
                                       std::string_view path);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_FIELD_PATH_H_
