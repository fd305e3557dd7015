// One spelling for each text of bytes, as RFC 4648 has it.
#include "libchangepolicy/base/base64.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "libchangepolicy/base/status.h"

namespace changepolicy {
namespace {

using std::string_view_literals::operator""sv;

// The vectors of RFC 4648, section 10, and bytes that need the last two letters.
TEST(Base64Test, BothWays) {
  const struct {
    std::string_view bytes, text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"},
               {"\xfb\xff\xfe", "+//+"},
               {"\0\0"sv, "AAA="}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(EncodeBase64(bytes), text);
    EXPECT_EQ(DecodeBase64(text).value(), bytes);
  }
}

TEST(Base64Test, WhatNothingEncodesTo) {
  const struct {
    std::string_view text, message;
  } cases[] = {
      {"Zg", "base 64 comes in groups of four characters, and here are 2"},
      {"Zg=", "base 64 comes in groups of four characters, and here are 3"},
      {"Zm9v\n", "base 64 comes in groups of four characters, and here are 5"},
      {"Zg==Zg==", "character 3 (`=`) is not of the base 64 alphabet"},
      {"Z===", "character 2 (`=`) is not of the base 64 alphabet"},
      {"====", "character 1 (`=`) is not of the base 64 alphabet"},
      {"Zm9-", "character 4 (`-`) is not of the base 64 alphabet"},
      {"Zm_v", "character 3 (`_`) is not of the base 64 alphabet"},
      {"Zm v", "character 3 (` `) is not of the base 64 alphabet"},
      {"Zm\nv", "character 3 (`\\n`) is not of the base 64 alphabet"},
      {"Zm\0v"sv, "character 3 (`\\u0000`) is not of the base 64 alphabet"},
      {"Zh==", "the base 64 has bits beyond its last byte"},
      {"Zm9=", "the base 64 has bits beyond its last byte"},
      {"Zm9vYn==", "the base 64 has bits beyond its last byte"},
  };
  for (const auto& [text, message] : cases) {
    const absl::StatusOr<std::string> bytes = DecodeBase64(text);
    EXPECT_EQ(bytes.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(MessageOf(bytes.status()), message) << text;
  }
}

// Of all texts of four characters from a part of the alphabet and padding, those that decode are
// the ones that encoding writes.
TEST(Base64Test, EveryShortTextHasOneSpelling) {
  constexpr std::string_view kLetters = "AQgwBZz09+/=";
  size_t decoded = 0;
  for (const char a : kLetters) {
    for (const char b : kLetters) {
      for (const char c : kLetters) {
        for (const char d : kLetters) {
          const std::string text = {a, b, c, d};
          const absl::StatusOr<std::string> bytes = DecodeBase64(text);
          if (!bytes.ok()) continue;
          ++decoded;
          ASSERT_EQ(EncodeBase64(*bytes), text);
        }
      }
    }
  }
  // Four letters; three of which the last leaves two bits free; two of which the last leaves four.
  EXPECT_EQ(decoded, 11u * 11 * 11 * 11 + 11u * 11 * 5 + 11u * 4);
}

}  // namespace
}  // namespace changepolicy
