// Base 64 to the letter of RFC 4648, section 4.
//
// Abseil's decoder also takes blanks, missing padding and stray bits. What is signed or compared
// must have one spelling only, so here those are errors.
#ifndef LIBCHANGEPOLICY_BASE_BASE64_H_
#define LIBCHANGEPOLICY_BASE_BASE64_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace changepolicy {

std::string EncodeBase64(std::string_view bytes);

// InvalidArgument where `text` is not what EncodeBase64 writes for some bytes: a length that is no
// multiple of four, a character outside the alphabet, padding elsewhere than at the end, or bits
// beyond the last byte that are not zero (section 3.5). O(length).
absl::StatusOr<std::string> DecodeBase64(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_BASE64_H_
