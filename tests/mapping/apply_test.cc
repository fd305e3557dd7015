// What becomes of foreign records: fields, joins, and above all what is not guessed.
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "changepolicy/v1/organization.pb.h"
#include "changepolicy/v1/release.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

using Foreign = std::map<std::string, std::vector<ForeignRecord>>;

ForeignRecord Record(const std::string& file, std::string_view yaml) {
  const DocumentResult read = ReadDocument(yaml, Format::kYaml, file);
  EXPECT_NE(read.document, nullptr) << ToText(read.issues);
  return {file,
          read.document == nullptr ? google::protobuf::Value() : ToJsonValue(read.document->root)};
}

std::shared_ptr<const Mapping> Load(std::string_view text) {
  MappingResult result = LoadMapping("m.yaml", text);
  EXPECT_NE(result.mapping, nullptr) << ToText(result.issues);
  return std::move(result.mapping);
}

std::vector<MappedRecord> Apply(std::string_view mapping, const Foreign& records) {
  const std::shared_ptr<const Mapping> loaded = Load(mapping);
  return loaded == nullptr ? std::vector<MappedRecord>() : loaded->Apply(records);
}

// `file: message` of each issue.
std::vector<std::string> Complaints(const MappedRecord& record) {
  std::vector<std::string> complaints;
  for (const Issue& issue : record.issues) {
    EXPECT_EQ(issue.severity, Severity::kError);
    complaints.push_back(StrCat(issue.file, ": ", issue.message));
  }
  return complaints;
}

// What the message says and the text does not, or the other way round; empty: they say the same.
template <typename Target>
std::string Difference(std::string_view expected, const MappedRecord& record) {
  Target message;
  const Issues issues = ReadMessage(expected, Format::kYaml, "expected.yaml", &message);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  if (record.message == nullptr) return "no message";
  if (record.message->GetDescriptor() != Target::descriptor()) return "a message of another type";
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(message, *record.message) ? "" : report;
}

// ---- One field of one record

constexpr std::string_view kTicket = R"(
key: T-7
title: "  Faster search "
number: 42
huge: 4503599627370497
half: 0.5
open: true
nothing: null
created: 2026-03-02
started: 2026-03-02T10:00:00+01:00
risk: minor
labels: [a, b, null]
by: {login: "@Ann", team: null}
reviews:
  - {id: 1, user: bob, verdict: ok, at: 2026-03-01T09:00:00Z}
  - {id: 2, user: cy, verdict: no, at: 2026-03-01T10:00:00Z}
fields: {"custom field": x, "a.b": y}
)";

struct Row {
  std::string field;
  std::string expression;
  // The whole change, `unset`, or the complaint after the field's name.
  std::string result;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.field << ": " << row.expression; }

class Fields : public testing::TestWithParam<Row> {
 protected:
  static MappedRecord Mapped() {
    std::string quoted;
    for (const char c : GetParam().expression) quoted += c == '\'' ? "''" : std::string(1, c);
    std::vector<MappedRecord> records =
        Apply(StrCat("mapping: {id: m, to: CHANGE, libraries: [strings]}\nsources: [{id: ticket}]\n"
                     "tables:\n  risk: {values: {minor: LOW, '42': HIGH}}\n"
                     "  size: {values: {small: LOW}, otherwise: MEDIUM}\n"
                     "fields: {",
                     GetParam().field, ": '", quoted, "'}\n"),
              {{"ticket", {Record("t.yaml", kTicket)}}});
    EXPECT_EQ(records.size(), 1u);
    return records.size() == 1 ? std::move(records[0]) : MappedRecord();
  }
};

class GivenFields : public Fields {};

TEST_P(GivenFields, AreSet) {
  const MappedRecord record = Mapped();
  EXPECT_THAT(Complaints(record), IsEmpty());
  EXPECT_THAT(record.unset, IsEmpty());
  EXPECT_EQ(record.file, "t.yaml");
  EXPECT_EQ(Difference<v1::ChangeRequest>(GetParam().result, record), "");
}

INSTANTIATE_TEST_SUITE_P(
    Scalars, GivenFields,
    testing::Values(Row{"id", "ticket.key", "{id: T-7}"},
                    Row{"title", "ticket.title.trim()", "{title: Faster search}"},
                    Row{"title", "string(ticket.number)", "{title: '42'}"},
                    Row{"title", "ticket.number", "{title: '42'}"},
                    Row{"title", "ticket.huge", "{title: '4503599627370497'}"},
                    Row{"title", "string(ticket.huge)", "{title: '4503599627370497'}"},
                    Row{"title", "file", "{title: t.yaml}"},
                    // A text stays a text, whatever it looks like.
                    Row{"title", "'null'", "{title: 'null'}"}, Row{"title", "''", "{title: ''}"},
                    Row{"title", "'true'", "{title: 'true'}"},
                    Row{"facts.n", "'5'", "{facts: {n: '5'}}"},
                    Row{"facts.n", "ticket.number", "{facts: {n: 42}}"},
                    Row{"facts.n", "int(ticket.number) + 1", "{facts: {n: 43}}"},
                    Row{"facts.n", "7u", "{facts: {n: 7}}"},
                    Row{"facts.n", "ticket.huge", "{facts: {n: 4503599627370497}}"},
                    Row{"facts.n", "ticket.half", "{facts: {n: 0.5}}"},
                    Row{"facts.n", "1e300", "{facts: {n: 1e300}}"},
                    Row{"facts.n", "ticket.open", "{facts: {n: true}}"},
                    Row{"facts.n", "ticket.labels", "{facts: {n: [a, b, null]}}"},
                    Row{"facts.n", "ticket.by", "{facts: {n: {login: '@Ann', team: null}}}"},
                    Row{"outcome.successful", "!ticket.open", "{outcome: {successful: false}}"},
                    Row{"revisions", "[{'number': ticket.number}]",
                        "{revisions: [{number: 42}]}"}));

INSTANTIATE_TEST_SUITE_P(
    EnumsAndTimes, GivenFields,
    testing::Values(
        Row{"urgency", "'HIGH'", "{urgency: HIGH}"},
        Row{"urgency", "'URGENCY_HIGH'", "{urgency: HIGH}"},
        Row{"urgency", "lookup('risk', ticket.risk)", "{urgency: LOW}"},
        Row{"urgency", "lookup('risk', ticket.number)", "{urgency: HIGH}"},
        Row{"urgency", "lookup('size', ticket.risk)", "{urgency: MEDIUM}"},
        Row{"impact.availability", "lookup('risk', ticket.risk)", "{impact: {availability: LOW}}"},
        Row{"created_at", "ticket.created", "{created_at: 2026-03-02T00:00:00Z}"},
        Row{"created_at", "ticket.started", "{created_at: 2026-03-02T09:00:00Z}"},
        Row{"created_at", "timestamp(ticket.started) + duration('1h30m')",
            "{created_at: 2026-03-02T10:30:00Z}"},
        Row{"created_at", "timestamp(1772445600)", "{created_at: 2026-03-02T10:00:00Z}"},
        Row{"rollback.duration", "'1d12h'", "{rollback: {duration: 36h}}"},
        Row{"rollback.duration", "duration('0.5s')", "{rollback: {duration: 500ms}}"},
        Row{"rollback.duration", "duration('-1h')", "{rollback: {duration: -1h}}"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, GivenFields,
    testing::Values(
        Row{"assets", "['x', 'y']", "{assets: [x, y]}"}, Row{"assets", "[]", "{}"},
        Row{"assets", "ticket.labels.filter(l, l != null)", "{assets: [a, b]}"},
        Row{"people.authors", "[ticket.by.login.replace('@', '').lowerAscii()]",
            "{people: {authors: [ann]}}"},
        Row{"approvals",
            "ticket.reviews.filter(r, r.verdict == 'ok').map(r, {'id': 'r' + string(r.id), 'by': "
            "r.user, 'kind': 'APPROVED', 'happened_at': r.at, 'recorded_at': r.at})",
            "{approvals: [{id: r1, by: bob, kind: APPROVED, happened_at: 2026-03-01T09:00:00Z, "
            "recorded_at: 2026-03-01T09:00:00Z}]}"},
        // What is null inside stays unset there.
        Row{"services", "[{'id': 'web', 'critical': ticket.nothing}]", "{services: [{id: web}]}"},
        Row{"people", "{'requester': 'ann', 'authors': ['bob']}",
            "{people: {requester: ann, authors: [bob]}}"},
        Row{"facts.x", "ticket.fields['custom field']", "{facts: {x: x}}"},
        Row{"facts.x", "ticket.fields['a.b']", "{facts: {x: y}}"},
        Row{"impact.answers.blast-radius", "'one'", "{impact: {answers: {blast-radius: one}}}"}));

class UnsetFields : public Fields {};

// Null is the only way to say that nothing is known.
TEST_P(UnsetFields, AreNamed) {
  const MappedRecord record = Mapped();
  EXPECT_THAT(Complaints(record), IsEmpty());
  EXPECT_THAT(record.unset, ElementsAre(GetParam().field));
  EXPECT_EQ(Difference<v1::ChangeRequest>("{}", record), "");
}

INSTANTIATE_TEST_SUITE_P(
    Nulls, UnsetFields,
    testing::Values(Row{"title", "null", ""}, Row{"title", "ticket.nothing", ""},
                    Row{"team", "ticket.by.team", ""},
                    Row{"title", "has(ticket.summary) ? ticket.summary : null", ""},
                    Row{"urgency", "lookup('risk', 'alpha|beta')", ""},
                    Row{"urgency", "lookup('risk', '')", ""},
                    Row{"urgency", "lookup('risk', 'MINOR')", ""},
                    Row{"urgency", "lookup('risk', ticket.nothing)", ""},
                    Row{"urgency", "lookup('size', ticket.nothing)", ""},
                    Row{"facts.n", "ticket.nothing", ""}));

class RefusedFields : public Fields {};

TEST_P(RefusedFields, AreAnErrorOfTheRecord) {
  const MappedRecord record = Mapped();
  ASSERT_EQ(record.issues.size(), 1u) << ToText(record.issues);
  EXPECT_TRUE(HasErrors(record.issues));
  EXPECT_EQ(record.issues[0].file, "t.yaml");
  EXPECT_EQ(record.issues[0].position, Position());
  EXPECT_EQ(record.issues[0].message,
            StrCat("field `", GetParam().field, "`: ", GetParam().result));
  EXPECT_THAT(record.unset, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Errors, RefusedFields,
    testing::Values(
        // A foreign field that is not there is no null: the mapping must say what that means.
        Row{"title", "ticket.summary", "no such key: \"summary\""},
        Row{"team", "ticket.by.group", "no such key: \"group\""},
        Row{"team", "ticket.nothing.name", "no such overload: `null_type` has no field `name`"},
        Row{"title", "ticket.reviews[7].user", "index 7 is outside a list of 2"},
        Row{"facts.n", "1 / (int(ticket.number) - 42)", "division by zero"},
        Row{"facts.n", "int('x')", "\"x\" is no int"},
        Row{"urgency", "lookup('ri' + 'sc', ticket.risk)", "no table \"risc\""},
        Row{"people.authors", "ticket.labels.map(l, l.lowerAscii())",
            "no such overload: `lowerAscii` of (null_type)"}));

INSTANTIATE_TEST_SUITE_P(
    Types, RefusedFields,
    testing::Values(Row{"urgency", "ticket.risk", "`minor` is no Urgency"},
                    Row{"urgency", "'low'", "`low` is no Urgency"},
                    Row{"urgency", "'URGENCY_UNSPECIFIED'", "`URGENCY_UNSPECIFIED` is no Urgency"},
                    Row{"title", "ticket.labels", "expected a text, found a list"},
                    Row{"title", "ticket.by", "expected a text, found a map"},
                    Row{"title", "b'x'", "a value of type `bytes` cannot be written into a field"},
                    Row{"title", "type(1)",
                        "a value of type `type` cannot be written into a field"},
                    Row{"assets", "ticket.key", "expected a list, found `T-7`"},
                    Row{"outcome.successful", "'true'", "expected `true` or `false`, found `true`"},
                    Row{"outcome.successful", "1", "expected `true` or `false`, found `1`"},
                    Row{"created_at", "'yesterday'", "expected an instant, found `yesterday`"},
                    Row{"created_at", "ticket.number", "expected an instant, found `42`"},
                    Row{"rollback.duration", "90", "expected a duration, found `90`"}));

// The complaint names the part inside the field.
TEST(Apply, NamesThePartOfAListThatDoesNotFit) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t}]
fields:
  assets: t.labels
  approvals: 't.users.map(u, {"by": u, "kind": "SURE", "whn": "2026-01-01"})'
)",
      {{"t", {Record("t.yaml", "{labels: [a, null], users: [x]}")}}});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(Complaints(records[0]),
              ElementsAre("t.yaml: field `approvals[0].kind`: `SURE` is no ApprovalKind",
                          "t.yaml: field `approvals[0].whn`: unknown field `whn` in Approval",
                          "t.yaml: field `assets[1]`: expected a text, found nothing"));
}

// ---- Several fields, records and sources

TEST(Apply, SetsNestedFieldsSideBySide) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE, libraries: [strings]}
sources: [{id: t}]
definitions:
  a_login: t.by.lowerAscii()
  b_everyone: '[a_login] + t.others'
fields:
  id: t.key
  people.requester: a_login
  people.authors: b_everyone
  people.owner: 'null'
  tracker.system: '"jira"'
  tracker.key: t.key
  schedule.start: t.start
  schedule.end: 'timestamp(t.start) + duration("2h")'
  facts.floor: t.floor
  facts.region: '"eu"'
)",
      {{"t",
        {Record("t.yaml",
                "{key: T-1, by: ANN, others: [bob], floor: null, "
                "start: 2026-03-02T10:00:00Z}")}}});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(records[0].unset, ElementsAre("facts.floor", "people.owner"));
  EXPECT_EQ(Difference<v1::ChangeRequest>(R"(
id: T-1
people: {requester: ann, authors: [ann, bob]}
tracker: {system: jira, key: T-1}
schedule: {start: 2026-03-02T10:00:00Z, end: 2026-03-02T12:00:00Z}
facts: {region: eu}
)",
                                          records[0]),
            "");
}

TEST(Apply, TheTargetDecidesTheMessage) {
  const Foreign foreign = {{"t", {Record("t.yaml", "{id: X}")}}};
  const auto map = [&](std::string_view target, std::string_view field,
                       std::string_view expression) {
    return Apply(StrCat("mapping: {id: m, to: ", target, "}\nsources: [{id: t}]\nfields: {", field,
                        ": '", expression, "'}\n"),
                 foreign);
  };
  EXPECT_EQ(Difference<v1::ChangeRequest>("{id: X}", map("CHANGE", "id", "t.id").at(0)), "");
  EXPECT_EQ(Difference<v1::Release>("{id: X}", map("RELEASE", "id", "t.id").at(0)), "");
  EXPECT_EQ(Difference<v1::Organization>(
                "{directory: {people: [{id: X}]}}",
                map("ORGANIZATION", "directory.people", "[{\"id\": t.id}]").at(0)),
            "");
}

TEST(Apply, AnErrorInADefinitionIsOneOfTheFieldsThatReadIt) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t}]
definitions: {unused: t.gone, used: t.missing}
fields: {id: t.key, title: used, team: 'true || used == "x" ? "a" : "b"'}
)",
      {{"t", {Record("t.yaml", "{key: T-1}")}}});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(Complaints(records[0]),
              ElementsAre("t.yaml: field `title`: no such key: \"missing\""));
}

TEST(Apply, OneResultPerPrimaryRecordInTheirOrder) {
  Foreign foreign;
  for (const std::string_view key : {"z", "a", "m", "a"}) {
    foreign["t"].push_back(Record(StrCat(key, ".yaml"), StrCat("{key: ", key, "}")));
  }
  std::vector<std::string> ids;
  for (const MappedRecord& record :
       Apply("mapping: {id: m, to: CHANGE}\nsources: [{id: t}]\nfields: {id: t.key}\n", foreign)) {
    ids.push_back(dynamic_cast<const v1::ChangeRequest&>(*record.message).id());
  }
  EXPECT_THAT(ids, ElementsAre("z", "a", "m", "a"));
}

TEST(Apply, NoPrimaryRecordsAreNoResults) {
  const std::string_view mapping =
      "mapping: {id: m, to: CHANGE}\nsources: [{id: t}, {id: note}]\nfields: {id: t.key}\n";
  EXPECT_THAT(Apply(mapping, {}), IsEmpty());
  EXPECT_THAT(Apply(mapping, {{"note", {Record("n.yaml", "{}")}}}), IsEmpty());
}

TEST(Apply, ErrorsOfOneRecordLeaveTheOthersAlone) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t}]
fields: {id: t.key, title: t.title, urgency: t.urgency, created_at: t.at}
)",
      {{"t",
        {Record("good.yaml", "{key: T-1, title: a, urgency: LOW, at: 2026-03-02}"),
         Record("bad.yaml", "{key: T-2, urgency: SOON, at: never}"), Record("list.yaml", "[1, 2]"),
         Record("fine.yaml", "{key: T-3, title: null, urgency: null, at: 2026-03-02}")}}});
  ASSERT_EQ(records.size(), 4u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_EQ(Difference<v1::ChangeRequest>(
                "{id: T-1, title: a, urgency: LOW, created_at: 2026-03-02}", records[0]),
            "");
  EXPECT_THAT(Complaints(records[1]),
              ElementsAre("bad.yaml: field `title`: no such key: \"title\"",
                          "bad.yaml: field `created_at`: expected an instant, found `never`",
                          "bad.yaml: field `urgency`: `SOON` is no Urgency"));
  EXPECT_EQ(Complaints(records[2]).size(), 4u) << ToText(records[2].issues);
  EXPECT_THAT(Complaints(records[3]), IsEmpty());
  EXPECT_THAT(records[3].unset, ElementsAre("title", "urgency"));
}

// ---- Joins

constexpr std::string_view kJoined = R"(
mapping: {id: m, to: CHANGE, libraries: [strings]}
sources:
  - {id: ticket, key: string(record.key)}
  - {id: review, key: string(record.ticket)}
  - {id: risk, key: 'file.split(".")[0]', required: true}
  - {id: firm}
fields:
  id: string(ticket.key)
  title: 'review == null ? null : review.by'
  urgency: risk.level
  team: firm.team
)";

Foreign Joined() {
  return {{"ticket", {Record("t1.yaml", "{key: 1}"), Record("t2.yaml", "{key: 2}")}},
          {"review", {Record("r2.yaml", "{ticket: 2, by: bob}"), Record("r9.yaml", "{ticket: 9}")}},
          {"risk", {Record("1.yaml", "{level: LOW}"), Record("2.yaml", "{level: HIGH}")}},
          {"firm", {Record("firm.yaml", "{team: shop}")}}};
}

TEST(Joins, AreByKeyAndWhatIsNotThereIsNull) {
  const std::vector<MappedRecord> records = Apply(kJoined, Joined());
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(records[0].unset, ElementsAre("title"));
  EXPECT_EQ(Difference<v1::ChangeRequest>("{id: '1', urgency: LOW, team: shop}", records[0]), "");
  EXPECT_THAT(records[1].unset, IsEmpty());
  EXPECT_EQ(
      Difference<v1::ChangeRequest>("{id: '2', title: bob, urgency: HIGH, team: shop}", records[1]),
      "");
}

TEST(Joins, ARequiredRecordThatIsNotThereIsAnError) {
  Foreign foreign = Joined();
  foreign["risk"].pop_back();
  const std::vector<MappedRecord> records = Apply(kJoined, foreign);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(Complaints(records[1]),
              testing::Contains("t2.yaml: no record of `risk` belongs to it"));
  foreign.erase("risk");
  for (const MappedRecord& record : Apply(kJoined, foreign)) {
    EXPECT_TRUE(HasErrors(record.issues)) << record.file;
  }
}

// Which of two would be a guess.
TEST(Joins, TwoRecordsOfOneKeyAreAnErrorOfTheRecordThatTheyBelongTo) {
  Foreign foreign = Joined();
  foreign["review"].push_back(Record("r2b.yaml", "{ticket: 2, by: cy}"));
  foreign["review"].push_back(Record("r9b.yaml", "{ticket: 9, by: cy}"));
  std::vector<MappedRecord> records = Apply(kJoined, foreign);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(Complaints(records[1]),
              ElementsAre("t2.yaml: 2 records of `review` belong to it: r2.yaml, r2b.yaml"));
  foreign = Joined();
  foreign["firm"].push_back(Record("other.yaml", "{team: till}"));
  records = Apply(kJoined, foreign);
  ASSERT_EQ(records.size(), 2u);
  for (const MappedRecord& record : records) {
    EXPECT_THAT(Complaints(record),
                testing::Contains(StrCat(
                    record.file, ": 2 records of `firm` belong to it: firm.yaml, other.yaml")));
  }
}

// Records whose key is not known must not meet by that.
TEST(Joins, AKeyThatCannotBeToldJoinsNothing) {
  Foreign foreign = Joined();
  foreign["ticket"].push_back(Record("t3.yaml", "{kee: 3}"));
  foreign["review"].push_back(Record("r3.yaml", "{by: mallory}"));
  const std::vector<MappedRecord> records = Apply(kJoined, foreign);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(Complaints(records[1]), IsEmpty());
  EXPECT_EQ(records[2].file, "t3.yaml");
  EXPECT_THAT(Complaints(records[2]),
              testing::Contains("t3.yaml: `key` of source `ticket`: no such key: \"key\""));
  EXPECT_THAT(records[2].unset, testing::Contains("title"));
  // The joined record cannot pass for one that is not there either.
  EXPECT_EQ(records[3].file, "r3.yaml");
  EXPECT_EQ(records[3].message, nullptr);
  EXPECT_THAT(Complaints(records[3]),
              ElementsAre("r3.yaml: `key` of source `review`: no such key: \"ticket\""));
}

TEST(Joins, AKeyIsAText) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t, key: record.key}, {id: note, key: record.key}]
fields: {id: '"x"', title: 'note == null ? null : note.text'}
)",
      {{"t", {Record("1.yaml", "{key: 7}"), Record("2.yaml", "{key: null}")}},
       {"note",
        {Record("n.yaml", "{key: '7', text: a}"), Record("o.yaml", "{key: null, text: b}")}}});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_THAT(Complaints(records[0]), ElementsAre("1.yaml: `key` of source `t` gives no text: 7"));
  EXPECT_THAT(Complaints(records[1]),
              ElementsAre("2.yaml: `key` of source `t` gives no text: null"));
  EXPECT_THAT(Complaints(records[2]),
              ElementsAre("o.yaml: `key` of source `note` gives no text: null"));
}

// A text is a key as it is: the empty one too.
TEST(Joins, TheEmptyTextIsAKeyLikeAnother) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t, key: record.key}, {id: note, key: record.key}]
fields: {title: 'note == null ? null : note.text'}
)",
      {{"t", {Record("1.yaml", "{key: ''}"), Record("2.yaml", "{key: a}")}},
       {"note", {Record("n.yaml", "{key: '', text: empty}")}}});
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(Difference<v1::ChangeRequest>("{title: empty}", records[0]), "");
  EXPECT_EQ(Difference<v1::ChangeRequest>("{}", records[1]), "");
}

// ---- Records within a file

constexpr std::string_view kEach = R"(
mapping: {id: m, to: CHANGE}
sources:
  - {id: row, each: record.rows, key: record.id}
  - {id: note, each: 'record.notes.filter(n, has(n.row))', key: record.row}
fields:
  id: row.id
  title: 'note == null ? null : note.text'
  facts.place: file
)";

TEST(Each, ElementIsARecordOfItsOwn) {
  const std::vector<MappedRecord> records =
      Apply(kEach, {{"row",
                     {Record("a.yaml", "{rows: [{id: A}, {id: B}]}"),
                      Record("b.yaml", "{rows: []}"), Record("c.yaml", "{rows: [{id: C}]}")}},
                    {"note",
                     {Record("n.yaml",
                             "{notes: [{row: B, text: x}, {text: y}, {row: C, "
                             "text: z}]}")}}});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(Difference<v1::ChangeRequest>("{id: A, facts: {place: 'a.yaml[0]'}}", records[0]), "");
  EXPECT_EQ(
      Difference<v1::ChangeRequest>("{id: B, title: x, facts: {place: 'a.yaml[1]'}}", records[1]),
      "");
  EXPECT_EQ(
      Difference<v1::ChangeRequest>("{id: C, title: z, facts: {place: 'c.yaml[0]'}}", records[2]),
      "");
  EXPECT_EQ(records[2].file, "c.yaml[0]");
}

TEST(Each, FileWithoutTheListIsAnErrorOfItsOwn) {
  const std::vector<MappedRecord> records =
      Apply(kEach, {{"row",
                     {Record("a.yaml", "{rows: [{id: A}]}"), Record("b.yaml", "{rows: none}"),
                      Record("c.yaml", "{}")}},
                    {"note", {Record("n.yaml", "{notes: 7}")}}});
  ASSERT_EQ(records.size(), 4u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(Complaints(records[1]),
              ElementsAre("b.yaml: `each` of source `row` gives no list: \"none\""));
  EXPECT_THAT(Complaints(records[2]),
              ElementsAre("c.yaml: `each` of source `row`: no such key: \"rows\""));
  EXPECT_EQ(records[3].file, "n.yaml");
  EXPECT_THAT(Complaints(records[3]), ElementsAre(HasSubstr("n.yaml: `each` of source `note`")));
}

// ---- Annotations

TEST(Annotations, AreJsonByName) {
  const std::vector<MappedRecord> records = Apply(
      R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t}]
definitions: {n: size(t.names)}
fields: {id: t.key}
annotations:
  z_text: t.key + "\""
  a_count: n
  b_list: t.names
  c_map: '{"k": t.names[0], "b": true}'
  d_null: t.nothing
  e_half: 1.0 / 2.0
)",
      {{"t", {Record("t.yaml", "{key: T, names: [ann, null], nothing: null}")}}});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(Complaints(records[0]), IsEmpty());
  EXPECT_THAT(records[0].unset, IsEmpty());
  EXPECT_THAT(records[0].annotations,
              ElementsAre(Pair("a_count", "2"), Pair("b_list", R"(["ann",null])"),
                          Pair("c_map", R"({"b":true,"k":"ann"})"), Pair("d_null", "null"),
                          Pair("e_half", "0.5"), Pair("z_text", R"("T\"")")));
}

TEST(Annotations, AnErrorIsNamedAndTheOthersAreGiven) {
  const std::vector<MappedRecord> records = Apply(
      "mapping: {id: m, to: CHANGE}\nsources: [{id: t}]\nfields: {id: t.key}\n"
      "annotations: {bad: t.gone, good: '1'}\n",
      {{"t", {Record("t.yaml", "{key: T}")}}});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(Complaints(records[0]),
              ElementsAre("t.yaml: annotation `bad`: no such key: \"gone\""));
  EXPECT_THAT(records[0].annotations, ElementsAre(Pair("good", "1")));
}

// ---- Determinism

// Everything about the results as text.
std::string Dump(const std::vector<MappedRecord>& records) {
  std::string text;
  for (const MappedRecord& record : records) {
    StrAppend(&text, record.file, "\n", ToText(record.issues), "\n");
    if (record.message != nullptr) StrAppend(&text, record.message->DebugString());
    for (const std::string& field : record.unset) StrAppend(&text, "unset ", field, "\n");
    for (const auto& [name, json] : record.annotations) StrAppend(&text, name, " ", json, "\n");
  }
  return text;
}

// Maps of the foreign record, of the mapping and of results have no order of their own.
TEST(Determinism, TheSameInputGivesTheSameResult) {
  std::string mapping = R"(
mapping: {id: m, to: CHANGE}
sources: [{id: t}]
annotations:
  all: t.m
  keys: t.m.map(k, k)
fields:
  assets: t.m.map(k, k)
  facts.all: t.m
)";
  std::string record = "m: {";
  for (int i = 0; i < 30; ++i) {
    StrAppend(&mapping, "  facts.f", i,
              i % 3 == 0   ? ": t.gone\n"
              : i % 3 == 1 ? ": t.m\n"
                           : ": 'null'\n");
    StrAppend(&record, "k", (i * 17) % 30, ": ", i, ", ");
  }
  record += "last: 0}";
  const std::string first = Dump(Apply(mapping, {{"t", {Record("t.yaml", record)}}}));
  EXPECT_THAT(first, HasSubstr("unset facts.f2\n"));
  EXPECT_THAT(first, HasSubstr("field `facts.f0`"));
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(Dump(Apply(mapping, {{"t", {Record("t.yaml", record)}}})), first);
  }
}

TEST(Determinism, AMappingMayBeAppliedAgain) {
  const std::shared_ptr<const Mapping> mapping = Load(kJoined);
  ASSERT_NE(mapping, nullptr);
  const std::string first = Dump(mapping->Apply(Joined()));
  Foreign other = Joined();
  other["review"].clear();
  EXPECT_NE(Dump(mapping->Apply(other)), first);
  EXPECT_EQ(Dump(mapping->Apply(Joined())), first);
}

}  // namespace
}  // namespace changepolicy
