#include "libchangepolicy/approval/path_pattern.h"

#include <utility>

namespace changepolicy {
namespace {

std::string_view WithoutSlashes(std::string_view text) {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  return text;
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern) {
  pattern = WithoutSlashes(pattern);
  is_glob_ = pattern.find_first_of("*\\") != std::string_view::npos;
  if (is_glob_) {
    Split(pattern);
    FindTexts();
    return;
  }
  while (!pattern.empty() && pattern.back() == '/') pattern.remove_suffix(1);
  head_ = std::string(pattern);
}

void PathPattern::Split(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      pieces_.push_back({Kind::kLiteral, pattern[++i]});
    } else if (pattern[i] != '*') {
      pieces_.push_back({Kind::kLiteral, pattern[i]});
    } else if (i + 1 >= pattern.size() || pattern[i + 1] != '*') {
      pieces_.push_back({Kind::kStar});
    } else {
      const bool at_segment = i == 0 || pattern[i - 1] == '/';
      while (i + 1 < pattern.size() && pattern[i + 1] == '*') ++i;
      if (at_segment && i + 1 < pattern.size() && pattern[i + 1] == '/') {
        pieces_.push_back({Kind::kDirectories});
        ++i;
      } else {
        pieces_.push_back({Kind::kDoubleStar});
      }
    }
  }
}

void PathPattern::FindTexts() {
  std::string run;
  bool has_head = false;
  for (const Piece& piece : pieces_) {
    if (piece.kind == Kind::kLiteral) {
      run += piece.literal;
      continue;
    }
    if (!std::exchange(has_head, true)) head_ = run;
    if (run.size() > part_.size()) part_ = run;
    run.clear();
  }
  if (!has_head) head_ = run;
  tail_ = std::move(run);
}

// Adds the states that can be reached without reading a character.
void PathPattern::Close(bool at_segment, States* states) const {
  for (size_t i = 0; i < pieces_.size(); ++i) {
    if (!(*states)[i] || pieces_[i].kind == Kind::kLiteral) continue;
    if (pieces_[i].kind != Kind::kDirectories || at_segment) (*states)[i + 1] = true;
  }
}

bool PathPattern::GlobMatches(std::string_view path) const {
  States states(pieces_.size() + 1, false);
  States next;
  states[0] = true;
  Close(true, &states);
  for (const char c : path) {
    next.assign(pieces_.size() + 1, false);
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (!states[i]) continue;
      switch (pieces_[i].kind) {
        case Kind::kLiteral:
          if (pieces_[i].literal == c) next[i + 1] = true;
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
    Close(c == '/', &next);
    states.swap(next);
  }
  return states.back();
}

bool PathPattern::Matches(std::string_view path) const {
  path = WithoutSlashes(path);
  if (!path.starts_with(head_)) return false;
  if (is_glob_) {
    return path.ends_with(tail_) && path.find(part_) != std::string_view::npos && GlobMatches(path);
  }
  return !head_.empty() && (path.size() == head_.size() || path[head_.size()] == '/');
}

}  // namespace changepolicy
