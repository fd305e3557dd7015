// Columns that are aligned on a terminal, whatever the people are called.
#include "libchangepolicy/report/table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace changepolicy {
namespace {

TEST(DisplayWidthTest, CountsWhatATerminalShows) {
  const struct {
    std::string_view text;
    size_t width;
  } cases[] = {
      {"", 0},     {"ann", 3},   {"Zoë", 3},        {"Zoe\u0308", 3},
      {"発注", 4}, {"한국", 4},  {"\U0001F600", 2}, {"Ω≈ç", 3},
      {"\xFF", 1}, {"a\xC3", 2}, {"\xE7\x99", 2},   {"\u00e9\u200d", 1},
  };
  for (const auto& each : cases) EXPECT_EQ(DisplayWidth(each.text), each.width) << each.text;
}

TEST(TableTest, AlignsByWidthAndLeavesNoBlanksAtEnds) {
  Table table;
  table.Add({{"who"}, {"what"}, {""}});
  table.Add({{"Zoë"}, {"1"}, {""}});
  table.Add({{"発注"}, {"2"}, {"end"}});
  EXPECT_EQ(table.Text(1, Painter(false)),
            " who   what\n"
            " Zoë   1\n"
            " 発注  2     end\n");
}

TEST(TableTest, ColoursTakeNoWidth) {
  Table table;
  table.Add({{"a", "31"}, {"b"}});
  table.Add({{"long"}, {"c"}});
  EXPECT_EQ(table.Text(0, Painter(true)), "\x1b[31ma\x1b[0m     b\nlong  c\n");
  EXPECT_EQ(table.Text(0, Painter(false)), "a     b\nlong  c\n");
}

TEST(TableTest, WrapsTheWidestColumnBetweenWords) {
  Table table;
  std::string many;
  for (int i = 0; i < 30; ++i) many += "word ";
  table.Add({{"rule"}, {many + "end"}, {"last"}});
  const std::string text = table.Text(2, Painter(false));
  size_t begin = 0;
  int lines = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 100u);
    EXPECT_NE(text[end - 1], ' ');
    ++lines;
  }
  EXPECT_EQ(lines, 2);
  EXPECT_THAT(text, testing::StartsWith("  rule  word word"));
  EXPECT_THAT(text, testing::HasSubstr("word    last\n        word"));
}

TEST(TableTest, AWordThatIsTooLongIsKeptWhole) {
  Table table;
  const std::string word(150, 'x');
  table.Add({{word}, {"short"}});
  EXPECT_EQ(table.Text(0, Painter(false)), word + "  short\n");
}

TEST(TableTest, WithoutRowsThereIsNoText) { EXPECT_EQ(Table().Text(2, Painter(false)), ""); }

}  // namespace
}  // namespace changepolicy
