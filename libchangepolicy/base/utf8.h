// Whether bytes are text.
#ifndef LIBCHANGEPOLICY_BASE_UTF8_H_
#define LIBCHANGEPOLICY_BASE_UTF8_H_

#include <cstddef>
#include <string_view>

namespace changepolicy {

// Whether the text is UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
// Where it is not, `first_bad`, if given, is the offset of the first character that is none.
// O(length).
bool IsUtf8(std::string_view text, size_t* first_bad = nullptr);

// The beginning of the text, of at most so many bytes, that ends with a whole character: what is
// cut stays UTF-8.
std::string_view Utf8Prefix(std::string_view text, size_t most);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_UTF8_H_
