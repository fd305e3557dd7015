// What the checker says, and what it suggests.
#ifndef LIBCHANGEPOLICY_CEL_WORDING_H_
#define LIBCHANGEPOLICY_CEL_WORDING_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "libchangepolicy/cel/environment.h"

namespace changepolicy::cel {

struct Wording {
  std::string message;
  std::string help;
};

// No overload takes these arguments.
Wording NoMatch(std::string_view function, bool member, const std::vector<Type>& arguments,
                const std::vector<std::shared_ptr<const Overload>>& overloads);

// `did you mean ...` or nothing.
std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& known);
std::string SuggestField(const google::protobuf::Descriptor& message, std::string_view name);
std::string SuggestEnumValue(const google::protobuf::EnumDescriptor& enum_type,
                             std::string_view name, bool short_names);
std::string SuggestFunction(std::string_view name, const Environment& environment);
// Names the library of a function, or of a macro with so many arguments beside its target, that
// the environment does not use; empty for others.
std::string SuggestLibrary(std::string_view name, size_t args, const Environment& environment);

// < <= > >=
bool IsOrdering(std::string_view function);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_WORDING_H_
