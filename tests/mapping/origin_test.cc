// What expressions know beside the record: who signed it, what the caller gave; and `below`.
#include <memory>
#include <string>
#include <vector>

#include "changepolicy/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libchangepolicy/mapping/import.h"
#include "libchangepolicy/mapping/mapping.h"
#include "libchangepolicy/source/read.h"

namespace changepolicy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ForeignRecord Record(const std::string& file, std::string_view yaml) {
  const DocumentResult read = ReadDocument(yaml, Format::kYaml, file);
  EXPECT_NE(read.document, nullptr) << ToText(read.issues);
  return {file, ToJsonValue(read.document->root)};
}

MappedRecord Map(std::string_view fields, ForeignRecord record, const ApplyOptions& options = {}) {
  const MappingResult mapping =
      LoadMapping("m.yaml", std::string("mapping: {id: m, to: CHANGE}\nsources: [{id: r}]\n")
                                .append("fields:\n")
                                .append(fields));
  EXPECT_NE(mapping.mapping, nullptr) << ToText(mapping.issues);
  std::vector<MappedRecord> mapped = mapping.mapping->Apply({{"r", {std::move(record)}}}, options);
  EXPECT_EQ(mapped.size(), 1u);
  EXPECT_THAT(mapped[0].issues, IsEmpty()) << ToText(mapped[0].issues);
  return std::move(mapped[0]);
}

const v1::ChangeRequest& ChangeOf(const MappedRecord& mapped) {
  return dynamic_cast<const v1::ChangeRequest&>(*mapped.message);
}

TEST(OriginTest, DigestAndSigners) {
  ForeignRecord record = Record("f", "{a: 1}");
  record.digest = "sha256:00";
  record.signers = {"ann", "bob"};
  const MappedRecord mapped =
      Map("  title: origin.digest\n  people.authors: origin.signers\n", std::move(record));
  EXPECT_EQ(ChangeOf(mapped).title(), "sha256:00");
  EXPECT_THAT(ChangeOf(mapped).people().authors(), ElementsAre("ann", "bob"));
}

TEST(OriginTest, TheNameIsThatOfTheFileWhereThereIsNoOther) {
  ForeignRecord record = Record("/tmp/x/a.yaml", "{a: 1}");
  EXPECT_EQ(ChangeOf(Map("  title: origin.name\n", record)).title(), "/tmp/x/a.yaml");
  record.name = "x/a.yaml";
  EXPECT_EQ(ChangeOf(Map("  title: origin.name\n", record)).title(), "x/a.yaml");
}

TEST(OriginTest, NamesTheFilesOfEachElementOfAList) {
  const MappingResult mapping = LoadMapping("m.yaml", R"(
mapping: {id: m, to: CHANGE, libraries: [lists, strings]}
sources: [{id: r}, {id: all, many: true}, {id: one}]
fields:
  title: origin.files.all.map(names, names.join("+")).join(" ")
  branch: 'has(origin.files.one) ? "a list" : "no list"'
)");
  ASSERT_NE(mapping.mapping, nullptr) << ToText(mapping.issues);
  std::vector<ForeignRecord> all = {Record("a", "{x: 1}"), Record("b", "{x: 2}"),
                                    Record("c", "{x: 1}")};
  all[2].name = "below/c";
  const auto mapped =
      mapping.mapping->Apply({{"r", {Record("f", "{}")}}, {"all", all}, {"one", {all[1]}}});
  ASSERT_EQ(mapped.size(), 1u);
  EXPECT_EQ(ChangeOf(mapped[0]).title(), "a+below/c b");
  EXPECT_EQ(ChangeOf(mapped[0]).branch(), "no list");
}

TEST(OriginTest, ARecordCannotSayThatItWasSigned) {
  const MappedRecord mapped = Map("  people.authors: origin.signers\n",
                                  Record("f", "{origin: {signers: [eve]}, signers: [eve]}"));
  EXPECT_THAT(ChangeOf(mapped).people().authors(), IsEmpty());
}

TEST(OriginTest, WhatTheCallerGaveAndWhatOfItWasRead) {
  ApplyOptions options;
  options.given = {{"team", "shop"}, {"other", "x"}};
  const MappedRecord mapped = Map("  title: at(given, 'team')\n  branch: at(given, 'branch')\n",
                                  Record("f", "{a: 1}"), options);
  EXPECT_EQ(ChangeOf(mapped).title(), "shop");
  EXPECT_THAT(mapped.unset, ElementsAre("branch"));
  EXPECT_THAT(mapped.used, ElementsAre("team"));
}

TEST(BelowTest, FindsPartsAtAnyDepthInTheirOrder) {
  const MappedRecord mapped = Map(
      "  people.authors: below(r, 'case').map(c, c.n)\n",
      Record("f", "{suite: [{case: [{n: a}, {n: b, case: {n: c}}]}, {suite: [{case: {n: d}}]}]}"));
  EXPECT_THAT(ChangeOf(mapped).people().authors(), ElementsAre("a", "b", "c", "d"));
}

TEST(BelowTest, WhatItPassesByIsNotRead) {
  ApplyOptions options;
  options.explain = true;
  const MappedRecord mapped = Map("  people.authors: below(r, 'case').map(c, c.n)\n",
                                  Record("f", "{suite: [{other: 1, case: [{n: a}]}]}"), options);
  EXPECT_THAT(mapped.unread.at("f"), ElementsAre(UnreadPart{"suite[0].other", 1}));
}

TEST(BelowTest, NothingIsBelowAScalarOrWithoutTheKey) {
  const MappedRecord mapped = Map(
      "  branch: text(below(r.a, 'x').size() + below(r, 'x').size() + below(null, 'x').size())\n",
      Record("f", "{a: 1, b: [1, {c: 2}]}"));
  EXPECT_EQ(ChangeOf(mapped).branch(), "0");
}

}  // namespace
}  // namespace changepolicy
