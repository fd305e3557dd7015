// Something wrong with an expression, by its place in the expression's own text.
#ifndef LIBCHANGEPOLICY_CEL_DIAGNOSTIC_H_
#define LIBCHANGEPOLICY_CEL_DIAGNOSTIC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/issue.h"

namespace changepolicy::cel {

struct Diagnostic {
  std::string id;       // as Issue::id, like `cel-syntax` or `cel-no-such-overload`
  std::string message;  // as Issue::message
  std::string help;
  uint32_t begin = 0;  // bytes [begin, end) of the text
  uint32_t end = 0;
};
using Diagnostics = std::vector<Diagnostic>;

// The diagnostic as an issue of a document that consists of the expression alone.
Issue ToIssue(const Diagnostic& diagnostic, std::string_view text, std::string_view file);

// Line and column of a byte of `text`, both from 1, columns in code points.
Position PositionOf(std::string_view text, uint32_t offset);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_DIAGNOSTIC_H_
