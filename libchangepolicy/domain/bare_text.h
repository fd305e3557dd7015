// Texts with all that does not carry meaning taken out, so that `T.B.D.` and `tbd` are the same.
#ifndef LIBCHANGEPOLICY_DOMAIN_BARE_TEXT_H_
#define LIBCHANGEPOLICY_DOMAIN_BARE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace changepolicy {

// Only the letters and digits of `text`, in lower case, as UTF-8. Letters are all code points that
// are not known to be blanks, punctuation, symbols, marks or controls; full-width forms become
// their plain ones; case is folded for the Latin, Greek and Cyrillic alphabets. Bytes that are no
// UTF-8 are left out. Needs no locale. O(length).
std::string BareText(std::string_view text);

// Whether BareText gives more than nothing. O(length) until the first letter or digit.
bool HasBareText(std::string_view text);

// The runs of letters and digits of `text`, each as BareText gives it, in their order. A script
// that is written without blanks, from U+2E80 on, gives a word per code point. O(length).
std::vector<std::string> BareWords(std::string_view text);

// Number of code points in the result of BareText.
size_t CountBareCodePoints(std::string_view bare);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_DOMAIN_BARE_TEXT_H_
