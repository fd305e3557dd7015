// Text: what is safe to print, and the one bridge between std::string_view and Abseil's string
// type.
//
// Debian builds Abseil with its own absl::string_view, which neither converts to nor from
// std::string_view; other distributions make them one type. Our signatures use std::string_view,
// and every call into Abseil or RE2 that takes text goes through here, so that the code compiles
// with both flavours.
#ifndef LIBCHANGEPOLICY_BASE_TEXT_H_
#define LIBCHANGEPOLICY_BASE_TEXT_H_

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace changepolicy {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view FromAbsl(absl::string_view text) { return {text.data(), text.size()}; }

namespace text_internal {

// Text becomes Abseil's view; everything else (numbers, absl::Hex ...) passes unchanged.
template <typename T>
decltype(auto) Piece(const T& value) {
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return ToAbsl(std::string_view(value));
  } else {
    return (value);
  }
}

}  // namespace text_internal

// absl::StrCat for arguments that may be std::string_view.
template <typename... Args>
std::string StrCat(const Args&... args) {
  return absl::StrCat(text_internal::Piece(args)...);
}

// absl::StrAppend for arguments that may be std::string_view.
template <typename... Args>
void StrAppend(std::string* out, const Args&... args) {
  absl::StrAppend(out, text_internal::Piece(args)...);
}

// The text on one line for people: control characters, line separators and marks that change the
// direction of writing are written as escapes, so that a record cannot forge a line of a report or
// speak to the terminal. Bytes that are no UTF-8 pass unchanged.
std::string Printable(std::string_view text);

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_BASE_TEXT_H_
