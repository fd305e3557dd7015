#include "libchangepolicy/source/json_lines.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

std::vector<std::pair<int, std::string>> JsonLines(std::string_view text) {
  std::vector<std::pair<int, std::string>> lines;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(ToAbsl(text), '\n')) {
    ++number;
    if (!absl::StripAsciiWhitespace(line).empty()) lines.emplace_back(number, line);
  }
  return lines;
}

void PlaceInLine(int number, Issues* issues) {
  for (Issue& issue : *issues) {
    issue.position.line = number;
    issue.position.column = std::max(issue.position.column, 1);
  }
}

}  // namespace changepolicy
