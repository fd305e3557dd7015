// Tree to text: what a person would write for it.
//
//   Unparse(*Parse("(a+b)*c", {}, &diagnostics)) == "(a + b) * c"
#ifndef LIBCHANGEPOLICY_CEL_UNPARSE_H_
#define LIBCHANGEPOLICY_CEL_UNPARSE_H_

#include <string>
#include <string_view>

#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

// Text that parses to an equal tree, for every tree that Parse() makes with the same macros. On one
// line, parentheses only where they are needed, comments gone, macros as they were written, numbers
// in decimal digits, characters that nobody sees as escapes.
//
// A tree made by hand may hold what no text says. It is written all the same, for people to read:
// a comprehension without a recorded macro as a call `@fold(variable, range, accumulator, initial,
// condition, step, result)`, with the second variable after the first where there is one; an
// operator with a wrong number of operands as a call of its internal name; NaN as `double("NaN")`.
//
// Linear in the tree and its text; recursive, as deep as the tree.
std::string Unparse(const Tree& tree);
std::string Unparse(const Tree& tree, NodeId part);

// A field's name after a dot or in a message: in backquotes where it is no plain name.
std::string FieldText(std::string_view name);

// A string literal, in the marks that need fewer escapes.
std::string StringText(std::string_view text);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_UNPARSE_H_
