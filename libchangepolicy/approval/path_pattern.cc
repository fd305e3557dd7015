// Globs of path ownership.
#include <string_view>
#include <vector>

#include "libchangepolicy/approval/roster.h"

namespace changepolicy {
namespace {

// One piece of a pattern: a literal character, `*` or `**`.
enum class Kind { kLiteral, kStar, kDoubleStar, kDirectories };

struct Piece {
  Kind kind;
  char literal = 0;
};

// `**/` stands for any number of whole segments, none included.
std::vector<Piece> Split(std::string_view pattern) {
  std::vector<Piece> pieces;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '*') {
      pieces.push_back({Kind::kLiteral, pattern[i]});
    } else if (i + 1 >= pattern.size() || pattern[i + 1] != '*') {
      pieces.push_back({Kind::kStar});
    } else {
      const bool at_segment = i == 0 || pattern[i - 1] == '/';
      while (i + 1 < pattern.size() && pattern[i + 1] == '*') ++i;
      if (at_segment && i + 1 < pattern.size() && pattern[i + 1] == '/') {
        pieces.push_back({Kind::kDirectories});
        ++i;
      } else {
        pieces.push_back({Kind::kDoubleStar});
      }
    }
  }
  return pieces;
}

// The states of the pattern that can be reached without reading a character.
void Close(const std::vector<Piece>& pieces, bool at_segment, std::vector<bool>* states) {
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (!(*states)[i] || pieces[i].kind == Kind::kLiteral) continue;
    if (pieces[i].kind != Kind::kDirectories || at_segment) (*states)[i + 1] = true;
  }
}

bool GlobMatches(std::string_view pattern, std::string_view path) {
  const std::vector<Piece> pieces = Split(pattern);
  std::vector<bool> states(pieces.size() + 1, false);
  states[0] = true;
  Close(pieces, true, &states);
  for (const char c : path) {
    std::vector<bool> next(pieces.size() + 1, false);
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (!states[i]) continue;
      switch (pieces[i].kind) {
        case Kind::kLiteral:
          if (pieces[i].literal == c) next[i + 1] = true;
          break;
        case Kind::kStar:
          if (c != '/') next[i] = true;
          break;
        case Kind::kDoubleStar:
        case Kind::kDirectories:
          next[i] = true;
          break;
      }
    }
    Close(pieces, c == '/', &next);
    states = std::move(next);
  }
  return states.back();
}

std::string_view WithoutSlashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  return text;
}

}  // namespace

bool PathMatches(std::string_view pattern, std::string_view path) {
  pattern = WithoutSlashes(pattern);
  path = WithoutSlashes(path);
  const size_t star = pattern.find('*');
  if (star != std::string_view::npos) {
    // Most patterns are refused by what stands before their first star.
    return path.substr(0, star) == pattern.substr(0, star) && GlobMatches(pattern, path);
  }
  while (!pattern.empty() && pattern.back() == '/') pattern.remove_suffix(1);
  if (pattern.empty() || path.substr(0, pattern.size()) != pattern) return false;
  return path.size() == pattern.size() || path[pattern.size()] == '/';
}

}  // namespace changepolicy
