// Patterns of paths: of ownership, and of the files that a mapping reads.
#ifndef LIBCHANGEPOLICY_APPROVAL_PATH_PATTERN_H_
#define LIBCHANGEPOLICY_APPROVAL_PATH_PATTERN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy {

// `*` stands for any run of characters within a path segment, `**` for any number of segments, `\`
// takes the character after it as it is. A pattern with none of them also covers everything below
// the path that it names. Slashes in front, of pattern and path, make no difference.
//
// Immutable, thread-safe.
class PathPattern {
 public:
  explicit PathPattern(std::string_view pattern);

  // Most paths are refused by their beginning, their end or a text that they lack, in O(path); the
  // others take O(pattern * path).
  bool Matches(std::string_view path) const;

 private:
  // `**/` stands for any number of whole segments, none included.
  enum class Kind : uint8_t { kLiteral, kStar, kDoubleStar, kDirectories };
  struct Piece {
    Kind kind;
    char literal = 0;
  };
  using States = std::vector<bool>;

  void Split(std::string_view pattern);
  void FindTexts();
  void Close(bool at_segment, States* states) const;
  bool GlobMatches(std::string_view path) const;

  std::vector<Piece> pieces_;
  bool is_glob_ = false;
  // What a path that matches begins with, ends with, and has somewhere.
  std::string head_, tail_, part_;
};

// The same for a pattern that is asked once.
inline bool PathMatches(std::string_view pattern, std::string_view path) {
  return PathPattern(pattern).Matches(path);
}

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_PATH_PATTERN_H_
