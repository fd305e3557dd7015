// Text to tokens. Included by the parser only.
#ifndef LIBCHANGEPOLICY_CEL_LEXER_H_
#define LIBCHANGEPOLICY_CEL_LEXER_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libchangepolicy/cel/diagnostic.h"
#include "libchangepolicy/cel/tree.h"

namespace changepolicy::cel {

enum class TokenKind {
  kEnd,
  kIdent,        // text
  kQuotedIdent,  // in backquotes; text without them
  kInt,          // text; the parser decides on the range, which depends on a minus before it
  kUint,
  kDouble,
  kString,  // text: the value
  kBytes,   // text: the value
  kSymbol,  // an operator or a bracket
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string_view text;  // of the expression, or of Tokens::values
};

// Every token and a last kEnd. Refers to the text that it was made from.
struct Tokens {
  std::vector<Token> list;
  std::deque<std::string> values;  // of literals with escapes or line breaks
};

// Nothing, and the reason, where the text has no tokens. Linear.
std::optional<Tokens> Tokenize(std::string_view text, Diagnostics* diagnostics);
std::optional<Tokens> Tokenize(std::string&& text, Diagnostics* diagnostics) = delete;

// Words that the grammar keeps for itself: never identifiers, yet allowed as field names after a
// dot, except for `in`, `true`, `false` and `null`.
bool IsReserved(std::string_view word);
bool IsKeyword(std::string_view word);

// Valid UTF-8 without surrogates, as strings of the language must be.
bool IsValidUtf8(std::string_view text);
void AppendUtf8(uint32_t code_point, std::string* out);

}  // namespace changepolicy::cel

#endif  // LIBCHANGEPOLICY_CEL_LEXER_H_
