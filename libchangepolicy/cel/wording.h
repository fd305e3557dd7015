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

// No overload takes these arguments. `short_names`: as EnvironmentOptions::short_enum_values.
Wording NoMatch(std::string_view function, bool member, const std::vector<Type>& arguments,
                const std::vector<std::shared_ptr<const Overload>>& overloads, bool short_names);

// A value of another type than its field's.
std::string FieldTypeHelp(const Type& wanted, const Type& found, bool short_names);

// `did you mean ...` or nothing.
std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& known);
std::string SuggestField(const google::protobuf::Descriptor& message, std::string_view name);
std::string SuggestEnumValue(const google::protobuf::EnumDescriptor& enum_type,
                             std::string_view name, bool short_names);
// For a name that nobody declared: one of `known`, a type's, or what it means elsewhere.
std::string SuggestName(std::string_view name, std::vector<std::string_view> known,
                        const Environment& environment);
std::string SuggestMessage(std::string_view name, const Environment& environment);
// For the selection of a field from what has none.
std::string NoFieldsHelp(const Type& operand, std::string_view name);
// How the macro is written; nothing where there is none of that name.
std::string SuggestMacro(std::string_view name);
std::string SuggestFunction(std::string_view name, const Environment& environment);
// Names the library of a function, or of a macro with so many arguments beside its target, that
// the environment does not use; empty for others.
std::string SuggestLibrary(std::string_view name, size_t args, const Environment& environment);

// < <= > >=
bool IsOrdering(std::string_view function);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_WORDING_H_
