// Several records that are one subject: guards, versions, order, parts, what is missing and what
// nobody read.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ForeignRecord Record(const std::string& file, std::string_view yaml) {
  const DocumentResult read = ReadDocument(yaml, Format::kYaml, file);
  EXPECT_NE(read.document, nullptr) << ToText(read.issues);
  return {file, ToJsonValue(read.document->root)};
}

std::shared_ptr<const Mapping> Load(std::string_view text) {
  MappingResult result = LoadMapping("m.yaml", text);
  EXPECT_NE(result.mapping, nullptr) << ToText(result.issues);
  return std::move(result.mapping);
}

ImportResult Import(std::string_view mapping, const std::vector<ForeignRecord>& records) {
  const std::shared_ptr<const Mapping> loaded = Load(mapping);
  if (loaded == nullptr) return {};
  return ImportRecords({loaded}, records, {.apply = {.explain = true}});
}

const v1::ChangeRequest& ChangeOf(const ImportedRecord& record) {
  return dynamic_cast<const v1::ChangeRequest&>(*record.mapped.message);
}

constexpr std::string_view kRequest = R"(
mapping: {id: request, to: CHANGE, libraries: [optionals]}
sources:
  - {id: request, when: has(record.title), key: record.key, order: instant(record.at), history: versions}
  - {id: votes, when: has(record.vote), many: true, key: record.of, order: instant(record.at)}
tables: {vote: {values: {yes: APPROVED, no: WITHDRAWN, none: ""}}}
required: [id]
definitions:
  # Written before what it reads.
  counted: latest_votes.filter(v, lookup("vote", v.vote) != null)
  latest_votes: latest(votes, "id")
fields:
  id: request.?key
  title: request.title
  team: request.?team
  branch: text(versions.size())
  approvals: >-
    counted.map(v, {"id": text(v.id), "by": v.by, "kind": lookup("vote", v.vote), "happened_at": instant(v.at)})
)";

ForeignRecord Request(const std::string& file, std::string_view at, std::string_view title) {
  return Record(file, StrCat("{key: R-1, title: ", title, ", at: '", at, "'}"));
}

ForeignRecord Vote(const std::string& file, std::string_view at, std::string_view id,
                   std::string_view vote) {
  return Record(file, StrCat("{of: R-1, id: ", id, ", by: bob, vote: ", vote, ", at: '", at, "'}"));
}

TEST(FoldTest, TheLatestVersionCountsWhateverTheOrderOfFiles) {
  std::vector<ForeignRecord> records = {
      Request("a", "2026-03-02T11:00:00+01:00", "new"),  // 10:00Z
      Request("b", "2026-03-02T09:30:00Z", "old"),
      Vote("c", "2026-03-02T12:00:00Z", "7", "\"no\""),
      Vote("d", "2026-03-02T11:00:00Z", "7", "\"yes\""),
      Vote("e", "2026-03-02T11:30:00Z", "8", "none"),
  };
  std::string first;
  for (int turn = 0; turn < 2; ++turn) {
    const ImportResult result = Import(kRequest, records);
    ASSERT_EQ(result.subjects.size(), 1u);
    ASSERT_THAT(result.subjects[0].mapped.issues, IsEmpty());
    const v1::ChangeRequest& change = ChangeOf(result.subjects[0]);
    EXPECT_EQ(change.title(), "new");
    EXPECT_EQ(change.branch(), "2");
    ASSERT_EQ(change.approvals_size(), 1);
    EXPECT_EQ(change.approvals(0).kind(), v1::APPROVAL_KIND_WITHDRAWN);
    EXPECT_EQ(change.approvals(0).id(), "7");
    EXPECT_THAT(result.subjects[0].mapped.files, ElementsAre("a", "b", "c", "d", "e"));
    if (turn == 0) first = change.SerializeAsString();
    EXPECT_EQ(change.SerializeAsString(), first);
    std::reverse(records.begin(), records.end());
  }
}

TEST(FoldTest, WhatIsDeliveredTwiceIsSaidOnce) {
  const ImportResult result = Import(kRequest, {Request("a", "2026-03-02T11:00:00Z", "t"),
                                                Request("b", "2026-03-02T11:00:00Z", "t")});
  ASSERT_EQ(result.subjects.size(), 1u);
  EXPECT_EQ(ChangeOf(result.subjects[0]).branch(), "1");
  EXPECT_THAT(result.left_over, IsEmpty());
}

TEST(FoldTest, AMissingPartIsNamedWithItsPathAndItsPlaceInTheMapping) {
  const ImportResult result = Import(
      kRequest, {Request("a", "2026-03-02T11:00:00Z", "t"),
                 Record("v", "{of: R-1, id: 7, vote: \"yes\", at: '2026-03-02T11:00:00Z'}")});
  ASSERT_EQ(result.subjects.size(), 1u);
  const Issues& issues = result.subjects[0].mapped.issues;
  ASSERT_EQ(issues.size(), 1u) << ToText(issues);
  EXPECT_EQ(issues[0].message, "field `approvals`: no such key: \"by\"");
  EXPECT_EQ(issues[0].help, "the expression at m.yaml:17:14 found no `by` in v");
}

TEST(FoldTest, AnOptionalPartThatIsMissingStaysUnknown) {
  const ImportResult result = Import(kRequest, {Request("a", "2026-03-02T11:00:00Z", "t")});
  ASSERT_EQ(result.subjects.size(), 1u);
  EXPECT_THAT(result.subjects[0].mapped.unset, ElementsAre("team"));
  EXPECT_FALSE(ChangeOf(result.subjects[0]).has_team());
}

// An empty text tells nothing either.
TEST(FoldTest, ARequiredFieldThatIsUnsetIsAnError) {
  for (const char* const record : {"{title: x}", "{title: x, key: \"\"}", "{key: null}"}) {
    const ImportResult result = Import(
        "mapping: {id: m, to: CHANGE, libraries: [optionals]}\nsources: [{id: t}]\nrequired: "
        "[id]\nfields:\n  id: t.?key\n",
        {Record("a", record)});
    ASSERT_EQ(result.subjects.size(), 1u) << record;
    ASSERT_FALSE(result.subjects[0].mapped.issues.empty()) << record;
    EXPECT_EQ(result.subjects[0].mapped.issues[0].message, "the record does not tell field `id`");
  }
}

TEST(FoldTest, AWordThatTheTableLacksIsNamedAndDecidesNothing) {
  const ImportResult result = Import(kRequest, {Request("a", "2026-03-02T11:00:00Z", "t"),
                                                Vote("v", "2026-03-02T11:00:00Z", "7", "maybe")});
  ASSERT_EQ(result.subjects.size(), 1u);
  EXPECT_EQ(ChangeOf(result.subjects[0]).approvals_size(), 0);
  EXPECT_THAT(result.subjects[0].mapped.unmapped, ElementsAre(UnmappedWord{"vote", "maybe"}));
}

TEST(FoldTest, AVersionWhoseTimeCannotBeToldIsAnErrorOfTheSubject) {
  const ImportResult result =
      Import(kRequest, {Record("a", "{key: R-1, title: t, at: '2026-03-02 11:00'}")});
  ASSERT_EQ(result.subjects.size(), 1u);
  ASSERT_FALSE(result.subjects[0].mapped.issues.empty());
  EXPECT_THAT(result.subjects[0].mapped.issues[0].message, HasSubstr("has no zone"));
}

TEST(FoldTest, WhatNoSourceTakesAndWhatBelongsToNothingIsNamed) {
  const ImportResult result = Import(
      kRequest, {Record("other", "{x: 1}"), Vote("lonely", "2026-03-02T11:00:00Z", "7", "none")});
  EXPECT_THAT(result.subjects, IsEmpty());
  EXPECT_THAT(result.uncovered, ElementsAre("other"));
  EXPECT_THAT(result.left_over, ElementsAre("lonely"));
}

TEST(FoldTest, WhatNobodyReadIsListedAsAWhole) {
  const ImportResult result =
      Import(kRequest, {Record("a",
                               "{key: R-1, title: t, at: '2026-03-02T11:00:00Z', empty: '', none: "
                               "null, by: {login: a, urls: [x, y]}, 'odd key': 1}")});
  ASSERT_EQ(result.subjects.size(), 1u);
  EXPECT_THAT(result.subjects[0].mapped.unread.at("a"),
              ElementsAre(UnreadPart{"by", 3}, UnreadPart{"[\"odd key\"]", 1}));
}

TEST(FoldTest, EachFieldNamesTheValuesBehindIt) {
  const ImportResult result = Import(kRequest, {Request("a", "2026-03-02T11:00:00Z", "t"),
                                                Vote("v", "2026-03-02T11:00:00Z", "7", "\"yes\"")});
  ASSERT_EQ(result.subjects.size(), 1u);
  for (const FieldOrigin& origin : result.subjects[0].mapped.origins) {
    if (origin.field == "title") {
      EXPECT_THAT(origin.from, ElementsAre(SourceValue{"a", "title", "\"t\""}));
    }
    if (origin.field == "approvals") {
      // Through definitions, too.
      EXPECT_THAT(origin.from, testing::Contains(SourceValue{"v", "vote", "\"yes\""}));
      EXPECT_THAT(origin.from, testing::Contains(SourceValue{"v", "by", "\"bob\""}));
    }
  }
}

TEST(FoldTest, AFallbackTakesOnlyWhatNoOtherMappingFolds) {
  const auto request = Load(kRequest);
  const auto votes = Load(
      "mapping: {id: votes, to: CHANGE, fallback: true}\n"
      "sources: [{id: vote, when: has(record.vote)}]\nfields: {id: text(vote.id)}\n");
  const std::vector<ForeignRecord> records = {
      Request("a", "2026-03-02T11:00:00Z", "t"), Vote("mine", "2026-03-02T11:00:00Z", "7", "none"),
      Record("other", "{of: R-2, id: 9, vote: none, at: '2026-03-02T11:00:00Z'}")};
  const ImportResult result = ImportRecords({votes, request}, records, {});
  ASSERT_EQ(result.subjects.size(), 2u);
  EXPECT_EQ(ChangeOf(result.subjects[0]).id(), "R-1");
  EXPECT_EQ(ChangeOf(result.subjects[1]).id(), "9");
  EXPECT_THAT(result.left_over, IsEmpty());
}

TEST(FoldTest, TwoMappingsForOneRecordAreNotChosenBetween) {
  const auto one = Load("mapping: {id: one, to: CHANGE}\nsources: [{id: a}]\nfields: {id: a.k}\n");
  const auto two = Load("mapping: {id: two, to: CHANGE}\nsources: [{id: a}]\nfields: {id: a.k}\n");
  const ImportResult result = ImportRecords({one, two}, {Record("f", "{k: x}")}, {});
  ASSERT_EQ(result.subjects.size(), 2u);
  EXPECT_EQ(result.subjects[1].mapped.issues[0].message,
            "the mappings `one` and `two` both take it for a subject");
}

TEST(FoldTest, EveryBuiltinMappingLoads) {
  EXPECT_FALSE(BuiltinMappings().empty());
  for (const BuiltinMapping& each : BuiltinMappings()) {
    const MappingResult result = LoadMapping(each.name, each.text);
    EXPECT_TRUE(result.issues.empty()) << ToText(result.issues);
    ASSERT_NE(result.mapping, nullptr);
    EXPECT_EQ(result.mapping->proto().mapping().id(), each.name);
  }
}

}  // namespace
}  // namespace changepolicy
