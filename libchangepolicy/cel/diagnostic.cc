#include "libchangepolicy/cel/diagnostic.h"

#include <algorithm>

namespace changepolicy::cel {

namespace {

bool StartsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

int CountCodePoints(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), StartsCodePoint));
}

}  // namespace

Position PositionOf(std::string_view text, uint32_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_break = before.rfind('\n');
  const size_t line_start = line_break == std::string_view::npos ? 0 : line_break + 1;
  return {.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          .column = 1 + CountCodePoints(before.substr(line_start))};
}

Issue ToIssue(const Diagnostic& diagnostic, std::string_view text, std::string_view file) {
  Issue issue;
  issue.id = diagnostic.id;
  issue.message = diagnostic.message;
  issue.help = diagnostic.help;
  issue.file = file;
  issue.position = PositionOf(text, diagnostic.begin);
  const size_t begin = std::min<size_t>(diagnostic.begin, text.size());
  const size_t line_break = begin == 0 ? std::string_view::npos : text.rfind('\n', begin - 1);
  const size_t line_start = line_break == std::string_view::npos ? 0 : line_break + 1;
  const size_t line_end = std::min(text.find('\n', begin), text.size());
  issue.source_line = text.substr(line_start, line_end - line_start);
  const size_t end = std::clamp<size_t>(diagnostic.end, begin, line_end);
  issue.length = std::max(1, CountCodePoints(text.substr(begin, end - begin)));
  return issue;
}

}  // namespace changepolicy::cel
