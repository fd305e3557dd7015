// Texts that hold a JSON document per line (JSON lines).
#ifndef LIBCHANGEPOLICY_SOURCE_JSON_LINES_H_
#define LIBCHANGEPOLICY_SOURCE_JSON_LINES_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libchangepolicy/issue.h"

namespace changepolicy {

// Lines that are not blank, with their numbers from 1. O(length).
std::vector<std::pair<int, std::string>> JsonLines(std::string_view text);

// Moves complaints about a line by itself to that line of its file.
void PlaceInLine(int number, Issues* issues);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_SOURCE_JSON_LINES_H_
