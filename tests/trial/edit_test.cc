// Edits of messages by path: what each does, and what each that does not fit is told.
#include "libchangepolicy/trial/edit.h"

#include <ostream>
#include <string>

#include "changepolicy/v1/change.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

constexpr std::string_view kChange = R"(
id: C-1
title: Faster search
urgency: LOW
kinds: [CONFIGURATION, DATABASE_SCHEMA]
assets: [db-1, db-2, db-3]
services:
  - {id: web, critical: true}
  - {id: "7", critical: false}
  - {id: pay, critical: true}
  - {critical: true}
impact: {availability: LOW, answers: {blast-radius: one, "a.b": dotted, "a]b": bracketed}}
people: {requester: ann, authors: [ann, bob]}
rollback: {known_good_state: v1, duration: 1h}
created_at: 2026-03-02T10:00:00Z
approvals:
  - {id: a1, by: bob, kind: APPROVED}
  - {id: a2, by: cy, kind: APPROVED}
facts: {cost: 5, region: eu, tags: [a, b]}
)";

v1::ChangeRequest Read(std::string_view yaml) {
  v1::ChangeRequest change;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "change.yaml", &change);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return change;
}

v1::Edit ReadEdit(std::string_view yaml) {
  v1::Edit edit;
  const Issues issues = ReadMessage(yaml, Format::kYaml, "edit.yaml", &edit);
  EXPECT_TRUE(issues.empty()) << ToText(issues);
  return edit;
}

// The change with one part of its text written differently.
std::string With(std::string_view from, std::string_view to) {
  std::string text(kChange);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// What is left of `a` and not of `b`, in words; empty when they say the same.
std::string Difference(const google::protobuf::Message& a, const google::protobuf::Message& b) {
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  return differencer.Compare(a, b) ? "" : report;
}

struct Fitting {
  std::string name;
  std::string edit;
  // What stands in the text of the change, and what is to stand there instead.
  std::string before;
  std::string after;
};
void PrintTo(const Fitting& row, std::ostream* out) { *out << row.name << ": " << row.edit; }

class FittingEdits : public testing::TestWithParam<Fitting> {};

TEST_P(FittingEdits, DoWhatTheTextSays) {
  v1::ChangeRequest change = Read(kChange);
  const absl::Status status = ApplyEdit(ReadEdit(GetParam().edit), &change);
  ASSERT_TRUE(status.ok()) << status;
  const v1::ChangeRequest expected = Read(With(GetParam().before, GetParam().after));
  EXPECT_EQ(Difference(expected, change), "");
}

INSTANTIATE_TEST_SUITE_P(
    Fields, FittingEdits,
    testing::Values(
        Fitting{"text", "{path: title, set: Slower search}", "Faster", "Slower"},
        Fitting{"number as text", "{path: title, set: 42}", "Faster search", "42"},
        Fitting{"remove text", "{path: title, remove: true}", "title: Faster search\n", ""},
        Fitting{"null unsets", "{path: title, set: null}", "title: Faster search\n", ""},
        Fitting{"short enum", "{path: urgency, set: HIGH}", "urgency: LOW", "urgency: HIGH"},
        Fitting{"full enum", "{path: urgency, set: URGENCY_HIGH}", "urgency: LOW", "urgency: HIGH"},
        Fitting{"remove enum", "{path: urgency, remove: true}", "urgency: LOW\n", ""},
        Fitting{"nested", "{path: impact.availability, set: HIGH}", "availability: LOW",
                "availability: HIGH"},
        Fitting{"nested makes what is above", "{path: outcome.successful, set: false}",
                "urgency: LOW", "urgency: LOW\noutcome: {successful: false}"},
        Fitting{"remove below nothing", "{path: outcome.successful, remove: true}", "", ""},
        Fitting{"message", "{path: people, set: {requester: cy}}",
                "people: {requester: ann, authors: [ann, bob]}", "people: {requester: cy}"},
        Fitting{"remove message", "{path: people, remove: true}",
                "people: {requester: ann, authors: [ann, bob]}\n", ""},
        Fitting{"instant", "{path: created_at, set: 2026-04-01T00:00:00+02:00}",
                "2026-03-02T10:00:00Z", "2026-03-31T22:00:00Z"},
        Fitting{"date", "{path: created_at, set: 2026-04-01}", "2026-03-02T10:00:00Z",
                "2026-04-01T00:00:00Z"},
        Fitting{"remove instant", "{path: created_at, remove: true}",
                "created_at: 2026-03-02T10:00:00Z\n", ""},
        Fitting{"duration", "{path: rollback.duration, set: 1d12h}", "duration: 1h",
                "duration: 36h"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, FittingEdits,
    testing::Values(
        Fitting{"whole list", "{path: kinds, set: [MIDDLEWARE]}",
                "[CONFIGURATION, DATABASE_SCHEMA]", "[MIDDLEWARE]"},
        Fitting{"empty list", "{path: assets, set: []}", "[db-1, db-2, db-3]", "[]"},
        Fitting{"remove list", "{path: assets, remove: true}", "[db-1, db-2, db-3]", "[]"},
        Fitting{"first keeps its place", "{path: 'assets[0]', set: x}", "db-1,", "x,"},
        Fitting{"text by itself", "{path: 'assets[db-2]', set: x}", "db-2", "x"},
        Fitting{"remove first", "{path: 'assets[0]', remove: true}", "db-1, ", ""},
        Fitting{"remove last", "{path: 'assets[2]', remove: true}", ", db-3", ""},
        Fitting{"remove by itself", "{path: 'assets[db-2]', remove: true}", "db-2, ", ""},
        Fitting{"append", "{path: 'assets[+]', set: db-4}", "db-3", "db-3, db-4"},
        Fitting{"append enum", "{path: 'kinds[+]', set: MIDDLEWARE}", "DATABASE_SCHEMA",
                "DATABASE_SCHEMA, MIDDLEWARE"},
        Fitting{"append to nothing", "{path: 'paths[+]', set: src}", "urgency: LOW",
                "urgency: LOW\npaths: [src]"},
        Fitting{"append message", "{path: 'approvals[+]', set: {id: a3, by: ann, kind: APPROVED}}",
                "  - {id: a2, by: cy, kind: APPROVED}\n",
                "  - {id: a2, by: cy, kind: APPROVED}\n  - {id: a3, by: ann, kind: APPROVED}\n"},
        Fitting{"field by index", "{path: 'approvals[1].by', set: ann}", "by: cy", "by: ann"},
        Fitting{"field by id", "{path: 'approvals[a1].by', set: ann}", "by: bob", "by: ann"},
        Fitting{"quoted id", "{path: 'approvals[\"a1\"].by', set: ann}", "by: bob", "by: ann"},
        Fitting{"a number in quotes is an id", "{path: 'services[\"7\"].critical', set: true}",
                "critical: false", "critical: true"},
        Fitting{"a plain number is a position", "{path: 'services[1].critical', set: true}",
                "critical: false", "critical: true"},
        Fitting{"remove field of element", "{path: 'services[web].critical', remove: true}",
                "{id: web, critical: true}", "{id: web}"},
        Fitting{"element keeps its place", "{path: 'services[web]', set: {id: shop}}",
                "{id: web, critical: true}", "{id: shop}"},
        Fitting{"remove element by id", "{path: 'services[web]', remove: true}",
                "  - {id: web, critical: true}\n", ""}));

INSTANTIATE_TEST_SUITE_P(
    Maps, FittingEdits,
    testing::Values(
        Fitting{"number", "{path: 'facts[cost]', set: 7}", "cost: 5", "cost: 7"},
        Fitting{"fraction", "{path: 'facts[cost]', set: 0.123456789}", "cost: 5",
                "cost: 0.123456789"},
        Fitting{"large", "{path: 'facts[cost]', set: 1e300}", "cost: 5", "cost: 1e300"},
        Fitting{"truth", "{path: 'facts[cost]', set: true}", "cost: 5", "cost: true"},
        Fitting{"a text that looks like a number", "{path: 'facts[cost]', set: '7'}", "cost: 5",
                "cost: '7'"},
        Fitting{"null is a value there", "{path: 'facts[cost]', set: null}", "cost: 5",
                "cost: null"},
        Fitting{"list", "{path: 'facts[tags]', set: [c, [1, {d: e}]]}", "[a, b]",
                "[c, [1, {d: e}]]"},
        Fitting{"new entry", "{path: 'facts[floor]', set: 3}", "cost: 5", "cost: 5, floor: 3"},
        Fitting{"remove entry", "{path: 'facts[cost]', remove: true}", "cost: 5, ", ""},
        Fitting{"whole map", "{path: facts, set: {only: 1}}", "{cost: 5, region: eu, tags: [a, b]}",
                "{only: 1}"},
        Fitting{"text", "{path: 'impact.answers[blast-radius]', set: all}", "blast-radius: one",
                "blast-radius: all"},
        Fitting{"key with a dot", "{path: 'impact.answers[a.b]', set: all}", "dotted", "all"},
        Fitting{"key with a bracket", "{path: 'impact.answers[\"a]b\"]', set: all}", "bracketed",
                "all"}));

struct Misfit {
  std::string edit;
  std::string message;
};
void PrintTo(const Misfit& row, std::ostream* out) { *out << row.edit; }

class Misfits : public testing::TestWithParam<Misfit> {};

TEST_P(Misfits, AreRefusedAndLeaveTheMessageAlone) {
  v1::ChangeRequest change = Read(kChange);
  const absl::Status status = ApplyEdit(ReadEdit(GetParam().edit), &change);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FromAbsl(status.message()), GetParam().message);
  EXPECT_EQ(Difference(Read(kChange), change), "");
}

INSTANTIATE_TEST_SUITE_P(
    Paths, Misfits,
    testing::Values(
        Misfit{"{set: 1}", "an edit needs a path"},
        Misfit{"{path: titel, set: x}",
               "edit of `titel`: ChangeRequest has no field `titel`; did you mean `title`?"},
        Misfit{"{path: zzz, remove: true}", "edit of `zzz`: ChangeRequest has no field `zzz`"},
        Misfit{"{path: impact.availablity, set: HIGH}",
               "edit of `impact.availablity`: ImpactAssessment has no field `availablity`; did you "
               "mean `availability`?"},
        Misfit{"{path: outcome.succesful, set: true}",
               "edit of `outcome.succesful`: Outcome has no field `succesful`; did you mean "
               "`successful`?"},
        Misfit{"{path: outcome.succesful, remove: true}",
               "edit of `outcome.succesful`: Outcome has no field `succesful`; did you mean "
               "`successful`?"},
        Misfit{"{path: 'approvals[a1].bye', set: x}",
               "edit of `approvals[a1].bye`: Approval has no field `bye`; did you mean `by`?"},
        Misfit{"{path: title.words, set: x}", "edit of `title.words`: `title` has no fields"},
        Misfit{"{path: approvals.by, set: x}",
               "edit of `approvals.by`: `approvals` has no fields; select an element with `[...]`"},
        Misfit{"{path: 'title[0]', set: x}", "edit of `title[0]`: `title` is no list"},
        Misfit{"{path: 'assets[0].id', set: x}",
               "edit of `assets[0].id`: elements of `assets` have no fields"},
        Misfit{"{path: 'impact.answers[blast-radius].x', set: x}",
               "edit of `impact.answers[blast-radius].x`: entries of `answers` have no fields"},
        Misfit{"{path: 'facts[floor].number_value', set: 1}",
               "edit of `facts[floor].number_value`: `facts` has no entry `floor`"},
        Misfit{"{path: 'facts[floor]', remove: true}",
               "edit of `facts[floor]`: `facts` has no element `floor`"},
        Misfit{"{path: 'assets[3]', set: x}", "edit of `assets[3]`: `assets` has no element `3`"},
        Misfit{"{path: 'assets[-1]', set: x}",
               "edit of `assets[-1]`: `assets` has no element `-1`"},
        Misfit{"{path: 'assets[99999999999]', remove: true}",
               "edit of `assets[99999999999]`: `assets` has no element `99999999999`"},
        Misfit{"{path: 'services[7].critical', set: true}",
               "edit of `services[7].critical`: `services` has no element `7`"},
        Misfit{"{path: 'services[shop]', remove: true}",
               "edit of `services[shop]`: `services` has no element `shop`"},
        Misfit{"{path: 'services[\"\"]', remove: true}",
               "edit of `services[\"\"]`: `services` has no element ``"},
        Misfit{"{path: 'approvals[+].by', set: x}",
               "edit of `approvals[+].by`: a new element is set as a whole"},
        Misfit{"{path: 'approvals[+]', remove: true}",
               "edit of `approvals[+]`: there is no element to remove"}));

INSTANTIATE_TEST_SUITE_P(
    Notation, Misfits,
    testing::Values(
        Misfit{"{path: impact., set: x}", "edit of `impact.`: a name is missing"},
        Misfit{"{path: impact..availability, set: HIGH}",
               "edit of `impact..availability`: a name is missing"},
        Misfit{"{path: .impact, remove: true}", "edit of `.impact`: a name is missing"},
        Misfit{"{path: 'services[]', remove: true}",
               "edit of `services[]`: nothing stands between `[` and `]`"},
        Misfit{"{path: 'services[web', remove: true}", "edit of `services[web`: a `]` is missing"},
        Misfit{"{path: 'services[web]critical', set: true}",
               "edit of `services[web]critical`: a `.` is missing after `]`"},
        Misfit{"{path: 'services[0][1]', set: true}",
               "edit of `services[0][1]`: a `.` is missing after `]`"},
        Misfit{"{path: title}", "edit of `title`: it needs `set` or `remove: true`"},
        Misfit{"{path: title, remove: false}", "edit of `title`: it needs `set` or `remove: true`"},
        Misfit{"{path: title, set: x, remove: true}",
               "edit of `title`: it has both `set` and `remove`"}));

INSTANTIATE_TEST_SUITE_P(
    Values, Misfits,
    testing::Values(
        Misfit{"{path: urgency, set: HIHG}",
               "edit of `urgency`: `HIHG` is no Urgency; did you mean `HIGH`?"},
        Misfit{"{path: urgency, set: [HIGH]}",
               "edit of `urgency`: expected a value, found a list; write a single "
               "value here"},
        Misfit{"{path: title, set: [x]}",
               "edit of `title`: expected a text, found a list; write a single value "
               "here"},
        Misfit{"{path: kinds, set: MIDDLEWARE}",
               "edit of `kinds`: expected a list, found `MIDDLEWARE`; write `[MIDDLEWARE]`"},
        Misfit{"{path: 'kinds[0]', set: MIDDLEWEAR}",
               "edit of `kinds[0]`: `MIDDLEWEAR` is no ChangeKind; did you mean `MIDDLEWARE`?"},
        Misfit{"{path: 'kinds[+]', set: null}",
               "edit of `kinds[+]`: nothing is no ChangeKind; it "
               "is one of `APPLICATION_CODE`, `INFRASTRUCTURE_AS_CODE`, `CONFIGURATION`, "
               "`DATABASE_SCHEMA`, `DATA_MIGRATION`, `SECURITY_PATCH`, `OS_UPDATE`, `MIDDLEWARE`, "
               "`THIRD_PARTY_INTEGRATION`"},
        Misfit{"{path: outcome.successful, set: perhaps}",
               "edit of `outcome.successful`: expected `true` or `false`, found `perhaps`; write "
               "one of "
               "them, without quotes"},
        Misfit{"{path: impact, set: HIGH}",
               "edit of `impact`: expected a map with the fields of ImpactAssessment, found "
               "`HIGH`; the "
               "fields are `availability`, `performance`, `security`, `compliance`, "
               "`data_integrity`, `client_facing`, `third_party`, `likelihood`, `data_classes`, "
               "`jurisdictions`, `user_interface`, `answers`"},
        Misfit{"{path: impact, set: {availablity: HIGH}}",
               "edit of `impact`: unknown field `availablity` in ImpactAssessment; did you mean "
               "`availability`?"},
        Misfit{"{path: 'approvals[a1]', set: {id: a1, kind: MAYBE, by: bob}}",
               "edit of `approvals[a1]`: `MAYBE` is no ApprovalKind; it is one of `APPROVED`, "
               "`CONDITIONAL`, `WITHDRAWN`, `RECUSED`"},
        Misfit{"{path: created_at, set: yesterday}",
               "edit of `created_at`: expected an instant, found `yesterday`; write "
               "`2026-01-31T09:30:00Z`, or a date"},
        Misfit{"{path: created_at, set: 2026-02-30}",
               "edit of `created_at`: expected an instant, found `2026-02-30`; write "
               "`2026-01-31T09:30:00Z`, or a date"},
        Misfit{"{path: rollback.duration, set: 90}",
               "edit of `rollback.duration`: expected a duration, found `90`; write `336h`, `14d` "
               "or `1h30m`"},
        Misfit{"{path: 'revisions[+]', set: {number: 1.5}}",
               "edit of `revisions[+]`: expected a whole number, found `1.5`; write a number of at "
               "most "
               "32 bits, without quotes"},
        Misfit{"{path: 'revisions[+]', set: {number: 3000000000}}",
               "edit of `revisions[+]`: expected a whole number, found `3000000000`; write a "
               "number of at most 32 bits, without quotes"},
        Misfit{"{path: 'impact.answers[blast-radius]', set: [x]}",
               "edit of `impact.answers[blast-radius]`: expected a text, found a list; write a "
               "single value here"},
        Misfit{"{path: facts, set: [x]}",
               "edit of `facts`: expected a map, found a list; write `{name: value}`"}));

// Applied one after the other, each to what the one before it left.
TEST(Edits, BuildOnEachOther) {
  v1::ChangeRequest change = Read("{id: C-1}");
  for (const std::string_view edit :
       {"{path: 'approvals[+]', set: {id: a1, by: bob}}",
        "{path: 'approvals[a1].kind', set: APPROVED}",
        "{path: 'approvals[+]', set: {id: a2, by: cy}}", "{path: 'approvals[0]', remove: true}"}) {
    ASSERT_TRUE(ApplyEdit(ReadEdit(edit), &change).ok()) << edit;
  }
  EXPECT_EQ(Difference(Read("{id: C-1, approvals: [{id: a2, by: cy}]}"), change), "");
}

}  // namespace
}  // namespace changepolicy
