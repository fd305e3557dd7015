// What somebody means who writes as in another language: helps for mistakes that people make.
#ifndef LIBCHANGEPOLICY_CEL_HABITS_H_
#define LIBCHANGEPOLICY_CEL_HABITS_H_

#include <string>
#include <string_view>

namespace changepolicy::cel {

// Each gives a help, or nothing where no habit is known.

// A character that begins no token.
std::string CharacterHelp(std::string_view character);
// `found` where an operator or the end is expected, after `before`.
std::string OperatorHelp(std::string_view found, std::string_view before);
// `found` where a value is expected, after `before`; empty `found` is the end of the text.
std::string ValueHelp(std::string_view found, std::string_view before);
// A reserved word as a name.
std::string ReservedWordHelp(std::string_view word);
// A name that nobody declared: `None`.
std::string NameHelp(std::string_view name);
// A function that nobody declared, by its last name: `length`.
std::string FunctionHelp(std::string_view name);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_HABITS_H_
