// What of YAML is read, and as what: YAML 1.2 where libyaml, which reads 1.1, would say otherwise,
// and a refusal where it cannot tell.
#include <cstdio>
#include <ostream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

// The tree in one line: texts in quotes, what may be more than a text between angles.
void Append(const Node& node, std::string* told) {
  switch (node.kind) {
    case Node::Kind::kScalar:
      *told += (node.quoted ? "\"" : "<") + node.text + (node.quoted ? "\"" : ">");
      return;
    case Node::Kind::kList:
      *told += "[";
      for (const Node& item : node.items) Append(item, told);
      *told += "]";
      return;
    case Node::Kind::kMap:
      *told += "{";
      for (const Entry& entry : node.entries) {
        *told += entry.key + ":";
        Append(entry.value, told);
      }
      *told += "}";
      return;
  }
}

struct Row {
  std::string text;
  std::string told;  // the tree, or for what is refused `id line:column`
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

class Yaml : public testing::TestWithParam<Row> {};

TEST_P(Yaml, IsReadAsThis) {
  const DocumentResult result = ReadDocument(GetParam().text, Format::kYaml, "d.yaml");
  std::string told;
  if (result.document != nullptr) {
    Append(result.document->root, &told);
  } else {
    ASSERT_FALSE(result.issues.empty());
    const Issue& issue = result.issues[0];
    EXPECT_FALSE(issue.help.empty());
    told = issue.id + " " + std::to_string(issue.position.line) + ":" +
           std::to_string(issue.position.column);
  }
  EXPECT_EQ(told, GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, Yaml,
    testing::Values(
        Row{"a: yes\nb: on\nc: 0o7\nd: 1_000\n", "{a:<yes>b:<on>c:<0o7>d:<1_000>}"},
        Row{"a: ~\nb: null\nc: Null\nd: \"null\"\ne:\n", "{a:<>b:<>c:<>d:\"null\"e:<>}"},
        Row{"a: ! 12\nb: !!str 12\nc: !<tag:yaml.org,2002:str> 12\n", "{a:\"12\"b:\"12\"c:\"12\"}"},
        Row{"a: |\n  x\n\n   y\n", "{a:\"x\n\n y\n\"}"}, Row{"a: |-\n  x\n", "{a:\"x\"}"},
        Row{"a: |+\n  x\n\nb: 1\n", "{a:\"x\n\n\"b:<1>}"}, Row{"a: |2\n   x\n", "{a:\" x\n\"}"},
        Row{"a: >\n  x\n    \n", "{a:\"x\n  \n\"}"}, Row{"a: 'it''s'\n", "{a:\"it's\"}"},
        Row{"a: \"x\\\n   y\"\n", "{a:\"xy\"}"},
        Row{"a: \"\\N\\L\\P\\x41\\U0001F600\"\n", "{a:\"\u0085\u2028\u2029A\U0001F600\"}"},
        Row{"a: x#c #d\nb: ?x\nc: -x\nd: :x\n", "{a:<x#c>b:<?x>c:<-x>d:<:x>}"},
        Row{"a: 1\r\nb: |\r\n  x\r\n", "{a:<1>b:\"x\n\"}"}));

INSTANTIATE_TEST_SUITE_P(
    Collections, Yaml,
    testing::Values(Row{"<<: {a: 1}\nb: 2\n", "{<<:{a:<1>}b:<2>}"}, Row{"{a: , b}\n", "{a:<>b:<>}"},
                    Row{"[a: b, c]\n", "[{a:<b>}<c>]"},
                    Row{"{a:1, \"b\":2, 'c':[d]}\n", "{a:1:<>b:<2>c:[<d>]}"},
                    Row{"[a?b, x:y, http://h:80/]\n", "[<a?b><x:y><http://h:80/>]"},
                    Row{"? a\n: b\n? c\n", "{a:<b>c:<>}"},
                    Row{"a:\n- b\n-\nc: 1\n", "{a:[<b><>]c:<1>}"},
                    Row{"%YAML 1.2\n---\na: 1\n...\n", "{a:<1>}"}));

// YAML 1.1 ends lines at these, 1.2 does not; and in quotes 1.2 has them all.
INSTANTIATE_TEST_SUITE_P(
    Characters, Yaml,
    testing::Values(
        Row{"a: x\u0085y\u2028z\u2029\n", "{a:<x\u0085y\u2028z\u2029>}"},
        Row{"k\u2028: \u0085\n", "{k\u2028:<\u0085>}"},
        Row{"a: \"\x7F\uFEFF\u009F\uFFFE\uFFFF\"\n", "{a:\"\x7F\uFEFF\u009F\uFFFE\uFFFF\"}"},
        // Those that would stand for others are taken, in two ways.
        Row{"a: \u2028\U00100021\nb: \"\\U00100061\"\n", "{a:<\u2028\U00100021>b:\"\U00100061\"}"},
        Row{"a: \u2028\u65e5\nb: &x 1\n", "yaml-anchor 2:4"},
        Row{"a: \x1B[0m\n", "yaml-syntax 1:4"}));

INSTANTIATE_TEST_SUITE_P(
    Refusals, Yaml,
    testing::Values(
        Row{"a: \"open\nb: 1\n", "yaml-syntax 3:1"}, Row{"a: 'open\nb: 1\n", "yaml-syntax 3:1"},
        Row{"a: \"x\n--- y\"\n", "yaml-syntax 2:1"}, Row{"a: \"\\q\"\n", "yaml-syntax 1:5"},
        Row{"a: b: c\n", "yaml-syntax 1:5"}, Row{"a: x\nb\n", "yaml-syntax 3:1"},
        Row{"a: 1\n...\nb: 2\n", "yaml-syntax 3:1"}, Row{"[a, , b]\n", "yaml-syntax 1:5"},
        Row{"a: *x\n", "yaml-alias 1:4"}, Row{"a: &x 1\n", "yaml-anchor 1:4"},
        Row{"a: !!int 12\n", "yaml-tag 1:4"}, Row{"a: !x 12\n", "yaml-tag 1:4"},
        Row{"%TAG !e! tag:e.org,2000:\n---\na: !e!x 1\n", "yaml-tag 3:4"},
        Row{"[a]: b\n", "yaml-key 1:1"}, Row{"# only\n", "empty 1:1"},
        // 1.2 has these as texts, libyaml as signs: nothing is guessed.
        Row{"{?x: 1}\n", "yaml-syntax 1:2"}, Row{"[a, :x]\n", "yaml-syntax 1:5"},
        Row{"[::1]\n", "yaml-syntax 1:2"}, Row{"{a: b, :c}\n", "yaml-syntax 1:8"},
        // Tabs where 1.2 has them for blanks, and libyaml does not.
        Row{"-\ta\n", "yaml-syntax 1:2"}, Row{"a: \"x\"\n\t\nb: 2\n", "yaml-syntax 2:1"}));

// Of a map with many keys as of one with few; the first place is told.
TEST(YamlKeys, OfManyAreGivenOnce) {
  for (const int keys : {2, 16, 17, 18, 500}) {
    std::string text;
    for (int i = 0; i < keys; ++i) text += "k" + std::to_string(i) + ": {k0: 1}\n";
    EXPECT_NE(ReadDocument(text, Format::kYaml, "d.yaml").document, nullptr);
    text += "k1: 1\n";
    const DocumentResult again = ReadDocument(text, Format::kYaml, "d.yaml");
    ASSERT_EQ(again.issues.size(), 1u) << keys;
    EXPECT_EQ(again.issues[0].id, "duplicate-key");
    EXPECT_EQ(again.issues[0].position.line, keys + 1);
    EXPECT_EQ(again.issues[0].help, "the first one is on line 2; keep one of them");
  }
}

// Where every block of characters that could stand for others is in the text itself.
TEST(YamlCharacters, AreRefusedWhereNothingCanStandForThem) {
  std::string text = "a: \"";
  for (unsigned point = 0x100000; point <= 0x10FFFF; point += 64) {
    char escape[11];
    std::snprintf(escape, sizeof(escape), "\\U%08X", point);
    text += escape;
  }
  EXPECT_NE(ReadDocument(text + "\"\n", Format::kYaml, "d.yaml").document, nullptr);
  const DocumentResult refused = ReadDocument(text + "\u2028\"\n", Format::kYaml, "d.yaml");
  ASSERT_EQ(refused.issues.size(), 1u);
  EXPECT_EQ(refused.issues[0].id, "yaml-syntax");
}

TEST(YamlPlaces, AreThoseOfTheTextWhereCharactersAreReplaced) {
  const std::string text = "a: \"\u2028\u65e5\u0085\"\nb: {c: \u65e5, d: [e]}\n";
  const DocumentResult result = ReadDocument(text, Format::kYaml, "d.yaml");
  ASSERT_NE(result.document, nullptr) << ToText(result.issues);
  const Node& b = *result.document->root.Find("b");
  EXPECT_EQ(b.offset, text.find("{c"));
  EXPECT_EQ(b.Find("d")->items[0].offset, text.find("e]"));
}

}  // namespace
}  // namespace changepolicy
