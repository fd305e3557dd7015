#include "libchangepolicy/domain/documents.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "libchangepolicy/domain/bare_text.h"
#include "libchangepolicy/domain/text_judge.h"

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

// The definition, told of the bare text as a whole.
bool SaysSomething(const std::string& text, const v1::TextRules& rules, size_t at_least) {
  const std::string bare = BareText(text);
  const auto is_same = [&](const std::string& other) { return BareText(other) == bare; };
  return !bare.empty() && CountBareCodePoints(bare) >= at_least &&
         std::none_of(rules.placeholders().begin(), rules.placeholders().end(), is_same) &&
         std::none_of(rules.templates().begin(), rules.templates().end(), is_same);
}

TEST(TextJudge, JudgesAsBareTextsDo) {
  v1::TextRules rules;
  rules.add_placeholders("T.B.D.");
  rules.add_placeholders("a1");
  rules.add_placeholders("\xC3\xA9t");
  rules.add_templates(std::string(70, 'b'));
  rules.set_minimum_length(4);
  const TextJudge judge(rules);
  const char* const kPieces[] = {
      "t", "B", "d", "a", "1", ".", " ", "-", "\xC3\xA9", "\xE2\x80\x94", "\xFF"};
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    // Now and then only the letter of the template, around its length.
    const bool like_template = i % 10 == 0;
    const size_t length = like_template ? 67 + random() % 6 : random() % 9;
    for (size_t k = 0; k < length; ++k) {
      text += like_template ? "b" : kPieces[random() % std::size(kPieces)];
    }
    EXPECT_EQ(HasBareText(text), !BareText(text).empty()) << text;
    EXPECT_EQ(judge.IsGiven(text), SaysSomething(text, rules, 0)) << text;
    EXPECT_EQ(judge.IsMeaningful(text), SaysSomething(text, rules, 4)) << text;
  }
}

}  // namespace
}  // namespace changepolicy
