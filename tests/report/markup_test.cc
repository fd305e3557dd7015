// Foreign text between tags, and how much of it has room.
#include "libchangepolicy/report/markup.h"

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(EscapedTest, IsSafeAsContentAndInAttributes) {
  const struct {
    std::string_view text, escaped;
  } cases[] = {
      {"plain", "plain"},
      {"<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
      {"\" onload=\"x", "&quot; onload=&quot;x"},
      {"]]> & &amp;", "]]&gt; &amp; &amp;amp;"},
      {"a\nb\x07", "a\\nb\\u0007"},
      {"\u202Eevil", "\\u202eevil"},
      {"שלום 発注 🚀", "שלום 発注 🚀"},
      {"\xFF\xC3", "\uFFFD\uFFFD"},            // no UTF-8
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},  // a surrogate
      {"\xC0\xBC", "\uFFFD\uFFFD"},            // `<` in too many bytes
      {"\xEF\xBF\xBF", "\uFFFD"},              // no character of XML
  };
  for (const auto& each : cases) EXPECT_EQ(Escaped(each.text), each.escaped);
}

TEST(EscapedTest, TakesSoMuchAndNoHalfCharacters) {
  EXPECT_EQ(Escaped("abcdef", 6), "abcdef");
  EXPECT_EQ(Escaped("abcdefg", 6), "abcdef…");
  EXPECT_EQ(Escaped("äöü", 3), "ä…");
}

TEST(FitTest, CutsWithAnEllipsis) {
  EXPECT_EQ(Fit("short", 10), "short");
  EXPECT_EQ(Fit("", 1), "");
  EXPECT_EQ(Fit("anything", 0.5), "");
  for (const std::string_view text : {"a rather long sentence of Latin letters",
                                      "発注システムの更新", "Ärger über Öl und Süßes"}) {
    for (double room = 3; room < EmWidth(text); room += 1) {
      const std::string cut = Fit(text, room);
      EXPECT_LE(EmWidth(cut), room) << cut;
      EXPECT_TRUE(cut.ends_with("…")) << cut;
    }
    EXPECT_EQ(Fit(text, EmWidth(text)), text);
  }
}

TEST(NumberTest, IsToAHundredth) {
  EXPECT_EQ(Number(0), "0");
  EXPECT_EQ(Number(-0.001), "0");
  EXPECT_EQ(Number(172), "172");
  EXPECT_EQ(Number(1201.996), "1202");
  EXPECT_EQ(Number(12.345), "12.35");
}

}  // namespace
}  // namespace changepolicy
