// Places: where a byte of a scalar's text stands in the document.
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

struct Row {
  const char* what;
  const char* text;   // a document whose `k` holds the mark `@`
  const char* value;  // what `k` means
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.what; }

class Places : public testing::TestWithParam<Row> {};

TEST_P(Places, GoThroughQuotesEscapesAndFolding) {
  const std::string text = GetParam().text;
  const DocumentResult result = ReadDocument(text, Format::kYaml, "d.yaml");
  ASSERT_NE(result.document, nullptr) << ToText(result.issues);
  const Node* const scalar = result.document->root.Find("k");
  ASSERT_NE(scalar, nullptr);
  EXPECT_EQ(scalar->text, GetParam().value);
  EXPECT_EQ(result.document->OffsetInside(*scalar, scalar->text.find('@')), text.find('@'));
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, Places,
    testing::Values(Row{"plain", "a: 1\nk: one @ two\n", "one @ two"},
                    Row{"double", "k: \"one @ two\"\n", "one @ two"},
                    Row{"escapes", "k: \"a\\tb\\u00e9\\x41 @\"\n", "a\tb\u00e9A @"},
                    Row{"single", "k: 'it''s @'\n", "it's @"},
                    Row{"folded", "k: >\n  one\n  two @\n", "one two @\n"},
                    Row{"literal", "k: |\n  one\n    two @\n", "one\n  two @\n"},
                    Row{"plain over lines", "k: one\n  two @ three\n", "one two @ three"},
                    Row{"quoted over lines", "k: \"one\n  two @\"\n", "one two @"},
                    Row{"code points", "k: \"\u65e5\u672c @\"\n", "\u65e5\u672c @"},
                    Row{"flow", "{j: 1, k: x @ y}\n", "x @ y"}));

TEST(Positions, TheEndIsAfterTheLastByte) {
  const std::string text = "k: a ==\nj: 1\n";
  const DocumentResult result = ReadDocument(text, Format::kYaml, "d.yaml");
  const Node& scalar = *result.document->root.Find("k");
  EXPECT_EQ(result.document->OffsetInside(scalar, scalar.text.size()), 7u);
}

TEST(Positions, ColumnsCountCodePoints) {
  const DocumentResult result = ReadDocument("a: 1\n\u65e5\u672c: x\n", Format::kYaml, "d.yaml");
  const Position position = result.document->PositionAt(5 + 6 + 2);
  EXPECT_EQ(position.line, 2);
  EXPECT_EQ(position.column, 5);
}

// Lines of some thousand bytes are counted by stretches.
TEST(Positions, OfLongLinesAreThoseOfEachByte) {
  std::string text;
  for (const size_t length : {3u, 9'000u, 0u, 4'096u, 12'289u}) {
    for (size_t i = 0; i < length; ++i) text += i % 7 == 3 ? "\u65e5" : i % 5 == 0 ? "\u00e9" : "x";
    text += '\n';
  }
  for (const std::string& each : {text, text + "end", text.substr(0, text.size() - 1)}) {
    const Document document("d.yaml", each);
    Position expected{.line = 1, .column = 1};
    for (size_t i = 0; i < each.size(); ++i) {
      ASSERT_EQ(document.PositionAt(i), expected) << i;
      if ((static_cast<unsigned char>(each[i]) & 0xC0) != 0x80) ++expected.column;
      if (each[i] == '\n') expected = {.line = expected.line + 1, .column = 1};
    }
    EXPECT_EQ(document.PositionAt(each.size()), expected);
    EXPECT_EQ(document.PositionAt(each.size() + 5), expected);
  }
  EXPECT_EQ(Document("d.yaml", "").PositionAt(9), (Position{.line = 1, .column = 1}));
}

TEST(Document, PlacesOfSeveralAreThoseOfEach) {
  for (const std::string text :
       {"a: one  two\n   three é four\n", "a: 'it''s  é\n  two'\n", "a: \"x\\ty \\u00e9\\\n  z\"\n",
        "a: >\n  folded\n  é text\n\n  more\n", "a: |\n  kept\n  lines é\n"}) {
    const DocumentResult result = ReadDocument(text, Format::kYaml, "t.yaml");
    ASSERT_NE(result.document, nullptr) << text;
    const Node& scalar = *result.document->root.Find("a");
    std::vector<size_t> offsets;
    // Backwards, since they may come in any order.
    for (size_t i = scalar.text.size() + 1; i > 0; --i) {
      if (i > scalar.text.size() || scalar.text[i - 1] != ' ') offsets.push_back(i - 1);
    }
    const std::vector<Position> places = result.document->PositionsInside(scalar, offsets);
    for (size_t i = 0; i < offsets.size(); ++i) {
      EXPECT_EQ(places[i],
                result.document->PositionAt(result.document->OffsetInside(scalar, offsets[i])))
          << text << offsets[i];
    }
  }
}

}  // namespace
}  // namespace changepolicy
