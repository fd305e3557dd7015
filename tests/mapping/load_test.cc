// Mappings with mistakes: each line that ends in `#! id ...` has exactly these. And mappings
// without: those that the examples ship.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/mapping/mapping.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string ReadTestFile(const std::string& path) {
  std::ifstream file(StrCat(CHANGEPOLICY_SOURCE_DIR, "/", path));
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Splits `  title: ticket. #! cel-syntax` at the marks: the text without them, and `12 cel-syntax`
// for each, sorted.
std::string TakeMarks(const std::string& text, std::vector<std::string>* marks) {
  std::string stripped, line;
  std::istringstream lines(text);
  for (int number = 1; std::getline(lines, line); ++number) {
    const size_t mark = std::min(line.find(" #! "), line.size());
    std::istringstream ids(line.substr(std::min(mark + 4, line.size())));
    for (std::string id; ids >> id;) marks->push_back(StrCat(number, " ", id));
    stripped += line.substr(0, mark) + "\n";
  }
  std::sort(marks->begin(), marks->end());
  return stripped;
}

class Problems : public testing::TestWithParam<const char*> {};

TEST_P(Problems, AreFoundAtTheirLines) {
  std::vector<std::string> expected, found;
  const std::string text =
      TakeMarks(ReadTestFile(StrCat("tests/mapping/problems/", GetParam(), ".yaml")), &expected);
  ASSERT_FALSE(expected.empty());
  const MappingResult result = LoadMapping("m.yaml", text);
  EXPECT_EQ(result.mapping, nullptr);
  for (const Issue& issue : result.issues) {
    found.push_back(StrCat(issue.position.line, " ", issue.id));
    EXPECT_EQ(issue.severity, Severity::kError) << ToText(issue);
    EXPECT_FALSE(issue.message.empty());
    EXPECT_GT(issue.position.column, 0) << ToText(issue);
    EXPECT_EQ(issue.file, "m.yaml");
    EXPECT_FALSE(issue.source_line.empty()) << ToText(issue);
  }
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, expected) << ToText(result.issues);
}

INSTANTIATE_TEST_SUITE_P(All, Problems,
                         testing::Values("duplicate_key", "expressions", "fields", "header",
                                         "libraries", "names", "nothing", "roles", "structure"));

// A mapping to `target` with these lines after its sources.
std::string Document(std::string_view lines, std::string_view target = "CHANGE") {
  return StrCat("mapping: {id: m, to: ", target, "}\nsources: [{id: ticket}]\n", lines, "\n");
}

struct Row {
  std::string name;
  std::string text;
  // As ToText writes it.
  std::string complaint;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Wording : public testing::TestWithParam<Row> {};

TEST_P(Wording, NamesThePlaceAndTheRemedy) {
  const MappingResult result = LoadMapping("m.yaml", GetParam().text);
  EXPECT_EQ(result.mapping, nullptr);
  EXPECT_EQ(ToText(result.issues), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    All, Wording,
    testing::Values(
        Row{"misspelt field", Document("fields: {titel: ticket.title}"),
            R"(m.yaml:3:17: error: unknown field `titel` in ChangeRequest (at fields["titel"])
 3 | fields: {titel: ticket.title}
   |                 ^^^^^^^^^^^^
  help: did you mean `title`?)"},
        Row{"misspelt field of a part", Document("fields: {people.requestor: ticket.by}"),
            R"(m.yaml:3:28: error: unknown field `requestor` in People (at fields["people.requestor"])
 3 | fields: {people.requestor: ticket.by}
   |                            ^^^^^^^^^
  help: did you mean `requester`?)"},
        Row{"field of a text", Document("fields: {title.words: ticket.by}"),
            R"(m.yaml:3:23: error: `title` has no fields (at fields["title.words"])
 3 | fields: {title.words: ticket.by}
   |                       ^^^^^^^^^
  help: end the path at `title`)"},
        Row{"path into a list", Document("fields: {approvals.by: ticket.by}"),
            R"(m.yaml:3:24: error: `approvals` is a list, whose elements have no path of their own (at fields["approvals.by"])
 3 | fields: {approvals.by: ticket.by}
   |                        ^^^^^^^^^
  help: give the whole list as `approvals`)"},
        Row{"field of another target", Document("fields: {urgency: ticket.by}", "ORGANIZATION"),
            R"(m.yaml:3:19: error: unknown field `urgency` in Organization (at fields["urgency"])
 3 | fields: {urgency: ticket.by}
   |                   ^^^^^^^^^)"},
        Row{"unknown source", Document("fields: {title: 'ticket.title + tickett.key'}"),
            R"(m.yaml:3:33: error: undeclared name `tickett` (at fields["title"])
 3 | fields: {title: 'ticket.title + tickett.key'}
   |                                 ^^^^^^^
  help: did you mean `ticket`?)"},
        Row{"type error in a folded text",
            Document("fields:\n  title: >-\n    ticket.title +\n    (1 + 'a')"),
            R"(m.yaml:6:8: error: `+` does not take `int` and `string` (at fields["title"])
 6 |     (1 + 'a')
   |        ^
  help: convert the number with `string(...)`)"},
        Row{"unknown table",
            Document("tables: {risk: {}}\nfields: {title: 'lookup(\"risc\", ticket.x)'}"),
            R"(m.yaml:4:25: error: unknown table `risc` (at fields["title"])
 4 | fields: {title: 'lookup("risc", ticket.x)'}
   |                         ^^^^^^
  help: did you mean `risk`?)"},
        Row{"no table at all", Document("fields: {title: 'lookup(\"risk\", ticket.x)'}"),
            R"(m.yaml:3:25: error: unknown table `risk` (at fields["title"])
 3 | fields: {title: 'lookup("risk", ticket.x)'}
   |                         ^^^^^^
  help: declare it in `tables`)"},
        Row{"source twice", "mapping: {id: m, to: CHANGE}\nsources: [{id: a}, {id: a}]\n",
            R"(m.yaml:2:20: error: each source needs an id of its own (at sources[1])
 2 | sources: [{id: a}, {id: a}]
   |                    ^)"},
        Row{"no name", Document("definitions: {a-b: '1'}"),
            R"(m.yaml:3:20: error: `a-b` cannot be read in an expression (at definitions["a-b"])
 3 | definitions: {a-b: '1'}
   |                    ^^^
  help: names consist of letters, digits and `_`, and are no words of the language)"},
        Row{"key that is a number",
            "mapping: {id: m, to: CHANGE}\nsources: [{id: a, key: size(record)}]\n",
            R"(m.yaml:2:24: error: expected a text, found `int` (at sources[0].key)
 2 | sources: [{id: a, key: size(record)}]
   |                        ^^^^^^^^^^^^
  help: write `string(...)`)"},
        Row{"joined source without a primary key",
            "mapping: {id: m, to: CHANGE}\nsources: [{id: a}, {id: b, key: record.k}]\n",
            R"(m.yaml:2:11: error: the first source has no key, so that nothing can belong to its records (at sources[0])
 2 | sources: [{id: a}, {id: b, key: record.k}]
   |           ^
  help: give it the key by which the others are found)"},
        Row{"no target", "mapping: {id: m}\nsources: [{id: a}]\n",
            R"(m.yaml:1:10: error: does not say what records become (at mapping)
 1 | mapping: {id: m}
   |          ^
  help: write `mapping: {id: ..., to: CHANGE}`, RELEASE or ORGANIZATION)"},
        Row{"empty", "",
            "m.yaml: error: the document is empty\n  help: write something into it, or leave it "
            "out"}));

// The same in JSON, where a document is often one line.
TEST(LoadMapping, ReadsJson) {
  const MappingResult good =
      LoadMapping("m.json", R"({"mapping": {"id": "m", "to": "RELEASE"}, "sources": [{"id": "r"}],
                    "fields": {"id": "r.id"}})");
  ASSERT_NE(good.mapping, nullptr) << ToText(good.issues);
  EXPECT_EQ(good.mapping->proto().fields().at("id"), "r.id");
  const MappingResult bad =
      LoadMapping("m.json",
                  "{\"mapping\": {\"to\": \"RELEASE\"}, \"sources\": [{\"id\": \"r\"}],\n"
                  "\"fields\": {\"id\": \"s.id\"}}");
  ASSERT_EQ(bad.issues.size(), 1u) << ToText(bad.issues);
  EXPECT_EQ(bad.mapping, nullptr);
  EXPECT_EQ(bad.issues[0].position, (Position{.line = 2, .column = 19}));
}

TEST(LoadMapping, ComplaintsStandInTheOrderOfTheText) {
  std::string fields = "fields:\n";
  std::vector<int> lines;
  // Backwards in the alphabet, which is the order in which a careless list would come.
  for (char c = 'z'; c >= 'a'; --c) {
    StrAppend(&fields, "  q", std::string(1, c), "q: ticket.x\n");
    lines.push_back(static_cast<int>(lines.size()) + 4);
  }
  const MappingResult result = LoadMapping("m.yaml", Document(fields));
  std::vector<int> found;
  for (const Issue& issue : result.issues) found.push_back(issue.position.line);
  EXPECT_EQ(found, lines);
}

class Shipped : public testing::TestWithParam<const char*> {};

TEST_P(Shipped, LoadsWithoutComplaint) {
  const std::string path = StrCat("examples/kubernetes/", GetParam());
  const MappingResult result = LoadMapping(path, ReadTestFile(path));
  EXPECT_TRUE(result.issues.empty()) << ToText(result.issues);
  EXPECT_NE(result.mapping, nullptr);
}

TEST_P(Shipped, NamesExactlyTheLibrariesThatItNeeds) {
  const std::string path = StrCat("examples/kubernetes/", GetParam());
  const std::string text = ReadTestFile(path);
  const MappingResult whole = LoadMapping(path, text);
  ASSERT_NE(whole.mapping, nullptr) << ToText(whole.issues);
  const auto& libraries = whole.mapping->proto().mapping().libraries();
  for (const std::string& left_out : libraries) {
    std::string others;
    for (const std::string& library : libraries) {
      if (library != left_out) StrAppend(&others, others.empty() ? "" : ", ", library);
    }
    std::string without = text;
    const size_t open = without.find('[', without.find("libraries:"));
    without.replace(open, without.find(']', open) - open, StrCat("[", others));
    const MappingResult result = LoadMapping(path, without);
    EXPECT_EQ(result.mapping, nullptr) << left_out;
    ASSERT_FALSE(result.issues.empty());
    EXPECT_THAT(result.issues[0].id, testing::StartsWith("cel-undeclared")) << left_out;
  }
}

TEST(LoadMapping, WarnsOfALibraryThatNothingUses) {
  const auto load = [](std::string_view title) {
    return LoadMapping("m.yaml", StrCat("mapping: {id: m, to: CHANGE, libraries: [strings]}\n"
                                        "sources: [{id: ticket}]\nfields: {title: ",
                                        title, "}\n"));
  };
  const MappingResult unused = load("ticket.title");
  EXPECT_NE(unused.mapping, nullptr);
  EXPECT_EQ(
      ToText(unused.issues),
      R"(m.yaml:1:42: warning: no expression uses the library `strings` (at mapping.libraries[0])
 1 | mapping: {id: m, to: CHANGE, libraries: [strings]}
   |                                          ^^^^^^^
  help: take it out of `libraries`)");
  EXPECT_TRUE(load("ticket.title.trim()").issues.empty());
}

// Each line that ends in `#! id` has exactly this warning; and no other name has one.
TEST(LoadMapping, WarnsOfNamesThatNothingReads) {
  std::vector<std::string> expected, found;
  const std::string text = TakeMarks(R"(mapping: {id: m, to: CHANGE}
sources:
  - {id: ticket, key: record.key, order: record.at,
     history: tickets} #! unused-history
  - {id: comments, many: true, key: record.key}
  - {id: stray, key: record.key} #! unused-source
  - {id: sign, key: record.key, required: true}
tables:
  risk: {values: {minor: LOW}}
  key_words: {values: {a: b}}
  color: {values: {red: HIGH}} #! unused-table
definitions:
  read_by_another: "1"
  read_by_a_field: read_by_another + 1
  read_by_an_annotation: "2"
  nobody: "3" #! unused-definition
fields:
  id: 'lookup("key_words", ticket.key)'
  title: 'read_by_a_field > 1 ? comments[0].text : ticket.title'
  urgency: lookup("risk", ticket.risk)
annotations: {two: read_by_an_annotation}
)",
                                     &expected);
  const MappingResult result = LoadMapping("m.yaml", text);
  EXPECT_NE(result.mapping, nullptr) << ToText(result.issues);
  for (const Issue& issue : result.issues) {
    found.push_back(StrCat(issue.position.line, " ", issue.id));
    EXPECT_EQ(issue.severity, Severity::kWarning) << ToText(issue);
    EXPECT_FALSE(issue.help.empty());
  }
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, expected) << ToText(result.issues);
}

// Which of them it is, only the record says.
TEST(LoadMapping, ATableWhoseNameIsComputedMayBeAny) {
  const MappingResult result =
      LoadMapping("m.yaml", Document("tables: {a: {}, b: {}}\n"
                                     "fields: {title: 'lookup(ticket.kind, ticket.word)'}"));
  EXPECT_TRUE(result.issues.empty()) << ToText(result.issues);
}

TEST(BuiltinMappings, LoadWithoutComplaint) {
  EXPECT_FALSE(BuiltinMappings().empty());
  for (const BuiltinMapping& each : BuiltinMappings()) {
    const MappingResult result = LoadMapping(each.name, each.text);
    EXPECT_TRUE(result.issues.empty()) << ToText(result.issues);
  }
}

INSTANTIATE_TEST_SUITE_P(Examples, Shipped,
                         testing::Values("kep-mapping.yaml", "people-mapping.yaml",
                                         "roster-mapping.yaml",
                                         "release-1.35/exception-mapping.yaml",
                                         "release-1.35/risk-mapping.yaml"));

}  // namespace
}  // namespace changepolicy
