#include "libchangepolicy/base/plain_text.h"

#include <algorithm>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

bool PrintsByOne(char c) { return c >= ' ' && c <= '~'; }
bool StandsForItself(char c) { return PrintsByOne(c) && c != '"' && c != '\'' && c != '\\'; }

// Each byte at each place of texts of up to three words, among others that are plain.
TEST(PlainText, EachByteAtEachPlace) {
  for (size_t size = 1; size <= 24; ++size) {
    for (size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[place] = static_cast<char>(byte);
        ASSERT_EQ(IsPrintableAscii(text), PrintsByOne(text[place])) << size << ' ' << byte;
        ASSERT_EQ(IsPlainLiteral(text), StandsForItself(text[place])) << size << ' ' << byte;
      }
    }
  }
}

TEST(PlainText, IsWhatOneByOneTells) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 20, ' ');
    for (char& c : text) c = static_cast<char>(random() % 4 == 0 ? random() : ' ' + random() % 95);
    ASSERT_EQ(IsPrintableAscii(text), std::all_of(text.begin(), text.end(), PrintsByOne));
    ASSERT_EQ(IsPlainLiteral(text), std::all_of(text.begin(), text.end(), StandsForItself));
  }
}

TEST(PlainText, AnEmptyTextIsPlain) {
  EXPECT_TRUE(IsPrintableAscii(""));
  EXPECT_TRUE(IsPlainLiteral(""));
}

}  // namespace
}  // namespace changepolicy
