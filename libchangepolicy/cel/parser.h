// Text to tree, by the grammar of the language (specification, "Syntax").
#ifndef LIBCHANGEPOLICY_CEL_PARSER_H_
#define LIBCHANGEPOLICY_CEL_PARSER_H_

#include <optional>
#include <string_view>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/libraries.h"
#include "libchangepolicy/cel/limits.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

struct ParseOptions {
  // Macros to expand; without them (null) `has(a.b)` is a call like any other.
  const MacroTable* macros = &EveryMacro();
  // `a.?b`, `a[?b]`, `[?a]`, `{?a: b}`, of the optionals library.
  bool optional_syntax = true;
  Limits limits;
};

// Linear in the text. Stack use is bounded by limits.nesting, whatever the text.
std::optional<Tree> Parse(std::string_view text, const ParseOptions& options,
                          Diagnostics* diagnostics);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_PARSER_H_
