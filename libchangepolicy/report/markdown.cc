#include "libchangepolicy/report/markdown.h"

#include "absl/strings/ascii.h"

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

}  // namespace changepolicy
