// When two texts name the same account. The only file that knows how texts are folded.
#ifndef LIBCHANGEPOLICY_APPROVAL_ACCOUNT_H_
#define LIBCHANGEPOLICY_APPROVAL_ACCOUNT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace changepolicy {

// Longer accounts than any system hands out are folded as ASCII: ordering the marks of hostile text
// takes time that grows with the square of its length.
inline constexpr size_t kLongestFoldedAccount = 1024;

// Without case: canonically equivalent texts that differ in case at most become the same
// (Unicode's full case folding in normal form C). Compatibility characters stay apart from what
// they look like. Text that is not UTF-8, or too long, is folded as ASCII, byte by byte.
std::string FoldCase(std::string_view text);

// The form under which an account is compared and looked up: without surrounding blanks and case;
// of an account as git writes it, `Ann Lee <ann@example.org>`, the address alone. Without an
// address in them brackets are part of the account.
std::string FoldAccount(std::string_view account);

// The same without the heap where the text is ASCII and not long. Views the account, which must
// outlive it, where there is nothing to fold.
class FoldedAccount {
 public:
  explicit FoldedAccount(std::string_view account);
  FoldedAccount(const FoldedAccount&) = delete;
  FoldedAccount& operator=(const FoldedAccount&) = delete;

  std::string_view text() const { return text_; }

 private:
  static constexpr size_t kRoom = 96;

  char room_[kRoom];
  std::string kept_;
  std::string_view text_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_APPROVAL_ACCOUNT_H_
