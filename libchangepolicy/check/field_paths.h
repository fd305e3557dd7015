// Paths of fields that a policy writes down: `impact.availability`, `services.id`.
#ifndef LIBCHANGEPOLICY_CHECK_FIELD_PATHS_H_
#define LIBCHANGEPOLICY_CHECK_FIELD_PATHS_H_

#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"

namespace changepolicy {

// Whether the path, through messages, lists and the keys of maps, leads to a field of `root`.
bool IsFieldPath(const google::protobuf::Descriptor& root, std::string_view path);

// What to write instead of a path that leads nowhere.
std::string FieldPathHelp(std::string_view path);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_CHECK_FIELD_PATHS_H_
