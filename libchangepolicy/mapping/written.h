// Values of expressions as a document would write them.
#ifndef LIBCHANGEPOLICY_MAPPING_WRITTEN_H_
#define LIBCHANGEPOLICY_MAPPING_WRITTEN_H_

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/struct.pb.h"
#include "libchangepolicy/cel/value.h"
#include "libchangepolicy/source/document.h"

namespace changepolicy {

// False where the value has no such form. An optional is what it holds, or null.
bool ToNode(const cel::Value& value, Node* node);

// The place of a dotted path in a tree of maps, made on the way.
Node* Reach(Node* root, std::string_view path);

// With keys in order, which protobuf's own JSON does not promise; nothing for what JSON lacks.
std::optional<std::string> JsonText(const google::protobuf::Value& value);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_MAPPING_WRITTEN_H_
