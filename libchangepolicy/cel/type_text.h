// Types and signatures as people write them: `map(string, list(shop.Item))`,
// `shop.Order.discounted(double) -> double`. What the tables of our own libraries write is read by
// ParseSignature of function.h, which need not explain itself.
#ifndef LIBCHANGEPOLICY_CEL_TYPE_TEXT_H_
#define LIBCHANGEPOLICY_CEL_TYPE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/function.h"
#include "libchangepolicy/cel/type.h"

namespace changepolicy::cel {

// How names of messages and enums are found, and which of them a misspelt one may have meant.
struct TypeNames {
  TypeResolver resolver;
  std::vector<std::string_view> known;
};

// A type as Type::ToString writes it; also `timestamp`, `duration`, `null` and `optional(T)` as the
// tables of functions have them. Nothing, and a diagnostic with its place in `text`, for what is no
// type. Bounded in depth.
std::optional<Type> ParseTypeText(std::string_view text, const TypeNames& names,
                                  Diagnostic* diagnostic);

// `name(T, ...) -> T`, `namespace.name(T) -> T`, or `T.name(T, ...) -> T` for one that is called on
// a target; single capitals are type parameters. The overload has no implementation yet.
std::optional<ParsedSignature> ParseSignatureText(std::string_view text, const TypeNames& names,
                                                  Diagnostic* diagnostic);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_TYPE_TEXT_H_
