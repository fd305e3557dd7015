// Patterns of the names of branches and tags, as a policy writes them.
#ifndef LIBCHANGEPOLICY_DOMAIN_NAME_PATTERN_H_
#define LIBCHANGEPOLICY_DOMAIN_NAME_PATTERN_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace changepolicy {

// Longest name that matches anything; no file system takes a longer one for a reference.
inline constexpr size_t kLongestRefName = 255;

// Whether the name is of the pattern:
//   *            one or more characters other than `/`
//   **           one or more characters
//   <version>    a semantic version, with or without a leading `v`
//   <candidate>  the same, with a pre-release part
//   <line>       two or three numbers with dots between them, like `1.4`
// Everything else stands for itself; case matters. False for a pattern with a mistake.
// O(pattern * name^2) at worst.
bool MatchesName(std::string_view pattern, std::string_view name);
bool MatchesAnyName(const google::protobuf::RepeatedPtrField<std::string>& patterns,
                    std::string_view name);

// What is wrong with a pattern; empty message: nothing is.
struct PatternMistake {
  std::string message;
  // A word in `<>` that stands for nothing.
  std::string_view unknown_word;
};
PatternMistake FindPatternMistake(std::string_view pattern);

// The words in `<>` that stand for something.
absl::Span<const std::string_view> PatternWords();

// A name that git takes for a branch or a tag, by the rules of git-check-ref-format. O(name).
bool IsRefName(std::string_view name);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_NAME_PATTERN_H_
