#include "libchangepolicy/approval/placeholders.h"

#include <algorithm>

#include "libchangepolicy/approval/account.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {
namespace {

// Bytes of a text of which only letters and digits are left, for which no heap is needed.
constexpr size_t kRoom = 64;

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Letters and digits without case, and what lies beyond ASCII. A name before an address is part of
// it: whoever is written `TBD <ann@example.org>` may be somebody.
std::string Bare(std::string_view text) {
  std::string bare = FoldCase(text);
  bare.erase(std::remove_if(bare.begin(), bare.end(),
                            [](char c) { return !IsLetterOrDigit(c) && IsAscii(c); }),
             bare.end());
  return bare;
}

}  // namespace

Placeholders::Placeholders(const v1::Policy& policy)
    : bare_({"", "tbd", "tba", "na", "none", "todo", "nobody", "unassigned", "notapplicable"}) {
  for (const std::string& placeholder : policy.text().placeholders()) {
    bare_.insert(Bare(placeholder));
  }
  for (const std::string& bare : bare_) {
    longest_ = std::max(longest_, bare.size());
    if (!bare.empty() && IsAscii(bare.front())) first_[static_cast<size_t>(bare.front())] = true;
  }
}

bool Placeholders::Has(std::string_view account) const {
  char room[kRoom];
  size_t size = 0;
  for (size_t i = 0; i < account.size(); ++i) {
    const char each = account[i];
    if (!IsAscii(each)) return bare_.contains(Bare(account));
    const char c = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
    if (!IsLetterOrDigit(c)) continue;
    // A letter stays what it is unless a mark follows it.
    const bool plain = i + 1 == account.size() || IsAscii(account[i + 1]);
    if (size == 0 && plain && !first_[static_cast<size_t>(c)]) return false;
    // Whatever follows, no letter or digit of these goes away.
    if (size == longest_) return false;
    if (size == kRoom) return bare_.contains(Bare(account));
    room[size++] = c;
  }
  return bare_.contains(ToAbsl({room, size}));
}

}  // namespace changepolicy
