// The values of facts as the texts by which Decisions write them, read back.
#ifndef LIBCHANGEPOLICY_EVAL_LITERAL_VALUE_H_
#define LIBCHANGEPOLICY_EVAL_LITERAL_VALUE_H_

#include <optional>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy {

// Longer than any value that is tried.
inline constexpr size_t kWholeValue = 1 << 16;

// The literal, without anything left out.
inline std::string WholeLiteral(const cel::Value& value) { return value.ToString(kWholeValue); }

// A CEL literal as WholeLiteral writes it: a boolean, a number, a text, a list of such,
// `timestamp("...")`, `duration("...")`, or a value of `type` like `Effect.HIGH`; `type` may be
// null. Nothing for any other text.
std::optional<cel::Value> ReadLiteral(std::string_view text,
                                      const google::protobuf::EnumDescriptor* type);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_EVAL_LITERAL_VALUE_H_
