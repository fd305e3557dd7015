// Which extension libraries somebody says that they use, and which an expression does use.
#ifndef LIBCHANGEPOLICY_CEL_LIBRARY_USE_H_
#define LIBCHANGEPOLICY_CEL_LIBRARY_USE_H_

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "libchangepolicy/cel/expression.h"

namespace changepolicy::cel {

// Something wrong with a list of names of libraries. Fields as in Issue.
struct LibraryMistake {
  size_t index = 0;  // of the name
  std::string id;
  std::string message;
  std::string help;
  // The library that the name was probably meant for; empty for none.
  std::string_view meant;
};

// Names that no library has, names given twice, and the standard, which nobody has to ask for:
// there is one list for one meaning, and so one digest. In the order of the names.
std::vector<LibraryMistake> FindLibraryMistakes(absl::Span<const std::string> names);

// Whether the library has overloads of a function that the standard or the libraries `used` have
// too. False for a name that no library has.
bool AddsToFunctions(std::string_view library, const std::vector<std::string>& used);

// The extensions without which the expression could not be compiled or evaluated as it was. Where
// its types leave open which library's function is called, all that have a fitting one. Linear in
// the expression; the names live for ever.
std::set<std::string_view> LibrariesUsed(const Expression& expression);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_LIBRARY_USE_H_
