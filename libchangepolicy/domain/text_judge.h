// Whether texts say something, by a policy's own list of texts that do not, which is made bare
// once.
#ifndef LIBCHANGEPOLICY_DOMAIN_TEXT_JUDGE_H_
#define LIBCHANGEPOLICY_DOMAIN_TEXT_JUDGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "changepolicy/v1/policy.pb.h"

namespace changepolicy {

// Immutable, thread-safe. ASCII text is judged without the heap.
class TextJudge {
 public:
  explicit TextJudge(const v1::TextRules& rules);

  // The text names something: it has letters or digits, and is neither a placeholder nor a
  // template, compared as BareText. For keys, references and versions, however short. O(text).
  bool IsGiven(std::string_view text) const;

  // The same, and it has at least `minimum_length` code points that are letters or digits. O(text).
  bool IsMeaningful(std::string_view text) const;

  // The document is there: meaningful text, or an address that is no placeholder together with the
  // digest, `sha256:` and 64 hexadecimal digits, of what stands there.
  bool IsWritten(std::string_view text, std::string_view url, std::string_view digest) const;

 private:
  bool SaysSomething(std::string_view text, size_t at_least) const;

  std::vector<std::string> empty_words_;  // bare, sorted
  size_t longest_ = 0;                    // of them, in bytes
  size_t minimum_length_ = 0;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_TEXT_JUDGE_H_
