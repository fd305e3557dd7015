// Places inside the variables of an expression, and patterns of such places: what is unknown of
// values that are otherwise known.
//
//   request.auth.claims    m["key"]    change.services[0].name    list[*].owner    request.*.id
#ifndef LIBCHANGEPOLICY_CEL_ATTRIBUTE_H_
#define LIBCHANGEPOLICY_CEL_ATTRIBUTE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libchangepolicy/cel/value.h"

namespace changepolicy::cel {

// A variable's name, each part of a qualified one by itself, and the keys and indexes from there. A
// field is its name, so that `m.key` and `m["key"]` are one place.
using AttributePath = std::vector<MapKey>;

// `variable` as an environment declares it: `request.auth` is two steps.
AttributePath PathOfVariable(std::string_view variable);

// As an expression would write it: `request.auth.claims`, `m["a b"]`, `list[0]`.
std::string AttributeText(const AttributePath& path);

// Immutable, thread-safe.
class AttributePattern {
 public:
  // A path in which `*` stands for any key, index or field. InvalidArgument for any other text.
  static absl::StatusOr<AttributePattern> Parse(std::string_view text);

  enum class Match {
    kNone,
    kAbove,  // the pattern says something of a part of what is at the path
    kAt,     // the path is at or below what the pattern names
  };
  Match Of(const AttributePath& path) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<std::optional<MapKey>> steps_;  // nothing: any
};

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_ATTRIBUTE_H_
