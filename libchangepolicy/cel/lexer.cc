#include "libchangepolicy/cel/lexer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/cel/habits.h"

namespace changepolicy::cel {

namespace {

constexpr std::array<std::string_view, 17> kReserved = {
    "as",  "break", "const",     "continue", "else",   "for", "function", "if",   "import",
    "let", "loop",  "namespace", "package",  "return", "var", "void",     "while"};
constexpr std::array<std::string_view, 4> kKeywords = {"false", "in", "null", "true"};
// Longer ones first.
constexpr std::array<std::string_view, 25> kSymbols = {
    "<=", ">=", "==", "!=", "&&", "||", "<", ">", "+", "-", "*", "/", "%",
    "!",  "?",  ":",  "(",  ")",  "[",  "]", "{", "}", ".", ",", "="};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
// Stands in a literal for itself, and ends none.
bool IsPlain(char c) { return c >= ' ' && c < '\x7F' && c != '"' && c != '\'' && c != '\\'; }
int HexValue(char c) { return IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

// The length of a valid UTF-8 sequence at the start of `text`; 0 when it is none.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
      (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

class Lexer {
 public:
  Lexer(std::string_view text, Diagnostics* diagnostics) : text_(text), diagnostics_(diagnostics) {}

  std::optional<Tokens> Run() {
    // Short words and one blank between them, mostly.
    tokens_.list.reserve(text_.size() / 4 + 2);
    while (SkipBlanks(), pos_ < text_.size()) {
      if (!Next()) return std::nullopt;
    }
    tokens_.list.push_back({.kind = TokenKind::kEnd, .begin = Here(), .end = Here()});
    return std::move(tokens_);
  }

 private:
  uint32_t Here() const { return static_cast<uint32_t>(pos_); }
  char Peek(size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
  }

  bool Fail(size_t begin, size_t end, std::string message, std::string help = "") {
    diagnostics_->push_back({.id = "cel-syntax",
                             .message = std::move(message),
                             .help = std::move(help),
                             .begin = static_cast<uint32_t>(std::min(begin, text_.size())),
                             .end = static_cast<uint32_t>(std::min(end, text_.size()))});
    return false;
  }

  void SkipBlanks() {
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++pos_;
      } else if (c == '/' && Peek(1) == '/') {
        pos_ = std::min(text_.find('\n', pos_), text_.size());
      } else {
        return;
      }
    }
  }

  bool Next() {
    const char c = text_[pos_];
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
    if (const size_t prefix = StringPrefix(); prefix != std::string_view::npos) {
      return QuotedText(prefix);
    }
    if (IsLetter(c)) return Word();
    if (c == '`') return QuotedIdent();
    for (const std::string_view symbol : kSymbols) {
      if (text_.substr(pos_, symbol.size()) == symbol) {
        Add(TokenKind::kSymbol, pos_, pos_ + symbol.size(), symbol);
        return true;
      }
    }
    const size_t length = std::max<size_t>(1, SequenceLength(text_.substr(pos_)));
    return Fail(pos_, pos_ + length, Unexpected(length), CharacterHelp(text_.substr(pos_, length)));
  }

  std::string Unexpected(size_t length) const {
    if (SequenceLength(text_.substr(pos_)) == 0) return "the text is not UTF-8";
    return StrCat("unexpected character `", text_.substr(pos_, length), "`");
  }

  void Add(TokenKind kind, size_t begin, size_t end, std::string_view text) {
    tokens_.list.push_back({.kind = kind,
                            .begin = static_cast<uint32_t>(begin),
                            .end = static_cast<uint32_t>(end),
                            .text = text});
    pos_ = end;
  }

  bool Word() {
    size_t end = pos_;
    while (end < text_.size() && (IsLetter(text_[end]) || IsDigit(text_[end]))) ++end;
    Add(TokenKind::kIdent, pos_, end, text_.substr(pos_, end - pos_));
    return true;
  }

  bool QuotedIdent() {
    const size_t close = text_.find('`', pos_ + 1);
    if (close == std::string_view::npos) {
      return Fail(pos_, pos_ + 1, "a quoted field name does not end", "close it with a backquote");
    }
    const std::string_view name = text_.substr(pos_ + 1, close - pos_ - 1);
    const bool valid = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return IsLetter(c) || IsDigit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
    });
    if (!valid) {
      return Fail(pos_, close + 1, "a quoted field name holds a character that it cannot have",
                  "letters, digits, `_`, `.`, `-`, `/` and blanks are allowed");
    }
    Add(TokenKind::kQuotedIdent, pos_, close + 1, name);
    return true;
  }

  bool Number() {
    size_t end = pos_;
    TokenKind kind = TokenKind::kInt;
    if (text_[end] == '0' && Peek(1) == 'x') {
      end += 2;
      const size_t digits = end;
      while (end < text_.size() && IsHexDigit(text_[end])) ++end;
      if (end == digits)
        return Fail(pos_, end, "a hexadecimal number without digits",
                    "write some after `0x`, like `0xFF`");
    } else {
      const auto skip_digits = [&] {
        while (end < text_.size() && IsDigit(text_[end])) ++end;
      };
      skip_digits();
      if (end + 1 < text_.size() && text_[end] == '.' && IsDigit(text_[end + 1])) {
        kind = TokenKind::kDouble;
        ++end;
        skip_digits();
      }
      if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
        size_t digits = end + 1;
        if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
        if (digits < text_.size() && IsDigit(text_[digits])) {
          kind = TokenKind::kDouble;
          end = digits;
          skip_digits();
        }
      }
    }
    const std::string_view digits = text_.substr(pos_, end - pos_);
    if (kind == TokenKind::kInt && end < text_.size() && (text_[end] == 'u' || text_[end] == 'U')) {
      kind = TokenKind::kUint;
      ++end;
    }
    if (end < text_.size() && (IsLetter(text_[end]) || IsDigit(text_[end]))) {
      while (end < text_.size() && (IsLetter(text_[end]) || IsDigit(text_[end]))) ++end;
      return Fail(pos_, end,
                  StrCat("`", text_.substr(pos_, end - pos_), "` is neither a number nor a name"),
                  "numbers are written like `12`, `12u`, `0xFF`, `1.5` or `1e3`; a name begins "
                  "with a letter");
    }
    Add(kind, pos_, end, digits);
    return true;
  }

  // Length of r, b, br before a quote at this place; npos when no string starts here.
  size_t StringPrefix() const {
    const auto is = [&](size_t ahead, char lower) { return (Peek(ahead) | 0x20) == lower; };
    const auto quote = [&](size_t ahead) { return Peek(ahead) == '"' || Peek(ahead) == '\''; };
    if (quote(0)) return 0;
    if ((is(0, 'r') || is(0, 'b')) && quote(1)) return 1;
    if (is(0, 'b') && is(1, 'r') && quote(2)) return 2;
    return std::string_view::npos;
  }

  bool QuotedText(size_t prefix) {
    bool raw = false, bytes = false;
    for (size_t i = 0; i < prefix; ++i) {
      ((Peek(i) | 0x20) == 'r' ? raw : bytes) = true;
    }
    const size_t begin = pos_;
    size_t at = pos_ + prefix;
    const char mark = text_[at];
    const std::string_view triple = mark == '"' ? "\"\"\"" : "'''";
    const bool long_form = text_.substr(at, 3) == triple;
    at += long_form ? 3 : 1;
    // What needs no rewriting is taken from the text as it is.
    const size_t content = at;
    size_t plain = at;
    while (plain < text_.size() && IsPlain(text_[plain])) ++plain;
    if (!long_form && plain < text_.size() && text_[plain] == mark) {
      Add(bytes ? TokenKind::kBytes : TokenKind::kString, begin, plain + 1,
          text_.substr(content, plain - content));
      return true;
    }
    std::string value;
    while (true) {
      if (at >= text_.size() || (!long_form && (text_[at] == '\n' || text_[at] == '\r'))) {
        return Fail(begin, std::min(at, text_.size()), "a string does not end",
                    StrCat("close it with `", long_form ? triple : std::string_view(&mark, 1), "`",
                           long_form ? "" : ", or write a line break as `\\n`"));
      }
      if (long_form ? text_.substr(at, 3) == triple : text_[at] == mark) {
        at += long_form ? 3 : 1;
        break;
      }
      if (text_[at] == '\\' && !raw) {
        if (!Escape(bytes, &at, &value)) return false;
        continue;
      }
      // However the lines of a file end, its literals are the same.
      if (text_[at] == '\r') {
        value += '\n';
        at += text_.substr(at, 2) == "\r\n" ? 2 : 1;
        continue;
      }
      const size_t length = SequenceLength(text_.substr(at));
      if (length == 0) return Fail(at, at + 1, "the text is not UTF-8");
      value += text_.substr(at, length);
      at += length;
    }
    Add(bytes ? TokenKind::kBytes : TokenKind::kString, begin, at,
        tokens_.values.emplace_back(std::move(value)));
    return true;
  }

  bool Escape(bool bytes, size_t* at, std::string* value) {
    static constexpr std::string_view kLetters = "abfnrtv\\?\"'`";
    static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
    const size_t begin = *at;
    const char letter = begin + 1 < text_.size() ? text_[begin + 1] : '\0';
    if (const size_t simple = kLetters.find(letter);
        letter != '\0' && simple != std::string_view::npos) {
      *value += kMeanings[simple];
      *at += 2;
      return true;
    }
    size_t digits = 0;
    int base = 16;
    size_t start = begin + 2;
    if (letter == 'x' || letter == 'X') {
      digits = 2;
    } else if (!bytes && letter == 'u') {
      digits = 4;
    } else if (!bytes && letter == 'U') {
      digits = 8;
    } else if (letter >= '0' && letter <= '3') {
      digits = 3;
      base = 8;
      start = begin + 1;
    } else {
      const std::string_view rest = text_.substr(begin + 1);
      const size_t length = rest.empty() ? 1 : 1 + std::max<size_t>(1, SequenceLength(rest));
      return Fail(begin, begin + length,
                  StrCat("unknown escape `", text_.substr(begin, length), "`"),
                  bytes && (letter == 'u' || letter == 'U')
                      ? "bytes are written by value, like `\\xff`"
                      : "write a backslash as `\\\\`, or the string as `r\"...\"`");
    }
    uint32_t code = 0;
    for (size_t i = 0; i < digits; ++i) {
      const char c = start + i < text_.size() ? text_[start + i] : '\0';
      if (base == 8 ? !(c >= '0' && c <= '7') : !IsHexDigit(c)) {
        return Fail(begin, start + i,
                    StrCat("the escape `", text_.substr(begin, start - begin), "` needs ", digits,
                           base == 8 ? " octal digits" : " hexadecimal digits"),
                    base == 8 ? "write it like `\\101`"
                              : StrCat("write it like `\\", std::string_view(&letter, 1),
                                       std::string(digits - 2, '0'), "41`"));
      }
      code = code * static_cast<uint32_t>(base) + static_cast<uint32_t>(HexValue(c));
    }
    *at = start + digits;
    if (bytes) {
      *value += static_cast<char>(code);
      return true;
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
      return Fail(begin, *at,
                  StrCat("`", text_.substr(begin, *at - begin), "` is no Unicode character"));
    }
    AppendUtf8(code, value);
    return true;
  }

  std::string_view text_;
  Diagnostics* diagnostics_;
  size_t pos_ = 0;
  Tokens tokens_;
};

}  // namespace

std::optional<Tokens> Tokenize(std::string_view text, Diagnostics* diagnostics) {
  return Lexer(text, diagnostics).Run();
}

bool IsReserved(std::string_view word) {
  return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

bool IsKeyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

bool IsValidUtf8(std::string_view text) {
  // Most texts are ASCII, which is seen eight characters at a time.
  constexpr uint64_t kOthers = 0x8080808080808080;
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    if ((word & kOthers) != 0) break;
    text.remove_prefix(sizeof word);
  }
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void AppendUtf8(uint32_t code, std::string* out) {
  const auto add = [&](uint32_t byte) { *out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

}  // namespace changepolicy::cel
