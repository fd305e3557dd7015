#include "libchangepolicy/domain/documents.h"

#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/domain/bare_text.h"

namespace changepolicy {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

v1::TextRules Rules() {
  v1::TextRules rules;
  for (const char* text : {"tbd", "n/a", "to be done", "---"}) rules.add_placeholders(text);
  rules.add_templates("Describe, in your own words, what is to be changed.");
  rules.set_minimum_length(5);
  return rules;
}

TEST(Documents, GivenHoweverShort) {
  EXPECT_TRUE(IsGiven("v2", Rules()));
  EXPECT_TRUE(IsGiven("OPS-1", Rules()));
  for (const char* text : {"", " ", "-", "TBD", "N/A", "to be done!"}) {
    EXPECT_FALSE(IsGiven(text, Rules())) << text;
  }
}

TEST(Documents, Meaningful) {
  const struct {
    std::string text;
    bool meaningful;
  } cases[] = {
      {"", false},
      {" \t\n", false},
      {"!!! ---", false},
      {"TBD", false},
      {" t.b.d. ", false},
      {"N / A", false},
      {"To Be Done!", false},
      {"ＴＢＤ", false},
      {"Describe, in your own words, what is to be changed.", false},
      {"describe in your OWN words -- what is to be changed", false},
      {"Describe, in your own words, what is to be changed. The index.", true},
      {"Adds an index to the orders table.", true},
      {"abcd", false},
      {"a b c d", false},
      {"abcde", true},
      {"a-b-c-d-e", true},
      {"12345", true},
      {"tbd: the rest", true},
      {"数据库迁", false},
      {"数据库迁移", true},
      {"éàüöß", true},
      {"🎉🎉🎉🎉🎉", false},
      {"\u200b\u200b\u200b\u200b\u200b\u00a0", false},
      {"……——「」、。", false},
      {"\xff\xfe\xfd\xc0\x80", false},
      {std::string("\xe6\x95", 2), false},
      {std::string(100000, ' ') + "words that matter", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsMeaningful(c.text, Rules()), c.meaningful) << c.text;
  }
}

TEST(Documents, WithoutRulesOnlyEmptyTextSaysNothing) {
  EXPECT_FALSE(IsMeaningful(" - ", v1::TextRules()));
  EXPECT_TRUE(IsMeaningful("x", v1::TextRules()));
  v1::TextRules negative;
  negative.set_minimum_length(-7);
  EXPECT_FALSE(IsMeaningful("", negative));
  EXPECT_TRUE(IsMeaningful("x", negative));
}

TEST(Documents, BareTextFoldsCase) {
  EXPECT_EQ(BareText("ÄÖÜ ÉŁŻ ΑΩ БЯЁ"), BareText("äöü éłż αω бяё"));
  EXPECT_EQ(BareText("A-B_c 1.2"), "abc12");
  EXPECT_EQ(BareText("×÷±"), "");
  EXPECT_EQ(CountBareCodePoints(BareText("aé数𝒳")), 4u);
  const std::string once = BareText("Straße ŸĿ Ǆ");
  EXPECT_EQ(BareText(once), once);
}

TEST(Documents, Written) {
  const struct {
    std::string text, url, digest;
    bool written;
  } cases[] = {
      {"", "", "", false},
      {"Adds an index.", "", "", true},
      {"TBD", "", "", false},
      {"", "https://wiki/42", "", false},
      {"", "https://wiki/42", kDigest, true},
      {"TBD", "https://wiki/42", kDigest, true},
      {"", "", kDigest, false},
      {"", "tbd", kDigest, false},
      {"", "https://wiki/42", "md5:" + std::string(32, 'a'), false},
      {"", "https://wiki/42", std::string(64, 'a'), false},
      {"", "https://wiki/42", kDigest + "a", false},
      {"", "https://wiki/42", "sha256:" + std::string(63, 'a'), false},
      {"", "https://wiki/42", "sha256:" + std::string(64, 'g'), false},
      {"", "https://wiki/42", "sha256:", false},
  };
  for (const auto& c : cases) {
    v1::Document document;
    document.set_text(c.text);
    document.set_url(c.url);
    document.set_digest(c.digest);
    EXPECT_EQ(IsWritten(document, Rules()), c.written) << document.ShortDebugString();
  }
}

}  // namespace
}  // namespace changepolicy
