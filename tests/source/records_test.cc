// What a file of records may hold, however it says so.
#include "libchangepolicy/source/records.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace changepolicy {
namespace {

struct Row {
  std::string_view text;
  v1::SubjectKind asked;
  // `change C` or `release R`; or the id of the first issue.
  std::string_view read;
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.text; }

std::string Described(const SubjectResult& result) {
  if (!result.subject.has_value()) {
    return result.issues.empty() ? "nothing" : result.issues.front().id;
  }
  if (const auto* change = std::get_if<v1::ChangeRequest>(&*result.subject)) {
    return "change " + change->id();
  }
  return "release " + std::get<v1::Release>(*result.subject).id();
}

class SubjectTest : public testing::TestWithParam<Row> {};

TEST_P(SubjectTest, IsReadAsWhatItIs) {
  const Row& row = GetParam();
  EXPECT_EQ(Described(ReadSubject(row.text, Format::kYaml, "s.yaml", row.asked)), row.read);
}

INSTANTIATE_TEST_SUITE_P(
    Files, SubjectTest,
    testing::Values(Row{"id: A", v1::SUBJECT_KIND_UNSPECIFIED, "change A"},
                    Row{"{id: A, version: 1.2.3}", v1::SUBJECT_KIND_UNSPECIFIED, "release A"},
                    Row{"{id: A, notes: {}}", v1::SUBJECT_KIND_UNSPECIFIED, "release A"},
                    Row{"change: {id: A}", v1::SUBJECT_KIND_UNSPECIFIED, "change A"},
                    Row{"release: {id: A}", v1::SUBJECT_KIND_UNSPECIFIED, "release A"},
                    Row{"change: {id: A}", v1::SUBJECT_KIND_CHANGE, "change A"},
                    Row{"id: A", v1::SUBJECT_KIND_RELEASE, "release A"},
                    Row{"change: {id: A}", v1::SUBJECT_KIND_RELEASE, "wrong-subject"},
                    Row{"release: {id: A}", v1::SUBJECT_KIND_CHANGE, "wrong-subject"},
                    Row{"change: A", v1::SUBJECT_KIND_CHANGE, "unknown-field"},
                    Row{"{id: A, version: 1.2.3}", v1::SUBJECT_KIND_CHANGE, "unknown-field"}));

TEST(SubjectTest, SerializedBytesAreWhatIsAskedFor) {
  v1::Release release;
  release.set_id("R");
  EXPECT_EQ(Described(ReadSubject(release.SerializeAsString(), Format::kBinary, "r",
                                  v1::SUBJECT_KIND_RELEASE)),
            "release R");
}

struct Part {
  std::string_view text;
  int people;
  int incidents;
  int issues;
};

std::ostream& operator<<(std::ostream& out, const Part& part) { return out << part.text; }

class OrganizationFileTest : public testing::TestWithParam<Part> {};

TEST_P(OrganizationFileTest, IsReadAsWhatItIs) {
  const Part& part = GetParam();
  OrganizationFiles files;
  const Issues issues = files.Add(part.text, Format::kYaml, "o.yaml");
  const v1::Organization& organization = files.organization();
  EXPECT_EQ(static_cast<int>(issues.size()), part.issues) << ToText(issues);
  EXPECT_EQ(organization.directory().people_size(), part.people);
  EXPECT_EQ(organization.ledger().incidents_size(), part.incidents);
}

INSTANTIATE_TEST_SUITE_P(
    Files, OrganizationFileTest,
    testing::Values(Part{"{taken_at: 2026-01-01, incidents: [{id: i}], obligations: []}", 0, 1, 0},
                    Part{"directory: {people: [{id: a}]}", 1, 0, 0},
                    Part{"people: [{id: a}]", 1, 0, 0}, Part{"incidents: [{id: i}]", 0, 1, 0},
                    Part{"{taken_at: 2026-01-01T00:00:00Z, people: [{id: a}]}", 1, 0, 0},
                    Part{"pastRuns: []", 0, 0, 0}, Part{"directroy: {people: []}", 0, 0, 1},
                    Part{"[]", 0, 0, 1}));

TEST(OrganizationFilesTest, IssuesOfTheWholeGetTheirPlace) {
  OrganizationFiles files;
  EXPECT_TRUE(files
                  .Add("people: [{id: ann}]\nroles:\n  - {id: cab, members: [ann, ben]}\n",
                       Format::kYaml, "directory.yaml")
                  .empty());
  EXPECT_TRUE(files.Add("ledger:\n  incidents:\n    - {id: i}\n", Format::kYaml, "l.yaml").empty());
  Issues issues(3);
  issues[0].path = "directory.roles[cab].members[1]";
  issues[1].path = "ledger.incidents[0].severity";
  issues[2].path = "ledger.incidents[i]";
  files.Locate(&issues);
  EXPECT_EQ(issues[0].file, "directory.yaml");
  EXPECT_EQ(issues[0].position, (Position{.line = 3, .column = 30}));
  EXPECT_EQ(issues[1].file, "");  // nothing stands there
  EXPECT_EQ(issues[2].file, "l.yaml");
  EXPECT_EQ(issues[2].position.line, 3);
}

}  // namespace
}  // namespace changepolicy
