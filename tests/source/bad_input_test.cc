// Whatever comes in is read or refused, with its place.
#include <ostream>
#include <random>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/policy.pb.h"
#include "gtest/gtest.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

struct Row {
  const char* file;
  const char* text;
  const char* id;
  int line;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.id; }

class Refusals : public testing::TestWithParam<Row> {};

TEST_P(Refusals, NameThePlace) {
  v1::ChangeRequest change;
  const Issues issues = ReadMessage(GetParam().text, Format::kAuto, GetParam().file, &change);
  ASSERT_TRUE(HasErrors(issues));
  EXPECT_EQ(issues[0].id, GetParam().id) << ToText(issues);
  EXPECT_EQ(issues[0].position.line, GetParam().line) << ToText(issues);
  EXPECT_EQ(issues[0].file, GetParam().file);
}

INSTANTIATE_TEST_SUITE_P(
    Yaml, Refusals,
    testing::Values(Row{"c.yaml", "id: [1\nx: 2\n", "yaml-syntax", 2},
                    Row{"c.yaml", "id: C\n\tx: 1\n", "yaml-syntax", 2},
                    Row{"c.yaml", "id: C\nid: D\n", "duplicate-key", 2},
                    Row{"c.yaml", "id: &a C\n", "yaml-anchor", 1},
                    Row{"c.yaml", "id: !!python/object C\n", "yaml-tag", 1},
                    Row{"c.yaml", "id: C\n---\nid: D\n", "second-document", 2},
                    Row{"c.yaml", "id: C\nservces: []\n", "unknown-field", 2},
                    Row{"c.yaml", "id: C\nkinds: [SCHEMAS]\n", "unknown-value", 2},
                    Row{"c.yaml", "id: C\nkinds: 3x\n", "wrong-type", 2},
                    Row{"c.yaml", "id: C\nschedule: {start: tomorrow}\n", "wrong-type", 2},
                    Row{"c.yaml", "id: C\nschedule: {start: 2026-02-30T00:00:00Z}\n", "wrong-type",
                        2},
                    Row{"c.yaml", "- id: C\n", "wrong-type", 1},
                    Row{"c.yaml", "just a text\n", "wrong-type", 1},
                    Row{"c.yaml", "id: {a: 1}\n", "wrong-type", 1},
                    Row{"c.yaml", "id: C\n? [a]\n: 1\n", "yaml-key", 2}));

INSTANTIATE_TEST_SUITE_P(
    Json, Refusals,
    testing::Values(Row{"c.json", "{\"id\": \"C\",\n}", "json-syntax", 2},
                    Row{"c.json", "{\"id\": \"C\",\n\"id\": \"D\"}", "duplicate-key", 2},
                    Row{"c.json", "{\"id\": \"C\", \"servces\": []}", "unknown-field", 1},
                    Row{"c.json", "", "empty", 0}, Row{"c.json", "[", "json-syntax", 1},
                    Row{"c.json", "{\"id\": \"C\"} {}", "json-syntax", 1}));

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Deeper than any document, in each notation that nests.
TEST(Nesting, OfAHundredThousandIsRefused) {
  for (const std::string& text :
       {Repeated("[", 100'000), Repeated("{a: ", 100'000), Repeated("- ", 100'000),
        Repeated("? ", 100'000), "id: " + Repeated("[", 100'000) + Repeated("]", 100'000)}) {
    v1::ChangeRequest change;
    EXPECT_TRUE(HasErrors(ReadMessage(text, Format::kYaml, "c.yaml", &change)));
  }
  for (const std::string& text : {Repeated("[", 100'000), Repeated("{\"a\":", 100'000),
                                  Repeated("[", 100'000) + Repeated("]", 100'000)}) {
    v1::ChangeRequest change;
    EXPECT_TRUE(HasErrors(ReadMessage(text, Format::kJson, "c.json", &change)));
  }
  v1::ChangeRequest change;
  EXPECT_TRUE(HasErrors(
      ReadMessage(Repeated("documents { ", 100'000), Format::kTextproto, "c.textproto", &change)));
}

TEST(Size, IsLimited) {
  v1::ChangeRequest change;
  const std::string text = "id: " + std::string(17 << 20, 'x');
  const Issues issues = ReadMessage(text, Format::kYaml, "c.yaml", &change);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].id, "too-large");
}

TEST(Encoding, MustBeUtf8) {
  v1::ChangeRequest change;
  EXPECT_TRUE(HasErrors(ReadMessage("id: \"\xff\xfe\"\n", Format::kYaml, "c.yaml", &change)));
  EXPECT_TRUE(HasErrors(ReadMessage("{\"id\": \"\xc3\"}", Format::kJson, "c.json", &change)));
  EXPECT_TRUE(
      HasErrors(ReadMessage(std::string_view("id: a\0b\n", 8), Format::kYaml, "c.yaml", &change)));
}

TEST(Bytes, CutShortAreRefused) {
  v1::ChangeRequest change;
  change.set_id("C-1");
  change.add_services()->set_id("shop");
  const std::string bytes = change.SerializeAsString();
  v1::ChangeRequest read;
  const Issues issues =
      ReadMessage(bytes.substr(0, bytes.size() - 1), Format::kBinary, "c.binpb", &read);
  ASSERT_TRUE(HasErrors(issues));
  EXPECT_EQ(issues[0].id, "not-protobuf");
}

// Mutilated documents: never a crash, and where there is an issue it has a place.
TEST(Noise, IsSurvived) {
  const std::string good =
      "id: C-1\nservices:\n  - {id: \"shop\", client_facing: true}\nfacts: {cost: {number: 1.5}}\n"
      "documents:\n  description:\n    text: >\n      folded\n      text\n";
  std::mt19937 random(7);
  const std::string alphabet = "{}[]:,-'\"\\\n \t#&*!|>%@`0aZ\x80\xff";
  for (int i = 0; i < 4000; ++i) {
    std::string text = good;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = alphabet[random() % alphabet.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        default:
          text.insert(at, 1, alphabet[random() % alphabet.size()]);
      }
      if (text.empty()) text = "x";
    }
    v1::ChangeRequest change;
    for (const Issue& issue : ReadMessage(text, Format::kYaml, "c.yaml", &change)) {
      EXPECT_FALSE(issue.id.empty());
      EXPECT_FALSE(issue.message.empty());
      ToText(issue);
    }
  }
}

}  // namespace
}  // namespace changepolicy
