#include "libchangepolicy/base/utf8.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

// The code points by RFC 3629, section 3, as a list of all texts that are one character.
std::string Encoded(uint32_t point) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8Test, EveryCodePoint) {
  for (uint32_t point = 0; point < 0x110000; ++point) {
    const bool surrogate = point >= 0xD800 && point < 0xE000;
    ASSERT_EQ(IsUtf8(Encoded(point)), !surrogate) << point;
  }
  for (uint32_t point = 0x110000; point < 0x120000; ++point) {
    ASSERT_FALSE(IsUtf8(Encoded(point))) << point;
  }
}

TEST(Utf8Test, PrefixesAreWhole) {
  const std::string text = "a\u00E9\u20AC\U0001F600";  // of 1, 2, 3 and 4 bytes
  const size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (size_t most = 0; most < std::size(lengths); ++most) {
    EXPECT_EQ(Utf8Prefix(text, most), text.substr(0, lengths[most])) << most;
  }
  EXPECT_EQ(Utf8Prefix("\x80\x80\x80", 2), "");
}

TEST(Utf8Test, NothingElse) {
  size_t texts = 0;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      texts += IsUtf8(std::string{static_cast<char>(a), static_cast<char>(b)}) ? 1 : 0;
    }
  }
  EXPECT_EQ(texts, 128u * 128 + 0x780);  // two of ASCII, or one of U+0080 to U+07FF
  for (const std::string_view text :
       {"\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xE2\x82", "\xF0\x9F\x98",
        "\xFE\x80\x80", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(Utf8Test, SaysWhere) {
  size_t first_bad = 7;
  EXPECT_TRUE(IsUtf8("", &first_bad));
  EXPECT_TRUE(IsUtf8("é東😀", &first_bad));
  EXPECT_EQ(first_bad, 7u);
  EXPECT_FALSE(IsUtf8("é\xFF", &first_bad));
  EXPECT_EQ(first_bad, 2u);
  EXPECT_FALSE(IsUtf8("ab\xE2\x82", &first_bad));
  EXPECT_EQ(first_bad, 2u);
}

}  // namespace
}  // namespace changepolicy
