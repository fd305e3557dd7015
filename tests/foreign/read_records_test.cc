#include "libchangepolicy/foreign/read_records.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/digest.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What a record is, and of what name: `FILE {"a":1}` or `FILE "text"`.
std::vector<std::string> Summary(const RecordsResult& result) {
  std::vector<std::string> texts;
  for (const ForeignRecord& record : result.records) {
    texts.push_back(record.file + (record.content.has_string_value()
                                       ? " text " + record.content.string_value()
                                   : record.content.has_struct_value() ? " map"
                                   : record.content.has_list_value()   ? " list"
                                                                       : " other"));
  }
  return texts;
}

std::string Problems(const RecordsResult& result) {
  std::string text;
  for (const Issue& issue : result.issues) text += ToText(issue) + "\n";
  return text;
}

struct Case {
  std::string_view file;
  std::string_view bytes;
  std::vector<std::string> records;
};

TEST(ReadRecords, KnowsTheFormByNameOrElseByContent) {
  const std::vector<Case> cases = {
      {"a.json", R"({"a": 1})", {"a.json map"}},
      {"a.sarif", R"({"a": 1})", {"a.sarif map"}},
      {"a.yaml", "a: 1", {"a.yaml map"}},
      {"a.jsonl", "{\"a\": 1}\n\n{\"b\": 2}\n", {"a.jsonl:1 map", "a.jsonl:3 map"}},
      {"a.xml", "<a/>", {"a.xml map"}},
      {"a", "<a/>", {"a map"}},
      {"a", R"({"a": 1})", {"a map"}},
      {"-", "a: 1\nb: 2\n", {"- map"}},
      {"-", "- {a: 1}\n- {a: 2}\n", {"-[0] map", "-[1] map"}},
      {"a.json", R"(["feat: x", "fix: y"])", {"a.json[0] text feat: x", "a.json[1] text fix: y"}},
      // Text that looks like something else.
      {"CHANGELOG.md", "## [1.0.0]\n- a: b\n", {"CHANGELOG.md text ## [1.0.0]\n- a: b\n"}},
      {"message.txt", "fix: x\n", {"message.txt text fix: x\n"}},
      {"git.log", "a: 1\n", {"git.log text a: 1\n"}},
      {".git/COMMIT_EDITMSG", "fix: x\n", {".git/COMMIT_EDITMSG text fix: x\n"}},
      {"c.info", "TN:\nSF:/a\n", {"c.info text TN:\nSF:/a\n"}},
      {".github/CODEOWNERS", "[Docs]\n*.md @a\n", {".github/CODEOWNERS text [Docs]\n*.md @a\n"}},
      {"-", "[Docs]\n*.md @a\n", {"- text [Docs]\n*.md @a\n"}},
      {"log", "commit 12\nAuthor: A <a@b>\n", {"log text commit 12\nAuthor: A <a@b>\n"}},
      {"log", "commit 12\r\nAuthor: A\r\n", {"log text commit 12\nAuthor: A\n"}},
      {"-", "- one\n- two\n", {"- text - one\n- two\n"}},
      {"m.txt",
       "\xEF\xBB\xBF"
       "feat: x",
       {"m.txt text feat: x"}},
      {".git/COMMIT_EDITMSG", "feat: x", {".git/COMMIT_EDITMSG text feat: x"}},
      {"-", "feat: x", {"- map"}},
  };
  for (const Case& each : cases) {
    const RecordsResult result = ReadRecords(each.bytes, std::string(each.file));
    EXPECT_EQ(Problems(result), "") << each.bytes;
    EXPECT_EQ(Summary(result), each.records) << each.bytes;
  }
}

TEST(ReadRecords, TellsRecordsApartByTheirDigests) {
  const RecordsResult result = ReadRecords(R"([{"a": 1}, {"a": 1}])", "a.json");
  ASSERT_EQ(result.records.size(), 2u);
  EXPECT_NE(result.records[0].digest, result.records[1].digest);
  const RecordsResult text = ReadRecords("feat: x\r\n", "message.md");
  ASSERT_EQ(text.records.size(), 1u);
  EXPECT_EQ(text.records[0].digest, Sha256("feat: x\r\n"));
}

TEST(ReadRecords, LeavesAListWholeWhereThatIsAskedFor) {
  const RecordsResult result = ReadRecords(R"([{"a": 1}, 7])", "a.json", {.split_lists = false});
  EXPECT_THAT(Summary(result), ElementsAre("a.json list"));
  EXPECT_THAT(result.issues, IsEmpty());
}

TEST(ReadRecords, TakesNoTextForYamlWhereThatIsAskedFor) {
  const RecordsOptions texts{.guess_yaml = false};
  EXPECT_EQ(Summary(ReadRecords("fix: x", "-", texts)), std::vector<std::string>{"- text fix: x"});
  EXPECT_EQ(Summary(ReadRecords("<a/>", "-", texts)), std::vector<std::string>{"- map"});
  EXPECT_EQ(Summary(ReadRecords(R"({"a": 1})", "-", texts)), std::vector<std::string>{"- map"});
}

TEST(ReadRecords, SaysWhatIsNoRecordAndReadsTheRest) {
  const RecordsResult result = ReadRecords(R"([{"a": 1}, 7, "text"])", "a.json");
  EXPECT_THAT(Summary(result), ElementsAre("a.json[0] map", "a.json[2] text text"));
  EXPECT_THAT(Problems(result), HasSubstr("a.json[1]: error: there is no record in it"));
  const RecordsResult lines = ReadRecords("{\"a\": 1}\n{\"a\": }\n", "a.jsonl");
  EXPECT_THAT(Summary(lines), ElementsAre("a.jsonl:1 map"));
  EXPECT_THAT(Problems(lines), HasSubstr("a.jsonl:2:"));
}

TEST(ReadRecords, RefusesWhatCannotBeRead) {
  struct Refused {
    std::string_view file, bytes, problem;
  };
  const std::vector<Refused> cases = {
      {"a.json", " \n", "a.json: error: it is empty"},
      {"CODEOWNERS", "", "CODEOWNERS: error: it is empty"},
      {"a.json", "{\"a\": ", "a.json:1:"},
      {"a.yaml", "a: [", "a.yaml:"},
      {"-", "{\"a\": ", "-:1:"},
      {"-", "<a>", "-:1"},
      {"a.json", "7", "a.json: error: there is no record in it"},
      {"notes.md", "caf\xe9", "notes.md:1:4: error: byte 3 is not UTF-8"},
      {"log", std::string_view("a\0b", 3), "log:1:2: error: byte 1 is a NUL"},
  };
  for (const Refused& each : cases) {
    const RecordsResult result = ReadRecords(each.bytes, std::string(each.file));
    EXPECT_THAT(result.records, IsEmpty()) << each.bytes;
    EXPECT_THAT(Problems(result), HasSubstr(each.problem)) << each.bytes;
  }
}

}  // namespace
}  // namespace changepolicy
