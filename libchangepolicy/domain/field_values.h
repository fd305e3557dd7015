// Values of a flat message's field, named by its path, as a catalogue writes them down: as text.
#ifndef LIBCHANGEPOLICY_DOMAIN_FIELD_VALUES_H_
#define LIBCHANGEPOLICY_DOMAIN_FIELD_VALUES_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "libchangepolicy/flat/table.h"

namespace changepolicy {

// Whether the field at `path` holds no other values than `allowed`, and at least one unless
// `allowed` is empty. The path is without list indices, like `assets` or `services.id`; through
// lists it means the field of every element, and after a map comes the key, like `facts.region`.
//
// Values are compared as text: strings as they stand, `true` and `false`, numbers in decimal, enum
// values by their name with or without the type's prefix (`ENVIRONMENT_PRODUCTION`, `PRODUCTION`),
// durations as `90m` or `5400s`, instants by RFC 3339.
//
// False, too, where there is no such field or its values have no such text. O(message + allowed),
// logarithms aside.
bool HasOnlyValues(const flat::MessageTable& table, const void* message, std::string_view path,
                   const google::protobuf::RepeatedPtrField<std::string>& allowed);

// The values of the field at `path`, as text, in their order; none where there is no such field or
// a value has no such text. O(message).
std::vector<std::string> TextsAt(const flat::MessageTable& table, const void* message,
                                 std::string_view path);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_FIELD_VALUES_H_
