#include "libchangepolicy/report/markdown.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

std::string MarkdownWords(std::string_view text) {
  const auto is_letter = [&](size_t at) {
    return at < text.size() && absl::ascii_isalnum(static_cast<unsigned char>(text[at]));
  };
  std::string words;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool always = std::string_view("\\`*[]<>|&~#$").find(c) != std::string_view::npos;
    // Within a word an underscore is one; ids stay readable in the source.
    const bool underscore = c == '_' && !(i > 0 && is_letter(i - 1) && is_letter(i + 1));
    const bool begins = i == 0 && (c == '-' || c == '+' || c == '=');
    if (always || underscore || begins) words += '\\';
    words += c;
  }
  return words;
}

std::string CommentWords(std::string_view text) {
  constexpr std::string_view kBreak = "&#8203;";
  std::string words;
  size_t begin = 0;
  const auto break_before = [&](size_t at) {
    words += MarkdownWords(text.substr(begin, at - begin));
    words += kBreak;
    begin = at;
  };
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (std::string_view("@#!~%&$^").find(text[i]) != std::string_view::npos) {
      break_before(i + 1);
    } else if (rest.starts_with("://")) {
      break_before(i + 1);
    } else if (absl::EqualsIgnoreCase(ToAbsl(rest.substr(0, 4)), "www.")) {
      break_before(i + 3);
    } else if (absl::EqualsIgnoreCase(ToAbsl(rest.substr(0, 3)), "GH-")) {
      break_before(i + 3);
    }
  }
  words += MarkdownWords(text.substr(begin));
  return words;
}

}  // namespace changepolicy
