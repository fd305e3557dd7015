#include "libchangepolicy/approval/account.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

namespace changepolicy {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string FoldAscii(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) c = Lower(c);
  return folded;
}

// Nothing where the text is not UTF-8.
std::optional<std::string> Map(std::string_view text, int options) {
  struct Free {
    void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
  };
  utf8proc_uint8_t* bytes = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &bytes,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owned(bytes);
  if (size < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

// By character: ASCII that stands for itself wherever it stands in an account.
constexpr std::array<bool, 256> kFolded = [] {
  std::array<bool, 256> folded{};
  for (int c = '!'; c <= '~'; ++c) folded[c] = (c < 'A' || c > 'Z') && c != '<';
  return folded;
}();

bool IsFolded(std::string_view account) {
  return std::all_of(account.begin(), account.end(),
                     [](char c) { return kFolded[static_cast<unsigned char>(c)]; });
}

std::string_view WithoutBlanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// More brackets than one pair could be read in two ways: such text stands for itself.
std::string_view Address(std::string_view account) {
  const size_t open = account.find('<');
  if (open == std::string_view::npos || account.find('>') != account.size() - 1 ||
      account.find('<', open + 1) != std::string_view::npos) {
    return account;
  }
  const std::string_view inside =
      WithoutBlanks(account.substr(open + 1, account.size() - open - 2));
  return inside.empty() ? account : inside;
}

}  // namespace

std::string FoldCase(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii || text.size() > kLongestFoldedAccount) return FoldAscii(text);
  // Decomposed first, because the order of marks changes what some of them fold to.
  const std::optional<std::string> plain = Map(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
  if (!plain) return FoldAscii(text);
  const std::optional<std::string> folded =
      Map(*plain, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  return folded ? *folded : FoldAscii(text);
}

std::string FoldAccount(std::string_view account) {
  return FoldCase(Address(WithoutBlanks(account)));
}

FoldedAccount::FoldedAccount(std::string_view account) {
  if (IsFolded(account)) {
    text_ = account;
    return;
  }
  const std::string_view address = Address(WithoutBlanks(account));
  const bool ascii = std::all_of(address.begin(), address.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii || address.size() > kRoom) {
    text_ = kept_ = FoldCase(address);
    return;
  }
  std::transform(address.begin(), address.end(), room_, Lower);
  text_ = {room_, address.size()};
}

}  // namespace changepolicy
